"""Model claims about power: who withstands a cut-off, who can hurt whom, and who gains by taxing whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from blocs.claims.computation import Context
from blocs.claims.computations.drawn import (
    MODEL,
    Case,
    Found,
    elasticity_draws,
    percent_of,
    static,
    usd_of,
)
from blocs.claims.computations.places import (
    Places,
    coarse_places,
    codes,
    game_places,
    only_sectors,
)
from blocs.claims.computations.readings import bars, plain
from blocs.claims.computations.trade import SOUTH, goods_of
from blocs.claims.reading import Evidence, Reading
from blocs.world.world import World

if TYPE_CHECKING:
    from blocs.engine.elasticities import Elasticities
    from blocs.engine.outcome import Outcome
    from blocs.engine.shocks import Shocks
    from blocs.study.coalition import Flows
    from blocs.study.members import Setting

HORIZONS = ("short", "medium", "long")
ALLIES = ("G7", "EU27", "KOR", "TWN", "AUS", "-USA")
SEVEN = ("G7",)
WAYS = ("count", "gdp")  # third countries by number, or by absorption


# a cut-off by horizon ------------------------------------------------------------------------------------------


def cut_off_by_horizon(context: Context, with_eu: bool = True) -> Evidence:
    """Return what a full stop of trade between the G7 and China costs both, by horizon, deficits purged.

    Losses are positive, in % of absorption and US$ bn of 2022; ratio: the first side's loss over China's. with_eu:
    also the seven joined by the whole European Union, at the parameters' values only.
    """
    places = coarse_places(context.world())
    sides = {"g7": SEVEN, **({"g7_eu": ("G7", "EU27")} if with_eu else {})}
    cases = [
        Case(
            f"{side} {horizon}", lambda world, names=names: _embargo(world, names), horizon, balanced=True,
            drawn=side == "g7",
        )
        for side, names in sides.items()
        for horizon in HORIZONS
    ]  # fmt: skip
    found = static(context, places, cases, _losses)
    readings: list[Reading] = []
    for side in sides:
        who = "the seven" if side == "g7" else "the seven and the EU"
        for horizon in HORIZONS:
            case, when = f"{side} {horizon}", f"{horizon} horizon"
            tag = f"{side}_{horizon}"
            for key, words, unit in (
                ("china", f"China's loss, cut off by {who}", "%"),
                ("china_usd", f"China's loss, cut off by {who}", "US$ bn"),
                (side, f"loss of {who}", "%"),
                (f"{side}_usd", f"loss of {who}", "US$ bn"),
                (f"{side}_ratio", f"loss of {who} over China's, in %", "1"),
                (f"{side}_ratio_usd", f"loss of {who} over China's, in US$", "1"),
            ):
                name = f"{key.removeprefix(side + '_') if key != side else 'side'}_{tag}"
                readings += found.pair(name, f"{words}, {when}", unit, "2022", case, key)
    chart = bars(
        "Loss from a full stop of trade with China", "% of absorption", MODEL,
        [(f"{who}, {horizon}", found.at(f"g7 {horizon}", key))
         for horizon in HORIZONS for who, key in (("China", "china"), ("G7", "g7"))],
        mark=5.0,
    )  # fmt: skip
    return Evidence(tuple(readings), (chart,), found.notes, found.missing)


def _embargo(world: World, side: Sequence[str]) -> Shocks:
    from blocs.engine.shocks import Shocks

    there = np.ones(world.accounts.flows.shape)
    ours, china = codes(world, *side), world.region_index("CHN")
    there[:, ours, china] = there[:, china, ours] = 0.0
    return Shocks.of(world, availability=there)


def _losses(outcome: Outcome) -> dict[str, float]:
    world = outcome.base
    sides = {
        "china": [world.region_index("CHN")],
        "g7": codes(world, "G7"),
        "g7_eu": codes(world, "G7", "EU27"),
    }
    found = {name: -percent_of(outcome, at) for name, at in sides.items()}
    found |= {f"{name}_usd": -usd_of(outcome, at) for name, at in sides.items()}
    for side in ("g7", "g7_eu"):
        found[f"{side}_ratio"] = found[side] / found["china"]
        found[f"{side}_ratio_usd"] = found[f"{side}_usd"] / found["china_usd"]
    return found


# who can hurt third countries ----------------------------------------------------------------------------------


def leverage_over_thirds(context: Context) -> Evidence:
    """Return over how many third countries China holds more leverage than the G7.

    Leverage over j is j's welfare loss, % of absorption, if the coalition stops trading with j alone: `both` ways, or
    by withholding its `exports`. Countries one by one on 81 regions by twelve industries at the parameters' values, in
    2022 and (both ways) in 2017; draws, both ways, on 23 regions by twelve industries. Deficits purged.
    """
    full = only_sectors(context.world())
    coarse = only_sectors(coarse_places(context.world()).coarse)
    context.say("leverage over every third country")
    table = _leverages(full, None, ("both", "exports"))
    before = _leverages(only_sectors(context.world().at(2017)), None, ("both",)) if _dated(context) else None
    sets = elasticity_draws(context.draws)
    plainly, *drawn = context.each_draw("leverage", partial(_shares, coarse), [None, *sets])
    study = Found(
        Places(full, coarse), {("2022", how): _above(full, table["both"], how) for how in WAYS},
        {("2022", how): np.array([found[how] for found in drawn]) for how in WAYS}, (),
        coarse={("2022", how): plainly[how] for how in WAYS},
        choices={"elasticities": tuple(one.name for one in sets)},
    )  # fmt: skip
    readings: list[Reading] = []
    for how, words in (
        ("count", "share of third countries"),
        ("gdp", "share of third countries' absorption"),
    ):
        what = f"{words} over which China has more leverage than the G7"
        readings += study.pair(f"both_{how}", f"{what}, trade both ways", "%", "2022", "2022", how)
        readings.append(
            plain(f"exports_{how}", f"{what}, exports withheld, at the parameters' values on {full.name}",
                  _above(full, table["exports"], how), "%", "2022", (MODEL,), "model")
        )  # fmt: skip
        if before is not None:
            readings.append(
                plain(f"both_{how}_2017", f"{what}, trade both ways, at the parameters' values", 
                      _above(full, before["both"], how), "%", "2017", (MODEL,), "model")
            )  # fmt: skip
    rows = sorted(table["both"].items(), key=lambda row: row[1][1] - row[1][0])
    chart = bars(
        "China's leverage less that of the G7, trade both ways (most and least)", "points of absorption", MODEL,
        [(code, china - seven) for code, (seven, china) in [*rows[-8:][::-1], *rows[:8][::-1]]],
    )  # fmt: skip
    return Evidence(tuple(readings), (chart,), study.notes, study.missing)


def _dated(context: Context) -> bool:
    """Whether the context's world is bundled, so that it has earlier years."""
    return context.world().name in ("81x50", "81x28")


