"""From readings to a verdict, by the rule of the claim and nothing else.

    supported      true_if holds: of the readings together, or, with `over`, of each of them that is evidence; with
                   `each`, every condition holds
    contradicted   false_if (where left out: not true_if) holds instead
    depends        with `over` or `each`: readings, or conditions, disagree
    open           undecided: draws do not agree, or what is needed is missing or from memory; or the rule says so
    untestable     the rule says so

A verdict is stable to rounding if it stays the same when each reading is moved to either end of its rounding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from blocs.claims.reading import Evidence, Reading
from blocs.claims.rule import Condition, check_names, draws_share, holds, thresholds
from blocs.claims.schema import Rule, Verdict
from blocs.claims.summary import number
from blocs.errors import DataError, unknown


@dataclass(frozen=True)
class Margin:
    """How far a reading is from a threshold that it is held against, both in the reading's unit."""

    reading: str
    threshold: float
    distance: float
    unit: str
    within_rounding: bool


@dataclass(frozen=True)
class Judgement:
    """A verdict with its reasons. stable: None where no threshold is involved."""

    verdict: Verdict
    reasons: tuple[str, ...]
    margins: tuple[Margin, ...] = ()
    stable: bool | None = None
    missing: tuple[str, ...] = ()


def judge(rule: Rule, evidence: Evidence) -> Judgement:
    """Return the verdict of `rule` on `evidence`; DataError where the rule does not fit the readings."""
    if rule.untestable:
        return Judgement("untestable", (rule.untestable,))
    if rule.open:
        return Judgement("open", (rule.open,), missing=evidence.missing)
    readings = {reading.name: reading for reading in evidence.readings}
    if len(readings) < len(evidence.readings):
        names = [reading.name for reading in evidence.readings]
        twice = next(name for name in names if names.count(name) > 1)
        raise DataError(f"two readings are called {twice!r}; rename one")
    check(rule, readings, failed=bool(evidence.missing))
    missing = _missing(rule, readings, evidence)
    verdict, reasons = _verdict(rule, readings)
    margins = tuple(_margins(rule, readings))
    stable = None
    if margins:
        stable = all(_verdict(rule, moved)[0] == verdict for moved in _moved(readings))
    return Judgement(verdict, reasons, margins, stable, missing if verdict == "open" else evidence.missing)


def check(rule: Rule, readings: Mapping[str, Reading], *, failed: bool = False) -> None:
    """Raise DataError for readings that the rule names and that there are not.

    failed: something did not converge or is not at hand, and the evidence says what: tests of it are undecided.
    """
    if failed:
        return
    for name in rule.over:
        if name not in readings:
            raise DataError(f"over: {unknown('reading', name, readings)}")
    for condition in _conditions(rule):
        check_names(condition, readings, bool(rule.over))


def used(rule: Rule) -> list[str]:
    """Return the readings that the rule rests on."""
    names = (name for condition in _conditions(rule) for name in sorted(condition.names()))
    return list(dict.fromkeys([*rule.over, *names]))


def _verdict(rule: Rule, readings: Mapping[str, Reading]) -> tuple[Verdict, tuple[str, ...]]:
    if rule.each:
        found = [holds(condition, readings) for condition in rule.each]
        sides = [(value, None if value is None else not value) for value in found]
        return _together(sides), tuple(_tests(rule, readings, None))
    if not rule.over:
        true, false = _sides(rule, readings, None)
        return ("supported" if true else "contradicted" if false else "open"), tuple(
            _tests(rule, readings, None)
        )
    sides, reasons = [], []
    for name in rule.over:
        if name not in readings:
            sides.append((None, None))
            reasons.append(f"{name}: no result")
            continue
        if not readings[name].evidence:
            reasons.append(f"{shown(readings[name])}: no evidence")
            continue
        true, false = _sides(rule, readings, name)
        sides.append((true, false))
        reasons += [line for line in _tests(rule, readings, name) if line not in reasons]
    return _together(sides), tuple(reasons)


def _together(sides: Sequence[tuple[bool | None, bool | None]]) -> Verdict:
    """Return the verdict of several tests (true, false) that each have a say."""
    trues, falses = sum(bool(t) for t, _ in sides), sum(bool(f) for _, f in sides)
    if trues and falses:
        return "depends"
    if sides and trues == len(sides):
        return "supported"
    return "contradicted" if sides and falses == len(sides) else "open"


def _sides(
    rule: Rule, readings: Mapping[str, Reading], subject: str | None
) -> tuple[bool | None, bool | None]:
    assert rule.true_if is not None
    true = holds(rule.true_if, readings, subject)
    if rule.false_if is None:
        return true, None if true is None else not true
    false = holds(rule.false_if, readings, subject)
    if true and false:
        raise DataError(
            "true_if and false_if hold at the same time; change one so that they exclude each other"
        )
    return true, false


def _tests(rule: Rule, readings: Mapping[str, Reading], subject: str | None) -> list[str]:
    """Return one line a test: the reading, what is asked of it, and whether it holds."""
    lines: dict[str, None] = {}
    for condition in _conditions(rule):
        for test in condition.tests():
            reading = readings.get(str(test.reading or subject))
            if reading is None:
                lines[f"{test.reading or subject}: no result"] = None
                continue
            if not reading.evidence:
                lines[f"{shown(reading)}: no evidence"] = None
                continue
            true = holds(test, readings, subject)
            answer = "undecided" if true is None else "yes" if true else "no"
            share = (
                ""
                if test.share_of_draws is None or not reading.draws
                else f" ({draws_share(test, reading, readings):.0f}% of draws)"
            )
            lines[f"{shown(reading)}: {test.asked()}? {answer}{share}"] = None
    return list(lines)


def shown(reading: Reading) -> str:
    """Return a reading in short: name, value, unit."""
    memory = "" if reading.evidence else " (from memory)"
    return f"{reading.name} {number(reading)}{memory}"


def _conditions(rule: Rule) -> Iterator[Condition]:
    yield from (condition for condition in (rule.true_if, rule.false_if, *rule.each) if condition is not None)


def _margins(rule: Rule, readings: Mapping[str, Reading]) -> Iterator[Margin]:
    seen = set()
    for condition in _conditions(rule):
        for subject in rule.over or [None]:
            for name, reading in readings.items():
                if not reading.evidence or isinstance(reading.value, str):
                    continue
                for threshold in thresholds(condition, name, subject, reading):
                    if (name, threshold) in seen:
                        continue
                    seen.add((name, threshold))
                    distance = reading.value - threshold
                    yield Margin(
                        name, threshold, distance, reading.unit, 0.0 < reading.rounding >= abs(distance)
                    )


def _moved(readings: Mapping[str, Reading]) -> Iterator[Mapping[str, Reading]]:
    for name, reading in readings.items():
        if reading.rounding and not isinstance(reading.value, str):
            for step in (-reading.rounding, reading.rounding):
                yield {**readings, name: replace(reading, value=reading.value + step)}


def _missing(rule: Rule, readings: Mapping[str, Reading], evidence: Evidence) -> tuple[str, ...]:
    found: Sequence[str] = [
        f"{readings[name].words} ({readings[name].as_of}) is known from memory only: a source to cite is missing"
        for name in used(rule)
        if name in readings and not readings[name].evidence
    ]
    return (*found, *evidence.missing)
