"""The base class of everything a scenario can do: a typed, dated measure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

_SPAN = re.compile(r"^(\d{4})(?:\s*(-)\s*(\d{4})?)?$")


@dataclass(frozen=True)
class YearSpan:
    """The years `first` to `last`, both included; `last` is None for "and ever after"."""

    first: int
    last: int | None

    def __contains__(self, year: object) -> bool:
        return isinstance(year, int) and self.first <= year and (self.last is None or year <= self.last)

    def __str__(self) -> str:
        if self.last is None:
            return f"{self.first}-"
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


def parse_span(value: Any) -> YearSpan:
    """Read 2025, "2025", "2025-2032" or "2025-"; ValueError says what is wrong."""
    if isinstance(value, YearSpan):
        return value
    found = (
        _SPAN.match(str(value).strip())
        if isinstance(value, (int, str)) and not isinstance(value, bool)
        else None
    )
    if not found:
        raise ValueError(f"{value!r} is no span of years; write 2025, 2025-2032 or 2025- (open end)")
    first, dash, last = found.groups()
    span = YearSpan(int(first), int(last) if last else None if dash else int(first))
    if span.last is not None and span.last < span.first:
        raise ValueError(f"{value!r} ends before it begins; write {span.last}-{span.first}")
    if not 1900 <= span.first <= 2200 or (span.last is not None and span.last > 2200):
        raise ValueError(f"{value!r} is outside 1900–2200")
    return span


Years = Annotated[
    YearSpan,
    BeforeValidator(parse_span, json_schema_input_type=int | str),
    PlainSerializer(str, return_type=str),
    Field(description="2025, 2025-2032, or 2025- (open end)"),
]


def _names(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


# one name or a list of names; resolved against the world's groups when the scenario meets a world
Names = Annotated[
    list[Annotated[str, Field(min_length=1)]],
    BeforeValidator(_names, json_schema_input_type=str | list[str]),
    Field(min_length=1),
]


class Measure(BaseModel):
    """One lever pulled in some years. Subclasses belong to the vector that turns them into shocks."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    needs_closure: ClassVar[str | None] = None  # the only closure under which it means anything; None: any

    type: str
    years: Years | None = Field(
        default=None, description="when it is in force; default: all years of the scenario"
    )
    note: str = Field(default="", description="a remark or source for the reader")

    def active(self, year: int) -> bool:
        """Whether the measure is in force in `year`."""
        return self.years is None or year in self.years

    def felt(self, year: int) -> bool:
        """Whether the measure changes anything in `year`: in force, or leaving a trace after its years."""
        return self.active(year)

    def plain_words(self) -> str:
        """Say in one plain sentence what the measure does."""
        raise NotImplementedError(f"{type(self).__name__} must say what it does")
