"""Reads accounts, limits of pairs and events from CSV files; every error names file, line, value and the fix."""

from __future__ import annotations

import csv
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from blocs.data.utf8 import open_text
from blocs.errors import DataError, unknown
from blocs.settlement.clock import milliseconds
from blocs.settlement.money import decimals, minor, signed
from blocs.settlement.payments import EVENTS, Accounts, Event


@dataclass(frozen=True)
class AccountRows:
    """Accounts as written: decimal text until the currency of the run is known.

    names: participant -> currencies of its accounts ("*" without a column `currency`).
    """

    path: str
    rows: Mapping[
        tuple[str, str], tuple[int, str, str]
    ]  # (participant, currency) -> line, balance, credit limit
    several: bool

    @property
    def currency(self) -> str | None:
        """The only currency there is, None if there are several or none is named."""
        found = {currency for _, currency in self.rows}
        return next(iter(found)) if self.several and len(found) == 1 else None

    @property
    def names(self) -> Mapping[str, Container[str]]:
        """Return the participants in file order, each with the currencies it has accounts in."""
        found: dict[str, set[str]] = {}
        for name, currency in self.rows:
            found.setdefault(name, set()).add(currency)
        return dict(found) if self.several else dict.fromkeys(found, _Any())

    def accounts(self, participants: tuple[str, ...], currency: str) -> Accounts:
        """Return the accounts in `currency`, zero for participants that have none; DataError for what is no amount."""
        places = decimals(currency)
        balance, credit = np.zeros(len(participants), np.int64), np.zeros(len(participants), np.int64)
        for k, name in enumerate(participants):
            found = self.rows.get((name, currency if self.several else "*"))
            if found is None:
                continue
            line, money, limit = found
            try:
                balance[k], credit[k] = signed(money, places), minor(limit or "0", places)
            except ValueError as error:
                raise DataError(f"{self.path}:{line}: {error} ({currency})") from error
        return Accounts(participants, balance, credit)


class _Any:
    """Holds every currency: accounts without a column `currency` are in the currency of the run."""

    def __contains__(self, currency: object) -> bool:
        return True


def read_accounts(path: Path) -> AccountRows:
    """Read `participant,balance,credit_limit[,currency]`; DataError names the line."""
    rows: dict[tuple[str, str], tuple[int, str, str]] = {}
    several = False
    for line, row in _rows(path, ("participant", "balance"), ("credit_limit", "currency")):
        several = "currency" in row
        name, currency = row["participant"], row.get("currency", "*")
        if not name:
            raise DataError(f"{path}:{line}: an account needs a participant")
        if several:
            try:
                decimals(currency)
            except DataError as error:
                raise DataError(f"{path}:{line}: {error}") from error
        if (name, currency) in rows:
            raise DataError(
                f"{path}:{line}: {name} has an account already, in line {rows[name, currency][0]}"
            )
        rows[name, currency] = (line, row["balance"], row.get("credit_limit", "0"))
    if not rows:
        raise DataError(f"{path}: no account in it; give one line a participant or leave --accounts out")
    return AccountRows(str(path), rows, several)


def read_limits(path: Path, currency: str) -> dict[tuple[str, str], int]:
    """Read `payer,payee,limit`, the most that payer may have sent payee net; DataError names the line."""
    limits: dict[tuple[str, str], int] = {}
    for line, row in _rows(path, ("payer", "payee", "limit"), ()):
        pair = row["payer"], row["payee"]
        if pair in limits:
            raise DataError(f"{path}:{line}: {pair[0]} to {pair[1]} has a limit already, in a line above")
        try:
            limits[pair] = minor(row["limit"], decimals(currency))
        except ValueError as error:
            raise DataError(f"{path}:{line}: {error}") from error
    return limits


def read_events(path: Path, currency: str) -> tuple[Event, ...]:
    """Read `time,event,participant[,amount]`; DataError names the line."""
    events = []
    for line, row in _rows(path, ("time", "event", "participant"), ("amount",)):
        if row["event"] not in EVENTS:
            raise DataError(f"{path}:{line}: {unknown('event', row['event'], EVENTS)}")
        try:
            amount = minor(row.get("amount") or "0", decimals(currency))
            events.append(Event(milliseconds(row["time"]), row["event"], row["participant"], amount))
        except ValueError as error:
            raise DataError(f"{path}:{line}: {error}") from error
    return tuple(events)


def _rows(
    path: Path, needed: tuple[str, ...], allowed: tuple[str, ...]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line, row) of a small CSV file, cells without blanks around them."""
    try:
        with open_text(path) as file:
            reader = csv.reader(file, strict=True)
            header = [name.strip() for name in next(reader, [])]
            for name in needed:
                if name not in header:
                    raise DataError(
                        f"{path}:1: no column {name!r}; the file needs {','.join((*needed, *allowed))}"
                    )
            for name in header:
                if name not in needed and name not in allowed:
                    raise DataError(f"{path}:1: {unknown('column', name, (*needed, *allowed))}")
            for cells in reader:
                if cells:
                    if len(cells) != len(header):
                        raise DataError(
                            f"{path}:{reader.line_num}: {len(cells)} cells under {len(header)} columns; "
                            "quote cells with commas"
                        )
                    yield reader.line_num, {n: cell.strip() for n, cell in zip(header, cells, strict=True)}
    except csv.Error as error:
        raise DataError(f"{path}:{reader.line_num}: {error}; is a quotation mark missing?") from error
