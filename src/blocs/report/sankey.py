"""Draws rerouted trade as a Sankey diagram: sellers left, buyers right, bands as wide as the change of a flow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from blocs.report.drawing import FAINT, GAIN, INK, LOSS, WIDE, canvas_of
from blocs.report.figure import Figure
from blocs.report.table import Table
from blocs.report.words import fixed, listed

_TALL = 3.1  # inches that the thicker side's bands take together
_TOP, _BOTTOM, _NODE, _APART = 0.95, 0.12, 0.09, 0.06  # inches


@dataclass(frozen=True)
class Band:
    """One flow of goods: names of seller and buyer, and the change in US$ bn."""

    origin: str
    destination: str
    change: float


@dataclass(frozen=True)
class _Node:
    """One region on one side: where its bar begins (inches from the top of the drawing) and its net change."""

    top: float
    tall: float
    net: float


@dataclass(frozen=True)
class _Layout:
    """All lengths in inches, downwards."""

    origins: dict[str, _Node]
    destinations: dict[str, _Node]
    scale: float  # inches a US$ bn
    height: float


def sankey_figure(
    bands: Sequence[Band],
    table: Table,
    *,
    title: str,
    subtitle: str,
    note: str,
    digits: int,
    width: float = WIDE,
) -> Figure:
    """Return `bands` as a diagram; width: inches, `WIDE` or `NARROW` with names over their figures."""
    narrow = width < WIDE
    layout = _layout(bands, 0.32 if narrow else 0.19)
    height = _TOP + layout.height + _BOTTOM
    with canvas_of(width, height, title, subtitle) as page:
        axes = page.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.set_xlim(0.0, width)
        axes.set_ylim(height, 0.0)
        axes.axis("off")
        axes.text(0.04, 0.55, note, fontsize=8.5, color=FAINT, va="baseline")
        sides = [_widest(nodes, digits, narrow) for nodes in (layout.origins, layout.destinations)]
        left, right = sides[0], width - sides[1]
        for x, words, align in ((left, "sellers", "right"), (right, "buyers", "left")):
            axes.text(x, _TOP - 0.1, words, fontsize=8.5, color=FAINT, ha=align, style="italic")
        _draw_bands(axes, bands, layout, left, right)
        for nodes, x, outwards in ((layout.origins, left, -1), (layout.destinations, right, 1)):
            for name, node in nodes.items():
                _draw_node(axes, name, node, x, outwards, digits, narrow)
        return page.finish(_words(bands, title, subtitle, digits), table)


def _layout(bands: Sequence[Band], least: float) -> _Layout:
    """Place both sides; every region takes at least `least` inches, so that names never touch."""
    scale = _TALL / sum(abs(band.change) for band in bands)
    sides = []
    for at in ("origin", "destination"):
        sums: dict[str, list[float]] = {}
        for band in bands:
            sums.setdefault(getattr(band, at), []).append(band.change)
        order = sorted(sums, key=lambda name: (sum(sums[name]), name))
        sides.append([(name, sum(map(abs, sums[name])) * scale, sum(sums[name])) for name in order])
    heights = [sum(max(tall, least) + _APART for _, tall, _ in side) for side in sides]
    placed: list[dict[str, _Node]] = []
    for side, whole in zip(sides, heights, strict=True):
        gap = (max(heights) - whole) / len(side)  # the shorter side is spread out
        nodes, y = {}, gap / 2.0
        for name, tall, net in side:
            slot = max(tall, least)
            nodes[name] = _Node(y + (slot - tall) / 2.0, tall, net)
            y += slot + _APART + gap
        placed.append(nodes)
    return _Layout(placed[0], placed[1], scale, max(heights))


def _draw_bands(axes: Any, bands: Sequence[Band], layout: _Layout, left: float, right: float) -> None:
    """Draw every flow from its place in the seller's bar to its place in the buyer's, the thickest first."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    starts = _places(bands, layout.origins, layout.destinations, layout.scale, "origin", "destination")
    ends = _places(bands, layout.destinations, layout.origins, layout.scale, "destination", "origin")
    x0, x1 = left + _NODE, right - _NODE
    middle = (x0 + x1) / 2.0
    for n in sorted(range(len(bands)), key=lambda n: -abs(bands[n].change)):
        tall, a, b = abs(bands[n].change) * layout.scale, _TOP + starts[n], _TOP + ends[n]
        corners = [(x0, a), (middle, a), (middle, b), (x1, b), (x1, b + tall), (middle, b + tall),
                   (middle, a + tall), (x0, a + tall), (x0, a)]  # fmt: skip
        codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
        colour = LOSS if bands[n].change < 0.0 else GAIN
        axes.add_patch(PathPatch(Path(corners, codes), facecolor=colour, alpha=0.5, linewidth=0))


def _places(
    bands: Sequence[Band], here: dict[str, _Node], there: dict[str, _Node], scale: float, at: str, other: str
) -> list[float]:
    """Return where each band begins at its own bar: in the order of the other side, so that few bands cross."""
    filled = {name: node.top for name, node in here.items()}
    tops = [0.0] * len(bands)
    for n in sorted(range(len(bands)), key=lambda n: there[getattr(bands[n], other)].top):
        name = getattr(bands[n], at)
        tops[n] = filled[name]
        filled[name] += abs(bands[n].change) * scale
    return tops


def _draw_node(axes: Any, name: str, node: _Node, x: float, outwards: int, digits: int, narrow: bool) -> None:
    """Draw a region's bar with its inner edge towards the bands, and its name and net change outside it."""
    inner = x if outwards < 0 else x - _NODE
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle((inner, _TOP + node.top), _NODE, node.tall, facecolor=INK, linewidth=0))
    y, align = _TOP + node.top + node.tall / 2.0, "right" if outwards < 0 else "left"
    outside = x + 0.05 * outwards
    net, colour = _signed(node.net, digits), LOSS if node.net < 0.0 else GAIN
    if narrow:
        axes.text(outside, y - 0.015, name, fontsize=8, color=INK, ha=align, va="bottom")
        axes.text(outside, y + 0.015, net, fontsize=8, color=colour, ha=align, va="top")
        return
    figure_at = outside + outwards * _figures(digits)
    axes.text(outside, y, net, fontsize=8.5, color=colour, ha=align, va="center")
    axes.text(figure_at, y, name, fontsize=9, color=INK, ha=align, va="center")


def _widest(nodes: dict[str, _Node], digits: int, narrow: bool) -> float:
    """Return the inches that names and figures of one side take."""
    letters = max(len(name) for name in nodes)
    return 0.12 + (0.062 * letters if narrow else 0.07 * letters + _figures(digits))


def _figures(digits: int) -> float:
    return 0.42 + 0.07 * digits


def _signed(value: float, digits: int) -> str:
    text = fixed(value, digits)
    return f"+{text}" if value > 0.0 and text.strip("0.,") else text


def _words(bands: Sequence[Band], title: str, subtitle: str, digits: int) -> str:
    parts = [f"{band.origin} to {band.destination} {_signed(band.change, digits)}" for band in bands]
    return f"{title}, {subtitle}: {listed(parts)}."
