"""`blocs payments shares`: the time series of payments, with unit, status and break."""

from __future__ import annotations

import json
from typing import Any

import click


@click.command()
@click.argument("name", required=False)
@click.option(
    "--where", "choices", multiple=True, metavar="COLUMN=VALUE", help="Choose, e.g. currency=CNY; repeat it."
)
@click.option("--memory", is_flag=True, help="Also points written from memory, which are no evidence.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
def shares(name: str | None, choices: tuple[str, ...], memory: bool, as_json: bool) -> None:
    """Print the series NAME, or list what there is: `blocs payments shares swift.share --where currency=CNY`."""
    from blocs.errors import DataError
    from blocs.vectors.payments.series import catalogue, document, series

    if name is None:
        _list(catalogue(), as_json)
        return
    wrong = next((choice for choice in choices if "=" not in choice), None)
    if wrong is not None:
        raise DataError(f"--where {wrong!r} has no =; write COLUMN=VALUE, e.g. currency=CNY")
    found = series(name, memory=memory, **dict(choice.split("=", 1) for choice in choices))
    if as_json:
        click.echo(json.dumps(document(found), ensure_ascii=False))
        return
    from blocs.cli.text import paragraph, table

    rows = [
        {"time": p.time, "value": f"{p.value:g}", "status": p.status, "source": p.source}
        for p in found.points
    ]
    click.echo(f"{found.title}, {found.unit}\n")
    click.echo(table(rows, ["time", "value", "status", "source"], "lrll"))
    if found.break_at:
        click.echo(
            "\n" + paragraph(f"Break at {found.break_at}: {found.break_why}. Do not compare across it.")
        )


def _list(entries: Any, as_json: bool) -> None:
    rows = [
        {"name": name, "title": e["title"], "unit": e["unit"], "by": ", ".join(e["by"])}
        for name, e in entries.items()
    ]
    if as_json:
        click.echo(json.dumps({"schema": "blocs.series_list/1", "series": rows}, ensure_ascii=False))
        return
    from blocs.cli.text import table

    click.echo(table(rows, ["name", "title", "unit", "by"]))
