"""Model claims about industry: what China makes itself, when it stops needing others, and whether tariffs bring
manufacturing back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from blocs.claims.computation import Context
from blocs.claims.computations.drawn import Case, percent_of, static
from blocs.claims.computations.places import coarse_places
from blocs.claims.computations.readings import bars, paths, plain
from blocs.claims.computations.trade import DATES, DUTIES, us_duties
from blocs.claims.reading import Evidence, Reading, drawn
from blocs.world.accounts import Floats
from blocs.world.world import World

if TYPE_CHECKING:
    from blocs.engine.outcome import Outcome
    from blocs.engine.shocks import Shocks
    from blocs.study.reliance import Dependence

ICIO = "OECD Inter-Country Input-Output Database, 2025 edition"
PLAN = "Made in China 2025"
NEVER = 2061  # the year that stands for "not by 2060"
CHAIN = ("G7", "EU27", "KOR", "TWN")  # where the chain of chips and machines is


# what the plan's sectors are made of ---------------------------------------------------------------------------


def plan_content(context: Context, plan: str = PLAN) -> Evidence:
    """Return China's own content of the plan's sectors, 2017-2022, look-through and direct, % of gross output.

    Look-through: China's value added through all tiers. Direct: output less inputs bought abroad. Sectors whose
    industries the yearly table cannot tell apart are left out.
    """
    from blocs.study.reliance import reliance

    found = [one for one in reliance("CHN", on=["all", "-CHN"], plan=plan).sectors if one.look_through]
    years = tuple(range(2017, 2023))
    own = {one.sector: np.array(one.self_reliance) for one in found}
    direct = {one.sector: 100.0 - np.array(one.direct) for one in found}
    readings: list[Reading] = []
    for tag, table, words in (("look_through", own, "look-through"), ("direct", direct, "direct")):
        last = {name: float(values[-1]) for name, values in table.items()}
        change = {name: float(values[-1] - values[0]) for name, values in table.items()}
        low, slow = min(last, key=lambda k: last[k]), min(change, key=lambda k: change[k])
        risen = 100.0 * float(np.mean([value > 0.0 for value in change.values()]))
        readings += [
            plain(f"lowest_{tag}", f"China's own content, {words}, lowest sector ({low})", last[low], "%", "2022",
                  (ICIO,), "derived"),
            plain(f"rise_{tag}", f"change of own content, {words}, slowest sector ({slow})", change[slow], "points",
                  "2017 to 2022", (ICIO,), "derived"),
            plain(f"risen_{tag}", f"share of sectors in which own content rose, {words}", risen, "%", "2017 to 2022",
                  (ICIO,), "derived"),
        ]  # fmt: skip
    chart = paths(
        f"China's own content of the sectors of {plan}, look-through", "% of gross output", ICIO,
        [(name, zip(years, values, strict=True)) for name, values in own.items()], mark=70.0,
    )  # fmt: skip
    caveats = tuple(dict.fromkeys(f"{one.sector}: {text}" for one in found for text in one.caveats))
    notes = (
        "input coefficients of 2022 in all years: own content can change by where inputs are bought, not by how "
        "goods are made",
        *caveats,
    )
    return Evidence(tuple(readings), (chart,), notes)


# the year of the fall ------------------------------------------------------------------------------------------


def dependence_falls(
    context: Context, threshold: float = 3.0, subsidised: str = "made-in-china-2035"
) -> Evidence:
    """Return the year in which China's dependence on the Western chain falls under a threshold, in draws.

    Sectors of both plans; the slowest and the fastest (by the share of draws that fall by 2060) are the readings, with
    `NEVER` standing for not by 2060. ln D = a + b (year - mean) is fitted to 2017-2022 and drawn
    (`blocs.study.reliance`); direct purchases by the same rule. subsidised: a scenario whose effect on look-through
    dependence is multiplied in; '' for none.
    """
    from blocs.study.reliance import reliance

    on = list(CHAIN)
    base = [one for one in reliance("CHN", on=on, threshold=threshold).sectors if one.look_through]
    falls = {
        "look_through": {one.sector: fallen(one) for one in base},
        "direct": {one.sector: direct_fallen(one.direct, threshold) for one in base},
    }
    if subsidised:
        context.say(f"{subsidised} on 81x28")
        pushed = reliance("CHN", on=on, threshold=threshold, scenario=subsidised, progress=context.say)
        falls["subsidised"] = {one.sector: fallen(one) for one in pushed.sectors if one.look_through}
    words = {
        "look_through": "look-through, the trend of 2017-2022 goes on",
        "direct": "direct purchases, the trend of 2017-2022 goes on",
        "subsidised": f"look-through, with {subsidised}",
    }
    readings: list[Reading] = []
    for tag, table in falls.items():
        for which, pick in (("slowest", min), ("fastest", max)):
            sector = pick(table, key=lambda name, table=table: table[name][-1])
            readings.append(
                drawn(
                    f"{which}_{tag}",
                    f"year under {threshold:g}% of output ({NEVER}: not by {NEVER - 1}), {which} sector ({sector}): "
                    f"{words[tag]}",
                    sample(table[sector]), "year", "2017 to 2022", (ICIO,),
                )
            )  # fmt: skip
    rows = sorted(
        ((name, 100.0 * shares[-1]) for name, shares in falls["look_through"].items()), key=lambda r: r[1]
    )
    chart = bars(
        f"Draws in which dependence on {', '.join(CHAIN)} is under {threshold:g}% by {NEVER - 1}", "% of draws",
        ICIO, rows, mark=95.0,
    )  # fmt: skip
    levels = sorted(((one.sector, one.look_through[-1]) for one in base), key=lambda row: row[1])
    notes = (
        "dependence in 2022, look-through, % of output: "
        + ", ".join(f"{name} {value:.1f}" for name, value in levels),
        "six years of data, techniques held at 2022; a share of draws is no probability",
    )
    return Evidence(tuple(readings), (chart,), notes)


def fallen(one: Dependence) -> tuple[float, ...]:
    """Return the share of draws under the threshold by each year from 2023 on."""
    assert one.fall is not None
    return one.fall.shares


def direct_fallen(values: Sequence[float], threshold: float, draws: int = 10_000) -> tuple[float, ...]:
    """Return the same for a bare series 2017-2022, by the same trend and draws."""
    from blocs.study.reliance import FIRST, LAST, SEED, Trend

    series = np.asarray(values, dtype=float)
    years = np.arange(FIRST, LAST + 1, dtype=float)
    if (series <= 0.0).any():
        return tuple(1.0 for _ in years)
    path = Trend.fit(range(2017, 2017 + len(series)), series).draw(years, draws, np.random.default_rng(SEED))
    under = np.maximum.accumulate(path < threshold, axis=1)
    return tuple(float(share) for share in under.mean(axis=0))


def sample(shares: Sequence[float], points: int = 400) -> tuple[float, ...]:
    """Return years at evenly spaced levels of the distribution that `shares` by year from 2023 are; NEVER beyond."""
    levels = (np.arange(points) + 0.5) / points
    first = NEVER - len(shares)
    return tuple(float(first + n) for n in np.searchsorted(np.asarray(shares), levels))


# the duties and manufacturing ----------------------------------------------------------------------------------


def us_duties_industry(context: Context, answered: bool = True) -> Evidence:
    """Return what the US duties of 2025-26 do to manufacturing in the United States and to China's strategic output.

    The manufacturing share of value added and of labour, points; `answered`: also if every partner puts the same
    rates on the same goods from the United States.
    """
    places = coarse_places(context.world())

    def both(world: World, date: str) -> Shocks:
        from blocs.engine.shocks import Shocks

        ours = us_duties(places, date)(world).tariff
        assert ours is not None
        return Shocks.of(world, tariff=ours + ours.transpose(0, 2, 1))

    cases = [
        Case(f"{date}, {horizon}", us_duties(places, date), horizon)
        for date in DATES
        for horizon in ("long", "short")
    ]
    if answered:
        cases.append(Case("answered, long", lambda world: both(world, DATES[-1])))
    found = static(context, places, cases, manufacturing)
    readings: list[Reading] = []
    for case in cases:
        date, _, horizon = case.name.partition(", ")
        tag = f"{date[:4]}_{horizon}" if date != "answered" else "answered"
        what = f"US duties of {date}, {horizon} horizon" if date != "answered" else (
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
                DATES[-1] if date == "answered" else date, case.name, key,
            )  # fmt: skip
    chart = bars(
        "Change of manufacturing's share of US value added", "points", DUTIES,
        [(case.name, found.at(case.name, "share")) for case in cases],
    )  # fmt: skip
    level = found.at(cases[0].name, "base_share")
    notes = (
        f"manufacturing is {level:.1f}% of US value added in the base of 2022",
        "workers move between industries at no cost within a horizon; trade deficits keep their share of world "
        "income or are zero, by draw: a smaller deficit needs more saving, which a tariff does not bring by itself",
    )
    return Evidence(tuple(readings), (chart,), (*found.notes, *notes), found.missing)


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
