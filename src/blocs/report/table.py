"""A small tidy table: what is exported as CSV is what the figures are drawn from."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from blocs.report.words import MISSING, fixed

if TYPE_CHECKING:
    import pandas as pd

Unit = Literal["", "%", "US$ mn", "1"]

_FILE_DIGITS: dict[str, int] = {"%": 6, "US$ mn": 3, "1": 6}
_PAGE_DIGITS: dict[str, int] = {"%": 2, "US$ mn": 0, "1": 2}


@dataclass(frozen=True)
class Column:
    """A column: `name` in files, `label` for people, `unit` '' for text and years, '1' for plain numbers."""

    name: str
    label: str
    unit: Unit = ""

    def text(self, value: Any) -> str:
        """Write one value for a page."""
        if value is None:
            return MISSING
        return fixed(float(value), _PAGE_DIGITS[self.unit]) if self.unit else str(value)

    def field(self, value: Any) -> str:
        """Write one value for a file: fixed decimals, empty where there is none, no negative zero."""
        if value is None:
            return ""
        if not self.unit:
            return str(value)
        if not math.isfinite(value):
            return ""
        text = f"{value:.{_FILE_DIGITS[self.unit]}f}"
        return text if text.strip("-0.") else text.lstrip("-")


@dataclass(frozen=True)
class Table:
    """Rows under named columns. Numbers are floats in the column's unit; NaN is "did not converge"."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> list[Any]:
        """Return the values of one column; KeyError names the columns there are."""
        at = self._position(name)
        return [row[at] for row in self.rows]

    def records(self) -> list[dict[str, Any]]:
        """Return the rows as dicts."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]

    def frame(self) -> pd.DataFrame:
        """Return the table as a pandas DataFrame."""
        import pandas as pd

        return pd.DataFrame(list(self.rows), columns=[column.name for column in self.columns])

    def where(self, name: str, value: Any) -> Table:
        """Return the rows whose column `name` is `value`."""
        at = self._position(name)
        return Table(self.name, self.columns, tuple(row for row in self.rows if row[at] == value))

    def top(self, key: Callable[[dict[str, Any]], Any], limit: int) -> Table:
        """Return the `limit` rows with the smallest `key` of their record, in that order."""
        order = sorted(range(len(self.rows)), key=dict(enumerate(map(key, self.records()))).__getitem__)
        return Table(self.name, self.columns, tuple(self.rows[n] for n in order[:limit]))

    def pick(self, names: Sequence[str]) -> Table:
        """Return only the columns in `names`, in that order."""
        at = [self._position(name) for name in names]
        columns = tuple(self.columns[n] for n in at)
        return Table(self.name, columns, tuple(tuple(row[n] for n in at) for row in self.rows))

    def texts(self) -> list[list[str]]:
        """Return the rows as a page shows them."""
        return [
            [column.text(value) for column, value in zip(self.columns, row, strict=True)] for row in self.rows
        ]

    def csv(self) -> str:
        """Return the table as CSV: UTF-8, LF, % with 6 and US$ mn with 3 decimals, empty where NaN."""
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([column.name for column in self.columns])
        fields = [column.field for column in self.columns]
        writer.writerows(
            [field(value) for field, value in zip(fields, row, strict=True)] for row in self.rows
        )
        return stream.getvalue()

    def _position(self, name: str) -> int:
        names = [column.name for column in self.columns]
        if name not in names:
            raise KeyError(f"table {self.name} has no column {name!r}; columns: {', '.join(names)}")
        return names.index(name)
