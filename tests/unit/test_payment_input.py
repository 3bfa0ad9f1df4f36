"""What a day may hold: rules, payments, accounts and events that contradict themselves are refused in words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from unit.payment_days import HOUR, book, three

from blocs.errors import DataError
from blocs.settlement.clock import DAY, milliseconds
from blocs.settlement.money import LARGEST
from blocs.settlement.payments import Accounts, Event, Payments, check_sums
from blocs.settlement.rules import Rules, preset
from blocs.settlement.settle import settle

# rules ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"mode": "gross"}, "unknown mode 'gross'"),
        ({"order": "lifo"}, "unknown queue order 'lifo'"),
        ({"open": 2 * HOUR, "close": HOUR}, "open 02:00:00 must come before close 01:00:00"),
        ({"open": HOUR, "close": HOUR}, "must come before close"),
        ({"open": -1}, "both in one day"),
        ({"close": DAY + 1, "cut_off": DAY}, "both in one day"),
        ({"cut_off": 0}, "the cut-off 00:00:00 must lie between"),
        ({"cut_off": DAY, "close": 20 * HOUR}, "the cut-off 24:00:00 must lie between"),
        ({"interval": 999}, "at least one second"),
        ({"parts": 0}, "1 to 100 parts, not 0"),
        ({"parts": 101}, "1 to 100 parts, not 101"),
        ({"depth": 0}, "one queued payment at least"),
        ({"mode": "hybrid", "queue": False}, "hybrid and splitting need a queue"),
        ({"queue": False, "parts": 2}, "rtgs and splitting need a queue"),
        ({"cycles": (9 * HOUR, 12 * HOUR), "close": 11 * HOUR, "cut_off": 11 * HOUR}, "cycle at 12:00:00"),
        ({"cycles": (HOUR,), "open": 2 * HOUR}, "cycle at 01:00:00 lies outside"),
    ],
)
def test_rules_that_contradict_themselves_are_refused(changes: dict, said: str) -> None:
    with pytest.raises(DataError, match=said):
        Rules(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"parts": 1}, {"parts": 100}, {"depth": 1}, {"interval": 1000}, {"queue": False}, {"cut_off": 1},
        {"open": HOUR, "close": 2 * HOUR, "cut_off": 2 * HOUR, "cycles": (HOUR, 2 * HOUR)},
    ],
)  # fmt: skip
def test_rules_at_their_bounds_are_taken(changes: dict) -> None:
    assert Rules(**changes) == replace(Rules(), **changes)


def test_plain_rules_are_what_their_mode_says() -> None:
    rtgs, dns, hybrid = (Rules.of(mode) for mode in ("rtgs", "dns", "hybrid"))
    assert rtgs == Rules()
    assert rtgs.offsets == ()
    assert (rtgs.bypass, rtgs.bilateral, rtgs.multilateral) == (False, False, False)
    assert (dns.multilateral, dns.bilateral, dns.interval) == (True, False, HOUR // 2)
    assert (hybrid.bypass, hybrid.bilateral, hybrid.multilateral, hybrid.interval) == (
        True,
        True,
        True,
        60_000,
    )
    with pytest.raises(DataError, match="unknown mode 'net'"):
        Rules.of("net")


def test_offsetting_runs_at_the_cycles_or_every_interval_and_at_the_close() -> None:
    hours = {"open": 8 * HOUR, "cut_off": 10 * HOUR, "close": 10 * HOUR}
    assert Rules.of("dns", interval=HOUR, **hours).offsets == (9 * HOUR, 10 * HOUR)
    given = (8 * HOUR, 9 * HOUR + 1, 10 * HOUR)
    assert Rules.of("dns", cycles=given, **hours).offsets == given
    assert Rules.of("dns", cycles=given[:2], **hours).offsets == given
    assert Rules.of("rtgs", cycles=given, **hours).offsets == ()


def test_presets_are_what_the_systems_publish() -> None:
    cips, fedwire, target = preset("cips"), preset("fedwire"), preset("target")
    assert (cips.mode, cips.order, cips.overdraft, cips.zero_at_close) == ("hybrid", "priority", False, True)
    assert (cips.bypass, cips.bilateral, cips.multilateral, cips.interval) == (True, True, True, 60_000)
    net = preset("cips", "dns")
    assert (net.mode, net.multilateral, net.bypass, net.bilateral, net.interval) == (
        "dns", True, False, False, HOUR // 2
    )  # fmt: skip
    assert preset("cips", "rtgs").offsets == ()
    assert (fedwire.mode, fedwire.queue, fedwire.overdraft) == ("rtgs", False, True)
    assert (fedwire.open, fedwire.cut_off, fedwire.close) == (0, milliseconds("18:45:00"), 19 * HOUR)
    assert (target.open, target.cut_off, target.close) == (7 * HOUR, 17 * HOUR, 18 * HOUR)
    assert (target.mode, target.order, target.overdraft, target.zero_at_close) == (
        "hybrid", "priority", False, False
    )  # fmt: skip
    assert all(rules.notes for rules in (cips, net, fedwire, target))
    with pytest.raises(DataError, match="unknown rules 'chips'; did you mean 'cips'"):
        preset("chips")
    with pytest.raises(DataError, match="target rules have mode hybrid, not rtgs"):
        preset("target", "rtgs")


# payments, accounts, events ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"amount": np.array([5, 6, 7], np.int32)}, "amount must be 3 values of int64"),
        ({"amount": np.array([5, 6], np.int64)}, "amount must be 3 values"),
        ({"payer": np.array([0, 1, 2], np.int64)}, "payer must be 3 values of int32"),
        ({"priority": np.array([2], np.int8)}, "priority must be 3 values of int8"),
        ({"ids": np.array([b"a"])}, "1 ids for 3 payments"),
        ({"payee": np.array([1, 2, 3], np.int32)}, "places 0 to 2"),
        ({"payer": np.array([0, -1, 2], np.int32)}, "places 0 to 2"),
        ({"amount": np.array([5, 0, 7], np.int64)}, "every amount must be positive"),
        ({"time": np.array([-1, 2, 3], np.int32)}, "times must lie between"),
        ({"time": np.array([1, 2, DAY + 1], np.int32)}, "times must lie between"),
        ({"payee": np.array([1, 1, 0], np.int32)}, "a payment to oneself"),
    ],
)
def test_payments_that_are_none_are_refused(changed: dict, said: str) -> None:
    with pytest.raises(DataError, match=said):
        three(**changed)


def test_payments_at_the_bounds_are_taken() -> None:
    day = three(time=np.array([0, 5, DAY], np.int32), amount=np.array([1, 1, 1], np.int64))
    assert day.priority.tolist() == [2, 2, 2]
    assert (len(day), day.decimals) == (3, 2)
    none = np.zeros(0, np.int32)
    empty = Payments((), "CNY", np.zeros(0, "S1"), none, none, none, np.zeros(0, np.int64))
    assert len(empty) == 0
    assert settle(empty).status.size == 0


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"names": ("X", "Y", "X")}, "exactly one account"),
        ({"balance": (0, 0)}, "balance must be one int64 a participant"),
        ({"credit": (0, -1, 0)}, "a credit limit may not be negative"),
        ({"balance": (0, -3, 0), "credit": (0, 2, 0)}, "Y opens below its credit limit"),
        ({"limits": {("X", "W"): 1}}, "pair limits: unknown participant 'W'"),
        ({"limits": {("X", "X"): 1}}, "X to X needs two participants"),
        ({"limits": {("X", "Y"): -1}}, "X to Y needs two participants and a limit of 0 or more"),
    ],
)
def test_accounts_that_are_none_are_refused(changed: dict, said: str) -> None:
    with pytest.raises(DataError, match=said):
        book(**changed)


def test_accounts_at_the_bounds_are_taken() -> None:
    assert book(balance=(0, -2, 0), credit=(0, 2, 0), limits={("X", "Y"): 0}).balance.sum() == -2
    with pytest.raises(DataError, match="balance must be one int64"):
        Accounts(("X",), np.zeros(1), np.zeros(1, np.int64))


@pytest.mark.parametrize(
    ("event", "rules", "said"),
    [
        (Event(HOUR, "opn", "X"), {}, "unknown event 'opn'; did you mean 'open'"),
        (Event(HOUR, "open", "W"), {}, "event at 01:00:00: unknown participant 'W'"),
        (Event(HOUR, "fund", "X", 0), {}, "fund of X takes a positive amount"),
        (Event(HOUR, "fund", "X", -1), {}, "fund of X takes a positive amount"),
        (Event(HOUR, "open", "X", 1), {}, "open of X takes no amount"),
        (Event(DAY + 1, "fund", "X", 1), {}, "may not be moved after the close"),
        (Event(-1, "withdraw", "X", 1), {}, "may not be moved after the close"),
        (Event(3 * HOUR, "fund", "X", 1), {"funding": ((HOUR, 2 * HOUR), (2 * HOUR, 3 * HOUR))},
         "only in 01:00:00-02:00:00, 02:00:00-03:00:00"),
    ],
)  # fmt: skip
def test_events_that_cannot_be_are_refused(event: Event, rules: dict, said: str) -> None:
    with pytest.raises(DataError, match=said):
        settle(three(), book(), Rules(**rules), (event,))


def test_events_at_the_bounds_are_taken() -> None:
    rules = Rules(funding=((HOUR, 2 * HOUR), (DAY, DAY + 1)))
    events = (Event(HOUR, "fund", "X", 5), Event(DAY, "withdraw", "Y", 1), Event(0, "suspend", "Z"))
    result = settle(three(), book(), rules, events)
    assert [(event.kind, moved) for event, moved in result.moved] == [("fund", 5), ("withdraw", 1)]


def test_other_participants_than_the_accounts_have_are_refused() -> None:
    with pytest.raises(DataError, match="the same participants in the same order"):
        settle(three(), book(names=("Y", "X", "Z")))
    with pytest.raises(DataError, match="Y has a credit limit, but cips rules know no overdraft"):
        settle(three(), book(credit=(0, 1, 0)), preset("cips"))
    with pytest.raises(DataError, match="but these rules know no overdraft"):
        settle(three(), book(credit=(0, 1, 0)), Rules(overdraft=False))


def test_a_day_whose_sums_could_overflow_is_refused() -> None:
    half = LARGEST // 2
    day = three(amount=np.array([half, half - 10, 5], np.int64))
    check_sums(day, book(balance=(-1, 0, 0), credit=(1, 0, 0)), (Event(0, "fund", "X", 2),))
    for accounts, brought in (
        (book(balance=(-1, 0, 0), credit=(2, 0, 0)), 2), (book(balance=(-2, 0, 0), credit=(2, 0, 0)), 1),
        (book(balance=(2, 0, 0)), 3),
    ):  # fmt: skip
        with pytest.raises(DataError, match="add up to more than exact 64-bit"):
            check_sums(day, accounts, (Event(0, "fund", "X", brought),))
