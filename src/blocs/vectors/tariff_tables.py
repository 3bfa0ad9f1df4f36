"""Bundled tables of import duties added since a base year: by importer, exporter, good and date."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from blocs.data import store
from blocs.errors import DataError, unknown
from blocs.world.accounts import Floats, frozen
from blocs.world.world import World

Cell = tuple[str, str, str]  # importer, exporter, good


@dataclass(frozen=True)
class Table:
    """One bundled table: its file, what it does in plain words, and how its columns are read."""

    file: str
    words: str
    read: Callable[[str], dict[str, dict[Cell, float]]]


def dates(table: str) -> list[str]:
    """Return the dates of a bundled table in order; ValueError for an unknown table."""
    return list(_rates(table))


def added(table: str, date: str, world: World) -> Floats:
    """Return the duties `table` adds on `date` as fractions (good, origin, destination) of `world`, read-only.

    Raises DataError if `world` lacks a region or good of the table: its rates are not spread over other cells.
    """
    return _placed(table, date, world.name, world.sectors, world.regions)


@lru_cache(maxsize=8)
def _placed(table: str, date: str, name: str, sectors: tuple[str, ...], regions: tuple[str, ...]) -> Floats:
    out = np.zeros((len(sectors), len(regions), len(regions)))
    region = {code: n for n, code in enumerate(regions)}
    sector = {code: n for n, code in enumerate(sectors)}
    for (importer, exporter, good), rate in _rates(table)[date].items():
        for code, known, kind in (
            (importer, region, "region"),
            (exporter, region, "region"),
            (good, sector, "good"),
        ):
            if code not in known:
                raise DataError(
                    f"the table {table} has rates for the {kind} {code}, which {name} lacks; use a bundled world "
                    "(81x50 or 81x28)"
                )
        out[sector[good], region[exporter], region[importer]] = rate
    return frozen(out)


@cache
def _rates(table: str) -> dict[str, dict[Cell, float]]:
    if table not in TABLES:
        raise ValueError(unknown("table of duties", table, list(TABLES)))
    return TABLES[table].read(TABLES[table].file)


def _by_date(file: str) -> dict[str, dict[Cell, float]]:
    """Read a table with columns importer, exporter, good and one column per date."""
    rows = store.rows(file)
    found = [name for name in rows[0] if name not in ("importer", "exporter", "good")]
    return {
        date: {(row["importer"], row["exporter"], row["good"]): float(row[date]) for row in rows}
        for date in found
    }


def _us_china(file: str) -> dict[str, dict[Cell, float]]:
    """Read the table of what the base carries of the trade war: a column per side and year."""
    pairs = {"us_on_china": ("USA", "CHN"), "china_on_us": ("CHN", "USA")}
    return {
        year: {
            (*pair, row["good"]): float(row[f"{side}_{year}"])
            for row in store.rows(file)
            for side, pair in pairs.items()
        }
        for year in ("2018", "2019", "2020")
    }


TABLES: dict[str, Table] = {
    "us-tariffs-2025-26": Table(
        "us-tariffs-2025-26.csv",
        "The United States adds its tariffs of 2025–26 by partner and good",
        _by_date,
    ),
    "us-china-2018-20": Table(
        "worlds/trade-war-added.csv",
        "The United States and China add their duties of the trade war, as collected",
        _us_china,
    ),
}
