"""The rule language: conditions on named readings, in three values, from which a verdict follows.

A condition is true, false, or undecided. A test compares one reading with a threshold, or asks in which share of the
draws it holds; `all`, `any` and `not` combine tests by Kleene's logic, where what is undecided stays so unless the rest
decides. Without evidence (a reading from memory, or one that is missing) a test is undecided. Nothing is evaluated that
a ledger writes as code.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from blocs.claims.reading import Reading
from blocs.claims.units import Quantity, quantity
from blocs.errors import DataError, unknown

COMPARISONS = ("below", "above", "at_least", "at_most", "between", "equals")
SURE = 95.0  # % of draws, unless the test says otherwise


class Other(BaseModel):
    """A threshold that is itself a reading, times a factor."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reading: str = Field(description="name of the reading to compare with")
    times: float = Field(default=1.0, allow_inf_nan=False, description="factor on it, finite")


def _threshold(given: Any) -> Any:
    if isinstance(given, Mapping):
        try:
            return Other.model_validate(dict(given))
        except ValidationError:
            raise ValueError(
                f"{dict(given)} is no threshold; as a reading it has the keys reading (its name) and times (a finite "
                "factor)"
            ) from None
    if isinstance(given, Other | Quantity):
        return given
    try:
        return quantity(given)
    except DataError as error:
        raise ValueError(str(error)) from None


def _pair(given: Any) -> Any:
    if not isinstance(given, list | tuple) or len(given) != 2:
        raise ValueError("give two ends, e.g. [10 %, 20 %]")
    low, high = (_threshold(end) for end in given)
    if (
        isinstance(low, Quantity)
        and isinstance(high, Quantity)
        and low.unit == high.unit
        and _above(low, high)
    ):
        raise ValueError(f"the lower end {low} is above the upper end {high}")
    return low, high


def _above(low: Quantity, high: Quantity) -> bool:
    one, two = low.value, high.value
    if isinstance(one, str) or isinstance(two, str):
        return not (isinstance(one, str) and isinstance(two, str)) or one > two
    return one > two


def _others(given: Any) -> list[str]:
    """Return the readings that a test's thresholds name."""
    return [
        end.reading for end in (given if isinstance(given, tuple) else (given,)) if isinstance(end, Other)
    ]


def _share(given: Any) -> Any:
    try:
        found = quantity(given)
        share = found.within("%") if found.unit else found.value
    except DataError as error:
        raise ValueError(str(error)) from None
    if not isinstance(share, float) or not 50.0 < share <= 100.0:
        raise ValueError(f"{given!r} is no share of draws; give more than 50 % and at most 100 %")
    return share


Threshold = Annotated[Any, BeforeValidator(_threshold)]
Pair = Annotated[Any, BeforeValidator(_pair)]
Share = Annotated[Any, BeforeValidator(_share)]


