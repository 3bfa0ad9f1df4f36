"""Figures of a run or a static outcome: `blocs.plot.map(run, "welfare", year=2030).save("map.svg")`.

Every function returns a `Figure`: it shows itself in a notebook, `.svg` is its text, `.table` what it was drawn
from, `.save(path)` writes SVG (PNG too, but for maps). `year` of a run is by default the last one with a measure in
force; a static outcome has none. A year that did not converge raises DataError.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from blocs.report.cases import Result
    from blocs.report.figure import Figure
    from blocs.study.run import Run

__all__ = ["map", "paths", "rerouting", "sankey", "sectors", "winners"]


def map(result: Result, metric: str = "welfare", *, year: int | None = None, width: int = 960) -> Figure:  # noqa: A001 - `blocs.plot.map`
    """Return a world map of a regional result, %: welfare, gdp, real_wage, … (`blocs.engine.outcome.REGIONAL`)."""
    from blocs.report import panels
    from blocs.report.cases import case

    panels.check_metric(metric)
    return panels.world_map(result, case(result, year), metric, width=width)


def winners(result: Result, *, year: int | None = None, shown: int = 8) -> Figure:
    """Return the largest gains and losses of welfare, `shown` of each: in % and, beside it, in US$ bn."""
    from blocs.report import panels
    from blocs.report.cases import case

    return panels.together(panels.winners_panels(result, case(result, year), shown), "Winners and losers")


def sectors(
    result: Result, regions: Sequence[str] | None = None, *, year: int | None = None, shown: int = 7
) -> Figure:
    """Return output volume by industry of `regions`, %: the largest gains and losses, `shown` of each.

    regions: codes; default the four that the measures name or that change most in US$.
    """
    from blocs.report import panels
    from blocs.report.cases import case, main_regions

    chosen = case(result, year)
    base = chosen[1].base
    codes = (
        main_regions(result, chosen[1], 4)
        if regions is None
        else [base.regions[base.region_index(r)] for r in regions]
    )
    return panels.together(panels.sector_panels(result, chosen, codes, shown), "Output by industry")


def rerouting(result: Result, *, year: int | None = None) -> Figure:
    """Return who replaces the most affected flows of goods, at the buyers and at the sellers, US$ bn."""
    from blocs.report import panels
    from blocs.report.cases import case

    return panels.together(panels.rerouting_panels(result, case(result, year)), "Rerouted trade in goods")


def sankey(result: Result, *, year: int | None = None) -> Figure:
    """Return who sells to whom before and after: the eight flows of goods that fall and the eight that grow most.

    Sellers left, buyers right; a band is as wide as the change of its flow, US$ bn at base prices, and `.table` holds
    the levels before and after, US$ mn. Home sales are left out. DataError if no trade changes.
    """
    from blocs.errors import DataError
    from blocs.report import panels
    from blocs.report.cases import case

    figure = panels.flows_figure(result, case(result, year))
    if figure is None:
        raise DataError("sankey: no trade in goods changes, so there is nothing to draw")
    return figure


def paths(run: Run, *, shown: int = 6) -> Figure:
    """Return welfare by year, %, of the `shown` regions that measures name or that change most in US$."""
    from blocs.errors import DataError
    from blocs.report import panels
    from blocs.report.cases import case

    figure = panels.welfare_paths(run, case(run)[1], shown) if hasattr(run, "years") else None
    if figure is None:
        raise DataError("paths needs a run of at least two years in which something changes; see `winners`")
    return figure
