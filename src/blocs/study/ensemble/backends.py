"""Where chunks are computed: anything with a `map` that yields finished chunks in any order.

`InProcess` runs them here, `Spawn` in fresh processes (one a core, one thread each), `Dask` on a cluster. A worker that
dies costs the chunks it was on, which are tried again; a backend gives up when nothing at all gets done.
"""

from __future__ import annotations

import logging
import os
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import active_children, get_context
from multiprocessing.process import BaseProcess
from typing import Any, Protocol, TypeVar

from blocs.errors import BlocsError
from blocs.study.ensemble.evaluate import ONE_THREAD, Chunk, Task, evaluate, start_worker

TRIES = 3  # rebuilt pools in a row without one finished chunk
Item = TypeVar("Item")
Result = TypeVar("Result")


class BackendError(BlocsError):
    """Workers that cannot be had or that died too often; finished chunks are kept."""


class Backend(Protocol):
    """Something that computes chunks."""

    def map(self, tasks: Sequence[Task]) -> Iterator[Chunk]:
        """Yield the chunk of every task, in the order they finish."""
        ...


@dataclass(frozen=True)
class InProcess:
    """Compute in this process, one chunk after another."""

    def map(self, tasks: Sequence[Task]) -> Iterator[Chunk]:
        """Yield chunks in order."""
        return map(evaluate, tasks)

    def each(self, function: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[tuple[int, Result]]:
        """Yield (position, function(item)) in order."""
        return ((number, function(item)) for number, item in enumerate(items))


@dataclass(frozen=True)
class Spawn:
    """Compute in `workers` fresh processes of this machine; None is one for each core."""

    workers: int | None = None

    def map(self, tasks: Sequence[Task]) -> Iterator[Chunk]:
        """Yield chunks as they finish; raises as `Kept.each` does."""
        kept = Kept(self.workers)
        try:
            yield from kept.map(tasks)
        finally:
            kept.close()


class Kept:
    """As `Spawn`, with processes that stay for the next call, which then need not start: until `close`."""

    def __init__(self, workers: int | None = None) -> None:
        self._count = workers or available_cores()
        self._pool: ProcessPoolExecutor | None = None
        self._started: set[BaseProcess] = set()

    def map(self, tasks: Sequence[Task]) -> Iterator[Chunk]:
        """Yield chunks as they finish; raises as `each` does."""
        for _, chunk in self.each(evaluate, tasks):
            yield chunk

    def each(self, function: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[tuple[int, Result]]:
        """Yield (position, function(item)) as items finish; what a dead worker was on is tried again in a new pool.

        Function and items have to be picklable. Raises BackendError when `TRIES` pools in a row die without finishing
        anything.
        """
        left = dict(enumerate(items))
        failures = 0
        while left:
            finished = 0
            try:
                for number, result in self._once(function, left):
                    del left[number]
                    finished += 1
                    yield number, result
            except BrokenProcessPool as error:
                self.close()
                failures = 1 if finished else failures + 1
                if failures >= TRIES:
                    raise BackendError(
                        f"workers died {failures} times without finishing a chunk (out of memory?); use fewer --workers"
                    ) from error

    def close(self) -> None:
        """End the processes; a later call starts new ones."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None
            self._started.clear()

    def _once(
        self, function: Callable[[Item], Result], left: Mapping[int, Item]
    ) -> Iterator[tuple[int, Result]]:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._count, mp_context=get_context("spawn"), initializer=start_worker
            )
        numbered = partial(_numbered, function)
        others = set(active_children())
        with _one_thread():  # processes start when work is submitted
            waiting = {self._pool.submit(numbered, number, item) for number, item in left.items()}
        self._started |= set(active_children()) - others
        try:
            for future in as_completed(waiting):
                waiting.discard(future)  # a finished chunk is not kept twice
                yield future.result()
        except BrokenProcessPool:
            raise
        except BaseException:  # interrupted, or one item failed: nobody waits for the others
            for process in self._started & set(active_children()):
                process.terminate()
            self.close()
            raise


@contextmanager
def _one_thread() -> Iterator[None]:
    """Set `ONE_THREAD` here: a spawned interpreter reads it when it loads its libraries."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _numbered(function: Callable[[Item], Result], number: int, item: Item) -> tuple[int, Result]:
    return number, function(item)


@dataclass(frozen=True)
class Dask:
    """Compute on a Dask cluster: the scheduler at `address`, or a local cluster of `workers` if there is none."""

    address: str | None = None
    workers: int | None = None
    timeout: float = 20.0  # seconds to reach the scheduler

    def map(self, tasks: Sequence[Task]) -> Iterator[Chunk]:
        """Yield chunks as they finish. Raises BackendError where the cluster cannot be reached or breaks."""
        distributed = _distributed()
        cluster = None
        try:
            if self.address is None:
                count = self.workers or available_cores()
                cluster = distributed.LocalCluster(
                    n_workers=count, threads_per_worker=1, dashboard_address=None, env=ONE_THREAD
                )
            client = distributed.Client(
                self.address if cluster is None else cluster, timeout=self.timeout, set_as_default=False
            )
        except (OSError, ValueError, RuntimeError) as error:
            raise BackendError(
                f"no Dask scheduler answers at {self.address}: {error}; start one with `dask scheduler` and give its "
                "address, e.g. tcp://host:8786"
            ) from error
        with _quiet():
            try:
                _check_versions(client)
                yield from _on_cluster(client, distributed, tasks)
            finally:
                client.close(timeout=5)
                if cluster is not None:
                    cluster.close(timeout=5)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the client's own log of a lost connection, with tracebacks, off the terminal: the error says it once."""
    loggers = [
        logging.getLogger(name) for name in ("distributed.client", "distributed.comm", "tornado", "asyncio")
    ]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def _on_cluster(client: Any, distributed: Any, tasks: Sequence[Task]) -> Iterator[Chunk]:
    futures = [client.submit(_packed, task, key=f"{task.key}-{task.number}", retries=TRIES) for task in tasks]
    try:
        waiting = distributed.as_completed(futures, loop=client.loop)
        del futures
        for future in waiting:
            chunk: Chunk = pickle.loads(future.result())
            future.release()
            yield chunk
    except BlocsError:
        raise
    except Exception as error:  # the cluster's own errors have no common base class
        told = " ".join(str(error).split())
        why = (
            "the scheduler is gone"
            if "scheduler-connection-lost" in told
            else f"{type(error).__name__}: {told}"
        )
        raise BackendError(
            f"the Dask cluster broke off: {why}; with --out finished chunks are kept: start a scheduler and go on "
            "with --resume"
        ) from error


def _packed(task: Task) -> bytes:
    """Return the finished chunk in one piece: Dask would send each of its thousand columns as a message."""
    return pickle.dumps(evaluate(task), protocol=pickle.HIGHEST_PROTOCOL)


def _check_versions(client: Any) -> None:
    from blocs import __version__

    theirs = client.run(_version, on_error="return")
    for worker, version in theirs.items():
        if version != __version__:
            raise BackendError(
                f"worker {worker} has blocs {version}, this is {__version__}; install the same on all"
            )
    if not theirs:
        raise BackendError("the Dask scheduler has no workers; start some with `dask worker ADDRESS`")


def _version() -> str:
    from blocs import __version__

    return __version__


def _distributed() -> Any:
    try:
        import distributed
    except ImportError as error:
        raise BackendError("Dask is not installed; pip install 'blocs[dask]'") from error
    return distributed


def available_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
