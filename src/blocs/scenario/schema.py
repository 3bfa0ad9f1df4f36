"""The scenario: a dated set of measures on a world, as a frozen pydantic model."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, field_validator, model_validator

from blocs.data.assumptions import Assumptions, Watched
from blocs.engine.elasticities import DEFAULT_SET, Closure, Demand, Elasticities, Horizon, Sourcing
from blocs.scenario.measures import AnyMeasure
from blocs.world.growing import LAST_YEAR
from blocs.world.history import YEARS as BASE_YEARS
from blocs.world.load import BUNDLED, DEFAULT
from blocs.world.measure import Years, YearSpan

LONGEST = 60  # years in one scenario


class Place(NamedTuple):
    """Where a scenario was read: the file and the line of each measure, for errors that only a world can find."""

    file: str | None
    measures: tuple[int | None, ...]


WorldName = Literal["81x50", "81x28"]
ElasticityName = Annotated[str, Field(json_schema_extra={"enum": list(Elasticities.available())})]
ClosureName = Literal["fixed", "balanced", "demand"]
SourcingName = Literal["pooled", "by_user"]
HorizonName = Literal["short", "medium", "long", "path"]
assert set(BUNDLED) == {"81x50", "81x28"}


class DemandChoice(BaseModel):
    """The two numbers of the demand closure, see `Demand`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    propensity: float = Field(ge=0.0, lt=1.0, description="marginal propensity to spend out of income")
    pass_through: float = Field(
        ge=0.0, le=1.0, description="share of a fall in labour demand that wages follow: 0 peg, 1 float"
    )


class ModelChoices(NamedTuple):
    """A scenario's choices as the engine takes them."""

    elasticities: Elasticities
    closure: Closure
    horizon: Horizon
    demand: Demand | None
    sourcing: Sourcing


