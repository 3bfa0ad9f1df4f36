"""Model claims about trade: the closed American market, corridors, and decoupling by cost, size and cause."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from blocs.claims.computation import Context
from blocs.claims.computations.drawn import Case, percent_of, scenarios, static
from blocs.claims.computations.places import Places, coarse_places, codes
from blocs.claims.computations.readings import bars, estimated, paths, plain
from blocs.claims.reading import Evidence, Reading
from blocs.world.accounts import Floats
from blocs.world.world import World

if TYPE_CHECKING:
    from blocs.engine.outcome import Outcome
    from blocs.engine.shocks import Shocks
    from blocs.study.run import Run

ICIO = "OECD Inter-Country Input-Output Database, 2025 edition"
SOUTH = ("GLOBAL_SOUTH", "-CHN", "-HKG", "-TWN")
YEARS = (2017, 2018, 2019, 2020, 2021, 2022)
SHOWN = 14  # goods in a chart


def goods_of(world: World) -> list[int]:
    """Return the positions of goods."""
    from blocs.world.groups import resolve_goods

    return [world.sectors.index(code) for code in resolve_goods("goods", world.sectors)]


# the American market closes ------------------------------------------------------------------------------------


def us_closes(context: Context, opening: float = 0.05, top: int = 10) -> Evidence:
    """Return what China finds elsewhere and loses if the United States buys no more of its goods.

    found = sum over third countries of (volume after - before) over the base volume sold to the United States, %, at
    base prices, goods. opening: fall of trade costs with the South, both ways, in the cases "open".
    """
    places = coarse_places(context.world())

    def shocks(world: World, fall: float) -> Shocks:
        from blocs.engine.shocks import Shocks

        china, (usa,), south = world.region_index("CHN"), codes(world, "USA"), codes(world, *SOUTH)
        goods = goods_of(world)
        there = np.ones(world.accounts.flows.shape)
        there[goods, china, usa] = 0.0
        if not fall:
            return Shocks.of(world, availability=there)
        cost = np.ones_like(there)
        for j in south:
            cost[goods, china, j] = cost[goods, j, china] = 1.0 - fall
        return Shocks.of(world, availability=there, trade_cost=cost)

    cases = [
        Case(f"{word}, {horizon}", lambda world, fall=fall: shocks(world, fall), horizon)
        for word, fall in (("closed", 0.0), ("closed, South open", opening))
        for horizon in ("long", "short")
    ]
    found = static(context, places, cases, redirected)
    readings: list[Reading] = []
    for case in cases:
        tag = ("south_" if "South" in case.name else "") + case.horizon
        what = f"{case.name} horizon" if "South" not in case.name else (
            f"trade with the South {100 * opening:g}% cheaper, {case.horizon} horizon"
        )  # fmt: skip
        readings += found.pair(
            f"found_{tag}", f"share of China's lost US sales found in other countries: {what}",
            "% of the sales lost", "2022", case.name, "found",
        )  # fmt: skip
        readings += found.pair(f"china_{tag}", f"welfare of China: {what}", "%", "2022", case.name, "china")
    where = [
        (key[3:], value)
        for (case, key), value in found.central.items()
        if case == "closed, long" and key.startswith("to:")
    ]
    where.sort(key=lambda row: -row[1])
    chart = bars(
        "Where China's goods go instead of the United States (closed, long horizon)",
        "% of the sales lost", ICIO, [
            *where[:top],
            ("other countries", sum(value for _, value in where[top:])),
            ("goods at home", found.at("closed, long", "home")),
            ("services, everywhere", found.at("closed, long", "services")),
        ],
    )  # fmt: skip
    note = (
        "fewer goods are sold at home, too: fewer are made, and so fewer are bought as inputs; workers and plants "
        "make services instead, sold at home and abroad, and what is no longer imported"
    )
    return Evidence(tuple(readings), (chart,), (*found.notes, note), found.missing)


def redirected(outcome: Outcome) -> dict[str, float]:
    """Return what China finds elsewhere, in % of its base sales of goods to the United States, and welfare."""
    world = outcome.base
    china, usa = world.region_index("CHN"), world.region_index("USA")
    goods = goods_of(world)
    before = world.accounts.flows[goods, china].sum(axis=0)
    gained = 100.0 * (outcome.volumes.shipped[goods, china].sum(axis=0) - before) / before[usa]
    third = [j for j in range(len(world.regions)) if j not in (china, usa)]
    services = [k for k in range(len(world.sectors)) if k not in goods]
    more = (outcome.volumes.shipped[services, china] - world.accounts.flows[services, china]).sum()
    return {
        "found": float(gained[third].sum()),
        "home": float(gained[china]),
        "services": float(100.0 * more / before[usa]),
        "china": percent_of(outcome, [china]),
        "usa": percent_of(outcome, [usa]),
        **{f"to:{world.regions[j]}": float(gained[j]) for j in third},
    }


# corridors -----------------------------------------------------------------------------------------------------


def corridor_trade(context: Context) -> Evidence:
    """Return what the Belt and Road's corridors do to trade volumes in the model, at savings drawn from their range.

    Draws on the full world: where neighbours are added up, much of what corridors save is no trade across borders any
    more, and world trade would grow by a third less.
    """
    from blocs.scenario.schema import Scenario

    world = context.world()
    places = Places(world, world)
    scenario = Scenario.load("belt-and-road-corridors")
    year = scenario.each_year[-1]
    wanted = [f"trade/{label}" for label in ("world", "China", "members", "outside", "elasticity")]
    found = scenarios(context, places, [scenario], wanted, also=corridor_results)
    words = {
        "world": "volume of world trade in goods",
        "China": "volume of China's trade in goods",
        "members": "volume of goods trade among members",
        "outside": "volume of goods trade among countries that are no members",
    }
    readings: list[Reading] = []
    for label, text in words.items():
        readings += found.pair(
            f"trade_{label.lower()}", f"{text}, corridors", "%", "2022", scenario.name,
            f"trade/{label}@{year}",
        )  # fmt: skip
    readings += found.pair(
        "elasticity", "elasticity of members' trade to the corridor's cost", "1", "2022", scenario.name,
        f"trade/elasticity@{year}",
    )  # fmt: skip
    chart = bars(
        "Volume of goods trade with corridors", "%", ICIO,
        [(label, found.at(scenario.name, f"trade/{label}@{year}")) for label in words],
    )  # fmt: skip
    return Evidence(tuple(readings), (chart,), found.notes, found.missing)


def corridor_results(done: Run) -> Mapping[str, Floats]:
    """Return changes of goods trade volumes, %, and the elasticity of members' trade to the delivered price."""
    rows = []
    for _year, outcome in zip(done.years, done.outcomes, strict=True):
        world = outcome.base
        goods = goods_of(world)
        abroad = 1.0 - np.eye(len(world.regions))
        before = world.accounts.flows[goods].sum(axis=0) * abroad
        after = outcome.volumes.shipped[goods].sum(axis=0) * abroad
        china = world.region_index("CHN")
        inside = np.zeros(len(world.regions), dtype=bool)
        inside[codes(world, "BRI")] = True
        among, others = np.outer(inside, inside), np.outer(~inside, ~inside)

        def change(mask: Floats, after: Floats = after, before: Floats = before) -> float:
            return float(100.0 * ((after * mask).sum() / (before * mask).sum() - 1.0))

        own = np.zeros_like(before)
        own[china], own[:, china] = 1.0, 1.0
        paid = done.scenario.assumed["trade.corridor.cost"]
        members = change(among)
        rows.append(
            (change(np.ones_like(before)), change(own), members, change(others),
             np.log1p(members / 100.0) / np.log1p(paid))
        )  # fmt: skip
    table = np.array(rows)
    labels = ("world", "China", "members", "outside", "elasticity")
    return {f"trade/{label}": table[:, n] for n, label in enumerate(labels)}


