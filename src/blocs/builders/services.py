"""Split services, known as one aggregate by pair of regions, over the 23 service industries.

What is known: intermediate sales by industry, seller, user and buyer; each seller's total sales by
industry; and final sales by (seller, buyer) as one aggregate. What is sold for final use by (industry,
seller, buyer) is the RAS of a seed with those two margins; sales to `ROW` are one more buyer of the same
table.
"""

from __future__ import annotations

import numpy as np

from blocs.builders import source as src
from blocs.builders.repairs import Repair
from blocs.errors import DataError
from blocs.world.balance import ras, ratio

HOME_ONLY = ("L", "O", "T")
"""Real estate, government and households' own services are never sold abroad as final use."""
CAPPED = {"F": 0.02, "P": 0.05, "Q": 0.02}
"""Construction, education, health: ceiling on the share of a seller's final sales that goes abroad."""
NEUTRAL = ("I",)
"""Hotels and restaurants are seeded with the seller's aggregate pattern: guests' spending is final use
abroad, while the intermediates are booked at home."""
SMOOTHING = 0.1  # weight of the world pattern in every seed, so that no known sale meets an empty seed


def split_services(icio: src.Icio, repairs: list[Repair]) -> np.ndarray:
    """Return total flows [50, 81, 81] (US$ mn): goods as published, services split over 23 industries.

    Summing the last 23 returns the published services aggregate exactly (to rounding).
    """
    total = icio.flows
    inter = icio.intermediates[src.GOODS :].sum(axis=2, dtype=np.float64)  # [23, 80, 80]
    final = _final_sales(icio, inter, repairs)  # [23, 80, 81]
    flows = np.zeros((50, 81, 81))
    flows[: src.GOODS] = total[: src.GOODS]
    services = flows[src.GOODS :]
    services[:, :80, :] = final
    services[:, :80, :80] += inter
    services[:, 80, :] = _purchases_from_row(icio, services, repairs)
    services *= ratio(total[src.GOODS], services.sum(0))[None]
    gap = np.abs(services.sum(0) - total[src.GOODS]).max()
    if gap > 1e-6 * total[src.GOODS].max():
        raise DataError(
            f"split services miss the aggregate by {gap:.3g}; a pair has sales but an empty split"
        )
    return flows


def _final_sales(icio: src.Icio, inter: np.ndarray, repairs: list[Repair]) -> np.ndarray:
    """Split each seller's remaining sales: final use by buyer, and all sales to `ROW`, [23, 80, 81]."""
    columns = np.maximum(icio.flows[src.GOODS, :80].copy(), 0.0)  # [80, 81]
    columns[:, :80] = np.maximum(columns[:, :80] - inter.sum(0), 0.0)
    remaining = _remaining(icio, inter)
    remaining *= ratio(columns.sum(1), remaining.sum(0))[None]
    seed = _seed(icio.sectors[src.GOODS :], inter, remaining, columns)
    capped = [icio.sectors.index(name) - src.GOODS for name in CAPPED]
    ceilings = np.array(list(CAPPED.values()))
    rows = remaining.T  # [80, 23]
    abroad = ~np.eye(80, 81, dtype=bool)[:, None, :]
    for _ in range(30):
        table = ras(seed, rows, columns, tolerance=1e-9, what="final use of services")
        share = ratio(np.where(abroad, table, 0.0).sum(2), table.sum(2))[:, capped]
        over = share > ceilings * (1 + 1e-6)
        if not over.any():
            break
        factor = np.ones((80, 23))
        factor[:, capped] = np.where(over, ceilings / np.maximum(share, 1e-300), 1.0)
        seed = np.where(abroad, seed * factor[:, :, None], seed)
    else:
        raise DataError("the caps on final use of F, P, Q abroad cannot be met; raise CAPPED in services.py")
    repairs.append(_record_final(icio, table, abroad))
    return table.transpose(1, 0, 2)


def _remaining(icio: src.Icio, inter: np.ndarray) -> np.ndarray:
    """Sales of each service industry that are not intermediates of the 80 regions, [23, 80].

    Published gross output less intermediate sales: final use everywhere and all sales to `ROW`.
    """
    return np.maximum(icio.output[src.GOODS :] - inter.sum(2), 0.0)


