"""How objects show themselves in a notebook: a caption and a small table, escaped, without styles of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import numpy as np

from blocs.world.accounts import Floats

SHOWN = 5  # winners and losers each


def panel(
    caption: str, headers: Sequence[str], rows: Iterable[Sequence[object]], notes: Iterable[str] = ()
) -> str:
    """Return HTML of a captioned table with `headers` (none: no head row) and `notes` as paragraphs below it."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in headers)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows
    )
    below = "".join(f"<p>{escape(note)}</p>" for note in notes)
    top = f"<thead><tr>{head}</tr></thead>" if head else ""
    return f"<div><table><caption>{escape(caption)}</caption>{top}<tbody>{body}</tbody></table>{below}</div>"


def extremes(regions: tuple[str, ...], percent: Floats, amounts: Floats) -> list[tuple[str, str, str]]:
    """Return rows (region, %, US$ bn) of the largest gains and losses; percent in %, amounts in US$ mn."""
    order = np.argsort(-percent, kind="stable")
    ends = [*order[:SHOWN], *order[-SHOWN:]] if len(order) > 2 * SHOWN else list(order)
    return [(regions[n], f"{percent[n]:+.2f}", f"{amounts[n] / 1e3:+,.1f}") for n in ends]
