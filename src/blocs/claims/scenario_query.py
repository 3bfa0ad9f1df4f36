"""Readings that a ledger asks of a scenario: results by region, trade between two, indicators of vectors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from blocs.claims.computation import Context, QueryError
from blocs.claims.computations.drawn import choices_of
from blocs.claims.reading import Chart, Evidence, Line, Reading, drawn, medians
from blocs.claims.schema import ScenarioQuery, ScenarioReading
from blocs.data.marked import is_there
from blocs.errors import DataError, unknown

if TYPE_CHECKING:
    from blocs.scenario.schema import Scenario
    from blocs.study.run import Run

TRADE = "trade"
MODEL = "blocs, solved for the scenario {name}"


def scenario_of(query: ScenarioQuery, folder: Path | None) -> Scenario:
    """Return the scenario a query names or holds, with its changes; a relative file is sought beside the ledger."""
    from blocs.scenario.schema import Scenario

    if isinstance(query.scenario, str):
        beside = None if folder is None else folder / query.scenario
        scenario = Scenario.load(
            beside if beside is not None and is_there(beside) == "file" else query.scenario
        )
    else:
        scenario = Scenario.from_dict(query.scenario)
    if not query.change:
        return scenario
    content = scenario.model_dump(mode="json", exclude_defaults=True)
    for measure, model in zip(content.get("measures", []), scenario.measures, strict=True):
        measure["type"] = model.type
    return Scenario.from_dict({**content, **query.change})


def scenario_evidence(context: Context, query: ScenarioQuery, folder: Path | None) -> Evidence:
    """Return the readings of a scenario query: one solve, or with `draws` the median over the draws that converge."""
    scenario = scenario_of(query, folder)
    sources = (MODEL.format(name=scenario.name), *scenario.sources[:3])
    if query.draws:
        return _over_draws(context, query, scenario, sources)
    from blocs.study.run import run

    context.say(f"solving {scenario.name}")
    done = run(None, scenario)
    missing = tuple(
        f"{scenario.name}, {year}: {outcome.status}" for year, outcome in zip(done.years, done.outcomes, strict=True)
        if not outcome.status.converged
    )  # fmt: skip
    readings = []
    for n, asked in enumerate(query.readings):
        year = done.years[-1] if asked.year is None else asked.year
        value = _result(done, asked, year, ("readings", n))
        if value == value:
            words = asked.words or _words(asked, scenario, year)
            readings.append(Reading(asked.name, words, value, "%" if not _is_indicator(asked) else _unit(done, asked),
                                    str(year), "model", sources))  # fmt: skip
    return Evidence(tuple(readings), _bars(readings, scenario), tuple(done.notes), missing)


def _over_draws(
    context: Context, query: ScenarioQuery, scenario: Scenario, sources: tuple[str, ...]
) -> Evidence:
    for n, asked in enumerate(query.readings):
        if asked.outcome == TRADE:
            raise QueryError("trade is not kept draw by draw; drop draws, or ask for another outcome",
                             "readings", n, "outcome")  # fmt: skip
    found = context.ensemble(scenario)
    choices = choices_of(found)
    readings = []
    for n, asked in enumerate(query.readings):
        try:
            array = found.values(asked.outcome)
        except DataError as error:
            raise QueryError(str(error), "readings", n, "outcome") from None
        labels, years = [str(v) for v in array.label.values], [int(v) for v in array.year.values]
        year = years[-1] if asked.year is None else asked.year
        if asked.of not in labels:
            raise QueryError(unknown("region or label", asked.of, labels), "readings", n, "of")
        if year not in years:
            raise QueryError(f"year {year} is not run; years: {years[0]}-{years[-1]}", "readings", n, "year")
        values = tuple(float(v) for v in array.sel(label=asked.of, year=year).values)
        words = asked.words or _words(asked, scenario, year)
        unit = "%" if not _is_indicator(asked) else "1"
        cuts = medians(array.sel(label=asked.of, year=year).values, choices)
        readings.append(drawn(asked.name, words, values, unit, str(year), sources, cuts))
    lost = found.draws - found.converged
    notes = (f"{found.converged} of {found.draws} draws converged",)
    return Evidence(tuple(readings), (), notes, notes if lost == found.draws else ())


def _result(done: Run, asked: ScenarioReading, year: int, key: tuple[str | int, ...]) -> float:
    if year not in done.years:
        raise QueryError(f"year {year} is not run; years: {done.years[0]}-{done.years[-1]}", *key, "year")
    regions = list(done.world.regions)
    if asked.outcome == TRADE:
        if asked.trade is None:
            raise QueryError("outcome: trade needs trade: [exporter, importer]", *key, "outcome")
        for code in asked.trade:
            if code not in regions:
                raise QueryError(unknown("region", code, regions), *key, "trade")
        seller, buyer = (regions.index(code) for code in asked.trade)
        outcome = done.at(year)
        after = float(outcome.bare_flows[:, seller, buyer].sum())
        before = float(outcome.base.accounts.flows[:, seller, buyer].sum())
        return 100.0 * (after / before - 1.0)
    if _is_indicator(asked):
        return _indicator(done, asked, year, key)
    from blocs.engine.outcome import REGIONAL

    if asked.outcome not in REGIONAL:
        raise QueryError(unknown("outcome", asked.outcome, [*REGIONAL, TRADE]), *key, "outcome")
    if asked.of not in regions:
        raise QueryError(unknown("region", asked.of, regions), *key, "of")
    return float(done.regional(asked.outcome)[done.years.index(year), regions.index(asked.of)])


def _indicator(done: Run, asked: ScenarioReading, year: int, key: tuple[str | int, ...]) -> float:
    vector, _, name = asked.outcome.partition(".")
    try:
        data = done.indicators(vector)
    except DataError as error:
        raise QueryError(str(error), *key, "outcome") from None
    if name not in data:
        raise QueryError(
            unknown(f"indicator of {vector}", name, [str(n) for n in data.data_vars]), *key, "outcome"
        )
    array = data[name]
    axes = [dim for dim in array.dims if dim != "year"]
    if len(axes) > 1:
        raise QueryError(
            f"{asked.outcome} has {len(axes)} axes; a reading takes one with at most one", *key, "outcome"
        )
    if "year" in array.dims:
        array = array.sel(year=year)
    if not axes:
        return float(array)
    labels = [str(v) for v in array[axes[0]].values]
    if asked.of not in labels:
        raise QueryError(unknown(str(axes[0]), asked.of, labels), *key, "of")
    return float(array.isel({axes[0]: labels.index(asked.of)}))


def _is_indicator(asked: ScenarioReading) -> bool:
    return "." in asked.outcome


def _unit(done: Run, asked: ScenarioReading) -> str:
    vector, _, name = asked.outcome.partition(".")
    return str(done.indicators(vector)[name].attrs.get("unit", "1"))


def _words(asked: ScenarioReading, scenario: Scenario, year: int) -> str:
    what = asked.outcome.replace("_", " ")
    of = (
        f" from {asked.trade[0]} to {asked.trade[1]}"
        if asked.trade
        else f" of {asked.of}"
        if asked.of
        else ""
    )
    return f"{what}{of} in {year}, {scenario.title or scenario.name}"


def _bars(readings: Sequence[Reading], scenario: Scenario) -> tuple[Chart, ...]:
    units = list(dict.fromkeys(reading.unit for reading in readings))
    return tuple(
        Chart(
            "bars", scenario.title or scenario.name, unit, MODEL.format(name=scenario.name),
            tuple(Line(r.words.split(",")[0], ((r.as_of, float(r.value)),)) for r in readings if r.unit == unit),
        )
        for unit in units
    )  # fmt: skip
