"""The schema of a catalogue of series, bundled or a user's: which cells of which CSV table a series is."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from blocs.data import marked, store
from blocs.errors import WrittenError, nearest, unknown

Known = Literal["file", "transcribed", "third_party", "derived", "memory"]
NEW = "`blocs data series --template`"


class SeriesError(WrittenError):
    """A catalogue of series that cannot be used as written."""


class Break(BaseModel):
    """Where a series breaks: values on its two sides do not compare."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    at: str = Field(description="first period after the break")
    why: str = Field(description="what changed")


class Entry(BaseModel):
    """One series, or a family of them by the columns in `by`."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    title: str = Field(description="what it is, one line")
    unit: str = Field(description="unit of the values")
    source: str = Field(description="who publishes it")
    vintage: str = Field(default="", description="which edition, or when it was read")
    table: str = Field(default="", description="CSV file, relative to this YAML file")
    time: str | None = Field(default=None, description="column of the periods")
    value: str = Field(
        default="value", description="column of the values; with `wide`, a pattern with {time}"
    )
    wide: list[str] = Field(default_factory=list, description="periods, where each has a column of its own")
    by: list[str] = Field(default_factory=list, description="columns that must be chosen")
    where: dict[str, str] = Field(default_factory=dict, description="rows that count: column and value")
    without: dict[str, str] = Field(default_factory=dict, description="rows that do not: column and value")
    sum: bool = Field(default=False, description="rows of the same period are added")
    status: Known | None = Field(default=None, description="how the values are known")
    status_column: str | None = Field(default=None, description="column that says so row by row")
    source_column: str | None = Field(default=None, description="column of sources")
    break_: Break | None = Field(default=None, alias="break", description="where the series breaks")
    derive: str | None = Field(default=None, description="bundled series only: the function that reads it")
    file: str = Field(default="", exclude=True, description="the YAML file; filled in")

    @model_validator(mode="after")
    def _says_how(self) -> Entry:
        if self.derive is not None:
            return self
        if not self.table:
            raise ValueError("table is missing; name the CSV file, relative to this file")
        if (self.status is None) == (self.status_column is None):
            raise ValueError(
                "say how the values are known: either status (file, transcribed, third_party, derived, memory) or "
                "status_column"
            )
        if (self.time is None) == (not self.wide):
            raise ValueError("give either time, the column of the periods, or wide, a list of periods")
        return self

    def rows(self) -> list[dict[str, str]]:
        """Return the rows of the table."""
        return store.rows(self.table) if not self.file else _user_rows(Path(self.file).parent / self.table)


def _user_rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return list(_whole_rows(csv.reader(line for line in lines if not line.startswith("#")), path))
    except UnicodeDecodeError:
        raise SeriesError("is not UTF-8 text; save it as UTF-8", file=str(path)) from None
    except csv.Error as error:
        raise SeriesError(f"is no CSV: {error}; is a quotation mark missing?", file=str(path)) from None
    except OSError as error:
        raise SeriesError(f"cannot be read: {error.strerror}", file=str(path)) from None
    except ValueError as error:  # a path that no file can have
        raise SeriesError(f"cannot be read: {error}", file=str(path)) from None


def _whole_rows(cells: Iterator[list[str]], path: Path) -> Iterator[dict[str, str]]:
    """Yield rows by column; SeriesError for one with a cell too few or too many, which would shift its numbers."""
    header = next(cells, [])
    for number, row in enumerate(cells, start=1):
        if not row:
            continue
        if len(row) != len(header):
            raise SeriesError(
                f"row {number} ({','.join(row)}) has {len(row)} cells under {len(header)} columns; quote cells with "
                "commas",
                file=str(path),
            )
        yield dict(zip(header, row, strict=True))


def read_entries(path: Path, *, bundled: bool = False) -> dict[str, Entry]:
    """Return the entries of the catalogue at `path`, by name. Raises SeriesError with file, line and fix."""
    file = str(path)
    if bundled:  # checked by tests; the plain reader is much faster
        content = store.mapping(f"{path.parent.name}/{path.name}")
        return {name: Entry.model_validate(entry) for name, entry in content.items()}
    if not path.is_file():
        raise SeriesError(f"there is no such file; {NEW} shows how to write one", file=file)
    content = marked.parse(marked.read_text(path, SeriesError, "a catalogue"), file, SeriesError, NEW)
    if not isinstance(content, dict):
        raise SeriesError("is no mapping; each key is the name of a series", file=file, line=1)
    found = {}
    for name, entry in content.items():
        try:
            found[str(name)] = Entry.model_validate({**_mapping(entry), "file": str(path.resolve())})
        except ValidationError as error:
            first = error.errors()[0]
            loc = (str(name), *first["loc"])
            raise SeriesError(
                _words(str(name), first), file=file, line=marked.line_of(content, loc)
            ) from None
        _check(found[str(name)], str(name), content, file)
    return found


def _mapping(entry: Any) -> dict[str, Any]:
    return marked.plain(entry) if isinstance(entry, dict) else {"title": entry}


def _words(name: str, error: Any) -> str:
    place, kind = ".".join(str(part) for part in error["loc"]), error["type"]
    if kind == "extra_forbidden":
        close = nearest(place, Entry.model_fields)
        hint = f"did you mean {close[0]!r}? " if close else ""
        return f"{name}: a series has no key {place!r}; {hint}valid: {', '.join(Entry.model_fields)}"
    if kind == "missing":
        return (
            f"{name}: {place} is missing; a series needs title, unit, source, table, time or wide, and status"
        )
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{name}: {place + ': ' if place else ''}{message[0].lower()}{message[1:]}"


def _check(entry: Entry, name: str, content: Any, file: str) -> None:
    """Refuse what only the table can tell: columns that are not there."""
    if entry.derive is not None:
        line = marked.line_of(content, (name, "derive"))
        raise SeriesError(f"{name}: derive is for bundled series; give table", file=file, line=line)
    rows = entry.rows()
    if not rows:
        line = marked.line_of(content, (name, "table"))
        raise SeriesError(f"{name}: {entry.table} has no rows", file=file, line=line)
    columns = [column for column in rows[0] if column]
    values = [entry.value.replace("{time}", time) for time in entry.wide] or [entry.value]
    asked = {
        "time": [entry.time] if entry.time else [], "value": values, "by": entry.by, "where": list(entry.where),
        "without": list(entry.without), "status_column": [entry.status_column] if entry.status_column else [],
        "source_column": [entry.source_column] if entry.source_column else [],
    }  # fmt: skip
    for key, names in asked.items():
        for column in names:
            if column not in columns:
                line = marked.line_of(content, (name, key))
                raise SeriesError(
                    f"{name}: {key}: {unknown('column', column, columns)}", file=file, line=line
                )
