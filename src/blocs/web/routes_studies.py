"""The routes of the studies: power, minerals, debt, payments, bubbles, claims."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from blocs.web import claims as claims_of
from blocs.web import studies
from blocs.web.errors import Refusal
from blocs.web.lab import Lab
from blocs.web.lane import Ticket, answered
from blocs.web.requests import (
    BubbleRequest,
    CoalitionRequest,
    CorridorRequest,
    ExposureRequest,
    LeverageRequest,
)
from blocs.web.routes_lab import JSON, TheLab

router = APIRouter(prefix="/api")
Document = dict[str, Any]
AT_ONCE = 1_000_000  # rows times replications of a bubble test outside a job


async def _studied(request: Request, lab: Lab, work: Callable[[Ticket], Any]) -> Any:
    return await answered(request, lab.studies.submit(work))


@router.post("/exposure", summary="Friends and enemies")
async def exposure(request: Request, lab: TheLab, asked: ExposureRequest) -> Document:
    """Return the effect of a small shock in one region on the welfare of all, as `blocs exposure --json`."""
    return await _studied(request, lab, lambda _: studies.exposure(asked, lab.solver))


@router.post("/coalition", summary="Two sides stop trading")
async def coalition(request: Request, lab: TheLab, asked: CoalitionRequest) -> Document:
    """Return who loses what, as `blocs coalition --json`."""
    return await _studied(request, lab, lambda _: studies.coalition(asked, lab.solver))


@router.post("/leverage", summary="What a coalition can take from a target")
async def leverage(request: Request, lab: TheLab, asked: LeverageRequest) -> Document:
    """Return the loss item by item, as `blocs leverage --json`; many minerals over years belong in a job."""
    return await _studied(
        request, lab, lambda ticket: studies.leverage(asked, lab.solver.named(asked.world), ticket.check)
    )


@router.get("/minerals", summary="All minerals")
async def minerals(request: Request, lab: TheLab) -> Document:
    """Return leader, price and control of each, as `blocs minerals --json`."""
    return await _studied(request, lab, lambda _: studies.minerals())


@router.get("/minerals/{mineral}", summary="One mineral")
async def mineral(request: Request, lab: TheLab, mineral: str, ban: bool = True) -> Document:
    """Return its page, and with `ban` what a full stop of the leader's exports does."""
    return await _studied(request, lab, lambda _: studies.mineral(mineral, ban, lab.solver))


@router.get("/debt", summary="Countries with bundled debt")
async def debt_list() -> Document:
    """Return the countries and their baselines."""
    return studies.debt_list()


@router.get("/debt/{country}", summary="The debt of one country", response_class=Response)
async def debt(
    request: Request,
    lab: TheLab,
    country: str,
    baseline: Annotated[str | None, Query(max_length=80)] = None,
    paths: Annotated[int, Query(ge=100, le=100_000)] = 20_000,
    until: Annotated[int | None, Query(ge=2000, le=2100)] = None,
    by: Annotated[int | None, Query(ge=2000, le=2100)] = None,
    target: Annotated[float, Query(gt=0.0, le=1000.0)] = 100.0,
    seed: Annotated[int | None, Query(ge=0, le=2**31)] = None,
) -> Response:
    """Return baseline, fans and answers, as `blocs debt --json`."""

    def work(_: Ticket) -> str:
        return studies.debt(country, baseline, paths=paths, until=until, by=by, target=target, seed=seed)

    return Response(await _studied(request, lab, work), media_type=JSON)


@router.get("/series", summary="Observed time series")
async def series_list(request: Request, lab: TheLab) -> Document:
    """Return what there is, as `blocs data series --json`."""
    return await _studied(request, lab, lambda _: studies.series_list())


@router.get("/series/{series}", summary="One observed series")
async def series_points(request: Request, lab: TheLab, series: str) -> Document:
    """Return its points; every word of the query chooses a column: `?currency=CNY`."""
    chosen = {name: value for name, value in request.query_params.items() if name not in ("name", "memory")}
    return await _studied(request, lab, lambda _: studies.series_points(series, chosen))


@router.post("/corridor", summary="The rails between two countries")
async def corridor(request: Request, lab: TheLab, asked: CorridorRequest) -> Document:
    """Return shares by rail and what losing SWIFT costs, as `blocs payments corridor --json`."""
    return await _studied(request, lab, lambda _: studies.corridor(asked, lab.solver))


@router.post("/bubble", summary="Is a series explosive")
async def bubble(request: Request, lab: TheLab, asked: BubbleRequest) -> Document:
    """Return tests and date stamps, as `blocs bubble --json`; long series and many replications belong in a job."""
    if asked.lppls or len(asked.csv.splitlines()) * asked.replications > AT_ONCE:
        raise Refusal(
            422, "request", f"more than {AT_ONCE:,} rows times replications, or lppls: start it as a job"
        )
    return await _studied(request, lab, lambda _: studies.bubble(asked))


@router.get("/claims", summary="Claims held against data and model", response_class=Response)
async def claims(
    request: Request, lab: TheLab, ledger: Annotated[str | None, Query(max_length=80)] = None
) -> Response:
    """Return the verdicts of a bundled ledger, as `blocs claims --json`.

    Claims that solve the model are in `left_out` until a job of kind `claims` has solved them.
    """
    key = f"claims {ledger}"  # bundled data do not change while the server runs
    known = lab.texts.get(key)
    if known is None:
        known = json.dumps(await _studied(request, lab, lambda _: claims_of.claims(ledger))).encode()
        lab.texts.put(key, known)
    return Response(known, media_type=JSON)


@router.get("/claims/{claim}", summary="One claim")
async def claim(
    request: Request, lab: TheLab, claim: str, ledger: Annotated[str | None, Query(max_length=80)] = None
) -> Document:
    """Return one claim that needs data only, with its readings, rule and sources."""
    return await _studied(request, lab, lambda _: claims_of.claims(ledger, claim))
