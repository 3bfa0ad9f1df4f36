"""Input use of a year whose flows are known but whose input-output table is not: base coefficients, balanced."""

from __future__ import annotations

import numpy as np

from blocs.errors import DataError
from blocs.world.accounts import Accounts, Floats
from blocs.world.balance import ras, ratio

TOLERANCE = 1e-11  # of a region's spending: a thousand times tighter than the identities need


def balanced_use(base: Accounts, flows: Floats, tariff: Floats) -> Floats:
    """Return duty-inclusive use[good, user, region] that fits `flows` and `tariff` and stays near `base`.

    Seed: base input coefficients use/Y times the year's output, next to base final shares F/M times the year's
    spending. RAS per region to rows M[s] (spending) and columns (1 - v[k]) Y[k], where v is the base
    value-added share of output, and final use in total. So v is kept, final use is what remains of each good,
    and all accounts follow. An industry without output in `base` takes the average of the world, a good
    without spending there is all final use. Raises DataError if a region's inputs exceed its spending.
    """
    output = flows.sum(axis=2)
    spending = flows.sum(axis=1) + np.einsum("sij,sij->sj", flows, tariff)
    use = _coefficients(base) * output * (spending[:, None, :] > 0.0)
    inputs = use.sum(axis=0)
    absorption = spending.sum(axis=0) - inputs.sum(axis=0)
    if (absorption <= 0.0).any():
        raise DataError(
            f"region number {int(np.argmin(absorption))} would use more inputs than it buys goods "
            f"({absorption.min():.6g} US$ mn are left for final use); the flows of the year do not fit the base"
        )
    final = ratio(base.final, base.spending, default=1.0) * spending
    final = np.where((use.sum(axis=1) + final > 0.0), final, spending)
    seed = np.concatenate([use, final[:, None, :]], axis=1)
    columns = np.concatenate([inputs, absorption[None, :]], axis=0)
    table = ras(seed.transpose(2, 0, 1), spending.T, columns.T, tolerance=TOLERANCE, what="input use")
    use = table[:, :, :-1].transpose(1, 2, 0)
    excess = np.maximum(ratio(use.sum(axis=1), spending), 1.0)  # rows are met within TOLERANCE: never above
    return use / excess[:, None, :]


def _coefficients(base: Accounts) -> Floats:
    """Inputs per unit of output [good, user, region]; the world's average where an industry is empty."""
    world = ratio(base.use.sum(axis=2), base.output.sum(axis=1)[None, :])
    own = ratio(base.use, base.output[None])
    return np.where(base.output[None] > 0.0, own, world[:, :, None])
