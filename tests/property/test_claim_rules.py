"""Rules of claims: three-valued logic, and verdicts that hang on nothing but the numbers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocs.claims.reading import Evidence, Reading, drawn
from blocs.claims.rule import Condition, holds
from blocs.claims.schema import Rule
from blocs.claims.units import SCALES, quantity
from blocs.claims.verdict import judge
from blocs.errors import DataError

NAMES = ("a", "b", "c")
NUMBERS = st.floats(-1e6, 1e6, allow_nan=False).filter(lambda x: x == 0.0 or abs(x) > 1e-6)
STATUSES = st.sampled_from(["file", "transcribed", "third_party", "derived", "model"])
VERDICTS = ("supported", "contradicted", "depends", "open")


def reading(name: str, value: float, unit: str = "%", status: Any = "file", rounding: float = 0.0) -> Reading:
    return Reading(name, name, value, unit, "2025", status, ("a source",), rounding=rounding)


def evidence(*readings: Reading) -> Evidence:
    return Evidence(tuple(readings))


def rule(**content: Any) -> Rule:
    return Rule.model_validate(content)


TESTS = st.builds(
    lambda name, kind, at: {"reading": name, kind: at},
    st.sampled_from(NAMES), st.sampled_from(["below", "above", "at_least", "at_most"]), NUMBERS,
)  # fmt: skip
CONDITIONS = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=6,
)
READINGS = st.tuples(*(st.tuples(NUMBERS, st.sampled_from(["file", "memory"])) for _ in NAMES))


def held(values: Any) -> dict[str, Reading]:
    return {name: reading(name, v, status=s) for name, (v, s) in zip(NAMES, values, strict=True)}


@given(CONDITIONS, READINGS)
def test_not_turns_true_to_false_and_leaves_undecided(content: Any, values: Any) -> None:
    plain = holds(Condition.model_validate(content), held(values))
    turned = holds(Condition.model_validate({"not": content}), held(values))
    assert turned == (None if plain is None else not plain)


@given(CONDITIONS, READINGS, st.data())
def test_what_memory_leaves_decided_evidence_does_not_change(content: Any, values: Any, data: Any) -> None:
    """Kleene's logic is monotone: learning a figure that was from memory never turns a decision."""
    condition = Condition.model_validate(content)
    before = holds(condition, held(values))
    learnt = [(data.draw(NUMBERS) if status == "memory" else value, "file") for value, status in values]
    if before is not None:
        assert holds(condition, held(learnt)) == before


@given(READINGS, NUMBERS)
def test_memory_alone_gives_only_open(values: Any, at: float) -> None:
    found = [reading(name, value, status="memory") for name, (value, _) in zip(NAMES, values, strict=True)]
    for asked in (rule(over=list(NAMES), true_if={"below": at}), rule(true_if={"reading": "a", "below": at})):
        judgement = judge(asked, evidence(*found))
        assert judgement.verdict == "open"
        assert judgement.missing
        assert judgement.margins == ()


@given(st.lists(NUMBERS, min_size=1, max_size=5), NUMBERS, STATUSES)
def test_over_agrees_with_its_readings(values: list[float], at: float, status: Any) -> None:
    found = [reading(f"r{n}", value, status=status) for n, value in enumerate(values)]
    verdict = judge(rule(over=[r.name for r in found], true_if={"below": at}), evidence(*found)).verdict
    below = [value < at for value in values]
    assert verdict == ("supported" if all(below) else "depends" if any(below) else "contradicted")


@given(st.lists(NUMBERS, min_size=1, max_size=4), NUMBERS)
def test_the_opposite_claim_gets_the_opposite_verdict(values: list[float], at: float) -> None:
    """Both sides meet the same rule: what supports one contradicts the other."""
    found = [reading(f"r{n}", value) for n, value in enumerate(values)]
    names = [r.name for r in found]
    one = judge(rule(over=names, true_if={"below": at}), evidence(*found)).verdict
    other = judge(rule(over=names, true_if={"at_least": at}), evidence(*found)).verdict
    assert other == {"supported": "contradicted", "contradicted": "supported", "depends": "depends"}[one]


@given(READINGS, st.lists(TESTS, min_size=1, max_size=4))
def test_each_condition_has_a_say(values: Any, tests: list[Any]) -> None:
    found = held(values)
    verdict = judge(rule(each=tests), evidence(*found.values())).verdict
    answers = [holds(Condition.model_validate(test), found) for test in tests]
    if True in answers and False in answers:
        assert verdict == "depends"
    elif None in answers:
        assert verdict == "open"
    else:
        assert verdict == ("supported" if all(answers) else "contradicted")


PAIRS = [(one, two) for one in SCALES for two in SCALES if SCALES[one][0] == SCALES[two][0]]


