"""`blocs run`: a scenario goes in, a folder with tables, figures and a report comes out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from blocs.cli.progress import progress_shown, quiet_option, tell

if TYPE_CHECKING:
    from blocs.engine.outcome import Outcome
    from blocs.scenario.schema import Scenario
    from blocs.study.run import Run
    from blocs.world.world import World


@click.command()
@click.argument("scenario")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the results [default: runs/NAME].")
@click.option("--overwrite", is_flag=True, help="Replace an earlier run in that folder.")
@click.option(
    "--world", "world_name", help="World to run on: 81x50, 81x28 or a .npz file [default: the scenario's]."
)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print one JSON document on stdout; write a folder only with --out.",
)
@click.option(
    "--also",
    multiple=True,
    type=click.Choice(["excel", "iamc", "stata", "parquet"]),
    help="Also write the tables in this form; may be given several times.",
)
@click.option("--strict", is_flag=True, help="Stop at the first year that does not converge.")
@quiet_option
def run(
    scenario: str,
    out: Path | None,
    overwrite: bool,
    world_name: str | None,
    as_json: bool,
    also: tuple[str, ...],
    strict: bool,
    quiet: bool,
) -> None:
    """Solve SCENARIO, a name from `blocs scenarios` or a YAML file.

    Writes scenario.yaml, outcome.nc, tables/*.csv, report.html and manifest.json, and prints who wins and loses.
    """
    from blocs.scenario.schema import Scenario
    from blocs.study.document import RunDocument
    from blocs.study.run import run as solve

    asked = Scenario.load(scenario)
    if also:
        from blocs.report.exchange import require

        require(also)
        if as_json and out is None:
            raise click.UsageError("--also writes into the results folder; with --json name one with --out")
    target = out if out is not None or as_json else _free(Path("runs"), asked.name)
    if target is not None:
        from blocs.report.folder import claim

        claim(target, overwrite)
    world = _world(asked, world_name)
    done = solve(world, asked, strict=strict, progress=_progress if progress_shown(quiet, as_json) else None)
    if target is not None:
        from blocs.report.folder import save

        save(done, target, overwrite=overwrite, also=also)
    if as_json:
        click.echo(RunDocument.of(done).to_json())
    else:
        _summary(done, target)
    if not done.converged:
        click.get_current_context().exit(3)


def _world(scenario: Scenario, name: str | None) -> World | None:
    if name is None:
        return None
    from blocs.world.load import load_world

    world = load_world(name)
    return world if scenario.base == world.year else world.at(scenario.base)


def _free(parent: Path, name: str) -> Path:
    """Return parent/name, or the first of name-2, name-3, … that does not exist: earlier results stay."""
    target, number = parent / name, 2
    while target.exists():
        target, number = parent / f"{name}-{number}", number + 1
    return target


def _progress(done: int, total: int, outcome: Outcome) -> None:
    tell(f"{done}/{total} years  {outcome.status}")


def _summary(run: Run, target: Path | None) -> None:
    from blocs.cli.summary import summary

    click.echo(summary(run))
    if target is not None:
        click.echo(f"\nReport: {target / 'report.html'}")
