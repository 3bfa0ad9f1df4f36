"""The US duties of 2025-26, solved once for all claims on them: cost to both sides, and what industry does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from blocs.claims.computation import Context
from blocs.claims.computations.drawn import Case, Found, percent_of, static
from blocs.claims.computations.places import Places, coarse_places
from blocs.claims.computations.readings import bars
from blocs.claims.computations.trade import goods_of
from blocs.claims.reading import Evidence, Reading
from blocs.world.accounts import Floats
from blocs.world.world import World

if TYPE_CHECKING:
    from blocs.engine.outcome import Outcome
    from blocs.engine.shocks import Shocks

DATES = ("2025-11-14", "2026-08-19")
DUTIES = (
    "US tariffs by partner and date: tradewartracker, trade-war-redux-2025 (MIT), "
    "https://github.com/tradewartracker/trade-war-redux-2025"
)
ANSWERED = "answered, long"
NAMES = (*(f"{date}, {horizon}" for date in DATES for horizon in ("long", "short")), ANSWERED)


def us_duties(places: Places, date: str) -> Callable[[World], Shocks]:
    """Return the US duties of `date` as shocks of a world: means weighted by trade where it is coarse."""
    from blocs.engine.shocks import Shocks
    from blocs.vectors.tariff_tables import added

    cube = added("us-tariffs-2025-26", date, places.full)

    def shocks(world: World) -> Shocks:
        return Shocks.of(world, tariff=places.rates(world, cube))

    return shocks


def under_duties(context: Context) -> Found:
    """Return welfare and industry under the duties of every date and horizon, and of the last one answered in kind.

    Answered: every partner puts the same rates on the same goods from the United States. Solved once a check of
    claims, since three claims ask.
    """
    return context.once("duties", lambda: _solve(context))


def _solve(context: Context) -> Found:
    places = coarse_places(context.world())

    def both(world: World) -> Shocks:
        from blocs.engine.shocks import Shocks

        ours = us_duties(places, DATES[-1])(world).tariff
        assert ours is not None
        return Shocks.of(world, tariff=ours + ours.transpose(0, 2, 1))

    cases = [
        Case(ANSWERED, both) if name == ANSWERED
        else Case(name, us_duties(places, name.partition(", ")[0]), name.partition(", ")[2])
        for name in NAMES
    ]  # fmt: skip
    found = static(context, places, cases, _results)
    return replace(found, sources=(*found.sources, DUTIES))


def _results(outcome: Outcome) -> dict[str, float]:
    return two_sides(outcome) | manufacturing(outcome)


def us_duties_cost(context: Context) -> Evidence:
    """Return what the US duties of 2025-26 cost the United States and China, by date and horizon."""
    found, names = under_duties(context), [name for name in NAMES if name != ANSWERED]
    readings: list[Reading] = []
    for case in names:
        date, _, horizon = case.partition(", ")
        for region, key in (("United States", "usa"), ("China", "china")):
            readings += found.pair(
                f"{key}_{date[:4]}_{horizon}", f"welfare of {region} under the US duties of {date}, {horizon} horizon",
                "%", date, case, key,
            )  # fmt: skip
    chart = bars(
        "Welfare under the US duties", "%", DUTIES,
        [(f"{who}, {case}", found.at(case, key)) for case in names for key, who in (("usa", "USA"), ("china", "CHN"))],
    )  # fmt: skip
    return Evidence(tuple(readings), (chart,), found.notes, found.missing)


def us_duties_industry(context: Context) -> Evidence:
    """Return what the US duties of 2025-26 do to manufacturing in the United States and to China's strategic output.

    The manufacturing share of value added and of labour, points; also if every partner puts the same rates on the
    same goods from the United States.
    """
    found = under_duties(context)
    readings: list[Reading] = []
    for case in NAMES:
        date, _, horizon = case.partition(", ")
        tag = f"{date[:4]}_{horizon}" if case != ANSWERED else "answered"
        what = f"US duties of {date}, {horizon} horizon" if case != ANSWERED else (
            f"US duties of {DATES[-1]} answered in kind by everybody, long horizon"
        )  # fmt: skip
        for key, words, unit in (
            ("share", "manufacturing share of US value added", "points"),
            ("jobs", "manufacturing share of US labour", "points"),
            ("strategic", "output volume of China's strategic industries", "%"),
            ("welfare", "welfare of the United States", "%"),
        ):
            readings += found.pair(
                f"{key}_{tag}", f"change of the {words}: {what}" if unit == "points" else f"{words}: {what}", unit,
                DATES[-1] if case == ANSWERED else date, case, key,
            )  # fmt: skip
    charts = (
        bars("Change of manufacturing's share of US value added", "points", DUTIES,
             [(case, found.at(case, "share")) for case in NAMES]),
        bars("Output of China's strategic industries", "%", DUTIES,
             [(case, found.at(case, "strategic")) for case in NAMES]),
    )  # fmt: skip
    level = found.at(NAMES[0], "base_share")
    notes = (
        f"manufacturing is {level:.1f}% of US value added in the base of 2022",
        "workers move between industries at no cost within a horizon; trade deficits keep their share of world "
        "income or are zero, by draw: a smaller deficit needs more saving, which a tariff does not bring by itself",
    )
    return Evidence(tuple(readings), charts, (*found.notes, *notes), found.missing)


def two_sides(outcome: Outcome) -> dict[str, float]:
    """Return welfare of the United States and China and the volume of goods between them, %."""
    world = outcome.base
    usa, china = world.region_index("USA"), world.region_index("CHN")
    goods = goods_of(world)
    before, after = world.accounts.flows[goods].sum(axis=0), outcome.volumes.shipped[goods].sum(axis=0)
    between = (after[usa, china] + after[china, usa]) / (before[usa, china] + before[china, usa])
    return {
        "usa": percent_of(outcome, [usa]),
        "china": percent_of(outcome, [china]),
        "between": float(100.0 * (between - 1.0)),
    }


def manufacturing(outcome: Outcome) -> dict[str, float]:
    """Return changes of US manufacturing shares (points), China's strategic output and US welfare (%)."""
    from blocs.vectors.industry.watch import strategic_goods
    from blocs.world.groups import resolve_goods

    world, solution = outcome.base, outcome.solution
    assert solution is not None
    usa, china = world.region_index("USA"), world.region_index("CHN")
    made = [world.sectors.index(code) for code in resolve_goods("manufacturing", world.sectors)]
    base = world.accounts.value_added[:, usa]
    labour = base * world.accounts.labour_share[:, usa]
    now = (solution.labour_bill + solution.capital_bill)[:, usa]
    jobs = solution.labour_bill[:, usa]

    def part(values: Floats) -> float:
        return float(100.0 * values[made].sum() / values.sum())

    goods = strategic_goods(world)
    before = world.accounts.output[goods, china].sum()
    after = outcome.volumes.shipped[goods, china].sum()
    return {
        "share": part(now) - part(base),
        "base_share": part(base),
        "jobs": part(jobs) - part(labour),
        "strategic": float(100.0 * (after / before - 1.0)),
        "welfare": percent_of(outcome, [usa]),
    }