class Scenario(BaseModel):
    """What is done to the world, when, and with which model choices. Immutable; `load` reads one from YAML."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    name: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
        max_length=80,
        description="short name, also of the run folder",
    )
    title: str = Field(default="", description="one line for people")
    description: str = Field(default="", description="plain words: what happens and why it matters")
    leaves_out: str = Field(default="", description="what this scenario does not contain")
    sources: list[str] = Field(default_factory=list, description="where the measures come from")
    world: WorldName = Field(default=DEFAULT, description="bundled world")
    base: int = Field(default=2022, description="base year the shocks are applied to")
    years: Years = Field(description="years to solve")
    elasticities: ElasticityName = Field(
        default=DEFAULT_SET, description="published set of trade elasticities"
    )
    closure: ClosureName = Field(
        default="fixed", description="what happens to trade deficits, or `demand`: people may be out of work"
    )
    demand: DemandChoice | None = Field(
        default=None, description="the two numbers of `closure: demand`, which needs them"
    )
    horizon: HorizonName = Field(
        default="long",
        description="how long markets have had: short, medium, long, or path (short in a shock's first year, then "
        "growing with its age)",
    )
    sourcing: SourcingName = Field(
        default="pooled",
        description="who buys from whom: all users of a good alike, or by_user: industries and final use with import "
        "shares of their own (world 81x28)",
    )
    assumptions: dict[str, float] = Field(
        default_factory=dict,
        description="values of uncertain numbers by name, instead of the parameter files'",
    )
    baseline: Literal["static", "growth"] = Field(
        default="static",
        description="the world without measures: the base year's in every year, or grown by a stated rule",
    )
    accumulation: bool = Field(
        default=False, description="whether a region's capital follows its income from year to year"
    )
    measures: list[AnyMeasure] = Field(  # pyright: ignore[reportInvalidTypeForm] - built at run time
        default_factory=list, description="what is done; none is the base run"
    )

    _place: Place | None = PrivateAttr(default=None)
    _watched: Watched | None = PrivateAttr(default=None)

    def __eq__(self, other: object) -> bool:
        """Equal if they say the same, wherever they were read."""
        return isinstance(other, Scenario) and self.model_dump() == other.model_dump()

    def __hash__(self) -> int:
        return hash(self.model_dump_json())

    @property
    def place(self) -> Place | None:
        """Where the scenario was read, if it was."""
        return self._place

    @field_validator("elasticities")
    @classmethod
    def _known_set(cls, value: str) -> str:
        Elasticities.load(value)
        return value

    @field_validator("assumptions")
    @classmethod
    def _known_assumptions(cls, value: dict[str, float]) -> dict[str, float]:
        Assumptions.default().replace(value)
        return value

    @field_validator("base")
    @classmethod
    def _known_base(cls, value: int) -> int:
        if value not in BASE_YEARS:
            raise ValueError(
                f"{value} is no base year at hand; choose one of {', '.join(map(str, BASE_YEARS))}"
            )
        return value

    @field_validator("years")
    @classmethod
    def _closed(cls, span: YearSpan) -> YearSpan:
        if span.last is None:
            raise ValueError(f"'{span}' has no end; a scenario needs one, e.g. {span.first}-{span.first + 5}")
        if span.last - span.first + 1 > LONGEST:
            raise ValueError(f"'{span}' is {span.last - span.first + 1} years long; at most {LONGEST}")
        return span

    @model_validator(mode="after")
    def _baseline_known(self) -> Scenario:
        if self.baseline == "growth" and not self.base <= self.years.first <= self.each_year[-1] <= LAST_YEAR:
            raise ValueError(
                f"years {self.years}: the growth baseline runs from the base year {self.base} to {LAST_YEAR}; choose "
                "years inside, or baseline: static"
            )
        return self

    @model_validator(mode="after")
    def _demand_chosen(self) -> Scenario:
        if self.closure == "demand" and self.demand is None:
            raise ValueError(
                "closure: demand needs its two numbers, which nobody can choose for you: "
                "demand: {propensity: ..., pass_through: ...}"
            )
        if self.closure != "demand" and self.demand is not None:
            raise ValueError(f"demand is read only with closure: demand; the closure is {self.closure}")
        return self

    @model_validator(mode="after")
    def _sourcing_at_hand(self) -> Scenario:
        if self.sourcing == "by_user" and self.world != "81x28":
            raise ValueError(
                f"sourcing: by_user needs a world that carries flows by user, and {self.world} does not; "
                "take world: 81x28, or sourcing: pooled"
            )
        if self.sourcing == "by_user" and self.follows_path:
            raise ValueError(
                "sourcing: by_user has no path: habits are one per flow, not per user; take horizon: short, medium or "
                "long, or sourcing: pooled"
            )
        return self

    @model_validator(mode="after")
    def _measures_in_time(self) -> Scenario:
        for number, measure in enumerate(self.measures):
            if measure.years is not None and not any(measure.active(year) for year in self.each_year):
                raise ValueError(
                    f"measures[{number}]: it is in force {measure.years}, outside the scenario's {self.years}; "
                    "move one of the two"
                )
        return self

    @model_validator(mode="after")
    def _closure_fits(self) -> Scenario:
        for number, measure in enumerate(self.measures):
            if measure.needs_closure not in (None, self.closure):
                raise ValueError(
                    f"measures[{number}]: {measure.type} needs closure: {measure.needs_closure}, with "
                    f"demand: {{propensity: ..., pass_through: ...}}; the closure is {self.closure}, where nobody is "
                    "out of work and a cut of spending frees resources"
                )
        return self

    @property
    def each_year(self) -> tuple[int, ...]:
        """The years to solve, in order."""
        assert self.years.last is not None
        return tuple(range(self.years.first, self.years.last + 1))

    @property
    def follows_path(self) -> bool:
        """Whether elasticities grow with the age of each shock from year to year."""
        return self.horizon == "path"

    @property
    def assumed(self) -> Assumptions:
        """Every uncertain number as this scenario has it."""
        return self._watched or Assumptions.default().replace(self.assumptions)

    def watched(self) -> tuple[Scenario, Watched]:
        """Return this scenario with assumptions that remember what is read of them, and those."""
        copy, numbers = self.model_copy(), Watched(self.assumptions)
        copy._watched = numbers
        return copy, numbers

    @property
    def model_choices(self) -> ModelChoices:
        """Elasticities, closure, horizon and the demand closure's numbers as the engine takes them."""
        horizon = Horizon.SHORT if self.follows_path else Horizon(self.horizon)
        chosen = self.demand
        return ModelChoices(
            Elasticities.load(self.elasticities, horizon, self.assumed),
            Closure(self.closure),
            horizon,
            None if chosen is None else Demand(chosen.propensity, chosen.pass_through),
            Sourcing(self.sourcing),
        )

    @classmethod
    def load(cls, source: str | Path) -> Scenario:
        """Return a scenario of the library by name, or read one from a YAML file.

        Raises ScenarioError with file, line, offending value, valid alternatives and the fix.
        """
        from blocs.scenario.io import load

        return load(source)

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Scenario:
        """Return a scenario from plain data (what its YAML holds); raises ScenarioError as `load` does."""
        from blocs.scenario.io import validate

        return validate(content)

    def save(self, path: str | Path) -> None:
        """Write the scenario as YAML that `load` reads back to an equal scenario."""
        from blocs.scenario.io import save

        save(self, path)

    def _repr_html_(self) -> str:
        from blocs.world.display import panel

        rows = [(sentence,) for sentence in self.plain_words()]
        return panel(
            f"{self.name}: {self.title} ({self.years})",
            (),
            rows,
            [self.description] if self.description else (),
        )

    def plain_words(self) -> list[str]:
        """Return one plain sentence per measure, with its years."""
        return [
            f"{measure.plain_words()} ({measure.years if measure.years is not None else self.years})"
            for measure in self.measures
        ]
