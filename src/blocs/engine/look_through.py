"""Whose value added is in what: look-through content of output and of final use, through all tiers of suppliers.

With A the value of inputs (at the supplier's producer price) per unit of the buyer's output and v the value added per
unit of output,

    content[i, (k, j)] = sum over (s, i) of v (I - A)^-1      taxes[k, j] = 1 - sum_i content[i, (k, j)]

so that content and taxes (duties, export and output taxes and quota licences on the way) sum to one. It needs who
buys from whom *by user*: pooled sourcing shifts foreign content by 1.5 points at the median, so pooled outcomes are
refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from blocs.engine.elasticities import Sourcing
from blocs.errors import ConvergenceError, DataError
from blocs.world.accounts import Floats

if TYPE_CHECKING:
    import xarray as xr

    from blocs.engine.outcome import Outcome


def look_through(outcome: Outcome) -> xr.Dataset:
    """Return `content` (origin, user, destination) and `taxes` (user, destination), shares of output; `final_content`
    (origin, destination) and `final_taxes` (destination), shares of final use.

    Shares of industries without output are NaN. Raises DataError for pooled outcomes, ConvergenceError without a
    solution.
    """
    import xarray as xr

    if outcome.sourcing is not Sourcing.BY_USER:
        raise DataError(
            "look-through content needs sourcing by user: pooled shares would shift it; solve with "
            "sourcing=Sourcing.BY_USER on a world that carries Z (81x28). For the base of 81x50 see the table "
            "worlds/look-through-81x50.npz"
        )
    if not outcome.status.converged or outcome.solution is None:
        raise ConvergenceError(f"there is no solution: {outcome.status}", outcome)
    solved, inputs = outcome.solution, outcome.by_user
    content = value_added_content(inputs, solved.output, solved.labour_bill + solved.capital_bill)
    left = np.maximum(solved.flows - inputs.sum(axis=2), 0.0)
    spent = solved.final.sum(axis=0)
    final = np.einsum("snj,isn->ij", left, np.nan_to_num(content)) / spent
    regions, sectors = list(outcome.base.regions), list(outcome.base.sectors)
    share = {"unit": "share"}
    return xr.Dataset(
        {
            "content": (("origin", "user", "destination"), content, share),
            "taxes": (("user", "destination"), 1.0 - content.sum(axis=0), share),
            "final_content": (("origin", "destination"), final, share),
            "final_taxes": (("destination",), 1.0 - final.sum(axis=0), share),
        },
        coords={"origin": regions, "user": sectors, "destination": regions},
    )


def value_added_content(inputs: Floats, output: Floats, value_added: Floats) -> Floats:
    """Return content[origin, user, destination] of `inputs` (good, origin, user, destination) in value at producer
    prices, `output` and `value_added` (user, region)."""
    goods, regions = output.shape
    size = goods * regions
    made = output > 0.0
    per_unit = np.divide(
        inputs, output[None, None], out=np.zeros(inputs.shape), where=made[None, None]
    ).reshape(size, size)
    share = np.divide(value_added, output, out=np.zeros(output.shape), where=made)
    own = np.zeros((regions, goods, regions))
    own[range(regions), :, range(regions)] = share.T
    system = np.eye(size) - per_unit
    content = np.linalg.solve(system.T, own.reshape(regions, size).T).T.reshape(regions, goods, regions)
    return np.where(made[None], content, np.nan)
