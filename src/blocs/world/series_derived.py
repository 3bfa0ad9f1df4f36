"""Series that no table holds as rows: trade between regions, content through all tiers, concentration of production."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

import numpy as np

from blocs.data import store
from blocs.world.accounts import Floats

ALL = "all"
GOODS, SERVICES = "goods", "services"  # industries of trade: goods are A to C
_GOODS_LETTERS = ("A", "B", "C")
_PRODUCTION = "minerals/production.csv"


class Reader(Protocol):
    """Reads a family of series from arrays."""

    def choices(self, column: str) -> list[str]:
        """Return the values a column can take."""
        ...

    def points(self, chosen: Mapping[str, str]) -> Iterable[tuple[str, float]]:
        """Return (period, value) in time order."""
        ...


class Exports:
    """Sales across borders at producer prices, US$ mn: by exporter, importer and industry, `all` for totals.

    A total leaves out what a region sells to itself.
    """

    def choices(self, column: str) -> list[str]:
        """Return regions, or industries with `all`, `goods` and `services`."""
        regions, sectors, _ = _frame()
        return [ALL, *regions] if column != "industry" else [ALL, GOODS, SERVICES, *sectors]

    def points(self, chosen: Mapping[str, str]) -> Iterable[tuple[str, float]]:
        """Return the sales of each year."""
        exporter, importer, industry = (chosen[key] for key in ("exporter", "importer", "industry"))
        regions, sectors, years = _frame()
        goods = [n for n, sector in enumerate(sectors) if _belongs(sector, industry)]
        sellers = [n for n, region in enumerate(regions) if exporter in (ALL, region)]
        buyers = [n for n, region in enumerate(regions) if importer in (ALL, region)]
        abroad = ~np.eye(len(regions), dtype=bool)[np.ix_(sellers, buyers)]
        for year in years:
            part = _flows(year)[goods][:, sellers][:, :, buyers]
            yield str(year), float(part[:, abroad].sum(dtype=np.float64))


class Content:
    """Value added of an origin in a region's output of an industry, through all tiers, % of gross output."""

    def choices(self, column: str) -> list[str]:
        """Return regions or industries."""
        from blocs.world.look_through import by_year

        held = by_year()
        return list(held.sectors if column == "industry" else held.regions)

    def points(self, chosen: Mapping[str, str]) -> Iterable[tuple[str, float]]:
        """Return the share of each year."""
        from blocs.world.look_through import by_year

        held = by_year()
        region, industry, origin = (chosen[key] for key in ("region", "industry", "origin"))
        place = (held.regions.index(origin), held.sectors.index(industry), held.regions.index(region))
        return [(str(year), 100.0 * float(held.content[n][place])) for n, year in enumerate(held.years)]


class Concentration:
    """A country's share in the world's production of a mineral, %; the world is the sum of all countries published."""

    def choices(self, column: str) -> list[str]:
        """Return minerals or countries."""
        return list(dict.fromkeys(row[column] for row in store.rows(_PRODUCTION)))

    def points(self, chosen: Mapping[str, str]) -> Iterable[tuple[str, float]]:
        """Return the share of each year; a country that is not listed has 0."""
        rows = [row for row in store.rows(_PRODUCTION) if row["symbol"] == chosen["symbol"]]
        for year in (key for key in rows[0] if key.isdigit()):
            made = {row["country"]: float(row[year] or 0.0) for row in rows}
            if sum(made.values()) > 0.0:
                yield year, 100.0 * made.get(chosen["country"], 0.0) / sum(made.values())


DERIVED: dict[str, Reader] = {"exports": Exports(), "content": Content(), "concentration": Concentration()}


def _belongs(sector: str, industry: str) -> bool:
    if industry in (ALL, sector):
        return True
    return industry == (GOODS if sector.startswith(_GOODS_LETTERS) else SERVICES)


def _frame() -> tuple[list[str], list[str], tuple[int, ...]]:
    from blocs.world.history import YEARS

    table = _totals()
    return table["regions"].tolist(), table["sectors"].tolist(), YEARS


def _flows(year: int) -> Floats:
    from blocs.world.history import BASE_YEAR
    from blocs.world.load import load_world

    if year == BASE_YEAR:
        return load_world("81x28").accounts.flows
    table = _totals()
    return table["flows"][table["years"].tolist().index(year)]


def _totals() -> dict[str, np.ndarray]:
    from blocs.world.history import TOTALS_TABLE

    return store.arrays(TOTALS_TABLE)
