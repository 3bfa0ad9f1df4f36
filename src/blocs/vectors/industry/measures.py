"""The industry vector's levers: subsidies, learning by doing, the denial of technology and local-content rules."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from blocs.vectors import wording
from blocs.vectors.trade_limits import RENT_HELP, Embargo, Rent
from blocs.vectors.trade_measures import GOODS_HELP, REGION_HELP
from blocs.world.measure import Measure, Names


class Subsidy(Measure):
    """Regions in `by` pay a share `rate` of the unit cost of what their industries in `goods` make.

    It is an output tax below zero: the producer price is (1 - rate) times unit cost, at home and abroad alike. What it
    costs, rate / (1 - rate) of sales, is taken from the region's own income. Subsidies on the same industry add up.
    """

    type: Literal["subsidy"] = "subsidy"
    by: Names = Field(description=f"who pays; {REGION_HELP}")
    goods: Names = Field(default=["manufacturing"], description=f"which industries: {GOODS_HELP}")
    rate: float = Field(gt=0.0, lt=1.0, description="share of unit cost that the state pays: 0.05 is 5%")

    def plain_words(self) -> str:
        """Say who pays what share of whose cost."""
        return (
            f"{wording.regions(self.by)} pays {wording.percent(self.rate)} of the cost of making "
            f"{wording.goods(self.goods)}"
        )


class Learning(Measure):
    """Industries in `goods` of `regions` get more productive with what they have made, and less as they forget.

    Productivity is (H/H_baseline)^rate; experience H loses the share `industry.learning.forgetting` a year and gains
    output. It acts from the year after the first change of output. A rate at or above 1/theta of a good is refused:
    the equilibrium would not be unique.
    """

    type: Literal["learning"] = "learning"
    regions: Names = Field(default=["all"], description=f"whose industries; {REGION_HELP}")
    goods: Names = Field(default=["manufacturing"], description=f"which industries: {GOODS_HELP}")
    rate: float | None = Field(
        default=None,
        ge=0.0,
        lt=1.0,
        description="elasticity of productivity to experience; default: the assumption industry.learning.rate",
    )

    def plain_words(self) -> str:
        """Say whose industries learn."""
        whose = "all regions" if self.regions == ["all"] else wording.regions(self.regions)
        rate = "" if self.rate is None else f", with elasticity {self.rate:g}"
        return f"Makers of {wording.goods(self.goods)} in {whose} learn by doing{rate}"


class TechnologyDenial(Measure):
    """Regions in `by` no longer sell `goods` to regions in `to`: the loss is that of the missing goods, no more.

    Exactly the trade vector's embargo by `by` on `to`, exports only, of the same `intensity` and `rent`. No
    productivity penalty is added on top: what missing inputs cost is what the nests say it costs to replace them.
    """

    type: Literal["technology_denial"] = "technology_denial"
    by: Names = Field(description=f"who denies; {REGION_HELP}")
    to: Names = Field(description=f"to whom; {REGION_HELP}")
    goods: Names = Field(default=["chips_electronics"], description=f"what is denied: {GOODS_HELP}")
    intensity: float = Field(
        default=1.0, gt=0.0, le=1.0, description="share of each flow's base volume that stops: 1 is all"
    )
    rent: Annotated[Rent, Field(description=f"only with intensity below 1: {RENT_HELP}")] = "exporter"

    def embargo(self) -> Embargo:
        """Return the embargo it is."""
        return Embargo(
            by=self.by, on=self.to, flows="exports", goods=self.goods, intensity=self.intensity,
            rent=self.rent, years=self.years, note=self.note,
        )  # fmt: skip

    def plain_words(self) -> str:
        """Say who denies what to whom."""
        part = "" if self.intensity == 1.0 else f"{wording.percent(self.intensity)} of "
        return f"{wording.regions(self.by)} denies {part}{wording.goods(self.goods)} to {wording.regions(self.to)}"


class LocalContent(Measure):
    """Buyers in regions `by` must have at least `share` of the value of each of `goods` from local makers.

    `share` is of what is paid before import duty, by every buyer, industry or household. The rule acts as a tax on
    imports that pays a subsidy on local goods and raises nothing: the smallest that makes the share hold, and none
    where it holds anyway. With sourcing by user all buyers of a region meet it together, as if they traded in it.
    """

    type: Literal["local_content"] = "local_content"
    by: Names = Field(description=f"whose buyers the rule binds; {REGION_HELP}")
    goods: Names = Field(description=f"which goods, each by itself: {GOODS_HELP}")
    share: float = Field(gt=0.0, lt=1.0, description="least local share of what is bought: 0.6 is 60%")
    local: Names | None = Field(
        default=None, description=f"whose goods count as local besides the region's own; {REGION_HELP}"
    )

    def plain_words(self) -> str:
        """Say who must buy how much of what from whom."""
        area = "its own makers" if self.local is None else f"makers in {wording.regions(self.local)}"
        return (
            f"{wording.regions(self.by)} must have at least {wording.percent(self.share)} of its "
            f"{wording.goods(self.goods)} from {area}"
        )
