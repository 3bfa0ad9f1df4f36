"""Quotas in the first-order decomposition, whoever keeps the rent; and a transfer that no trade can carry."""

from __future__ import annotations

import numpy as np
import pytest
from property.worlds import SMALL, Traits, random_world

import blocs

TIGHT = blocs.Anderson(tolerance=1e-12)
EL = blocs.Elasticities.uniform(4.0, 0.8)
WORLD = random_world(np.random.default_rng(31), SMALL, Traits(zeros=False))


def decomposed(keeper: int, size: float):
    """Decompose quotas that bind by about `size` on a third of the cells; rents to exporter, importer or nobody."""
    random = np.random.default_rng(3)
    shape = WORLD.accounts.flows.shape
    cut = random.uniform(0.5, 1.0, shape)
    quota = np.where(random.random(shape) < 0.35, np.exp(-size * cut), np.inf)
    quota[:, range(shape[1]), range(shape[1])] = np.inf
    outcome = blocs.solve(
        WORLD, quota=quota, quota_rent=np.full(shape, float(keeper)), elasticities=EL, solver=TIGHT
    )
    assert outcome.status.converged
    assert (outcome.licence_price.values > 0.0).any()
    return blocs.first_order(outcome).parts


@pytest.mark.parametrize("keeper", [0, 1, 2], ids=["exporter", "importer", "nobody"])
def test_the_gap_of_quotas_is_of_second_order(keeper: int) -> None:
    large, small = (decomposed(keeper, size) for size in (1e-2, 1e-3))
    gaps = [float(np.abs(parts.exact - parts.first_order).max()) for parts in (large, small)]
    assert gaps[1] < gaps[0] / 60.0  # a hundredth, but for third order
    assert float(np.abs(small.exact).max()) > 0.0


def test_only_a_rent_that_is_used_up_counts_as_a_loss_of_technology() -> None:
    """Used up, a licence is a dearer passage, which the buyer bears; kept by anybody, it is money that moves."""
    assert float(decomposed(2, 1e-3).technology.min()) < 0.0
    for keeper in (0, 1):
        assert float(np.abs(decomposed(keeper, 1e-3).technology).max()) == 0.0


def test_a_transfer_that_no_trade_can_carry_is_said_to_be_impossible() -> None:
    """Regions cut off from all others cannot pay or be paid: a status that names them, and no number."""
    shape, n = WORLD.accounts.flows.shape, len(WORLD.regions)
    alone = np.ones(shape)
    alone[:, 0, 1:] = alone[:, 1:, 0] = 0.0
    transfer = np.zeros(n)
    transfer[0], transfer[1] = -1.0, 1.0
    balanced = blocs.solve(WORLD, closure=blocs.Closure.BALANCED, elasticities=EL, availability=alone)
    assert balanced.status.converged
    outcome = blocs.solve(
        WORLD, closure=blocs.Closure.BALANCED, elasticities=EL, availability=alone, transfer=transfer
    )
    assert not outcome.status.converged
    assert "no trade is left that could carry the transfer of" in str(outcome.status)
    assert outcome.solution is None
