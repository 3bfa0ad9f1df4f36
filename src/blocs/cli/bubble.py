"""`blocs bubble`: is a series of the user's explosive, when, and by which critical values."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from blocs.cli.progress import progress_shown, quiet_option, tell

if TYPE_CHECKING:
    from blocs.statistics.bubble import Analysis


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--column", help="Column to test, where the file has several.")
@click.option(
    "--lags", default="0", show_default=True, help="Lagged differences: a number, or auto (smallest BIC)."
)
@click.option(
    "--min-window", type=int, help="Observations of the shortest window [default: n(0.01 + 1.8/√n)]."
)
@click.option(
    "--replications", default=2000, show_default=True, help="Simulated series for the critical values."
)
@click.option("--bootstrap", type=int, help="Wild bootstrap replications [default: at most 499].")
@click.option(
    "--level", type=click.Choice(["0.9", "0.95", "0.99"]), default="0.95", show_default=True, help="Of dates."
)
@click.option("--min-duration", type=int, help="Observations of the shortest episode [default: ln n].")
@click.option("--seed", default=0, show_default=True, help="Seed of both simulations.")
@click.option("--log", "take_log", is_flag=True, help="Test the logarithm of the series.")
@click.option("--signed", is_flag=True, help="Allow zero and negative numbers (a series in logs, a spread).")
@click.option(
    "--proxy", type=click.Path(path_type=Path), help="CSV of a technology proxy to take out of the log price."
)
@click.option("--lppls", is_flag=True, help="Add log-periodic fits over 120 windows (half a minute).")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write the report here: .html, .svg, .png or .csv."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
@quiet_option
def bubble(
    file: Path, column: str | None, lags: str, min_window: int | None, replications: int, bootstrap: int | None,
    level: str, min_duration: int | None, seed: int, take_log: bool, signed: bool, proxy: Path | None, lppls: bool,
    out: Path | None, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Test the series in FILE for explosive episodes (ADF, SADF, GSADF, BSADF).

    FILE is a CSV whose first column is an ISO date, a year-month or a whole number; the only other column is tested, or
    the one named by --column. Critical values come from Monte Carlo, which rejects too often where volatility
    clusters, and from the wild bootstrap, which does not: both are always shown.
    """
    from dataclasses import replace

    import numpy as np

    from blocs.errors import DataError
    from blocs.statistics.bubble import adjust, analyse, read_series
    from blocs.statistics.bubble.fundamentals import NOTE

    _check_ending(out)
    if lppls and (take_log or proxy is not None):
        raise DataError(
            "--lppls takes the logarithm of a price itself; leave --log and --proxy out beside it"
        )
    series = read_series(file, column, signed=signed)
    notes: tuple[str, ...] = ()
    if proxy is not None:
        adjusted = adjust(series, read_series(proxy))
        series, notes = (
            adjusted.series,
            (f"{NOTE}; elasticity {adjusted.slope:.3f}, R² {adjusted.r_squared:.3f}",),
        )
    elif take_log:
        if not np.all(series.values > 0.0):
            raise DataError(
                f"{file}: {series.name} has zero or negative numbers, of which there is no log; drop --log"
            )
        series = replace(series, name=f"log {series.name}", values=np.log(series.values))
    if lags != "auto" and not lags.isdigit():
        raise DataError(f"--lags is {lags!r}; give 0, 1, 2, … or auto")
    if progress_shown(quiet, as_json):
        tell(f"{len(series)} observations, {replications} replications …")
    found = analyse(
        series, lags="auto" if lags == "auto" else int(lags), window=min_window, replications=replications,
        bootstrap_replications=bootstrap, level=float(level), duration=min_duration, seed=seed, notes=notes,
        lppls=lppls,
    )  # fmt: skip
    if out is not None:
        _write(found, out)
    if as_json:
        click.echo(json.dumps(found.document(), ensure_ascii=False, allow_nan=False))
        return
    _show(found)
    if out is not None:
        click.echo(f"{out} written")


def _check_ending(out: Path | None) -> None:
    """Refuse a file that could not be written before any time is spent."""
    from blocs.errors import DataError

    if out is None:
        return
    if out.suffix.lower() not in (".html", ".svg", ".png", ".csv"):
        raise DataError(f"--out {out}: the report can be .html, .svg, .png or .csv")
    if not out.parent.is_dir():
        raise DataError(f"--out {out}: there is no folder {out.parent}; make it first")


def _write(found: Analysis, out: Path) -> None:
    from blocs.report.bubble import bubble_figure, bubble_page, bubble_table
    from blocs.scenario.io import write_whole

    kind = out.suffix.lower()
    if kind == ".html":
        write_whole(out, bubble_page(found))
    elif kind == ".csv":
        write_whole(out, bubble_table(found).csv())
    elif kind == ".svg":
        write_whole(out, bubble_figure(found).svg + "\n")
    else:
        partial = out.with_name(f".{out.stem}.partial.png")
        bubble_figure(found).save(partial).replace(out)


def _show(found: Analysis) -> None:
    from blocs.cli.text import paragraph, table

    document = found.document()
    series = document["series"]
    click.echo(
        f"{series['name']}, {series['first']} to {series['last']}, {series['observations']} observations"
    )
    click.echo(
        f"windows of {found.statistics.window} or more, {found.statistics.lags} lags ({found.lag_rule}), "
        f"seed {found.seed}\n"
    )
    rows = [
        {
            "": name.upper(), "value": f"{document[name]['statistic']:.3f}", "critical values": label,
            "90%": f"{critical['0.9']:.3f}", "95%": f"{critical['0.95']:.3f}", "99%": f"{critical['0.99']:.3f}",
            "p": f"{document[name]['p_value'][kind]:.3f}",
        }
        for name in ("adf", "sadf", "gsadf")
        for kind, label in (("monte_carlo", "Monte Carlo"), ("wild_bootstrap", "wild bootstrap"))
        for critical in [document[name]["critical"][kind]]
    ]  # fmt: skip
    click.echo(table(rows, ["", "value", "critical values", "90%", "95%", "99%", "p"], "lrlrrrr"))
    for title, key in (("Monte Carlo", "episodes"), ("wild bootstrap", "episodes_wild_bootstrap")):
        spans = [
            f"{one['start']} to {one['end']}{' (ongoing)' if one['ongoing'] else ''}" for one in document[key]
        ]
        click.echo(f"\nEpisodes at {100 * found.level:.0f}%, {title}: {'; '.join(spans) or 'none'}")
    if "lppls" in document:
        fits = document["lppls"]
        time = fits["critical_time"]
        said = "" if time is None else f"; critical time {time['0.1']} to {time['0.9']}, median {time['0.5']}"
        click.echo(
            f"\nLog-periodic fits: {100 * fits['confidence']:.0f}% of {fits['windows']} windows qualify{said}"
        )
    click.echo("")
    for note in document["notes"]:
        click.echo(paragraph(note))
