"""What the server answers: one versioned pydantic model for each document.

Documents that the command line prints too (`blocs.run/1`, `blocs.exposure/1`, …) are the command line's own. Here are
those that only the page needs.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Metric = Literal["welfare", "real_income", "real_wage", "cpi", "gdp", "exports", "imports", "terms_of_trade"]


class Strict(BaseModel):
    """A document or a request: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


# what every answer may be ---------------------------------------------------------------------------------------------


class ErrorBody(Strict):
    """What went wrong; `message` is one sentence for people, with the fix."""

    kind: Literal[
        "token", "host", "origin", "not_found", "body", "too_large", "media_type", "scenario", "data", "request",
        "busy", "superseded", "cancelled", "time", "convergence", "unavailable", "internal",
    ] = Field(description="one word for programs")  # fmt: skip
    message: str
    place: str = Field(default="", description="where in the request, e.g. measures[0].rate")


class ErrorDocument(Strict):
    """The body of every answer that is not 2xx."""

    schema_: Literal["blocs.error/1"] = Field(default="blocs.error/1", alias="schema")
    error: ErrorBody


class Health(Strict):
    """Whether the solver is warm; the page may be used before, the first answer just takes longer."""

    schema_: Literal["blocs.health/1"] = Field(default="blocs.health/1", alias="schema")
    version: str
    state: Literal["warming", "ready", "failed"]
    message: str = ""
    solving: int = Field(description="solves and studies that run or wait")
    jobs: int = Field(description="jobs that run or wait")


# the levers -----------------------------------------------------------------------------------------------------------


class FieldInfo(Strict):
    """One field of a measure or of the scenario, for a form."""

    name: str
    kind: Literal["number", "integer", "switch", "choice", "text", "names", "two_sides", "years"]
    of: Literal["", "regions", "goods", "minerals", "holders", "country"] = Field(
        default="", description="what the names are of"
    )
    help: str
    required: bool
    default: Any = None
    unit: str = Field(default="", description="fraction, months, US$ bn, …; empty for what has none")
    low: float | None = None
    high: float | None = None
    low_open: bool = Field(default=False, description="the lower end itself is refused")
    high_open: bool = False
    choices: list[str] = Field(default_factory=list)
    assumption: str = Field(default="", description="the assumption it stands for when left out")


class MeasureInfo(Strict):
    """One type of measure, for a form that adds any of them."""

    type: str
    vector: str
    title: str
    help: str
    fields: list[FieldInfo]
    needs_closure: str | None = Field(
        default=None, description="the only closure under which it means anything"
    )


class Now(Strict):
    """Today's real-world value of a lever, to be marked on its slider."""

    value: float | None = Field(description="in the slider's own unit; null where nobody knows")
    words: str = Field(description="what it is, in a few words")
    date: str
    source: str
    status: Literal["data", "rule", "unknown"] = Field(
        description="data: from a bundled table; rule: nothing is in force, so zero; unknown"
    )


class Lever(Strict):
    """A slider: one number of one measure. Moving it puts `measure` with that number into the scenario."""

    id: str
    vector: str
    title: str
    help: str
    measure: dict[str, Any] = Field(description="the measure as JSON, without `field`")
    field: str = Field(description="the key of the measure that the slider sets")
    rest: float = Field(description="the position in which the measure is left out of the scenario")
    low: float
    high: float
    step: float
    unit: Literal["percent", "points", "months", "share"] = Field(
        description="how to show it: percent and points are 100 times the value, share as a fraction"
    )
    needs: dict[str, Any] = Field(
        default_factory=dict, description="scenario keys it needs, e.g. closure and demand"
    )
    now: Now


class VectorInfo(Strict):
    """One vector with its sliders and its measures."""

    name: str
    title: str
    help: str
    levers: list[Lever]
    measures: list[MeasureInfo]


class Preset(Strict):
    """A scenario of the library."""

    name: str
    title: str
    description: str
    leaves_out: str
    years: str
    vectors: list[str]
    words: list[str] = Field(description="one plain sentence per measure")
    sources: list[str]
    scenario: dict[str, Any] = Field(description="as JSON, defaults left out, ready to be sent to /api/solve")


class RegionInfo(Strict):
    """A region of the world."""

    code: str
    name: str
    continent: str
    position: tuple[float, float] | None = Field(description="longitude, latitude of its largest part")
    small: bool = Field(description="too small to be seen: also a circle")
    absorption_usd_mn: float = Field(description="weight, US$ mn of the base year")


class GroupInfo(Strict):
    """A country group or a group of goods."""

    name: str
    title: str
    members: list[str] = Field(description="regions of the world, or sectors")
    hidden: list[str] = Field(default_factory=list, description="members inside ROW")
    as_of: str = ""
    status: str


class GoodInfo(Strict):
    """A sector."""

    code: str
    name: str
    short: str
    kind: str


class MineralInfo(Strict):
    """A mineral with production and price, so that a measure may name it."""

    symbol: str
    name: str
    modelled: bool = Field(description="production and price are published, so its market can be solved")


class SourceInfo(Strict):
    """Where a number comes from."""

    citation: str
    url: str
    date: str
    status: str


class AssumptionInfo(Strict):
    """One uncertain number."""

    name: str
    value: float
    unit: str
    range: tuple[float, float] = Field(description="what is plausible")
    limits: tuple[float, float] | None = Field(
        description="what means anything at all; null: any finite number"
    )
    distribution: str
    drawn: bool = Field(description="whether an ensemble varies it")
    note: str
    source: SourceInfo


