"""The payments vector's levers: cut-offs, secondary sanctions, membership, swap lines and invoicing."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from blocs.errors import unknown
from blocs.vectors import wording
from blocs.vectors.payments.rails import BILATERAL, CIPS, RAILS, SWIFT, check_rail
from blocs.vectors.trade_measures import REGION_HELP
from blocs.world.measure import Measure, Names

Rail = Annotated[
    str,
    AfterValidator(check_rail),
    Field(description=f"one of {', '.join(RAILS)}", json_schema_extra={"enum": list(RAILS)}),
]
CURRENCY_RAIL = {"CNY": CIPS, "USD": SWIFT, "EUR": SWIFT, "local": BILATERAL}


def _currency(name: Any) -> Any:
    if name not in CURRENCY_RAIL:
        raise ValueError(unknown("invoicing currency", name, CURRENCY_RAIL))
    return name


class CutOff(Measure):
    """Banks of regions in `of` lose a rail: in all their corridors, or, with `by`, as far as those in `by` decide.

    A rail's operator decides for all corridors: SWIFT is under Belgian and European law, so a `by` that holds BEL
    closes it; CIPS is China's. Others close their own corridors, and in third corridors the share of payments that
    clears in their currencies. `intensity` is the share of banks (by value) that is cut.
    """

    type: Literal["cut_off"] = "cut_off"
    rail: Rail
    of: Names = Field(description=f"who is cut off; {REGION_HELP}")
    by: Names | None = Field(
        default=None, description=f"who decides; default: the rail as a whole; {REGION_HELP}"
    )
    intensity: float = Field(
        default=1.0, gt=0.0, le=1.0, description="share of banks that is cut: 0.7 is 70%"
    )

    def plain_words(self) -> str:
        """Say who loses which rail."""
        who = f"{wording.regions(self.by)} cuts" if self.by else "The operator cuts"
        part = "" if self.intensity == 1.0 else f" for {wording.percent(self.intensity)} of its payments"
        return f"{who} {wording.regions(self.of)} off {_name(self.rail)}{part}"


class SecondarySanctions(Measure):
    """Regions in `by` threaten banks of third countries that pay to or from regions in `on`.

    The threat is a cost on rails that `by` does not run, in corridors between `on` and third countries, in proportion
    to what the third country has to lose: its trade with `by` over its trade with `by` and `on` together.
    """

    type: Literal["secondary_sanctions"] = "secondary_sanctions"
    by: Names = Field(description=f"who threatens; {REGION_HELP}")
    on: Names = Field(description=f"whose payments are meant; {REGION_HELP}")
    against: Names = Field(default=["all"], description=f"whose banks are threatened; {REGION_HELP}")
    cost: float | None = Field(
        default=None,
        ge=0.0,
        le=1.0,
        description="fraction of the value paid, for a bank with everything to lose; default: the assumption "
        "payments.secondary.cost",
    )

    def plain_words(self) -> str:
        """Say who threatens whom."""
        whose = "third countries" if self.against == ["all"] else wording.regions(self.against)
        return f"{wording.regions(self.by)} threatens banks of {whose} that serve {wording.regions(self.on)}"


class JoinRail(Measure):
    """Banks of regions in `of` join a rail: at least the share `participation` of them can use it while in force."""

    type: Literal["join_rail"] = "join_rail"
    rail: Rail
    of: Names = Field(description=f"who joins; {REGION_HELP}")
    participation: float | None = Field(
        default=None,
        gt=0.0,
        le=1.0,
        description="share of banks (by value) that can use it; default: the assumption payments.adoption.joined",
    )

    def plain_words(self) -> str:
        """Say who joins what."""
        return f"Banks of {wording.regions(self.of)} join {_name(self.rail)}"


class SwapLine(Measure):
    """Central banks of two sides swap their currencies: payments between them in these currencies get easier.

    Where China is a side the renminbi's rail gains, else the bilateral one. `boost` is added to the log of the rail's
    weight on the corridor.
    """

    type: Literal["swap_line"] = "swap_line"
    between: tuple[Names, Names] = Field(description=f"the two sides; {REGION_HELP}")
    boost: float | None = Field(
        default=None,
        ge=0.0,
        le=5.0,
        description="log points; default: the assumption payments.swap_line.boost",
    )

    def plain_words(self) -> str:
        """Say who swaps with whom."""
        return f"A swap line between the central banks of {wording.sides(self.between)}"


class InvoiceShift(Measure):
    """Regions in `of` move a share of their trade to another invoicing currency, and with it to that currency's rail.

    CNY runs over CIPS, `local` over bilateral arrangements, USD and EUR over SWIFT. With CNY, blocs for which the shift
    makes the renminbi the better choice follow: the least equilibrium of the invoicing game that holds the movers.
    """

    type: Literal["invoice_shift"] = "invoice_shift"
    of: Names = Field(description=f"whose trade; {REGION_HELP}")
    currency: Annotated[
        str, AfterValidator(_currency), Field(json_schema_extra={"enum": list(CURRENCY_RAIL)})
    ] = Field(default="CNY", description="CNY, USD, EUR or local")
    share: float = Field(
        gt=0.0, le=1.0, description="share of what runs on other rails that moves: 0.3 is 30%"
    )

    def plain_words(self) -> str:
        """Say who invoices in what."""
        what = "their own currencies" if self.currency == "local" else self.currency
        return f"{wording.regions(self.of)} moves {wording.percent(self.share)} of invoices to {what}"


def _name(rail: str) -> str:
    return {"swift": "SWIFT", "cips": "CIPS", "bilateral": "bilateral arrangements", "bridge": "the bridge"}[
        rail
    ]
