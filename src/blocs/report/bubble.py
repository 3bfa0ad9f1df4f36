"""Draws and writes the report of the bubble tests: series and episodes, statistic and critical values."""

from __future__ import annotations

from datetime import date
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from blocs.report.drawing import COLOURS, FAINT, INK, WIDE, bare_axes, finish, headline, style
from blocs.report.figure import Figure
from blocs.report.table import Column, Table

if TYPE_CHECKING:
    from blocs.statistics.bubble import Analysis

_LIGHT, _DARK = "#fae3d0", "#f0b98e"  # episodes by Monte Carlo alone, and by the wild bootstrap


def bubble_table(found: Analysis) -> Table:
    """Return index, value, BSADF and its two critical values, one row a period; NaN before the first window ends."""
    columns = (
        Column("index", "Period"),
        Column("value", found.series.name),
        Column("bsadf", "BSADF"),
        Column("critical_monte_carlo", "Monte Carlo"),
        Column("critical_wild_bootstrap", "Wild bootstrap"),
    )
    sequences = (
        found.statistics.bsadf,
        found.monte_carlo.bsadf[found.level],
        found.wild_bootstrap.bsadf[found.level],
    )
    rows = zip(
        found.series.labels, found.series.values.tolist(),
        *([None if np.isnan(x) else round(float(x), 6) for x in row] for row in sequences),
        strict=True,
    )  # fmt: skip
    return Table("bubble", columns, tuple(rows))


def bubble_figure(found: Analysis) -> Figure:
    """Return two panels over one time axis: the series with episodes shaded, and BSADF against both critical values."""
    times = _axis_times(found)
    title = f"{found.series.name}: explosive episodes"
    with style():
        from matplotlib.figure import Figure as Canvas

        height = 5.8
        canvas = Canvas(figsize=(WIDE, height))
        percent = f"{100 * found.level:.0f}%"
        subtitle = (
            f"BSADF above its {percent} value for {found.duration} periods or more, light: Monte Carlo, "
            f"dark: wild bootstrap; {found.statistics.lags} lags, windows of {found.statistics.window}+"
        )
        headline(canvas, title, subtitle, 0.0, height)
        left, wide = 0.6 / WIDE, 1.0 - 0.75 / WIDE
        upper = canvas.add_axes((left, 3.15 / height, wide, 1.95 / height))
        lower = canvas.add_axes((left, 0.82 / height, wide, 1.9 / height))
        upper.plot(times, found.series.values, color=INK, linewidth=1.0)
        upper.set_title(found.series.name + _unit_of_axis(found), loc="left", fontsize=8.5, color=FAINT)
        if found.series.values.min() > 0.0 and found.series.values.max() > 8 * found.series.values.min():
            _log_axis(upper, found.series.values)
        lower.plot(times, found.statistics.bsadf, color=COLOURS[0], linewidth=1.1, label="BSADF")
        for critical, colour, dash, name in (
            (found.monte_carlo, COLOURS[1], "-", "Monte Carlo"),
            (found.wild_bootstrap, COLOURS[2], "--", "wild bootstrap"),
        ):  # fmt: skip
            lower.plot(
                times,
                critical.bsadf[found.level],
                color=colour,
                linestyle=dash,
                linewidth=1.0,
                label=f"{percent}, {name}",
            )
        lower.set_title(
            "BSADF statistic and its critical values (t-ratio)", loc="left", fontsize=8.5, color=FAINT
        )
        lower.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=3, frameon=False, fontsize=8.5)
        source = "Source: the user's file; tests after Phillips, Shi and Yu (2015)"
        canvas.text(0.04 / WIDE, 0.08 / height, source, fontsize=7.5, color=FAINT)
        half = 0.5 * float(np.median(np.diff(times)))
        for axes in (upper, lower):
            for spans, shade in ((found.episodes, _LIGHT), (found.episodes_bootstrap, _DARK)):
                for one in spans:
                    axes.axvspan(times[one.start] - half, times[one.end] + half, color=shade, linewidth=0)
            axes.set_xlim(times[0], times[-1])
            bare_axes(axes, "y")
        return finish(canvas, title, _words(found), bubble_table(found))


