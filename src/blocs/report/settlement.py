"""Draws a day of settlement: value by time, the queue, who waits for whom, and delay against liquidity."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from blocs.report.drawing import COLOURS, FAINT, INK, WIDE, bare_axes, finish, headline, style
from blocs.report.figure import Figure
from blocs.report.table import Column, Table
from blocs.settlement.generate import accounts_between
from blocs.settlement.metrics import liquidity_bounds, measure, waiting_matrix
from blocs.settlement.money import decimal_text
from blocs.settlement.rules import Rules
from blocs.settlement.settle import Settlement, settle

_SHOWN = 20  # participants in the matrix
_MOST = 300_000  # payments up to which the day is run again at other liquidities
_SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
_COMPARED = {
    "rtgs": Rules.of("rtgs"),
    "hybrid": Rules.of("hybrid"),
    "hybrid, order kept": Rules.of("hybrid", bypass=False),
}
_UNITS = ((1e12, "trn"), (1e9, "bn"), (1e6, "mn"), (1e3, "thousand"), (1.0, ""))


def figures(result: Settlement) -> list[Figure]:
    """Return the figures of a day; the one that runs the day again is left out above 300,000 payments."""
    drawn = [_by_time(result), _queue(result), _waiting(result)]
    if 0 < len(result.payments) <= _MOST:
        drawn.append(_liquidity(result))
    return drawn


def _unit(largest: float, currency: str) -> tuple[float, str]:
    scale, word = next((unit for unit in _UNITS if largest >= unit[0]), _UNITS[-1])
    return scale, f"{currency} {word}".strip()


def _span(result: Settlement) -> tuple[slice, np.ndarray]:
    """Return the intervals in which something happens and their ends in hours."""
    figures = measure(result)
    busy = np.flatnonzero(figures.submitted_by_time + figures.settled_by_time + figures.queue_count_by_time)
    first, last = (int(busy[0]), int(busy[-1])) if busy.size else (0, 1)
    part = slice(max(first - 1, 0), last + 1)
    return part, (np.arange(len(figures.submitted_by_time))[part] + 1) * figures.width / 3_600_000


def _axes(title: str, subtitle: str, height: float = 3.3, right: float = 1.2) -> tuple[Any, Any]:
    from matplotlib.figure import Figure as Canvas

    canvas = Canvas(figsize=(WIDE, height))
    axes = canvas.add_axes((0.75 / WIDE, 0.5 / height, 1 - (0.75 + right) / WIDE, 1 - 1.1 / height))
    headline(canvas, title, subtitle, 0.0, height)
    bare_axes(axes, "y")
    return canvas, axes


def _source(canvas: Any, text: str) -> None:
    canvas.text(0.005, 0.012, text, fontsize=7, color=FAINT)


def _clock(axes: Any, hours: np.ndarray) -> None:
    low, high = float(hours[0]), float(hours[-1])
    step = next(s for s in (0.25, 0.5, 1, 2, 3, 4) if (high - low) / s <= 9 or s == 4)
    ticks = np.arange(np.ceil(low / step) * step, high + 1e-9, step)
    axes.set_xticks(ticks, [f"{int(t):02d}:{round(60 * (t % 1)):02d}" for t in ticks])
    axes.set_xlim(low, max(high, low + 1e-6))


def _said(result: Settlement) -> str:
    rules = result.rules
    name = f"{rules.name}-like rules, " if rules.name else ""
    return f"Source: blocs payments settle, {name}{rules.mode}; {len(result.payments):,} payments by five minutes"


def _by_time(result: Settlement) -> Figure:
    figures, places = measure(result), result.payments.decimals
    part, hours = _span(result)
    lines = [("submitted", figures.submitted_by_time), ("settled", figures.settled_by_time)]
    totals = [(name, np.cumsum(values)) for name, values in lines]
    scale, unit = _unit(float(totals[0][1][-1]) / 10**places, result.payments.currency)
    with style():
        canvas, axes = _axes("Settlement by time", f"value since the open, {unit}")
        for (name, values), colour, dash in zip(totals, (COLOURS[1], COLOURS[0]), ("--", "-"), strict=True):
            axes.plot(hours, values[part] / 10**places / scale, dash, color=colour, linewidth=1.8, label=name)
        axes.set_ylim(bottom=0)
        axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=9, labelcolor=INK)
        _clock(axes, hours)
        _source(canvas, _said(result))
        table = _time_table(result, "by-time", [(name, values) for name, values in lines])
        settled = totals[1][1][-1] / 10**places / scale
        words = f"Value submitted and settled by time, {unit}: {settled:.2f} settled by the close."
        return finish(canvas, "Settlement by time", words, table)


def _queue(result: Settlement) -> Figure:
    figures, places = measure(result), result.payments.decimals
    part, hours = _span(result)
    scale, unit = _unit(figures.peak_value / 10**places, result.payments.currency)
    with style():
        canvas, axes = _axes(
            "Queue by time", f"value that waits at the end of each interval, {unit}", right=0.2
        )
        axes.fill_between(
            hours,
            figures.queue_value_by_time[part] / 10**places / scale,
            step="post",
            color=COLOURS[1],
            alpha=0.75,
            linewidth=0,
        )
        axes.set_ylim(bottom=0, top=None if figures.peak_value else 1)
        _clock(axes, hours)
        _source(canvas, _said(result))
        table = _time_table(result, "queue", [("queued", figures.queue_value_by_time)])
        words = f"Value queued by time; at most {figures.peak_value / 10**places / scale:.2f} {unit}."
        return finish(canvas, "Queue by time", words, table)


def _time_table(result: Settlement, name: str, columns: list[tuple[str, np.ndarray]]) -> Table:
    places = result.payments.decimals
    part, hours = _span(result)
    rows = tuple(
        (
            f"{int(h):02d}:{round(60 * (h % 1)):02d}",
            *(decimal_text(int(values[part][k]), places) for _, values in columns),
        )
        for k, h in enumerate(hours)
    )
    heads = (Column("until", "Until"), *(Column(n, f"{n}, {result.payments.currency}") for n, _ in columns))
    return Table(name, heads, rows)


def _waiting(result: Settlement) -> Figure:
    matrix, names = waiting_matrix(result), result.payments.participants
    order = np.argsort(-(matrix.sum(axis=0) + matrix.sum(axis=1)), kind="stable")[:_SHOWN]
    small = matrix[np.ix_(order, order)]
    scale, unit = _unit(float(small.max(initial=0.0)), result.payments.currency)
    labels = [names[k] for k in order]
    with style():
        from matplotlib.figure import Figure as Canvas

        long = 0.25 + 0.075 * max((len(label) for label in labels), default=1)
        width, height = long + 0.24 * len(order) + 1.3, long + 0.24 * len(order) + 1.1
        width = max(width, 5.6)
        canvas = Canvas(figsize=(width, height))
        side = 0.24 * len(order)
        axes = canvas.add_axes(((0.3 + long) / width, (0.5 + long) / height, side / width, side / height))
        headline(
            canvas,
            "Who waits for whom",
            f"value times time waited, {unit} × hours; the {len(order)} largest",
            0.0,
            height,
        )
        image = axes.imshow(
            small / scale,
            cmap="Blues",
            aspect="auto",
            vmin=0,
            vmax=max(float(small.max(initial=0.0)) / scale, 1e-9),
        )
        axes.set_xticks(range(len(order)), labels, rotation=90, fontsize=8)
        axes.set_yticks(range(len(order)), labels, fontsize=8)
        axes.set_xlabel("payer, who is waited for", fontsize=8.5, color=INK)
        axes.set_ylabel("payee, who waits", fontsize=8.5, color=INK)
        axes.tick_params(length=0, labelcolor=INK)
        bar = canvas.colorbar(
            image,
            cax=canvas.add_axes(
                ((0.3 + long + side + 0.15) / width, (0.5 + long) / height, 0.14 / width, side / height)
            ),
        )
        bar.ax.tick_params(length=0, labelsize=8, labelcolor=INK)
        bar.outline.set_visible(False)
        _source(canvas, _said(result))
        rows = tuple(
            (names[i], names[j], f"{matrix[i, j]:.2f}") for i, j in sorted(
                zip(*np.nonzero(matrix), strict=True), key=lambda p: (-matrix[p], p))[:200]
        )  # fmt: skip
        heads = (
            Column("payee", "Payee"),
            Column("payer", "Payer"),
            Column("waited", f"{result.payments.currency} x hours"),
        )
        words = "; ".join(f"{a} waited for {b}" for a, b, _ in rows[:3]) or "Nobody waited."
        return finish(canvas, "Who waits for whom", words, Table("waiting", heads, rows))


def _liquidity(result: Settlement) -> Figure:
    """Run the day again, gross and hybrid, with balances between the bounds and no credit, limits or events."""
    payments = result.payments
    bounds = liquidity_bounds(payments, result.status)
    hours = {"open": result.rules.open, "cut_off": result.rules.cut_off, "close": result.rules.close}
    points: list[tuple[float, str, float, float]] = []
    for share in _SHARES:
        accounts = accounts_between(payments, bounds, share)
        for mode, rules in _COMPARED.items():
            again = measure(settle(payments, accounts, replace(rules, **hours)))
            total = again.settled_value + again.returned_value
            points.append(
                (share, mode, again.delay_indicator, again.returned_value / total if total else 0.0)
            )
    with style():
        canvas, axes = _axes(
            "Delay against liquidity",
            "delay indicator (0 nothing waits, 1 everything until the close) by liquidity between its bounds",
            right=1.6,
        )
        for (mode, colour, mark), dash in zip(
            zip(_COMPARED, (COLOURS[1], COLOURS[0], COLOURS[2]), "os^", strict=True),
            ("-", "-", "--"),
            strict=True,
        ):
            line = [p for p in points if p[1] == mode]
            axes.plot(
                [p[0] for p in line],
                [p[2] for p in line],
                f"{dash}{mark}",
                color=colour,
                markersize=4.5,
                label=mode,
            )
        axes.set_xticks(_SHARES[::2], ["lower bound", *(f"{s:g}" for s in _SHARES[2:-1:2]), "upper bound"])
        axes.set_xlim(-0.08, 1.08)
        axes.set_ylim(bottom=0)
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=9, labelcolor=INK)
        _source(
            canvas,
            "Source: blocs; the same payments, balances in place of accounts, limits and events; plain rules",
        )
        heads = (
            Column("share", "Share"),
            Column("mode", "Mode"),
            Column("delay", "Delay indicator"),
            Column("returned", "Value returned, share"),
        )
        rows = tuple((f"{s:g}", m, f"{d:.6f}", f"{r:.6f}") for s, m, d, r in points)
        words = "; ".join(f"{m} {d:.3f} at {s:g}" for s, m, d, _ in points[:6])
        return finish(canvas, "Delay against liquidity", words, Table("liquidity", heads, rows))
