"""The AI vector's levers: a bust, a boom, adoption, the limits of power and compute, and an open release."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from blocs.vectors import wording
from blocs.vectors.trade_measures import REGION_HELP
from blocs.world.measure import Measure, Names

KNOWN = "USA"  # the only region whose AI capital spending and equity wealth the parameters hold
Preset = Literal["all", "industrial", "services"]


class Lasting(Measure):
    """A measure that is felt after its years: it decays, or what was learned stays."""

    def felt(self, year: int) -> bool:
        """Whether the measure has begun by `year`."""
        return self.years is None or year >= self.years.first


class Turn(Lasting):
    """What a bust and a boom have in common: a change of AI's capital spending and of equity prices.

    At full size in its years, then fading by `persistence` a year.
    """

    needs_closure: ClassVar[str | None] = "demand"

    region: Names = Field(description=f"where; {REGION_HELP}")
    capex_usd_bn: float | None = Field(
        default=None,
        ge=0.0,
        description="capital spending that changes, US$ bn of 2026 a year; default: the large cloud companies' (USA)",
    )
    equity_usd_trn: float | None = Field(
        default=None,
        ge=0.0,
        description="equity wealth that changes, US$ trn of 2026; default: US households' (USA)",
    )
    abroad: bool = Field(
        default=False, description="whether holders of US equities in other regions spend less or more too"
    )
    persistence: float | None = Field(
        default=None,
        ge=0.0,
        lt=1.0,
        description="share left a year later, after its years; default: the assumption ai.policy.persistence",
    )

    @model_validator(mode="after")
    def _known(self) -> Turn:
        for change, amount in (("capex", "capex_usd_bn"), ("equity", "equity_usd_trn")):
            if self.region != [KNOWN] and getattr(self, change, 0.0) and getattr(self, amount) is None:
                raise ValueError(
                    f"AI's capital spending and equity wealth are known for {KNOWN} only, not for "
                    f"{wording.shown(self.region)}; say how much {change} there is with {amount}: ..."
                )
        if self.abroad and self.region != [KNOWN]:
            raise ValueError(f"abroad: true means US equities held abroad; it needs region: {KNOWN}")
        if getattr(self, "capex", 0.0) == 0.0 and getattr(self, "equity", 0.0) == 0.0:
            raise ValueError("it does nothing: give `capex`, `equity` or both")
        return self

    def _said(self, verb: str) -> str:
        capex, equity = getattr(self, "capex", 0.0), getattr(self, "equity", 0.0)
        parts = [f"AI capital spending {verb}s by {wording.percent(abs(capex))}"] * bool(capex)
        parts += [f"equities {verb} by {wording.percent(abs(equity))}"] * bool(equity)
        return f"{wording.regions(self.region)}: {' and '.join(parts)}"


class AiBust(Turn):
    """AI's capital spending and equity prices fall; -0.6 is a fall of 60%. Needs `closure: demand`."""

    type: Literal["ai_bust"] = "ai_bust"
    capex: float = Field(default=0.0, ge=-1.0, le=0.0, description="change of capital spending: -0.6 is -60%")
    equity: float = Field(default=0.0, ge=-1.0, le=0.0, description="change of equity prices: -0.45 is -45%")

    def plain_words(self) -> str:
        """Say what falls."""
        return self._said("fall")


class AiBoom(Turn):
    """AI's capital spending and equity prices rise; 0.3 is a rise of 30%. Needs `closure: demand`."""

    type: Literal["ai_boom"] = "ai_boom"
    capex: float = Field(default=0.0, ge=0.0, le=5.0, description="change of capital spending: 0.3 is +30%")
    equity: float = Field(default=0.0, ge=0.0, le=5.0, description="change of equity prices: 0.2 is +20%")

    def plain_words(self) -> str:
        """Say what rises."""
        return self._said("rise")