def _leverages(
    world: World, elasticities: Elasticities | None, flows: Sequence[Flows]
) -> dict[str, dict[str, tuple[float, float]]]:
    """Return by kind of cut and third country the losses that the G7 and China can threaten, %; NaN: no solution."""
    from blocs.study.members import setting
    from blocs.world.tables import REST

    place = setting(world, elasticities=elasticities)
    names = {"g7": _sevens(world), "china": ["CHN"]}
    thirds = [c for c in world.regions if c not in (*names["g7"], "CHN", "HKG", REST)]
    return {
        kind: {
            code: (_threat(place, names["g7"], code, kind), _threat(place, names["china"], code, kind))
            for code in thirds
        }
        for kind in flows
    }


def _sevens(world: World) -> list[str]:
    """Return the regions that hold the G7; in a game's world the EU stands for its three members."""
    return [world.regions[n] for n in codes(world, "G7")]


def _threat(place: Setting, side: Sequence[str], target: str, kind: Flows) -> float:
    from blocs.errors import ConvergenceError
    from blocs.study.coalition import cut_cells, solve_cut

    mask = cut_cells(place.base, side, [target], place.base.sectors, kind)
    try:
        outcome = solve_cut(place, mask, 1.0)
    except ConvergenceError:
        return float("nan")
    return -float(outcome.regional("welfare")[place.base.region_index(target)])


def _shares(world: World, elasticities: Elasticities | None) -> dict[str, float]:
    """Return by way to count how many third countries China can hurt more than the G7, trade cut both ways, %."""
    found = _leverages(world, elasticities, ("both",))["both"]
    return {how: _above(world, found, how) for how in WAYS}


def _above(world: World, table: dict[str, tuple[float, float]], how: str) -> float:
    """Return the share, %, of third countries over which China has more leverage: counted, or by absorption."""
    known = {code: pair for code, pair in table.items() if np.isfinite(pair).all()}
    if not known:
        return float("nan")
    size = np.array(
        [1.0 if how == "count" else world.accounts.absorption[world.region_index(code)] for code in known]
    )
    more = np.array([china > seven for seven, china in known.values()])
    return float(100.0 * (size * more).sum() / size.sum())


