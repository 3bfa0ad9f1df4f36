"""What `blocs nash` and `blocs align` share: options, the world, elasticities."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from blocs.cli.progress import quiet_option

if TYPE_CHECKING:
    from blocs.engine.elasticities import Elasticities, Horizon
    from blocs.world.world import World

_Command = TypeVar("_Command", bound=Callable[..., Any])
HORIZONS = ("short", "medium", "long")


def shared_options(command: _Command) -> _Command:
    """Add the options every game has: horizon, world, elasticities, json, out, quiet."""
    options = (
        click.option(
            "--horizon", type=click.Choice(HORIZONS), default="long", show_default=True,
            help="How long markets have had to adjust: size of elasticities, mobility of capital.",
        ),
        click.option(
            "--world", "world_name", default="81x50", show_default=True,
            help="World to run on: 81x50, 81x28 or a .npz file.",
        ),
        click.option(
            "--elasticities", "elasticity_set", default="fontagne2022", show_default=True,
            help="Published set of trade elasticities; `blocs data show elasticities` lists them.",
        ),
        click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout."),
        click.option(
            "--out", type=click.Path(path_type=Path), help="Folder for the document, tables (CSV) and figures (SVG).",
        ),
        quiet_option,
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def chosen_world(name: str) -> World:
    """Return the world `name`."""
    from blocs.world.load import load_world

    return load_world(name)


def chosen_elasticities(name: str, horizon: str) -> tuple[Elasticities, Horizon]:
    """Return the elasticities `name` at `horizon`, and the horizon."""
    from blocs.engine.elasticities import Elasticities, Horizon

    when = Horizon(horizon)
    return Elasticities.load(name, when), when


def claimed(out: Path | None) -> None:
    """Refuse a folder for results before the work is done."""
    if out is not None:
        from blocs.report.study_folder import claim_study

        claim_study(out)


def digits(value: float | None, places: int = 2) -> str:
    """Return a signed number for the terminal."""
    return "–" if value is None or value != value else f"{value:+.{places}f}"
