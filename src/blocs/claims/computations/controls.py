"""Computations on mineral export controls: when they were announced and came into force, and what they name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date
from typing import Any

from blocs.claims.computation import Context
from blocs.claims.reading import Chart, Evidence, Line, Reading
from blocs.data import store
from blocs.errors import DataError, unknown

SOURCE = "China's Ministry of Commerce and Customs, announcements, as listed in minerals/controls.csv"
EVERYBODY = "all"
RARE_EARTHS = frozenset(
    ["Sc", "Y", "La", "Ce", "Pr", "Nd", "Pm", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu"]
)
NOT_METALS = ("C",)  # carbon: graphite


@dataclass(frozen=True)
class Control:
    """One announcement. seen: whether its items and date were read in a text, rather than recalled."""

    announced: str
    effective: str
    symbols: tuple[str, ...]
    target: str
    suspended: str  # first day of suspension, or ''
    seen: bool


def controls() -> list[Control]:
    """Return every announcement on record, oldest first."""
    return sorted((_control(row) for row in store.rows("minerals/controls.csv")), key=lambda c: c.announced)


def control_dates(context: Context, symbols: list[str]) -> Evidence:
    """Return when controls on all of `symbols` were first announced and when they came into force."""
    found = [c for c in controls() if set(symbols) <= set(c.symbols)]
    if not found:
        known = sorted({symbol for control in controls() for symbol in control.symbols})
        strange = [symbol for symbol in symbols if symbol not in known]
        what = (
            unknown("mineral", strange[0], known) if strange else "no announcement names all of them together"
        )
        raise DataError(f"symbols: {what}")
    first = found[0]
    status: Any = "transcribed" if first.seen else "memory"
    names = " and ".join(_names().get(symbol, symbol) for symbol in symbols)
    readings = tuple(
        Reading(name, f"{words} of the first control of {names}", day, "date", day, status, (SOURCE,))
        for name, words, day in (
            ("announced", "announcement", first.announced), ("in_force", "first day in force", first.effective)
        )
    )  # fmt: skip
    notes = tuple(
        f"named again on {c.announced}{'' if c.target == EVERYBODY else f', for {c.target}'}"
        for c in found[1:]
    )
    return Evidence(readings, notes=notes)


def control_count(context: Context, date: Date) -> Evidence:
    """Return how many elements controls name at `date`, and how many of them are rare earths, by three rules.

    announced: every element ever named, for whatever destination. in_force: those in force and not suspended at `date`
    for all destinations. metals_in_force: of those, without graphite. Only announcements whose items were read in a
    text count. Rare earths are the lanthanides with scandium and yttrium.
    """
    day = date.isoformat()
    known = [c for c in controls() if c.announced <= day]
    seen = [c for c in known if c.seen]
    if not seen:
        raise DataError(f"date: no control was announced by {day}")
    every = {symbol for c in seen for symbol in c.symbols}
    active = {
        symbol
        for c in seen
        if c.target == EVERYBODY and c.effective <= day and not ("" < c.suspended <= day)
        for symbol in c.symbols
    }
    sets = {
        "announced": ("ever announced", every),
        "in_force": (f"in force on {day}", active),
        "metals_in_force": (f"in force on {day} but graphite", active.difference(NOT_METALS)),
    }
    readings, lines = [], []
    for name, (words, chosen) in sets.items():
        few = chosen & RARE_EARTHS
        readings.append(_count(name, f"elements {words}", chosen, day))
        readings.append(_count(f"{name}_rare_earths", f"rare earths {words}", few, day))
        lines.append(Line(f"elements {words}", ((day, float(len(chosen))),)))
        lines.append(Line(f"rare earths {words}", ((day, float(len(few))),)))
    left = {s for c in known if not c.seen and c.target == EVERYBODY for s in c.symbols} - active
    names = _names()
    missing = tuple(
        f"a text that says that {names.get(symbol, symbol)} is controlled for all destinations"
        for symbol in sorted(left)
    )
    notes = tuple(f"{name}: {', '.join(sorted(chosen))}" for name, (_, chosen) in sets.items())
    chart = Chart("bars", "Elements named in China's export controls", "number", SOURCE, tuple(lines))
    return Evidence(tuple(readings), (chart,), notes, missing)


def _count(name: str, words: str, chosen: set[str], day: str) -> Reading:
    return Reading(name, words, float(len(chosen)), "number", day, "transcribed", (SOURCE,))


def _names() -> dict[str, str]:
    return {row["symbol"]: row["name"] for row in store.rows("minerals/minerals.csv")}


def _control(row: dict[str, str]) -> Control:
    """Read a row; a verification note that begins with what was seen counts, one where items are recalled does not."""
    note = row["verification"]
    note_of_force = row["status_note"]
    suspended = note_of_force.partition("suspended ")[2][:10] if "suspended 2" in note_of_force else ""
    if "suspended by No.70/2025" in note_of_force:
        suspended = "2025-11-07"
    return Control(
        row["announced"], row["effective"], tuple(row["symbols"].split()), row["target"],
        "" if "Art.2 suspended" in note_of_force else suspended, "rest memory" not in note,
    )  # fmt: skip
