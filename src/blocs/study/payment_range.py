"""A scenario of rails at the ends and the middle of mu and of the cap: nine runs that say what decides the answer.

Deterministic and small, for reading; an ensemble draws all assumptions together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from blocs.data.assumptions import declared
from blocs.scenario.schema import Scenario
from blocs.study.run import run, world_of
from blocs.world.accounts import Floats
from blocs.world.world import World

MU, CAP = "payments.mu", "payments.outside.cap"


@dataclass(frozen=True, eq=False)
class RangePoint:
    """Welfare (year, region), %, and whether all years converged, at one mu and cap."""

    mu: float
    cap: float
    welfare: Floats
    converged: bool


@dataclass(frozen=True)
class PaymentRange:
    """The points of the grid, cap by cap within mu; `years` and `regions` are the axes of each point's welfare."""

    scenario: Scenario
    years: tuple[int, ...]
    regions: tuple[str, ...]
    points: tuple[RangePoint, ...]


def payment_range(
    scenario: Scenario | str,
    world: World | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> PaymentRange:
    """Return welfare of `scenario` over low, default and high values of mu and of the cap, nine runs.

    What the scenario itself assumes of other numbers is kept. progress: called with (runs done, runs in all).
    """
    scenario = scenario if isinstance(scenario, Scenario) else Scenario.load(scenario)
    world = world_of(scenario) if world is None else world
    grid = [(mu, cap) for mu in _three(MU) for cap in _three(CAP)]
    points = []
    for mu, cap in grid:
        assumed = {**scenario.assumptions, MU: mu, CAP: cap}
        done = run(world, scenario.model_copy(update={"assumptions": assumed}))
        points.append(RangePoint(mu, cap, done.regional("welfare"), done.converged))
        if progress is not None:
            progress(len(points), len(grid))
    return PaymentRange(scenario, tuple(scenario.each_year), world.regions, tuple(points))


def _three(name: str) -> tuple[float, float, float]:
    entry = declared()[name]
    return entry.range[0], entry.value, entry.range[1]
