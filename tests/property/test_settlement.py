"""The clearing house against a naive one written from the rules, over random networks, limits, failures and modes."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from property.clearing import clear

from blocs.settlement.kernels.state import RETURNED, SETTLED
from blocs.settlement.metrics import _quantile, liquidity_bounds, measure, waiting_matrix
from blocs.settlement.payments import Accounts, Event, Payments
from blocs.settlement.rules import Rules
from blocs.settlement.settle import settle

WORDS = {1: "settled", 2: "returned", 3: "rejected"}
HOUR = 3_600_000


def day(rows, people: int, priority=None) -> Payments:
    """Payments from rows of (time, payer, payee, amount)."""
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    return Payments(
        tuple(f"B{n}" for n in range(people)), "CNY", np.array([b"%d" % n for n in range(len(rows))], "S8"),
        *(np.array(column, np.int32) for column in columns[:3]), np.array(columns[3], np.int64),
        np.array(priority if priority is not None else [0] * len(rows), np.int8),
    )  # fmt: skip


def accounts(balance, credit=None, limits=None) -> Accounts:
    """Accounts of B0, B1, …"""
    return Accounts(
        tuple(f"B{n}" for n in range(len(balance))), np.array(balance, np.int64),
        np.array(credit if credit is not None else [0] * len(balance), np.int64), limits or {},
    )  # fmt: skip


@st.composite
def days(draw):
    """A small day: few banks, few times, small amounts, so that ties, gridlocks and limits are common."""
    people = draw(st.integers(2, 4))
    who = st.integers(0, people - 1)
    rows = draw(
        st.lists(
            st.tuples(st.integers(0, 12), who, who, st.integers(1, 9)).filter(lambda r: r[1] != r[2]),
            max_size=14,
        )
    )
    rows = [(time * HOUR, i, j, amount) for time, i, j, amount in rows]
    payments = day(rows, people, draw(st.lists(st.integers(0, 2), min_size=len(rows), max_size=len(rows))))
    pairs = st.tuples(who, who).filter(lambda p: p[0] != p[1])
    limits = draw(st.dictionaries(pairs, st.integers(0, 8), max_size=3))
    book = accounts(
        draw(st.lists(st.integers(0, 8), min_size=people, max_size=people)),
        draw(st.lists(st.integers(0, 6), min_size=people, max_size=people)),
        {(f"B{i}", f"B{j}"): most for (i, j), most in limits.items()},
    )
    names = st.sampled_from(payments.participants)
    plain = st.builds(
        Event,
        st.integers(0, 12).map(lambda h: h * HOUR),
        st.sampled_from(["open", "suspend", "cut_off"]),
        names,
        st.just(0),
    )
    money = st.builds(
        Event,
        st.integers(0, 11).map(lambda h: h * HOUR),
        st.sampled_from(["fund", "withdraw"]),
        names,
        st.integers(1, 9),
    )
    events = tuple(draw(st.lists(st.one_of(plain, money), max_size=4)))
    mode = draw(st.sampled_from(["rtgs", "dns", "hybrid"]))
    changes = {"order": draw(st.sampled_from(["fifo", "priority", "value"])), "close": 12 * HOUR, "cut_off": 11 * HOUR,
               "interval": draw(st.sampled_from([HOUR, 3 * HOUR]))}  # fmt: skip
    if mode != "dns":
        changes["bypass"] = draw(st.booleans())
        changes["parts"] = draw(st.sampled_from([1, 1, 2, 4]))
    if mode == "hybrid":
        changes["depth"] = draw(st.sampled_from([1, 3, 100]))
        changes["bilateral"] = draw(st.booleans())
    if mode == "rtgs" and changes["parts"] == 1:
        changes["queue"] = draw(st.booleans())
    return payments, book, Rules.of(mode, **changes), events


def replay(result) -> list[list[tuple[int, int]]]:
    """The day's entries as the engine wrote them: (row, amount) that moved together."""
    entries: dict[int, list[tuple[int, int]]] = {}
    amount = result.payments.amount
    paid = np.zeros(len(amount), np.int64)
    if result.parts is not None:
        for k, value, entry in zip(
            result.parts.payment, result.parts.amount, result.parts.entry, strict=True
        ):
            entries.setdefault(int(entry), []).append((int(k), int(value)))
            paid[k] += value
    for k in np.flatnonzero(result.status == SETTLED):
        entries.setdefault(int(result.entry[k]), []).append((int(k), int(amount[k] - paid[k])))
    assert sorted(entries) == list(range(len(entries)))
    return [sorted(entries[n]) for n in sorted(entries)]


@settings(max_examples=400)
@given(days())
def test_every_payment_fares_as_in_the_naive_house(case) -> None:
    payments, book, rules, events = case
    result = settle(payments, book, rules, events)
    house = clear(payments, book, rules, events)  # asserts money, limits and single endings at every entry
    assert [WORDS[int(s)] for s in result.status] == [house.status[k] for k in range(len(payments))]
    assert {k: int(t) for k, t in enumerate(result.settled) if t >= 0} == house.settled
    assert replay(result) == [sorted(moves) for moves in house.entries]
    assert result.balance.tolist() == house.balance


