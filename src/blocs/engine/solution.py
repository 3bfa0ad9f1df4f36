"""The solved arrays of one equilibrium, in NumPy float64."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from blocs.engine.anderson import History, Result
from blocs.engine.problem import State
from blocs.world.accounts import Floats


@dataclass(frozen=True, eq=False)
class Solution:
    """Logs for prices and wages, US$ mn (numeraire: world value added) for values; (good or industry, region)."""

    wage: Floats  # (region,) log
    rental: Floats  # log
    cost: Floats  # log producer price
    composite: Floats  # log P, by user that of final use
    users_composite: Floats  # log P (good, industry, region) by user; no industries where sourcing is pooled
    consumer: Floats  # (region,) log PC
    absorption: Floats  # (region,) log
    flows: Floats  # (good, origin, destination) at producer prices
    output: Floats
    spending: Floats  # duty-inclusive
    materials: Floats  # duty-inclusive, by good
    labour_bill: Floats
    capital_bill: Floats
    materials_bill: Floats  # by industry
    materials_price: Floats  # log PM
    income: Floats  # (region,) factor income and all receipts
    duty: Floats  # (region,)
    state: State
    history: History  # of the iteration that found it, for a neighbour to begin with

    @property
    def final(self) -> Floats:
        """Duty-inclusive final use (good, region)."""
        return self.spending - self.materials

    @classmethod
    def of(cls, result: Result) -> Solution:
        """Copy a result out of the engine; the arrays are read-only."""
        state, last = result.state, result.sweep
        arrays = {
            "wage": state.wage, "rental": state.rental, "cost": state.cost, "absorption": state.absorption,
            "composite": last.composite, "users_composite": last.users_composite, "consumer": last.consumer,
            "flows": result.flows,
            "spending": last.spending, "materials": last.materials, "labour_bill": last.labour_bill,
            "capital_bill": last.capital_bill, "materials_bill": last.materials_bill,
            "materials_price": last.materials_log_price, "income": last.income, "duty": last.duty,
        }  # fmt: skip
        held = {name: np.asarray(array) for name, array in arrays.items()}
        output = held["flows"].sum(axis=2)
        output.flags.writeable = False
        return cls(
            **held,
            output=output,
            state=State(*(np.asarray(part) for part in state)),
            history=History(*(np.asarray(part) for part in result.history)),
        )
