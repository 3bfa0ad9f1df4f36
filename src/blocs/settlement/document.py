"""The result of a day as one document: counts, exact values as decimal text, liquidity, delays, queues."""

from __future__ import annotations

from collections import Counter
from typing import Any

from blocs.settlement.intake import Submissions
from blocs.settlement.kernels import state
from blocs.settlement.metrics import Metrics, measure
from blocs.settlement.money import decimal_text
from blocs.settlement.settle import Settlement

SCHEMA = "blocs.settlement/1"
# reason of the kernels -> status reason of ISO 20022 and plain words
REASONS = {
    state.NO_FUNDS: ("AM04", "no money for it"),
    state.BLOCKED: ("AC06", "payer or payee is cut off"),
    state.AFTER_CUT_OFF: ("TM01", "submitted after the cut-off"),
    state.NOT_SENT: ("ED05", "the payer did not send until the close"),
}
STATUS = {state.SETTLED: "settled", state.RETURNED: "returned", state.REJECTED: "rejected"}


def document(submissions: Submissions, results: list[Settlement]) -> dict[str, Any]:
    """Return the document of a day: one currency's figures at the top, several currencies' under `currencies`."""
    parts = [_one(result) for result in results]
    counts = {
        name: sum(part[name] for part in parts)
        for name in ("settled_count", "rejected_count", "returned_count")
    }
    counts["rejected_count"] += len(submissions.rejects)
    reasons = Counter(reject.code for reject in submissions.rejects)
    for part in parts:
        reasons.update(part["reasons"])
    top = {"schema": SCHEMA, "submitted_count": submissions.count, **counts}
    if len(parts) == 1:
        top |= {name: value for name, value in parts[0].items() if name not in top}
    top["reasons"] = dict(sorted(reasons.items()))
    if len(parts) != 1:
        top["settled_value"] = top["liquidity_used"] = "0" if not parts else None
        top["currencies"] = parts
    return top


def _one(result: Settlement) -> dict[str, Any]:
    figures, places = measure(result), result.payments.decimals

    def money(value: int) -> str:
        return decimal_text(int(value), places)

    reasons = Counter()
    for code, (iso, _) in REASONS.items():
        count = int((result.reason == code).sum())
        if count:
            reasons[iso] += count
    return {
        "currency": result.payments.currency,
        "mode": result.rules.mode,
        "rules": result.rules.name or None,
        "participants": len(result.payments.participants),
        "settled_count": figures.settled_count,
        "rejected_count": figures.rejected_count,
        "returned_count": figures.returned_count,
        "settled_value": money(figures.settled_value),
        "returned_value": money(figures.returned_value),
        "rejected_value": money(figures.rejected_value),
        "part_value": money(figures.part_value),
        "liquidity_used": money(figures.liquidity_used),
        "liquidity_lower_bound": money(figures.lower_bound),
        "liquidity_upper_bound": money(figures.upper_bound),
        "delay_indicator": figures.delay_indicator,
        "queue": _queue(figures, money),
        "settled_by": {n: {"count": c, "value": money(v)} for n, (c, v) in figures.by_way.items()},
        "moved": [
            {
                "time": event.time,
                "event": event.kind,
                "participant": event.participant,
                "amount": money(amount),
            }
            for event, amount in result.moved
        ],
        "swept": money(int(result.swept.sum())),
        "reasons": dict(reasons),
        "notes": list(result.rules.notes),
    }


def _queue(figures: Metrics, money: Any) -> dict[str, Any]:
    return {
        "count": figures.queued_count,
        "value": money(figures.queued_value),
        "peak_count": figures.peak_count,
        "peak_value": money(figures.peak_value),
        "mean_wait_seconds": round(figures.mean_wait / 1000, 3),
        "median_wait_seconds": round(figures.median_wait / 1000, 3),
        "p95_wait_seconds": round(figures.p95_wait / 1000, 3),
        "longest_wait_seconds": figures.longest_wait / 1000,
    }
