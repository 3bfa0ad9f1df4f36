"""What one server holds: the token, the solver, its lanes of work, the jobs, the built page."""

from __future__ import annotations

import logging
import time
from concurrent.futures import wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast

from starlette.requests import Request

from blocs import __version__
from blocs.web.assets import Asset, load_assets
from blocs.web.cache import Cache
from blocs.web.contract import Health
from blocs.web.errors import Refusal
from blocs.web.jobs import Jobs
from blocs.web.lane import Lane, Ticket
from blocs.web.levers import schema_document
from blocs.web.outlines import borders_document
from blocs.web.solver import Solver

log = logging.getLogger("blocs.web")

SOLVES, SOLVE_SECONDS = 32, 60.0  # waiting at most, and the time of one
STUDIES, STUDY_SECONDS = 8, 120.0
WORKBOOKS, WORKBOOK_SECONDS = (
    2,
    300.0,
)  # half a million cells take a while, and nobody else should wait for them
WARM_SECONDS = 600.0  # a machine under load starts slowly, and there is nothing to gain by giving up
TEXT = 30_000_000.0  # bytes of documents kept


@dataclass(eq=False)
class Lab:
    """The parts of a running server; nothing of it is global."""

    token: str
    port: int
    borders: Path | None = None
    solver: Solver = field(default_factory=Solver)
    solves: Lane = field(default_factory=lambda: Lane("solver", depth=SOLVES, seconds=SOLVE_SECONDS))
    studies: Lane = field(default_factory=lambda: Lane("studies", depth=STUDIES, seconds=STUDY_SECONDS))
    workbooks: Lane = field(
        default_factory=lambda: Lane("workbooks", depth=WORKBOOKS, seconds=WORKBOOK_SECONDS)
    )
    jobs: Jobs = field(default_factory=Jobs)
    assets: dict[str, Asset] = field(default_factory=load_assets)
    texts: Cache[bytes] = field(default_factory=lambda: Cache(TEXT, len))
    state: Literal["warming", "ready", "failed"] = "warming"
    message: str = ""
    _first: list[Ticket] = field(default_factory=list)

    def document(self, name: Literal["schema", "borders"]) -> bytes:
        """Return a document that never changes, made once."""
        known = self.texts.get(name)
        if known is None:
            made = (
                schema_document(self.solver.named("81x50"))
                if name == "schema"
                else borders_document(self.borders)
            )
            known = made.model_dump_json(by_alias=True).encode()
            self.texts.put(name, known)
        return known

    def warm(self) -> None:
        """Queue what the first requests would otherwise wait for: what the page is made of, then a solve."""
        self._first = [
            self.studies.submit(lambda _: self.document("schema")),
            self.studies.submit(lambda _: self.document("borders")),
        ]
        self.solves.submit(self._warm, seconds=WARM_SECONDS)

    def _warm(self, ticket: Ticket) -> None:
        for first in self._first:  # the page is painted sooner if nothing is solved beside
            wait([first.answer])
        began = time.perf_counter()
        try:
            self.solver.warm(ticket.check)
        except Refusal:
            self.state, self.message = "failed", "warming up was stopped"
            raise
        except Exception as error:
            self.state, self.message = "failed", f"{type(error).__name__}: {error}"
            log.exception("warming up failed")
        else:
            self.state, self.message = "ready", f"warm after {time.perf_counter() - began:.1f} s"

    def health(self) -> Health:
        """Return how the server is."""
        return Health(
            version=__version__,
            state=self.state,
            message=self.message,
            solving=self.solves.pending + self.studies.pending + self.workbooks.pending,
            jobs=self.jobs.pending,
        )

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """All lanes."""
        return (self.solves, self.studies, self.workbooks)

    def close(self) -> None:
        """End all work."""
        for lane in self.lanes:
            lane.close()
        self.jobs.close()

    def ended(self, seconds: float) -> bool:
        """Wait for what cannot be stopped, a solve within its year or a compilation; whether all has ended."""
        until = time.monotonic() + seconds
        return all(lane.ended(max(until - time.monotonic(), 0.0)) for lane in self.lanes)


def lab_of(request: Request) -> Lab:
    """Return the lab of the server a request came to."""
    return cast(Lab, request.app.state.lab)
