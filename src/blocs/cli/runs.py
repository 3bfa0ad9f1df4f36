"""`blocs runs`: the folders that `blocs run` left: list, show, compare, query, clean."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from blocs.cli.lazy import NamingGroup

FOLDER = click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path("runs"),
    show_default=True,
    help="Where the runs are.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")


@click.group(cls=NamingGroup)
def runs() -> None:
    """List, show, compare and query the runs in a folder, and clean it."""


@runs.command("list")
@FOLDER
@JSON
def list_(folder: Path, as_json: bool) -> None:
    """List the complete runs, oldest first."""
    from blocs.cli.text import table
    from blocs.report.runs import leftovers, stored

    found = stored(folder)
    rows: list[dict[str, Any]] = [
        {
            "run": run.name, "scenario": run.manifest["scenario"], "world": run.manifest["world"]["name"],
            "finished": run.finished[:16].replace("T", " "), "converged": "yes" if run.converged else "no",
            "MB": f"{run.size / 1e6:.1f}",
        }
        for run in found
    ]  # fmt: skip
    if as_json:
        click.echo(
            json.dumps({"schema": "blocs.runs/1", "folder": str(folder), "runs": rows}, ensure_ascii=False)
        )
        return
    if not rows:
        click.echo(f"{folder} holds no complete run; `blocs run us-china-decoupling` makes one.")
    else:
        click.echo(table(rows, ["run", "scenario", "world", "finished", "converged", "MB"], "lllllr"))
    partial = leftovers(folder)
    if partial:
        click.echo(
            f"{len(partial)} folders of runs that were stopped; `blocs runs clean` removes them.", err=True
        )


@runs.command()
@click.argument("name")
@FOLDER
@JSON
def show(name: str, folder: Path, as_json: bool) -> None:
    """Show how run NAME ended, and its largest losses and gains."""
    from blocs.cli.text import table
    from blocs.report.runs import one

    run = one(folder, name)
    if as_json:
        click.echo(json.dumps(run.manifest, ensure_ascii=False))
        return
    document = run.document()
    click.echo(f"{run.manifest['scenario']} on {run.manifest['world']['name']}, finished {run.finished}")
    for year, text in run.manifest["status"]["by_year"].items():
        click.echo(f"  {year}: {text}")
    welfare = {code: values[-1] for code, values in document["welfare"].items() if values[-1] is not None}
    order = sorted(welfare, key=lambda code: welfare[code])
    rows = [{"loses": low, "%": f"{welfare[low]:.2f}", "gains": high, "% ": f"{welfare[high]:.2f}"}
            for low, high in zip(order[:6], order[::-1][:6], strict=True)]  # fmt: skip
    if rows:
        click.echo(f"\nWelfare {document['years'][-1]}")
        click.echo(table(rows, ["loses", "%", "gains", "% "], "lrlr"))
    click.echo(f"\n{run.path / 'report.html'}")


@runs.command()
@click.argument("first")
@click.argument("second")
@click.option(
    "--metric", default="welfare", show_default=True, help="A regional result: welfare, gdp, real_wage, …"
)
@click.option("--year", type=int, help="Default: the last that both have.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A chart (.svg, .png) or table (.csv).",
)
@FOLDER
@JSON
def compare(
    first: str, second: str, metric: str, year: int | None, out: Path | None, folder: Path, as_json: bool
) -> None:
    """Compare runs FIRST and SECOND by region: second less first."""
    from blocs.cli.text import table as text_table
    from blocs.errors import DataError
    from blocs.report.comparison import chart
    from blocs.report.runs import comparison, one

    before, after = one(folder, first), one(folder, second)
    table = comparison(before, after, metric=metric, year=year)
    if out is not None:
        if out.suffix.lower() == ".csv":
            out.write_text(table.csv(), encoding="utf-8", newline="")
        elif out.suffix.lower() in (".svg", ".png"):
            chart(table, metric).save(out)
        else:
            raise DataError(f"--out {out}: a comparison is written as .svg, .png or .csv")
        click.echo(f"{out} written", err=True)
    if as_json:
        rows = [dict(zip([c.name for c in table.columns], _nulls(row), strict=True)) for row in table.rows]
        document = {"schema": "blocs.compare/1", "first": before.name, "second": after.name, "table": table.name,
                    "rows": rows}  # fmt: skip
        click.echo(json.dumps(document, ensure_ascii=False))
        return
    order = sorted(table.rows, key=lambda row: -abs(row[3]) if row[3] == row[3] else 0.0)[:12]
    rows = [{"region": r[0], before.name: f"{r[1]:.2f}", after.name + " ": f"{r[2]:.2f}", "difference": f"{r[3]:+.2f}"}
            for r in order]  # fmt: skip
    click.echo(f"{table.name}, %: the largest differences of {len(table)} regions")
    click.echo(text_table(rows, ["region", before.name, after.name + " ", "difference"], "lrrr"))


def _nulls(row: tuple[Any, ...]) -> list[Any]:
    return [None if isinstance(value, float) and value != value else value for value in row]


@runs.command()
@click.option("--run", "names", multiple=True, metavar="NAME", help="Remove this run too.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@FOLDER
def clean(names: tuple[str, ...], yes: bool, folder: Path) -> None:
    """Remove what stopped runs left behind, and the runs named with --run."""
    from blocs.report.runs import leftovers, one, remove

    paths = [*leftovers(folder), *(one(folder, name).path for name in names)]
    if not paths:
        click.echo("nothing to remove")
        return
    for path in paths:
        click.echo(f"  {path}", err=True)
    if not yes:
        click.confirm(f"Remove these {len(paths)} folders?", abort=True, err=True)
    remove(paths)
    click.echo(f"{len(paths)} folders removed")


@runs.command()
@click.argument("sql")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV instead of a table.")
@FOLDER
@JSON
def query(sql: str, as_csv: bool, folder: Path, as_json: bool) -> None:
    """Run one SQL query over all runs, e.g. "select run, welfare from regions where region = 'DEU'".

    Tables: runs, regions, sectors, bilateral, rerouting.
    """
    from blocs.cli.text import table
    from blocs.report import runs as store

    columns, rows = store.query(folder, sql)
    if as_json:
        found = [dict(zip(columns, row, strict=True)) for row in rows]
        click.echo(json.dumps({"schema": "blocs.query/1", "rows": found}, ensure_ascii=False, default=str))
    elif as_csv:
        store.write_csv(columns, rows, sys.stdout)
    else:
        click.echo(table([dict(zip(columns, row, strict=True)) for row in rows], columns))