class Condition(BaseModel):
    """A test of one reading, or conditions combined by `all`, `any` or `not`."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    all_: list[Condition] | None = Field(default=None, alias="all", min_length=1)
    any_: list[Condition] | None = Field(default=None, alias="any", min_length=1)
    not_: Condition | None = Field(default=None, alias="not")
    reading: str | None = Field(default=None, description="name of the reading; left out under `over`")
    below: Threshold = Field(default=None, description="reading < threshold")
    above: Threshold = Field(default=None, description="reading > threshold")
    at_least: Threshold = Field(default=None, description="reading >= threshold")
    at_most: Threshold = Field(default=None, description="reading <= threshold")
    equals: Threshold = Field(default=None, description="reading = threshold, for counts and dates")
    between: Pair = Field(default=None, description="lower end <= reading <= upper end")
    share_of_draws: Share = Field(
        default=None,
        description="true if it holds in at least this share of draws, false if in at most the rest",
    )

    @model_validator(mode="before")
    @classmethod
    def _thresholds_given(cls, content: Any) -> Any:
        if isinstance(content, Mapping):
            for key in COMPARISONS:
                if key in content and content[key] is None:
                    raise ValueError(f"{key} has no threshold; give a number, e.g. {key}: 10 %")
        return content

    @model_validator(mode="after")
    def _one_kind(self) -> Condition:
        joined = [name for name in ("all", "any", "not") if getattr(self, f"{name}_") is not None]
        tests = self.comparisons
        if len(joined) + bool(tests) != 1 or len(tests) > 1:
            found = [*joined, *tests]
            raise ValueError(
                f"a condition has exactly one of all, any, not, {', '.join(COMPARISONS)}; it has "
                + (" and ".join(found) if found else "none of them")
            )
        if joined and (self.reading is not None or self.share_of_draws is not None):
            raise ValueError(
                f"{joined[0]} takes no reading or share_of_draws of its own; give them in its tests"
            )
        if tests and self.reading is not None and self.reading in _others(getattr(self, tests[0])):
            raise ValueError(f"{self.reading} is held against itself, which no data can change; name another")
        return self

    @property
    def comparisons(self) -> list[str]:
        """The comparisons that are given; a test has one."""
        return [name for name in COMPARISONS if getattr(self, name) is not None]

    def tests(self) -> Iterator[Condition]:
        """Yield every test in it."""
        if self.comparisons:
            yield self
        for part in [*(self.all_ or ()), *(self.any_ or ()), *([self.not_] if self.not_ else ())]:
            yield from part.tests()

    def names(self) -> set[str]:
        """Return the readings that its tests and thresholds name."""
        found = {test.reading for test in self.tests() if test.reading is not None}
        for test in self.tests():
            found |= set(_others(getattr(test, test.comparisons[0])))
        return found

    def words(self, subject: str = "") -> str:
        """Say the condition in words."""
        for name, glue in (("all_", " and "), ("any_", " or ")):
            parts = getattr(self, name)
            if parts:
                inside = glue.join(part.words(subject) for part in parts)
                return inside if len(parts) == 1 else f"({inside})"
        if self.not_ is not None:
            return f"not {self.not_.words(subject)}"
        return f"{self.reading or subject} {self.asked()}".strip()

    def asked(self) -> str:
        """Say what a test asks of its reading."""
        comparison = self.comparisons[0]
        given = getattr(self, comparison)
        ends = " and ".join(_shown(end) for end in given) if isinstance(given, tuple) else _shown(given)
        share = "" if self.share_of_draws is None else f" in at least {self.share_of_draws:g}% of draws"
        return f"{comparison.replace('_', ' ')} {ends}{share}"


def holds(condition: Condition, readings: Mapping[str, Reading], subject: str | None = None) -> bool | None:
    """Return whether `condition` is true, false, or None: undecided. `subject` is the reading of tests without one."""
    if condition.all_ is not None:
        return _both([holds(part, readings, subject) for part in condition.all_])
    if condition.any_ is not None:
        return _negated(_both([_negated(holds(part, readings, subject)) for part in condition.any_]))
    if condition.not_ is not None:
        return _negated(holds(condition.not_, readings, subject))
    name = condition.reading or subject
    reading = readings.get(str(name))
    if reading is None or not reading.evidence:
        return None
    comparison = condition.comparisons[0]
    ends = _ends(getattr(condition, comparison), reading, readings)
    if ends is None:
        return None
    if condition.share_of_draws is None:
        return _compare(comparison, reading.value, ends)
    share, needed = draws_share(condition, reading, readings), float(condition.share_of_draws)
    return True if share >= needed else False if share <= 100.0 - needed else None


def draws_share(test: Condition, reading: Reading, readings: Mapping[str, Reading]) -> float:
    """Return the share of the reading's draws in which `test` holds, %; an observation counts as its only draw."""
    draws = reading.draws or (reading.value,)
    comparison = test.comparisons[0]
    ends = _ends(getattr(test, comparison), reading, readings)
    if ends is None:
        return float("nan")
    return 100.0 * sum(_compare(comparison, value, ends) for value in draws) / len(draws)


def thresholds(condition: Condition, name: str, subject: str | None, reading: Reading) -> Iterator[float]:
    """Yield the fixed thresholds, in the reading's unit, that `condition` holds reading `name` against."""
    for test in condition.tests():
        if (test.reading or subject) != name:
            continue
        given = getattr(test, test.comparisons[0])
        for end in given if isinstance(given, tuple) else (given,):
            if isinstance(end, Quantity):
                value = end.within(reading.unit)
                if isinstance(value, float):
                    yield value


def check_names(condition: Condition, readings: Iterable[str], over: bool) -> None:
    """Raise DataError for a reading that there is not, and for a test that names none outside `over`."""
    for name in sorted(condition.names()):
        if name not in readings:
            raise DataError(unknown("reading", name, readings))
    if not over and any(test.reading is None for test in condition.tests()):
        raise DataError(
            "a test names no reading; add reading: NAME, or list the readings it is asked of under over"
        )


def _ends(given: Any, reading: Reading, readings: Mapping[str, Reading]) -> tuple[float | str, ...] | None:
    ends = []
    for end in given if isinstance(given, tuple) else (given,):
        if isinstance(end, Quantity):
            value = end.within(reading.unit)
        else:
            other = readings[end.reading]
            if not other.evidence:
                return None
            value = Quantity(other.value, other.unit).within(reading.unit)
            value = value if isinstance(value, str) else value * end.times
        if isinstance(value, str) is not isinstance(reading.value, str):
            raise DataError(
                f"reading {reading.name} is {reading.value!r} and cannot be compared with {value!r}; "
                "compare dates with dates and numbers with numbers"
            )
        ends.append(value)
    return tuple(ends)


def _compare(comparison: str, value: Any, ends: tuple[Any, ...]) -> bool:
    # a date without its day stands for the whole month
    if comparison == "between":
        return ends[0] <= value <= ends[1] or (isinstance(value, str) and value.startswith(ends[1]))
    (end,) = ends
    return {
        "below": lambda: value < end,
        "above": lambda: value > end,
        "at_least": lambda: value >= end,
        "at_most": lambda: value <= end,
        "equals": lambda: value == end,
    }[comparison]()


def _both(parts: list[bool | None]) -> bool | None:
    if any(part is False for part in parts):
        return False
    return None if any(part is None for part in parts) else True


def _negated(value: bool | None) -> bool | None:
    return None if value is None else not value


def _shown(end: Any) -> str:
    if isinstance(end, Other):
        return end.reading if end.times == 1.0 else f"{end.times:g} times {end.reading}"
    return str(end)
