"""One chunk of draws: what a worker does, in any process on any machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from blocs.engine.outcome import REGIONAL, Outcome
from blocs.errors import BlocsError
from blocs.scenario.schema import Scenario
from blocs.study.ensemble.factors import drawn_scenario
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


@dataclass(frozen=True)
class Chunk:
    """Finished draws: rows are (draw, scenario, year), columns are results by name."""

    number: int
    index: dict[str, Any]  # draw, scenario, year, converged, residual, message
    columns: dict[str, Floats]


@dataclass
class _Prepared:
    scenarios: tuple[Scenario, ...]
    worlds: tuple[World, ...]
    starts: list[Outcome | None]


_PREPARED: dict[str, _Prepared] = {}  # by ensemble: a process keeps worlds and starting points between chunks


def start_worker() -> None:
    """Prepare a fresh process: one thread for each library, before any of them is loaded."""
    os.environ.update(ONE_THREAD)


def evaluate(task: Task) -> Chunk:
    """Run every draw of `task`; a draw that fails is a row that says why."""
    prepared = _prepare(task)
    rows: list[tuple[int, int, Run | None, Scenario, str]] = []
    for offset, values in enumerate(task.draws):
        for number, scenario in enumerate(prepared.scenarios):
            drawn = drawn_scenario(scenario, values)
            try:
                done = run(prepared.worlds[number], drawn, start=prepared.starts[number])
                rows.append((task.first + offset, number, done, drawn, ""))
            except BlocsError as error:
                rows.append((task.first + offset, number, None, drawn, str(error)))
    return _chunk(task.number, rows, task.also)


def _prepare(task: Task) -> _Prepared:
    if task.key not in _PREPARED:
        _PREPARED.clear()
        scenarios = tuple(Scenario.from_dict(content) for content in task.scenarios)
        worlds = tuple(world_of(s) if task.world is None else task.world for s in scenarios)
        # every draw starts at the same outcome, whichever process and chunk it is in: equal draws, equal bits
        starts: list[Outcome | None] = []
        for scenario, world in zip(scenarios, worlds, strict=True):
            base = run(world, scenario).outcomes[0]
            starts.append(base if base.status.converged else None)
        _PREPARED[task.key] = _Prepared(scenarios, worlds, starts)
    return _PREPARED[task.key]


def _chunk(
    number: int, rows: Sequence[tuple[int, int, Run | None, Scenario, str]], also: Also | None
) -> Chunk:
    index: dict[str, list[Any]] = {
        name: [] for name in ("draw", "scenario", "year", "converged", "residual", "message")
    }
    columns: dict[str, list[Floats]] = {}
    count = 0
    for draw, scenario, done, drawn, message in rows:
        for position, year in enumerate(drawn.each_year):
            outcome = None if done is None else done.outcomes[position]
            index["draw"].append(draw)
            index["scenario"].append(scenario)
            index["year"].append(year)
            index["converged"].append(outcome is not None and outcome.status.converged)
            index["residual"].append(np.nan if outcome is None else outcome.status.residual)
            index["message"].append(message if outcome is None else str(outcome.status))
        years = len(drawn.each_year)
        for name, values in ({} if done is None else _results(done, also)).items():
            kept = columns.setdefault(name, [np.full(count, np.nan)] if count else [])
            missing = count - sum(len(part) for part in kept)
            if missing:
                kept.append(np.full(missing, np.nan))
            kept.append(values)
        count += years
    filled = {}
    for name, parts in columns.items():
        values = np.concatenate(parts)
        filled[name] = np.concatenate([values, np.full(count - len(values), np.nan)])
    return Chunk(number, dict(index), filled)


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
    for name, array in done.indicators(vector).data_vars.items():
        axes = [dim for dim in array.dims if dim != "year"]
        if "year" not in array.dims or len(axes) > 1 or array.dtype.kind not in "fiub":
            continue
        values = array.transpose("year", ...).values.astype(float)
        labels = [str(label) for label in array[axes[0]].values] if axes else ["all"]
        for n, label in enumerate(labels):
            found[f"{vector}.{name}/{label}"] = values[:, n] if axes else values
    return found