@given(st.sampled_from(PAIRS), NUMBERS, NUMBERS)
def test_a_verdict_does_not_hang_on_the_unit(units: tuple[str, str], value: float, at: float) -> None:
    one, two = units
    factor = SCALES[one][1] / SCALES[two][1]
    if abs(value - at) < 1e-6 * max(abs(value), abs(at), 1e-9):
        return  # the last bits of a conversion may decide
    asked = rule(true_if={"reading": "a", "below": f"{at!r} {one}"})
    first = judge(asked, evidence(reading("a", value, one))).verdict
    second = judge(asked, evidence(reading("a", value * factor, two))).verdict
    assert first == second


@given(NUMBERS, NUMBERS, st.floats(0.0, 10.0), st.floats(-1.0, 1.0))
def test_a_verdict_that_is_stable_is_the_same_anywhere_inside_the_rounding(
    value: float, at: float, rounding: float, where: float
) -> None:
    asked = rule(true_if={"reading": "a", "below": at})
    judgement = judge(asked, evidence(reading("a", value, rounding=rounding)))
    moved = judge(asked, evidence(reading("a", value + where * rounding)))
    if judgement.stable:
        assert moved.verdict == judgement.verdict
    if not judgement.stable:
        assert judgement.margins[0].within_rounding


@given(st.lists(NUMBERS, min_size=1, max_size=40), NUMBERS, st.integers(51, 100))
def test_shares_of_draws(values: list[float], at: float, needed: int) -> None:
    found = drawn("a", "a", tuple(values), "%", "2030", ("model",))
    share = 100.0 * sum(value > at for value in values) / len(values)
    verdict = judge(
        rule(true_if={"reading": "a", "above": at, "share_of_draws": needed}), evidence(found)
    ).verdict
    expected = "supported" if share >= needed else "contradicted" if share <= 100 - needed else "open"
    assert verdict == expected
    assert list(found.quantiles or {}) == ["0.05", "0.25", "0.5", "0.75", "0.95"]


def test_draws_that_did_not_converge_are_left_out_and_none_is_an_error() -> None:
    assert drawn("a", "a", (1.0, float("nan"), 3.0), "%", "2030", ("model",)).value == 2.0
    with pytest.raises(DataError, match="no draw converged"):
        drawn("a", "a", (float("nan"),), "%", "2030", ("model",))


@pytest.mark.parametrize(
    ("given_", "value", "unit"),
    [(10, 10.0, ""), ("10 %", 10.0, "%"), ("10%", 10.0, "%"), ("37 US$ trn", 37.0, "US$ trn"),
     ("-5 points", -5.0, "points"), ("1,200 US$ bn", 1200.0, "US$ bn"), ("2023-07-31", "2023-07-31", ""),
     ("1.5e3 kg", 1500.0, "kg")],
)  # fmt: skip
def test_thresholds_read_as_people_write_them(given_: Any, value: Any, unit: str) -> None:
    found = quantity(given_)
    assert (found.value, found.unit) == (value, unit)


@pytest.mark.parametrize("given_", ["half", None, True, float("nan"), "", "%"])
def test_what_is_no_threshold_is_refused(given_: Any) -> None:
    with pytest.raises(DataError, match="no threshold"):
        quantity(given_)


def test_units_that_do_not_convert_are_refused() -> None:
    with pytest.raises(DataError, match="cannot be compared with a reading in 'US\\$ bn'"):
        judge(rule(true_if={"reading": "a", "below": "3 EUR bn"}), evidence(reading("a", 1.0, "US$ bn")))


def test_dates_compare_with_dates_only() -> None:
    found = Reading("a", "a", "2023-07-03", "date", "2023-07-03", "file", ("a source",))
    assert (
        judge(
            rule(true_if={"reading": "a", "between": ["2023-07-01", "2023-07-31"]}), evidence(found)
        ).verdict
        == "supported"
    )
    assert (
        judge(rule(true_if={"reading": "a", "equals": "2023-08-01"}), evidence(found)).verdict
        == "contradicted"
    )
    with pytest.raises(DataError, match="compare dates with dates"):
        judge(rule(true_if={"reading": "a", "below": 3}), evidence(found))


def test_conditions_that_hold_both_ways_are_refused() -> None:
    asked = rule(true_if={"reading": "a", "above": 1}, false_if={"reading": "a", "above": 2})
    with pytest.raises(DataError, match="exclude each other"):
        judge(asked, evidence(reading("a", 3.0)))
    assert judge(asked, evidence(reading("a", 0.0))).verdict == "open"


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=3))
def test_evidence_reads_back_as_it_was_written(values: list[tuple[float, float]]) -> None:
    import json

    readings = tuple(drawn(f"r{n}", "words", pair, "%", "2030", ("a", "b")) for n, pair in enumerate(values))
    found = Evidence(readings, notes=("note",), missing=("what",))
    assert Evidence.from_json(json.loads(json.dumps(found.to_json()))) == found
