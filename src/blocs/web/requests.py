"""What the server is asked: the bodies of requests, with their limits."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, WithJsonSchema, model_validator

from blocs.web.contract import Strict

# a scenario as plain data: read by the rules and with the error texts of scenario files, not by FastAPI's
ScenarioJson = Annotated[dict[str, Any], WithJsonSchema({"type": "object", "x-blocs": "Scenario"})]

TableName = Literal["regions", "sectors", "bilateral", "rerouting", "flows"]
FileName = Literal[
    "scenario.yaml", "outcome.json", "regions.csv", "sectors.csv", "bilateral.csv", "rerouting.csv", "tables.xlsx",
    "report.html", "map.svg", "winners.svg", "winners.png", "paths.svg", "paths.png", "sectors.svg", "sectors.png",
    "rerouting.svg", "rerouting.png", "sankey.svg", "sankey.png",
]  # fmt: skip
HorizonName = Literal["short", "medium", "long"]
WorldName = Literal["81x50", "81x28"]


class YamlRequest(Strict):
    """A scenario file to be read."""

    yaml: str = Field(max_length=500_000)


class TwoScenarios(Strict):
    """Two scenarios to be compared."""

    first: ScenarioJson
    second: ScenarioJson


# studies --------------------------------------------------------------------------------------------------------------


class StudyRequest(Strict):
    """What the studies of power share."""

    horizon: HorizonName = "long"
    world: WorldName = "81x50"
    elasticities: str | None = Field(default=None, max_length=80, description="default: fontagne2022")


Names = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=80)]], Field(min_length=1, max_length=100)
]


class ExposureRequest(StudyRequest):
    """As `blocs exposure`."""

    shock: str = Field(default="productivity", max_length=40)
    origin: str | None = Field(default=None, max_length=40, description="only the row of this region")
    sectors: Names | None = None


class CoalitionRequest(StudyRequest):
    """As `blocs coalition --side --side`."""

    sides: Annotated[list[Annotated[str, Field(max_length=400)]], Field(min_length=2, max_length=2)] = Field(
        description='each side: countries or groups, with commas: "G7"'
    )
    goods: Names = Field(default=["all"])
    intensity: float = Field(default=100.0, gt=0.0, le=100.0, description="% of each flow that stops")
    one_sided: bool = False
    rent: Literal["exporter", "importer", "nobody"] = "exporter"
    attribution: bool = True


class LeverageRequest(StudyRequest):
    """As `blocs leverage`: goods, minerals or payment rails are withheld, or all of them."""

    coalition: Names
    target: Names
    by: Literal["goods", "minerals", "rails", "all"] = "goods"
    goods: Names | None = Field(default=None, description="only with by goods or all; default: all")
    minerals: Names | None = Field(default=None, description="only with by minerals or all; default: all")
    rails: Names | None = Field(default=None, description="only with by rails or all; default: all")
    control: float = Field(default=0.0, ge=0.0, le=1.0)
    intensity: float = Field(default=100.0, gt=0.0, le=100.0)
    leakage: float | None = Field(default=None, ge=0.0, le=1.0, description="only with minerals; default 0")
    year: int | None = Field(
        default=None, ge=1, le=20, description="year of the withholding, not with goods; default 1"
    )

    @model_validator(mode="after")
    def _fits(self) -> LeverageRequest:
        for name in ("goods", "minerals", "rails"):
            if getattr(self, name) is not None and self.by not in (name, "all"):
                raise ValueError(f"{name} needs by: {name} or all; it is {self.by}")
        if self.leakage is not None and self.by not in ("minerals", "all"):
            raise ValueError(f"leakage needs by: minerals or all; it is {self.by}")
        if self.year is not None and self.by == "goods":
            raise ValueError("year needs by: minerals, rails or all: goods follow horizon")
        return self


class CorridorRequest(Strict):
    """As `blocs payments corridor`."""

    one: str = Field(max_length=40)
    two: str = Field(max_length=40)
    scenario: ScenarioJson | None = None
    year: int | None = None


class BubbleRequest(Strict):
    """As `blocs bubble`, with the text of the CSV file in the request."""

    csv: str = Field(
        max_length=500_000, description="first column: the index; another column holds the series"
    )
    column: str | None = Field(default=None, max_length=200)
    lags: Literal["auto"] | Annotated[int, Field(ge=0, le=20)] = 0
    min_window: int | None = Field(default=None, ge=3, le=20_000)
    replications: int = Field(default=2000, ge=100, le=5000)
    bootstrap: int | None = Field(default=None, ge=0, le=2000)
    level: Literal["0.9", "0.95", "0.99"] = "0.95"
    min_duration: int | None = Field(default=None, ge=1, le=20_000)
    seed: int = Field(default=0, ge=0, le=2**31)
    log: bool = False
    signed: bool = False
    lppls: bool = False


# jobs -----------------------------------------------------------------------------------------------------------------


class EnsembleJob(Strict):
    """As `blocs ensemble`."""

    kind: Literal["ensemble"]
    scenario: ScenarioJson
    against: list[ScenarioJson] = Field(default_factory=list, max_length=3)
    draws: int = Field(default=200, ge=8, le=5000)
    seed: int = Field(default=2026, ge=0, le=2**31)
    hold: list[Annotated[str, Field(max_length=80)]] = Field(default_factory=list, max_length=20)


class NashJob(StudyRequest):
    """As `blocs nash`."""

    kind: Literal["nash"]
    players: str = Field(default="USA,CHN,EU27", max_length=400)
    goods: Names | None = None
    uniform: bool = False
    partners: Literal["mfn", "rivals", "each"] = "mfn"
    export_taxes: bool = False
    low: float = Field(default=-0.3, gt=-1.0, le=10.0)
    high: float = Field(default=3.0, gt=-1.0, le=10.0)
    starts: int = Field(default=1, ge=1, le=10)
    seed: int = Field(default=0, ge=0, le=2**31)
    rounds: int = Field(default=0, ge=0, le=20)
    cooperation: Literal["joint", "world", "bargain"] | None = None
    certificate: bool = True
    alone: bool = True


class AlignJob(StudyRequest):
    """As `blocs align`."""

    kind: Literal["align"]
    blocs: str = Field(default="USA,CHN", max_length=400)
    cost: float = Field(default=0.2, gt=0.0, le=10.0)
    cost_is: Literal["iceberg", "tariff"] = "iceberg"
    goods: Names | None = None
    unions: str = Field(default="", max_length=400)
    leakage: float | None = Field(default=None, ge=0.0, le=1.0)
    affinity: dict[str, dict[str, float]] | None = None
    starts: int | None = Field(default=None, ge=1, le=20)
    seed: int = Field(default=0, ge=0, le=2**31)
    pairs: int = Field(default=100, ge=0, le=2000)


class SmallestJob(StudyRequest):
    """As `blocs coalition --smallest-against`."""

    kind: Literal["smallest"]
    target: str = Field(max_length=400)
    candidates: Names = Field(default=["G20"])
    goods: Names = Field(default=["all"])
    intensity: float = Field(default=100.0, gt=0.0, le=100.0)
    one_sided: bool = False
    ratio: float = Field(default=1.0, gt=0.0, le=1000.0)
    least_loss: float = Field(default=0.0, ge=0.0, le=100.0)
    measure: Literal["percent", "usd"] = "percent"
    exact: bool = False


class BubbleJob(BubbleRequest):
    """As `blocs bubble`: simulated critical values take seconds to minutes."""

    kind: Literal["bubble"]


class LeverageJob(LeverageRequest):
    """As `blocs leverage`: many minerals over years take minutes."""

    kind: Literal["leverage"]


class ClaimsJob(Strict):
    """As `blocs claims`: with the claims that solve the model; what was solved before is kept."""

    kind: Literal["claims"]
    ledger: str | None = Field(default=None, max_length=80)
    ids: list[Annotated[str, Field(max_length=80)]] = Field(default_factory=list, max_length=100)
    draws: int = Field(default=200, ge=8, le=5000)


JobRequest = Annotated[
    EnsembleJob | NashJob | AlignJob | SmallestJob | BubbleJob | LeverageJob | ClaimsJob,
    Field(discriminator="kind"),
]
