"""Runs an ensemble: draws first, then chunks on a backend, each kept before it counts; resumes what was begun."""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from blocs.errors import DataError
from blocs.scenario.schema import Scenario
from blocs.study.ensemble.backends import Backend, Spawn
from blocs.study.ensemble.design import paired_points, sobol_points
from blocs.study.ensemble.evaluate import CHUNK, Also, Chunk, Task
from blocs.study.ensemble.factors import Factor, bounded, draws_of, factors_of
from blocs.study.ensemble.folder import Folder, card_of
from blocs.study.ensemble.result import Ensemble
from blocs.study.run import check_measures, world_of
from blocs.world.accounts import Floats
from blocs.world.world import World

DEFAULT_SEED = 2026
SHARES = 32  # into which a small ensemble is cut where no folder says how, so that workers end together


@dataclass(frozen=True)
class Progress:
    """How far an ensemble is."""

    done: int  # draws, those of an earlier run included
    total: int
    seconds: float  # of this run
    left: float  # seconds expected, NaN before the first chunk

    def __str__(self) -> str:
        rest = "" if math.isnan(self.left) else f", about {_clock(self.left)} left"
        return f"{self.done} of {self.total} draws, {_clock(self.seconds)}{rest}"


def _clock(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole} s" if whole < 100 else f"{whole // 60} min {whole % 60:02d} s"


def ensemble(
    world: World | None,
    scenario: Scenario | str | Sequence[Scenario | str],
    *,
    draws: int = 200,
    seed: int = DEFAULT_SEED,
    hold: Sequence[str] = (),
    total_indices: bool = False,
    backend: Backend | None = None,
    out: str | Path | None = None,
    resume: bool = False,
    progress: Callable[[Progress], None] | None = None,
    also: Also | None = None,
) -> Ensemble:
    """Run `scenario` under `draws` draws of every uncertain number it rests on; several scenarios share the draws.

    world: None loads the ones the scenarios name. hold: groups of assumptions that keep their values.
    total_indices: draw the paired points that `Ensemble.total_indices` needs, draws x (groups + 2) runs. backend:
    default one process a core. out: a folder that keeps every finished chunk; resume: go on with what it holds.
    also: a module's function that takes a `Run` whose years all converged and returns further results,
    {name/label: values by year}, which `Ensemble.values` then knows.
    Equal seeds give equal draws everywhere; results are bit-equal on one machine and backend, else within the
    solver's tolerance. Raises DataError and ScenarioError as `run` does, BackendError, FolderError.
    """
    scenarios = _scenarios(scenario)
    for one in scenarios:  # what does not fit the world fails here, once, and not in every draw
        check_measures(world_of(one) if world is None else world, one)
    factors = bounded(factors_of(scenarios, hold, world), scenarios, world)
    uniform, groups = _design(draws, factors, seed, total_indices)
    content = tuple(one.model_dump(mode="json") for one in scenarios)
    card = card_of(
        content, factors, scenarios[0].world if world is None else _fingerprint(world), seed=seed, draws=draws,
        design="paired" if total_indices else "sobol", chunk=CHUNK, held=list(hold),
        **({} if also is None else {"also": f"{also.__module__}.{also.__qualname__}"}),
    )  # fmt: skip
    folder = None if out is None else Folder(Path(out))
    if folder is not None:
        folder.begin(card, factors, uniform, resume=resume)
    size = CHUNK if folder is not None else max(1, min(CHUNK, len(uniform) // SHARES))
    tasks = _tasks(_key(card), content, world, draws_of(factors, uniform), size, also, folder is not None)
    chunks = _compute(tasks, backend or Spawn(), folder, progress)
    return Ensemble.of(scenarios, factors, uniform, chunks, seed=seed, groups=groups, base_draws=draws)


def _scenarios(given: Scenario | str | Sequence[Scenario | str]) -> tuple[Scenario, ...]:
    several = [given] if isinstance(given, (Scenario, str)) else list(given)
    if not several:
        raise DataError("no scenario is given; name one of `blocs scenarios` or a file")
    scenarios = tuple(one if isinstance(one, Scenario) else Scenario.load(one) for one in several)
    names = [one.name for one in scenarios]
    if len(set(names)) < len(names):
        raise DataError(f"two scenarios have the name {names[0]!r}; an ensemble tells them apart by name")
    return scenarios


def _design(
    draws: int, factors: Sequence[Factor], seed: int, total_indices: bool
) -> tuple[Floats, tuple[str, ...]]:
    if total_indices:
        return paired_points(draws, factors, seed)
    return sobol_points(draws, len(factors), seed), ()


def _key(card: Any) -> str:
    # the number of draws is no part of what one draw is
    text = json.dumps({**card, "draws": None}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _fingerprint(world: World) -> str:
    state = hashlib.sha256()
    state.update(",".join([*world.regions, *world.sectors]).encode())
    for array in (world.accounts.flows, world.accounts.tariff, world.accounts.labour_share):
        state.update(array.tobytes())
    return f"{world.name} {state.hexdigest()[:16]}"


def _tasks(
    key: str,
    content: tuple[Any, ...],
    world: World | None,
    draws: Sequence[Mapping[str, float | str]],
    size: int,
    also: Also | None,
    kept: bool,
) -> list[Task]:
    return [
        Task(key, first // size, content, world, first, tuple(draws[first : first + size]), also, kept)
        for first in range(0, len(draws), size)
    ]


def _compute(
    tasks: Sequence[Task],
    backend: Backend,
    folder: Folder | None,
    progress: Callable[[Progress], None] | None,
) -> list[Chunk]:
    began = time.perf_counter()
    total = sum(len(task.draws) for task in tasks)
    sizes = {task.number: len(task.draws) for task in tasks}
    chunks: dict[int, Chunk] = {}
    if folder is not None:
        chunks = {number: folder.read(number, file) for number, file in folder.finished(sizes).items()}
    before = sum(sizes[number] for number in chunks)
    done = before
    for chunk in backend.map([task for task in tasks if task.number not in chunks]):
        if folder is not None:
            folder.keep(chunk)
        chunks[chunk.number] = replace(chunk, file=None)  # once is enough in memory
        done += sizes[chunk.number]
        if progress is not None:
            spent = time.perf_counter() - began
            progress(Progress(done, total, spent, spent / (done - before) * (total - done)))
    return [chunks[number] for number in sorted(chunks)]
