"""Figures of a run with AI measures: who a bust hits, and how far adoption gets where power binds."""

from __future__ import annotations

from collections.abc import Sequence

from blocs.report.charts import Bars, bars_figure, paths_figure
from blocs.report.figure import Figure
from blocs.report.table import Column, Table
from blocs.study.run import Run
from blocs.world.tables import region_table

SHOWN = 8  # regions in a panel


def bust_figure(run: Run, year: int | None = None, shown: int = SHOWN) -> Figure:
    """Return the `shown` largest falls of GDP, and of chip output among chip makers, in `year` (default: the first).

    A chip maker has at least 1% of the world's output of electronics. %, against the same year without measures.
    """
    year = run.years[0] if year is None else year
    seen = run.indicators("ai").sel(year=year)
    output = run.world.accounts.output[run.world.sectors.index("C26")]
    makers = [r for r, value in zip(run.world.regions, output, strict=True) if value >= 0.01 * output.sum()]
    chips = seen.chip_output.sel(region=makers).to_series().nsmallest(shown)
    falls = seen.gdp.to_series().drop("ROW", errors="ignore").nsmallest(shown)
    jobless = seen.unemployment.sel(region=list(falls.index)).to_series()
    panels = [
        Bars("GDP", f"volume in {year}, % against no measures", _names(falls.index), tuple(falls), 2),
        Bars("Out of work", f"% of the labour force, {year}", _names(jobless.index), tuple(jobless), 2),
        Bars(
            "Electronics (C26)",
            "output volume, %; makers of 1% or more",
            _names(chips.index),
            tuple(chips),
            1,
        ),
    ]
    parts = {"gdp": falls, "unemployment": jobless, "chip_output": chips}
    rows = [(name, str(r), float(v)) for name, part in parts.items() for r, v in part.items()]
    columns = (Column("result", "Result"), Column("region", "Region"), Column("percent", "%"))
    return bars_figure(panels, Table("ai-bust", columns, tuple(rows)), title=run.scenario.title, columns=3)


def adoption_figure(runs: Sequence[Run], region: str, words: Sequence[str]) -> Figure:
    """Return adoption added in `region` over the years of `runs`, one line a run named by `words`.

    % of value added; the runs need the same years.
    """
    years = list(runs[0].years)
    lines = [
        (name, [float(v) for v in run.indicators("ai").adoption_added.sel(region=region).values])
        for name, run in zip(words, runs, strict=True)
    ]
    rows = tuple((year, name, values[n]) for name, values in lines for n, year in enumerate(years))
    columns = (Column("year", "Year"), Column("run", "Run"), Column("percent", "% of value added"))
    return paths_figure(
        years, lines, Table("ai-adoption", columns, rows), title=f"AI taken up: {region_table()[region].name}",
        subtitle="production that uses AI because of the measures, % of value added",
    )  # fmt: skip


def _names(codes: Sequence[str]) -> tuple[str, ...]:
    return tuple(region_table()[str(code)].name for code in codes)
