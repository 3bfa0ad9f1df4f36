"""What one server holds: the token, the solver, its lanes of work, the jobs, the built page."""

from __future__ import annotations

import logging
import time
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
from blocs.web.solver import Solver

log = logging.getLogger("blocs.web")

SOLVES, SOLVE_SECONDS = 32, 60.0  # waiting at most, and the time of one
STUDIES, STUDY_SECONDS = 8, 120.0
WORKBOOKS, WORKBOOK_SECONDS = (
    2,
    300.0,
)  # half a million cells take a while, and nobody else should wait for them
WARM_SECONDS = 600.0  # a machine under load compiles slowly, and there is nothing to gain by giving up
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
    warming: Lane = field(default_factory=lambda: Lane("warming", depth=1, seconds=WARM_SECONDS))
    jobs: Jobs = field(default_factory=Jobs)
    assets: dict[str, Asset] = field(default_factory=load_assets)
    texts: Cache[bytes] = field(default_factory=lambda: Cache(TEXT, len))
    state: Literal["warming", "ready", "failed"] = "warming"
    message: str = ""

    def warm(self) -> None:
        """Queue the loading and compiling that the first request would otherwise wait for."""
        self.solves.submit(self._warm, seconds=WARM_SECONDS)

    def _warm(self, ticket: Ticket) -> None:
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
            # beside the solver: whoever drags a slider now does not wait for it
            self.warming.submit(lambda ticket: self.solver.warm_quotas(ticket.check))

    def health(self) -> Health:
        """Return how the server is."""
        return Health(
            version=__version__,
            state=self.state,
            message=self.message,
            solving=self.solves.pending + self.studies.pending + self.workbooks.pending,
            jobs=self.jobs.pending,
        )

    def close(self) -> None:
        """End all work."""
        self.solves.close()
        self.studies.close()
        self.workbooks.close()
        self.warming.close()
        self.jobs.close()


def lab_of(request: Request) -> Lab:
    """Return the lab of the server a request came to."""
    return cast(Lab, request.app.state.lab)
