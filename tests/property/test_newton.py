"""Newton–Krylov finds the equilibria at which Anderson acceleration stalls, and nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from property.audit import audit
from property.worlds import SMALL, cube, random_world

import blocs
from blocs.engine.outcome import REGIONAL

ONLY_ANDERSON = blocs.Anderson(fallback=None)
LOOSE = 1e-6  # of the audit: at theta 65 a residual of 1e-9 in prices is 65 times that in flows


def productivity_of_usa_halved(world: blocs.World) -> dict[str, Any]:
    productivity = np.ones(world.accounts.output.shape)
    productivity[:, world.region_index("USA")] = 0.5
    return {
        "productivity": productivity,
        "elasticities": blocs.Elasticities.uniform(65.0, 1.0),
        "horizon": blocs.Horizon.SHORT,
    }


def labour_of_china_reduced(world: blocs.World) -> dict[str, Any]:
    labour = np.ones(len(world.regions))
    labour[world.region_index("CHN")] = 0.8
    return {
        "labour": labour,
        "elasticities": blocs.Elasticities.uniform(20.0, 0.05),
        "horizon": blocs.Horizon.SHORT,
    }


def all_tariffs_quadrupled_and_more(world: blocs.World) -> dict[str, Any]:
    tariff = world.accounts.tariff + 3.0 * (1.0 - np.eye(len(world.regions)))[None]
    return {"tariff": tariff, "elasticities": blocs.Elasticities.uniform(4.0, 3.0)}


def quotas_between_poor_substitutes(world: blocs.World) -> dict[str, Any]:
    quota = np.full(world.accounts.flows.shape, np.inf)
    quota[:, world.region_index("CHN"), world.region_index("USA")] = 0.5
    return {"quota": quota} | {
        "elasticities": blocs.Elasticities.uniform(65.0, 0.3),
        "horizon": blocs.Horizon.SHORT,
    }


@pytest.mark.parametrize(
    "case",
    [
        labour_of_china_reduced,
        all_tariffs_quadrupled_and_more,
        quotas_between_poor_substitutes,
        pytest.param(productivity_of_usa_halved, marks=pytest.mark.slow),
    ],
)
def test_newton_converges_where_anderson_stalls(world28: blocs.World, case: Any) -> None:
    given = case(world28)
    stalled = blocs.solve(world28, solver=ONLY_ANDERSON, **given)
    assert stalled.status.verdict.value == "stalled"
    assert np.isnan(stalled.welfare.values).all()
    outcome = blocs.solve(world28, **given)
    assert outcome.status.converged, outcome.status
    assert outcome.status.residual <= 1e-9
    assert outcome.status.iterations > 200
    assert "Newton" in outcome.status.message
    errors = audit(outcome)
    assert max(errors.values()) < LOOSE, errors


@pytest.mark.parametrize("seed", [0, 2, 5, 6, 7])
def test_newton_ends_where_anderson_does_with_quotas_that_bind(seed: int) -> None:
    """From six Anderson steps on: Newton has to find which of all caps bind."""
    world = random_world(np.random.default_rng(seed), SMALL)
    quota = cube(np.random.default_rng(1), world, 0.5, 1.2, np.inf)
    el = blocs.Elasticities(3.0, 0.7, 0.5, 1.0, 1.3)
    one = blocs.solve(
        world, quota=quota, elasticities=el, solver=blocs.Anderson(tolerance=1e-12, fallback=None)
    )
    two = blocs.solve(
        world, quota=quota, elasticities=el, solver=blocs.Anderson(max_iterations=6, tolerance=1e-11)
    )
    assert "Newton" in two.status.message
    assert two.status.converged, two.status
    assert (two.licence_price.values > 0.1).any()
    for name in REGIONAL:
        np.testing.assert_allclose(one.regional(name), two.regional(name), atol=1e-7, err_msg=name)


def test_what_did_not_converge_says_so() -> None:
    world = random_world(np.random.default_rng(1), SMALL)
    solver = blocs.Anderson(max_iterations=1, fallback=blocs.NewtonKrylov(max_steps=1))
    outcome = blocs.solve(
        world, trade_cost=cube(np.random.default_rng(0), world, 1.5, 2.0, 1.0), solver=solver,
        elasticities=blocs.Elasticities.uniform(),
    )  # fmt: skip
    assert outcome.status.verdict.value == "stalled"
    assert outcome.status.iterations == 2
    assert np.isnan(outcome.welfare.values).all()


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_steps": 0},
        {"krylov": 0},
        {"restarts": 0},
        {"forcing": 0.0},
        {"forcing": 1.0},
        {"forcing": np.nan},
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        blocs.NewtonKrylov(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [{"memory": 0}, {"max_iterations": 0}, {"tolerance": 0.0}, {"tolerance": 1.0}, {"tolerance": np.nan}],
)
def test_anderson_settings_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="Anderson"):
        blocs.Anderson(**wrong)
