"""blocs: a laboratory for a world economy that splits into blocs."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from blocs.errors import BlocsError, ConvergenceError, DataError, LedgerError, ScenarioError

if TYPE_CHECKING:
    from blocs import plot
    from blocs.claims.check import check_claims
    from blocs.claims.computation import Context
    from blocs.engine.derivatives import gradient, jacobian
    from blocs.engine.elasticities import Closure, Demand, Elasticities, Horizon, Sourcing
    from blocs.engine.first_order import first_order
    from blocs.engine.look_through import look_through
    from blocs.engine.outcome import Outcome
    from blocs.engine.settings import Anderson, NewtonKrylov
    from blocs.engine.solve import purge, solve
    from blocs.report.exchange import iamc, tables
    from blocs.scenario.schema import Scenario
    from blocs.study.alignment import Alignment, CrossCost, alignment
    from blocs.study.attribution import Attribution, attribution, shapley
    from blocs.study.backtest import backtest
    from blocs.study.coalition import coalition
    from blocs.study.ensemble.result import Ensemble
    from blocs.study.ensemble.run import ensemble
    from blocs.study.exposure import exposure
    from blocs.study.leverage import leverage
    from blocs.study.nash import Cooperation, Nash, Partners, nash
    from blocs.study.reliance import reliance
    from blocs.study.run import Run, run
    from blocs.study.smallest import smallest_coalition
    from blocs.vectors.debt.analysis import debt
    from blocs.world.load import load_world
    from blocs.world.series import series
    from blocs.world.world import World

__version__ = "0.1.0"

# public name -> module; loaded at first use, so that `import blocs` stays light
_LAZY = {
    "Anderson": "blocs.engine.settings",
    "Closure": "blocs.engine.elasticities",
    "Sourcing": "blocs.engine.elasticities",
    "Demand": "blocs.engine.elasticities",
    "Elasticities": "blocs.engine.elasticities",
    "Horizon": "blocs.engine.elasticities",
    "NewtonKrylov": "blocs.engine.settings",
    "Outcome": "blocs.engine.outcome",
    "World": "blocs.world.world",
    "Run": "blocs.study.run",
    "Scenario": "blocs.scenario.schema",
    "check_claims": "blocs.claims.check",
    "Context": "blocs.claims.computation",
    "debt": "blocs.vectors.debt.analysis",
    "Alignment": "blocs.study.alignment",
    "Cooperation": "blocs.study.nash",
    "CrossCost": "blocs.study.alignment",
    "Nash": "blocs.study.nash",
    "Partners": "blocs.study.nash",
    "alignment": "blocs.study.alignment",
    "Ensemble": "blocs.study.ensemble.result",
    "ensemble": "blocs.study.ensemble.run",
    "first_order": "blocs.engine.first_order",
    "look_through": "blocs.engine.look_through",
    "gradient": "blocs.engine.derivatives",
    "iamc": "blocs.report.exchange",
    "tables": "blocs.report.exchange",
    "jacobian": "blocs.engine.derivatives",
    "load_world": "blocs.world.load",
    "nash": "blocs.study.nash",
    "purge": "blocs.engine.solve",
    "backtest": "blocs.study.backtest",
    "coalition": "blocs.study.coalition",
    "exposure": "blocs.study.exposure",
    "leverage": "blocs.study.leverage",
    "reliance": "blocs.study.reliance",
    "run": "blocs.study.run",
    "smallest_coalition": "blocs.study.smallest",
    "series": "blocs.world.series",
    "Attribution": "blocs.study.attribution",
    "attribution": "blocs.study.attribution",
    "shapley": "blocs.study.attribution",
    "solve": "blocs.engine.solve",
}

__all__ = [
    "Alignment",
    "Anderson",
    "Attribution",
    "BlocsError",
    "Closure",
    "Context",
    "ConvergenceError",
    "Cooperation",
    "CrossCost",
    "DataError",
    "Demand",
    "Elasticities",
    "Ensemble",
    "Horizon",
    "LedgerError",
    "Nash",
    "NewtonKrylov",
    "Outcome",
    "Partners",
    "Run",
    "Scenario",
    "ScenarioError",
    "Sourcing",
    "World",
    "alignment",
    "attribution",
    "backtest",
    "check_claims",
    "coalition",
    "debt",
    "ensemble",
    "exposure",
    "first_order",
    "gradient",
    "iamc",
    "jacobian",
    "leverage",
    "load_world",
    "look_through",
    "nash",
    "plot",
    "purge",
    "reliance",
    "run",
    "series",
    "shapley",
    "smallest_coalition",
    "solve",
    "tables",
]


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        value = getattr(import_module(_LAZY[name]), name)
        globals()[name] = value
        return value
    if name == "plot":
        return import_module("blocs.plot")
    raise AttributeError(f"module 'blocs' has no attribute {name!r}; public names: {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
