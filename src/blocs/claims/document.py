"""The document of checked claims: what `blocs claims --json` prints."""

from __future__ import annotations

from typing import Any

from blocs.claims.check import Checked, Checks
from blocs.claims.reading import Reading
from blocs.claims.schema import Rule

SCHEMA = "blocs.claims/1"


def document(checks: Checks) -> dict[str, Any]:
    """Return the verdicts as plain data."""
    return {
        "schema": SCHEMA,
        "ledger": checks.ledger.title,
        "draws": checks.draws,
        "left_out": list(checks.left_out),
        "claims": [_claim(one) for one in checks.claims],
    }


def _claim(one: Checked) -> dict[str, Any]:
    claim, judgement, headline = one.claim, one.judgement, one.headline
    return {
        "id": claim.id,
        "statement": claim.statement,
        "source": claim.source,
        "vector": claim.vector,
        "quantity": claim.quantity,
        "verdict": judgement.verdict,
        "summary": one.summary,
        "headline": None if headline is None else headline.name,
        "value": None if headline is None else headline.value,
        "unit": None if headline is None else headline.unit,
        "as_of": None if headline is None else headline.as_of,
        "readings": [_reading(reading) for reading in one.evidence.readings],
        "rule": rule_in_words(claim.rule),
        "reasons": list(judgement.reasons),
        "margins": [
            {"reading": m.reading, "threshold": m.threshold, "distance": m.distance, "unit": m.unit,
             "within_rounding": m.within_rounding}
            for m in judgement.margins
        ],
        "stable_to_rounding": judgement.stable,
        "missing": list(judgement.missing),
        "notes": list(one.evidence.notes),
        "caveats": list(claim.caveats),
        "would_change": claim.would_change,
        "sources": list(one.sources),
    }  # fmt: skip


def rule_in_words(rule: Rule) -> dict[str, Any]:
    """Return a rule in words: its conditions, the readings each must pass, or why there is none."""
    words = {
        "true_if": None if rule.true_if is None else rule.true_if.words(),
        "false_if": None if rule.false_if is None else rule.false_if.words(),
        "over": rule.over,
        "each": [condition.words() for condition in rule.each],
        "open": rule.open,
        "untestable": rule.untestable,
    }
    return {key: value for key, value in words.items() if value}


def _reading(reading: Reading) -> dict[str, Any]:
    return {
        "name": reading.name, "words": reading.words, "value": reading.value, "unit": reading.unit,
        "as_of": reading.as_of, "status": reading.status, "rounding": reading.rounding,
        "quantiles": None if reading.quantiles is None else dict(reading.quantiles),
        "cuts": None if reading.cuts is None else dict(reading.cuts),
        "draws": len(reading.draws) or None, "sources": list(reading.sources),
    }  # fmt: skip
