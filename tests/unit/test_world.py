"""Worlds from a user's own arrays: what is accepted, what is refused and how, and exact aggregation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import xarray as xr

import blocs
from blocs import DataError, World

REGIONS, SECTORS = ("AAA", "BBB", "CCC"), ("farm", "mill")


def tables() -> dict[str, np.ndarray]:
    """A small balanced world: 2 sectors, 3 regions."""
    flows = np.array(
        [
            [[60.0, 10.0, 5.0], [8.0, 90.0, 4.0], [2.0, 6.0, 40.0]],
            [[80.0, 20.0, 10.0], [15.0, 70.0, 5.0], [5.0, 10.0, 60.0]],
        ]
    )
    tariff = np.full((2, 3, 3), 0.1)
    tariff[:, range(3), range(3)] = 0.0
    spending = (flows * (1.0 + tariff)).sum(axis=1)
    use = 0.2 * spending[:, None, :] * np.ones((2, 2, 1))
    return {"flows": flows, "tariff": tariff, "use": use}


def build(**changes) -> World:
    return World.from_flows(**{**tables(), "regions": REGIONS, "sectors": SECTORS, **changes})


def cell(name: str, index: tuple[int, ...], value: float) -> dict[str, np.ndarray]:
    array = tables()[name].copy()
    array[index] = value
    return {name: array}


REFUSED: dict[str, tuple[Callable[[], object], list[str]]] = {
    "flows of two dimensions": (lambda: build(flows=np.ones((3, 3))), ["flows has shape (3, 3)", "good, origin"]),
    "flows not square": (lambda: build(flows=np.ones((2, 3, 4))), ["shape (2, 3, 4)", "as many origins"]),
    "too few regions": (lambda: build(regions=("AAA", "BBB")), ["2 regions are named", "3"]),
    "regions repeated": (lambda: build(regions=("AAA", "AAA", "CCC")), ["repeats AAA", "unique"]),
    "use of another shape": (lambda: build(use=np.ones((2, 3, 2))), ["use has shape (2, 3, 2)", "(2, 2, 3)"]),
    "nan in flows": (lambda: build(**cell("flows", (0, 1, 2), np.nan)), ["flows is NaN", "origin=BBB"]),
    "infinite flow": (lambda: build(**cell("flows", (0, 1, 2), np.inf)), ["flows is not finite", "BBB -> CCC"]),
    "negative flow": (lambda: build(**cell("flows", (1, 0, 2), -3.0)), ["negative (-3)", "good mill, AAA -> CCC"]),
    "negative use": (lambda: build(**cell("use", (0, 1, 2), -1.0)), ["use is negative", "user mill, region CCC"]),
    "use above spending": (lambda: build(**cell("use", (0, 1, 2), 500.0)), ["use more farm than CCC buys"]),
    "tariff of minus one": (lambda: build(**cell("tariff", (0, 1, 2), -1.0)), ["tariff is -1", "above -1"]),
    "labour share above one": (lambda: build(labour_share=np.full((2, 3), 1.2)), ["labour_share is 1.2", "0 and 1"]),
    "value added that does not add up": (
        lambda: build(value_added=np.full((2, 3), 10.0)),
        ["value_added of farm in AAA is 10", "leave value_added out"],
    ),
    "words instead of numbers": (lambda: build(use=np.full((2, 2, 3), "x")), ["use has dtype", "numbers"]),
    "labels of another world": (
        lambda: build(tariff=xr.DataArray(tables()["tariff"], dims=("good", "origin", "destination"),
                                          coords={"good": list(SECTORS), "origin": ["AAA", "BBB", "XXX"],
                                                  "destination": list(REGIONS)})),
        ["tariff, dimension origin", "'XXX'"],
    ),
    "wrong dimensions": (
        lambda: build(use=xr.DataArray(tables()["use"], dims=("good", "thing", "region"))),
        ["use has dimensions", "('good', 'user', 'region')"],
    ),
    "Z that is not use": (lambda: build(Z=np.ones((2, 3, 2, 3))), ["Z summed over origins", "must agree"]),
    "unknown aggregate member": (lambda: build().aggregate({"X": ["AAA", "ZZZ"]}), ["'ZZZ'", "valid"]),
    "member of two aggregates": (lambda: build().aggregate({"X": ["AAA"], "Y": ["AAA"]}), ["both 'X' and 'Y'"]),
    "aggregate without members": (lambda: build().aggregate({"X": []}), ["is empty"]),
    "aggregate from a string": (lambda: build().aggregate({"X": "AAA"}), ["is the text 'AAA'", "list"]),
    "history of a custom world": (lambda: build().at(2017), ["custom"]),
    "shock of another shape": (lambda: blocs.solve(build(), tariff=np.zeros((2, 3))), ["tariff has shape"]),
    "hat of zero": (lambda: blocs.solve(build(), productivity=np.zeros((2, 3))), ["productivity is 0", "above 0"]),
    "tariff below minus one": (lambda: blocs.solve(build(), tariff=np.full((2, 3, 3), -1.5)), ["tariff", "above -1"]),
    "closure in words": (lambda: blocs.solve(build(), closure="fixed"), ["closure is 'fixed'", "Closure.FIXED"]),
    "horizon in words": (lambda: blocs.solve(build(), horizon="long"), ["horizon is 'long'", "Horizon.LONG"]),
    "elasticities by name": (lambda: blocs.solve(build(), elasticities="fontagne2022"), ["Elasticities.load"]),
    "published set on own sectors": (lambda: blocs.solve(build()), ["for sector 'farm'", "uniform"]),
    "theta of zero": (lambda: blocs.Elasticities.uniform(theta=0.0), ["theta", "above 0"]),
    "negative sigma": (lambda: blocs.Elasticities.uniform(sigma=-1.0), ["sigma_materials is -1"]),
    "transfer from nowhere": (
        lambda: blocs.solve(build(), transfer=np.array([1.0, 0.0, 0.0]), elasticities=blocs.Elasticities.uniform()),
        ["transfer sums to 1", "another must give"],
    ),
    "export tax at home": (lambda: blocs.solve(build(), export_tax=np.full((2, 3, 3), 0.1)), ["output_tax"]),
    "start on another world": (
        lambda: blocs.solve(
            build(),
            elasticities=blocs.Elasticities.uniform(),
            start=blocs.solve(build(regions=("X", "Y", "Z")), elasticities=blocs.Elasticities.uniform()),
        ),
        ["start=", "same world"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_wrong_data_is_refused_with_place_value_and_fix(case: str) -> None:
    attempt, words = REFUSED[case]
    with pytest.raises(DataError) as caught:
        attempt()
    message = str(caught.value)
    assert "\n" not in message
    for word in words:
        assert word in message


def test_labelled_arrays_may_come_in_any_order() -> None:
    given = tables()
    labels = {"good": list(SECTORS), "origin": list(REGIONS), "destination": list(REGIONS)}
    flows = xr.DataArray(given["flows"], dims=("good", "origin", "destination"), coords=labels)
    shuffled = flows.isel(origin=[2, 0, 1], good=[1, 0]).transpose("destination", "good", "origin")
    world = build(tariff=xr.DataArray(given["tariff"], dims=flows.dims, coords=labels)
                  .isel(destination=[1, 2, 0]).transpose("origin", "good", "destination"))  # fmt: skip
    np.testing.assert_array_equal(world.tariff.values, given["tariff"])
    same = World.from_flows(shuffled, given["use"], tariff=given["tariff"], regions=REGIONS, sectors=SECTORS)
    np.testing.assert_array_equal(same.flows.values, given["flows"])
    assert World.from_flows(flows, given["use"], tariff=given["tariff"]).regions == REGIONS


def test_a_world_never_changes() -> None:
    given = tables()
    world = World.from_flows(**given, regions=REGIONS, sectors=SECTORS)
    given["flows"][0, 0, 0] = 1e9
    assert world.flows.values[0, 0, 0] == 60.0
    with pytest.raises(ValueError, match="read-only"):
        world.flows.values[0, 0, 0] = 1.0
    with pytest.raises(AttributeError):
        world.name = "other"  # type: ignore[misc] - that it cannot be set is the point


def test_identities_hold_and_deficits_sum_to_zero() -> None:
    world = build()
    inputs = world.use.sum("good").values
    np.testing.assert_allclose(world.value_added.values, world.output.values - inputs)
    duty = (world.flows * world.tariff).sum(("good", "origin")).values
    income = world.value_added.sum("user").values + duty
    np.testing.assert_allclose(world.deficit.values, world.final.sum("good").values - income)
    assert float(world.deficit.sum()) == pytest.approx(0.0, abs=1e-9)


def test_aggregation_keeps_every_total_and_duty(world50: World) -> None:
    coarse = world50.aggregate(
        {"NAFTA": ["USA", "CAN", "MEX"], "EAST": ["CHN", "JPN", "KOR"]}, {"metal": ["C24A", "C24B"]}
    )
    assert coarse.regions[:2] == ("NAFTA", "EAST")
    assert len(coarse.sectors) == 49
    for name in ("flows", "use", "value_added", "final", "output"):
        assert float(getattr(coarse, name).sum()) == pytest.approx(
            float(getattr(world50, name).sum()), rel=1e-12
        )
    fine, rough = world50.accounts, coarse.accounts
    assert rough.duty.sum() == pytest.approx(fine.duty.sum(), rel=1e-12)
    three = [world50.regions.index(code) for code in ("USA", "CAN", "MEX")]
    assert rough.deficit[0] == pytest.approx(fine.deficit[three].sum(), abs=1e-4)
    assert blocs.solve(coarse).status.converged  # elasticities of an aggregate are its members' weighted mean


def test_an_unknown_public_name_lists_the_valid_ones() -> None:
    with pytest.raises(AttributeError, match="load_world"):
        _ = blocs.load_wrld
