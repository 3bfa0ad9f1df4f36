"""What a job does, in a process of its own: the functions of the command line, with progress over a pipe."""

from __future__ import annotations

import json
import logging
import os
import signal
import threading
from collections.abc import Callable
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from typing import Any

from blocs.web.requests import (
    AlignJob,
    BubbleJob,
    ClaimsJob,
    EnsembleJob,
    JobRequest,
    LeverageJob,
    NashJob,
    SmallestJob,
)

# what goes over the pipe: (kind, content)
PROGRESS, DONE, FAILED = "progress", "done", "failed"
Tell = Callable[[int | None, int | None, str], None]


def main(request: JobRequest, pipe: Connection) -> None:
    """Do `request` and send what comes of it; ends when nobody listens any more."""
    if hasattr(os, "setsid"):
        os.setsid()  # a group of its own, so that a cancelled job takes its workers along
    threading.Thread(target=_end_with_server, name="blocs-watch", daemon=True).start()

    def tell(done: int | None, total: int | None, words: str) -> None:
        pipe.send((PROGRESS, (done, total, words)))

    try:
        tell(None, None, "starting")
        pipe.send((DONE, document_of(request, tell)))
    except (BrokenPipeError, KeyboardInterrupt):
        os._exit(1)  # the server is gone
    except BaseException as error:
        from blocs.web.errors import refusal_of

        refusal = refusal_of(error)
        if refusal.status >= 500:
            logging.getLogger("blocs.web").error("a job failed", exc_info=error)
        pipe.send((FAILED, (refusal.status, refusal.kind, refusal.message)))


def _end_with_server() -> None:
    """Wait for the server to end, however it does, and end with it: nobody is left to be told or to cancel."""
    server = parent_process()
    if server is None:
        return
    server.join()
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def document_of(request: JobRequest, tell: Tell) -> str:
    """Return the JSON document that the command of the same name prints."""
    if isinstance(request, EnsembleJob):
        return _ensemble(request, tell)
    if isinstance(request, NashJob):
        return _nash(request, tell)
    if isinstance(request, AlignJob):
        return _align(request, tell)
    if isinstance(request, SmallestJob):
        return _smallest(request, tell)
    if isinstance(request, LeverageJob):
        return _leverage(request, tell)
    if isinstance(request, ClaimsJob):
        return _claims(request, tell)
    return _bubble(request, tell)


def _ensemble(request: EnsembleJob, tell: Tell) -> str:
    from blocs.errors import ConvergenceError
    from blocs.report.spread import main_labels
    from blocs.study.ensemble.document import EnsembleDocument
    from blocs.study.ensemble.run import Progress, ensemble
    from blocs.web.solver import read

    def progress(now: Progress) -> None:
        tell(now.done, now.total, str(now))

    scenarios = [read(content) for content in (request.scenario, *request.against)]
    tell(0, request.draws, "starting the workers")
    found = ensemble(
        None, scenarios, draws=request.draws, seed=request.seed, hold=request.hold, progress=progress
    )
    if not found.converged:
        raise ConvergenceError(f"no draw converged: {'; '.join(sorted(set(found.messages))[:3])}")
    return EnsembleDocument.of(found, tuple(main_labels(found))[:6]).to_json()


def _nash(request: NashJob, tell: Tell) -> str:
    from blocs.engine.elasticities import DEFAULT_SET, Elasticities, Horizon
    from blocs.study.nash import Bounds, Cooperation, Partners, nash
    from blocs.study.nash.document import NashDocument
    from blocs.world.load import load_world

    when = Horizon(request.horizon)
    result = nash(
        load_world(request.world),
        request.players,
        goods=request.goods,
        uniform=request.uniform,
        partners=Partners(request.partners),
        export_taxes=request.export_taxes,
        bounds=Bounds(request.low, request.high),
        starts=request.starts,
        seed=request.seed,
        certificate=request.certificate,
        alone=request.alone,
        rounds=request.rounds,
        cooperation=None if request.cooperation is None else Cooperation(request.cooperation),
        elasticities=Elasticities.load(request.elasticities or DEFAULT_SET, when),
        horizon=when,
        progress=lambda words: tell(None, None, words),
    )
    return NashDocument.of(result).to_json()


def _align(request: AlignJob, tell: Tell) -> str:
    from blocs.engine.elasticities import DEFAULT_SET, Elasticities, Horizon
    from blocs.study.alignment import CrossCost, alignment
    from blocs.study.alignment.document import AlignmentDocument
    from blocs.world.load import load_world

    when = Horizon(request.horizon)
    result = alignment(
        load_world(request.world),
        request.blocs,
        cost=request.cost,
        kind=CrossCost(request.cost_is),
        goods=request.goods,
        unions=request.unions,
        leakage=request.leakage,
        affinity=request.affinity,
        starts=request.starts,
        seed=request.seed,
        pairs=request.pairs,
        elasticities=Elasticities.load(request.elasticities or DEFAULT_SET, when),
        horizon=when,
        progress=lambda words: tell(None, None, words),
    )
    return AlignmentDocument.of(result).to_json()


def _smallest(request: SmallestJob, tell: Tell) -> str:
    from blocs.study.power_documents import smallest_document
    from blocs.study.smallest import smallest_coalition

    found = smallest_coalition(
        request.world,
        target=request.target,
        candidates=request.candidates,
        goods=request.goods,
        intensity=request.intensity,
        flows="exports" if request.one_sided else "both",
        ratio=request.ratio,
        least_loss=request.least_loss,
        measure=request.measure,
        exact=request.exact,
        horizon=request.horizon,
        elasticities=request.elasticities,
        progress=lambda done, members: tell(done, None, members),
    )
    return _text(smallest_document(found))


def _bubble(request: BubbleJob, tell: Tell) -> str:
    from blocs.web.studies import bubble

    tell(None, None, f"{request.replications} simulated series")
    return _text(bubble(request))


def _leverage(request: LeverageJob, tell: Tell) -> str:
    from blocs.web.studies import leverage

    return _text(leverage(request, request.world, lambda done, total: tell(done, total, "items")))


def _claims(request: ClaimsJob, tell: Tell) -> str:
    from blocs.web.claims import solved

    return _text(solved(request.ledger, request.ids, request.draws, lambda words: tell(None, None, words)))


def _text(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, allow_nan=False)
