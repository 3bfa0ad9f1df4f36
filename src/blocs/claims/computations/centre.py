"""Model claims about a world around China: who is first partner of whom, and who would stand with whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from blocs.claims.computation import Context
from blocs.claims.computations.drawn import Found, elasticity_draws
from blocs.claims.computations.places import Places, game_places
from blocs.claims.computations.readings import bars, paths, plain
from blocs.claims.computations.trade import ICIO, YEARS, goods_of
from blocs.claims.reading import Evidence, Reading
from blocs.world.accounts import Floats
from blocs.world.world import World

if TYPE_CHECKING:
    from blocs.engine.elasticities import Elasticities

BLOCK = "EU27"  # one customs union, one partner


def centrality(context: Context) -> Evidence:
    """Return for how many third countries China is the first partner, as seller and as buyer, 2017 and 2022.

    Partners: every country, the European Union as one. Gross: goods sold. Value added: of the seller in what the buyer
    spends at home and on imports, through all tiers (81x28; input coefficients of 2022 in all years).
    """
    world, table = context.world(), context.world("81x28")
    gross = {year: world.at(year).accounts.flows[goods_of(world)].sum(axis=0) for year in YEARS}
    absorbed = {year: value_added_absorbed(table.at(year), n) for n, year in enumerate(YEARS)}
    readings: list[Reading] = []
    lines: dict[str, list[tuple[int, float]]] = {}
    for tag, cubes, regions in (("gross", gross, world.regions), ("value_added", absorbed, table.regions)):
        kind = "goods" if tag == "gross" else "value added"
        for role in ("seller", "buyer"):
            path = {year: first_partner(cubes[year], regions, role) for year in YEARS}
            lines[f"{role}, {kind}"] = [(year, path[year]) for year in YEARS]
            words = f"share of third countries whose first {role} is China, {kind}"
            readings += [
                plain(f"{role}_{tag}", words, path[YEARS[-1]], "%", str(YEARS[-1]), (ICIO,), "derived"),
                plain(f"{role}_{tag}_change", f"{words}, change", path[YEARS[-1]] - path[YEARS[0]], "points",
                      f"{YEARS[0]} to {YEARS[-1]}", (ICIO,), "derived"),
            ]  # fmt: skip
    opened = {year: 100.0 * _abroad(world.at(year)) for year in YEARS}
    readings.append(
        plain("openness_change", "world trade in goods over world output of goods, change",
              opened[YEARS[-1]] - opened[YEARS[0]], "points", f"{YEARS[0]} to {YEARS[-1]}", (ICIO,), "derived")
    )  # fmt: skip
    chart = paths(
        "Third countries whose first partner is China", "% of countries", ICIO, lines.items(), mark=50.0
    )
    notes = (
        "third countries: all but China, Hong Kong, the United States and ROW; members of the EU count, their trade "
        "inside it does not",
    )
    return Evidence(tuple(readings), (chart,), notes)


def value_added_absorbed(world: World, year: int) -> Floats:
    """Return value added of each origin in final spending of each destination, US$ mn; `year` counts from 2017.

    Final demand by origin takes the pooled shares of its destination's purchases.
    """
    from blocs.world.look_through import by_year

    content, flows = by_year().content[year], world.accounts.flows
    bought = flows.sum(axis=1)
    share = np.divide(flows, bought[:, None], out=np.zeros_like(flows), where=bought[:, None] > 0.0)
    final = share * world.accounts.final[:, None]
    return np.einsum("iso,soj->ij", content, final, optimize=True)


def first_partner(flows: Floats, regions: Sequence[str], role: str) -> float:
    """Return the share of third countries, %, whose largest partner is China; `flows` (origin, destination)."""
    from blocs.world.groups import members
    from blocs.world.tables import REST

    union = [n for n, code in enumerate(regions) if code in members(BLOCK)]
    china, usa = regions.index("CHN"), regions.index("USA")
    out = [n for n, code in enumerate(regions) if code in ("CHN", "USA", "HKG", REST)]
    thirds = [n for n in range(len(regions)) if n not in out]
    first = 0
    for j in thirds:
        trade = np.array(flows[:, j] if role == "seller" else flows[j], dtype=float)
        trade[j] = 0.0
        others = [
            n for n in range(len(regions)) if n not in (*union, china) and regions[n] not in ("HKG", REST)
        ]
        bloc = 0.0 if j in union else float(trade[union].sum())
        first += bool(trade[china] > max(bloc, float(trade[others].max(initial=0.0)), float(trade[usa])))
    return 100.0 * first / len(thirds)


def _abroad(world: World) -> float:
    goods = world.accounts.flows[goods_of(world)].sum(axis=0)
    return float((goods.sum() - np.trace(goods)) / goods.sum())


# the game ------------------------------------------------------------------------------------------------------


def alignment_blocs(context: Context, cost: float = 0.2, starts: int = 3) -> Evidence:
    """Return how much of the choosers' absorption stands with China where every country picks a bloc, USA or CHN.

    On about twelve regions by twelve industries; goods across blocs bear `cost`, melting on the way; no affinity.
    A draw's reading is the least and the greatest share over the stable maps its starts lead to. Maps: their number.
    """
    world = game_places(context.world()).coarse
    sets = elasticity_draws(context.draws)
    first, *drawn = context.each_draw("alignment", partial(_blocs, world, cost, starts), [None, *sets])
    stable = all(found is not None for found in (first, *drawn))
    shares, picks = first or ({}, [])
    study = Found(
        Places(world, world), {("blocs", key): value for key, value in shares.items()},
        {("blocs", key): np.array([found[0][key] if found else np.nan for found in drawn])
         for key in ("least", "greatest", "maps")},
        () if stable else ("no start reached a stable map",),
        choices={"elasticities": tuple(one.name for one in sets)},
    )  # fmt: skip
    words = {
        "least": "least share of the choosers' absorption that stands with China",
        "greatest": "greatest share of the choosers' absorption that stands with China",
    }
    readings: list[Reading] = []
    for key, text in words.items():
        readings += study.pair(f"bloc_{key}", f"{text}, over stable maps", "%", "2022", "blocs", key)
    readings += study.pair("stable_maps", "number of stable maps found", "number", "2022", "blocs", "maps")
    chart = bars(
        "What China's bloc is worth less America's, in the first map", "% of absorption", ICIO, picks
    )
    notes = (
        f"trade across blocs gets {100 * cost:g}% dearer, a choice of ours; everybody but the two leaders chooses, "
        "ROW stands outside; loyalties, security and money are no part of it",
    )
    return Evidence(tuple(readings), (chart,), (*study.notes, *notes), study.missing)


def _blocs(
    world: World, cost: float, starts: int, elasticities: Elasticities | None
) -> tuple[Mapping[str, float], list[tuple[str, float]]] | None:
    """Return shares over the stable maps and each chooser's margin for China; None where nothing came to rest."""
    from blocs.study.alignment import CrossCost, alignment

    done = alignment(
        world, ("USA", "CHN"), cost=cost, kind=CrossCost.ICEBERG, starts=starts, pairs=0,
        elasticities=elasticities,
    )  # fmt: skip
    if not done.maps:
        return None
    size = world.accounts.absorption
    shares = []
    table = done.pick_rows()
    for number in range(1, len(done.maps) + 1):
        mine = {r["chooser"]: r["pick"] for r in table if r["map"] == number}
        whole = sum(size[world.region_index(code)] for code in mine)
        shares.append(
            100.0 * sum(size[world.region_index(c)] for c, pick in mine.items() if pick == "CHN") / whole
        )
    rows = [(str(r["chooser"]), float(r["worth_CHN"] - r["worth_USA"])) for r in table if r["map"] == 1]
    rows.sort(key=lambda row: -row[1])
    return {"least": min(shares), "greatest": max(shares), "maps": float(len(shares))}, rows
