"""Other base years of the bundled worlds: `at` an earlier year, `nowcast` a later one."""

from __future__ import annotations

import numpy as np

from blocs.data import store
from blocs.errors import DataError
from blocs.world.accounts import Accounts, Floats, check, frozen
from blocs.world.balance import ratio
from blocs.world.inputs import balanced_use
from blocs.world.world import World

YEARS = (2017, 2018, 2019, 2020, 2021, 2022)
NOWCASTS = (2023,)
BASE_YEAR = YEARS[-1]
TOTALS_TABLE = "worlds/totals-81x28.npz"
TRADE_WAR_TABLE = "worlds/trade-war-added.csv"
TRADE_WAR_FIRST = 2018
TRADE_WAR_FULL = 2020  # from this year on the base year's US-China duties are in force
SIDES = {"us_on_china": ("CHN", "USA"), "china_on_us": ("USA", "CHN")}  # exporter, importer
BY_USER_NOTE = f"flows by user: the pattern of {BASE_YEAR}, balanced to the margins of the year"


def at(world: World, year: int) -> World:
    """Return the base of `year` (one of `YEARS`) for a bundled world; the world itself if it is its year.

    Flows: OECD ICIO totals of that year (goods by good; services in aggregate, split at 81x50 by the 2022 mix of
    each seller-buyer pair). Use: 2022 input coefficients balanced to that year's output and spending, 2022
    value-added shares kept (`blocs.world.inputs`). Tariffs: those of 2022 without the part of the US-China
    duties of 2018-19 that was not yet in force. `notes` of the result say so.
    Raises DataError for other years and for worlds that are not bundled.
    """
    if year == world.year:
        return world
    if year not in YEARS:
        raise DataError(_no_year("at", year, world))
    base = _base_of(world, f"at({year})")
    if year == BASE_YEAR:
        return base
    table = store.arrays(TOTALS_TABLE)
    flows = _split_services(base.accounts.flows, table["flows"][list(table["years"]).index(year)])
    tariff = _tariff(base, year)
    return built(base, year, flows, tariff, _history_notes(base, year, tariff, flows))


def nowcast(world: World, year: int) -> World:
    """Return a bundled world scaled from 2022 to `year` (one of `NOWCASTS`).

    GDP (value added plus duty) of every region grows as published; output of all its industries with it, and
    spending nearly so; US goods imports take the partner shares at hand, which are of 2024; use is balanced as in
    `at`; tariffs stay. Nothing else of that year is in it: see `blocs.world.nowcasting` and `notes`.
    Raises DataError for other years and for worlds that are not bundled.
    """
    from blocs.world import nowcasting

    if year == world.year:
        return world
    if year not in NOWCASTS:
        raise DataError(_no_year("nowcast", year, world))
    base = _base_of(world, f"nowcast({year})")
    old, goods = base.accounts, _goods(base)
    growth = nowcasting.gdp_growth(base.regions)
    shares = nowcasting.import_shares(base.regions)
    usa = base.regions.index("USA")
    flows = nowcasting.grown_flows(old, growth, shares, usa, goods)
    out = nowcasting.left_out(old, growth, shares, usa, goods)
    notes = (
        f"nowcast of {year} from {BASE_YEAR}: GDP in current US$ by region from the World Bank, industries and goods "
        f"grow with their region, spending within {100 * nowcasting.SPENDING_TOLERANCE:g}% of it",
        f"US goods imports by partner: shares of {nowcasting.IMPORTS_YEAR} (customs value), imposed on {year}; their "
        f"total is not; left out: {', '.join(out) or 'none'}",
        f"input coefficients of {BASE_YEAR}, balanced; value-added shares, labour shares and tariffs of {BASE_YEAR}",
    )
    return built(base, year, flows, old.tariff, notes)


# the parts of `at` -------------------------------------------------------------------------------------------


def _base_of(world: World, call: str) -> World:
    """Return the bundled world of 2022 that `world` is, or comes from by `at`."""
    from blocs.world.load import BUNDLED, load_world
    from blocs.world.tables import region_table

    shape = f"{len(world.regions)}x{len(world.sectors)}"
    own = world.name in (shape, titled(shape, world.year))
    if not own or shape not in BUNDLED or world.regions != tuple(region_table()):
        raise DataError(
            f"World.{call}: world {world.name!r} ({shape}) has no other years, only the bundled worlds "
            f"{', '.join(BUNDLED)} have; take load_world(...).{call} first, then aggregate"
        )
    return world if world.year == BASE_YEAR else load_world(shape)


