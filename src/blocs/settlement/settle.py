"""Settles a day: lays payments, accounts and events out for the kernels, runs them and labels what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from blocs.errors import DataError, unknown
from blocs.settlement.clock import DAY, time_text
from blocs.settlement.payments import EVENTS, Accounts, Event, Payments, check_sums
from blocs.settlement.rules import Rules

if TYPE_CHECKING:
    from blocs.settlement.kernels.state import Day

_DENSE = 1 << 22  # pairs of participants up to which every pair gets a place without looking


@dataclass(frozen=True, eq=False)
class Parts:
    """Parts of split payments in the order they were paid: place of the payment, amount, entry and time."""

    payment: np.ndarray
    amount: np.ndarray
    entry: np.ndarray
    time: np.ndarray


@dataclass(frozen=True, eq=False)
class Settlement:
    """What became of a day.

    status: (n,) int8 `SETTLED`, `RETURNED` or `REJECTED` of `kernels.state`; reason: why not. settled: (n,) int32,
    when, -1 if not. entry: (n,) int32, number of the settlement entry, equal for what settled at once, -1 if not.
    balance, debit: (participants,) int64, at the close and the largest net debit of the day.
    """

    payments: Payments
    accounts: Accounts
    rules: Rules
    status: np.ndarray
    reason: np.ndarray
    settled: np.ndarray
    entry: np.ndarray
    balance: np.ndarray
    debit: np.ndarray
    swept: np.ndarray
    moved: tuple[tuple[Event, int], ...]  # money events with what they moved
    value_by_time: np.ndarray
    count_by_time: np.ndarray
    pair_payer: np.ndarray
    pair_payee: np.ndarray
    waited: np.ndarray  # minor units x milliseconds by pair
    counters: np.ndarray
    parts: Parts | None = None
    cache: dict[str, Any] = field(default_factory=dict, repr=False)  # metrics, once asked for


def settle(
    payments: Payments,
    accounts: Accounts | None = None,
    rules: Rules | None = None,
    events: tuple[Event, ...] = (),
) -> Settlement:
    """Settle `payments` under `rules` and return what became of each.

    accounts: of the same participants in the same order; default zero balances, no credit. events: openings, outages,
    cut-offs, money brought and taken. Ties go by row; events come before payments of the same time. Each payment ends
    settled, returned or rejected. The same input gives the same output. DataError if something does not fit.
    """
    rules = rules or Rules()
    accounts = accounts or Accounts.empty(payments.participants)
    _check(payments, accounts, rules, events)
    from blocs.settlement.kernels.day import run_day
    from blocs.settlement.kernels.layout import fates
    from blocs.settlement.kernels.state import PARTS

    ordered, rows = _in_time(payments)
    day, keys = lay_out(ordered, accounts, rules)
    plan, asked = _plan(events, payments.participants, rules)
    run_day(day, plan)
    balance, swept = day.book["balance"].copy(), np.zeros(len(day.book), np.int64)
    if rules.zero_at_close:
        swept = np.maximum(balance, 0)
        balance = balance - swept
    people = len(payments.participants)
    status, reason, settled, entry = (_back(values, rows) for values in fates(day.pay))
    return Settlement(
        payments, accounts, rules,
        status, reason, settled, entry,
        balance, day.book["debit"].copy(), swept,
        tuple((event, int(plan[n]["moved"])) for n, event in sorted(asked.items()) if event.amount),
        day.table["value"].copy(), day.table["count"].copy(),
        (keys // people).astype(np.int32), (keys % people).astype(np.int32), day.pairs["waited"].copy(), day.counters,
        _parts(day.parts[: day.counters[PARTS]], rows) if rules.parts > 1 else None,
    )  # fmt: skip


def _check(payments: Payments, accounts: Accounts, rules: Rules, events: tuple[Event, ...]) -> None:
    if accounts.participants != payments.participants:
        raise DataError("payments and accounts must have the same participants in the same order")
    if len(payments) >= 2**31 - 1:
        raise DataError("a day has at most 2,147,483,646 payments")
    names = set(payments.participants)
    if not rules.overdraft and accounts.credit_limit.any():
        who = accounts.participants[int(np.flatnonzero(accounts.credit_limit)[0])]
        raise DataError(
            f"accounts: {who} has a credit limit, but {rules.name or 'these'} rules know no overdraft; bring the money "
            "as balance or funding"
        )
    for event in events:
        if event.kind not in EVENTS:
            raise DataError(unknown("event", event.kind, EVENTS))
        if event.participant not in names:
            raise DataError(
                f"event at {time_text(event.time)}: {unknown('participant', event.participant, names)}"
            )
        money = event.kind in ("fund", "withdraw")
        if event.amount < 0 or money != (event.amount > 0):
            raise DataError(
                f"event at {time_text(event.time)}: {event.kind} of {event.participant} takes "
                f"{'a positive amount' if money else 'no amount'}"
            )
        inside = any(start <= event.time < end for start, end in rules.funding)
        if money and rules.funding and not inside:
            shown = ", ".join(f"{time_text(a)}-{time_text(b)}" for a, b in rules.funding)
            raise DataError(
                f"event at {time_text(event.time)}: money may be brought or taken only in {shown}"
            )
        if money and not 0 <= event.time <= rules.close:
            raise DataError(f"event at {time_text(event.time)}: money may not be moved after the close")
    check_sums(payments, accounts, events)


def _in_time(payments: Payments) -> tuple[Payments, np.ndarray | None]:
    """Return payments in order of time, ties by row, and the row of each; None if they are in order already."""
    time = payments.time
    if len(time) < 2 or bool(np.all(time[1:] >= time[:-1])):
        return payments, None
    rows = np.argsort(time, kind="stable")
    return Payments(
        payments.participants, payments.currency, payments.ids, time[rows], payments.payer[rows], payments.payee[rows],
        payments.amount[rows], payments.priority[rows],
    ), rows  # fmt: skip


def _back(values: np.ndarray, rows: np.ndarray | None) -> np.ndarray:
    if rows is None:
        return values
    out = np.empty_like(values)
    out[rows] = values
    return out


def lay_out(payments: Payments, accounts: Accounts, rules: Rules) -> tuple[Day, np.ndarray]:
    """Return the state in which the day begins, `payments` in order of time, and the pairs' keys."""
    from blocs.settlement.kernels import layout, state

    people = len(payments.participants)
    pair, keys, reverse = _pairs(payments, accounts, people)
    pay = np.empty(len(payments), state.PAYMENT)
    order = np.empty(len(payments), np.int32)
    ranked = np.zeros(0, np.int64)
    if rules.order != "fifo":
        first = payments.priority if rules.order == "priority" else payments.amount
        ranked = np.lexsort((first, payments.payer))
    start = layout.fill(
        pay, order, payments.amount, payments.time, payments.payer, payments.payee, pair, ranked, people
    )
    book = np.zeros(people, state.PARTICIPANT)
    book["balance"], book["credit"], book["head"] = accounts.balance, accounts.credit_limit, -1
    book["start"] = start[:-1]
    size = [1 << max(int(m) - 1, 0).bit_length() for m in np.diff(start)]
    book["size"] = size
    book["base"] = np.cumsum([0, *(2 * m for m in size)])[:-1]
    pairs = np.zeros(len(keys), state.PAIR)
    pairs["limit"], pairs["reverse"], pairs["sender"] = 2**62, reverse, keys // max(people, 1)
    place = {name: k for k, name in enumerate(payments.participants)}
    for (payer, payee), most in accounts.pair_limits.items():
        pairs["limit"][np.searchsorted(keys, place[payer] * people + place[payee])] = most
    # address space for every possible part; pages that are not written cost nothing
    parts = np.empty(len(payments) * rules.parts if rules.parts > 1 else 0, state.PART)
    gross = rules.mode != "dns"
    terms = state.Terms(
        gross, rules.queue, rules.bypass and gross, rules.bilateral, bool(accounts.pair_limits), rules.parts,
        rules.depth, rules.cut_off,
    )  # fmt: skip
    return state.Day(
        pay, order, book, np.full(2 * sum(size), 2**63 - 1, np.int64), pairs,
        np.zeros(DAY // state.WIDTH + 1, state.INTERVAL), parts, np.zeros(state.COUNTERS, np.int64),
        np.zeros((2, rules.depth), np.int64), terms,
    ), keys  # fmt: skip


def _pairs(payments: Payments, accounts: Accounts, people: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return each payment's pair, the pairs' keys payer * people + payee, ascending, and each pair's opposite."""
    if people * people <= _DENSE:
        pair = payments.payer * np.int32(people) + payments.payee
        keys = np.arange(people * people, dtype=np.int64)
        return pair, keys, (keys % max(people, 1)) * people + keys // max(people, 1)
    raw = payments.payer.astype(np.int64) * people + payments.payee
    place = {name: k for k, name in enumerate(payments.participants)}
    named = np.array([place[a] * people + place[b] for a, b in accounts.pair_limits], np.int64)
    seen = np.unique(np.concatenate([raw, named]))
    keys = np.unique(np.concatenate([seen, (seen % people) * people + seen // people]))
    reverse = np.searchsorted(keys, (keys % people) * people + keys // people)
    return np.searchsorted(keys, raw).astype(np.int32), keys, reverse


def _plan(
    events: tuple[Event, ...], participants: tuple[str, ...], rules: Rules
) -> tuple[np.ndarray, dict[int, Event]]:
    """Return all events of the day in order, and which of them the caller asked for.

    At one time: openings, then the caller's, then offsetting, then the close. Who has an `open` of its own as its
    first event opens only then.
    """
    from blocs.settlement.kernels import state

    codes = {
        "open": state.OPEN, "suspend": state.SUSPEND, "cut_off": state.CUT_OFF, "fund": state.FUND,
        "withdraw": state.WITHDRAW,
    }  # fmt: skip
    place = {name: k for k, name in enumerate(participants)}
    first: dict[str, str] = {}
    for event in sorted((e for e in events if e.kind in ("open", "suspend")), key=lambda e: e.time):
        first.setdefault(event.participant, event.kind)
    plan: list[tuple[int, int, tuple[Any, ...], Event | None]] = []  # the third as EVENT has it
    for name, who in place.items():
        if first.get(name) != "open":
            plan.append((rules.open, 1, (rules.open, state.OPEN, who, 0), None))
    for event in events:
        time = max(event.time, rules.open) if event.kind == "open" else event.time
        # money comes before openings, so that a balance is there when the first payment goes
        rank = 0 if event.kind == "fund" else 2
        plan.append((time, rank, (time, codes[event.kind], place[event.participant], event.amount), event))
    plan += [(time, 3, (time, state.OFFSET, 0, 0), None) for time in rules.offsets]
    plan.append((rules.close, 4, (rules.close, state.CLOSE, 0, 0), None))
    plan = [entry for entry in plan if entry[0] <= rules.close]
    plan.sort(key=lambda entry: entry[:2])
    records = np.array([(*entry[2], 0) for entry in plan], state.EVENT)
    return records, {n: entry[3] for n, entry in enumerate(plan) if entry[3] is not None}


def _parts(parts: np.ndarray, rows: np.ndarray | None) -> Parts:
    payment = parts["payment"].copy()
    return Parts(
        payment if rows is None else rows[payment],
        parts["amount"].copy(),
        parts["entry"].copy(),
        parts["time"].copy(),
    )
