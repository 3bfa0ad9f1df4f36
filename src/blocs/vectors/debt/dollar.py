"""The dollar's standing: its share of reserves, who holds Treasury securities abroad, and what losing either costs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from blocs.data import store
from blocs.data.assumptions import Assumptions
from blocs.errors import DataError, unknown

TOTAL, OFFICIAL, OTHER = "WLD", "OFFICIAL", "OTHER"
CURRENCY = "USD"
# where securities are kept for others: Belgium (Euroclear), Luxembourg (Clearstream), fund domiciles, London, Zurich
CENTRES = ("BEL", "BHS", "BMU", "CHE", "CYM", "GBR", "IRL", "LUX")


@dataclass(frozen=True)
class Holding:
    """Treasury securities of one country at the end of a month, US$ bn."""

    holder: str
    month: str
    usd_bn: float


@lru_cache(maxsize=1)
def reserve_shares() -> tuple[tuple[str, dict[str, float]], ...]:
    """Return (quarter, {currency: share of allocated reserves, %}), oldest first: IMF COFER."""
    quarters: dict[str, dict[str, float]] = {}
    for row in store.rows("payments/reserves.csv"):
        quarters.setdefault(row["quarter"], {})[row["currency"]] = float(row["share"])
    return tuple(sorted(quarters.items()))


def reserve_share(currency: str = CURRENCY) -> float:
    """Return the latest share of `currency` in allocated reserves, a fraction."""
    shares = reserve_shares()[-1][1]
    if currency not in shares:
        raise DataError(unknown("reserve currency", currency, shares))
    return shares[currency] / 100.0


@lru_cache(maxsize=1)
def _holders() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for row in store.rows("debt/us-foreign-holders.csv"):
        found.setdefault(row["holder"], {})[row["month"]] = float(row["usd_bn"])
    return found


def latest_month() -> str:
    """Return the last month of the holders' table."""
    return max(_holders()[TOTAL])


def holdings(month: str | None = None) -> dict[str, Holding]:
    """Return holdings by country (ISO3), with WLD, OFFICIAL and OTHER, at the end of `month` (default: the last)."""
    when = month or latest_month()
    if when not in _holders()[TOTAL]:
        months = sorted(_holders()[TOTAL])
        raise DataError(f"no holdings of {when}; months run from {months[0]} to {months[-1]}")
    return {name: Holding(name, when, series[when]) for name, series in _holders().items() if when in series}


def held_by(name: str) -> float:
    """Return what `name` (ISO3, OFFICIAL, WLD or OTHER) held in the last month, US$ bn; DataError names those known."""
    found = holdings()
    if name not in found:
        raise DataError(
            f"{unknown('holder', name, found)}; countries with less than about US$ 40 bn are in OTHER"
        )
    return found[name].usd_bn


def premium_lost(share: float, assumptions: Assumptions) -> float:
    """Return the rise of the new-issue rate (fraction) when the dollar's share of reserves falls to `share`.

    The reserve premium is lost in proportion: Δcy = −premium · (1 − share / share now).
    """
    return assumptions["debt.dollar.reserve_premium"] / 100.0 * (1.0 - share / reserve_share())


def price_impact(sold: float, debt: float, assumptions: Assumptions) -> float:
    """Return the rise of the new-issue rate (fraction) when holders have sold `sold` of `debt` (same unit)."""
    return assumptions["debt.holder_run.impact"] / 1e4 * 100.0 * sold / debt
