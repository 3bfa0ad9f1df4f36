"""CES nests in logs: price index and updated shares, exact and differentiable at sigma = 1 and at zero shares.

With delta = 1 - sigma the price index of a nest with base shares a and log price changes p is

    log P = log1p( sum_n a_n expm1(delta p_n) ) / delta         (sum_n a_n = 1)

which tends to the Cobb-Douglas sum_n a_n p_n as delta -> 0. Both branches are evaluated through a double
`where`, so values and derivatives are finite and exact in the limit. A component that cannot be had drops out
at a finite loss where sigma > 1; where sigma <= 1 the nest has no finite price, which `problem` refuses first.
"""

from __future__ import annotations

import numpy as np

from blocs.engine.arrays import Array, module_of


def stretch(log_price: Array, sigma: Array) -> Array:
    """Return expm1(delta p)/delta, the Box-Cox transform of a price change; p itself at delta = 0."""
    xp, delta = module_of(log_price), 1.0 - sigma
    if xp is np and np.ndim(delta) == 0:
        return log_price if delta == 0.0 else np.expm1(delta * log_price) / delta
    safe = xp.where(delta == 0.0, 1.0, delta)
    return xp.where(delta == 0.0, log_price, xp.expm1(safe * log_price) / safe)


def unstretch(mean: Array, sigma: Array) -> Array:
    """Return log1p(delta m)/delta, the inverse of `stretch`: a nest's log price index from its mean."""
    xp, delta = module_of(mean), 1.0 - sigma
    if xp is np and np.ndim(delta) == 0:
        return mean if delta == 0.0 else np.log1p(delta * mean) / delta
    safe = xp.where(delta == 0.0, 1.0, delta)
    return xp.where(delta == 0.0, mean, xp.log1p(safe * mean) / safe)


def stretch_or_drop(log_price: Array, missing: Array, sigma: Array) -> Array:
    """Return `stretch` with its limit 1/(sigma - 1) at an infinite price where a component is missing."""
    xp = module_of(log_price)
    excess = xp.where(sigma > 1.0, sigma - 1.0, 1.0)
    return xp.where(missing, 1.0 / excess, stretch(log_price, sigma))


def two_input_index(share: Array, log_first: Array, log_second: Array, sigma: Array) -> Array:
    """Return the log price index of a nest of two inputs; `share` is the first one's base cost share."""
    mean = share * stretch(log_first, sigma) + (1.0 - share) * stretch(log_second, sigma)
    return unstretch(mean, sigma)


def share_factor(log_price: Array, log_index: Array, sigma: Array) -> Array:
    """Return by which factor a component's cost share changes: (p/P)^(1 - sigma)."""
    return module_of(log_index).exp((1.0 - sigma) * (log_price - log_index))
