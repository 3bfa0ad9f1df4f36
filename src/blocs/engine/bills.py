"""Bills for inputs that markets outside the input-output table price: money that leaves an industry and is not lost.

A dear mineral raises an industry's unit cost by `input_cost` x. Of what the industry earns, the share `bill_share` does
not buy value added and materials but goes, by channel c,

    paid[c,j] = sum_k share[c,k,j] * net[k,j]                       net = sales less output tax
    income'[i] += sum_c sum_j income[c,i,j] * paid[c,j]              sellers and licence holders
    spending'[s,j] += sum_c goods[c,s,j] * paid[c,j]                 the parent industries that extract and refine

with sum_i income[c,i,j] + sum_s goods[c,s,j] = 1, so that every cent arrives. Channels keep what is paid more and what
is paid less apart, so that no distribution is a ratio of two numbers near zero; `share` may be negative: less is spent
than in the base.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from blocs.errors import DataError

if TYPE_CHECKING:
    from blocs.engine.arrays import Array
    from blocs.engine.shocks import Shocks
    from blocs.world.world import World

CHANNELS = ("rent_up", "rent_down", "extraction_up", "extraction_down")
FIELDS = ("bill_share", "bill_income", "bill_goods")
ADDS_UP = 1e-9


class Bills(NamedTuple):
    """share (channel, industry, region), income (channel, receiver, payer), goods (channel, good, region)."""

    share: Array
    income: Array
    goods: Array


def of(world: World, shocks: Shocks) -> Bills:
    """Return the bills of `shocks`; no channels where there are none."""
    goods, regions = len(world.sectors), len(world.regions)
    if shocks.bill_share is None or shocks.bill_income is None or shocks.bill_goods is None:
        return Bills(
            np.zeros((0, goods, regions)), np.zeros((0, regions, regions)), np.zeros((0, goods, regions))
        )
    return Bills(shocks.bill_share, shocks.bill_income, shocks.bill_goods)


def check(shocks: Shocks, world: World) -> None:
    """Raise DataError unless bills are whole, leave something to the industry, and arrive in full."""
    given = [getattr(shocks, name) is not None for name in FIELDS]
    if not any(given):
        return
    if shocks.bill_share is None or shocks.bill_income is None or shocks.bill_goods is None:
        raise DataError(f"{', '.join(FIELDS)} go together; give all three or none")
    total = shocks.bill_share.sum(axis=0)
    if not np.isfinite(total).all() or (total >= 1.0).any():
        k, j = np.argwhere(~(total < 1.0))[0]
        raise DataError(
            f"bill_share takes {total[k, j]:.6g} of the sales of {world.sectors[k]} in {world.regions[j]}; it must "
            "stay below 1"
        )
    arrives = shocks.bill_income.sum(axis=1) + shocks.bill_goods.sum(axis=1)
    billed = np.abs(shocks.bill_share).sum(axis=1) > 0.0
    wrong = billed & ~(np.abs(arrives - 1.0) <= ADDS_UP)
    if wrong.any():
        c, j = np.argwhere(wrong)[0]
        raise DataError(
            f"of what {world.regions[j]} pays in channel {CHANNELS[c]} a share of {arrives[c, j]:.12g} arrives; "
            "bill_income and bill_goods must sum to 1"
        )
