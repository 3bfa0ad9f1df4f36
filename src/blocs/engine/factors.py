"""Factor markets: the wage and rental changes at which income meets endowments (docs/engine.md)."""

from __future__ import annotations

from blocs.engine.arrays import Array, choose, module_of

# A market that has vanished keeps this much of its base, so that logs stay finite; one that only shrinks keeps what
# it has, for a scarce good may take nearly all of a region's spending (short run, poor substitutes).
VANISHED = 1e-12
SMALLEST = 1e-250


def log_ratio(level: Array, base: Array, otherwise: Array) -> Array:
    """Return log(level/base) with `VANISHED` as its floor, and `otherwise` where the base is zero."""
    xp = module_of(level)
    exists = base > 0.0
    ratio = level / xp.where(exists, base, 1.0)
    kept = xp.where(ratio > SMALLEST, ratio, VANISHED)
    return xp.where(exists, xp.log(kept), otherwise)


def implied_rental(bill: Array, capital: Array, mobile: Array, rental: Array) -> Array:
    """Return log r[k,j] that clears capital: one per region if `mobile`, else one per industry.

    bill: rentals that industries pay; capital: base bill times the change of the stock; `rental` is kept where
    there is no capital.
    """

    def common() -> Array:
        stock = capital.sum(axis=0)
        return module_of(bill).where(stock > 0.0, log_ratio(bill.sum(axis=0), stock, 0.0), rental)

    return choose(mobile, common, lambda: log_ratio(bill, capital, rental))