class MetricInfo(Strict):
    """A result for each region, for the map."""

    name: Metric
    title: str
    unit: str
    help: str
    scale: tuple[float, float] = Field(description="fixed ends of the colour scale, zero in the middle")
    good: Literal["up", "down", "none"] = Field(description="which direction people welcome")


class SchemaDocument(Strict):
    """Everything the page must know before the first scenario."""

    schema_: Literal["blocs.levers/1"] = Field(default="blocs.levers/1", alias="schema")
    version: str
    vectors: list[VectorInfo]
    scenario: list[FieldInfo] = Field(description="the scenario's own keys but measures")
    presets: list[Preset]
    default_preset: str
    regions: list[RegionInfo]
    region_groups: list[GroupInfo]
    goods: list[GoodInfo]
    goods_groups: list[GroupInfo]
    minerals: list[MineralInfo]
    assumptions: list[AssumptionInfo]
    metrics: list[MetricInfo]
    base_year: int


class CountryShape(Strict):
    """A country's outline."""

    code: str = Field(
        description="ISO 3166 alpha-3, or a user code where Natural Earth has none (docs/map-policy.md)"
    )
    name: str
    region: str | None = Field(description="the region whose figure it shows; null: none of the model's")
    polygons: list[list[list[tuple[float, float]]]] = Field(
        description="MultiPolygon coordinates, degrees; outer rings wound as d3-geo wants them (clockwise)"
    )


class BordersDocument(Strict):
    """The outlines of the map; docs/map-policy.md says what is drawn and why."""

    schema_: Literal["blocs.borders/1"] = Field(default="blocs.borders/1", alias="schema")
    source: str
    meridian: float = Field(description="central meridian of the report's maps (Equal Earth)")
    countries: list[CountryShape]
    circles: dict[str, tuple[float, float]] = Field(description="small regions: longitude, latitude")
    override: bool = Field(description="whether a file of the user's replaced the bundled borders")


# solving --------------------------------------------------------------------------------------------------------------


class YearValues(Strict):
    """One year for the map. Values are by region in the order of `regions`, null where the year did not converge."""

    year: int
    converged: bool
    status: str
    values: dict[Metric, list[float | None]] = Field(description="% against the same year without measures")
    welfare_usd_mn: list[float | None] = Field(description="US$ mn of the base year, may be summed")
    world_usd_mn: float | None = Field(description="the sum")


class MapDocument(Strict):
    """A solve as the map needs it: few digits, no indicators. For exact figures ask for detail=run."""

    schema_: Literal["blocs.map/1"] = Field(default="blocs.map/1", alias="schema")
    scenario: str
    key: str = Field(description="hash of the scenario")
    world: str
    regions: list[str]
    years: list[YearValues] = Field(description="the years that were solved, in order")
    complete: bool = Field(description="whether these are all years of the scenario")
    notes: list[str]
    seconds: float = Field(description="on the server, from the request to the answer")
    cached: bool


class StreamLine(Strict):
    """One line of /api/years: a year, then the end."""

    kind: Literal["year", "done", "error"]
    year: YearValues | None = None
    regions: list[str] | None = Field(default=None, description="with the first line")
    notes: list[str] | None = Field(default=None, description="with the last line")
    key: str | None = Field(default=None, description="with the last line")
    error: ErrorBody | None = None


class WordsDocument(Strict):
    """A scenario in plain words, to be read before its results."""

    schema_: Literal["blocs.words/1"] = Field(default="blocs.words/1", alias="schema")
    name: str
    title: str
    description: str
    leaves_out: str
    years: str
    measures: list[str] = Field(description="one plain sentence per measure, with its years")
    model: list[str] = Field(description="what the model assumes, one sentence each")
    assumptions: list[str] = Field(
        description="numbers that differ from the parameter files, one sentence each"
    )
    vectors: list[str]
    key: str


class YamlDocument(Strict):
    """The scenario file and the three lines of Python that give the same numbers."""

    schema_: Literal["blocs.yaml/1"] = Field(default="blocs.yaml/1", alias="schema")
    file: str = Field(description="a name for the file")
    yaml: str
    python: str
    command: str


class ScenarioDocument(Strict):
    """A scenario file as JSON, defaults left out."""

    schema_: Literal["blocs.scenario/1"] = Field(default="blocs.scenario/1", alias="schema")
    scenario: dict[str, Any]


class ColumnInfo(Strict):
    """A column of a table."""

    name: str
    label: str
    unit: str


class TableDocument(Strict):
    """A table of a run: the numbers of the CSV file of the same name, with all digits."""

    schema_: Literal["blocs.table/1"] = Field(default="blocs.table/1", alias="schema")
    name: str
    year: int | None
    columns: list[ColumnInfo]
    rows: list[list[Any]]


# jobs -----------------------------------------------------------------------------------------------------------------


class JobDocument(Strict):
    """A long piece of work."""

    schema_: Literal["blocs.job/1"] = Field(default="blocs.job/1", alias="schema")
    id: str
    kind: str
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    done: int | None = Field(default=None, description="steps done, where they can be counted")
    total: int | None = None
    words: str = Field(default="", description="what it is at")
    seconds: float = Field(description="since it began")
    error: ErrorBody | None = None


class JobList(Strict):
    """All jobs the server still knows, oldest first."""

    schema_: Literal["blocs.jobs/1"] = Field(default="blocs.jobs/1", alias="schema")
    jobs: list[JobDocument]
