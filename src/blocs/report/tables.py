"""Tidy tables of a run or a static outcome: regions, industries, bilateral goods trade, and who replaces whom.

Values are US$ mn at the prices of the base year, so they are volumes and do not depend on the numeraire.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from blocs.engine.outcome import REGIONAL, Outcome
from blocs.report.cases import Case, Result, case, cases, goods_rows, shipped, welfare_usd
from blocs.report.table import Column, Table
from blocs.report.words import NOISE, region_name, sector_name
from blocs.world.accounts import Floats

Row = tuple[Any, ...]

LABELS = {
    "welfare": "Welfare",
    "real_income": "Real income",
    "real_wage": "Real wage",
    "cpi": "Consumer price",
    "gdp": "GDP volume",
    "exports": "Exports",
    "imports": "Imports",
    "terms_of_trade": "Terms of trade",
}
_YEAR = Column("year", "Year")
_VALUES = (
    Column("base_usd", "Base", "US$ mn"),
    Column("outcome_usd", "Outcome", "US$ mn"),
    Column("change_usd", "Change", "US$ mn"),
    Column("change", "Change", "%"),
)
REGIONS = (
    _YEAR,
    Column("region", "Code"),
    Column("name", "Region"),
    Column("welfare", "Welfare", "%"),
    Column("welfare_usd", "Welfare", "US$ mn"),
    *(Column(name, LABELS.get(name, name), "%") for name in REGIONAL if name != "welfare"),
)
SECTORS = (
    _YEAR,
    Column("region", "Code"),
    Column("name", "Region"),
    Column("sector", "Industry code"),
    Column("sector_name", "Industry"),
    Column("output_volume", "Output volume", "%"),
    Column("employment", "Employment", "%"),
    *_VALUES[:3],
)
BILATERAL = (
    _YEAR,
    Column("origin", "Origin code"),
    Column("origin_name", "Origin"),
    Column("destination", "Destination code"),
    Column("destination_name", "Destination"),
    *_VALUES,
)
REROUTING = (
    _YEAR,
    Column("region", "Code"),
    Column("name", "Region"),
    Column("side", "Side"),
    Column("partner", "Partner code"),
    Column("partner_name", "Partner"),
    *_VALUES,
)
LEAST = 0.002  # of the panel's largest change; partners that move less are among all others
IMPORTS, EXPORTS = "imports", "exports"


def regional_table(result: Result) -> Table:
    """Return (year, region, name, every metric of `REGIONAL` in %, welfare_usd in US$ mn of the base year)."""
    return Table("regions", REGIONS, tuple(_by_case(cases(result), _regional_rows)))


def sector_table(result: Result, year: int | None = None) -> Table:
    """Return output volume and employment by region and industry, %, and output in US$ mn at base prices.

    Industries that do not exist in the base are left out. year: of a run; default its headline year.
    """
    return Table("sectors", SECTORS, tuple(_by_case([case(result, year)], _sector_rows)))


def bilateral_table(result: Result, year: int | None = None) -> Table:
    """Return goods trade of every pair (origin, destination): base and outcome, US$ mn at base prices, as shipped."""
    return Table("bilateral", BILATERAL, tuple(_by_case([case(result, year)], _bilateral_rows)))


def rerouting_table(result: Result, year: int | None = None, *, panels: int = 4, partners: int = 9) -> Table:
    """Return who replaces the most affected flows of goods: imports of their buyers, exports of their sellers.

    From the pairs with the largest change in US$, up to `panels` sides are looked at: at most `partners` with the
    largest changes, own producers among them, and all others as one row. Empty if no trade changes.
    """
    when, outcome = case(result, year)
    base, now = _goods_trade(outcome)
    rows: list[Row] = []
    for side, at in _most_affected(base, now, panels):
        rows += [(when, *row) for row in _partner_rows(outcome, base, now, side, at, partners)]
    return Table("rerouting", REROUTING, tuple(rows))


def flow_table(result: Result, year: int | None = None, *, losses: int = 8, gains: int = 8) -> Table:
    """Return the flows of goods between regions that fall and that grow most in US$, the largest fall first.

    Rows as in `bilateral_table`; home sales are not among them. Empty if no trade changes.
    """
    when, outcome = case(result, year)
    base, now = _goods_trade(outcome)
    names = outcome.base.regions
    moved = (now - base) * (1.0 - np.eye(base.shape[0]))
    order = [divmod(int(flat), base.shape[1]) for flat in np.argsort(moved, axis=None, kind="stable")]
    real = [(i, j) for i, j in order if abs(moved[i, j]) > NOISE / 100.0 * max(base[i, j], 1.0)]
    least = LEAST * max((abs(moved[i, j]) for i, j in real), default=0.0)
    falls = [(i, j) for i, j in real if moved[i, j] < -least][:losses]
    rises = [(i, j) for i, j in real if moved[i, j] > least][-gains:]
    rows = [
        (
            when,
            names[i],
            region_name(names[i]),
            names[j],
            region_name(names[j]),
            *_change(base[i, j], now[i, j]),
        )
        for i, j in (*falls, *rises)
    ]
    return Table("flows", BILATERAL, tuple(rows))


def all_tables(result: Result) -> list[Table]:
    """Return regions, sectors, bilateral (all years each) and rerouting; a year that did not converge is NaN."""
    every = cases(result)
    return [
        regional_table(result),
        Table("sectors", SECTORS, tuple(_by_case(every, _sector_rows))),
        Table("bilateral", BILATERAL, tuple(_by_case(every, _bilateral_rows))),
        _rerouting_or_empty(result),
    ]


def write_tables(result: Result, folder: str | Path) -> list[Path]:
    """Write regions.csv, sectors.csv, bilateral.csv and rerouting.csv to `folder`; return their paths.

    All years stand in the first three; a year that did not converge has empty fields. The same result gives the
    same bytes.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for table in all_tables(result):
        path = folder / f"{table.name}.csv"
        path.write_text(table.csv(), encoding="utf-8", newline="")
        written.append(path)
    return written


