"""What a day of settlement says: liquidity and its bounds, delays, queues, by time, and who waits for whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from blocs.settlement.kernels.state import WIDTH
from blocs.settlement.payments import Payments
from blocs.settlement.settle import Settlement


@dataclass(frozen=True, eq=False)
class Metrics:
    """Figures of a day; money in minor units, times in milliseconds.

    liquidity_used: sum over participants of the largest net debit. lower_bound: sum of net outflows over the day, what
    simultaneous settlement of everything at the close needs; upper_bound: what settles everything without delay.
    delay_indicator: sum of value x waiting over sum of value x time to the close: 0 nothing waits, 1 nothing settles
    before the close (Leinonen and Soramäki 1999). queued: that waited at all; peak: most at one time. By interval
    of `width`: submitted, settled and, at its end, queued.
    """

    submitted_count: int
    settled_count: int
    returned_count: int
    rejected_count: int
    settled_value: int
    returned_value: int
    rejected_value: int
    part_value: int  # paid in parts of payments that were not completed; within settled_value
    liquidity_used: int
    lower_bound: int
    upper_bound: int
    delay_indicator: float
    queued_count: int
    queued_value: int
    peak_count: int
    peak_value: int
    mean_wait: float
    median_wait: float
    p95_wait: float
    longest_wait: int
    by_way: dict[str, tuple[int, int]]  # count and value settled by way
    submitted_by_time: np.ndarray
    settled_by_time: np.ndarray
    queue_count_by_time: np.ndarray
    queue_value_by_time: np.ndarray
    width: int = WIDTH


def measure(result: Settlement) -> Metrics:
    """Return the metrics of `result`, computed once."""
    if "metrics" not in result.cache:
        result.cache["metrics"] = _measure(result)
    return result.cache["metrics"]


def _measure(result: Settlement) -> Metrics:
    from blocs.settlement.kernels import state
    from blocs.settlement.kernels.totals import delays

    p, counters = result.payments, result.counters
    intervals = len(result.value_by_time)
    counts, values, sums, queued, longest, submitted, entered, left, waits = delays(
        p.time, result.settled, result.status, p.amount, result.rules.close, intervals
    )
    low, high = liquidity_bounds(p, result.status)
    waiting = np.cumsum(entered - left, axis=1)
    ways = ("gross", state.GROSS), ("queue", state.RELEASED), ("bilateral", state.BILATERAL), (
        "multilateral", state.MULTILATERAL), ("parts", state.SPLIT)  # fmt: skip
    settled = int(result.value_by_time.sum())
    partly = settled - int(values[state.SETTLED])
    return Metrics(
        len(p), int(counts[state.SETTLED]), int(counts[state.RETURNED]), int(counts[state.REJECTED]), settled,
        int(values[state.RETURNED]) - partly, int(values[state.REJECTED]), partly,
        int(result.debit.sum()), int(low.sum()), int(high.sum()), float(sums[0] / sums[1]) if sums[1] > 0 else 0.0,
        int(queued[0]), int(queued[1]), int(counters[state.PEAK]), int(waiting[1].max(initial=0)),
        float(sums[2] / max(waits.sum(), 1)), _quantile(waits, 0.5), _quantile(waits, 0.95), int(longest),
        {name: (int(counters[at]), int(counters[state.VALUE + at])) for name, at in ways},
        submitted, result.value_by_time, waiting[0], waiting[1],
    )  # fmt: skip


def _quantile(waits: np.ndarray, share: float) -> float:
    """Return a quantile of waiting in milliseconds from the number that waited each whole number of seconds."""
    total = int(waits.sum())
    return 0.0 if total == 0 else 1000.0 * float(np.searchsorted(np.cumsum(waits), share * total))


def liquidity_bounds(payments: Payments, status: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return each participant's lower and upper bound of liquidity, minor units; rejected payments are left out."""
    from blocs.settlement.kernels.totals import bounds

    time, keep = payments.time, np.zeros(0, np.int8) if status is None else status
    payer, payee, amount = payments.payer, payments.payee, payments.amount
    if len(time) > 1 and not bool(np.all(time[1:] >= time[:-1])):
        rows = np.argsort(time, kind="stable")
        payer, payee, amount = payer[rows], payee[rows], amount[rows]
        keep = keep[rows] if keep.size else keep
    return bounds(payer, payee, amount, keep, len(payments.participants))


def waiting_matrix(result: Settlement) -> np.ndarray:
    """Return (payee, payer): value the payee waited for from the payer, times how long, in currency x hours."""
    people = len(result.payments.participants)
    matrix = np.zeros((people, people))
    scale = 10.0**result.payments.decimals * 3_600_000.0
    matrix[result.pair_payee, result.pair_payer] = result.waited / scale
    return matrix
