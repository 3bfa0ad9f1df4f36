"""Reads and writes payments as CSV and Parquet: `id,time,payer,payee,amount,currency[,priority]`."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

from blocs.data.utf8 import open_text
from blocs.errors import DataError, unknown
from blocs.settlement.accounts_file import AccountRows
from blocs.settlement.clock import time_text
from blocs.settlement.intake import FORMAT, Intake, Submissions
from blocs.settlement.money import decimal_text
from blocs.settlement.payments import Payments

COLUMNS = ("id", "time", "payer", "payee", "amount", "currency")
_BATCH = 65_536


def read_csv(path: Path, accounts: AccountRows | None = None, currency: str | None = None) -> Submissions:
    """Read a CSV file of payments; a line that is no payment becomes a reject, a file that is no table DataError."""
    intake = Intake(accounts, currency)
    try:
        with open_text(path) as file:
            reader = csv.reader(file, strict=True)
            places = _columns(path, next(reader, []))
            width = len(places)
            take = [places.get(name, -1) for name in (*COLUMNS, "priority")]
            n, t, p, q, a, c, r = take
            for row in reader:
                if len(row) == width:
                    priority = row[r] if r >= 0 else ""
                    intake.add(
                        f"line {reader.line_num}", row[n], row[t], row[p], row[q], row[a], row[c], priority
                    )
                elif row:
                    name = row[n] if n < len(row) else ""
                    reason = f"{len(row)} cells under {width} columns"
                    intake.reject(f"line {reader.line_num}", name, FORMAT, reason)
    except csv.Error as error:
        raise DataError(f"{path}:{reader.line_num}: {error}; is a quotation mark missing?") from error
    return intake.finish()


def _columns(path: Path, header: list[str]) -> dict[str, int]:
    """Return the place of each column; DataError if one is missing, unknown or there twice."""
    names = [name.strip() for name in header]
    for name in COLUMNS:
        if name not in names:
            raise DataError(f"{path}: no column {name!r} in the header; payments need {','.join(COLUMNS)}")
    for name in names:
        if name not in (*COLUMNS, "priority"):
            raise DataError(f"{path}: {unknown('column', name, (*COLUMNS, 'priority'))}")
        if names.count(name) > 1:
            raise DataError(f"{path}: column {name!r} is there twice")
    return {name: k for k, name in enumerate(names)}


def read_parquet(path: Path, accounts: AccountRows | None = None, currency: str | None = None) -> Submissions:
    """Read a Parquet file of payments, batch by batch; amounts as decimal, integer or text, never floating point."""
    pyarrow, parquet = _pyarrow(path)
    intake = Intake(accounts, currency)
    try:
        with parquet.ParquetFile(path) as file:
            places = _columns(path, list(file.schema_arrow.names))
            kind = file.schema_arrow.field("amount").type
            if pyarrow.types.is_floating(kind):
                raise DataError(
                    f"{path}: column amount is {kind}; floating point is not exact, store decimal or text"
                )
            row = 0
            names = [name for name in (*COLUMNS, "priority") if name in places]
            dated = pyarrow.types.is_timestamp(file.schema_arrow.field("time").type)
            days: set[Any] = set()
            for batch in file.iter_batches(_BATCH, columns=names):
                if dated:
                    days |= set(batch.column("time").cast(pyarrow.date32()).drop_null().to_pylist())
                    if len(days) > 1:
                        raise DataError(
                            f"{path}: column time holds {min(days)} and {max(days)}; a run settles one day, "
                            "keep the rows of one"
                        )
                columns = [_texts(batch.column(name), name) for name in names]
                for cells in zip(*columns, strict=True):
                    row += 1
                    if None in cells:
                        intake.reject(
                            f"row {row}", str(cells[0] or ""), FORMAT, f"{names[cells.index(None)]} is empty"
                        )
                    else:
                        intake.add(f"row {row}", *cells)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from error
    except (pyarrow.ArrowException, ValueError) as error:  # ValueError: text that is not UTF-8
        raise DataError(f"{path} is no Parquet file that can be read: {error}") from error
    return intake.finish()


def _texts(column: Any, name: str) -> Iterator[str | None]:
    """Return a column's cells as the text that a CSV file would have."""
    for cell in column.to_pylist():
        if cell is None or isinstance(cell, str):
            yield cell
        elif name == "time" and hasattr(cell, "strftime"):
            yield cell.strftime("%H:%M:%S.%f")
        elif name == "amount" and hasattr(cell, "as_tuple"):
            yield format(cell, "f")
        else:
            yield str(cell)


def _pyarrow(path: Path) -> tuple[Any, Any]:
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        raise DataError(
            f"{path}: Parquet needs pyarrow, which is not installed; pip install 'blocs[parquet]', or use CSV"
        ) from error


def write_csv(payments: Payments, file: TextIO) -> None:
    """Write payments as CSV."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for start in range(0, len(payments), _BATCH):
        writer.writerows(texts(payments, slice(start, start + _BATCH)))


def texts(payments: Payments, part: slice) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Yield the cells of `part` of the payments as text."""
    names, places, currency = payments.participants, payments.decimals, payments.currency
    for name, time, payer, payee, amount in zip(
        payments.ids[part].tolist(), payments.time[part].tolist(), payments.payer[part].tolist(),
        payments.payee[part].tolist(), payments.amount[part].tolist(), strict=True,
    ):  # fmt: skip
        yield (
            name.decode("utf-8", "replace"), time_text(time), names[payer], names[payee],
            decimal_text(amount, places), currency,
        )  # fmt: skip


def write_parquet(payments: Payments, path: Path) -> None:
    """Write payments as Parquet: amounts as decimal128, the rest as text."""
    pyarrow, parquet = _pyarrow(path)
    from decimal import Decimal

    fields = [(name, pyarrow.string()) for name in COLUMNS]
    fields[1] = ("time", pyarrow.string())
    fields[4] = ("amount", pyarrow.decimal128(38, payments.decimals))
    schema = pyarrow.schema(fields)
    with parquet.ParquetWriter(path, schema) as writer:
        for start in range(0, max(len(payments), 1), _BATCH):
            columns = [list(c) for c in zip(*texts(payments, slice(start, start + _BATCH)), strict=True)] or [
                []
            ] * 6
            columns[4] = [Decimal(text) for text in columns[4]]
            arrays = [pyarrow.array(values, kind) for values, (_, kind) in zip(columns, fields, strict=True)]
            writer.write_table(pyarrow.Table.from_arrays(arrays, schema=schema))
