"""Model claims about minerals: China's leverage beyond rare earths, and who is coerced for what is in the ground."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from blocs.claims.computation import Context
from blocs.claims.computations.drawn import MODEL, Case, percent_of, scenarios, static, usd_of
from blocs.claims.computations.places import coarse_places, codes
from blocs.claims.computations.readings import bars
from blocs.claims.computations.trade import SOUTH, goods_of
from blocs.claims.reading import Chart, Evidence, Reading
from blocs.world.accounts import Floats
from blocs.world.world import World

if TYPE_CHECKING:
    from blocs.engine.outcome import Outcome
    from blocs.engine.shocks import Shocks
    from blocs.scenario.schema import Scenario
    from blocs.study.run import Run

SOURCE = "USGS and World Mining Data, minerals vector of blocs"
RESOURCES = ("B05", "B06", "B07", "B08", "C24B")  # coal, oil and gas, ores, other mining, other metals
RICH = 0.4  # share of goods exports from which a country counts as an exporter of minerals


# controls ------------------------------------------------------------------------------------------------------


def mineral_leverage(
    context: Context, cut: float = 0.9, leakage: float = 0.25, ranked: bool = True
) -> Evidence:
    """Return what the G7 lose if China withholds rare earths, every other controlled mineral, or all of them.

    cut, leakage: as the library's all-controls-g7. Losses are positive. Draws for the first year; the third year at
    the parameters' values. ranked: also each mineral alone.
    """
    from blocs.vectors.minerals.measures import chosen

    rare = chosen(["rare_earths"])
    others = [symbol for symbol in chosen(["controlled"]) if symbol not in rare]
    kinds = {"rare": list(rare), "beyond": others, "all": [*rare, *others]}
    places = coarse_places(context.world())
    given = [_control(kind, minerals, cut, leakage, "2026") for kind, minerals in kinds.items()]
    columns = [f"g7/{name}" for name in ("loss", "loss_usd", "china_usd")]
    found = scenarios(context, places, given, columns, also=g7_results)

    def get(kind: str, name: str) -> Floats:
        return found.column(kind, f"g7/{name}@2026")

    words = {
        "rare": "rare earths",
        "beyond": "every other controlled mineral",
        "all": "all controlled minerals",
    }
    readings: list[Reading] = []
    for kind, text in words.items():
        what = f"loss of the G7 without China's {text}, first year"
        readings += found.readings(f"{kind}_first", what, "%", "2026", get(kind, "loss"))
        readings += found.readings(f"{kind}_usd_first", what, "US$ bn", "2026", get(kind, "loss_usd"))
    rare_loss, beyond = get("rare", "loss"), get("beyond", "loss")
    readings += found.readings(
        "ratio_first", "loss from other controlled minerals over that from rare earths, first year", "1", "2026",
        _ratio(beyond, rare_loss),
    )  # fmt: skip
    third = {kind: _third_year(context, kind, minerals, cut, leakage) for kind, minerals in kinds.items()}
    for name, value, text, unit in (
        ("ratio_third", third["beyond"] / third["rare"],
         "loss from other controlled minerals over that from rare earths, third year",
         "1"),
        ("all_third", third["all"], "loss of the G7 without all controlled minerals, third year", "%"),
    ):  # fmt: skip
        if np.isfinite(value):
            readings.append(Reading(name, text, float(value), unit, "2028", "model", (SOURCE,)))
    mine = get("all", "china_usd")
    readings += found.readings(
        "china_usd", "what China loses by withholding all, first year", "US$ bn", "2026", mine
    )
    charts = (_ranking(context, [*rare, *others], cut, leakage),) if ranked else ()
    notes = (
        f"cut of {100 * cut:g}% of tonnes, a quarter of which leaks through third countries" if leakage == 0.25 else
        f"cut of {100 * cut:g}% of tonnes, leakage {100 * leakage:g}%",
        "prices and tonnes are those of published markets: what has no production or price by country (synthetic "
        "diamonds, battery cells) is in none of the three",
        "industries go on with dearer inputs and less of them; a line that stops for want of one gram is not in it",
    )  # fmt: skip
    return Evidence(tuple(readings), charts, (*found.notes, *notes), found.missing)


def _control(name: str, minerals: Sequence[str], cut: float, leakage: float, years: str) -> Scenario:
    from blocs.scenario.schema import Scenario

    measure = {"type": "export_control", "by": "CHN", "on": "G7", "minerals": list(minerals), "cut": cut,
               "leakage": leakage}  # fmt: skip
    return Scenario.from_dict({"name": name, "years": years, "measures": [measure]})


def _third_year(context: Context, kind: str, minerals: Sequence[str], cut: float, leakage: float) -> float:
    from blocs.study.run import run

    context.say(f"{kind}: third year")
    done = run(coarse_places(context.world()).coarse, _control(kind, minerals, cut, leakage, "2026-2028"))
    return float(g7_results(done)["g7/loss"][-1]) if done.converged else float("nan")


def _ranking(context: Context, minerals: Sequence[str], cut: float, leakage: float) -> Chart:
    from blocs.study.run import run

    world = coarse_places(context.world()).coarse
    rows = []
    for symbol in minerals:
        context.say(f"control of {symbol}")
        done = run(world, _control(symbol, [symbol], cut, leakage, "2026"))
        if done.converged:
            rows.append((symbol, float(g7_results(done)["g7/loss_usd"][0])))
    rows.sort(key=lambda row: -row[1])
    return bars("Loss of the G7 by mineral withheld alone, first year", "US$ bn", SOURCE, rows[:16])


def _ratio(above: Floats, below: Floats) -> Floats:
    return np.divide(above, below, out=np.full_like(above, np.nan), where=below > 1e-9)


def g7_results(done: Run) -> Mapping[str, Floats]:
    """Return losses of the G7 (%, US$ bn) and of China (US$ bn) by year, positive."""
    rows: dict[str, list[float]] = {"g7/loss": [], "g7/loss_usd": [], "g7/china_usd": []}
    for outcome in done.outcomes:
        world = outcome.base
        seven = codes(world, "G7")
        rows["g7/loss"].append(-percent_of(outcome, seven))
        rows["g7/loss_usd"].append(-usd_of(outcome, seven))
        rows["g7/china_usd"].append(-usd_of(outcome, [world.region_index("CHN")]))
    return {name: np.array(values) for name, values in rows.items()}


# coercion ------------------------------------------------------------------------------------------------------


def mineral_coercion(context: Context, points: float = 10.0) -> Evidence:
    """Return who in the South loses most under equal coercion, and whether who coerces gains.

    Exporters of minerals: at least `RICH` of goods exports are coal, oil, gas, ores or metals. `all goods`: the United
    States put `points` more duty on every good of every country of the South. `minerals`: on those goods only, by the
    United States or by the G7. Withheld markets are not forced sales: what force could add is not in it.
    """
    places = coarse_places(context.world())
    kinds = {
        "all goods, USA": (("USA",), False), "minerals, USA": (("USA",), True), "minerals, G7": (("G7",), True),
    }  # fmt: skip
    cases = [
        Case(name, lambda world, by=by, only=only: _duty(world, by, points, only))
        for name, (by, only) in kinds.items()
    ]
    found = static(context, places, cases, _coerced)
    readings: list[Reading] = []
    for case in cases:
        tag = case.name.replace(", ", "_").replace(" ", "_").lower()
        what = f"{points:g} points on {case.name}"
        for key, name, words, unit in (
            ("gap", "gap", "loss of exporters of minerals less that of the rest of the South", "points"),
            ("rich", "rich", "loss of exporters of minerals of the South", "%"),
            ("usa", "usa", "welfare of the United States", "%"),
            ("g7", "g7", "welfare of the G7", "%"),
        ):
            readings += found.pair(f"{name}_{tag}", f"{words}: {what}", unit, "2022", case.name, key)
    central = {
        key[4:]: v
        for (case, key), v in found.central.items()
        if case == "all goods, USA" and key.startswith("_of:")
    }
    rows = sorted(central.items(), key=lambda row: row[1])
    rich = [places.full.regions[n] for n in exporters(places.full)]
    labelled = [(f"{code}{' (minerals)' if code in rich else ''}", v) for code, v in [*rows[:10], *rows[-4:]]]
    chart = bars(
        f"Welfare under {points:g} points more US duty on all goods of the South", "%", MODEL, labelled
    )
    notes = (
        f"exporters of minerals on {places.full.name}: {', '.join(rich)}; Iran, Venezuela, Mongolia, Guinea and others "
        "are inside ROW and not counted",
        "who is a target is a matter of intentions, which no table holds; this is what coercion by duties would bring",
    )
    return Evidence(tuple(readings), (chart,), (*found.notes, *notes), found.missing)


def _duty(world: World, by: Sequence[str], points: float, only: bool) -> Shocks:
    from blocs.engine.shocks import Shocks

    rates = np.zeros(world.accounts.flows.shape)
    goods = [world.sectors.index(c) for c in RESOURCES if c in world.sectors] if only else goods_of(world)
    buyers, sellers = codes(world, *by), codes(world, *SOUTH)
    rates[np.ix_(goods, sellers, buyers)] = points / 100.0
    for i in set(buyers) & set(sellers):
        rates[:, i, i] = 0.0
    return Shocks.of(world, tariff=rates)


def exporters(world: World) -> list[int]:
    """Return the countries of the South with at least `RICH` of their goods exports in minerals."""
    flows = world.accounts.flows
    abroad = flows * (1.0 - np.eye(len(world.regions)))[None]
    goods = abroad[goods_of(world)].sum(axis=(0, 2))
    mined = abroad[[world.sectors.index(c) for c in RESOURCES if c in world.sectors]].sum(axis=(0, 2))
    return [n for n in codes(world, *SOUTH) if goods[n] > 0.0 and mined[n] >= RICH * goods[n]]


def _coerced(outcome: Outcome) -> dict[str, float]:
    world = outcome.base
    rich, south = exporters(world), codes(world, *SOUTH)
    rest = [n for n in south if n not in rich]
    loss_rich, loss_rest = -percent_of(outcome, rich), -percent_of(outcome, rest)
    welfare = outcome.regional("welfare")
    return {
        "rich": loss_rich,
        "gap": loss_rich - loss_rest,
        "usa": percent_of(outcome, codes(world, "USA")),
        "g7": percent_of(outcome, codes(world, "G7")),
        **{f"_of:{world.regions[n]}": float(welfare[n]) for n in south},
    }