def _rerouting_or_empty(result: Result) -> Table:
    if any(outcome.status.converged for _, outcome in cases(result)):
        return rerouting_table(result)
    return Table("rerouting", REROUTING, ())


def _by_case(some: Iterable[Case], rows: Any) -> Iterator[Row]:
    """Yield `rows(outcome)` with the year in front; years that share an outcome share the work."""
    known: dict[int, list[Row]] = {}
    for year, outcome in some:
        if id(outcome) not in known:
            known[id(outcome)] = list(rows(outcome))
        yield from ((year, *row) for row in known[id(outcome)])


def _regional_rows(outcome: Outcome) -> Iterator[Row]:
    names = [column.name for column in REGIONS[3:]]
    values = {name: outcome.regional(name).tolist() for name in REGIONAL}
    values["welfare_usd"] = welfare_usd(outcome).tolist()
    for n, code in enumerate(outcome.base.regions):
        yield (code, region_name(code), *(values[name][n] for name in names))


def _sector_rows(outcome: Outcome) -> Iterator[Row]:
    base = outcome.base.accounts.output
    volume, employment = outcome.output_volume.values, outcome.employment.values
    for n, region in enumerate(outcome.base.regions):
        for k, sector in enumerate(outcome.base.sectors):
            if base[k, n] <= 0.0:
                continue
            here, change = float(base[k, n]), float(volume[k, n])
            labels = (region, region_name(region), sector, sector_name(sector))
            moved = here * change / 100.0
            yield (*labels, change, float(employment[k, n]), here, here + moved, moved)


def _bilateral_rows(outcome: Outcome) -> Iterator[Row]:
    base, now = _goods_trade(outcome)
    regions = outcome.base.regions
    names = [region_name(code) for code in regions]
    for i, origin in enumerate(regions):
        for j, destination in enumerate(regions):
            if i != j:
                yield (origin, names[i], destination, names[j], *_change(base[i, j], now[i, j]))


def _goods_trade(outcome: Outcome) -> tuple[Floats, Floats]:
    """Return goods sold (origin, destination) in the base and in the outcome, US$ mn at base prices."""
    goods = goods_rows(outcome)
    return outcome.base.accounts.flows[goods].sum(axis=0), shipped(outcome)[goods].sum(axis=0)


def _change(base: float, now: float) -> tuple[float, float, float, float]:
    base, now = float(base), float(now)
    return base, now, now - base, 100.0 * (now / base - 1.0) if base > 0.0 else float("nan")


def _most_affected(base: Floats, now: Floats, limit: int) -> list[tuple[str, int]]:
    """Return up to `limit` (side, region): buyers and sellers of the pairs with the largest change."""
    moved = np.abs(now - base) * (1.0 - np.eye(base.shape[0]))
    sides: dict[tuple[str, int], None] = {}
    for flat in np.argsort(-moved, axis=None, kind="stable"):
        i, j = divmod(int(flat), base.shape[1])
        if len(sides) >= limit or moved[i, j] <= NOISE / 100.0 * max(base[i, j], 1.0):
            break
        sides[IMPORTS, j] = None
        sides[EXPORTS, i] = None
    return list(sides)[:limit]


def _partner_rows(
    outcome: Outcome, base: Floats, now: Floats, side: str, at: int, limit: int
) -> Iterator[Row]:
    """Yield the partners of region `at` by falling change; `limit` of them and the rest as one row."""
    was, is_now = (base[:, at], now[:, at]) if side == IMPORTS else (base[at], now[at])
    regions = outcome.base.regions
    by_size = [int(n) for n in np.argsort(-np.abs(is_now - was), kind="stable")]
    moved = [n for n in by_size[:limit] if abs(is_now[n] - was[n]) >= LEAST * abs(is_now - was).max()]
    shown = sorted(moved, key=lambda n: was[n] - is_now[n])
    head = (regions[at], region_name(regions[at]), side)
    own = "Own producers" if side == IMPORTS else "Home market"
    for n in shown:
        name = own if n == at else region_name(regions[n])
        yield (*head, regions[n], name, *_change(was[n], is_now[n]))
    rest = by_size[len(moved) :]
    if rest:
        yield (*head, "", f"All others ({len(rest)})", *_change(was[rest].sum(), is_now[rest].sum()))


__all__ = [
    "all_tables",
    "bilateral_table",
    "flow_table",
    "regional_table",
    "rerouting_table",
    "sector_table",
    "write_tables",
]
