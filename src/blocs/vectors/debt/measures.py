"""The debt vector's levers: budget, rates, growth, a run by foreign holders, and the dollar's share of reserves."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from blocs.vectors import wording
from blocs.vectors.debt.countries import countries
from blocs.vectors.debt.dollar import CURRENCY, reserve_share
from blocs.world.measure import Measure, Names


class Fiscal(Measure):
    """A government changes its primary balance, follows a rule, or is looked at from another official baseline.

    `balance` is a lasting improvement as a fraction of GDP (0.01 is 1% of GDP). With a rule, the balance improves by
    `reaction` for each point of debt over GDP above `anchor`.
    """

    type: Literal["fiscal"] = "fiscal"
    country: str = Field(default="USA", description="ISO3 code of a country with bundled debt")
    baseline: str | None = Field(default=None, description="official baseline, e.g. cbo-2025-01")
    balance: float = Field(
        default=0.0, ge=-0.3, le=0.3, description="improvement of the primary balance, of GDP"
    )
    side: Literal["receipts", "spending"] = Field(default="receipts", description="what is changed")
    reaction: float = Field(
        default=0.0, ge=0.0, le=1.0, description="improvement per point of debt above `anchor`"
    )
    anchor: float | None = Field(default=None, gt=0.0, le=5.0, description="debt over GDP, a fraction")

    @model_validator(mode="after")
    def _sound(self) -> Fiscal:
        _known(self.country)
        if self.baseline is not None and self.baseline not in countries()[self.country]:
            from blocs.errors import unknown

            raise ValueError(unknown(f"baseline of {self.country}", self.baseline, countries()[self.country]))
        if (self.reaction > 0.0) != (self.anchor is not None):
            raise ValueError("a fiscal rule needs both `reaction` and `anchor`; give the one that is missing")
        if self.balance == 0.0 and self.reaction == 0.0 and self.baseline is None:
            raise ValueError("it does nothing: give `balance`, a rule (`reaction`, `anchor`) or a `baseline`")
        return self

    def plain_words(self) -> str:
        """Say what the budget does."""
        parts = []
        if self.balance:
            verb = "improves" if self.balance > 0.0 else "worsens"
            parts.append(f"{verb} its primary balance by {wording.percent(abs(self.balance))} of GDP")
        if self.anchor is not None:
            parts.append(
                f"improves its balance by {self.reaction:g} points for each point of debt above "
                f"{wording.percent(self.anchor)} of GDP"
            )
        if self.baseline is not None:
            parts.append(f"starts from the official baseline {self.baseline}")
        return f"{self.country} {' and '.join(parts)}"


class RatePath(Measure):
    """The rate on all new debt of a country is higher (or lower) by `shift`, a fraction: 0.01 is 100 basis points."""

    type: Literal["rate_path"] = "rate_path"
    country: str = Field(default="USA", description="ISO3 code of a country with bundled debt")
    shift: float = Field(ge=-0.1, le=0.2, description="fraction: 0.01 is one percentage point")

    @model_validator(mode="after")
    def _sound(self) -> RatePath:
        _known(self.country)
        return self

    def plain_words(self) -> str:
        """Say how much dearer new debt is."""
        verb = "more" if self.shift >= 0.0 else "less"
        return f"{self.country} pays {abs(self.shift) * 1e4:g} basis points {verb} on new debt"


class Growth(Measure):
    """Productivity of all industries of a country rises faster by `rate` of GDP a year: 0.005 is half a point.

    The level counts from the measure's first year on; industries gain in proportion to their value added (Hulten), so
    that GDP rises by about `rate` a year before the economy answers.
    """

    type: Literal["growth"] = "growth"
    country: str = Field(default="USA", description="ISO3 code of a region of the world")
    rate: float = Field(ge=-0.05, le=0.05, description="added growth a year, a fraction")

    def plain_words(self) -> str:
        """Say how much faster productivity grows."""
        verb = "faster" if self.rate >= 0.0 else "more slowly"
        return f"Productivity of {self.country} grows {wording.percent(abs(self.rate))} a year {verb}"


class HolderRun(Measure):
    """Foreign holders sell `share` of their US Treasury securities, evenly over the measure's years.

    `leaving` is the part of the proceeds that leaves the United States: that part closes its external deficit
    (D'_USA = D_USA − sale) and widens the sellers'. The rest is put into other US assets and moves no trade.
    """

    type: Literal["holder_run"] = "holder_run"
    holders: Names = Field(description="ISO3 codes of the Treasury's table, OTHER, OFFICIAL, or WLD for all")
    share: float = Field(gt=0.0, le=1.0, description="of what they held at the end of the table, a fraction")
    leaving: float = Field(default=1.0, ge=0.0, le=1.0, description="of the proceeds, a fraction")

    def plain_words(self) -> str:
        """Say who sells."""
        who = ", ".join(self.holders)
        return f"{who} sells {wording.percent(self.share)} of its US Treasury securities"


class ReserveShare(Measure):
    """The dollar's share of the world's reserves moves to `share` over the measure's years, in equal steps.

    The reserve premium on the Treasury's rate is lost in proportion, and official holders sell in proportion; of these
    sales `leaving` leaves the United States.
    """

    type: Literal["reserve_share"] = "reserve_share"
    share: float = Field(ge=0.0, le=1.0, description="share of allocated reserves at the end, a fraction")
    leaving: float = Field(default=1.0, ge=0.0, le=1.0, description="of the proceeds, a fraction")

    def plain_words(self) -> str:
        """Say where the dollar's share goes."""
        now = wording.percent(round(reserve_share(CURRENCY), 3))
        return f"The dollar's share of reserves goes from {now} to {wording.percent(self.share)}"


def _known(country: str) -> None:
    if country not in countries():
        from blocs.errors import unknown

        raise ValueError(f"{unknown('country', country, countries())}; only these have bundled debt")
