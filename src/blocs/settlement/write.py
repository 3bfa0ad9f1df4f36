"""Writes payments and accounts to files, whole or not at all."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from blocs.errors import DataError
from blocs.settlement.money import decimal_text, decimals
from blocs.settlement.payments import Accounts, Payments


def write_payments(payments: Payments, path: Path, message: str = "pacs.008") -> None:
    """Write payments to `path` as its ending says: .csv, .parquet, or .xml with one `message`."""
    kind = path.suffix.lower()
    if kind not in (".csv", ".parquet", ".xml"):
        raise DataError(
            f"{path}: payments are written as .csv, .parquet or .xml, not {kind or 'without an ending'}"
        )
    with whole(path) as partial:
        if kind == ".parquet":
            from blocs.settlement.tables import write_parquet

            write_parquet(payments, partial)
            return
        with partial.open("w", encoding="utf-8", newline="") as file:
            if kind == ".csv":
                from blocs.settlement.tables import write_csv

                write_csv(payments, file)
            else:
                from blocs.settlement.pacs_write import write_pacs

                write_pacs(payments, file, message)


def write_accounts(accounts: Accounts, path: Path, currency: str) -> None:
    """Write accounts as CSV."""
    places = decimals(currency)
    with whole(path) as partial, partial.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("participant", "balance", "credit_limit"))
        for name, balance, credit in zip(
            accounts.participants, accounts.balance.tolist(), accounts.credit_limit.tolist(), strict=True
        ):
            writer.writerow((name, decimal_text(balance, places), decimal_text(credit, places)))


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a hidden file beside `path` to write to, moved there when all is written; DataError if it cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".partial", dir=path.parent)
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error.strerror or error}") from error
    os.close(handle)
    partial = Path(name)
    try:
        yield partial
        partial.chmod(0o644)
        partial.replace(path)
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)
