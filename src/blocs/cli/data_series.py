"""`blocs data series`: list the observed time series, print one with unit, status and break, draw it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from blocs.world.series import Observatory, Series

TEMPLATE = """\
# Series of your own: blocs data series --file THIS.yaml, or `series: [THIS.yaml]` in a ledger of claims.
my.price:                      # the name
  title: Price of something
  unit: US$ a tonne
  source: who publishes it
  vintage: "2026-01"           # which edition (may be left out)
  table: my-prices.csv         # a CSV file beside this one, with a header
  time: month                  # column of the periods, which sort as text: 2026-01, 2026-Q1, 2026
  value: price                 # column of the values
  by: [product]                # columns that must be chosen (may be left out)
  status: transcribed          # file, transcribed, third_party, derived, memory; or status_column: a column
"""


@click.command("series")
@click.argument("name", required=False)
@click.option(
    "--where", "choices", multiple=True, metavar="COLUMN=VALUE", help="Choose, e.g. currency=CNY; repeat it."
)
@click.option(
    "--file",
    "files",
    multiple=True,
    type=click.Path(path_type=Path),
    help="YAML of your own series; repeat it.",
)
@click.option("--memory", is_flag=True, help="Also points written from memory, which are no evidence.")
@click.option(
    "--out",
    "--output",
    "out",
    type=click.Path(path_type=Path),
    help="Folder for the plot (SVG) and the table (CSV).",
)
@click.option("--template", is_flag=True, help="Print a YAML template for series of your own.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
def series(
    name: str | None, choices: tuple[str, ...], files: tuple[Path, ...], memory: bool, out: Path | None,
    template: bool, as_json: bool,
) -> None:  # fmt: skip
    """Print the observed series NAME, or list all: `blocs data series swift.share --where currency=CNY`.

    Every series says its unit, source and vintage, how each point is known (file, transcribed, third_party, derived,
    memory), and where it breaks.
    """
    from blocs.errors import DataError
    from blocs.world.series import Observatory, document

    if template:
        click.echo(TEMPLATE, nl=False)
        return
    observatory = Observatory.bundled().with_files(*files)
    if name is None:
        if choices or out is not None:
            raise DataError("--where and --out are for one series; name it, `blocs data series` lists them")
        _list(observatory, as_json)
        return
    wrong = next((choice for choice in choices if "=" not in choice), None)
    if wrong is not None:
        raise DataError(f"--where {wrong!r} has no =; write COLUMN=VALUE, e.g. currency=CNY")
    columns = [choice.partition("=")[0] for choice in choices]
    twice = next((column for column in columns if columns.count(column) > 1), None)
    if twice is not None:
        raise DataError(f"--where {twice} is given twice; a series has one value of each column")
    found = observatory.series(name, memory=memory, **dict(choice.split("=", 1) for choice in choices))
    if out is not None:
        from blocs.report.series import save

        save(found, out)
    if as_json:
        click.echo(json.dumps(document(found), ensure_ascii=False))
        return
    click.echo(_text(found))
    if out is not None:
        click.echo(f"\nPlot and table: {out}")


def _text(found: Series) -> str:
    from blocs.cli.text import paragraph, table

    own = any(p.source != found.source for p in found.points)
    columns = ["time", "value", "status", *(["source"] if own else [])]
    rows = [
        {"time": p.time, "value": f"{p.value:.10g}", "status": p.status, "source": p.source}
        for p in found.points
    ]
    chosen = f" ({', '.join(found.chosen.values())})" if found.chosen else ""
    vintage = f", {found.vintage}" if found.vintage else ""
    lines = [
        paragraph(f"{found.title}{chosen}, {found.unit}"), paragraph(f"Source: {found.source}{vintage}"), "",
        table(rows, columns, "lrll"[: len(columns)]),
    ]  # fmt: skip
    if found.break_at:
        text = f"Break at {found.break_at}: {found.break_why}. Do not compare across it."
        lines += ["", paragraph(text)]
    return "\n".join(lines)


def _list(observatory: Observatory, as_json: bool) -> None:
    if as_json:
        from blocs.world.series import listing

        click.echo(json.dumps(listing(observatory), ensure_ascii=False))
        return
    from blocs.cli.text import table

    entries = sorted(observatory.entries.items())
    rows = [
        {"name": name, "unit": e.unit, "by": ", ".join(e.by), "status": e.status or "row by row"}
        for name, e in entries
    ]
    below = [f"{e.title}. {e.source}{f', {e.vintage}' if e.vintage else ''}." for _, e in entries]
    click.echo(table(rows, ["name", "unit", "by", "status"], below=below))
    click.echo(f"\n{len(entries)} series. One of them: `blocs data series NAME --where COLUMN=VALUE`.")
