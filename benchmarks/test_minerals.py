"""How long mineral markets take: `pytest benchmarks/test_minerals.py --benchmark-only`. Compilation is not counted."""

from __future__ import annotations

import numpy as np
import pytest

import blocs
from blocs.data.assumptions import Assumptions
from blocs.scenario.schema import Scenario
from blocs.vectors.minerals import market, tables
from blocs.vectors.minerals.base import base_of
from blocs.vectors.minerals.market import MarketState

pytest.importorskip("pytest_benchmark")


def test_all_minerals_all_regions_36_months(benchmark) -> None:
    """Everything China sells is cut by 90% with a fifth leaking: every market is out of rest. Bar: 0.3 s."""
    world, assumptions = blocs.load_world("81x50"), Assumptions.default()
    base = base_of(world, tables.modelled(), assumptions)
    policy, china = market.idle(base, 36), world.regions.index("CHN")
    for m in range(len(base.symbols)):
        for n in np.flatnonzero(base.origin[m, : base.origins[m]] == china):
            others = [j for j in range(len(base.regions)) if j != china]
            policy.cut[:, m, n, others] = 0.9
            policy.leaked[:, m, n, others] = 0.2
    rest, activity = MarketState.rest(base, assumptions), np.ones_like(base.use)
    market.run(base, rest, policy, activity, assumptions)
    benchmark.pedantic(market.run, (base, rest, policy, activity, assumptions), rounds=5)


def test_ten_coupled_years(benchmark) -> None:
    """All controlled minerals against the G7 for ten years, solved jointly with the economy. Bar: 10 s."""
    world = blocs.load_world("81x50")
    measure = {
        "type": "export_control",
        "by": "CHN",
        "on": "G7",
        "minerals": "controlled",
        "cut": 0.9,
        "leakage": 0.25,
    }
    scenario = Scenario.from_dict({"name": "ten", "years": "2026-2035", "measures": [measure]})
    blocs.run(
        world, scenario.model_copy(update={"years": Scenario.from_dict({"name": "y", "years": "2026"}).years})
    )
    benchmark.pedantic(blocs.run, (world, scenario), rounds=3)