@given(days())
def test_metrics_are_what_the_entries_say(case) -> None:
    payments, book, rules, events = case
    result = settle(payments, book, rules, events)
    figures = measure(result)
    position, deepest = np.zeros(len(book.balance), np.int64), np.zeros(len(book.balance), np.int64)
    value = 0
    for moves in replay(result):
        for k, amount in moves:
            position[payments.payer[k]] -= amount
            position[payments.payee[k]] += amount
            value += amount
        deepest = np.maximum(deepest, -position)
    assert position.sum() == 0  # netting sums to zero
    assert figures.liquidity_used == deepest.sum()
    assert figures.settled_value == value
    assert figures.submitted_count == figures.settled_count + figures.returned_count + figures.rejected_count
    assert figures.settled_value + figures.returned_value + figures.rejected_value == payments.amount.sum()
    assert figures.queue_value_by_time[-1] == 0
    assert figures.queue_count_by_time.min() >= 0
    assert figures.lower_bound <= figures.upper_bound


@given(days())
def test_the_same_day_gives_the_same_result(case) -> None:
    payments, book, rules, events = case
    one, two = (settle(payments, book, rules, events) for _ in range(2))
    assert np.array_equal(one.entry, two.entry)
    assert np.array_equal(one.settled, two.settled)


@given(days(), st.randoms(use_true_random=False))
def test_rows_of_other_times_may_stand_in_any_order(case, random) -> None:
    payments, book, rules, events = case
    rows = sorted(range(len(payments)), key=lambda k: random.random())
    rows.sort(key=lambda k: payments.time[k] % 5)  # shuffles times, keeps ties in an order of their own
    rows = [
        k
        for t in dict.fromkeys(int(payments.time[r]) for r in rows)
        for k in range(len(payments))
        if payments.time[k] == t
    ]
    mixed = Payments(
        payments.participants, "CNY", payments.ids[rows], payments.time[rows], payments.payer[rows],
        payments.payee[rows], payments.amount[rows], payments.priority[rows],
    )  # fmt: skip
    one, two = settle(payments, book, rules, events), settle(mixed, book, rules, events)
    assert np.array_equal(one.status[rows], two.status)
    assert np.array_equal(one.settled[rows], two.settled)


CIRCLE = [(1000, 0, 1, 100), (2000, 1, 2, 100), (3000, 2, 0, 100)]


@pytest.mark.parametrize(("mode", "settled"), [("rtgs", 0), ("dns", 3), ("hybrid", 3)])
def test_a_circle_without_money_needs_offsetting(mode: str, settled: int) -> None:
    figures = measure(settle(day(CIRCLE, 3), rules=Rules.of(mode)))
    assert figures.settled_count == settled
    assert figures.liquidity_used == 0


def test_one_balance_is_spent_once() -> None:
    rows = [(1000, 0, 1, 100), (1000, 0, 2, 100), (1000, 0, 1, 100)]
    for mode in ("rtgs", "dns", "hybrid"):
        result = settle(day(rows, 3), accounts([100, 0, 0]), Rules.of(mode))
        assert result.status.tolist() == [SETTLED, RETURNED, RETURNED]
        assert result.balance.tolist() == [0, 100, 0]


def test_a_release_spends_incoming_money_once() -> None:
    rows = [(0, 0, 1, 60), (1, 0, 2, 60), (2, 0, 1, 60), (3, 2, 0, 100)]
    result = settle(day(rows, 3), accounts([0, 0, 100]), Rules.of("rtgs"))
    assert result.status.tolist() == [SETTLED, RETURNED, RETURNED, SETTLED]
    assert result.balance.tolist() == [40, 60, 0]


def test_hybrid_can_settle_less_by_the_close_than_rtgs() -> None:
    """Bypass spends the money that the head of the queue waits for.

    B0 owes 10 to B1 and has 5; then 5 to B2 comes, which bypass pays at once and strict order keeps behind. When 5
    arrive, strict RTGS pays the 10 and B1 pays its own 10; under bypass B0 has 5 again and both tens are returned.
    """
    rows = [(0, 0, 1, 10), (1, 0, 2, 5), (2, 1, 3, 10), (3, 3, 0, 5)]
    book = accounts([5, 0, 0, 5])
    strict = measure(settle(day(rows, 4), book, Rules.of("rtgs")))
    hybrid = measure(settle(day(rows, 4), book, Rules.of("hybrid")))
    assert strict.settled_value == 25
    assert hybrid.settled_value == 10
    # with the order kept, offsetting does not lose here
    assert measure(settle(day(rows, 4), book, Rules.of("hybrid", bypass=False))).settled_value >= 25