class AiAdoption(Lasting):
    """Industries come to use AI along a logistic path from the year before its first; what they learned stays."""

    type: Literal["ai_adoption"] = "ai_adoption"
    region: Names = Field(description=f"who adopts; {REGION_HELP}")
    preset: Preset = Field(
        default="all",
        description="which industries: industrial (goods, energy, building, transport), services (the rest), or all",
    )
    start: float | None = Field(
        default=None, gt=0.0, lt=1.0, description="share that uses AI before; default: ai.adoption.start"
    )
    ceiling: float | None = Field(
        default=None, gt=0.0, le=1.0, description="share in the end; default: ai.adoption.ceiling"
    )
    speed: float | None = Field(
        default=None, gt=0.0, le=5.0, description="rate of the logistic, 1/year; default: ai.adoption.speed"
    )
    gain: float | None = Field(
        default=None,
        ge=0.0,
        le=5.0,
        description="productivity gain in exposed tasks: 0.25 is 25%; default: ai.gain.exposed",
    )

    @model_validator(mode="after")
    def _possible(self) -> AiAdoption:
        if self.start is not None and self.ceiling is not None:
            check_path(self.start, self.ceiling)
        return self

    def plain_words(self) -> str:
        """Say who adopts where."""
        where = {
            "all": "all industries",
            "industrial": "factories, energy and transport",
            "services": "services",
        }
        by = ["all countries" if name.lower() == "all" else name for name in self.region]
        return f"AI is taken up in {where[self.preset]} by {wording.regions(by)}"


class PowerLimit(Measure):
    """Adoption waits for electricity: data centres have at most a share of the growth of generation."""

    type: Literal["power_limit"] = "power_limit"
    region: Names = Field(description=f"where; {REGION_HELP}")
    growth: float | None = Field(
        default=None,
        ge=0.0,
        le=0.5,
        description="growth of generation a year: 0.02 is 2%; default: what was observed from 2013 to 2023",
    )
    share: float | None = Field(
        default=None, ge=0.0, le=1.0, description="data centres' share of it; default: ai.power.share"
    )

    def plain_words(self) -> str:
        """Say what binds."""
        pace = (
            "at its pace of 2013 to 2023"
            if self.growth is None
            else f"by {wording.percent(self.growth)} a year"
        )
        return (
            f"{wording.regions(self.region)}: electricity grows {pace}, and AI cannot outgrow its share of it"
        )


class ComputeLimit(Measure):
    """Adoption waits for chips: a region's compute grows by at most `growth` a year, and adoption with it."""

    type: Literal["compute_limit"] = "compute_limit"
    region: Names = Field(description=f"where; {REGION_HELP}")
    growth: float = Field(ge=0.0, le=10.0, description="growth of compute at hand a year: 0.2 is 20%")

    def plain_words(self) -> str:
        """Say what binds."""
        return f"{wording.regions(self.region)}: compute for AI grows by at most {wording.percent(self.growth)} a year"


class OpenRelease(Measure):
    """Frontier models are released openly: access costs less for adopters elsewhere, who adopt more and faster."""

    type: Literal["open_release"] = "open_release"
    region: Names = Field(default=["all"], description=f"who gains access; {REGION_HELP}")
    frontier: Names = Field(
        default=["USA", "CHN"], description=f"who has the frontier already; {REGION_HELP}"
    )
    cost_fall: float = Field(gt=0.0, lt=1.0, description="fall of the cost of access: 0.8 is 80%")

    def plain_words(self) -> str:
        """Say what becomes cheaper for whom."""
        return (
            f"Open models cut the cost of access by {wording.percent(self.cost_fall)} for "
            f"{wording.regions([*self.region, *('-' + name for name in self.frontier)])}"
        )


def check_path(start: float, ceiling: float) -> None:
    """Raise ValueError for a path of adoption that cannot rise."""
    if ceiling <= start:
        raise ValueError(
            f"adoption cannot rise from {start:g} to a ceiling of {ceiling:g}; the ceiling must be above the start"
        )
