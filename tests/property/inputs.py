"""How much of its own output a region alone takes for a unit of output, as an eigenvalue: a test's second opinion."""

from __future__ import annotations

import numpy as np

import blocs


def least_inputs(world: blocs.World, region: str, el: blocs.Elasticities) -> float:
    """Return the units of output that a unit takes where everything but materials is free; 0 with substitutes.

    Nests of complements are linear in prices to the power 1 - sigma_materials, so that this is a spectral radius.
    """
    if el.sigma_output >= 1.0 or el.sigma_materials >= 1.0:
        return 0.0
    j, accounts, power = world.region_index(region), world.accounts, 1.0 - el.sigma_materials
    bought = accounts.flows[:, :, j] * (1.0 + accounts.tariff[:, :, j])
    home = bought[:, j] / np.where(bought.sum(axis=1) > 0.0, bought.sum(axis=1), 1.0)
    used, inputs = home > 0.0, accounts.use[:, :, j]
    dearer = np.where(used, home, 1.0) ** (-power / el.of(world))
    share = inputs / np.where(inputs.sum(axis=0) > 0.0, inputs.sum(axis=0), 1.0)
    output = accounts.output[:, j]
    materials = inputs.sum(axis=0) / np.where(output > 0.0, output, 1.0)
    least = materials ** (power / (1.0 - el.sigma_output)) * share * (dearer * used)[:, None]
    return float(np.abs(np.linalg.eigvals(least)).max() ** (1.0 / power))
