"""`blocs attribute`: which vector, or which measure, explains how much of a result, and what they do together."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from blocs.cli.progress import progress_shown, quiet_option, tell
from blocs.cli.study_options import claim, finish

if TYPE_CHECKING:
    from blocs.study.attribution import Attribution, By

SHOWN = 6
REGIONS = ("CHN", "USA")


@click.command()
@click.argument("scenario")
@click.option(
    "--by",
    type=click.Choice(["vector", "measure"]),
    default="vector",
    show_default=True,
    help="Among whom the result is shared out.",
)
@click.option("--year", type=int, help="Year of the result [default: the scenario's last].")
@click.option("--of", default="welfare", show_default=True, help="Regional result that is shared out.")
@click.option("--region", "regions", multiple=True, help="Regions to show; repeat it [default: CHN and USA].")
@click.option(
    "--world", "world_name", help="World to run on: 81x50, 81x28 or a .npz file [default: the scenario's]."
)
@click.option("--out", type=click.Path(path_type=Path), help="Folder for tables (CSV) and figures (SVG).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
@quiet_option
def attribute(
    scenario: str,
    by: By,
    year: int | None,
    of: str,
    regions: tuple[str, ...],
    world_name: str | None,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Share out a result of SCENARIO over its vectors or its measures: Shapley values and interactions.

    Exact: every combination of up to eight is run. What that costs is printed first.
    """
    from blocs.report.attribution import attribution_document, attribution_figure, attribution_tables
    from blocs.scenario.schema import Scenario
    from blocs.study.attribution import attribution, runs_of
    from blocs.study.run import world_of
    from blocs.world.load import load_world

    asked = Scenario.load(scenario)
    runs, years = runs_of(asked, by, year)
    world = world_of(asked)
    if world_name is not None:
        named = load_world(world_name)
        world = named if asked.base == named.year else named.at(asked.base)
    shown = [world.regions[world.region_index(code.upper())] for code in regions or REGIONS]
    claim(out)
    told = progress_shown(quiet, as_json)
    if not quiet:  # the cost is no progress
        tell(f"{runs} run{'s' if runs > 1 else ''} of {years} year{'s' if years > 1 else ''} each")
    began = time.perf_counter()

    def progress(done: int, total: int) -> None:
        left = (time.perf_counter() - began) / done * (total - done)
        if done == 1 or done % 8 == 0 or done == total:
            tell(f"{done}/{total} runs, about {left:.0f} s left")

    done = attribution(
        world,
        asked,
        by=by,
        year=year,
        of=of,
        progress=progress if told else None,
    )
    finish(
        attribution_document(done, shown),
        lambda: _text(done, shown),
        as_json=as_json,
        out=out,
        tables=lambda: attribution_tables(done),
        figures=lambda: {"attribution": attribution_figure(done, shown)} if done.players else {},
    )


def _text(study: Attribution, regions: list[str]) -> str:
    from blocs.cli.text import table
    from blocs.report.words import percent, region_name

    lines = [f"{study.scenario.title or study.scenario.name}: {study.of} in {study.year}"]
    for code in regions:
        at = study.region(code)
        order = sorted(range(len(study.players)), key=lambda m: -abs(study.shapley[m, at]))
        rows = [
            {
                study.by: study.players[m], "Shapley": percent(study.shapley[m, at]),
                "alone": percent(study.alone[m, at]), "added last": percent(study.last[m, at]),
            }
            for m in order
        ]  # fmt: skip
        lines += ["", f"{region_name(code)}: {percent(study.total[at])}"]
        lines += [table(rows, [study.by, "Shapley", "alone", "added last"], "lrrr")] if rows else []
        pairs = [
            f"{one.partition(':')[0]} and {other.partition(':')[0]} {percent(value)}"
            for one, other, value in study.pairs(code)[:SHOWN]
        ]
        if pairs:
            lines.append(f"Together, beyond what each does: {', '.join(pairs)}.")
    lines += [
        "",
        "The values add up to the whole; they are a fair division, not what stopping one would save.",
    ]
    return "\n".join([*lines, *(f"Note: {note}" for note in study.notes)])
