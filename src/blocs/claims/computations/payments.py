"""Model claims about payments: what can settle without SWIFT, and what a cut-off costs whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from blocs.claims.computation import Context
from blocs.claims.computations.drawn import Found, one_year, scenarios
from blocs.claims.computations.places import coarse_places, codes
from blocs.claims.computations.readings import paths
from blocs.claims.reading import Evidence, Reading
from blocs.world.accounts import Floats

if TYPE_CHECKING:
    from blocs.study.run import Run

DECLARED = (
    "numbers of the rails are declared ranges where nobody has measured them (mu, the cap, CIPS's own messages): "
    "parameters/payments.yaml says which"
)


def settle_without_swift(context: Context, now: int = 2025, later: int = 2030) -> Evidence:
    """Return the share of China's trade that could settle without SWIFT, by year, and renminbi between third countries.

    gross: every payment over CIPS or a bilateral rail. net: without the part of CIPS whose messages run over SWIFT.
    third: the renminbi's share of payments for trade in which neither China nor Hong Kong takes part. Drift of
    adoption only, no measures.
    """
    from blocs.scenario.schema import Scenario

    # a swap line that adds nothing keeps the rails in the run
    still = Scenario.from_dict(
        {"name": "rails", "years": f"2022-{later}",
         "measures": [{"type": "swap_line", "between": [["CHN"], ["RUS"]], "boost": 0.0}]}
    )  # fmt: skip
    columns = [f"rails/{name}" for name in ("gross", "net", "third")]
    found = scenarios(context, coarse_places(context.world()), [still], columns, also=rail_results)

    def get(name: str, year: int) -> Floats:
        return found.column("rails", f"rails/{name}@{year}")

    words = {
        "gross": "share of China's trade that could settle without SWIFT, CIPS counted whole",
        "net": "the same without CIPS payments whose messages run over SWIFT",
        "third": "renminbi in trade between countries other than China and Hong Kong",
    }
    readings: list[Reading] = []
    for name, text in words.items():
        readings += found.readings(f"{name}_now", f"{text}, {now}", "%", str(now), get(name, now))
        readings += found.readings(
            f"{name}_rise", f"{text}, change 2022 to {later}", "points", str(later),
            get(name, later) - get(name, 2022),
        )  # fmt: skip
    short = {"gross": "China, CIPS whole", "net": "China, net of SWIFT", "third": "other countries"}
    years = range(2022, later + 1)
    chart = paths(
        "Trade that could settle without SWIFT, and renminbi in trade of others", "%", "blocs, payments vector",
        [(label, [(year, float(get(name, year)[0])) for year in years]) for name, label in short.items()], mark=25.0,
    )  # fmt: skip
    return Evidence(tuple(readings), (chart,), (*found.notes, DECLARED), found.missing)


def rail_results(done: Run) -> Mapping[str, Floats]:
    """Return shares of payments for the base's trade, %, by year: without SWIFT (gross, net), renminbi of others."""
    from blocs.vectors.payments.rails import CIPS, number

    rows: dict[str, list[float]] = {"gross": [], "net": [], "third": []}
    for outcome, states in zip(done.outcomes, done.states, strict=True):
        world, state = outcome.base, states["payments"]
        record, trade = state.record, state.trade
        china = world.region_index("CHN")
        weight = state.base.trade_share[china]
        gross = record.without_swift[china]
        cips = record.weights[number(CIPS)][china] / record.before.sum(axis=0)[china]
        net = np.maximum(gross - state.assumptions["payments.cips.on_swift"] * np.minimum(cips, gross), 0.0)
        own = codes(world, *[code for code in ("CHN", "HKG") if code in world.regions])
        others = np.ones_like(trade)
        others[own] = others[:, own] = 0.0
        renminbi = record.shares[number(CIPS)]
        rows["gross"].append(float(100.0 * weight @ gross))
        rows["net"].append(float(100.0 * weight @ net))
        rows["third"].append(float(100.0 * (renminbi * trade * others).sum() / (trade * others).sum()))
    return {f"rails/{name}": np.array(values) for name, values in rows.items()}


def swift_cut_off(context: Context) -> Evidence:
    """Return what a cut-off of all Chinese banks from SWIFT costs China, the senders and others, by year."""
    from blocs.scenario.schema import Scenario

    cut = one_year(Scenario.load("china-off-swift"), "china-off-swift")
    years = cut.each_year
    columns = [f"loss/{who}" for who in ("China", "senders", "others", "China_usd", "senders_usd")]
    found = scenarios(context, coarse_places(context.world()), [cut], columns, also=cut_off_results)
    readings: list[Reading] = []
    for order, year in (("first", years[0]), ("fifth", years[-1])):
        for who, words in (("China", "China"), ("senders", "G7 and EU"), ("others", "everybody else")):
            readings += _loss(
                found, f"{who.lower()}_{order}", f"loss of {words}, {order} year", "%", who, year
            )
        readings += _loss(
            found, f"china_usd_{order}", f"loss of China, {order} year", "US$ bn", "China_usd", year
        )
        readings += _loss(
            found, f"senders_usd_{order}", f"loss of G7 and EU, {order} year", "US$ bn", "senders_usd", year
        )
    chart = paths(
        "Welfare lost in a cut-off of China from SWIFT", "% of absorption", "blocs, scenario china-off-swift",
        [(who, [(year, found.at(cut.name, f"loss/{who}@{year}")) for year in years])
         for who in ("China", "senders", "others")], mark=0.5,
    )  # fmt: skip
    notes = (cut.leaves_out, DECLARED)
    return Evidence(tuple(readings), (chart,), (*found.notes, *notes), found.missing)


def _loss(found: Found, name: str, words: str, unit: str, who: str, year: int) -> tuple[Reading, ...]:
    return found.pair(name, words, unit, str(year), "china-off-swift", f"loss/{who}@{year}")


def cut_off_results(done: Run) -> Mapping[str, Floats]:
    """Return losses (positive) of China, of the G7 and EU together, and of everybody else, % and US$ bn, by year."""
    from blocs.claims.computations.drawn import percent_of, usd_of

    rows: dict[str, list[float]] = {}
    for outcome in done.outcomes:
        world = outcome.base
        china, senders = [world.region_index("CHN")], codes(world, "G7", "EU27")
        others = [n for n in range(len(world.regions)) if n not in (*china, *senders)]
        for who, at in (("China", china), ("senders", senders), ("others", others)):
            rows.setdefault(f"loss/{who}", []).append(-percent_of(outcome, at))
            rows.setdefault(f"loss/{who}_usd", []).append(-usd_of(outcome, at))
    return {name: np.array(values) for name, values in rows.items()}
