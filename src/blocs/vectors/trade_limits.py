"""The trade vector's levers on volumes: embargoes, volume cuts, quotas and sanctions."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from blocs.vectors import wording
from blocs.vectors.trade_measures import GOODS_HELP, REGION_HELP
from blocs.world.measure import Measure, Names

Flows = Literal["both", "exports", "imports"]
Rent = Literal["exporter", "importer", "nobody"]
RENT_HELP = (
    "who keeps what buyers pay above the price: licences sold by either side, or nobody: it is used up"
)


class _TwoForms(Measure):
    """A measure either `between` two sides in both directions, or `by` one side `on` another."""

    between: tuple[Names, Names] | None = Field(default=None, description="the two sides, both directions")
    by: Names | None = Field(default=None, description=f"who acts; {REGION_HELP}")
    on: Names | None = Field(default=None, description=f"on whom; {REGION_HELP}")
    flows: Annotated[Flows, Field(description="seen from `by`; only with `by` and `on`")] = "both"
    goods: Names = Field(default=["goods"], description=GOODS_HELP)

    @model_validator(mode="after")
    def _one_form(self) -> _TwoForms:
        pair = (self.by is not None, self.on is not None)
        if (self.between is None) != all(pair) or any(pair) != all(pair):
            raise ValueError("give either `between: [A, B]` or both `by: A` and `on: B`")
        if self.between is not None and self.flows != "both":
            raise ValueError("`flows` needs `by` and `on`; `between` always means both directions")
        return self

    def _trade(self) -> str:
        """Say which trade is meant: "trade in steel between A and B", "sales of steel by A to B"."""
        what = wording.goods(self.goods)
        if self.between is not None:
            return f"trade in {what} between {wording.sides(self.between)}"
        assert self.by is not None
        assert self.on is not None
        return _one_way(self.flows, self.by, self.on, what)


def _one_way(flows: Flows, by: list[str], on: list[str], what: str) -> str:
    if flows == "both":
        return f"trade in {what} between {wording.sides((by, on))}"
    seller, buyer = (by, on) if flows == "exports" else (on, by)
    return f"sales of {what} by {wording.regions(seller)} to {wording.regions(buyer)}"


class Embargo(_TwoForms):
    """No trade at all: either `between` two sides in both directions, or `by` one side `on` the other.

    With `by` and `on`, `flows` says which way: `exports` (by sells nothing to on), `imports` (by buys nothing from
    on) or `both`. With `intensity` 1 the embargo is exact, no trade is left; below 1 it cuts the volume: 0.5 leaves
    half of what each flow was in the base, and `rent` says who earns on the scarcity.
    """

    type: Literal["embargo"] = "embargo"
    intensity: float = Field(
        default=1.0, gt=0.0, le=1.0, description="share of each flow's base volume that stops: 1 is all"
    )
    rent: Annotated[Rent, Field(description=f"only with intensity below 1: {RENT_HELP}")] = "exporter"

    @model_validator(mode="after")
    def _no_rent_without_trade(self) -> Embargo:
        if self.intensity == 1.0 and self.rent != "exporter":
            raise ValueError(
                f"`rent: {self.rent}` needs trade to earn it on; with intensity 1 none is left: give an intensity "
                "below 1, or drop `rent`"
            )
        return self

    def plain_words(self) -> str:
        """Say who stops trading what with whom."""
        if self.intensity < 1.0:
            return f"{wording.percent(self.intensity)} of {self._trade()} stops; {_earner(self.rent, 'the rest')}"
        what = wording.goods(self.goods)
        if self.between is not None:
            return f"No more trade in {what} between {wording.sides(self.between)}"
        assert self.by is not None
        assert self.on is not None
        verb = {
            "both": "neither sells to nor buys from",
            "exports": "sells no more to",
            "imports": "buys no more from",
        }
        return f"{wording.regions(self.by)} {verb[self.flows]} {wording.regions(self.on)}: {what}"


class Quota(_TwoForms):
    """A ceiling on volumes: each flow may carry at most `volume` times what it carried in the base.

    Forms and `flows` as of an embargo. Where the ceiling binds, licences to trade get a price, and `rent` says who
    earns it; where it does not, nothing happens. `volume: 0` is an embargo.
    """

    type: Literal["quota"] = "quota"
    volume: float = Field(
        ge=0.0, le=1.0, description="largest volume as a share of the base volume: 0.8 is 80%"
    )
    rent: Annotated[Rent, Field(description=RENT_HELP)] = "exporter"

    def plain_words(self) -> str:
        """Say how much of which trade is allowed."""
        return (
            f"At most {wording.percent(self.volume)} of the base volume of {self._trade()}; "
            f"{_earner(self.rent, 'the licences')}"
        )


class Sanction(Measure):
    """Regions in `by` embargo `goods` with `on`, and their trade in everything else pays a financial cost.

    `leakage` is the share of the embargoed volume that still arrives through third countries; what the detour costs
    is used up. `financial_cost` makes what is still traded between the two sides dearer, services included, in
    both directions: lost correspondent banks, insurance, checks. Embargoed goods pay no financial cost on top.
    """

    type: Literal["sanction"] = "sanction"
    by: Names = Field(description=f"who imposes it; {REGION_HELP}")
    on: Names = Field(description=f"on whom; {REGION_HELP}")
    goods: Names = Field(description=f"what is embargoed: {GOODS_HELP}")
    flows: Annotated[Flows, Field(description="what is embargoed, seen from `by`")] = "both"
    leakage: float = Field(
        default=0.0,
        ge=0.0,
        lt=1.0,
        description="share of the embargoed volume that still arrives: 0.1 is 10%",
    )
    financial_cost: float = Field(
        default=0.0, ge=0.0, le=100.0, description="on what is still traded, fraction of the delivered price"
    )

    def plain_words(self) -> str:
        """Say what is embargoed, what leaks and what the rest pays."""
        text = f"{wording.regions(self.by)} sanctions {wording.regions(self.on)}: no more "
        text += _one_way(self.flows, self.by, self.on, wording.goods(self.goods))
        if self.leakage > 0.0:
            text += f", of which {wording.percent(self.leakage)} arrives by detours all the same"
        if self.financial_cost > 0.0:
            text += f"; all other trade between them gets {wording.percent(self.financial_cost)} dearer"
        return text


def _earner(rent: Rent, what: str) -> str:
    if rent == "nobody":
        return f"what buyers pay more for {what} is used up"
    return f"the {rent} earns what buyers pay more for {what}"