def corridor_membership(context: Context) -> Evidence:
    """Return the estimated effect of joint membership of the Belt and Road on bilateral goods trade, 2017-2022.

    ln X[y,i,j] = b (i and j are members in y) + (y,i) + (y,j) + (i,j) effects, home trade and ROW left out, errors
    clustered by pair; once with equal weights, once with those of trade in 2017. b is identified by the countries
    that joined after 2017.
    """
    from blocs.world.groups import members
    from blocs.world.tables import REST

    world = context.world()
    flows = np.stack([world.at(year).accounts.flows[goods_of(world)].sum(axis=0) for year in YEARS])
    joined = np.stack([np.isin(world.regions, members("BRI", year)) for year in YEARS])
    used = (flows > 1.0).all(axis=0) & ~np.eye(len(world.regions), dtype=bool)
    if REST in world.regions:
        rest = world.regions.index(REST)
        used[rest] = used[:, rest] = False
    late = [world.regions[n] for n in np.flatnonzero(joined[-1] & ~joined[0]) if used[n].any()]
    readings = [membership_effect(flows, joined, used, weighted=weighted) for weighted in (False, True)]
    notes = (
        f"identified by {len(late)} regions that signed after 2017: {', '.join(late)}; countries that joined were not "
        "chosen at random, and two of the six years are of the pandemic",
    )
    return Evidence(tuple(readings), (), notes)


def membership_effect(flows: Floats, joined: np.ndarray, used: np.ndarray, *, weighted: bool) -> Reading:
    """Return the estimate on flows (year, origin, destination) and membership (year, region)."""
    from blocs.study.regress import Differences, slope

    weight = np.where(used, flows[0] if weighted else 1.0, 0.0) * np.ones_like(flows)
    both = (joined[:, :, None] & joined[:, None, :]).astype(float)
    differences = Differences(weight)
    y = differences.of(np.log(np.where(used, flows, 1.0)))
    pair = np.broadcast_to(np.arange(used.size).reshape(used.shape), flows.shape)
    fit = slope(y, differences.of(both), weight, pair)
    how = "weighted by trade" if weighted else "equal weights"
    return estimated(
        f"membership_{'weighted' if weighted else 'equal'}",
        f"effect of joint membership on bilateral goods trade, log points x 100, {how}",
        100.0 * fit.slope, 100.0 * fit.error, "%", "2017 to 2022",
        (ICIO, "Belt and Road members by year of signature: group BRI"),
    )  # fmt: skip


