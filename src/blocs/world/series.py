"""The observatory: every observed time series at hand by name, with unit, source, vintage, status and breaks.

One catalogue (`data/series/*.yaml`) says which cells of which table a series is; a user's own YAML beside his CSV files
joins it. Series that no table holds as rows, such as trade between two regions, are read by a function of
`world/series_derived.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from blocs.data import store
from blocs.errors import DataError, unknown
from blocs.world.series_file import Entry, read_entries

FOLDER = "series"


@dataclass(frozen=True)
class Point:
    """One observation. status: file, transcribed, third_party, derived or memory. rounding: half a last digit."""

    time: str
    value: float
    status: str
    source: str
    after_break: bool
    rounding: float = 0.0


@dataclass(frozen=True)
class Series:
    """A named series in time order; `chosen` says which column values it is of."""

    name: str
    title: str
    unit: str
    chosen: Mapping[str, str]
    source: str
    vintage: str
    break_at: str
    break_why: str
    points: tuple[Point, ...]

    def at(self, time: str) -> Point:
        """Return the observation at `time`; DataError with the nearest times."""
        for point in self.points:
            if point.time == time:
                return point
        raise DataError(f"{self.label}: {unknown('time', time, [point.time for point in self.points])}")

    def parts(self) -> list[tuple[str, tuple[Point, ...]]]:
        """Return the points before and after the break, each named; one part where there is no break."""
        label = ", ".join(self.chosen.values()) or self.name
        before = tuple(point for point in self.points if not point.after_break)
        after = tuple(point for point in self.points if point.after_break)
        if not (before and after):
            return [(label, self.points)]
        return [(f"{label}, before", before), (f"{label}, since {self.break_at}", after)]

    @property
    def label(self) -> str:
        """The name with what was chosen: `swift.share, CNY`."""
        return ", ".join([self.name, *self.chosen.values()])


@dataclass(frozen=True)
class Observatory:
    """The series at hand, by name."""

    entries: Mapping[str, Entry]

    @classmethod
    def bundled(cls) -> Observatory:
        """Return the series that come with blocs."""
        return cls(_bundled())

    def with_files(self, *paths: Path) -> Observatory:
        """Return this observatory and the series of users' YAML files; a name that is taken is an error."""
        entries = dict(self.entries)
        for path in paths:
            for name, entry in read_entries(path).items():
                if name in entries:
                    raise DataError(f"{path}: the series {name!r} exists already; choose another name")
                entries[name] = entry
        return Observatory(MappingProxyType(entries))

    def choices(self, name: str, column: str, **chosen: str) -> list[str]:
        """Return the values of `column` that series `name` has, given what is `chosen` of other columns."""
        entry = self._entry(name)
        if column not in entry.by:
            raise DataError(f"{name}: {_unknown_column(column, entry)}")
        if entry.derive is not None:
            return list(_derived(entry).choices(column))
        rows = _selected(entry)
        return list(dict.fromkeys(r[column] for r in rows if all(r[c] == v for c, v in chosen.items())))

    def series(self, name: str, *, memory: bool = False, **chosen: str) -> Series:
        """Return the series `name` for the `chosen` columns.

        memory: also points that were written from memory, which are no evidence. Raises DataError for an unknown
        series, for a column it does not have or one left out, for an unknown value, and where nothing but memory is
        left.
        """
        entry = self._entry(name)
        for column in chosen:
            if column not in entry.by:
                raise DataError(f"{name}: {_unknown_column(column, entry)}")
        missing = [column for column in entry.by if column not in chosen]
        if missing:
            raise DataError(
                f"{name} is by {', '.join(entry.by)}; give {missing[0]}=..., one of "
                + _some(self.choices(name, missing[0], **chosen))
            )
        chosen = {column: str(value) for column, value in chosen.items()}
        points = _derived_points(entry, chosen) if entry.derive is not None else _points(name, entry, chosen)
        kept = tuple(point for point in points if memory or point.status != "memory")
        if not kept:
            label = ", ".join([name, *chosen.values()])
            raise DataError(
                f"{label}: {len(points)} points, all from memory; ask with memory=True"
                if points
                else f"{label}: no points for these together"
            )
        at = "" if entry.break_ is None else entry.break_.at
        why = "" if entry.break_ is None else entry.break_.why
        kept = tuple(replace(point, after_break=bool(at) and point.time >= at) for point in kept)
        return Series(name, entry.title, entry.unit, dict(chosen), entry.source, entry.vintage, at, why, kept)

    def _entry(self, name: str) -> Entry:
        if name not in self.entries:
            raise DataError(f"{unknown('series', name, self.entries)}; `blocs data series` lists them")
        return self.entries[name]


def series(name: str, *, memory: bool = False, file: str | Path | None = None, **chosen: str) -> Series:
    """Return an observed series by name: `blocs.series("swift.share", currency="CNY")`.

    memory: also points written from memory, which are no evidence. file: a YAML file of your own series. Raises
    DataError as `Observatory.series` does.
    """
    observatory = Observatory.bundled()
    if file is not None:
        observatory = observatory.with_files(Path(file))
    return observatory.series(name, memory=memory, **chosen)


