"""Look-through content equals brute force, sums to one, and is never made of pooled shares."""

from __future__ import annotations

import numpy as np
import pytest
from property.test_by_user import with_users
from property.worlds import cube, random_world

import blocs
from blocs.errors import DataError

EL = blocs.Elasticities(3.0, 0.7, 0.5, 1.0, 1.3)


def solved(seed: int) -> blocs.Outcome:
    world = with_users(random_world(np.random.default_rng(seed)), np.random.default_rng(seed + 1))
    tariff = cube(np.random.default_rng(seed + 2), world, 0.0, 0.5, 0.0)
    outcome = blocs.solve(world, tariff=tariff, elasticities=EL, sourcing=blocs.Sourcing.BY_USER)
    assert outcome.status.converged
    return outcome


@pytest.mark.parametrize("seed", [3, 11, 29])
def test_content_is_what_a_dollar_of_output_pays_to_each_origin_tier_by_tier(seed: int) -> None:
    """Brute force: follow a dollar spent on each industry's output through a thousand tiers of suppliers."""
    outcome = solved(seed)
    solution = outcome.solution
    assert solution is not None
    inputs, output = outcome.by_user, solution.output
    goods, regions = output.shape
    value_added = solution.labour_bill + solution.capital_bill
    found = blocs.look_through(outcome)
    for k, j in np.argwhere(output > 0.0):
        dollar, paid = np.zeros((goods, regions)), np.zeros(regions)
        dollar[k, j] = 1.0
        for _ in range(1_000):
            safe = np.where(output > 0.0, output, 1.0)
            paid += (dollar * value_added / safe).sum(axis=0)
            dollar = (inputs * (dollar / safe)[None, None]).sum(axis=(2, 3))
        np.testing.assert_allclose(found.content.values[:, k, j], paid, atol=1e-10)


def test_content_and_taxes_sum_to_one_and_final_use_weighs_output() -> None:
    outcome = solved(3)
    found = blocs.look_through(outcome)
    content = found.content.values
    made = np.isfinite(content).all(axis=0)
    assert (content[:, made] >= -1e-12).all()
    total = content.sum(axis=0) + found.taxes.values
    np.testing.assert_allclose(total[made], 1.0)
    np.testing.assert_allclose(found.final_content.values.sum(axis=0) + found.final_taxes.values, 1.0)
    # world value added is what all final use pays to origins
    assert outcome.solution is not None
    spent = outcome.solution.final.sum(axis=0)
    earned = (outcome.solution.labour_bill + outcome.solution.capital_bill).sum(axis=0)
    np.testing.assert_allclose(found.final_content.values @ spent, earned, rtol=1e-7)


def test_pooled_outcomes_are_refused() -> None:
    outcome = blocs.solve(random_world(np.random.default_rng(3)), elasticities=EL)
    with pytest.raises(DataError, match="by user"):
        blocs.look_through(outcome)