# decoupling ----------------------------------------------------------------------------------------------------


def decoupling_intensity(context: Context, one: str = "USA", other: str = "CHN") -> Evidence:
    """Return how the intensity of trade between two countries changed from 2017 to 2022, direct and look-through.

    I[i,j] = X[i,j] X / (X[i] X[j]) over trade across borders: 1 is trade in proportion to size; the two directions
    are joined by their geometric mean. Direct: X is goods sold. Look-through: X is value added of i in the goods
    output of j, through all tiers.
    """
    from blocs.world.look_through import by_year
    from blocs.world.tables import sector_table

    world = context.world()
    cubes = {year: world.at(year).accounts.flows[goods_of(world)] for year in YEARS}
    direct = [pair_intensity(cubes[year].sum(axis=0), world.regions, one, other) for year in YEARS]
    content = by_year()
    table = context.world("81x28")
    through = []
    for n, year in enumerate(content.years):
        output = table.at(year).accounts.output
        goods = list(goods_of(table))
        held = np.einsum("ikj,kj->ij", content.content[n][:, goods], output[goods])
        through.append(pair_intensity(held, content.regions, one, other))
    names, sectors = sector_table(), []
    pair = [world.regions.index(code) for code in (one, other)]
    for s, k in enumerate(goods_of(world)):
        first, last = (
            pair_intensity(cubes[year][s], world.regions, one, other) for year in (YEARS[0], YEARS[-1])
        )
        if first > 0.0 and last > 0.0:
            size = cubes[YEARS[0]][s][np.ix_(pair, pair)]
            traded = float(size[0, 1] + size[1, 0])
            sectors.append((names[world.sectors[k]].short_name, 100.0 * (last / first - 1.0), traded))
    fell = 100.0 * float(np.mean([value < 0.0 for _, value, _ in sectors]))
    sources = (ICIO,)
    span = f"{YEARS[0]} to {YEARS[-1]}"
    readings = (
        plain("intensity_direct", f"change of the intensity of goods trade between {one} and {other}",
              100.0 * (direct[-1] / direct[0] - 1.0), "%", span, sources, "derived"),
        plain("intensity_look_through", "the same, value added of each in the goods output of the other",
              100.0 * (through[-1] / through[0] - 1.0), "%", span, sources, "derived"),
        plain("sectors_falling", "share of goods in which intensity fell", fell, "%", span, sources, "derived"),
    )  # fmt: skip
    charts = (
        paths(
            f"Intensity of trade between {one} and {other} (1: in proportion to size)", "1", ICIO,
            [
                ("goods sold", zip(YEARS, direct, strict=True)),
                ("value added", zip(content.years, through, strict=True)),
            ],
        ),
        bars(
            f"Change of intensity 2017 to 2022, the {SHOWN} goods most traded between the two", "%", ICIO,
            sorted((row[:2] for row in sorted(sectors, key=lambda row: -row[2])[:SHOWN]), key=lambda row: row[1]),
        ),
    )  # fmt: skip
    notes = (
        "look-through series: input coefficients of 2022 in all years, so that it moves with sources and mix only",
    )
    return Evidence(readings, charts, notes)


def pair_intensity(flows: Floats, regions: tuple[str, ...], one: str, other: str) -> float:
    """Return the geometric mean of a pair's two trade intensities; 0 where either flow is 0."""
    abroad = flows * (1.0 - np.eye(len(regions)))
    i, j = regions.index(one), regions.index(other)
    sold, bought, total = abroad.sum(axis=1), abroad.sum(axis=0), abroad.sum()

    def intensity(a: int, b: int) -> float:
        below = sold[a] * bought[b]
        return float(abroad[a, b] * total / below) if below > 0.0 else 0.0

    return float(np.sqrt(intensity(i, j) * intensity(j, i)))


def decoupling_backtest(context: Context, horizon: str = "long") -> Evidence:
    """Return whether trade of 2017-2019 fell where duties were put: the backtest's headline slope."""
    from blocs.study.backtest import SOURCE, headline

    context.say("backtest of the trade war")
    score = headline("trade-war-2018", world=context.world(), horizon=horizon)
    reading = estimated(
        "backtest_slope", "slope of observed on predicted changes of US-Chinese trade by good (1: right size)",
        score.slope, score.error, "1", "2017 to 2019", (ICIO, SOURCE),
    )  # fmt: skip
    notes = (
        f"{score.skill_cells} flows between the two by good and direction, errors clustered by {score.clusters} goods; "
        "what "
        "hit all goods between the two alike is taken out, so only where trade fell is scored",
        "`blocs backtest trade-war-2018` has all scores, years and placebos",
    )
    return Evidence((reading,), (), notes)
