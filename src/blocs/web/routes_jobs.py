"""The routes of long work: start, watch, take the result, cancel."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Body, Request, Response
from starlette.responses import StreamingResponse

from blocs.web.claims import bundled
from blocs.web.contract import JobDocument, JobList
from blocs.web.errors import Refusal
from blocs.web.jobs import ENDED, Job
from blocs.web.requests import ClaimsJob, EnsembleJob, JobRequest
from blocs.web.routes_lab import JSON, TheLab
from blocs.web.solver import read

router = APIRouter(prefix="/api/jobs")
TICK = 0.25  # seconds between two looks at a job
HEARTBEAT = 15.0  # seconds after which a comment says that the line is alive


@router.post("", status_code=202, summary="Start a job")
async def start(lab: TheLab, asked: Annotated[JobRequest, Body(discriminator="kind")]) -> JobDocument:
    """Queue an ensemble, a game of tariffs, an alignment, a search for a coalition, a bubble test or claims."""
    if isinstance(asked, EnsembleJob):  # what is wrong with a scenario is said at once
        for content in (asked.scenario, *asked.against):
            read(content)
    if isinstance(asked, ClaimsJob):
        bundled(asked.ledger)
    return lab.jobs.submit(asked).document()


@router.get("", summary="All jobs")
async def list_(lab: TheLab) -> JobList:
    """Return all jobs the server still knows, oldest first."""
    return JobList(jobs=[job.document() for job in lab.jobs.all()])


@router.get("/{job}", summary="One job")
async def show(lab: TheLab, job: str) -> JobDocument:
    """Return its state."""
    return lab.jobs.get(job).document()


@router.get(
    "/{job}/events",
    summary="Watch a job",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"text/event-stream": {}}, "description": "`job` events with a JobDocument each"}
    },
)
async def events(request: Request, lab: TheLab, job: str) -> Response:
    """Send the job whenever it changes, until it ends."""
    return StreamingResponse(_events(request, lab.jobs.get(job)), media_type="text/event-stream")


async def _events(request: Request, job: Job) -> AsyncIterator[str]:
    seen, silent = -1, 0.0
    while not await request.is_disconnected():
        if job.version != seen:
            seen, silent = job.version, 0.0
            yield f"event: job\ndata: {job.document().model_dump_json(by_alias=True)}\n\n"
            if job.state in ENDED:
                return
        elif silent >= HEARTBEAT:
            silent = 0.0
            yield ": still there\n\n"
        await asyncio.sleep(TICK)
        silent += TICK


@router.get("/{job}/result", summary="What a job found", response_class=Response)
async def result(lab: TheLab, job: str) -> Response:
    """Return the document that the command of the same name prints."""
    found = lab.jobs.get(job)
    if found.refusal is not None:
        raise found.refusal
    if found.state == "cancelled":
        raise Refusal(409, "cancelled", "the job was cancelled and has no result")
    if found.result is None:
        raise Refusal(409, "request", f"the job is {found.state}; its events say when it is done")
    return Response(found.result, media_type=JSON)


@router.delete("/{job}", summary="Cancel a job")
async def cancel(lab: TheLab, job: str) -> JobDocument:
    """End it and its processes at once; a job that has ended is forgotten."""
    return (await asyncio.to_thread(lab.jobs.cancel, job)).document()