def _seed(
    names: tuple[str, ...], inter: np.ndarray, remaining: np.ndarray, columns: np.ndarray
) -> np.ndarray:
    """Return the seed [80 sellers, 23, 81 buyers]: remaining sales times a prior of who buys them.

    The prior of a pair is the seller's intermediate sales by buyer, smoothed with the world's; `ROW` buys
    like the average foreign buyer.
    """
    sellers = np.arange(80)
    own = inter[:, sellers, sellers]
    foreign_world = ratio(inter.sum((1, 2)) - own.sum(1), inter.sum((1, 2)))  # [23]
    abroad = columns[:, :80] * (1 - np.eye(80))
    partner = ratio(abroad, abroad.sum(1)[:, None])  # [80, 80] where each seller sells services
    world_prior = foreign_world[:, None, None] * partner[None]
    prior = (1 - SMOOTHING) * ratio(inter, inter.sum(2)[:, :, None]) + SMOOTHING * world_prior
    prior[:, sellers, sellers] = 0.0
    for name in NEUTRAL:
        prior[names.index(name)] = ratio(abroad, columns.sum(1)[:, None])
    for name in HOME_ONLY:
        prior[names.index(name)] = 0.0
    out = np.zeros((23, 80, 81))
    out[:, :, :80] = prior
    to_row = ratio(columns[:, 80], abroad.sum(1), default=0.0)
    out[:, :, 80] = prior.sum(2) * np.maximum(to_row, 1e-6)[None]
    out[:, sellers, sellers] = np.maximum(1 - out.sum(2), 0.05)
    return (out * remaining[:, :, None]).transpose(1, 0, 2)


def _purchases_from_row(icio: src.Icio, services: np.ndarray, repairs: list[Repair]) -> np.ndarray:
    """Split what `ROW` sells, [81 buyers] -> [23, 81].

    Abroad: like the buyer's services imports from the non-OECD regions. At home: like what the non-OECD
    regions sell at home.
    """
    sales = icio.flows[src.GOODS, 80]
    sellers = icio.non_oecd
    out = np.zeros((23, 81))
    for j in range(80):
        out[:, j] = services[:, [i for i in sellers if i != j], j].sum(1)
    out[:, 80] = services[:, sellers, sellers].sum(1)
    repairs.append(
        Repair(
            "flows",
            "23 services sold by ROW to 81 buyers",
            "abroad: the industry mix of the buyer's services imports from the non-OECD regions; at "
            "home: the mix "
            "of what non-OECD regions sell at home",
            f"US$ {sales[:80].sum() / 1e3:.0f} bn abroad, {sales[80] / 1e3:.0f} bn at home",
            "only the aggregate is published",
            "assumption",
        )
    )
    return ratio(out, out.sum(0)[None]) * sales[None]


def _record_final(icio: src.Icio, table: np.ndarray, abroad: np.ndarray) -> Repair:
    """Describe the split of final services and what share of each industry it sells abroad."""
    foreign = np.where(abroad, table, 0.0).sum((0, 2))
    share = ratio(foreign, table.sum((0, 2)))
    names = icio.sectors[src.GOODS :]
    shown = ", ".join(f"{name} {100 * value:.1f}%" for name, value in zip(names, share, strict=True))
    caps = ", ".join(f"{name} {100 * cap:.0f}%" for name, cap in CAPPED.items())
    return Repair(
        "flows",
        "final sales of 23 services, 80 sellers x 80 buyers, and all their sales to ROW",
        "RAS with two margins: each seller's output less intermediate sales by industry, and the "
        "aggregate by "
        f"pair. Seed: the seller's intermediate sales by buyer ({100 * SMOOTHING:.0f}% world pattern); "
        f"{', '.join(HOME_ONLY)} only at home; per seller at most {caps} abroad; {', '.join(NEUTRAL)} "
        "seeded with "
        f"the aggregate (its intermediates are booked at home). ROW buys like the average foreign buyer",
        f"sold abroad: {shown}",
        "final use of services by (industry, seller, buyer) is not in the source",
        "assumption",
    )
