"""Takes submissions in one by one: what is right becomes a payment, what is wrong a reject; nothing is lost."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from blocs.settlement.accounts_file import AccountRows
from blocs.settlement.clock import milliseconds
from blocs.settlement.money import DECIMALS, minor
from blocs.settlement.payments import Payments, Reject

LONGEST = 64  # bytes of an id or a participant's name
_BLOCK = 1 << 17  # ids that are gathered before they are laid out in an array
# reason codes of ISO 20022 (external code set, status reason)
BAD_PARTY, CURRENCY, AMOUNT, DUPLICATE, DATE, FORMAT = "RC01", "AM03", "AM12", "AM05", "DT01", "FF01"
PRIORITIES = {"URGT": 0, "HIGH": 1, "NORM": 2, "": 2}


@dataclass(frozen=True, eq=False)
class Submissions:
    """A file as it came in: payments by currency, in row order, and what was refused.

    rows: for each currency the row of each payment among all submissions, from 0.
    """

    payments: dict[str, Payments]
    rejects: tuple[Reject, ...]
    rows: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many submissions the file had."""
        return len(self.rejects) + sum(len(p) for p in self.payments.values())


class Intake:
    """Collects submissions in columns; `finish` returns them. Memory is some 60 bytes a payment plus its id."""

    def __init__(self, accounts: AccountRows | None = None, currency: str | None = None) -> None:
        self.names: dict[str, int] = {}
        self.known = accounts.names if accounts is not None else None
        self.several = accounts is not None and accounts.several
        self.currency = currency or (accounts.currency if accounts is not None else None)
        if accounts is not None:
            for name in accounts.names:
                self.names[name] = len(self.names)
        self.currencies: dict[str, int] = {}
        self.rejects: list[Reject] = []
        self.paths: dict[str, str] = {}  # reason code -> what to add to the place of a reject
        self._time, self._row, self._amount = array("i"), array("q"), array("q")
        self._payer, self._payee = array("i"), array("i")
        self._priority, self._money, self._message = array("b"), array("h"), array("i")
        self._ids: list[bytes] = []
        self._blocks: list[np.ndarray] = []
        self._count = 0

    def reject(self, place: str, name: str, code: str, reason: str) -> None:
        """Note a submission that is no payment, its place made precise by `paths`."""
        self.rejects_as_is(place + self.paths.get(code, ""), name, code, reason)

    def rejects_as_is(self, place: str, name: str, code: str, reason: str) -> None:
        """Note a submission that is no payment."""
        self.rejects.append(Reject(place, name[:LONGEST], code, reason))
        self._count += 1

    def add(
        self, place: str, name: str, time: int | str, payer: str, payee: str, amount: str, currency: str,
        priority: str = "", message: int = 0,
    ) -> None:  # fmt: skip
        """Take one submission: a payment if everything about it is right, a reject with the first thing that is not."""
        encoded = name.encode("utf-8", "replace")
        if not encoded or len(encoded) > LONGEST or encoded[-1] == 0:
            self.reject(place, name, FORMAT, f"id {name[:40]!r} must have 1 to {LONGEST} bytes")
            return
        try:
            at = time if isinstance(time, int) else milliseconds(time)
        except ValueError as error:
            self.reject(place, name, DATE, str(error))
            return
        places = DECIMALS.get(currency)
        if places is None:
            self.reject(place, name, CURRENCY, f"currency {currency[:20]!r} is no active code of ISO 4217")
            return
        if not self.several:
            if self.currency is None:
                self.currency = currency
            if currency != self.currency:
                self.reject(place, name, CURRENCY, f"currency {currency}; this run settles {self.currency}")
                return
        try:
            value = minor(amount, places)
        except ValueError as error:
            self.reject(place, name, AMOUNT, str(error))
            return
        if value == 0:
            self.reject(place, name, AMOUNT, "amount is zero")
            return
        sender, receiver = self.party(payer, currency), self.party(payee, currency)
        if sender < 0 or receiver < 0:
            role, wrong = ("payer", payer) if sender < 0 else ("payee", payee)
            has = (
                f"has no {currency} account"
                if self.known is not None and wrong
                else "is no participant's name"
            )
            self.reject(place, name, BAD_PARTY, f"{role} {wrong[:40]!r} {has}")
            return
        if sender == receiver:
            self.reject(place, name, BAD_PARTY, f"payer and payee are both {payer[:40]!r}")
            return
        if priority not in PRIORITIES and not (
            len(priority) == 1 and priority.isascii() and priority.isdigit()
        ):
            self.reject(place, name, FORMAT, f"priority {priority[:20]!r} is not 0 to 9, URGT, HIGH or NORM")
            return
        self._priority.append(PRIORITIES[priority] if priority in PRIORITIES else int(priority))
        self._money.append(self.currencies.setdefault(currency, len(self.currencies)))
        self._time.append(at)
        self._payer.append(sender)
        self._payee.append(receiver)
        self._amount.append(value)
        self._row.append(self._count)
        self._message.append(message)
        self._ids.append(encoded)
        self._count += 1
        if len(self._ids) >= _BLOCK:
            self._flush()

    def party(self, name: str, currency: str) -> int:
        """Return the place of participant `name`, -1 if it has no account in `currency`."""
        if self.known is not None:
            return self.names[name] if currency in self.known.get(name, ()) else -1
        place = self.names.get(name, -1)
        if place < 0 and name and len(name.encode("utf-8", "replace")) <= LONGEST:
            place = self.names[name] = len(self.names)
        return place

    def finish(
        self, bad_messages: dict[int, tuple[str, str, str]] | None = None, places: str = "row"
    ) -> Submissions:
        """Return what came in, without payments whose id came before and those of `bad_messages`.

        bad_messages: message -> place, code, reason.
        """
        self._flush()
        ids = _joined(self._blocks)
        row, keep = np.array(self._row, np.int64), np.ones(len(ids), bool)
        for message, (place, code, reason) in (bad_messages or {}).items():
            for k in np.flatnonzero(np.array(self._message, np.int32) == message):
                keep[k] = False
                self.rejects.append(Reject(place, ids[k].decode("utf-8", "replace"), code, reason))
        for k, before in _repeated(ids, keep):
            keep[k] = False
            reason = f"id came before, in {places} {row[before] + 1}"
            self.rejects.append(
                Reject(f"{places} {row[k] + 1}", ids[k].decode("utf-8", "replace"), DUPLICATE, reason)
            )
        columns = [np.array(column, kind) for column, kind in (
            (self._time, np.int32), (self._payer, np.int32), (self._payee, np.int32), (self._amount, np.int64),
            (self._priority, np.int8))]  # fmt: skip
        money, everyone = np.array(self._money, np.int16), tuple(self.names)
        found, rows = {}, {}
        for currency, n in self.currencies.items():
            mine = keep & (money == n)
            all_mine = bool(mine.all())
            chosen = [values if all_mine else values[mine] for values in (ids, *columns)]
            if len(chosen[0]):
                found[currency] = Payments(everyone, currency, *chosen)
                rows[currency] = row if all_mine else row[mine]
        return Submissions(found, tuple(self.rejects), rows)

    def _flush(self) -> None:
        if self._ids:
            self._blocks.append(np.array(self._ids, dtype="S"))
            self._ids = []


def _joined(blocks: Iterable[np.ndarray]) -> np.ndarray:
    blocks = list(blocks)
    return np.concatenate(blocks) if blocks else np.zeros(0, "S1")


def _repeated(ids: np.ndarray, keep: np.ndarray) -> list[tuple[int, int]]:
    """Return (place, first place) of every id that came before, among those to keep.

    Ids are compared by a hash of 64 bits first, so that ten million take 80 MB and not a set of strings.
    """
    if len(ids) < 2:
        return []
    from blocs.settlement.kernels.totals import hashes

    width = ids.dtype.itemsize
    code = hashes(ids.view(np.uint8).reshape(len(ids), width))
    order = np.argsort(code, kind="stable")
    ranked = code[order]
    found: list[tuple[int, int]] = []
    twins = np.flatnonzero(ranked[1:] == ranked[:-1])
    for group in np.split(twins, np.flatnonzero(np.diff(twins) > 1) + 1) if twins.size else []:
        first: dict[bytes, int] = {}
        for k in order[group[0] : group[-1] + 2]:
            if keep[k] and first.setdefault(bytes(ids[k]), int(k)) != k:
                found.append((int(k), first[bytes(ids[k])]))
    return sorted(found)
