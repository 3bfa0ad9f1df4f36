"""How much of the US-China duties of 2018-19 was in force in each year: what `World.at` takes out of the base."""

from __future__ import annotations

import numpy as np

from blocs.builders.repairs import Repair
from blocs.builders.tariffs import NAICS, TRADE_WAR_TABLE, TRADE_WAR_URL, trade_war_increments
from blocs.data import store

PHASES_TABLE = "trade-war-phases.csv"
ADDED_FILE = "trade-war-added.csv"
FULL_FROM = 2020  # the rates of March 2020 are in force from here on (January 2020 alone was above them)
SIDES = {"us_on_china": "us_imports_from_china", "china_on_us": "us_exports_to_china"}
# months of each year that a column of the two tables was in force; 2018 begins with the rates of February
MONTHS = {
    ("us_on_china", 2018): {"2018": 6, "2018_07": 2, "2018_09": 1, "2018_10": 3},
    ("us_on_china", 2019): {"2018_10": 5, "2019_06": 3, "2019_09": 4},
    ("china_on_us", 2018): {"2018": 3, "2018_04": 3, "2018_07": 2, "2018_09": 1, "2018_10": 3},
    ("china_on_us", 2019): {"2019_01": 5, "2019_06": 3, "2019_09": 4},
}


def added_by_year(goods: tuple[str, ...], coverage: float, repairs: list[Repair]) -> list[dict[str, object]]:
    """Return one row per good: the duty the base carries on top of Teti's averages, by side and year.

    Columns `us_on_china_2018`, `_2019`, `_2020` and the same for `china_on_us`, fractions ad valorem; the last
    holds from 2020 on and is what the base year carries; before 2018 there is none. Statutory rises in the
    average of the year's months, weighted like the final ones and multiplied by the same `coverage`.
    """
    final = trade_war_increments(goods)
    columns = {
        f"{side}_{year}": coverage * (final[side] if year >= FULL_FROM else _rise(side, year, goods))
        for side in SIDES
        for year in (2018, 2019, FULL_FROM)
    }
    repairs.append(_record())
    return [
        {"good": good, **{name: round(float(values[s]), 9) for name, values in columns.items()}}
        for s, good in enumerate(goods)
    ]


def _rise(side: str, year: int, goods: tuple[str, ...]) -> np.ndarray:
    """Statutory rise over February 2018 by good in the average month of `year`, a fraction; falls count as 0."""
    rows = {row["naics3"]: row for row in store.rows(TRADE_WAR_TABLE)}
    steps = {row["naics3"]: {**rows[row["naics3"]], **row} for row in store.rows(PHASES_TABLE)}
    out = np.zeros(len(goods))
    for s, good in enumerate(goods):
        codes = NAICS.get(good, ())
        if codes:
            weights = np.array([float(rows[code][SIDES[side]]) for code in codes])
            rises = [
                max(_average(steps[code], side, year) - float(rows[code][f"{side}_2018"]), 0.0)
                for code in codes
            ]
            out[s] = float(weights @ np.array(rises) / weights.sum()) / 100
    return out


def _average(row: dict[str, str], side: str, year: int) -> float:
    months = MONTHS[side, year]
    return sum(count * float(row[f"{side}_{column}"]) for column, count in months.items()) / sum(
        months.values()
    )


def _record() -> Repair:
    return Repair(
        "trade-war-added",
        "USA on CHN and CHN on USA, 27 goods, 2018 and 2019",
        "statutory rises of the year's average month by three-digit NAICS, times the base year's coverage; nothing "
        "before 2018, the base year's from 2020",
        "taken out of the base by World.at",
        f"a duty must not be in a base from which a scenario introduces it. Rates: {TRADE_WAR_URL}; that the share "
        "collected was the same in 2018 and 2019 is an assumption",
        "transcribed",
    )
