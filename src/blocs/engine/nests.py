"""CES nests in logs: price index and updated shares, exact and differentiable at sigma = 1 and at zero shares.

With delta = 1 - sigma the price index of a nest with base shares a and log price changes p is

    log P = log1p( sum_n a_n expm1(delta p_n) ) / delta         (sum_n a_n = 1)

which tends to the Cobb-Douglas sum_n a_n p_n as delta -> 0. Both branches are evaluated through a double
`where`, so values and derivatives are finite and exact in the limit. A component that cannot be had drops out
at a finite loss where sigma > 1; where sigma <= 1 the nest has no finite price, which `problem` refuses first.
"""

from __future__ import annotations

from blocs.engine.arrays import Array, choose, module_of


def stretch(log_price: Array, sigma: Array) -> Array:
    """Return expm1(delta p)/delta, the Box-Cox transform of a price change; p itself at delta = 0."""
    xp, safe = module_of(log_price), _not_zero(1.0 - sigma)
    return choose(sigma == 1.0, lambda: log_price, lambda: xp.expm1(safe * log_price) / safe)


def unstretch(mean: Array, sigma: Array) -> Array:
    """Return log1p(delta m)/delta, the inverse of `stretch`: a nest's log price index from its mean."""
    xp, safe = module_of(mean), _not_zero(1.0 - sigma)
    return choose(sigma == 1.0, lambda: mean, lambda: xp.log1p(safe * mean) / safe)


def stretch_or_drop(log_price: Array, missing: Array, sigma: Array) -> Array:
    """Return `stretch` with its limit 1/(sigma - 1) at an infinite price where a component is missing."""
    excess = choose(sigma > 1.0, lambda: sigma - 1.0, lambda: 1.0)
    return module_of(log_price).where(missing, 1.0 / excess, stretch(log_price, sigma))


def two_input_index(share: Array, log_first: Array, log_second: Array, sigma: Array) -> Array:
    """Return the log price index of a nest of two inputs; `share` is the first one's base cost share."""
    mean = share * stretch(log_first, sigma) + (1.0 - share) * stretch(log_second, sigma)
    return unstretch(mean, sigma)


def share_factor(log_price: Array, log_index: Array, sigma: Array) -> Array:
    """Return by which factor a component's cost share changes: (p/P)^(1 - sigma)."""
    return module_of(log_index).exp((1.0 - sigma) * (log_price - log_index))


def _not_zero(delta: Array) -> Array:
    """Return `delta`, or 1 in place of 0, whose branch is not taken."""
    return choose(delta == 0.0, lambda: 1.0, lambda: delta)
