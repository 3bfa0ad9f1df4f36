"""`blocs data`: what the bundled tables are, what is in them, whether they are whole, and how to rebuild them."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from blocs.cli.data_build import build
from blocs.cli.data_series import series
from blocs.cli.lazy import NamingGroup

WRONG = 2


@click.group(cls=NamingGroup)
def data() -> None:
    """List, show, verify and rebuild the bundled data; print and draw observed series."""


data.add_command(build)
data.add_command(series)


@data.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
def list_tables(as_json: bool) -> None:
    """List the bundled tables: unit, source, licence, whether they may be bundled, size."""
    from blocs.data import package

    found = package.resources()
    if as_json:
        keys = (
            "name",
            "path",
            "title",
            "unit",
            "short_sources",
            "status",
            "may_be_bundled",
            "builder",
            "bytes",
            "hash",
        )
        tables = [{**{key: r.get(key) for key in keys}, "licenses": _licences(r)} for r in found]
        _print_json({"schema": "blocs.data.list/1", "tables": tables})
        return
    from blocs.cli.text import paragraph, table

    rows = [
        {
            "name": r["name"],
            "licence": ", ".join(_licences(r)),
            "bundled": r.get("may_be_bundled", ""),
            "status": r.get("status", ""),
            "size": size(r["bytes"]),
        }
        for r in found
    ]
    below = [f"{r['title']}. Unit: {r['unit']}. Source: {r.get('short_sources', '')}." for r in found]
    click.echo(table(rows, ["name", "licence", "bundled", "status", "size"], "llllr", below=below))
    click.echo(f"\n{len(found)} tables, {size(sum(r['bytes'] for r in found))}.")
    legend = (
        "bundled: `yes`, the sources' licences allow copies; `derived`, only figures derived from them, with citation. "
        "status: `memory` is written from memory and no evidence. More on one table: `blocs data show NAME`."
    )
    click.echo(paragraph(legend))


@data.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
@click.option(
    "--head", type=click.IntRange(0), help="Number of rows [default: 5 of a plain table, all of a view]."
)
@click.option(
    "--year", type=click.IntRange(1900, 2100), help="Year of membership, for `groups` only [default: latest]."
)
def show(name: str, as_json: bool, head: int | None, year: int | None) -> None:
    """Show the table NAME: what it is, where it comes from, and its first rows.

    NAME is a name from `blocs data list`, or `groups`: which members of the country groups are regions of the world
    and which are inside ROW. `elasticities`, `regions`, `sectors` and `repairs` are shown in full.
    """
    from blocs.cli import data_show

    view = data_show.view(name, head, year)
    if as_json:
        document = {"schema": "blocs.data.show/1", "name": name, "table": view.resource, "rows": view.rows}
        _print_json(document | ({"rows_in_all": view.total} if view.total is not None else {}))
    else:
        click.echo(data_show.as_text(view))


@data.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    help="A folder of rebuilt tables [default: the bundled ones].",
)
def verify(as_json: bool, folder: Path | None) -> None:
    """Check that every table is there and unchanged, and that the worlds' accounts balance.

    Exit code 0 if all is well, 2 if something is wrong.
    """
    from blocs.data import package

    problems = [asdict(problem) for problem in package.verify(folder)]
    found = (
        package.resources(folder) if not any(p["resource"] == package.DESCRIPTOR for p in problems) else []
    )
    worlds = []
    for entry in found:
        if entry["name"].startswith("world-"):
            _check_world(entry, folder, worlds, problems)
    if as_json:
        document = {
            "tables": len(found),
            "bytes": sum(r["bytes"] for r in found),
            "worlds": worlds,
            "problems": problems,
        }
        _print_json({"schema": "blocs.data.verify/1", "ok": not problems, **document})
    else:
        for world in worlds:
            click.echo(
                f"{world['name']}: accounts balance, largest error {world['largest_error']:.1g} of output"
            )
        for problem in problems:
            click.echo("{resource}: {what}; {fix}".format(**problem))
        total = f"{len(found)} tables, {size(sum(r['bytes'] for r in found))}"
        click.echo(f"{total}: {len(problems)} wrong" if problems else f"{total}: all there and unchanged")
    if problems:
        click.get_current_context().exit(WRONG)


def _check_world(
    entry: dict[str, Any], folder: Path | None, worlds: list[dict[str, Any]], problems: list[dict[str, Any]]
) -> None:
    """Load one world and measure its identities; append to `worlds` or to `problems`."""
    from blocs.data import store
    from blocs.errors import DataError
    from blocs.world.accounts import IDENTITY_TOLERANCE, largest_error
    from blocs.world.load import load_world

    fix = "reinstall blocs, or build the world again"
    try:
        error = largest_error(load_world((folder or store.folder()) / entry["path"]).accounts)
    except DataError as trouble:
        problems.append({"resource": entry["name"], "what": str(trouble), "fix": fix})
        return
    if error <= IDENTITY_TOLERANCE:
        worlds.append({"name": entry["name"], "largest_error": error})
    else:
        what = f"its accounts are out of balance by {error:.1g} of output, more than {IDENTITY_TOLERANCE:g}"
        problems.append({"resource": entry["name"], "what": what, "fix": fix})


def size(count: int) -> str:
    """Return a number of bytes in words: '1.8 MB', '4.6 kB'."""
    for limit, unit in ((1e6, "MB"), (1e3, "kB")):
        if count >= limit:
            return f"{count / limit:.1f} {unit}"
    return f"{count} B"


def _licences(resource: dict[str, Any]) -> list[str]:
    return [licence.get("name") or licence.get("path", "") for licence in resource["licenses"]]


def _print_json(document: dict[str, Any]) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, allow_nan=False))
