"""A lane of work: one thread, a bounded queue, the newest request of a client in place of its older ones."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from typing import Any

from starlette.requests import Request

from blocs.web.errors import Refusal

PATIENCE = 180.0  # seconds a piece of work may wait for its turn
_STOPS = {
    "superseded": (409, "a newer request of the same client took the place of this one"),
    "cancelled": (409, "cancelled: the client went away"),
    "time": (
        503,
        "this took longer than the server allows; ask for fewer years or measures, or use `blocs run`",
    ),
    "closed": (503, "the server is stopping"),
}


class Ticket:
    """One piece of work in a lane, and its answer; `check` is called wherever the work can stop."""

    def __init__(self, work: Callable[[Ticket], Any], client: str | None, seconds: float) -> None:
        self.work, self.client, self.seconds = work, client, seconds
        self.answer: Future[Any] = Future()
        self._stopped: Refusal | None = None
        self._deadline = time.monotonic() + PATIENCE

    def begin(self) -> None:
        """Count its seconds from now: waiting for others is no work of its own."""
        self._deadline = time.monotonic() + self.seconds

    def check(self, *_: Any) -> None:
        """Raise Refusal if nobody waits for the answer any more; fits the `progress=` of a run."""
        if self._stopped is None and time.monotonic() > self._deadline:
            self.stop("time")
        if self._stopped is not None:
            raise self._stopped

    def stop(self, why: str) -> None:
        """End it: whoever waits is told at once, the work stops at its next `check`."""
        status, message = _STOPS[why]
        kind = "unavailable" if why == "closed" else why
        self._stopped = Refusal(status, kind, message, retry=2 if status == 503 else None)
        self.finish(self._stopped)

    def finish(self, result: Any) -> None:
        """Set the answer, unless it was set before."""
        with contextlib.suppress(InvalidStateError):
            if isinstance(result, BaseException):
                self.answer.set_exception(result)
            else:
                self.answer.set_result(result)


class Lane:
    """One worker thread behind a queue of at most `depth`; each piece of work has at most `seconds`."""

    def __init__(self, name: str, *, depth: int, seconds: float) -> None:
        self._name, self._depth, self._seconds = name, depth, seconds
        self._waiting: deque[Ticket] = deque()
        self._latest: dict[str, Ticket] = {}
        self._running: Ticket | None = None
        self._changed = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None

    @property
    def pending(self) -> int:
        """Pieces of work that run or wait."""
        with self._changed:
            return len(self._waiting) + (self._running is not None)

    def submit(
        self, work: Callable[[Ticket], Any], client: str | None = None, *, seconds: float | None = None
    ) -> Ticket:
        """Queue `work`; the client's older work is stopped. Raises Refusal 429 where the queue is full."""
        ticket = Ticket(work, client, self._seconds if seconds is None else seconds)
        with self._changed:
            if self._closed:
                ticket.stop("closed")
                return ticket
            older = self._latest.get(client) if client is not None else None
            if older is not None:
                older.stop("superseded")
                with contextlib.suppress(ValueError):
                    self._waiting.remove(older)
            if len(self._waiting) >= self._depth:
                raise Refusal(
                    429,
                    "busy",
                    f"{len(self._waiting)} requests wait already; try again in a few seconds",
                    retry=2,
                )
            if client is not None:
                self._latest[client] = ticket
            self._waiting.append(ticket)
            if self._thread is None:
                self._thread = threading.Thread(target=self._loop, name=f"blocs-{self._name}", daemon=True)
                self._thread.start()
            self._changed.notify()
        return ticket

    def close(self) -> None:
        """Stop everything; the thread ends at the next `check` of what it is on."""
        with self._changed:
            self._closed = True
            for ticket in [*self._waiting, *([self._running] if self._running else [])]:
                ticket.stop("closed")
            self._waiting.clear()
            self._changed.notify_all()

    def ended(self, seconds: float) -> bool:
        """Wait for the thread to end; whether it has."""
        if self._thread is not None:
            self._thread.join(seconds)
        return self._thread is None or not self._thread.is_alive()

    def _loop(self) -> None:
        while True:
            with self._changed:
                while not self._waiting and not self._closed:
                    self._changed.wait()
                if self._closed:
                    return
                self._running = ticket = self._waiting.popleft()
            self._do(ticket)
            with self._changed:
                self._running = None
                if ticket.client is not None and self._latest.get(ticket.client) is ticket:
                    del self._latest[ticket.client]
            del ticket  # its answer may be large

    @staticmethod
    def _do(ticket: Ticket) -> None:
        try:
            ticket.check()
            ticket.begin()
            ticket.finish(ticket.work(ticket))
        except BaseException as error:
            ticket.finish(error)


async def answered(request: Request, ticket: Ticket) -> Any:
    """Wait for the answer of `ticket`; a client that goes away or a limit that passes stops it."""
    answer = asyncio.wrap_future(ticket.answer)
    answer.add_done_callback(heard)
    gone = asyncio.ensure_future(_gone(request))
    try:
        limit = PATIENCE + ticket.seconds
        await asyncio.wait({answer, gone}, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            ticket.stop("cancelled" if gone.done() else "time")
        return await answer
    finally:
        gone.cancel()


def heard(done: asyncio.Future[Any]) -> None:
    """Take note of how `done` ended, so that asyncio does not complain where nobody is left to be told."""
    if not done.cancelled():
        done.exception()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
