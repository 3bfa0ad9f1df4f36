"""The minerals vector's levers: export controls, public stockpiles, new supply and recycling."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from blocs.errors import DataError
from blocs.vectors import wording
from blocs.vectors.minerals import tables
from blocs.vectors.trade_measures import REGION_HELP
from blocs.world.measure import Measure, Names

MINERALS_HELP = (
    "symbols or names such as Ga, graphite; `controlled`: all China ever named; `rare_earths`; `ores`"
)


def chosen(names: list[str]) -> tuple[str, ...]:
    """Return the symbols that `names` stand for; DataError for an unknown one, or one without production or price."""
    out: dict[str, None] = {}
    for name in names:
        if name == "controlled":
            named = {symbol for one in tables.announcements() for symbol in one.symbols}
            out |= dict.fromkeys(tables.modelled(s for s in tables.minerals() if s in named))
        elif name == "rare_earths":
            out |= dict.fromkeys(tables.modelled(s for s, m in tables.minerals().items() if m.rare_earth))
        elif name == "ores":
            out |= dict.fromkeys(s for s, m in tables.minerals().items() if m.chain == "ore")
        else:
            mineral = tables.find(name)
            gaps = [what for what in ("production", "price") if what in mineral.missing]
            if gaps:
                raise DataError(
                    f"{mineral.name} ({mineral.symbol}) has no published {' and no '.join(gaps)}, so its market "
                    "cannot be solved and nothing is put in its place; leave it out"
                )
            out[mineral.symbol] = None
    return tuple(out)


def _known(names: list[str]) -> list[str]:
    try:
        chosen(names)
    except DataError as error:
        raise ValueError(str(error)) from error
    return names


MineralNames = Annotated[Names, AfterValidator(_known)]


def _list(names: list[str]) -> str:
    words = {
        "controlled": "every mineral China has named in a control",
        "rare_earths": "rare earths",
        "ores": "ores",
    }
    shown = [words.get(name) or tables.find(name).name for name in names]
    if len(shown) > 6:
        return f"{', '.join(shown[:5])} and {len(shown) - 5} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


class ExportControl(Measure):
    """Regions in `by` sell less of some minerals to those in `on`: a ceiling on tonnes, or licences.

    `cut` is the share of the base tonnes that may no longer go, 1 is a ban. `leakage` is the share of the cut that
    comes all the same, through third countries and at a cost. With `granted` applications are licensed: that share of
    the cut is let through on average, and how much differs from case to case by `spread` (a standard deviation).
    """

    type: Literal["export_control"] = "export_control"
    by: Names = Field(description=f"who controls; {REGION_HELP}")
    on: Names = Field(description=f"who gets less; {REGION_HELP}")
    minerals: MineralNames = Field(description=MINERALS_HELP)
    cut: float = Field(ge=0.0, le=1.0, description="share of the base tonnes that stops: 1 is a ban")
    leakage: float = Field(
        default=0.0, ge=0.0, le=1.0, description="share of the cut that comes through third countries"
    )
    leakage_cost: float | None = Field(
        default=None,
        ge=0.0,
        le=20.0,
        description="cost of a leaked tonne over the price, else minerals.leakage.cost",
    )
    granted: float | None = Field(
        default=None, ge=0.0, le=1.0, description="mean share of the cut that is licensed"
    )
    spread: float = Field(
        default=0.15, ge=0.0, lt=0.5, description="standard deviation of the licensed share"
    )
    from_month: int = Field(default=1, ge=1, le=12, description="month of its first year in which it begins")

    @model_validator(mode="after")
    def _possible_spread(self) -> ExportControl:
        if self.granted is not None and self.spread > 0.0:
            limit = (self.granted * (1.0 - self.granted)) ** 0.5
            if 0.0 < self.granted < 1.0 and self.spread >= limit:
                raise ValueError(
                    f"spread {self.spread:g} is impossible for a share with mean {self.granted:g}; it must be below "
                    f"{limit:.2g}"
                )
        return self

    def plain_words(self) -> str:
        """Say who sells how much less of what to whom."""
        what, whom = _list(self.minerals), wording.regions(self.on)
        size = "no" if self.cut == 1.0 else f"{wording.percent(self.cut)} less"
        words = f"{wording.regions(self.by)} sells {whom} {size} {what}"
        if self.granted is not None:
            words += f", but licenses {wording.percent(self.granted)} of what it stops"
        if self.leakage > 0.0:
            words += f"; {wording.percent(self.leakage)} of the rest comes through third countries"
        return words


class Stockpile(Measure):
    """Regions in `by` hold a public stock of `months` of their use and release `rate` of it a month while in force."""

    type: Literal["stockpile"] = "stockpile"
    by: Names = Field(description=f"who holds the stock; {REGION_HELP}")
    minerals: MineralNames = Field(description=MINERALS_HELP)
    months: float = Field(gt=0.0, le=120.0, description="size of the stock, months of the region's use")
    rate: float = Field(
        default=0.1, gt=0.0, le=1.0, description="share of what is left that is offered each month"
    )

    def plain_words(self) -> str:
        """Say who releases what."""
        stock = f"{self.months:g} months of use"
        return f"{wording.regions(self.by)} releases a stockpile of {_list(self.minerals)} ({stock})"


class NewSupply(Measure):
    """New mines or works in the regions `by`, after a lead time.

    `share` of the base year's world production a year, in equal parts over `by`, first sold `lead` months after the
    first month the measure is in force.
    """

    type: Literal["new_supply"] = "new_supply"
    by: Names = Field(description=f"where; {REGION_HELP}")
    minerals: MineralNames = Field(description=MINERALS_HELP)
    share: float = Field(gt=0.0, le=5.0, description="share of the base year's world production")
    lead: int = Field(default=36, ge=0, le=360, description="months until it sells")

    def plain_words(self) -> str:
        """Say where how much comes on stream."""
        when = f"after {self.lead} months" if self.lead else "at once"
        what = f"{wording.percent(self.share)} of world supply of {_list(self.minerals)}"
        return f"{wording.regions(self.by)} adds {what} {when}"


class Recycling(Measure):
    """Regions in `by` recycle `share` of their base use more, reached in equal steps over `over` months."""

    type: Literal["recycling"] = "recycling"
    by: Names = Field(description=f"where; {REGION_HELP}")
    minerals: MineralNames = Field(description=MINERALS_HELP)
    share: float = Field(gt=0.0, le=1.0, description="more recycled tonnes, share of base use")
    over: int = Field(default=36, ge=1, le=360, description="months until the share is reached")

    def plain_words(self) -> str:
        """Say who recycles how much more."""
        more = wording.percent(self.share)
        use = f"its use of {_list(self.minerals)}"
        return f"{wording.regions(self.by)} recycles {more} of {use} more within {self.over} months"


MEASURES: tuple[type[Measure], ...] = (ExportControl, Stockpile, NewSupply, Recycling)


def minerals_of(measures: Any) -> tuple[str, ...]:
    """Return the symbols any of the measures names, in table order."""
    named = {symbol for measure in measures for symbol in chosen(measure.minerals)}
    return tuple(symbol for symbol in tables.minerals() if symbol in named)