def test_many_participants_take_the_sparse_pairs() -> None:
    people = 3000
    random = np.random.default_rng(3)
    payer = random.integers(0, people, 4000)
    payee = (payer + 1 + random.integers(0, people - 1, 4000)) % people
    rows = [
        (k * 1000, int(i), int(j), int(a))
        for k, (i, j, a) in enumerate(zip(payer, payee, random.integers(1, 50, 4000), strict=True))
    ]
    book = accounts([20] * people, limits={("B1", "B2"): 5})
    result = settle(day(rows, people), book, Rules.of("hybrid"))
    assert result.balance.sum() == 20 * people
    assert result.balance.min() >= 0


@given(days())
def test_pairs_that_are_looked_up_settle_as_those_that_are_counted(case) -> None:
    payments, book, rules, events = case
    dense = settle(payments, book, rules, events)
    with patch("blocs.settlement.settle._DENSE", 0):
        sparse = settle(payments, book, rules, events)
    for name in ("status", "reason", "settled", "entry", "balance", "debit"):
        assert np.array_equal(getattr(dense, name), getattr(sparse, name))
    assert np.array_equal(waiting_matrix(dense), waiting_matrix(sparse))


def test_the_figures_of_a_day_are_those_of_paper_and_pencil() -> None:
    rows = [(HOUR, 0, 1, 100), (2 * HOUR, 2, 0, 100), (3 * HOUR, 1, 2, 300)]
    result = settle(day(rows, 3), accounts([0, 0, 100]), Rules(close=12 * HOUR, cut_off=12 * HOUR))
    figures = measure(result)
    assert measure(result) is figures
    assert (figures.submitted_count, figures.settled_count, figures.returned_count) == (3, 2, 1)
    assert (figures.settled_value, figures.returned_value, figures.rejected_value) == (200, 300, 0)
    # B0 waits an hour for 100, B1 nine hours, to the close, for 300; over 11, 10 and 9 hours to the close
    assert figures.delay_indicator == pytest.approx((100 * 1 + 300 * 9) / (100 * 11 + 100 * 10 + 300 * 9))
    assert (figures.queued_count, figures.queued_value) == (2, 400)
    assert (figures.peak_count, figures.peak_value) == (1, 300)
    assert (figures.mean_wait, figures.median_wait, figures.p95_wait, figures.longest_wait) == (HOUR,) * 4
    assert (figures.by_way["gross"], figures.by_way["queue"]) == ((1, 100), (1, 100))
    assert (figures.liquidity_used, figures.lower_bound, figures.upper_bound) == (100, 200 + 0 + 0, 400)
    five = 300_000
    assert {n * five: int(v) for n, v in enumerate(figures.submitted_by_time) if v} == {
        HOUR: 100, 2 * HOUR: 100, 3 * HOUR: 300
    }  # fmt: skip
    assert figures.queue_value_by_time[[HOUR // five, 2 * HOUR // five, 3 * HOUR // five]].tolist() == [
        100,
        0,
        300,
    ]
    # one yuan for one hour
    assert waiting_matrix(result).tolist() == [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]


def test_a_day_on_which_nothing_waits_has_no_delay() -> None:
    figures = measure(settle(day([(HOUR, 0, 1, 100)], 2), accounts([100, 0])))
    waits = (figures.mean_wait, figures.median_wait, figures.p95_wait, figures.longest_wait)
    assert (figures.delay_indicator, figures.queued_count, waits) == (0.0, 0, (0.0, 0.0, 0.0, 0))
    assert measure(settle(day([], 2))).delay_indicator == 0.0


def test_quantiles_of_waiting_are_whole_seconds() -> None:
    waits = np.array([0, 1, 1, 1, 1])
    assert [_quantile(waits, share) for share in (0.25, 0.5, 0.95)] == [1000.0, 2000.0, 4000.0]
    assert _quantile(0 * waits, 0.5) == 0.0


def test_bounds_do_not_depend_on_the_order_of_rows() -> None:
    rows = [(HOUR, 0, 1, 100), (2 * HOUR, 1, 0, 100), (3 * HOUR, 0, 1, 60), (4 * HOUR, 1, 0, 200)]
    low, high = liquidity_bounds(day(rows, 2))
    assert (low.tolist(), high.tolist()) == ([0, 140], [100, 140])
    status = np.array([SETTLED, SETTLED, SETTLED, 3], np.int8)  # the last one rejected
    for order in ([3, 2, 1, 0], [1, 0, 3, 2]):
        mixed = day([rows[k] for k in order], 2)
        assert [b.tolist() for b in liquidity_bounds(mixed)] == [[0, 140], [100, 140]]
        assert [b.tolist() for b in liquidity_bounds(mixed, status[order])] == [[60, 0], [100, 0]]


def test_money_that_comes_at_the_opening_is_there_before_anybody_sends() -> None:
    rows = [(7 * HOUR, 0, 1, 10), (7 * HOUR, 1, 0, 10)]
    result = settle(
        day(rows, 2),
        accounts([0, 0]),
        Rules.of("hybrid", open=8 * HOUR),
        (Event(8 * HOUR, "fund", "B0", 10),),
    )
    assert {way: n for way, (n, _) in measure(result).by_way.items() if n} == {"queue": 2}
