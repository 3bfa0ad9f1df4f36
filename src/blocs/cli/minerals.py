"""`blocs minerals`: all minerals with leader, price and control, or one mineral's page."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("mineral", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FOLDER", help="Write the page and its figures there."
)
@click.option("--overwrite", is_flag=True, help="Replace files that are already in the folder.")
@click.option("--no-ban", is_flag=True, help="Tables only: do not solve what a ban does (faster).")
@click.option(
    "--world",
    "world_name",
    default="81x50",
    show_default=True,
    help="World in which a ban is solved: 81x50, 81x28 or a .npz file.",
)
def minerals(
    mineral: str | None, as_json: bool, out: Path | None, overwrite: bool, no_ban: bool, world_name: str
) -> None:
    """List the minerals, or say all about MINERAL, a symbol or a name: Ga, dysprosium, graphite.

    The page of one mineral shows who makes it, prices, uses, China's controls, and what a full stop of the leader's
    exports does to its price month by month and to welfare in the first year.
    """
    from blocs.report import minerals as report

    if mineral is None:
        if out is not None:
            raise click.UsageError(
                "--out writes the page of one mineral; name it: blocs minerals Ga --out FOLDER"
            )
        records = report.overview()
        if as_json:
            click.echo(report.document({"schema": "blocs.minerals/1", "minerals": records}))
        else:
            _list(records)
        return
    from blocs.vectors.minerals import tables
    from blocs.world.load import load_world

    tables.find(mineral)  # says what is wrong with the name before anything is loaded
    record = report.page(mineral, None if no_ban else load_world(world_name))
    if out is not None:
        _write(record, out, overwrite)
    if as_json:
        click.echo(report.document({"schema": "blocs.mineral/1", **record}))
    else:
        _page(record)


def _list(records: list[dict]) -> None:
    from blocs.cli.text import table

    rows = [
        {
            "": r["symbol"],
            "mineral": r["name"],
            "leader": r["leader"] or "not published",
            "share %": "" if r["leader_share"] is None else f"{100 * r['leader_share']:.0f}",
            "US$/t": "not published" if r["price"] is None else f"{r['price']:,.0f}",
            "control by China": "" if r["control"] is None else f"{r['control_since']}: {r['control']}",
        }
        for r in records
    ]
    click.echo(
        table(rows, ["", "mineral", "leader", "share %", "US$/t", "control by China"], "lllrrl", width=100)
    )
    click.echo("\nShares: production 2024, World Mining Data. Prices: latest year, USGS 2026.")
    click.echo("One in full: blocs minerals Ga")


def _page(record: dict) -> None:
    from blocs.cli.text import paragraph, table
    from blocs.report.minerals import SHOWN, sentence
    from blocs.report.words import region_name

    click.echo(f"{record['name'].capitalize()} ({record['symbol']})\n")
    click.echo(paragraph(sentence(record)))
    made = [
        {"country": p["country"], "share %": f"{100 * p['share']:.1f}", "tonnes": f"{p['tonnes']:,.0f}",
         "USGS": "" if p["usgs_tonnes"] is None else f"{p['usgs_tonnes']:,.0f}"}
        for p in record["production"][:SHOWN]
    ]  # fmt: skip
    if made:
        click.echo("\n" + table(made, ["country", "share %", "tonnes", "USGS"], "lrrr"))
    used = [
        {"industry": u["industry"], "share": f"{u['share']:.2f}", "range": f"{u['range'][0]:.2f}–{u['range'][1]:.2f}",
         "status": u["status"]} for u in record["uses"]
    ]  # fmt: skip
    click.echo("\n" + table(used, ["industry", "share", "range", "status"], "lrrl"))
    if record["missing"]:
        click.echo(f"\nNot published: {', '.join(record['missing'])}.")
    found = record["ban"]
    if found is None:
        return
    outside, low, high = found["price_outside"], found["price_outside_low"], found["price_outside_high"]
    click.echo(f"\nIf {region_name(found['by'])} sold none abroad:")
    for month in (1, 6, 12, 36):
        n = month - 1
        click.echo(
            f"  month {month:2d}: outside {outside[n]:.1f} times the price of 2023 ({low[n]:.1f}–{high[n]:.1f}), "
            f"inside {found['price_inside'][n]:.2f}"
        )
    rows = [
        {"region": w["region"], "name": region_name(w["region"]), "welfare %": f"{w['percent']:+.4f}",
         "US$ mn": f"{w['usd_mn']:+,.0f}"} for w in found["welfare"][:SHOWN]
    ]  # fmt: skip
    click.echo(
        "\nFirst year, against no ban:\n" + table(rows, ["region", "name", "welfare %", "US$ mn"], "llrr")
    )
    click.echo(f"World: {found['world_usd_mn']:+,.0f} million US$.")


def _write(record: dict, folder: Path, overwrite: bool) -> None:
    from blocs.errors import DataError
    from blocs.report import minerals as report
    from blocs.scenario.io import write_whole

    files = {f"{record['symbol']}.html": report.html(record)}
    if record["production"]:
        files["supply.svg"] = report.supply_map(record["symbol"]) + "\n"
    if record["ban"] is not None:
        figure = report.price_figure(record)
        files["price.svg"], files["price.csv"] = figure.svg + "\n", figure.table.csv()
    there = [name for name in files if (folder / name).exists()]
    if there and not overwrite:
        raise DataError(f"{folder / there[0]} is there already; choose another --out, or add --overwrite")
    if folder.exists() and not folder.is_dir():
        raise DataError(f"--out {folder} is a file; name a folder")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        write_whole(folder / name, text)
    click.echo(f"{folder / (record['symbol'] + '.html')} written", err=True)
