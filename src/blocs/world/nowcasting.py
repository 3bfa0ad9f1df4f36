"""Flows of a year of which only national GDP and the origin of US goods imports are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from blocs.data import store
from blocs.errors import DataError
from blocs.world.accounts import Accounts, Floats
from blocs.world.balance import ratio
from blocs.world.groups import resolve_regions

GROWTH_TABLE = "worlds/nowcast-2023.csv"
IMPORTS_TABLE = "worlds/us-imports-2024.csv"
IMPORTS_YEAR = 2024
APART = frozenset({"SVK"})  # counted apart from the table's European Union (see repairs.csv)
MAX_RISE = (
    3.0  # a partner that would sell more than this multiple is left out: its customs value is re-exports
)
GDP_TOLERANCE = 1e-8  # relative, per region
SHARE_TOLERANCE = 1e-5  # relative, per partner
SPENDING_TOLERANCE = 1e-3  # of a region's spending: the spending targets are an assumption, GDP is data
MAX_SWEEPS = 2000


@dataclass(frozen=True)
class ImportShares:
    """Shares of the partners named in US goods imports: group[p, i] is 1 where region i belongs to partner p."""

    names: tuple[str, ...]
    group: Floats  # [partners, regions]
    share: Floats  # [partners], sums to one


def gdp_growth(regions: tuple[str, ...]) -> Floats:
    """Return GDP of the nowcast year over GDP of the base year by region, current US$ (World Bank)."""
    growth = {row["region"]: float(row["growth"]) for row in store.rows(GROWTH_TABLE)}
    return np.array([growth[region] for region in regions])


def import_shares(regions: tuple[str, ...]) -> ImportShares:
    """Return the partners of the US imports table and their shares (customs value of `IMPORTS_YEAR`)."""
    rows = store.rows(IMPORTS_TABLE)
    group = np.zeros((len(rows), len(regions)))
    for p, row in enumerate(rows):
        codes = resolve_regions([row["partner"]], regions, None).codes
        group[p, [regions.index(code) for code in codes if code not in APART]] = 1.0
    value = np.array([float(row["imports_2024"]) for row in rows])
    return ImportShares(tuple(row["partner"] for row in rows), group, value / value.sum())


def grown_flows(base: Accounts, growth: Floats, shares: ImportShares, usa: int, goods: int) -> Floats:
    """Return flows of the base scaled biproportionally to the nowcast's margins.

    Output Y[s,i] = h[i] Y0[s,i] exactly, where h makes value added (v0 Y) plus duty equal growth times base GDP;
    spending of region j on good s at h[j] times the base, scaled per good so that the world sells what it buys,
    within `SPENDING_TOLERANCE`; sales of the first `goods` goods to `usa` split over the partners by `shares`,
    their total left free. Zeros stay zero.
    Raises DataError if the sweeps do not settle.
    """
    kept = _believable(base, growth, shares, usa, goods)
    value_added = base.value_added.sum(axis=0)
    target = growth * (value_added + base.duty)
    bought = base.flows.sum(axis=1)
    flows = base.flows * np.sqrt(growth[:, None] * growth[None, :])
    for _ in range(MAX_SWEEPS):
        scale = (target - _duty(flows, base.tariff)) / value_added
        output = base.output * scale
        spending = bought * scale
        spending = spending * ratio(output.sum(axis=1), spending.sum(axis=1))[:, None]
        factor = _partner_factors(flows[:goods, :, usa].sum(axis=0), kept)
        flows[:goods, :, usa] *= factor
        flows *= ratio(spending, flows.sum(axis=1))[:, None, :]
        flows *= ratio(output, flows.sum(axis=2))[:, :, None]
        gdp_gap = np.max(np.abs((scale * value_added + _duty(flows, base.tariff)) / target - 1.0))
        share_gap = np.max(np.abs(factor - 1.0))
        spending_gap = np.max(np.abs(flows.sum(axis=1) - spending) / spending.sum(axis=0))
        if gdp_gap < GDP_TOLERANCE and share_gap < SHARE_TOLERANCE and spending_gap < SPENDING_TOLERANCE:
            return flows
    raise DataError(
        f"the nowcast did not settle in {MAX_SWEEPS} sweeps (GDP {gdp_gap:.1e}, US partner shares {share_gap:.1e}, "
        f"spending {spending_gap:.1e}); check {GROWTH_TABLE} and {IMPORTS_TABLE}"
    )


def left_out(base: Accounts, growth: Floats, shares: ImportShares, usa: int, goods: int) -> tuple[str, ...]:
    """Return the partners that the margin leaves alone because it would multiply their sales by `MAX_RISE`."""
    kept = _believable(base, growth, shares, usa, goods).names
    return tuple(name for name in shares.names if name not in kept)


def _believable(base: Accounts, growth: Floats, shares: ImportShares, usa: int, goods: int) -> ImportShares:
    sold = base.flows[:goods, :, usa].sum(axis=0) * growth
    now = shares.group @ sold
    keep = shares.share * now.sum() <= MAX_RISE * now
    names = tuple(name for name, kept in zip(shares.names, keep, strict=True) if kept)
    return ImportShares(names, shares.group[keep], shares.share[keep] / shares.share[keep].sum())


def _partner_factors(sold: Floats, shares: ImportShares) -> Floats:
    """Factor by which each region's sales to the US must change for the partners' shares; 1 outside them."""
    now = shares.group @ sold
    factor = shares.share * now.sum() / now
    return np.where(shares.group.sum(axis=0) > 0.0, shares.group.T @ factor, 1.0)


def _duty(flows: Floats, tariff: Floats) -> Floats:
    return np.einsum("sij,sij->j", flows, tariff)
