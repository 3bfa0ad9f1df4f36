"""Time series of payments by name: value, unit, status and break of every point, from the bundled tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from blocs.data import store
from blocs.errors import DataError, unknown

CATALOGUE = "payments/series.yaml"


@dataclass(frozen=True)
class Point:
    """One observation: `time` as the table writes it, status transcribed, file, derived or memory."""

    time: str
    value: float
    status: str
    source: str
    after_break: bool


@dataclass(frozen=True)
class Series:
    """A named series in time order; `chosen` says which column values it is of."""

    name: str
    title: str
    unit: str
    chosen: Mapping[str, str]
    source: str
    break_at: str
    break_why: str
    points: tuple[Point, ...]


@cache
def catalogue() -> Mapping[str, Any]:
    """Return what is at hand, by name (`data/payments/series.yaml`)."""
    return store.mapping(CATALOGUE)


def series(name: str, *, memory: bool = False, **chosen: str) -> Series:
    """Return the series `name` for the `chosen` columns: `series("swift.share", currency="CNY")`.

    memory: also points that were written from memory, which are no evidence. Raises DataError for an unknown series,
    for a column it does not have or one left out, for an unknown value, and where nothing but memory is left.
    """
    if name not in catalogue():
        raise DataError(unknown("payments series", name, catalogue()))
    about = catalogue()[name]
    for column in chosen:
        if column not in about["by"]:
            raise DataError(
                f"{name}: {unknown('column', column, about['by'] or ['none: it needs no choice'])}"
            )
    missing = [column for column in about["by"] if column not in chosen]
    if missing:
        raise DataError(f"{name} is by {', '.join(about['by'])}; give {missing[0]}=...")
    rows = store.rows(about["table"])
    for column, value in chosen.items():
        valid = {row[column] for row in rows}
        if value not in valid:
            raise DataError(f"{name}: {unknown(column, value, valid)}")
        rows = [row for row in rows if row[column] == value]
    kept = [row for row in rows if memory or row["status"] != "memory"]
    if not kept:
        raise DataError(
            f"{name} for {', '.join(chosen.values())} has {len(rows)} points, all from memory; ask with memory=True"
            if rows else f"{name} has no points for {', '.join(chosen.values())} together"
        )  # fmt: skip
    at = about.get("break", {}).get("at", "")
    points = tuple(
        Point(row[about["time"]], float(row[about["value"]]), row["status"], row.get("source") or str(about["source"]),
              bool(at) and row[about["time"]] >= at)
        for row in sorted(kept, key=lambda row: row[about["time"]])
    )  # fmt: skip
    why = about.get("break", {}).get("why", "")
    return Series(name, about["title"], about["unit"], dict(chosen), about["source"], at, why, points)


def document(found: Series) -> dict[str, Any]:
    """Return `blocs.series/1`."""
    return {
        "schema": "blocs.series/1", "name": found.name, "title": found.title, "unit": found.unit,
        "chosen": dict(found.chosen),
        "break": {"at": found.break_at, "why": found.break_why} if found.break_at else None,
        "points": [
            {"time": p.time, "value": p.value, "status": p.status, "source": p.source, "after_break": p.after_break}
            for p in found.points
        ],
    }  # fmt: skip
