"""Reads a series for the bubble tests: one index of dates, months or whole numbers, one column of positive numbers."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np

from blocs.errors import DataError, unknown

SHORTEST = 30
Kind = Literal["date", "month", "integer"]
_MONTH = re.compile(r"^(\d{4})-(\d{2})$")
_WHOLE = re.compile(r"^-?\d+$")
_FORMS = "an ISO date (2000-03-10), a year-month (2000-03) or a whole number"


@dataclass(frozen=True)
class Series:
    """`values` [n] at `labels` [n], as the file writes them; `times` [n] count days, months or the index itself."""

    name: str
    kind: Kind
    labels: tuple[str, ...]
    times: np.ndarray
    values: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)

    def label_at(self, time: float) -> str:
        """Return `time`, which may lie after the series, in the form of the index."""
        whole = math.floor(time + 0.5)
        if self.kind == "date":
            return date.fromordinal(whole).isoformat()
        return f"{whole // 12:04d}-{whole % 12 + 1:02d}" if self.kind == "month" else str(whole)


def read_series(path: str | Path, column: str | None = None, *, signed: bool = False) -> Series:
    """Read the only, or the named, column of a CSV file whose first column is the index.

    signed: allow zero and negative numbers (a series in logs, a spread, residuals). Raises DataError, with the
    line, for
    an index that is not increasing and even, for what is not a number, and for a column that is not there.
    """
    path = Path(path)
    header, rows = _rows(path)
    at = _column(path, header, column)
    cells = [(line, row[0].strip(), row[at].strip() if at < len(row) else "") for line, row in rows]
    values = np.array([_number(path, line, header[at], cell, signed) for line, _, cell in cells])
    kind, times = _index(path, [(line, label) for line, label, _ in cells])
    labels = tuple(label for _, label, _ in cells)
    _check_even(path, kind, times, [(line, label) for line, label, _ in cells])
    return checked(Series(header[at], kind, labels, times, values), str(path))


def checked(series: Series, where: str = "the series") -> Series:
    """Return `series` if it can be tested; DataError if it is short or constant."""
    if len(series) < SHORTEST:
        raise DataError(f"{where} has {len(series)} observations; the tests need {SHORTEST} or more")
    if not np.ptp(series.values) > 0.0:
        raise DataError(f"{where}: {series.name} is constant; a series that never moves cannot be tested")
    return series


def _rows(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "there is no such file"
        raise DataError(f"{path}: {what}; give a CSV with an index and a column of numbers")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (UnicodeDecodeError, OSError) as error:
        raise DataError(f"{path} cannot be read as UTF-8 text ({error}); save it as CSV") from None
    reader = csv.reader(text.splitlines())
    rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    if len(rows) < 2:
        raise DataError(f"{path} holds no data; the first line names the columns, the others hold them")
    header = [cell.strip() for cell in rows[0][1]]
    if len(header) < 2:
        raise DataError(
            f"{path} has one column, {header[0]!r}; the first is the index, another holds the numbers"
        )
    if _kind(header[0]) is not None:
        raise DataError(f"{path} begins with {header[0]!r}: no header; the first line must name the columns")
    return header, rows[1:]


def _column(path: Path, header: list[str], column: str | None) -> int:
    names = header[1:]
    if column is None:
        if len(names) > 1:
            raise DataError(
                f"{path} has {len(names)} columns of numbers; choose one: --column {' | '.join(names)}"
            )
        return 1
    if column not in names:
        raise DataError(f"{path}: {unknown('column', column, names)}")
    return 1 + names.index(column)


def _number(path: Path, line: int, name: str, cell: str, signed: bool) -> float:
    if cell == "":
        raise DataError(
            f"{path}:{line}: {name} is empty; fill the gap or cut the series, nothing is interpolated here"
        )
    try:
        value = float(cell)
    except ValueError:
        raise DataError(f"{path}:{line}: {name} is {cell!r}, not a number") from None
    if not math.isfinite(value):
        raise DataError(f"{path}:{line}: {name} is {cell!r}; only finite numbers can be tested")
    if value <= 0.0 and not signed:
        raise DataError(
            f"{path}:{line}: {name} is {cell}; prices and ratios are positive (a zero is often a missing value). "
            "If the series is in logs or a difference, add --signed"
        )
    return value


def _kind(label: str) -> Kind | None:
    if _MONTH.match(label) and 1 <= int(label[5:]) <= 12:
        return "month"
    if _WHOLE.match(label):
        return "integer"
    try:
        date.fromisoformat(label)
    except ValueError:
        return None
    return "date"


def _index(path: Path, labels: list[tuple[int, str]]) -> tuple[Kind, np.ndarray]:
    kind = _kind(labels[0][1])
    times = np.empty(len(labels))
    for n, (line, label) in enumerate(labels):
        this = _kind(label)
        if kind is None or this is None:
            raise DataError(f"{path}:{line}: the index is {label!r}; it must be {_FORMS}")
        if this != kind:
            raise DataError(
                f"{path}:{line}: the index is {label!r}, a {this}, but it began with a {kind}; use one form"
            )
        times[n] = _time(label, kind)
        if n and not times[n] > times[n - 1]:
            what = "repeats" if times[n] == times[n - 1] else "goes back from"
            raise DataError(
                f"{path}:{line}: {label} {what} {labels[n - 1][1]}; sort the file, one line a period"
            )
    assert kind is not None  # a file has at least one line
    return kind, times


def _time(label: str, kind: Kind) -> float:
    if kind == "date":
        return float(date.fromisoformat(label).toordinal())
    if kind == "month":
        return 12.0 * int(label[:4]) + int(label[5:]) - 1
    return float(label)


def _check_even(path: Path, kind: Kind, times: np.ndarray, labels: list[tuple[int, str]]) -> None:
    """Refuse gaps: every step is the usual one; trading days may skip what markets do, up to a week."""
    steps = np.diff(times)
    if steps.size == 0:
        return
    usual = float(np.median(steps))
    most = max(7.0, 1.6 * usual) if kind == "date" else usual
    wide = np.flatnonzero(steps > most)
    uneven = np.flatnonzero(steps != usual) if kind != "date" else np.array([], dtype=int)
    for place in (*wide[:1], *uneven[:1]):
        line, label = labels[int(place) + 1]
        before = labels[int(place)][1]
        ways = "day(s)" if kind == "date" else "month(s)" if kind == "month" else ""
        raise DataError(
            f"{path}:{line}: {label} comes {steps[place]:.0f} {ways} after {before}, elsewhere it is {usual:.0f}; "
            "the tests need every period: fill the gap or cut the series"
        )


def integer_series(values: np.ndarray, name: str = "series") -> Series:
    """Return `values` [n] with the index 1…n, checked as a file is (numbers may have any sign)."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1 or not np.all(np.isfinite(array)):
        raise DataError(f"{name} must be one row of finite numbers; drop or fill what is missing")
    times = np.arange(1.0, array.size + 1.0)
    return checked(Series(name, "integer", tuple(str(int(t)) for t in times), times, array), name)
