"""What goes into a day of settlement: payments of one currency, accounts, events, and what was refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from blocs.errors import DataError, unknown
from blocs.settlement.clock import DAY
from blocs.settlement.money import LARGEST, decimals


class Reject(NamedTuple):
    """A submission that is no payment: where it stands, its id if it has one, an ISO reason code, and why."""

    place: str
    id: str
    code: str
    reason: str


@dataclass(frozen=True, eq=False)
class Payments:
    """Payments of one currency in row order.

    ids: (n,) bytes, unique. time: (n,) int32, milliseconds since midnight. payer, payee: (n,) int32, places in
    `participants`. amount: (n,) int64, minor units, positive. priority: (n,) int8, 0 goes first, 2 is
    normal and the default.
    """

    participants: tuple[str, ...]
    currency: str
    ids: np.ndarray
    time: np.ndarray
    payer: np.ndarray
    payee: np.ndarray
    amount: np.ndarray
    priority: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int8))

    def __post_init__(self) -> None:
        n = len(self.time)
        if self.priority.size == 0 and n:
            object.__setattr__(self, "priority", np.full(n, 2, np.int8))
        for name, kind in (
            ("time", np.int32), ("payer", np.int32), ("payee", np.int32), ("amount", np.int64), ("priority", np.int8),
        ):  # fmt: skip
            values = getattr(self, name)
            if values.shape != (n,) or values.dtype != kind:
                raise DataError(f"payments: {name} must be {n} values of {np.dtype(kind)}, one a payment")
        if len(self.ids) != n:
            raise DataError(f"payments: {len(self.ids)} ids for {n} payments")
        if n == 0:
            return
        last = len(self.participants) - 1
        if min(self.payer.min(), self.payee.min()) < 0 or max(self.payer.max(), self.payee.max()) > last:
            raise DataError(f"payments: payer and payee must be places 0 to {last} in `participants`")
        if self.amount.min() <= 0:
            raise DataError("payments: every amount must be positive")
        if self.time.min() < 0 or self.time.max() > DAY:
            raise DataError("payments: times must lie between 00:00:00 and 24:00:00")
        if bool(np.any(self.payer == self.payee)):
            raise DataError("payments: a payment to oneself settles nothing; payer and payee must differ")

    def __len__(self) -> int:
        return len(self.time)

    @property
    def decimals(self) -> int:
        """How many decimals amounts have."""
        return decimals(self.currency)


@dataclass(frozen=True, eq=False)
class Accounts:
    """Opening balances and credit limits in minor units, one a participant, and limits of pairs.

    pair_limits: {(payer, payee): most that payer may have sent payee net at any instant}.
    """

    participants: tuple[str, ...]
    balance: np.ndarray
    credit_limit: np.ndarray
    pair_limits: dict[tuple[str, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(set(self.participants)) != len(self.participants):
            raise DataError("accounts: every participant needs exactly one account")
        for name in ("balance", "credit_limit"):
            values = getattr(self, name)
            if values.shape != (len(self.participants),) or values.dtype != np.int64:
                raise DataError(f"accounts: {name} must be one int64 a participant")
        if bool(np.any(self.credit_limit < 0)):
            raise DataError("accounts: a credit limit may not be negative; 0 is no credit")
        short = np.flatnonzero(self.balance + self.credit_limit < 0)
        if short.size:
            raise DataError(
                f"accounts: {self.participants[short[0]]} opens below its credit limit; raise its balance or its limit"
            )
        known = set(self.participants)
        for pair, limit in self.pair_limits.items():
            for name in pair:
                if name not in known:
                    raise DataError(f"pair limits: {unknown('participant', name, self.participants)}")
            if limit < 0 or pair[0] == pair[1]:
                raise DataError(
                    f"pair limits: {pair[0]} to {pair[1]} needs two participants and a limit of 0 or more"
                )

    @classmethod
    def empty(cls, participants: tuple[str, ...]) -> Accounts:
        """Return accounts with zero balances and no credit."""
        return cls(participants, np.zeros(len(participants), np.int64), np.zeros(len(participants), np.int64))


class Event(NamedTuple):
    """Something that happens to a participant: `kind` is one of EVENTS; `amount` is minor units, for money only."""

    time: int
    kind: str
    participant: str
    amount: int = 0


EVENTS = {
    "open": "starts to send (what it submitted before waits)",
    "suspend": "stops sending, still receives (an outage); `open` ends it",
    "cut_off": "is cut off: what is queued from and to it is returned, later submissions are rejected",
    "fund": "brings money to its account",
    "withdraw": "takes money from its account, at most what is there",
}


def check_sums(payments: Payments, accounts: Accounts, events: tuple[Event, ...]) -> None:
    """Raise DataError unless every sum of the day fits: exact arithmetic may not overflow."""
    # two halves, so that the check itself cannot overflow
    high = int(np.sum(payments.amount >> 32)) << 32
    total = high + int(np.sum(payments.amount & 0xFFFFFFFF))
    total += sum(abs(int(value)) for value in accounts.balance)
    total += sum(int(value) for value in accounts.credit_limit) + sum(abs(event.amount) for event in events)
    if total >= LARGEST:
        raise DataError(
            "amounts, balances and limits of this day add up to more than exact 64-bit arithmetic holds "
            f"({LARGEST} minor units); split the day or lower unlimited credit limits"
        )