@cache
def _bundled() -> Mapping[str, Entry]:
    entries: dict[str, Entry] = {}
    for path in sorted((store.folder() / FOLDER).glob("*.yaml")):
        for name, entry in read_entries(path, bundled=True).items():
            if name in entries:
                raise DataError(f"{path.name}: the series {name!r} is in another file too")
            entries[name] = entry
    return MappingProxyType(entries)


def _derived(entry: Entry) -> Any:
    from blocs.world.series_derived import DERIVED

    return DERIVED[str(entry.derive)]


def _derived_points(entry: Entry, chosen: Mapping[str, str]) -> tuple[Point, ...]:
    reader = _derived(entry)
    for column, value in chosen.items():
        valid = reader.choices(column)
        if value not in valid:
            raise DataError(unknown(column, value, valid))
    return tuple(
        Point(time, value, entry.status or "derived", entry.source, False)
        for time, value in reader.points(chosen)
    )


def _points(name: str, entry: Entry, chosen: Mapping[str, str]) -> tuple[Point, ...]:
    rows = _selected(entry)
    for column, value in chosen.items():
        valid = {row[column] for row in rows}
        if value not in valid:
            raise DataError(f"{name}: {unknown(column, value, valid)}")
        rows = [row for row in rows if row[column] == value]
    found: dict[str, Point] = {}
    for time, cell, row in _cells(entry, rows):
        status = row[entry.status_column] if entry.status_column else entry.status
        source = (row[entry.source_column] if entry.source_column else "") or entry.source
        point = Point(time, number(name, time, cell), str(status), source, False, _rounding(cell))
        if time in found and not entry.sum:
            raise DataError(
                f"{name}: {entry.table} has two rows for {time}; add a column to `by`, or `sum: true`"
            )
        if time in found:
            before = found[time]
            point = replace(
                point, value=before.value + point.value, rounding=before.rounding + point.rounding
            )
        found[time] = point
    return tuple(found[time] for time in sorted(found))


def _selected(entry: Entry) -> list[dict[str, str]]:
    rows = entry.rows()
    return [
        row
        for row in rows
        if all(row[c] == v for c, v in entry.where.items())
        and not any(row[c] == v for c, v in entry.without.items())
    ]


def _cells(entry: Entry, rows: Iterable[dict[str, str]]) -> Iterable[tuple[str, str, dict[str, str]]]:
    for row in rows:
        if entry.wide:
            for time in entry.wide:
                cell = row[entry.value.replace("{time}", time)]
                if cell.strip():
                    yield time, cell, row
        elif row[entry.value].strip():
            yield row[str(entry.time)], row[entry.value], row


def number(name: str, time: str, cell: str) -> float:
    """Return a cell as a number; DataError says which one is none."""
    try:
        value = float(cell)
    except ValueError:
        raise DataError(f"{name}, {time}: {cell!r} is no number") from None
    if value != value or abs(value) == float("inf"):
        raise DataError(f"{name}, {time}: {cell!r} is no finite number")
    return value


def _rounding(cell: str) -> float:
    """Return half a unit of the last digit that `cell` is written with: '4.74' 0.005, '12' 0.5."""
    digits, _, exponent = cell.strip().lower().partition("e")
    decimals = len(digits.partition(".")[2])
    return 0.5 * 10.0 ** (int(exponent or 0) - decimals)


def _unknown_column(column: str, entry: Entry) -> str:
    return unknown("column", column, entry.by or ["none: it needs no choice"])


def _some(values: list[str]) -> str:
    return ", ".join(values[:8]) + (", …" if len(values) > 8 else "")


def document(found: Series) -> dict[str, Any]:
    """Return `blocs.series/1`: a series as plain data."""
    broken = {"at": found.break_at, "why": found.break_why} if found.break_at else None
    return {
        "schema": "blocs.series/1", "name": found.name, "title": found.title, "unit": found.unit,
        "chosen": dict(found.chosen), "source": found.source, "vintage": found.vintage, "break": broken,
        "points": [
            {"time": p.time, "value": p.value, "status": p.status, "source": p.source, "after_break": p.after_break}
            for p in found.points
        ],
    }  # fmt: skip


def listing(observatory: Observatory) -> dict[str, Any]:
    """Return `blocs.series_list/1`: every series an observatory holds."""
    rows = [
        {
            "name": name, "title": e.title, "unit": e.unit, "by": e.by, "source": e.source, "vintage": e.vintage,
            "status": e.status or "row by row",
            "break": None if e.break_ is None else {"at": e.break_.at, "why": e.break_.why},
        }
        for name, e in sorted(observatory.entries.items())
    ]  # fmt: skip
    return {"schema": "blocs.series_list/1", "series": rows}
