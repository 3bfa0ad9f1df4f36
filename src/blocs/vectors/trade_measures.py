"""The trade vector's levers on prices: duties, duty schedules, export taxes, trade costs and corridors."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from blocs.data.assumptions import Assumptions
from blocs.vectors import wording
from blocs.vectors.tariff_tables import TABLES, dates
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
        size = wording.percent(abs(self.rate))
        what = f"{wording.goods(self.goods)} from {wording.regions(self.on)}"
        if self.set:
            return f"{wording.regions(self.by)} levies a duty of {size} on {what}"
        if self.rate < 0:
            return f"{wording.regions(self.by)} cuts its duty on {what} by {size} points"
        return f"{wording.regions(self.by)} adds a duty of {size} on {what}"


def _text(value: Any) -> Any:
    """Return a date or a year as the text of a table's column; YAML reads 2025-11-14 as a date."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class TariffSchedule(Measure):
    """The import duties of a bundled table, by importer, exporter and good, as they stood on a date.

    The table's rates are added to the base's applied rates. One date of a table may be in force in a year.
    """

    type: Literal["tariff_schedule"] = "tariff_schedule"
    table: Annotated[
        str,
        Field(description="a bundled table of added duties", json_schema_extra={"enum": list(TABLES)}),
    ]
    date: Annotated[str, BeforeValidator(_text, json_schema_input_type=str)] = Field(
        description="a column of the table: 2025-11-14, or 2019 where a table has years"
    )

    @model_validator(mode="after")
    def _known(self) -> TariffSchedule:
        valid = dates(self.table)
        if self.date not in valid:
            raise ValueError(f"{self.date} is no date of {self.table}; choose one of {', '.join(valid)}")
        return self

    def plain_words(self) -> str:
        """Say which duties are added."""
        return f"{TABLES[self.table].words}, as of {self.date}"


class ExportTax(Measure):
    """Regions in `by` tax their exports to `on`: the buyer pays the price plus tax, the seller's treasury keeps it.

    `rate` is a fraction of the producer price, added to other export taxes, or with `set: true` the tax itself.
    Below zero it is a subsidy.
    """

    type: Literal["export_tax"] = "export_tax"
    by: Names = Field(description=f"who taxes its exports; {REGION_HELP}")
    on: Names = Field(description=f"exports to whom; {REGION_HELP}")
    goods: Names = Field(default=["goods"], description=GOODS_HELP)
    rate: float = Field(ge=-0.99, le=10.0, description="fraction of the producer price: 0.25 is 25%")
    set: bool = Field(default=False, description="the tax itself; two different ones contradict each other")

    def plain_words(self) -> str:
        """Say who taxes which exports."""
        size = wording.percent(abs(self.rate))
        what = f"its sales of {wording.goods(self.goods)} to {wording.regions(self.on)}"
        verb = "subsidises" if self.rate < 0 else "taxes"
        return f"{wording.regions(self.by)} {verb} {what} by {size}"


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
            f"Trade in {wording.goods(self.goods)} between {wording.sides(self.between)} gets "
            f"{wording.percent(abs(self.cost))} {word}"
        )


class Corridor(Measure):
    """Infrastructure along a route: trade between all pairs of the regions `along` it gets cheaper.

    `cost` is the change of the delivered price as a fraction; the default is the middle of the published range for
    Belt and Road economies (`trade.corridor.cost`). What it costs to build is not counted.
    """

    type: Literal["corridor"] = "corridor"
    along: Names = Field(description=f"the regions it links, every pair in both directions; {REGION_HELP}")
    goods: Names = Field(default=["goods"], description=GOODS_HELP)
    cost: float | None = Field(
        default=None,
        gt=-1.0,
        le=0.0,
        description="change of the delivered price: -0.02 is 2% cheaper; default: the assumption trade.corridor.cost",
    )

    def change(self, assumptions: Assumptions) -> float:
        """Return the change of the delivered price, a fraction."""
        return assumptions["trade.corridor.cost"] if self.cost is None else self.cost

    def plain_words(self) -> str:
        """Say whose trade gets cheaper."""
        change = self.change(Assumptions.default())
        return (
            f"A transport corridor makes trade in {wording.goods(self.goods)} among {wording.regions(self.along)} "
            f"{wording.percent(-change)} cheaper"
        )
