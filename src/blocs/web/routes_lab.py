"""The routes of the page itself: what it is made of, and solving."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends, Header, Request, Response
from starlette.responses import StreamingResponse

from blocs.engine.outcome import Outcome
from blocs.scenario.io import parse
from blocs.scenario.schema import Scenario
from blocs.study.document import RunDocument
from blocs.web import files, words
from blocs.web.contract import (
    BordersDocument,
    Health,
    MapDocument,
    Metric,
    ScenarioDocument,
    SchemaDocument,
    StreamLine,
    TableDocument,
    WordsDocument,
    YamlDocument,
)
from blocs.web.errors import Refusal, body_of, refusal_of
from blocs.web.lab import Lab, lab_of
from blocs.web.lane import Ticket, answered, heard
from blocs.web.levers import plain
from blocs.web.painted import map_document, notes_of, year_values
from blocs.web.requests import FileName, ScenarioJson, TableName, TwoScenarios, YamlRequest
from blocs.web.solver import key_of, read

router = APIRouter(prefix="/api")
JSON = "application/json"
_CLIENT = re.compile(r"[A-Za-z0-9-]{1,40}")

TheLab = Annotated[Lab, Depends(lab_of)]
Asked = Annotated[ScenarioJson, Body(description="a scenario, as its YAML file holds it")]
Year = int | None


def client_of(blocs_client: Annotated[str | None, Header(max_length=200)] = None) -> str | None:
    """Return the name a page gives itself. Raises Refusal for one that is no name."""
    if blocs_client is not None and not _CLIENT.fullmatch(blocs_client):
        raise Refusal(422, "request", "Blocs-Client: up to 40 letters, digits and `-`")
    return blocs_client


Client = Annotated[str | None, Depends(client_of)]


@router.get("/health", summary="Whether the solver is warm")
async def health(lab: TheLab) -> Health:
    """Answer at once, whatever the solver does."""
    return lab.health()


@router.get("/schema", summary="Levers, presets, names, assumptions", response_model=SchemaDocument)
async def schema(request: Request, lab: TheLab) -> Response:
    """Return everything the page must know before the first scenario."""

    return await _kept(request, lab, "schema")


@router.get("/borders", summary="The outlines of the map", response_model=BordersDocument)
async def borders(request: Request, lab: TheLab) -> Response:
    """Return the outlines; docs/map-policy.md says what is drawn and why."""

    return await _kept(request, lab, "borders")


@router.post(
    "/solve",
    summary="Solve a scenario",
    response_model=RunDocument | MapDocument,
    responses={409: {"description": "a newer request of the same client took its place"}},
)
async def solve(
    request: Request,
    lab: TheLab,
    scenario: Asked,
    client: Client,
    detail: Literal["run", "map"] = "run",
    year: Year = None,
) -> Response:
    """Return the document of `blocs run --json`, or with detail=map what the map needs, at once for one year.

    A solve that does not converge is no error; the document says so.
    """
    if detail == "run" and year is not None:
        raise Refusal(422, "request", "year is for detail=map; detail=run always has all years")
    began, asked = time.perf_counter(), read(scenario)
    if detail == "run":
        return await _exact(request, lab, asked, client)
    _check_year(asked, year)

    def work(ticket: Ticket) -> bytes:
        solved = lab.solver.quick(asked, year, ticket.check)
        seconds = time.perf_counter() - began
        return map_document(solved, year, seconds).model_dump_json(by_alias=True).encode()

    return Response(await answered(request, lab.solves.submit(work, client)), media_type=JSON)


async def _exact(request: Request, lab: Lab, asked: Scenario, client: str | None) -> Response:
    key = f"run {key_of(asked)}"
    known = lab.texts.get(key)
    if known is not None:
        return Response(known, media_type=JSON)

    def work(ticket: Ticket) -> bytes:
        text = RunDocument.of(lab.solver.exact(asked, ticket.check)).to_json().encode()
        lab.texts.put(key, text)
        return text

    return Response(await answered(request, lab.solves.submit(work, client)), media_type=JSON)


@router.post(
    "/years",
    summary="Solve a scenario, the chosen year first",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/x-ndjson": {}}, "description": "one StreamLine a line"}},
)
async def years(
    request: Request, lab: TheLab, scenario: Asked, client: Client, year: Year = None
) -> Response:
    """Send each year as it is solved, one JSON document a line; a year that comes twice replaces itself."""
    asked = read(scenario)
    _check_year(asked, year)
    loop, lines = asyncio.get_running_loop(), asyncio.Queue[StreamLine | None]()

    def send(line: StreamLine | None) -> None:
        loop.call_soon_threadsafe(lines.put_nowait, line)

    def work(ticket: Ticket) -> None:
        first = True

        def tell(when: int, outcome: Outcome) -> None:
            nonlocal first
            ticket.check()
            regions = list(outcome.base.regions) if first else None
            send(StreamLine(kind="year", year=year_values(when, outcome), regions=regions))
            first = False

        solved = lab.solver.years(asked, year, ticket.check, tell)
        send(StreamLine(kind="done", notes=notes_of(solved.run), key=key_of(asked)))

    ticket = lab.solves.submit(work, client)
    ticket.answer.add_done_callback(lambda _: send(None))
    return StreamingResponse(_lines(request, ticket, lines), media_type="application/x-ndjson")


async def _lines(
    request: Request, ticket: Ticket, lines: asyncio.Queue[StreamLine | None]
) -> AsyncIterator[bytes]:
    """Yield lines until the work ends; what stopped it is the last line."""
    waiting = asyncio.ensure_future(answered(request, ticket))
    waiting.add_done_callback(heard)
    try:
        while (line := await lines.get()) is not None:
            yield _line(line)
        try:
            await waiting
        except Exception as error:  # the status line is gone: the error is a line too
            yield _line(StreamLine(kind="error", error=body_of(refusal_of(error))))
    finally:
        if not ticket.answer.done():
            ticket.stop("cancelled")
        waiting.cancel()


def _line(line: StreamLine) -> bytes:
    return line.model_dump_json(by_alias=True, exclude_none=True).encode() + b"\n"


@router.post("/plain-words", summary="What a scenario does, before its results")
async def plain_words(scenario: Asked) -> WordsDocument:
    """Return one plain sentence per measure and what the model assumes."""
    return words.words_of(read(scenario))


@router.post("/yaml", summary="The scenario file, and how to run it")
async def yaml(scenario: Asked) -> YamlDocument:
    """Return the file that `blocs run` reads, and the lines of Python that give the same numbers."""
    return words.yaml_of(read(scenario))


@router.post("/scenario", summary="Read a scenario file")
async def scenario_of(asked: YamlRequest) -> ScenarioDocument:
    """Return the scenario in YAML text as JSON."""
    scenario = await asyncio.to_thread(
        parse, asked.yaml
    )  # a long file takes seconds, and others ask meanwhile
    read(scenario.model_dump(mode="json"))
    return ScenarioDocument(scenario=plain(scenario))


@router.post("/table/{name}", summary="A table of a run")
async def table(
    request: Request,
    lab: TheLab,
    name: TableName,
    scenario: Asked,
    year: Year = None,
    region: str | None = None,
) -> TableDocument:
    """Return the numbers of the CSV file of that name: all years of regions, one year of the others."""
    asked = read(scenario)

    def work(ticket: Ticket) -> TableDocument:
        return files.table_document(lab.solver.exact(asked, ticket.check), name, year, region)

    return await answered(request, lab.studies.submit(work))


@router.post(
    "/download/{file}",
    summary="A file of a run",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}, "description": "the file"}},
)
async def download(
    request: Request,
    lab: TheLab,
    file: FileName,
    scenario: Asked,
    year: Year = None,
    metric: Metric = "welfare",
) -> Response:
    """Return the file as `blocs run --out` writes it; figures for `year`, else the last with a measure in force."""
    asked = read(scenario)

    def work(ticket: Ticket) -> bytes:
        return files.file_of(lab.solver.exact(asked, ticket.check), file, year, metric)

    lane = lab.workbooks if file.endswith(".xlsx") else lab.studies
    content = await answered(request, lane.submit(work))
    stem, _, kind = file.rpartition(".")
    name = f"{asked.name}.yaml" if file == "scenario.yaml" else f"{asked.name}-{stem}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=files.TYPES[kind], headers=headers)


@router.post("/compare", summary="Two scenarios side by side")
async def compare(
    request: Request, lab: TheLab, asked: TwoScenarios, year: Year = None, metric: Metric = "welfare"
) -> dict[str, Any]:
    """Return second less first by region, as `blocs runs compare --json`."""
    first, second = read(asked.first), read(asked.second)

    def work(ticket: Ticket) -> dict[str, Any]:
        one, two = (lab.solver.exact(scenario, ticket.check) for scenario in (first, second))
        return files.compare(one, two, metric, year)

    return await answered(request, lab.studies.submit(work))


async def _kept(request: Request, lab: Lab, name: Literal["schema", "borders"]) -> Response:
    """Return a document that never changes."""
    known = lab.texts.get(name)
    if known is None:
        known = await answered(request, lab.studies.submit(lambda _: lab.document(name)))
    return Response(known, media_type=JSON)


def _check_year(scenario: Scenario, year: int | None) -> None:
    if year is not None and year not in scenario.each_year:
        raise Refusal(422, "request", f"year is {year}; choose one of the scenario's, {scenario.years}")
