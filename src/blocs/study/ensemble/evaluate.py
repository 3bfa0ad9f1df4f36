"""One chunk of draws: what a worker does, in any process on any machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing import parent_process
from threading import Thread
from typing import Any

import numpy as np

from blocs.engine.outcome import REGIONAL, Outcome
from blocs.errors import BlocsError
from blocs.scenario.schema import Scenario
from blocs.study.ensemble.factors import drawn_scenario
from blocs.study.ensemble.parquet import available, encoded
from blocs.study.run import Run, run, world_of
from blocs.world.accounts import Floats
from blocs.world.world import World

CHUNK = 16  # draws that are kept or lost together

# further results of a run: {name/label: values by year}; a function of a module, so that workers find it
Also = Callable[[Run], Mapping[str, Floats]]

# a worker runs one solve at a time: more threads a process only fight over the cores
ONE_THREAD = {
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


@dataclass(frozen=True)
class Task:
    """What a chunk needs: the scenarios as plain data, a world (None: the one they name), and its draws."""

    key: str  # of the ensemble, so that a process keeps what it prepared
    number: int
    scenarios: tuple[Mapping[str, Any], ...]
    world: World | None
    first: int
    draws: tuple[Mapping[str, float | str], ...]
    also: Also | None = None
    kept: bool = False  # whether the chunk goes into a file


@dataclass(frozen=True)
class Chunk:
    """Finished draws: rows are (draw, scenario, year), columns are results by name; `file` is the same as Parquet."""

    number: int
    index: dict[str, Any]  # draw, scenario, year, converged, residual, message
    columns: dict[str, Floats]
    file: bytes | None = field(default=None, repr=False)

    @property
    def table(self) -> dict[str, Any]:
        """Everything by column."""
        return {**self.index, **self.columns}


@dataclass
class _Prepared:
    """What a process keeps between chunks; `starts` by scenario, elasticity set and closure, found when first asked."""

    scenarios: tuple[Scenario, ...]
    worlds: tuple[World, ...]
    starts: dict[tuple[int, str, str], Outcome | None] = field(default_factory=dict)

    def start(self, number: int, drawn: Scenario) -> Outcome | None:
        """Return where a draw begins: its scenario's first year under the drawn choices and central numbers.

        The same in whichever process and chunk a draw is: equal draws, equal bits.
        """
        key = (number, drawn.elasticities, drawn.closure)
        if key not in self.starts:
            choices = {"elasticities": drawn.elasticities, "closure": drawn.closure}
            central = run(self.worlds[number], self.scenarios[number].model_copy(update=choices)).outcomes[0]
            self.starts[key] = central if central.status.converged else None
        return self.starts[key]


_PREPARED: dict[str, _Prepared] = {}  # by ensemble: a process keeps worlds and starting points between chunks


def start_worker() -> None:
    """Prepare a fresh process: one thread for each library, before any of them is loaded, and no life of its own."""
    os.environ.update(ONE_THREAD)
    Thread(target=_end_with_parent, name="end with parent", daemon=True).start()


def _end_with_parent() -> None:
    """Leave when the process that asked is gone: killed, it could not say so, and workers would wait for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def evaluate(task: Task) -> Chunk:
    """Run every draw of `task`; a draw that fails is a row that says why."""
    prepared = _prepare(task)
    rows: list[tuple[int, int, Run | None, Scenario, str]] = []
    for offset, values in enumerate(task.draws):
        for number, scenario in enumerate(prepared.scenarios):
            drawn = drawn_scenario(scenario, values)
            try:
                done = run(prepared.worlds[number], drawn, start=prepared.start(number, drawn))
                rows.append((task.first + offset, number, done, drawn, ""))
            except BlocsError as error:
                rows.append((task.first + offset, number, None, drawn, str(error)))
    chunk = _chunk(task.number, rows, task.also)
    # here and not where it is written: whoever collects the chunks of many workers has no time for it
    return replace(chunk, file=encoded(chunk.table)) if task.kept and available() else chunk


def _prepare(task: Task) -> _Prepared:
    if task.key not in _PREPARED:
        _PREPARED.clear()
        scenarios = tuple(Scenario.from_dict(content) for content in task.scenarios)
        worlds = tuple(world_of(s) if task.world is None else task.world for s in scenarios)
        _PREPARED[task.key] = _Prepared(scenarios, worlds)
    return _PREPARED[task.key]


def _chunk(
    number: int, rows: Sequence[tuple[int, int, Run | None, Scenario, str]], also: Also | None
) -> Chunk:
    index: dict[str, list[Any]] = {
        name: [] for name in ("draw", "scenario", "year", "converged", "residual", "message")
    }
    columns: dict[str, Floats] = {}
    total = sum(len(drawn.each_year) for _, _, _, drawn, _ in rows)
    count = 0
    for draw, scenario, done, drawn, message in rows:
        years = drawn.each_year
        for position, year in enumerate(years):
            outcome = None if done is None else done.outcomes[position]
            index["draw"].append(draw)
            index["scenario"].append(scenario)
            index["year"].append(year)
            index["converged"].append(outcome is not None and outcome.status.converged)
            index["residual"].append(np.nan if outcome is None else outcome.status.residual)
            index["message"].append(message if outcome is None else str(outcome.status))
        for name, values in ({} if done is None else _results(done, also)).items():
            if name not in columns:
                columns[name] = np.full(total, np.nan)
            columns[name][count : count + len(years)] = values
        count += len(years)
    return Chunk(number, dict(index), columns)


def _results(done: Run, also: Also | None) -> dict[str, Floats]:
    """Return every regional result, the vectors' indicators and what `also` adds as {name/label: values by year}."""
    found: dict[str, Floats] = {}
    for name in REGIONAL:
        values = done.regional(name)
        for n, region in enumerate(done.world.regions):
            found[f"{name}/{region}"] = values[:, n]
    if any(outcome.status.converged for outcome in done.outcomes):
        for vector in done.vectors:
            found |= _indicators(done, vector)
    if also is not None and done.converged:
        found |= also(done)
    return found


def _indicators(done: Run, vector: str) -> dict[str, Floats]:
    found: dict[str, Floats] = {}
    for position, watched in done.watched(vector):
        held = watched.variables  # bare: a labelled array for each would cost more than what it holds
        for name in watched.data_vars:
            array = held[name]
            if array.ndim > 1 or array.dtype.kind not in "fiub":
                continue
            labels = held[array.dims[0]].values if array.dims else ("all",)
            keys = [f"{vector}.{name}/{label}" for label in labels]
            new = [key for key in keys if key not in found]
            found.update(zip(new, np.full((len(new), len(done.years)), np.nan), strict=True))
            for key, value in zip(keys, np.atleast_1d(array.values), strict=True):
                found[key][position] = value
    return found
