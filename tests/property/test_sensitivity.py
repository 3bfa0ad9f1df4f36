"""Exposure and cell sensitivities are the central differences of the exact solution, on random and real worlds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from property.worlds import LARGE, SMALL, random_world

import blocs
from blocs.engine.derivatives import RESULTS
from blocs.engine.gmres import solve
from blocs.engine.sensitivity import RATES, cell_sensitivities, lever_sensitivities
from blocs.errors import DataError
from blocs.study.exposure import SHOCKS

TIGHT = blocs.Anderson(tolerance=1e-12, fallback=None)
EL = blocs.Elasticities(3.0, 0.7, 0.5, 1.0, 1.3)
STEP = 5e-5


def pulled(world: blocs.World, shock: str, region: int, goods: list[int], step: float) -> dict[str, Any]:
    """Return the keyword of `blocs.solve` for `step` of a shock in one region, built without the code under test."""
    shape = world.accounts.flows.shape
    industry, trade = np.ones(shape[:2]), np.zeros(shape)
    others = [n for n in range(shape[1]) if n != region]
    if shock in ("productivity", "capital", "demand"):
        industry[goods, region] = np.exp(step)
        return {"demand_shift" if shock == "demand" else shock: industry}
    if shock == "labour":
        labour = np.ones(shape[1])
        labour[region] = np.exp(step)
        return {"labour": labour}
    if shock == "tariff":
        trade[np.ix_(goods, others, [region])] = step
        return {"tariff": world.accounts.tariff + trade}
    if shock == "tariff_on":
        trade[np.ix_(goods, [region], others)] = step
        return {"tariff": world.accounts.tariff + trade}
    if shock == "export_tax":
        trade[np.ix_(goods, [region], others)] = step
        return {"export_tax": trade}
    trade[np.ix_(goods, others, [region])] = trade[np.ix_(goods, [region], others)] = step
    return {"trade_cost": np.exp(trade)}


def differences(world: blocs.World, shock: str, region: int, goods: list[int], **choices: Any) -> np.ndarray:
    """Return d welfare of every region by one unit of the shock, by central differences of exact solutions."""
    ends = []
    for step in (STEP, -STEP):
        outcome = blocs.solve(world, solver=TIGHT, **pulled(world, shock, region, goods, step), **choices)
        assert outcome.status.residual < 1e-10, outcome.status
        ends.append(outcome.regional("welfare"))
    return (ends[0] - ends[1]) / (2.0 * STEP)


@pytest.mark.parametrize("shock", SHOCKS)
def test_exposure_equals_finite_differences_on_random_worlds(shock: str) -> None:
    world = random_world(np.random.default_rng(list(SHOCKS).index(shock)), SMALL)
    study = blocs.exposure(world, shock=shock, goods=None if shock != "demand" else "S1", elasticities=EL)
    goods = [study.setting.base.sectors.index(code) for code in study.goods]
    for region in range(len(world.regions)):
        expected = differences(study.setting.base, shock, region, goods, elasticities=EL) / 100.0
        scale = np.abs(expected).max()
        np.testing.assert_allclose(study.matrix.values[region], expected, atol=1e-5 * scale, err_msg=shock)


@pytest.mark.parametrize(
    ("shock", "region"),
    [("productivity", "CHN"), ("tariff", "USA"), ("demand", "DEU"), ("trade_cost", "LUX")],
)
def test_exposure_equals_finite_differences_on_the_real_world(
    world28: blocs.World, shock: str, region: str
) -> None:
    study = blocs.exposure(world28, shock=shock)
    base, n = study.setting.base, world28.region_index(region)
    goods = [base.sectors.index(code) for code in study.goods]
    expected = differences(base, shock, n, goods) / 100.0
    found = study.matrix.values[n]
    np.testing.assert_allclose(found, expected, atol=1e-5 * np.abs(expected).max())
    others = np.arange(len(found)) != n  # the effect on oneself must not hide the small ones
    np.testing.assert_allclose(found[others], expected[others], atol=1e-5 * np.abs(expected[others]).max())


def test_parts_by_sector_sum_to_the_matrix_and_match_differences_of_one_sector(world28: blocs.World) -> None:
    study = blocs.exposure(world28)
    np.testing.assert_allclose(
        study.by_sector.values.sum(axis=0), study.matrix.values, rtol=1e-10, atol=1e-14
    )
    s, n = world28.sectors.index("C26"), world28.region_index("CHN")
    expected = differences(study.setting.base, "productivity", n, [s]) / 100.0
    np.testing.assert_allclose(study.by_sector.values[s, n], expected, atol=1e-5 * np.abs(expected).max())


@pytest.mark.parametrize("of", RESULTS)
def test_levers_agree_with_the_gradient_of_one_region(of: str) -> None:
    world = random_world(np.random.default_rng(5), LARGE)
    outcome = blocs.solve(world, tariff=world.accounts.tariff * 1.5, elasticities=EL)
    rows = lever_sensitivities(outcome, np.eye(len(world.regions)), "tariff", of=of)
    j = 2
    cube = blocs.gradient(outcome, of=of, region=world.regions[j], wrt="tariff").values
    abroad = 1.0 - np.eye(len(world.regions))
    scale = np.abs(cube).max()
    np.testing.assert_allclose(rows[j], (cube * abroad).sum(axis=1), atol=1e-6 * scale)


def test_cell_sensitivities_of_a_quota_are_central_differences() -> None:
    world = random_world(np.random.default_rng(3), SMALL)
    quota = np.full(world.accounts.flows.shape, np.inf)
    quota[0, 0, 1:], quota[1, 1, 2] = 0.6, 0.5
    cells = np.argwhere(np.isfinite(quota) & (world.accounts.flows > 0.0))
    outcome = blocs.solve(world, quota=quota, elasticities=EL, solver=TIGHT)
    found = cell_sensitivities(outcome, np.eye(len(world.regions)), "quota")
    for n, cell in enumerate(cells):
        ends = []
        for step in (STEP, -STEP):
            moved = quota.copy()
            moved[tuple(cell)] *= np.exp(step)
            ends.append(blocs.solve(world, quota=moved, elasticities=EL, solver=TIGHT).regional("welfare"))
        expected = (ends[0] - ends[1]) / (2.0 * STEP)
        np.testing.assert_allclose(found[:, n], expected, atol=1e-5 * np.abs(expected).max() + 1e-8)


def test_gmres_solves_many_systems_and_keeps_a_row_of_zeros_at_zero() -> None:
    random = np.random.default_rng(4)
    matrix = random.normal(size=(60, 60)) * 0.08
    target = random.normal(size=(5, 60))
    target[2] = 0.0
    found, error = solve(lambda rows: rows @ matrix.T, target, 1e-10)
    assert error <= 1e-10
    np.testing.assert_allclose(found, np.linalg.solve(np.eye(60) - matrix, target.T).T, atol=1e-8)
    assert (found[2] == 0.0).all()


def test_units_say_what_one_unit_of_the_shock_is() -> None:
    world = random_world(np.random.default_rng(1), SMALL)
    for shock in ("productivity", "tariff"):
        unit = blocs.exposure(world, shock=shock, elasticities=EL).matrix.attrs["unit"]
        assert unit.endswith("percentage point" if shock in RATES else "1%")


def test_what_has_no_effect_or_no_sector_is_refused() -> None:
    world = random_world(np.random.default_rng(1), SMALL)
    with pytest.raises(DataError, match="did you mean 'productivity'"):
        blocs.exposure(world, shock="productivty", elasticities=EL)
    with pytest.raises(DataError, match="towards all it is no shift"):
        blocs.exposure(world, shock="demand", goods="all", elasticities=EL)
    with pytest.raises(DataError, match="no sector"):
        blocs.exposure(world, shock="labour", goods="S1", elasticities=EL)
