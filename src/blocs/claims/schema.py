"""The schema of a ledger: claims, the computation each is bound to, and the rule its verdict follows from."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from blocs.claims.rule import Condition

SCHEMA = "blocs.ledger/1"
Vector = Literal["trade", "industry", "debt", "dollar", "payments", "minerals", "power", "ai"]
Verdict = Literal["supported", "contradicted", "depends", "open", "untestable"]
NAME = r"^[a-z0-9][a-z0-9_-]*$"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Over(_Part):
    """Another series to divide by."""

    series: str
    where: dict[str, str] = Field(default_factory=dict)


class SeriesReading(_Part):
    """One number taken from a series: exactly one of the six ways."""

    name: str = Field(pattern=NAME)
    words: str = Field(default="", description="what it is, for people; made up where left out")
    at: str | None = Field(default=None, description="the value at this time")
    take: Literal["last", "first", "max", "min", "mean"] | None = Field(
        default=None, description="of the whole series"
    )
    change: tuple[str, str] | None = Field(default=None, description="second less first, in the series' unit")
    growth: tuple[str, str] | None = Field(default=None, description="second over first less one, %")
    yearly: tuple[str, str] | None = Field(
        default=None, description="mean yearly growth between two years, %"
    )
    over: Over | None = Field(default=None, description="divide by this series at the same time; gives %")

    @model_validator(mode="before")
    @classmethod
    def _times_are_text(cls, content: Any) -> Any:
        if isinstance(content, dict):
            content = dict(content)
            for key in ("at", "change", "growth", "yearly"):
                value = content.get(key)
                if isinstance(value, int):
                    content[key] = str(value)
                elif isinstance(value, list):
                    content[key] = [str(part) for part in value]
        return content

    @model_validator(mode="after")
    def _one_way(self) -> SeriesReading:
        ways = ("at", "take", "change", "growth", "yearly")
        given = [way for way in ways if getattr(self, way) is not None]
        if len(given) != 1:
            raise ValueError(
                f"reading {self.name} says {' and '.join(given) if given else 'nothing'}; give exactly one of "
                + ", ".join(ways)
            )
        return self


class SeriesQuery(_Part):
    """Readings from an observed series."""

    series: str = Field(description="name in `blocs data series`")
    where: dict[str, str] = Field(default_factory=dict, description="its columns: value")
    readings: list[SeriesReading] = Field(min_length=1)


class ScenarioReading(_Part):
    """One result of a scenario."""

    name: str = Field(pattern=NAME)
    words: str = ""
    outcome: str = Field(
        description="welfare, gdp, exports, … or an indicator of a vector, e.g. payments.share"
    )
    of: str = Field(default="", description="region, or the indicator's label")
    trade: tuple[str, str] | None = Field(
        default=None, description="exporter and importer, for outcome: trade"
    )
    year: int | None = Field(default=None, description="default: the last")


class ScenarioQuery(_Part):
    """Readings from a scenario of the library or one written in the ledger."""

    scenario: str | dict[str, Any] = Field(
        description="name in `blocs scenarios`, a file, or a scenario in place"
    )
    change: dict[str, Any] = Field(
        default_factory=dict, description="keys of the scenario to replace, e.g. horizon"
    )
    draws: bool = Field(default=False, description="run it as an ensemble over every uncertain number")
    readings: list[ScenarioReading] = Field(min_length=1)


class FunctionCall(_Part):
    """A named computation with its parameters."""

    function: str = Field(description="name in `blocs claims computations`")
    with_: dict[str, Any] = Field(default_factory=dict, alias="with", description="its parameters")


Computing = FunctionCall | SeriesQuery | ScenarioQuery


class Rule(_Part):
    """From readings to a verdict; see `blocs.claims.verdict`."""

    true_if: Condition | None = Field(default=None, description="what the claim says, in numbers")
    false_if: Condition | None = Field(default=None, description="default: not true_if")
    over: list[str] = Field(
        default_factory=list, description="readings that each must pass: they disagree, it depends"
    )
    each: list[Condition] = Field(
        default_factory=list, description="conditions in place of true_if: where they disagree, it depends"
    )
    open: str = Field(default="", description="why no number can decide it; the readings are shown")
    untestable: str = Field(default="", description="why nothing can be computed")

    @model_validator(mode="after")
    def _one_kind(self) -> Rule:
        given = [name for name in ("true_if", "each", "open", "untestable") if getattr(self, name)]
        if len(given) != 1:
            raise ValueError(
                f"a rule has exactly one of true_if, each, open, untestable; it has {' and '.join(given) or 'none'}"
            )
        if self.true_if is None and (self.false_if is not None or self.over):
            raise ValueError(f"{given[0]} takes no false_if and no over; drop them, or give true_if")
        return self


class Claim(_Part):
    """A statement that can be held against numbers."""

    id: str = Field(pattern=NAME, max_length=60)
    statement: str = Field(min_length=1, description="in neutral words")
    source: str = Field(min_length=1, description="who says it, where")
    vector: Vector
    quantity: str = Field(default="", description="the quantity it is about")
    computation: list[Computing] = Field(default_factory=list)
    rule: Rule
    headline: str = Field(default="", description="the reading that stands for the claim; default: the first")
    summary: str = Field(
        default="",
        description="the numbers in a sentence; {NAME} is a reading, {NAME:range} 5 to 95% of its draws",
    )
    thresholds: str = Field(default="", description="why these thresholds, in words")
    caveats: list[str] = Field(default_factory=list)
    would_change: str = Field(default="", description="what would change the verdict, in words")

    @field_validator("computation", mode="before")
    @classmethod
    def _listed(cls, given: Any) -> Any:
        return given if isinstance(given, list) else [given]

    @model_validator(mode="after")
    def _computed(self) -> Claim:
        if not self.computation and not self.rule.untestable:
            raise ValueError("a claim without a computation needs rule: {untestable: why}")
        return self


class Ledger(_Part):
    """A file of claims."""

    schema_: Literal["blocs.ledger/1"] = Field(alias="schema", description="what kind of file it is")
    title: str
    description: str = ""
    source: str = Field(default="", description="the text the claims are from; a claim's default source")
    series: list[str] = Field(
        default_factory=list, description="YAML files of your own series, relative to this file"
    )
    claims: list[Claim] = Field(min_length=1)