def _log_axis(axes: Any, values: np.ndarray) -> None:
    """Scale by ratios, with plain numbers at 1, 2 and 5 times powers of ten."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    axes.set_yscale("log")
    low, high = float(values.min()), float(values.max())
    marks = [
        m * 10.0**e
        for e in range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
        for m in (1, 2, 5)
    ]
    shown = [mark for mark in marks if low <= mark <= high]
    if len(shown) > 8:
        shown = [mark for mark in shown if f"{mark:e}"[0] == "1"]
    axes.yaxis.set_major_locator(FixedLocator(shown))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}"))


def _unit_of_axis(found: Analysis) -> str:
    wide = found.series.values.min() > 0.0 and found.series.values.max() > 8 * found.series.values.min()
    return " (in the unit of the file, log scale)" if wide else " (in the unit of the file)"


def _axis_times(found: Analysis) -> np.ndarray:
    """Return years as real numbers for dates and months, the index itself otherwise."""
    times = found.series.times
    if found.series.kind == "month":
        return times / 12.0
    if found.series.kind == "date":
        days = [date.fromordinal(int(t)) for t in times]
        return np.array([day.year + (day.timetuple().tm_yday - 1) / 365.25 for day in days])
    return times


def _words(found: Analysis) -> str:
    spans = [f"{found.series.labels[one.start]} to {found.series.labels[one.end]}" for one in found.episodes]
    return f"{'. '.join(found.verdicts())}. Episodes: {', '.join(spans) or 'none'}."


_STYLE = (
    "body{font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif;color:#22282e;max-width:60rem;margin:2rem auto;"
    "padding:0 1rem}table{border-collapse:collapse;margin:1rem 0}td,th{padding:.25rem .8rem;text-align:right;"
    "border-bottom:1px solid #d9dde0}td:first-child,th:first-child{text-align:left}h1{font-size:1.5rem}"
    "h2{font-size:1.15rem}"
)


def bubble_page(found: Analysis) -> str:
    """Return one self-contained HTML page: verdicts, figure, statistics both critical values, episodes, cautions."""
    document = found.document()
    figure = bubble_figure(found)
    title = escape(f"Explosive episodes in {found.series.name}")
    parts = [
        "<!DOCTYPE html>", f'<html lang="en"><head><meta charset="utf-8"><title>{title}</title>',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1>",
        f"<p>{found.series.labels[0]} to {found.series.labels[-1]}, {len(found.series)} observations; "
        f"windows of {found.statistics.window} or more, {found.statistics.lags} lags ({found.lag_rule}); "
        f"{found.monte_carlo.replications} Monte Carlo and {found.wild_bootstrap.replications} bootstrap replications, "
        f"seed {found.seed}.</p>",
        "<ul>", *(f"<li>{escape(line)}</li>" for line in found.verdicts()), "</ul>", figure.svg,
        "<h2>Statistics and critical values</h2>", _statistics_html(document),
        "<h2>Episodes</h2>", _episodes_html("By Monte Carlo values", document["episodes"]),
        _episodes_html("By wild bootstrap values", document["episodes_wild_bootstrap"]),
        *(_lppls_html(document["lppls"]) if "lppls" in document else ()),
        "<h2>Read this first</h2><ul>", *(f"<li>{escape(note)}</li>" for note in document["notes"]), "</ul>",
        "<p>Source: the user's file; tests after Phillips, Shi and Yu (2015).</p></body></html>",
    ]  # fmt: skip
    return "\n".join(parts) + "\n"


def _statistics_html(document: dict[str, Any]) -> str:
    rows = [
        "<table><tr><th>statistic</th><th>value</th><th>critical values</th>"
        "<th>90%</th><th>95%</th><th>99%</th><th>p</th></tr>"
    ]
    for name in ("adf", "sadf", "gsadf"):
        entry = document[name]
        for kind, label in (("monte_carlo", "Monte Carlo"), ("wild_bootstrap", "wild bootstrap")):
            cells = "".join(f"<td>{value:.3f}</td>" for value in entry["critical"][kind].values())
            rows.append(
                f"<tr><td>{name.upper()}</td><td>{entry['statistic']:.3f}</td><td>{label}</td>{cells}"
                f"<td>{entry['p_value'][kind]:.3f}</td></tr>"
            )
    return "\n".join([*rows, "</table>"])


def _episodes_html(title: str, spans: list[dict[str, Any]]) -> str:
    if not spans:
        return f"<p>{title}: none.</p>"
    rows = [
        f"<tr><td>{one['start']}</td><td>{one['end']}{' (ongoing)' if one['ongoing'] else ''}</td>"
        f"<td>{one['peak']}</td>"
        f"<td>{one['observations']}</td></tr>"
        for one in spans
    ]
    head = "<tr><th>start</th><th>end</th><th>peak</th><th>observations</th></tr>"
    return "\n".join([f"<p>{title}:</p><table>", head, *rows, "</table>"])


def _lppls_html(found: dict[str, Any]) -> list[str]:
    time = found["critical_time"]
    said = (
        "no window qualifies"
        if time is None
        else f"critical time {time['0.1']} to {time['0.9']}, median {time['0.5']}"
    )
    return [
        f"<h2>Log-periodic fits</h2><p>{100 * found['confidence']:.0f}% of {found['windows']} windows that end with "
        f"the series "
        f"qualify as a bubble; {said}. This is no probability: the shares of fits that pass a filter.</p>"
    ]
