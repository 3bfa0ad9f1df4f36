"""The trade vector's levers: tariffs, trade costs and embargoes between regions, by good and year."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from blocs.world.measure import Measure, Names

GOODS_HELP = "sector codes or groups such as goods, manufacturing, steel; `all` includes services"
REGION_HELP = "ISO3 codes or groups such as G7, EU27, BRICS; a leading minus takes away: [all, -CHN]"


class Tariff(Measure):
    """Regions in `by` levy an ad-valorem import duty on goods from `on`.

    `rate` is a fraction (0.25 is 25%) added to the base's applied rate, or with `set: true` the new rate itself.
    """

    type: Literal["tariff"] = "tariff"
    by: Names = Field(description=f"who levies; {REGION_HELP}")
    on: Names = Field(description=f"whose goods; {REGION_HELP}")
    goods: Names = Field(default=["goods"], description=GOODS_HELP)
    rate: float = Field(ge=-0.99, le=10.0, description="fraction of the import value: 0.25 is 25%")
    set: bool = Field(default=False, description="replace the applied rate instead of adding to it")

    def plain_words(self) -> str:
        """Say who levies what on whom."""
        size = f"{abs(self.rate):.1%}".replace(".0%", "%")
        what = f"{_goods(self.goods)} from {_regions(self.on)}"
        if self.set:
            return f"{_regions(self.by)} levies a duty of {size} on {what}"
        if self.rate < 0:
            return f"{_regions(self.by)} cuts its duty on {what} by {size} points"
        return f"{_regions(self.by)} adds a duty of {size} on {what}"


class TradeCost(Measure):
    """Trade between two sides gets dearer (or cheaper) by a resource cost: paperwork, detours, insurance.

    `cost` is a fraction of the delivered price: 0.1 makes trade 10% dearer (iceberg: resources are used up).
    """

    type: Literal["trade_cost"] = "trade_cost"
    between: tuple[Names, Names] = Field(description=f"the two sides, both directions; {REGION_HELP}")
    goods: Names = Field(default=["goods"], description=GOODS_HELP)
    cost: float = Field(gt=-1.0, le=100.0, description="fraction of the delivered price: 0.1 is 10% dearer")

    def plain_words(self) -> str:
        """Say what gets dearer between whom."""
        word = "cheaper" if self.cost < 0 else "dearer"
        return (
            f"Trade in {_goods(self.goods)} between {_sides(self.between)} gets {abs(self.cost):.1%} {word}"
        )


class Embargo(Measure):
    """No trade at all: either `between` two sides in both directions, or `by` one side `on` the other.

    With `by` and `on`, `flows` says which way: `exports` (by sells nothing to on), `imports` (by buys nothing from
    on) or `both`. The embargo is exact, no trade is left.
    """

    type: Literal["embargo"] = "embargo"
    between: tuple[Names, Names] | None = Field(default=None, description="the two sides, both directions")
    by: Names | None = Field(default=None, description=f"who stops trading; {REGION_HELP}")
    on: Names | None = Field(default=None, description=f"with whom; {REGION_HELP}")
    flows: Annotated[
        Literal["both", "exports", "imports"], Field(description="seen from `by`; only with `by` and `on`")
    ] = "both"
    goods: Names = Field(default=["goods"], description=GOODS_HELP)

    @model_validator(mode="after")
    def _one_form(self) -> Embargo:
        pair = (self.by is not None, self.on is not None)
        if (self.between is None) != all(pair) or any(pair) != all(pair):
            raise ValueError("give either `between: [A, B]` or both `by: A` and `on: B`")
        if self.between is not None and self.flows != "both":
            raise ValueError("`flows` needs `by` and `on`; `between` always means both directions")
        return self

    def plain_words(self) -> str:
        """Say who stops trading what with whom."""
        if self.between is not None:
            return f"No more trade in {_goods(self.goods)} between {_sides(self.between)}"
        assert self.by is not None
        assert self.on is not None
        verb = {
            "both": "neither sells to nor buys from",
            "exports": "sells no more to",
            "imports": "buys no more from",
        }
        return f"{_regions(self.by)} {verb[self.flows]} {_regions(self.on)}: {_goods(self.goods)}"


def _regions(names: list[str]) -> str:
    named = [
        "all other countries" if name.lower() == "all" else name for name in names if not name.startswith("-")
    ]
    without = [name[1:] for name in names if name.startswith("-")]
    return _listed(named) + (f" (without {_listed(without)})" if without else "")


def _goods(names: list[str]) -> str:
    return _listed(["goods and services" if name.lower() == "all" else _readable(name) for name in names])


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _sides(between: tuple[list[str], list[str]]) -> str:
    return f"{_regions(between[0])} and {_regions(between[1])}"


def _readable(name: str) -> str:
    return name if any(letter.isdigit() for letter in name) else name.replace("_", " ")
