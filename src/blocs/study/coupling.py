"""One year to its joint fixed point: vectors act on the economy, and some of them answer what it does.

The shocks of a year are the sum over vectors of s_v(state, measures, outcome). Vectors that do not couple ignore
the outcome. Where one couples, the year is the fixed point

    outcome = solve(sum_v s_v(outcome))

found by alternating the two, each solve started at the one before, until the shocks rest: largest change of a rate,
of the log of a hat, or of a transfer over world value added at most `TOLERANCE`. Answers that overshoot (dear gallium
that kills its own demand) are damped by Anderson acceleration over the last `MEMORY` passes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import reduce
from typing import Any

import numpy as np

from blocs.engine.bills import FIELDS as BILLS
from blocs.engine.outcome import Outcome
from blocs.engine.shocks import ADDITIVE, Shocks, combine
from blocs.engine.status import Status, Verdict
from blocs.vectors.base import Vector
from blocs.vectors.registry import VECTORS
from blocs.world.accounts import Floats
from blocs.world.world import World

TOLERANCE = 1e-8  # an order above what a solve leaves
PASSES = 60
MEMORY = 5
# what an acceleration may mix; embargoes and quotas are taken as the vectors say
MIXED = ("tariff", "export_tax", "trade_cost", "output_tax", "productivity", "input_cost", "capital", "demand_shift",
         "labour", "transfer")  # fmt: skip

log = logging.getLogger(__name__)

ShocksOf = Callable[[Vector, Any, int, "Outcome | None"], Shocks]
Solve = Callable[[Shocks, "Outcome | None"], Outcome]


def settle(
    states: Mapping[str, Any],
    year: int,
    shocks_of: ShocksOf,
    solve: Solve,
    start: Outcome | None,
    near: Outcome | None = None,
) -> tuple[Shocks, Outcome]:
    """Return the year's shocks and outcome; the outcome's status says if the vectors did not come to rest.

    shocks_of: (vector, state, year, outcome) to the vector's shocks. solve: (shocks, start) to an outcome.
    near: an outcome like the year's, such as the year before, to which the vectors answer first; it saves passes.
    """
    still = [shocks_of(v, states[v.name], year, None) for v in VECTORS if not v.couples]
    rest = reduce(combine, still, Shocks.neutral())
    coupled = tuple(vector for vector in VECTORS if vector.couples)

    def answer(outcome: Outcome | None) -> Shocks:
        replies = (shocks_of(vector, states[vector.name], year, outcome) for vector in coupled)
        return combine(rest, reduce(combine, replies, Shocks.neutral()))

    return joint(answer, solve, start, near) if coupled else (rest, solve(rest, start))


def joint(
    answer: Callable[[Outcome | None], Shocks],
    solve: Solve,
    start: Outcome | None,
    near: Outcome | None = None,
) -> tuple[Shocks, Outcome]:
    """Return the fixed point outcome = solve(answer(outcome)) with its shocks; `answer(near)` is where it begins.

    The outcome's status says if the shocks did not come to rest in `PASSES` passes.
    """
    shocks = answer(near)
    outcome = solve(shocks, start)
    tried, gap = _Tried(), 0.0
    for number in range(PASSES):
        if not outcome.status.converged:
            return shocks, outcome
        wanted = answer(outcome)
        gap = distance(shocks, wanted, outcome.base)
        log.debug("pass %d: vectors still want shocks that differ by %.1e", number + 1, gap)
        if gap <= TOLERANCE:
            return shocks, outcome
        shocks = _accelerated(shocks, wanted, tried, outcome.base)
        outcome = _counting(solve(shocks, outcome), outcome.status)
    message = f"vectors and economy did not come to rest in {PASSES} passes: shocks still move by {gap:.1e}"
    return shocks, replace(outcome, status=replace(outcome.status, verdict=Verdict.STALLED, message=message))


@dataclass
class _Tried:
    """What passes of a year taught: the fields that vectors answer with, and earlier (shocks, gap to the answer)."""

    fields: tuple[str, ...] = ()
    passes: list[tuple[Floats, Floats]] = field(default_factory=list)


def _accelerated(shocks: Shocks, answer: Shocks, tried: _Tried, world: World) -> Shocks:
    """Return the next shocks to try: the answer, corrected by what earlier passes taught; `tried` grows."""
    if (
        not tried.passes
    ):  # what does not answer to the economy is the same in all passes: nothing to learn there
        tried.fields = tuple(name for name in MIXED if _gap(name, shocks, answer, world) > 0.0)
    names = tuple(name for name in tried.fields if getattr(answer, name) is not None)
    there, here = _flat(names, answer, answer, world), _flat(names, shocks, answer, world)
    if there.size == 0 or not (np.isfinite(here).all() and np.isfinite(there).all()):
        return answer
    passes = tried.passes
    if passes and passes[-1][0].shape != here.shape:
        passes.clear()
    passes.append((here, there - here))
    del passes[: -MEMORY - 1]
    if len(passes) == 1:
        return answer
    gap = passes[-1][1]
    steps = np.stack([x - here for x, _ in passes[:-1]])
    gaps = np.stack([g - gap for _, g in passes[:-1]])
    # least squares by the Gram matrix: a handful of unknowns, a million equations
    weights = np.linalg.lstsq(gaps @ gaps.T, gaps @ gap, rcond=1e-14)[0]
    return _unflat(names, there - weights @ (steps + gaps), answer, world)


def _flat(names: Sequence[str], shocks: Shocks, like: Shocks, world: World) -> Floats:
    """Return fields of `shocks`, all in `like`, as one vector: rates, logs of hats, shares of world value added."""
    parts = []
    for name in names:
        array = getattr(shocks, name)
        if array is None:
            array = np.full(getattr(like, name).shape, 0.0 if name in ADDITIVE else 1.0)
        parts.append(_linear(name, array, world).ravel())
    return np.concatenate(parts) if parts else np.zeros(0)


def _linear(name: str, array: Floats, world: World) -> Floats:
    if name == "transfer":
        return array / world.accounts.value_added.sum()
    with np.errstate(divide="ignore"):
        return array if name in ADDITIVE else np.log(array)


def _unflat(names: Sequence[str], vector: Floats, like: Shocks, world: World) -> Shocks:
    changes, at = {}, 0
    for name in names:
        pattern = getattr(like, name)
        part = vector[at : at + pattern.size].reshape(pattern.shape)
        at += pattern.size
        if name == "transfer":
            changes[name] = part * world.accounts.value_added.sum()
        else:
            changes[name] = part if name in ADDITIVE else np.exp(part)
    return replace(like, **changes)


def _counting(outcome: Outcome, before: Status) -> Outcome:
    """Return `outcome` with the work of the passes before it in its status."""
    status = outcome.status
    total = replace(
        status, iterations=status.iterations + before.iterations, seconds=status.seconds + before.seconds
    )
    return replace(outcome, status=total)


def distance(one: Shocks, two: Shocks, world: World) -> float:
    """Return the largest change between two shocks: of rates, logs of hats, and transfers over world value added."""
    return max(_gap(one_field.name, one, two, world) for one_field in fields(Shocks))


def _gap(name: str, one: Shocks, two: Shocks, world: World) -> float:
    if name in BILLS:
        return _bill_gap(name, one, two)
    first, second = getattr(one, name), getattr(two, name)
    if first is second:
        return 0.0
    neutral = 0.0 if name in ADDITIVE else 1.0
    if name == "quota":
        neutral = np.inf
    shape = second.shape if first is None else first.shape
    first = np.full(shape, neutral) if first is None else first
    second = np.full(shape, neutral) if second is None else second
    if name == "quota_rent":
        return float(np.abs(first - second).max())
    same = first == second  # embargoes and open quotas have no logs
    with np.errstate(invalid="ignore"):
        return float(
            np.abs(np.where(same, 0.0, _linear(name, first, world) - _linear(name, second, world))).max()
        )


def _bill_gap(name: str, one: Shocks, two: Shocks) -> float:
    """Return the largest change of what is billed, over sales; who gets it counts by how much there is to get."""

    def weighed(shocks: Shocks) -> Floats | float:
        array, share = getattr(shocks, name), shocks.bill_share
        if array is None or share is None:
            return 0.0
        return array if name == "bill_share" else array * np.abs(share).max(axis=1)[:, None, :]

    return float(np.abs(weighed(one) - weighed(two)).max())
