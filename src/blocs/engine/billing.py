"""What bills do inside a sweep: who pays them, what is left, and where they arrive (see `bills`).

Most solves have no bills, so no channels, and skip the arithmetic.
"""

from __future__ import annotations

from blocs.engine.arrays import Array, along_rows
from blocs.engine.bills import Bills


def paid(net: Array, bills: Bills) -> Array:
    """Return what industries pay, (channel, region)."""
    return (bills.share * net).sum(axis=1)


def kept(net: Array, bills: Bills) -> Array:
    """Return what is left for value added and materials, (industry, region)."""
    return net if _none(bills) else net * (1.0 - bills.share.sum(axis=0))


def received(amounts: Array, bills: Bills) -> Array:
    """Return income of sellers and licence holders, (region,)."""
    return 0.0 if _none(bills) else along_rows(bills.income, amounts).sum(axis=0)


def extracted(amounts: Array, bills: Bills) -> Array:
    """Return spending on the parent industries' goods, (good, region)."""
    return 0.0 if _none(bills) else (bills.goods * amounts[:, None]).sum(axis=0)


def _none(bills: Bills) -> bool:
    return bills.share.shape[0] == 0
