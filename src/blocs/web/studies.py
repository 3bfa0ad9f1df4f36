"""The studies for the page: each returns the document that the command of the same name prints."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blocs.errors import BlocsError, DataError, unknown
from blocs.web.errors import Refusal
from blocs.web.requests import (
    BubbleRequest,
    CoalitionRequest,
    CorridorRequest,
    ExposureRequest,
    LeverageRequest,
)
from blocs.web.solver import Solver, read
from blocs.world.world import World

if TYPE_CHECKING:
    from blocs.study.levers.base import Lever

Document = dict[str, Any]


def exposure(request: ExposureRequest, solver: Solver) -> Document:
    """Return `blocs.exposure/1`."""
    from blocs.study.exposure import exposure as study
    from blocs.study.power_documents import exposure_document

    done = study(
        solver.named(request.world),
        shock=request.shock,
        goods=request.sectors,
        horizon=request.horizon,
        elasticities=request.elasticities,
    )
    return exposure_document(done, request.origin)


def coalition(request: CoalitionRequest, solver: Solver) -> Document:
    """Return `blocs.coalition/1`."""
    from blocs.study.coalition import coalition as study
    from blocs.study.power_documents import coalition_document

    done = study(
        solver.named(request.world),
        sides=request.sides,
        rent=request.rent,
        goods=request.goods,
        intensity=request.intensity,
        flows="exports" if request.one_sided else "both",
        horizon=request.horizon,
        elasticities=request.elasticities,
    )
    return coalition_document(done, attribute=request.attribution)


def leverage(request: LeverageRequest, world: World | str, progress: Callable[[int, int], None]) -> Document:
    """Return `blocs.leverage/1`."""
    from blocs.study.leverage import leverage as study
    from blocs.study.power_documents import leverage_document

    done = study(
        world,
        coalition=request.coalition,
        target=request.target,
        lever=_lever(request),
        horizon=request.horizon,
        elasticities=request.elasticities,
        progress=progress,
    )
    return leverage_document(done)


def _lever(request: LeverageRequest) -> Lever:
    from blocs.study.levers.goods import GoodsLever
    from blocs.study.levers.minerals import MineralsLever
    from blocs.study.levers.rails import RailsLever
    from blocs.study.levers.together import Levers

    control, intensity, year = request.control, request.intensity, request.year or 1
    parts: dict[str, Lever] = {
        "goods": GoodsLever(request.goods or "all", control, intensity),
        "minerals": MineralsLever(
            request.minerals or "all", control, intensity, request.leakage or 0.0, year
        ),
        "rails": RailsLever(request.rails or "all", control, intensity, year),
    }
    return Levers(tuple(parts.values())) if request.by == "all" else parts[request.by]


def minerals() -> Document:
    """Return `blocs.minerals/1`."""
    from blocs.report.minerals import overview

    return {"schema": "blocs.minerals/1", "minerals": overview()}


def mineral(name: str, ban: bool, solver: Solver) -> Document:
    """Return `blocs.mineral/1`."""
    from blocs.report.minerals import page
    from blocs.vectors.minerals import tables

    try:
        tables.find(name)
    except BlocsError as error:
        raise Refusal(404, "not_found", str(error)) from None
    return {"schema": "blocs.mineral/1", **page(name, solver.named("81x50") if ban else None)}


def debt_list() -> Document:
    """Return `blocs.debt-list/1`: the countries at hand and their baselines, the default one first."""
    from blocs.vectors.debt.countries import countries

    found = [{"country": code, "baselines": list(names)} for code, names in countries().items()]
    return {"schema": "blocs.debt-list/1", "countries": found}


def debt(country: str, baseline: str | None, **options: Any) -> str:
    """Return `blocs.debt/1` as text. Only bundled countries: a name is never taken for a file."""
    from blocs.vectors.debt.analysis import debt as analyse
    from blocs.vectors.debt.countries import countries
    from blocs.vectors.debt.fan import SEED

    code = country.upper()
    if code not in countries():
        raise Refusal(
            404,
            "not_found",
            f"{unknown('country', country, countries())}; for another country use `blocs debt FILE.csv`",
        )
    if options["seed"] is None:
        options["seed"] = SEED
    return analyse(code, baseline, **options).to_json()


def series_list() -> Document:
    """Return `blocs.series_list/1`: every observed series at hand."""
    from blocs.world.series import Observatory, listing

    return listing(Observatory.bundled())


def series_points(name: str, chosen: dict[str, str]) -> Document:
    """Return `blocs.series/1`."""
    from blocs.world.series import Observatory, document

    observatory = Observatory.bundled()
    if name not in observatory.entries:
        raise Refusal(404, "not_found", unknown("series", name, observatory.entries))
    return document(observatory.series(name, memory=False, **chosen))


def corridor(request: CorridorRequest, solver: Solver) -> Document:
    """Return `blocs.corridor/1`: in the base year, or in a year of a scenario."""
    from blocs.data.assumptions import Assumptions
    from blocs.vectors.payments.corridor import corridor as look
    from blocs.vectors.payments.corridor import document

    world = solver.named("81x28")
    if request.scenario is None:
        if request.year is not None and not (world.year or 0) <= request.year <= (world.year or 0) + 60:
            raise DataError(
                f"year is {request.year}; choose one from {world.year} to {(world.year or 0) + 60}"
            )
        years = () if request.year is None else tuple(range(world.year or 0, request.year + 1))
        found = look(world, request.one.upper(), request.two.upper(), (), years, Assumptions.default())
        return document(found, None)
    scenario = read(request.scenario)
    last = scenario.each_year[0] if request.year is None else request.year
    if last not in scenario.each_year:
        raise DataError(f"year is {last}; choose one of the scenario's, {scenario.years}")
    world = world if scenario.base == world.year else world.at(scenario.base)
    years = tuple(year for year in scenario.each_year if year <= last)
    found = look(
        world, request.one.upper(), request.two.upper(), tuple(scenario.measures), years, scenario.assumed
    )
    return document(found, scenario.name)


def bubble(request: BubbleRequest) -> Document:
    """Return what `blocs bubble --json` prints of the series in the request."""
    import numpy as np

    from blocs.statistics.bubble import analyse, read_series

    with tempfile.TemporaryDirectory(prefix="blocs-") as folder:
        file = Path(folder) / "series.csv"
        file.write_text(request.csv, encoding="utf-8")
        try:
            series = read_series(file, request.column, signed=request.signed)
        except DataError as error:  # the reader of the message has no such file
            raise DataError(str(error).replace(str(file), "the series")) from None
    if request.log and request.lppls:
        raise DataError("lppls takes the logarithm of a price itself; leave log out beside it")
    if request.log:
        if not np.all(series.values > 0.0):
            raise DataError(f"{series.name} has zero or negative numbers, of which there is no log; drop log")
        series = replace(series, name=f"log {series.name}", values=np.log(series.values))
    found = analyse(
        series, lags=request.lags, window=request.min_window, replications=request.replications,
        bootstrap_replications=request.bootstrap, level=float(request.level), duration=request.min_duration,
        seed=request.seed, lppls=request.lppls,
    )  # fmt: skip
    return found.document()
