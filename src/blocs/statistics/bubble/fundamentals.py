"""Takes a technology proxy out of a price before the tests: the residual of a projection, period by period.

ln p_t = γ₀ + Σ_j γ_j z_{jt} + u_t by ordinary least squares over the whole sample; the tests run on u. After
Chen, H., Chen, L.,
Huang, D., Li, Y. and Zhang, Z. (2026), General-Purpose Technology and Speculative Bubble Detection, arXiv:2604.25826: a
technology in adoption makes fundamentals themselves explosive for a while, which the plain test calls a bubble.

What is rebuilt is what the abstract says: "projects prices onto observable technology proxies and applies the
test to the
residual". **Missing**, because the full text was not at hand: which transformation and lags of the proxies the
paper uses, how it
interpolates quarterly proxies, and its critical values for a residual. The projection looks ahead (coefficients
know the
whole sample), and between trending series it can be spurious; take the wild bootstrap and treat the result as a bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from blocs.errors import DataError
from blocs.statistics.bubble.series import Series

NOTE = (
    "adjusted for the technology proxy by one projection over the whole sample (after Chen et al. 2026, "
    "arXiv:2604.25826, rebuilt from its abstract: its lags, interpolation and critical values for residuals "
    "are missing here)"
)


@dataclass(frozen=True, eq=False)
class Adjusted:
    """`series` holds the residual u; `slope` and `r_squared` are of the projection."""

    series: Series
    slope: float
    r_squared: float


def adjust(price: Series, proxy: Series) -> Adjusted:
    """Return the log of `price` less its projection on a constant and the log of `proxy`.

    The proxy must cover every period of the price, in the same form of index; nothing is interpolated. DataError
    otherwise.
    """
    if price.kind != proxy.kind:
        raise DataError(
            f"the price is indexed by {price.kind}, the proxy by {proxy.kind}; bring both to one form"
        )
    known = dict(zip(proxy.labels, proxy.values.tolist(), strict=True))
    missing = [label for label in price.labels if label not in known]
    if missing:
        raise DataError(
            f"the proxy {proxy.name} lacks {missing[0]} ({len(missing)} of {len(price)} periods in all); it must have "
            "every period of the price: nothing is interpolated here"
        )
    z = np.array([known[label] for label in price.labels])
    if not (np.all(price.values > 0.0) and np.all(z > 0.0)):
        raise DataError("price and proxy must be positive: the projection is in logarithms")
    y = np.log(price.values)
    x = np.column_stack([np.ones(z.size), np.log(z)])
    if not np.ptp(x[:, 1]) > 0.0:
        raise DataError(f"the proxy {proxy.name} is constant over the price's periods; it explains nothing")
    coefficients = np.linalg.lstsq(x, y, rcond=None)[0]
    rest = y - x @ coefficients
    r_squared = 1.0 - float(rest @ rest) / float(np.sum((y - y.mean()) ** 2))
    name = f"{price.name} less {proxy.name}"
    series = Series(name, price.kind, price.labels, price.times, rest)
    return Adjusted(series, float(coefficients[1]), r_squared)
