"""What bills do inside a sweep: who pays them, what is left, and where they arrive (see `bills`)."""

from __future__ import annotations

from blocs.engine.arrays import Array, along_rows
from blocs.engine.bills import Bills


def paid(net: Array, bills: Bills) -> Array:
    """Return what industries pay, (channel, region)."""
    return (bills.share * net).sum(axis=1)


def kept(net: Array, bills: Bills) -> Array:
    """Return what is left for value added and materials, (industry, region)."""
    return net * (1.0 - bills.share.sum(axis=0))


def received(amounts: Array, bills: Bills) -> Array:
    """Return income of sellers and licence holders, (region,)."""
    return along_rows(bills.income, amounts).sum(axis=0)


def extracted(amounts: Array, bills: Bills) -> Array:
    """Return spending on the parent industries' goods, (good, region)."""
    return (bills.goods * amounts[:, None]).sum(axis=0)
