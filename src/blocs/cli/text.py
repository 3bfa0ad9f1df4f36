"""Plain-text tables for the terminal: aligned columns, long cells wrapped so that a line fits 80 columns."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Mapping, Sequence

WIDTH = 80
GAP = "  "
NARROWEST = 8  # a column is never wrapped below this


def table(
    rows: Sequence[Mapping[str, object]],
    columns: Sequence[str],
    align: str = "",
    *,
    width: int = WIDTH,
    below: Sequence[str] = (),
) -> str:
    """Return `rows` as an aligned text table with a header and a rule.

    `align` has one letter a column, `l` or `r` (default: all `l`). Cells are shown with `str`, None as nothing.
    Where the table is wider than `width`, the widest left-aligned columns are wrapped; numbers never are.
    `below` has a text for each row, printed under it, indented and wrapped.
    """
    sides = (align or "l" * len(columns)).ljust(len(columns), "l")
    cells = [[_shown(row.get(column)) for column in columns] for row in rows]
    widths = _fit([[*columns], *cells], sides, width)
    lines = [*_line([*columns], widths, sides), GAP.join("-" * size for size in widths)]
    for n, row in enumerate(cells):
        lines += _line(row, widths, sides)
        if below and below[n]:
            lines.append(paragraph(below[n], "    ", width))
    return "\n".join(lines)


def paragraph(text: str, indent: str = "", width: int = WIDTH) -> str:
    """Return `text` wrapped to `width`, every line indented."""
    return textwrap.fill(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _shown(value: object) -> str:
    return "" if value is None else " ".join(str(value).split())


def _fit(rows: Sequence[Sequence[str]], sides: str, width: int) -> list[int]:
    """Return column widths; the widest left-aligned column gives way until the line fits or none can.

    Words stay whole as long as that is possible.
    """
    columns = list(zip(*rows, strict=True))
    widths = [max(_cells_wide(cell) for cell in column) for column in columns]
    words = [
        max((_cells_wide(word) for cell in column for word in cell.split()), default=0) for column in columns
    ]
    for floors in ([max(size, NARROWEST) for size in words], [NARROWEST] * len(widths)):
        while sum(widths) + len(GAP) * (len(widths) - 1) > width:
            soft = [n for n, side in enumerate(sides) if side == "l" and widths[n] > floors[n]]
            if not soft:
                break
            widths[max(soft, key=lambda n: widths[n])] -= 1
    return widths


def _line(cells: Sequence[str], widths: Sequence[int], sides: str) -> list[str]:
    """Return one row as one line, or several where cells are wrapped."""
    wrapped = [
        textwrap.wrap(cell, size) if _cells_wide(cell) > size else [cell]
        for cell, size in zip(cells, widths, strict=True)
    ]
    height = max(len(part) for part in wrapped)
    lines = []
    for n in range(height):
        parts = [
            _padded(part[n] if n < len(part) else "", size, side)
            for part, size, side in zip(wrapped, widths, sides, strict=True)
        ]
        lines.append(GAP.join(parts).rstrip())
    return lines


def _padded(text: str, size: int, side: str) -> str:
    space = " " * max(size - _cells_wide(text), 0)
    return space + text if side == "r" else text + space


def _cells_wide(text: str) -> int:
    """Return how many terminal cells `text` takes: East Asian wide characters two, combining marks none."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in text
    )
