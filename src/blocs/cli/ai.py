"""`blocs ai`: the observatory of chips, data centres, capex, models, electricity and strategic sectors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

TOPICS = ("chips", "owners", "data-centres", "capex", "releases", "electricity", "sectors")


@click.command()
@click.argument("topic", required=False)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write every figure (SVG) and its table (CSV) into this folder.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
def ai(topic: str | None, out: Path | None, as_json: bool) -> None:
    """Show what is known of AI's inputs: chips, sites, capex, models, electricity.

    TOPIC is one of chips, owners, data-centres, capex, releases, electricity, sectors; all without it. Every
    table names its source and how the figures are known. The same as time series: `blocs data series`.
    """
    from blocs.errors import DataError, unknown

    if topic is not None and topic not in TOPICS:
        raise DataError(unknown("topic", topic, TOPICS))
    chosen = TOPICS if topic is None else (topic,)
    tables = {name: _TABLES[name]() for name in chosen}
    if out is not None:
        _write(out)
    if as_json:
        content = {name: list(rows) for name, rows in tables.items()}
        click.echo(
            json.dumps({"schema": "blocs.ai/1", "tables": content, "sources": _sources()}, ensure_ascii=False)
        )
        return
    from blocs.cli.text import paragraph, table

    for name, rows in tables.items():
        shown = _short(name, rows)
        columns = list(shown[0])
        align = "".join("r" if isinstance(shown[0][column], int | float) else "l" for column in columns)
        click.echo(f"{name}\n{table(shown, columns, align)}\n")
    for source in _sources():
        click.echo(paragraph(source))
    if out is not None:
        click.echo(f"{out} written")


def _records(rows: Iterable[Any]) -> list[dict[str, Any]]:
    from dataclasses import asdict

    return [asdict(row) for row in rows]


def _chips() -> list[dict[str, Any]]:
    from blocs.world.observatory import chips_by_maker

    return _records(chips_by_maker())


def _owners() -> list[dict[str, Any]]:
    from blocs.world.observatory import chips_by_owner

    return _records(chips_by_owner())


def _centres() -> list[dict[str, Any]]:
    from blocs.world.observatory import data_centres

    return _records(data_centres())


def _capex() -> list[dict[str, Any]]:
    from blocs.world.observatory import capex

    return _records(capex())


def _releases() -> list[dict[str, Any]]:
    from blocs.world.observatory import releases

    return _records([*releases("large"), *releases("notable")])


def _electricity() -> list[dict[str, Any]]:
    from blocs.world.observatory import electricity, electricity_growth

    return [
        {"region": region, "year": max(years), "twh": years[max(years)],
         "growth_10y_pct": round(100 * electricity_growth(region, max(years) - 10, max(years)), 2)}
        for region, years in electricity().items()
        if max(years) - 10 in years
    ]  # fmt: skip


def _sectors() -> list[dict[str, Any]]:
    from blocs.world.observatory import strategic_sectors

    return _records(strategic_sectors())


_TABLES: dict[str, Callable[[], list[dict[str, Any]]]] = {
    "chips": _chips, "owners": _owners, "data-centres": _centres, "capex": _capex, "releases": _releases,
    "electricity": _electricity, "sectors": _sectors,
}  # fmt: skip


def _short(name: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what fits a terminal: the last quarter, the latest state, the largest ten."""
    if name in ("chips", "owners"):
        last = {row["who"]: row for row in rows if row["complete"]}
        keys = ("who", "quarter_end", "h100e_low", "h100e", "h100e_high", "power_mw")
        return [{key: row[key] for key in keys} for row in last.values()]
    if name == "data-centres":
        last = {row["data_centre"]: row for row in rows if row["status"] == "observed"}
        return [
            {key: row[key] for key in ("data_centre", "country", "date", "power_mw", "h100e")}
            for row in last.values()
        ]
    if name == "capex":
        return [{key: row[key] for key in ("company", "year", "usd_bn", "kind", "status")} for row in rows]
    if name == "releases":
        return _release_totals(rows)
    if name == "electricity":
        return sorted(rows, key=lambda row: -row["twh"])[:12]
    return [
        {key: row[key] for key in ("plan", "sector", "industry", "weight", "weight_equal")} for row in rows
    ]


def _release_totals(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: dict[tuple[int, str], dict[str, Any]] = {}
    for row in rows:
        if row["collection"] == "large" and row["country"] in ("USA", "CHN") and row["year"] >= 2021:
            entry = found.setdefault(
                (row["year"], row["country"]), {"year": row["year"], "country": row["country"]}
            )
            entry[row["openness"]] = round(entry.get(row["openness"], 0.0) + row["models"], 1)
    names = ("open", "open_restricted", "closed_access", "unreleased", "unknown")
    return [
        {"year": entry["year"], "country": entry["country"], **{name: entry.get(name, 0.0) for name in names}}
        for entry in found.values()
    ]


def _sources() -> list[str]:
    from blocs.data.package import resources

    found = [entry for entry in resources() if entry["path"].startswith("ai/")]
    return list(dict.fromkeys(source["title"] for entry in found for source in entry["sources"]))


def _write(folder: Path) -> None:
    from blocs.errors import DataError
    from blocs.report.ai import figures
    from blocs.scenario.io import write_whole

    if folder.exists() and not folder.is_dir():
        raise DataError(f"--out {folder} is a file; name a folder")
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures().items():
        write_whole(folder / f"{name}.svg", figure.svg + "\n")
        write_whole(folder / f"{name}.csv", figure.table.csv())
