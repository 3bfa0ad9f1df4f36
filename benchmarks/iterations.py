"""Counts iterations with and without the home-market inverses: `python benchmarks/iterations.py`.

Both use Anderson acceleration of the same memory to the same residual; "plain" takes the raw sweep as the step. Long
iterations amplify rounding, so the plain counts differ by some tens between machines.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import cases
import numpy as np

import blocs
from blocs.engine import anderson, update
from blocs.world.groups import resolve_goods


def main() -> None:
    """Count and print a Markdown table."""
    world = blocs.load_world()
    problems = _problems(world)
    counts = {name: [_iterations(world, choices)] for name, choices in problems.items()}
    with _plain_sweep():
        for name, choices in problems.items():
            counts[name].append(_iterations(world, choices))
    lines = ["| 81×50, tolerance 1e-9 | plain sweep | with home-market inverses |", "|---|---|---|"]
    lines += [f"| {name} | {plain} | {ours} |" for name, (ours, plain) in counts.items()]
    sys.stdout.write("\n".join(lines) + "\n")


def _problems(world: blocs.World) -> dict[str, dict[str, Any]]:
    tariff = cases.us_china(world)
    goods = [world.sectors.index(code) for code in resolve_goods("goods", world.sectors)]
    usa, chn = world.region_index("USA"), world.region_index("CHN")
    universal = world.accounts.tariff.copy()
    universal[np.ix_(goods, [n for n in range(len(world.regions)) if n != usa], [usa])] += 0.10
    embargo = np.ones_like(tariff)
    embargo[goods, usa, chn] = embargo[goods, chn, usa] = 0.0
    return {
        "US–China tariffs of 25 and 20 points, long run": {"tariff": tariff},
        "the same, short run": {"tariff": tariff, "horizon": blocs.Horizon.SHORT},
        "the same, every σ = 0.5, θ = 4": {
            "tariff": tariff,
            "elasticities": blocs.Elasticities.uniform(4.0, 0.5),
        },
        "the same, elasticities of Caliendo and Parro (2015)": {
            "tariff": tariff,
            "elasticities": blocs.Elasticities.load("caliendo_parro2015"),
        },
        "US tariff of 10 points on all imported goods": {"tariff": universal},
        "US–China embargo on all goods": {"availability": embargo},
    }


def _iterations(world: blocs.World, choices: dict[str, Any]) -> int:
    outcome = blocs.solve(world, solver=blocs.Anderson(max_iterations=2000), **choices)
    assert outcome.status.converged, outcome.status
    return outcome.status.iterations


@contextmanager
def _plain_sweep() -> Iterator[None]:
    """Replace the step of the engine by the raw sweep."""
    ours: Callable[..., Any] = anderson.next_guess

    def plain(state: Any, seen: Any, problem: Any, known: Any) -> Any:
        return update.to_numeraire(seen.implied, problem, known)

    anderson.next_guess = plain
    try:
        yield
    finally:
        anderson.next_guess = ours


if __name__ == "__main__":
    main()
