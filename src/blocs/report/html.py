"""Writes a run's report: one self-contained HTML page that loads nothing, runs no script and prints well."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blocs import __version__
from blocs.engine.outcome import Outcome
from blocs.report import assumptions, drawing, panels
from blocs.report.cases import Case, case, converged_years, headline_year, main_regions
from blocs.report.figure import Figure
from blocs.report.findings import findings
from blocs.report.svg import with_ids
from blocs.report.table import Table
from blocs.report.tables import regional_table
from blocs.report.words import by_name, folded, in_force, region_name, spans, stretches
from blocs.scenario.io import dump, library, write_whole
from blocs.scenario.schema import Scenario
from blocs.study.elasticity_sets import one_of_several
from blocs.study.run import Run
from blocs.world.history import titled
from blocs.world.tables import region_table

if TYPE_CHECKING:
    from jinja2 import Template

TEMPLATES = Path(__file__).parent / "templates"
WIDE, NARROW = 960, 380  # pixels of the map on a desk and on a telephone


@dataclass(frozen=True)
class Shown:
    """A figure as the page shows it: SVG ready to embed, on small screens `narrow` instead."""

    svg: str
    table: Table
    narrow: str = ""


def write_report(run: Run, path: str | Path) -> Path:
    """Write the report of `run` to `path` as one HTML file, whole or not at all; return the path.

    The same run gives the same bytes. Years that did not converge are named, and no number of theirs is shown.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, report(run))
    return path


def report(run: Run) -> str:
    """Return the report of `run` as HTML."""
    return _template().render(_context(run))


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2")


def _context(run: Run) -> dict[str, Any]:
    year = headline_year(run)
    return {
        "version": __version__,
        "run": run,
        "title": run.scenario.title or run.scenario.name,
        "sentences": _sentences(run.scenario),
        "years": spans(run.years),
        "year": year,
        "done": spans(converged_years(run)),
        "failures": [(years, by_name(message)) for years, message in assumptions.failures(run)],
        "status": assumptions.status_lines(run),
        "notes": [by_name(note) for note in folded(run.notes)],
        "model": assumptions.model_lines(run),
        "limits": assumptions.limits(run),
        "one_set": one_of_several(run.world, run.scenario),
        "follows_path": run.scenario.follows_path,
        "sources": assumptions.sources(run),
        "yaml": dump(run.scenario).strip(),
        "how": _how(run),
        "results": None if year is None else _results(run, case(run, year)),
    }


def _results(run: Run, chosen: Case) -> dict[str, Any]:
    """Return everything with numbers, for the headline year."""
    _, outcome = chosen
    regions = main_regions(run, outcome, 4)
    regional = panels.regions_of(run, chosen).pick([c.name for c in regional_table(run).columns[1:]])
    return {
        "findings": [_capital(line) for line in findings(run, chosen)],
        "map": _map(run, chosen, "map"),
        "first_year": converged_years(run)[0],
        "first": _first_map(run, chosen),
        "winners": _shown(panels.each(panels.winners_panels(run, chosen)), "win"),
        "sectors": _shown(panels.each(panels.sector_panels(run, chosen, regions)), "sec"),
        "smallest": f"{100 * panels.SMALLEST_INDUSTRY:g}%",
        "trade": _shown(panels.each(panels.rerouting_panels(run, chosen)), "tra"),
        "flows": _flows(run, chosen),
        "paths": _paths(run, outcome),
        "regional": regional,
        "by_year": _welfare_by_year(run),
        "base_year": outcome.base.year or "the base",
    }


def _map(run: Run, chosen: Case, key: str, scale_of: Case | None = None) -> Shown | None:
    """Return the map for wide and narrow screens; None if the world's regions are not those of the map."""
    if any(code not in region_table() for code in run.world.regions):
        return None
    wide, narrow = (
        panels.world_map(run, chosen, "welfare", width=width, scale_of=scale_of) for width in (WIDE, NARROW)
    )
    return Shown(with_ids(wide.svg, f"{key}w"), wide.table, with_ids(narrow.svg, f"{key}n"))


def _first_map(run: Run, chosen: Case) -> Shown | None:
    """Return the map of the first converged year, in the chosen year's colours, if it is another equilibrium."""
    first = case(run, converged_years(run)[0])
    return None if first[1] is chosen[1] else _map(run, first, "first", chosen)


def _paths(run: Run, outcome: Outcome) -> Shown | None:
    wide, narrow = (
        panels.welfare_paths(run, outcome, width=width) for width in (drawing.WIDE, drawing.NARROW)
    )
    if wide is None or narrow is None:
        return None
    return Shown(with_ids(wide.svg, "pathw"), wide.table, with_ids(narrow.svg, "pathn"))


def _flows(run: Run, chosen: Case) -> Shown | None:
    wide, narrow = (panels.flows_figure(run, chosen, width=width) for width in (drawing.WIDE, drawing.NARROW))
    if wide is None or narrow is None:
        return None
    return Shown(with_ids(wide.svg, "floww"), wide.table, with_ids(narrow.svg, "flown"))


def _shown(figures: list[Figure], key: str) -> list[Shown]:
    return [Shown(with_ids(figure.svg, f"{key}{n}"), figure.table) for n, figure in enumerate(figures)]


def _welfare_by_year(run: Run) -> tuple[list[str], list[list[str]]] | None:
    """Return heads and rows of welfare, %, with years of one equilibrium in one column; None if there is one."""
    groups = [
        [run.years[n] for n in places]
        for places in stretches(run.outcomes)
        if run.outcomes[places[0]].status.converged
    ]
    if len(groups) < 2:
        return None
    every = regional_table(run)
    columns = [every.where("year", years[0]).pick(["welfare"]).texts() for years in groups]
    rows = [
        [code, region_name(code), *(column[n][0] for column in columns)]
        for n, code in enumerate(run.world.regions)
    ]
    return ["Code", "Region", *(spans(years) for years in groups)], rows


def _sentences(scenario: Scenario) -> list[str]:
    """Return one plain sentence a measure, with regions by name and its years."""
    return [
        f"{by_name(measure.plain_words())} ({in_force(measure.years or scenario.years)})"
        for measure in scenario.measures
    ]


def _how(run: Run) -> dict[str, str]:
    """Return how to get these numbers again: a command line, and Python."""
    scenario = run.scenario
    known = scenario.name in library() and Scenario.load(scenario.name) == scenario
    name = scenario.name if known else f"{scenario.name}.yaml"
    load = f'blocs.Scenario.load("{name}")'
    lines = ["import blocs", f"run = blocs.run(None, {load})", 'blocs.plot.map(run, "welfare")']
    bundled = run.world.name == titled(scenario.world, scenario.base) and run.world.year == scenario.base
    file = "" if known else f"Save the scenario below as {name} first. "
    world = "" if bundled else (
        f"This run used a world of the caller's own, {run.world.name}: give it in place of None (the command line "
        "takes bundled worlds only)."
    )  # fmt: skip
    return {"cli": f"blocs run {name}", "python": "\n".join(lines), "before": (file + world).strip()}


def _capital(line: str) -> str:
    return line[:1].upper() + line[1:]
