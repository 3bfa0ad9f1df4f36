"""The rails that payments for trade run on, and what they carry in the base year.

The shares by corridor are a calibrated prior, not data: nobody publishes payments by pair and rail. They rest on three
observed aggregates: the renminbi's share in China's goods trade (People's Bank of China), the renminbi's small share
elsewhere (SWIFT), and the home currency's share in a country's trade (Boz et al.).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from blocs.data import store
from blocs.data.assumptions import Assumptions
from blocs.errors import unknown
from blocs.world.accounts import Floats
from blocs.world.groups import members
from blocs.world.world import World

SWIFT, CIPS, BILATERAL, BRIDGE = "swift", "cips", "bilateral", "bridge"
OUTSIDE = "outside"
DEFAULT_YEAR = 2022
RAILS = (SWIFT, CIPS, BILATERAL, BRIDGE)
ABOUT = {
    SWIFT: "correspondent banks with SWIFT messages",
    CIPS: "renminbi over CIPS",
    BILATERAL: "local currencies by direct arrangement",
    BRIDGE: "a new multilateral platform, without members in the base",
    OUTSIDE: "no rail: cash, barter, a bank in a third country",
}
OPERATORS = {SWIFT: ("BEL",), CIPS: ("CHN",), BILATERAL: (), BRIDGE: ()}
"""Whose law a rail's operator is under: SWIFT is a Belgian company under European law."""
INTERNATIONAL = ("USD", "EUR", "GBP", "JPY")
ISSUERS = {
    "USD": "USA",
    "GBP": "GBR",
    "JPY": "JPN",
    "CAD": "CAN",
    "CHF": "CHE",
    "AUD": "AUS",
    "HKD": "HKG",
    "SGD": "SGP",
}
HOME_IS_INTERNATIONAL = ("USA", "GBR", "JPN", "CHE")  # and the euro area: their own currency runs over SWIFT


def number(rail: str) -> int:
    """Return the place of `rail` in `RAILS`."""
    return RAILS.index(rail)


def check_rail(name: str) -> str:
    """Return `name`; ValueError with the nearest rails if it is none."""
    if name not in RAILS:
        raise ValueError(unknown("rail", name, RAILS))
    return name


@dataclass(frozen=True, eq=False)
class Base:
    """The base year: share of each rail on each corridor (rail, region, region), trade shares (region, region).

    shares: sum to one over rails; the corridor is a pair, so they are symmetric. trade_share: row i, of i's exports
    and imports together; rows sum to one. start: participation in the base (rail, region), 0–1.
    """

    shares: Floats
    trade_share: Floats
    start: Floats


def base_of(world: World, assumptions: Assumptions) -> Base:
    """Return what the rails carry in the base year of `world`."""
    trade = trade_between(world.accounts.flows)
    return Base(_shares(world, assumptions), shares_of_rows(trade), _start(world, assumptions))


def base_year(world: World) -> int:
    """Return the year the rails start from: the world's, or that of the bundled one where a world has none."""
    return DEFAULT_YEAR if world.year is None else world.year


def shares_of_rows(trade: Floats) -> Floats:
    """Return each row as shares; a row without trade is shared out evenly, so that rows always sum to one."""
    total = trade.sum(axis=1, keepdims=True)
    return np.where(total > 0.0, trade / np.where(total > 0.0, total, 1.0), 1.0 / trade.shape[1])


def trade_between(flows: Floats) -> Floats:
    """Return trade both ways (region, region) from flows (good, origin, destination); home sales left out."""
    pairs = flows.sum(axis=0)
    both = pairs + pairs.T
    np.fill_diagonal(both, 0.0)
    return both


def _shares(world: World, assumptions: Assumptions) -> Floats:
    size = len(world.regions)
    shares = np.zeros((len(RAILS), size, size))
    shares[number(CIPS)] = assumptions["payments.cips.third_share"]
    if "CHN" in world.regions:
        china = world.regions.index("CHN")
        late = base_year(world) >= 2022
        own = assumptions["payments.cips.china_share_2022" if late else "payments.cips.china_share_to_2021"]
        shares[number(CIPS), china, :] = shares[number(CIPS), :, china] = own
    home = home_shares(tuple(world.regions), base_year(world)) * assumptions["payments.bilateral.direct"]
    direct = 0.5 * (home[:, None] + home[None, :])
    floor = assumptions["payments.bilateral.floor"]
    shares[number(BILATERAL)] = np.clip(direct, floor, 1.0 - shares[number(CIPS)] - floor)
    shares[number(SWIFT)] = 1.0 - shares.sum(axis=0)
    return shares


def _start(world: World, assumptions: Assumptions) -> Floats:
    # accounts at each other's banks are old technology: bilateral rails have nobody left to win
    start = np.ones((len(RAILS), len(world.regions)))
    start[number(CIPS)] = start[number(BRIDGE)] = assumptions["payments.adoption.start"]
    if "CHN" in world.regions:
        start[number(CIPS), world.regions.index("CHN")] = 1.0
    return start


@cache
def home_shares(regions: tuple[str, ...], year: int) -> Floats:
    """Return the share of each region's trade invoiced in its own currency, 0 where that is international or unknown.

    The mean of exports and imports, each of the latest year at hand up to `year`.
    """
    euro = set(members("EUROZONE", year))
    latest: dict[tuple[str, str], tuple[int, float]] = {}
    for row in store.rows("payments/invoicing.csv"):
        key, when = (row["country"], row["flow"]), int(row["year"])
        if row["currency"] == "HOME" and when <= year and when >= latest.get(key, (0, 0.0))[0]:
            latest[key] = (when, float(row["share"]) / 100.0)
    out = np.zeros(len(regions))
    for n, region in enumerate(regions):
        if region in HOME_IS_INTERNATIONAL or region in euro:
            continue
        found = [latest[region, flow][1] for flow in ("exports", "imports") if (region, flow) in latest]
        out[n] = float(np.mean(found)) if found else 0.0
    out.setflags(write=False)
    return out


@cache
def currency_shares() -> dict[str, float]:
    """Return the shares of currencies in payments on SWIFT, fractions, in the last month with the four largest."""
    months: dict[str, dict[str, float]] = {}
    for row in store.rows("payments/swift-shares.csv"):
        if row["status"] != "memory":
            months.setdefault(row["month"], {})[row["currency"]] = float(row["share"]) / 100.0
    last = max(
        month for month, found in months.items() if set(INTERNATIONAL) < set(found) and len(found) >= 8
    )
    return months[last]


def cleared_by(codes: Sequence[str], year: int) -> float:
    """Return the share of payments on SWIFT in currencies whose issuers are among `codes`, 0–1.

    The euro counts if any member of the euro area is: its banks clear it together under one law.
    """
    euro = set(members("EUROZONE", year))
    table = currency_shares()
    issued = [name for name, issuer in ISSUERS.items() if issuer in codes]
    if euro & set(codes):
        issued.append("EUR")
    return min(1.0, sum(table.get(name, 0.0) for name in issued))
