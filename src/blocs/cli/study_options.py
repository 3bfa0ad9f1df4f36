"""What the commands of power share: options, JSON on stdout, and a folder of tables and figures."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from blocs.report.figure import Figure
    from blocs.report.table import Table

Command = TypeVar("Command", bound=Callable[..., Any])


def study_options(command: Command) -> Command:
    """Add --horizon, --world, --elasticities, --out and --json."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout."),
        click.option(
            "--out", type=click.Path(path_type=Path), help="Folder for tables (CSV) and figures (SVG)."
        ),
        click.option(
            "--elasticities",
            help="Published set of trade elasticities; `blocs data show elasticities` lists them "
            "[default: fontagne2022].",
        ),
        click.option(
            "--world", "world_name", help="World to run on: 81x50, 81x28 or a .npz file [default: 81x50]."
        ),
        click.option(
            "--horizon",
            default="long",
            show_default=True,
            metavar="[short|medium|long]",
            help="How long markets have had to adjust: size of elasticities, mobility of capital.",
        ),
    ):
        command = option(command)
    return command


def finish(
    document: dict[str, Any],
    text: Callable[[], str],
    *,
    as_json: bool,
    out: Path | None,
    tables: Callable[[], Sequence[Table]],
    figures: Callable[[], dict[str, Figure]],
) -> None:
    """Write tables and figures where asked, then print the document or the text."""
    if out is not None:
        _write(out, document, tables(), figures())
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False, allow_nan=False))
        return
    click.echo(text())
    if out is not None:
        click.echo(f"\nTables and figures: {out}")


def claim(out: Path | None) -> None:
    """Raise FolderError before the work unless results may be written to `out`."""
    if out is not None:
        from blocs.report.folder import claim as refuse

        refuse(out, overwrite=False)


def signed(value: float | None, digits: int = 2) -> str:
    """Write a number with its sign; nothing for None."""
    return "" if value is None else f"{value:+.{digits}f}"


def _write(out: Path, document: dict[str, Any], tables: Sequence[Table], figures: dict[str, Figure]) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as folder:
        partial = Path(folder) / "whole"
        partial.mkdir()
        text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1)
        (partial / "document.json").write_text(text + "\n", encoding="utf-8")
        for table in tables:
            (partial / f"{table.name}.csv").write_text(table.csv(), encoding="utf-8", newline="")
        for name, figure in figures.items():
            figure.save(partial / f"{name}.svg")
        if out.is_dir():
            out.rmdir()  # `claim` let it pass only if it is empty
        partial.rename(out)
