"""Typed access to the tables of AI (`data/ai/*.csv`); its time series are in `blocs.world.series`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from blocs.data import store
from blocs.errors import DataError, unknown

OPENNESS = ("open", "open_restricted", "closed_access", "unreleased", "unknown")


@dataclass(frozen=True)
class ChipTotal:
    """Chips sold (by maker) or held (by owner) from `since` to `quarter_end`, cumulative; H100e: in H100 equivalents.

    `h100e_low` and `h100e_high` are the publisher's 5th and 95th percentiles. Chips retired are not taken off.
    """

    who: str
    maker: str
    since: str
    quarter_end: str
    h100e_low: int
    h100e: int
    h100e_high: int
    units: int
    power_mw: int
    complete: bool


@dataclass(frozen=True)
class SiteState:
    """What a large data centre has from `date` on: power (MW), chips (H100e), cost (2025 US$ bn); None: not said."""

    data_centre: str
    country: str
    owner: str
    owner_certainty: str
    date: str
    status: str  # observed, or projected by the publisher
    power_mw: float | None
    h100e: float | None
    capital_cost_usd_bn: float | None


@dataclass(frozen=True)
class Capex:
    """Capital spending of a company in a year, US$ bn; `kind` reported or guidance, `status` how it is known."""

    company: str
    year: int
    usd_bn: float
    usd_bn_low: float
    usd_bn_high: float
    kind: str
    status: str
    note: str


@dataclass(frozen=True)
class Releases:
    """Models of `collection` ("large": over 10²³ FLOP; "notable") by year, country, openness; fractions: shared."""

    collection: str
    year: int
    country: str
    openness: str
    models: float


@dataclass(frozen=True)
class SectorWeight:
    """How much of a strategic sector an ICIO industry stands for: by China's output, and evenly."""

    plan: str
    sector: str
    industry: str
    weight: float
    weight_equal: float
    caveat: str


def chips_by_maker() -> tuple[ChipTotal, ...]:
    """Return cumulative chip sales by maker and quarter."""
    return tuple(_chips(row, row["maker"]) for row in store.rows("ai/chips-by-maker.csv"))


def chips_by_owner() -> tuple[ChipTotal, ...]:
    """Return cumulative Nvidia chips by owner and quarter; what is left of Nvidia's total belongs to others."""
    return tuple(_chips(row, row["owner"]) for row in store.rows("ai/chips-by-owner.csv"))


def data_centres() -> tuple[SiteState, ...]:
    """Return the timelines of the largest data centres: a sample of big sites, not a census."""
    numbers = ("power_mw", "h100e", "capital_cost_usd_bn")
    return tuple(
        SiteState(**_typed(row, dict.fromkeys(numbers, _or_none)))
        for row in store.rows("ai/data-centres.csv")
    )


def capex() -> tuple[Capex, ...]:
    """Return capital spending of the large cloud companies."""
    kinds: dict[str, Callable[[str], Any]] = {"year": int}
    kinds |= dict.fromkeys(("usd_bn", "usd_bn_low", "usd_bn_high"), float)
    return tuple(Capex(**_typed(row, kinds)) for row in store.rows("ai/capex.csv"))


def releases(collection: str = "large") -> tuple[Releases, ...]:
    """Return model releases of one collection, "large" or "notable", from 2017."""
    found = [
        Releases(**_typed(row, {"year": int, "models": float})) for row in store.rows("ai/model-releases.csv")
    ]
    names = {row.collection for row in found}
    if collection not in names:
        raise DataError(unknown("collection", collection, names))
    return tuple(row for row in found if row.collection == collection)


@cache
def electricity() -> Mapping[str, Mapping[int, float]]:
    """Return generation, TWh, by region (and WLD) and year."""
    found: dict[str, dict[int, float]] = {}
    for row in store.rows("ai/electricity.csv"):
        found.setdefault(row["region"], {})[int(row["year"])] = float(row["twh"])
    return MappingProxyType({region: MappingProxyType(years) for region, years in found.items()})


def electricity_growth(region: str, first: int, last: int) -> float:
    """Return mean yearly growth of generation between two years, as a fraction: (E_last/E_first)^(1/years) − 1."""
    table = electricity()
    if region not in table:
        raise DataError(unknown("region", region, table))
    years = table[region]
    for year in (first, last):
        if year not in years:
            raise DataError(f"no generation of {region} in {year}; years are {min(years)} to {max(years)}")
    if not last > first:
        raise DataError(f"growth from {first} to {last} needs a later second year")
    return (years[last] / years[first]) ** (1.0 / (last - first)) - 1.0


def strategic_sectors(plan: str | None = None) -> tuple[SectorWeight, ...]:
    """Return industries and weights of the sectors of one plan, or of both."""
    kinds = {"weight": float, "weight_equal": float}
    found = tuple(SectorWeight(**_typed(row, kinds)) for row in store.rows("ai/strategic-sectors.csv"))
    plans = {row.plan for row in found}
    if plan is not None and plan not in plans:
        raise DataError(unknown("plan", plan, plans))
    return tuple(row for row in found if plan in (None, row.plan))


def latest(totals: tuple[ChipTotal, ...]) -> dict[str, ChipTotal]:
    """Return the last quarter of each maker or owner whose figures are complete."""
    return {total.who: total for total in sorted(totals, key=lambda t: t.quarter_end) if total.complete}


def _chips(row: dict[str, str], who: str) -> ChipTotal:
    whole = ("h100e_low", "h100e", "h100e_high", "units", "power_mw")
    return ChipTotal(
        who=who, maker=row["maker"], since=row["since"], quarter_end=row["quarter_end"],
        **{name: int(row[name]) for name in whole}, complete=row["complete"] == "yes",
    )  # fmt: skip


def _or_none(cell: str) -> float | None:
    return float(cell) if cell else None


def _typed(row: dict[str, str], kinds: Mapping[str, Callable[[str], Any]]) -> dict[str, Any]:
    return {name: kinds[name](cell) if name in kinds else cell for name, cell in row.items()}