def titled(name: str, year: int | None) -> str:
    """Return what a bundled world is called in `year`: "81x50" in its base year, "81x50 of 2017" in another."""
    return name if year in (None, BASE_YEAR) else f"{name} of {year}"


def _no_year(verb: str, year: int, world: World) -> str:
    own = YEARS if verb == "at" else NOWCASTS
    other = f"World.nowcast knows {_listed(NOWCASTS)}" if verb == "at" else f"World.at knows {_listed(YEARS)}"
    return f"World.{verb} has no year {year!r} for {world.name!r}; valid: {_listed(own)} ({other})"


def _listed(years: tuple[int, ...]) -> str:
    return ", ".join(str(year) for year in years)


def _goods(base: World) -> int:
    """Number of goods: the sectors that are not part of the services aggregate."""
    from blocs.world.tables import SERVICES, sector_table

    parents = sector_table()
    return sum(code != SERVICES and parents[code].parent != SERVICES for code in base.sectors)


def _split_services(base_flows: Floats, totals: Floats) -> Floats:
    """Return flows at the base's sectors: goods as they are, the aggregate by each pair's mix in the base.

    A pair without services in the base takes the mix of what its seller sells to all.
    """
    goods = totals.shape[0] - 1
    services = base_flows[goods:]
    pair = services.sum(axis=0)
    seller = services.sum(axis=2)
    fallback = ratio(seller, seller.sum(axis=0)[None])[:, :, None]
    mix = np.where(pair[None] > 0.0, ratio(services, pair[None]), fallback)
    return np.concatenate([totals[:goods], mix * totals[goods]]).astype(np.float64)


def _tariff(base: World, year: int) -> Floats:
    """Return the base's tariffs with the US-China duties of 2018-19 as far as `year` had them."""
    tariff = base.accounts.tariff.copy()
    if year >= TRADE_WAR_FULL:
        return tariff
    for row in store.rows(TRADE_WAR_TABLE):
        s = base.sectors.index(row["good"])
        for side, (exporter, importer) in SIDES.items():
            i, j = base.regions.index(exporter), base.regions.index(importer)
            then = float(row[f"{side}_{year}"]) if f"{side}_{year}" in row else 0.0
            # the base is stored in float32: a rate that was nothing but the duty may miss zero by a hair
            tariff[s, i, j] = max(tariff[s, i, j] - float(row[f"{side}_{TRADE_WAR_FULL}"]) + then, 0.0)
    return tariff


def built(base: World, year: int, flows: Floats, tariff: Floats, notes: tuple[str, ...]) -> World:
    """Return the world of `year` with `flows` and `tariff`, inputs balanced to them; checks the accounts."""
    accounts = Accounts(
        flows=frozen(flows),
        use=frozen(balanced_use(base.accounts, flows, tariff)),
        tariff=frozen(tariff),
        labour_share=base.accounts.labour_share,
    )
    check(accounts, base.regions, base.sectors)
    lazy = callable(base.intermediate)  # it balances to any accounts; a table of 2022 would not fit
    return World(
        base.regions,
        base.sectors,
        accounts,
        name=titled(base.name, year),
        year=year,
        notes=(*base.notes, *notes, *((BY_USER_NOTE,) if lazy else ())),
        intermediate=base.intermediate if lazy else None,
    )


def _history_notes(base: World, year: int, tariff: Floats, flows: Floats) -> tuple[str, ...]:
    services = (
        () if "SERV" in base.sectors else ("services by industry: the 2022 mix of each seller-buyer pair",)
    )
    rates = [
        f"{importer} on {exporter} {100 * _mean_rate(base, exporter, importer, tariff, flows):.1f}%"
        for exporter, importer in SIDES.values()
    ]
    war = f"with the US-China duties of 2018-19 as in the average month of {year}"
    if year < TRADE_WAR_FIRST:
        war = "without the US-China duties of 2018-19"
    elif year >= TRADE_WAR_FULL:
        war = f"with the US-China duties as they are in {BASE_YEAR}"
    return (
        f"flows of {year}: OECD Inter-Country Input-Output Database, 2025 edition, total use",
        *services,
        f"input coefficients of {BASE_YEAR} balanced (RAS) to the output and spending of {year}; value-added shares "
        f"and labour shares of {BASE_YEAR}",
        f"tariffs of {BASE_YEAR}, {war} ({', '.join(rates)}); no other change of tariffs is in them",
    )


def _mean_rate(base: World, exporter: str, importer: str, tariff: Floats, flows: Floats) -> float:
    i, j = base.regions.index(exporter), base.regions.index(importer)
    goods = slice(0, _goods(base))
    return float((flows[goods, i, j] * tariff[goods, i, j]).sum() / flows[goods, i, j].sum())
