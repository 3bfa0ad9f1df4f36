"""Wrong input of the direct API is refused in one line that names what is wrong and where, before any solve."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import xarray as xr
from property.worlds import SMALL, Traits, random_world

import blocs
from blocs.world.groups import resolve_goods, resolve_regions

WORLD = random_world(np.random.default_rng(31), SMALL, Traits(zeros=False))
CUBE, INDUSTRY, REGION = WORLD.accounts.flows.shape, WORLD.accounts.output.shape, (len(WORLD.regions),)
UNIFORM = blocs.Elasticities.uniform(4.0, 0.7)


def with_one(shape: tuple[int, ...], value: float, fill: float = 1.0) -> np.ndarray:
    """Return `fill` everywhere and `value` in the last cell but one of the first axis."""
    out = np.full(shape, fill)
    out[(0,) * (len(shape) - 1) + (1,)] = value
    return out


def labelled(**labels: list[str]) -> xr.DataArray:
    """Return a tariff (good, origin, destination) of zero whose labels are the world's but for `labels`."""
    own = {"good": WORLD.sectors, "origin": WORLD.regions, "destination": WORLD.regions}
    coords = {dim: list(labels.get(dim, names)) for dim, names in own.items()}
    return xr.DataArray(np.zeros([len(names) for names in coords.values()]), coords=coords, dims=list(coords))


KINDS: list[tuple[str, dict[str, Any], str]] = [
    ("wrong order of axes", {"tariff": np.zeros(CUBE[::-1])}, r"tariff has shape \(3, 3, 2\).*needs \(2, 3, 3\)"),
    ("one number for a cube", {"tariff": 0.25}, r"tariff has shape \(\)"),
    ("words for numbers", {"tariff": np.full(CUBE, "high")}, "tariff has dtype"),
    ("a tariff of minus 100%", {"tariff": with_one(CUBE, -1.0, 0.0)}, r"tariff is -1 at .*-100%"),
    ("an endless tariff", {"tariff": with_one(CUBE, np.inf, 0.0)}, "tariff is inf at"),
    ("a region of another world", {"tariff": labelled(origin=["R1", "R2", "USA"])}, "'USA'"),
    ("a label twice", {"tariff": labelled(destination=["R1", "R1", "R3"])}, "lacks R2|repeats"),
    ("a dimension of another name", {"tariff": labelled().rename(good="product")}, "dimensions .*product"),
    ("no trade cost at all", {"trade_cost": with_one(CUBE, 0.0)}, "trade_cost is 0 at"),
    ("less than no goods", {"availability": with_one(CUBE, -0.5)}, r"availability is -0\.5 at .*must not be negative"),
    ("no productivity", {"productivity": with_one(INDUSTRY, 0.0)}, "productivity is 0 at .*above 0"),
    ("a negative input cost", {"input_cost": with_one(INDUSTRY, -2.0)}, "input_cost is -2 at"),
    ("an unknown productivity", {"productivity": with_one(INDUSTRY, np.nan)}, "productivity is NaN at .*=R2"),
    ("nobody to work", {"labour": with_one(REGION, 0.0)}, "labour is 0 at R2|labour is 0 at .*R2"),
    ("negative capital", {"capital": with_one(INDUSTRY, -1.0)}, "capital is -1 at"),
    ("an output tax of minus 100%", {"output_tax": with_one(INDUSTRY, -1.0, 0.0)}, r"output_tax is -1 at .*-100%"),
    ("an export tax on home sales", {"export_tax": np.full(CUBE, 0.1)}, "export_tax is 0.1 on home sales.*output_tax"),
    ("a gift from nobody", {"transfer": with_one(REGION, 5.0, 0.0)}, "transfer sums to 5.*another must give"),
    ("an endless gift", {"transfer": with_one(REGION, np.inf, 0.0)}, "transfer is not finite for R2"),
    ("a negative taste", {"demand_shift": with_one(INDUSTRY, -0.1)}, r"demand_shift is -0\.1 at"),
    ("rents of no quota", {"quota_rent": np.zeros(CUBE)}, "no quota is given"),
    ("a closure by its word", {"closure": "balanced"}, r"closure is 'balanced'.*Closure\.BALANCED"),
    ("a horizon by its word", {"horizon": "long"}, r"horizon is 'long'.*Horizon\.LONG"),
    ("elasticities by name", {"elasticities": "fontagne2022"}, r"Elasticities\.load\('fontagne2022'\)"),
    ("elasticities of other goods", {"elasticities": blocs.Elasticities({"C10": 4.0})}, "no trade elasticity for"),
    ("demand as a pair", {"closure": blocs.Closure.DEMAND, "demand": (0.5, 0.5)}, r"demand is \(.*; give Demand"),
    ("spending after output, with tariffs", {"closure": blocs.Closure.PROPORTIONAL}, "holds only without tariffs"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("choices", "message"), [kind[1:] for kind in KINDS], ids=[kind[0] for kind in KINDS]
)
def test_solve_refuses(choices: dict[str, Any], message: str) -> None:
    with pytest.raises(blocs.DataError, match=message) as error:
        blocs.solve(WORLD, **{"elasticities": UNIFORM, **choices})
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("theta", [0.0, -1.0, np.nan, np.inf])
def test_trade_elasticities_must_be_positive_numbers(theta: float) -> None:
    with pytest.raises(blocs.DataError, match=r"theta of every good is .*must be above 0"):
        blocs.Elasticities.uniform(theta)
    with pytest.raises(blocs.DataError, match="theta of C10 is"):
        blocs.Elasticities({"C10": theta, "C20": 4.0})


@pytest.mark.parametrize("nest", ["sigma_materials", "sigma_output", "sigma_factors", "sigma_final"])
@pytest.mark.parametrize("value", [-0.1, np.nan, np.inf])
def test_nests_take_no_negative_or_endless_elasticity(nest: str, value: float) -> None:
    with pytest.raises(blocs.DataError, match=f"{nest} is"):
        replace(UNIFORM, **{nest: value})


def test_a_start_from_another_world_is_refused() -> None:
    other = random_world(np.random.default_rng(32), (4, 1))
    start = blocs.solve(other, elasticities=UNIFORM)
    with pytest.raises(blocs.DataError, match="same world"):
        blocs.solve(WORLD, elasticities=UNIFORM, start=start)


@pytest.mark.parametrize(
    ("names", "message"),
    [("IRN", r"IRN \(Iran\) is inside ROW"), (["CHN", "-USA"], "-USA"), ([], "region"), ("USB", "USB")],
)
def test_regions_that_mean_nothing_in_the_world_are_refused(names: Any, message: str) -> None:
    with pytest.raises(blocs.DataError, match=message):
        resolve_regions(names, blocs.load_world("81x28").regions)


def test_goods_that_mean_nothing_are_refused() -> None:
    with pytest.raises(blocs.DataError, match="steal"):
        resolve_goods("steal", blocs.load_world("81x28").sectors)
