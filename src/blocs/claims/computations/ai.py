"""Model claims about artificial intelligence: bubble, bust, open releases, and factories against offices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np

from blocs.claims.computation import Context
from blocs.claims.computations.drawn import MODEL, Found, one_year, scenarios
from blocs.claims.computations.places import coarse_places
from blocs.claims.computations.readings import bars, plain
from blocs.claims.reading import Chart, Evidence, Line, Reading
from blocs.world.accounts import Floats

if TYPE_CHECKING:
    from blocs.scenario.schema import Scenario
    from blocs.study.run import Run

Share = Literal["transcribed", "third_party", "memory"]
CHAIN = ("TWN", "KOR", "USA", "CHN")


# bubble --------------------------------------------------------------------------------------------------------


def bubble_test(context: Context, series: str = "", column: str = "", replications: int = 2000) -> Evidence:
    """Return the p-value of the GSADF test, by wild bootstrap, on a monthly series of price over fundamental.

    series: a CSV file (`blocs bubble` reads the same). None is bundled: prices of shares may not be redistributed.
    """
    if not series:
        return Evidence(
            (), missing=(
                "a monthly series of an AI share index over its earnings or dividends: share prices may not be "
                "redistributed; name a CSV file with `series`",
            ),
        )  # fmt: skip
    from blocs.statistics.bubble.analysis import analyse
    from blocs.statistics.bubble.series import read_series

    read = read_series(series, column or None)
    context.say(f"GSADF on {len(read)} observations")
    found = analyse(read, replications=replications)
    p = 100.0 * found.wild_bootstrap.p_value(found.statistics.gsadf, "gsadf")
    ongoing = any(episode.ongoing for episode in found.episodes_bootstrap)
    source = (f"{series}, {read.labels[0]} to {read.labels[-1]}",)
    readings = (
        plain("gsadf_p", "p-value of GSADF, wild bootstrap: no explosive episode", p, "%", read.labels[-1], source,
              "derived"),
        plain("ongoing", "an explosive episode goes on at the end (1) or not (0)", float(ongoing), "1",
              read.labels[-1], source, "derived"),
    )  # fmt: skip
    chart = Chart(
        "paths", f"{read.name}", "as in the file", source[0],
        (Line(read.name, tuple(zip(read.labels, map(float, read.values), strict=True))),),
    )  # fmt: skip
    return Evidence(readings, (chart,), tuple(found.document()["notes"]))


def capex_over_revenue(
    context: Context,
    revenue: float,
    revenue_year: str,
    revenue_source: str,
    revenue_status: Share = "third_party",
) -> Evidence:
    """Return the large cloud companies' capital spending over revenue from AI in the same year.

    revenue: US$ bn a year, with its source; capital spending is the assumption `ai.capex.level` and its range.
    """
    from blocs.data.assumptions import Assumptions
    from blocs.errors import DataError

    if not revenue > 0.0:
        raise DataError(f"revenue is {revenue:g}; give US$ bn above 0")
    entry = Assumptions.default().entry("ai.capex.level")
    sources = (entry.citation, revenue_source)
    low, high = (end / revenue for end in entry.range)
    reading = Reading(
        "capex_ratio", f"capital spending of a year over revenue from AI, both {revenue_year} (spending between "
        f"{low:.1f} and {high:.1f} times)", entry.value / revenue, "1", revenue_year, revenue_status, sources,
    )  # fmt: skip
    chart = bars(
        "A year's capital spending and revenue from AI", "US$ bn", "; ".join(sources)[:160],
        [("capital spending", entry.value), ("revenue from AI", revenue)],
    )  # fmt: skip
    notes = (
        "spending is for all purposes, not AI alone, and pays off over years; revenue counts what is sold as AI, not "
        "what it adds to search, advertising and shops",
    )
    return Evidence((reading,), (chart,), notes)


# bust ----------------------------------------------------------------------------------------------------------


def bust_losses(context: Context) -> Evidence:
    """Return what the end of the AI boom as a second dotcom crash costs in its worst year, in output.

    Scenario `ai-bust` in its first year, and the same where foreign holders of American equities spend less too.
    """
    from blocs.scenario.schema import Scenario

    home = Scenario.load("ai-bust")
    first = str(home.each_year[0])
    (measure,) = home.measures
    content = {**measure.model_dump(mode="json", exclude_defaults=True), "type": "ai_bust", "years": first}
    given = [
        one_year(home, "bust", years=first, measures=[content]),
        one_year(home, "bust-abroad", years=first, measures=[{**content, "abroad": True}]),
    ]
    places = coarse_places(context.world())
    shown = {"Taiwan": "TWN", "China": "CHN"}
    shown = {name: code for name, code in shown.items() if code in places.coarse.regions}
    wanted = [
        "gdp/USA",
        "ai.gdp_world/all",
        "ai.unemployment/USA",
        *(f"gdp/{code}" for code in shown.values()),
    ]
    found = scenarios(context, places, given, wanted)
    readings: list[Reading] = []
    for one in given:
        tag = "abroad" if "abroad" in one.name else "home"
        what = "" if tag == "home" else ", foreign holders of US equities spend less too"
        for column, name, words in (
            ("gdp/USA", "usa", "fall of US GDP in the worst year"),
            ("ai.gdp_world/all", "world", "fall of world GDP in the worst year"),
        ):
            fall = -found.column(one.name, f"{column}@{first}")
            readings += found.readings(f"{name}_{tag}", words + what, "%", first, fall)
        readings += found.pair(
            f"jobless_{tag}", f"Americans out of work because of it{what}", "% of the labour force", first, one.name,
            f"ai.unemployment/USA@{first}",
        )  # fmt: skip
    rows = [
        (
            f"{label}, {'with' if 'abroad' in one.name else 'without'} holders abroad",
            found.at(one.name, f"{column}@{first}"),
        )
        for one in given
        for label, column in (
            ("United States", "gdp/USA"), ("world", "ai.gdp_world/all"),
            *((name, f"gdp/{code}") for name, code in shown.items()),
        )
    ]  # fmt: skip
    chart = bars("GDP in the first year of a bust", "%", MODEL, rows)
    return Evidence(tuple(readings), (chart,), (*found.notes, home.leaves_out), found.missing)


# an open release and the maker of chips ------------------------------------------------------------------------


def open_release_compute(context: Context) -> Evidence:
    """Return what an open release does to spending on compute ten years on, against the same path without it.

    S = spending on compute of all regions (adoption added x spending per unit of adoption). `same`: compute per
    adopter stays. `lean`: where access gets cheaper, compute per adopter falls as much as its cost, so that what is
    bought is S(frontier) + (1 - fall) S(others). break_even: fall of compute per adopter that leaves S unchanged.
    """
    from blocs.scenario.schema import Scenario

    released = Scenario.load("open-release-shock")
    last = str(released.each_year[-1])
    kept = [m for m in released.measures if m.type != "open_release"]
    release = next(m for m in released.measures if m.type == "open_release")
    fall = float(release.cost_fall)
    adopting = [{**m.model_dump(mode="json", exclude_defaults=True), "type": m.type} for m in kept]
    given = [
        one_year(released, "released", years=last),
        one_year(released, "closed", years=last, measures=adopting),
    ]
    places = coarse_places(context.world())
    makers = ["world", *(code for code in CHAIN if code in places.coarse.regions)]
    columns = ["compute/frontier", "compute/others", *(f"chips/{code}" for code in makers)]
    found = scenarios(context, places, given, columns, also=compute_results)

    def get(scenario: str, column: str) -> Floats:
        return found.column(scenario, f"{column}@{last}")

    frontier, others = get("released", "compute/frontier"), get("released", "compute/others")
    frontier_before, others_before = get("closed", "compute/frontier"), get("closed", "compute/others")

    def rise(lean: float) -> Floats:
        now = frontier + (1.0 - lean) * others
        return 100.0 * (now / (frontier_before + others_before) - 1.0)

    readings: list[Reading] = []
    for tag, lean, words in (
        ("same", 0.0, "compute per adopter as before"),
        ("lean", fall, f"compute per adopter {100 * fall:g}% less where access got cheaper"),
    ):
        readings += found.readings(
            f"spending_{tag}", f"change of world spending on compute with an open release, {words}", "%", last,
            rise(lean),
        )  # fmt: skip
    readings += found.readings(
        "break_even", "fall of compute per new adopter that leaves spending unchanged", "%", last,
        100.0 * (1.0 - others_before / others),
    )  # fmt: skip
    now, before = get("released", "chips/world"), get("closed", "chips/world")
    readings += found.readings(
        "electronics", "change of the world's output of electronics with an open release", "%", last,
        now - before,
    )  # fmt: skip
    chart = bars(
        "Output of electronics with an open release, against the path without", "points", MODEL,
        [(code, float((get("released", f"chips/{code}") - get("closed", f"chips/{code}"))[0])) for code in makers],
    )  # fmt: skip
    notes = (
        "the leading maker is inside electronics; which company sells is not in the model, nor that buyers may turn to "
        "makers of their own",
        released.leaves_out,
    )
    return Evidence(tuple(readings), (chart,), (*found.notes, *notes), found.missing)


def compute_results(done: Run) -> Mapping[str, Floats]:
    """Return spending on compute (US$ bn of the base) of the frontier and of others, and output of electronics, %."""
    from blocs.vectors.ai import adoption
    from blocs.world.groups import resolve_regions

    rows: dict[str, list[float]] = {}
    for year, outcome, states in zip(done.years, done.outcomes, done.states, strict=True):
        world, state = outcome.base, states["ai"]
        paths = adoption.paths(state.measures, world, year, done.years, state.assumptions)
        moved = adoption.compute_spending(paths, world, state.assumptions)
        electronics = world.sectors.index("C26")
        own = world.accounts.final[electronics] / world.accounts.final.sum(axis=0)
        # what moves to electronics is net of what they lose themselves
        spent = moved[electronics] / (1.0 - own) / 1e3
        ahead = np.isin(world.regions, resolve_regions(["USA", "CHN"], world.regions).codes)
        made, base = outcome.volumes.shipped[electronics].sum(axis=1), world.accounts.output[electronics]
        rows.setdefault("compute/frontier", []).append(float(spent[ahead].sum()))
        rows.setdefault("compute/others", []).append(float(spent[~ahead].sum()))
        rows.setdefault("chips/world", []).append(float(100.0 * (made.sum() / base.sum() - 1.0)))
        for code in CHAIN:
            if code in world.regions:
                n = world.regions.index(code)
                rows.setdefault(f"chips/{code}", []).append(float(100.0 * (made[n] / base[n] - 1.0)))
    return {name: np.array(values) for name, values in rows.items()}


# factories and offices -----------------------------------------------------------------------------------------


def ai_strategies(context: Context) -> Evidence:
    """Return output ten years on where AI goes to factories less where it goes to offices, on the same path.

    GDP of the world, China and the United States, %; also per point of value added that adopts, and with one exposure
    for all industries.
    """
    from blocs.scenario.schema import Scenario

    given: list[Scenario] = []
    for preset in ("industrial", "services"):
        base = Scenario.load(f"{preset}-ai")
        last = str(base.each_year[-1])
        given.append(one_year(base, preset, years=last))
        given.append(one_year(base, f"{preset}-equal", years=last, assumptions=equal_exposure()))
    last = str(given[0].each_year[-1])
    where = {"world": "ai.gdp_world/all", "china": "gdp/CHN", "usa": "gdp/USA"}
    adopted = {"china": "ai.adoption_added/CHN", "usa": "ai.adoption_added/USA"}
    found = scenarios(context, coarse_places(context.world()), given, [*where.values(), *adopted.values()])

    def gap(column: str, tag: str = "") -> Floats:
        key = f"{column}@{last}"
        return found.column(f"industrial{tag}", key) - found.column(f"services{tag}", key)

    names = {"world": "the world", "china": "China", "usa": "the United States"}
    readings: list[Reading] = []
    for label, column in where.items():
        readings += found.readings(
            f"gap_{label}",
            f"GDP of {names[label]}: factories' adoption less offices'",
            "points",
            last,
            gap(column),
        )
        readings += found.readings(
            f"equal_{label}", f"the same for {names[label]}, one exposure for all industries", "points", last,
            gap(column, "-equal"),
        )  # fmt: skip
    for label, column in adopted.items():
        readings += found.readings(
            f"per_adopter_{label}",
            f"GDP of {names[label]} per point of value added that adopts: factories less offices",
            "1", last, _per_adopter(found, where[label], column, last),
        )  # fmt: skip
    chart = bars(
        "GDP ten years on", "%", MODEL,
        [(f"{names[label]}, {preset}", found.at(preset, f"{column}@{last}"))
         for label, column in where.items() for preset in ("industrial", "services")],
    )  # fmt: skip
    notes = (
        "one speed, ceiling and gain in exposed tasks for both; exposure of factories is a declared ranking",
    )
    return Evidence(tuple(readings), (chart,), (*found.notes, *notes), found.missing)


def _per_adopter(found: Found, gdp: str, adopted: str, last: str) -> Floats:
    def ratio(part: str) -> Floats:
        return found.column(part, f"{gdp}@{last}") / found.column(part, f"{adopted}@{last}")

    return ratio("industrial") - ratio("services")


def equal_exposure() -> dict[str, float]:
    """Return every industry's exposure at the mean of the declared ones."""
    from blocs.data.assumptions import Assumptions

    exposures = Assumptions.default().under("ai.exposure")
    mean = float(np.mean(list(exposures.values())))
    return {f"ai.exposure.{name}": mean for name in exposures}
