"""Long work beside the server: one process at a time, a short queue, progress to whoever listens, cancel at once."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from blocs.web.contract import JobDocument
from blocs.web.errors import Refusal, body_of
from blocs.web.job_work import DONE, FAILED, PROGRESS, main
from blocs.web.requests import JobRequest

WAITING = 4  # jobs in the queue
KEPT = 20  # finished jobs that are remembered with their documents
LONGEST = 3600.0  # seconds of one job
ENDED = ("done", "failed", "cancelled")
Changed = Callable[[], None]


@dataclass(eq=False)
class Job:
    """One job: its state as the last message left it."""

    id: str
    request: JobRequest
    state: str = "waiting"
    done: int | None = None
    total: int | None = None
    words: str = "waiting for the job before it"
    began: float = field(default_factory=time.monotonic)
    ended: float | None = None
    result: str | None = None
    refusal: Refusal | None = None
    version: int = 0  # grows with every change, so that a listener sees that there is one

    def document(self) -> JobDocument:
        """Return the job as the page sees it."""
        content = {
            "id": self.id, "kind": self.request.kind, "state": self.state, "done": self.done, "total": self.total,
            "words": self.words, "seconds": round((self.ended or time.monotonic()) - self.began, 1),
            "error": None if self.refusal is None else body_of(self.refusal),
        }  # fmt: skip
        return JobDocument.model_validate(content)


class Jobs:
    """All jobs the server knows, and the thread that sees to the one that runs."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._waiting: deque[Job] = deque()
        self._running: tuple[Job, BaseProcess] | None = None
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    def submit(self, request: JobRequest) -> Job:
        """Queue a job. Raises Refusal 429 where the queue is full."""
        with self._changed:
            if self._closed or len(self._waiting) >= WAITING:
                raise Refusal(
                    429,
                    "busy",
                    f"{len(self._waiting)} jobs wait already; cancel one, or try again later",
                    retry=10,
                )
            job = Job(secrets.token_urlsafe(9), request)
            self._jobs[job.id] = job
            self._waiting.append(job)
            self._forget()
            if self._thread is None:
                self._thread = threading.Thread(target=self._loop, name="blocs-jobs", daemon=True)
                self._thread.start()
            self._changed.notify_all()
        return job

    def get(self, name: str) -> Job:
        """Return a job. Raises Refusal 404."""
        with self._changed:
            if name not in self._jobs:
                raise Refusal(
                    404, "not_found", "there is no such job; the server forgets old ones and when it stops"
                )
            return self._jobs[name]

    def all(self) -> list[Job]:
        """Return all jobs, oldest first."""
        with self._changed:
            return list(self._jobs.values())

    @property
    def pending(self) -> int:
        """Jobs that run or wait."""
        return sum(job.state not in ENDED for job in self.all())

    def cancel(self, name: str) -> Job:
        """End a job and its processes at once; one that has ended is forgotten."""
        job = self.get(name)
        with self._changed:
            if job.state in ENDED:
                del self._jobs[name]
                return job
            self._end(job, "cancelled", words="cancelled")
            with contextlib.suppress(ValueError):
                self._waiting.remove(job)
            if self._running is not None and self._running[0] is job:
                _kill(self._running[1])
        return job

    def close(self) -> None:
        """End all jobs; the server stops."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            if self._running is not None:
                _kill(self._running[1])
            for job in self._jobs.values():
                if job.state not in ENDED:
                    self._end(job, "cancelled", words="the server is stopping")
            self._changed.notify_all()

    def _loop(self) -> None:
        while True:
            with self._changed:
                while not self._waiting and not self._closed:
                    self._changed.wait()
                if self._closed:
                    return
                job = self._waiting.popleft()
                context = get_context("spawn")
                ours, theirs = context.Pipe(duplex=False)
                # no daemon: an ensemble has workers of its own
                process = context.Process(target=main, args=(job.request, theirs), name="blocs-job")
                process.start()
                theirs.close()
                self._running = (job, process)
                job.began = time.monotonic()
                self._set(job, state="running", words="starting")
            self._follow(job, process, ours)
            with self._changed:
                self._running = None

    def _follow(self, job: Job, process: BaseProcess, pipe: Connection) -> None:
        """Take messages until the job ends, one way or another."""
        try:
            while job.state not in ENDED:
                if time.monotonic() - job.began > LONGEST:
                    self._end(
                        job, "failed", refusal=Refusal(503, "time", f"the job took more than {LONGEST:g} s")
                    )
                elif pipe.poll(0.2):
                    self._take(job, *pipe.recv())
        except (EOFError, OSError):
            process.join(5.0)
            why = f"the job's process ended by itself (exit code {process.exitcode}); out of memory?"
            self._end(job, "failed", refusal=Refusal(500, "internal", why))
        finally:
            pipe.close()
            if job.state == "done":
                process.join(5.0)
            _kill(process)

    def _take(self, job: Job, kind: str, content: Any) -> None:
        if kind == PROGRESS:
            done, total, words = content
            self._set(job, done=done, total=total, words=words)
        elif kind == DONE:
            self._end(job, "done", result=content, words="done")
        elif kind == FAILED:
            self._end(job, "failed", refusal=Refusal(*content), words="failed")

    def _set(self, job: Job, **changes: Any) -> None:
        with self._changed:
            if job.state in ENDED:
                return
            for name, value in changes.items():
                setattr(job, name, value)
            job.version += 1

    def _end(self, job: Job, state: str, **changes: Any) -> None:
        self._set(job, state=state, ended=time.monotonic(), **changes)

    def _forget(self) -> None:
        ended = [name for name, job in self._jobs.items() if job.state in ENDED]
        for name in ended[: max(len(ended) - KEPT, 0)]:
            del self._jobs[name]


def _kill(process: BaseProcess) -> None:
    """End a job's process and the workers it started."""
    if process.pid is not None and hasattr(os, "killpg"):
        # the process leads a group once it runs its first line; before that it has no workers
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    if process.is_alive():
        process.kill()
    process.join(5.0)
