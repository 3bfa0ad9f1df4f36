"""Where the solve of a moved lever begins: extrapolated from what was solved while it moved, else at the nearest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from blocs.engine.extrapolate import extrapolated, weights_at
from blocs.engine.outcome import Outcome
from blocs.scenario.schema import Scenario
from blocs.study.one_year import alone
from blocs.study.run import Run

# how far (`distance`) a solution may be to begin at: further off, beginning at the base takes as many iterations
NEAR = 0.25
POINTS = 3  # solutions on the line of a lever: with them a slow drag takes half the iterations
FARTHEST = 20.0  # largest sum of absolute weights: beyond it an extrapolation is a guess
ALIKE = ("world", "base", "elasticities", "closure", "horizon", "sourcing", "baseline")
Leaves = Mapping[str, Any]


@dataclass(frozen=True)
class Solved:
    """A run, the scenario it belongs to, what that scenario says (`leaves`) and whether it was at hand."""

    scenario: Scenario
    run: Run
    leaves: Leaves
    cached: bool = False


def start_for(scenario: Scenario, year: int | None, known: Iterable[Solved]) -> Outcome | None:
    """Return an outcome for the solve of `scenario` to begin at, or None: then the base is as good.

    year: the one to be solved alone, None for all. known: the latest first; of equals the latest is taken.
    """
    first = year if year is not None and alone(scenario) else scenario.years.first
    wanted = leaves_of(scenario)
    near: tuple[float, Outcome | None] = (NEAR, None)
    lines: dict[str, dict[float, Outcome]] = {}
    for solved in known:
        outcome = _outcome_of(solved, scenario, first)
        if outcome is None:
            continue
        far = distance(wanted, solved.leaves)
        if far < near[0]:
            near = (far, outcome)
        moved = moved_number(wanted, solved.leaves)
        if moved is not None and far < NEAR:
            lines.setdefault(moved, {}).setdefault(float(solved.leaves[moved]), outcome)
    if lines:
        lever = max(lines, key=lambda path: len(lines[path]))
        return _along(float(wanted[lever]), lines[lever])
    return near[1]


def _along(x: float, line: Mapping[float, Outcome]) -> Outcome:
    """Return where the line of solutions by the lever's position leads at `x`."""
    points = sorted(line, key=lambda point: abs(point - x))
    base = line[points[0]].base
    points = [point for point in points if line[point].base is base][:POINTS]
    while sum(map(abs, weights := weights_at(x, points))) > FARTHEST:
        points.pop()
    return extrapolated([line[point] for point in points], weights)


def leaves_of(scenario: Scenario) -> dict[str, Any]:
    """Return what a scenario's measures and assumptions say as {path: value}."""
    return leaves(json.loads(scenario.model_dump_json(include={"measures", "assumptions"})))


def leaves(content: Any) -> dict[str, Any]:
    """Return plain data as {path: value}."""

    def walk(here: Any, path: str) -> Iterator[tuple[str, Any]]:
        if isinstance(here, Mapping):
            for key, value in here.items():
                yield from walk(value, f"{path}/{key}")
        elif isinstance(here, list):
            for n, value in enumerate(here):
                yield from walk(value, f"{path}/{n}")
        else:
            yield path, here

    return dict(walk(content, ""))


def distance(one: Leaves, two: Leaves) -> float:
    """Return how far two scenarios are: differences of numbers, and one for everything else that differs."""
    total = float(len(one.keys() ^ two.keys()))
    for path in one.keys() & two.keys():
        a, b = one[path], two[path]
        total += min(abs(a - b), 1.0) if _number(a) and _number(b) else float(a != b)
    return total


def moved_number(one: Leaves, two: Leaves) -> str | None:
    """Return the path of the one number in which two scenarios differ, or None."""
    if one.keys() != two.keys():
        return None
    moved = [path for path, value in one.items() if value != two[path]]
    return moved[0] if len(moved) == 1 and _number(one[moved[0]]) and _number(two[moved[0]]) else None


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _outcome_of(solved: Solved, scenario: Scenario, first: int) -> Outcome | None:
    """Return the outcome of the same choices in year `first`, or in the first year; None where there is none."""
    if any(getattr(solved.scenario, key) != getattr(scenario, key) for key in ALIKE):
        return None
    done = solved.run
    outcome = done.at(first if first in done.years else done.years[0])
    return outcome if outcome.status.converged else None