# taxing allies and weaker countries ----------------------------------------------------------------------------


def tax_partners(context: Context, points: float = 10.0) -> Evidence:
    """Return what the United States gains by `points` more duty on goods of allies, and of the South, long horizon.

    Alone, and after an answer in kind: each taxed partner puts the same on American goods.
    """
    places = coarse_places(context.world())
    groups = {"allies": ALLIES, "weaker": SOUTH}
    cases = [
        Case(f"{group}, {how}", lambda world, names=names, how=how: _duty(world, names, points, how))
        for group, names in groups.items()
        for how in ("alone", "answered")
    ]
    found = static(context, places, cases, _american)
    readings: list[Reading] = []
    for case in cases:
        group, _, how = case.name.partition(", ")
        for key, words, unit in (
            ("usa", "welfare of the United States", "%"),
            ("usa_usd", "welfare of the United States", "US$ bn"),
            ("taxed", "welfare of those taxed", "%"),
        ):
            readings += found.pair(
                f"{key}_{group}_{how}", f"{words}: {points:g} points on {group}, {how}", unit, "2022", case.name,
                key if key != "taxed" else group,
            )  # fmt: skip
    chart = bars(
        f"US welfare, {points:g} points more duty", "%", MODEL,
        [(case.name, found.at(case.name, "usa")) for case in cases],
    )  # fmt: skip
    return Evidence(tuple(readings), (chart,), found.notes, found.missing)


def _duty(world: World, names: Sequence[str], points: float, how: str) -> Shocks:
    from blocs.engine.shocks import Shocks

    rates = np.zeros(world.accounts.flows.shape)
    usa = world.region_index("USA")
    for s in goods_of(world):
        for i in codes(world, *names):
            rates[s, i, usa] = points / 100.0
            if how == "answered":
                rates[s, usa, i] = points / 100.0
    return Shocks.of(world, tariff=rates)


def _american(outcome: Outcome) -> dict[str, float]:
    world = outcome.base
    usa = [world.region_index("USA")]
    return {
        "usa": percent_of(outcome, usa),
        "usa_usd": usd_of(outcome, usa),
        "allies": percent_of(outcome, codes(world, *ALLIES)),
        "weaker": percent_of(outcome, codes(world, *SOUTH)),
    }


def tariff_game(context: Context) -> Evidence:
    """Return US welfare where it, its allies and the South set one duty each, best replies to each other (Nash).

    On a world of about twelve regions by twelve industries, deficits purged, one rate on all goods a player, the same
    for all partners; allies and the South act as unions.
    """
    world = game_places(context.world()).coarse
    players = {"USA": ["USA"], "allies": _names(world, ALLIES), "South": _names(world, SOUTH)}
    sets = elasticity_draws(context.draws)
    first, *drawn = context.each_draw("tariff game", partial(_at_rest, world, players), [None, *sets])
    at_rest = all(found is not None for found in (first, *drawn))
    places = Places(world, world)
    study = Found(
        places, {("game", name): value for name, value in (first or {}).items()},
        {("game", name): np.array([found[name] if found else np.nan for found in drawn]) for name in players},
        () if at_rest else ("the game did not come to rest",),
        choices={"elasticities": tuple(one.name for one in sets)},
    )  # fmt: skip
    readings = (
        *study.pair(
            "game_usa", "welfare of the United States in the tariff game", "%", "2022", "game", "USA"
        ),
        *study.pair("game_allies", "welfare of its allies in the tariff game", "%", "2022", "game", "allies"),
        *study.pair("game_south", "welfare of the South in the tariff game", "%", "2022", "game", "South"),
    )
    chart = bars(
        "Welfare in the tariff game", "%", MODEL, [(name, study.at("game", name)) for name in players]
    )
    return Evidence(readings, (chart,), study.notes, study.missing)


def _at_rest(
    world: World, players: Mapping[str, Sequence[str]], elasticities: Elasticities | None
) -> dict[str, float] | None:
    """Return each player's welfare in the tariff game, %; None where it does not come to rest."""
    from blocs.study.nash import nash

    done = nash(world, players, uniform=True, certificate=False, alone=False, elasticities=elasticities)
    if not done.converged:
        return None
    return {str(row["player"]): float(row["nash_welfare_pct"]) for row in done.player_rows()}


def _names(world: World, groups: Sequence[str]) -> list[str]:
    return [world.regions[n] for n in codes(world, *groups)]
