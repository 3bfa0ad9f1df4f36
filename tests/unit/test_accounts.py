"""Accounts of a world are refused at the very cell that is wrong, and only beyond rounding of that cell's own size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import blocs
from blocs.errors import DataError
from blocs.world.accounts import IDENTITY_TOLERANCE, Accounts, check, check_by_user, largest_error

REGIONS, SECTORS = ("AA", "BB", "CC"), ("X", "Y")
LARGE = 1e6  # US$ mn


def accounts(scale: float = 1.0) -> Accounts:
    """Three regions that sell each other two goods; nothing is zero but two cells that come first."""
    flows = scale * np.arange(18.0).reshape(2, 3, 3) + scale
    flows[0, 0, 1] = 0.0
    use = np.full((2, 2, 3), 0.5 * scale)
    use[0, 0, 0] = 0.0
    share = np.full((2, 3), 0.5)
    share[0, 0] = 1.0
    share[0, 1] = 0.0
    return Accounts(flows, use, np.zeros_like(flows), share)


def changed(name: str, where: tuple[int, ...], value: float) -> Accounts:
    array = getattr(accounts(), name).copy()
    array[where] = value
    return replace(accounts(), **{name: array})


@pytest.mark.parametrize(
    ("name", "where", "value", "said"),
    [
        ("flows", (1, 2, 0), -2.0, r"flows is negative \(-2\) at good Y, CC -> AA"),
        ("use", (1, 0, 2), -0.25, r"use is negative \(-0.25\) at good Y, user X, region CC"),
        ("tariff", (0, 2, 1), -1.0, "tariff is -1 at good X, CC -> BB"),
        ("labour_share", (1, 2), 1.25, "labour_share is 1.25 at Y, CC"),
        ("labour_share", (1, 2), -0.25, "labour_share is -0.25 at Y, CC"),
        ("flows", (0, 1, 2), np.inf, "flows is not finite at good X, BB -> CC"),
    ],
)
def test_the_cell_that_is_wrong_is_named_and_not_one_at_the_limit_before_it(name, where, value, said) -> None:
    check(accounts(), REGIONS, SECTORS)
    with pytest.raises(DataError, match=said):
        check(changed(name, where, value), REGIONS, SECTORS)


@pytest.mark.parametrize("scale", [1e-3, LARGE])
def test_what_industries_use_may_miss_what_is_bought_by_rounding_only(scale: float) -> None:
    """The tolerance is relative to spending on the good, or to US$ 1 mn where less is spent."""
    good = accounts(scale)
    spending = good.spending[1, 2]
    for part, fits in ((0.5, True), (3.0, False)):
        use = good.use.copy()
        use[1, :, 2] = [0.0, spending + part * IDENTITY_TOLERANCE * max(spending, 1.0)]
        flows = good.flows.copy()
        flows[1, 2, 0] += use[1, 1, 2]  # so that the industry that buys so much sells enough
        odd = replace(good, use=use, flows=flows)
        if fits:
            check(odd, REGIONS, SECTORS)
        else:
            with pytest.raises(DataError, match="industries in CC use more Y than CC buys"):
                check(odd, REGIONS, SECTORS)


@pytest.mark.parametrize("scale", [1e-3, LARGE])
def test_inputs_may_exceed_output_by_rounding_only(scale: float) -> None:
    good = accounts(scale)
    output = good.output[1, 0]
    for part, fits in ((0.5, True), (3.0, False)):
        use = good.use.copy()
        use[:, 1, 0] = [0.0, output + part * IDENTITY_TOLERANCE * max(output, 1.0)]
        flows = good.flows.copy()
        flows[1, 1, 0] += use[1, 1, 0]  # so that AA buys as much of it
        odd = replace(good, use=use, flows=flows)
        if fits:
            check(odd, REGIONS, SECTORS)
        else:
            with pytest.raises(DataError, match="value added of Y in AA is negative"):
                check(odd, REGIONS, SECTORS)


def test_a_region_needs_value_added_and_final_use() -> None:
    flows = np.zeros((2, 3, 3))
    flows[:, 0, 0] = flows[:, 1, 1] = flows[:, 2, 2] = 4.0
    idle = Accounts(flows, np.zeros((2, 2, 3)), np.zeros_like(flows), np.ones((2, 3)))
    check(idle, REGIONS, SECTORS)
    use = np.zeros((2, 2, 3))
    use[:, :, 1] = 2.0  # BB: all that is made and bought goes into making it
    with pytest.raises(DataError, match="value added of region BB is 0"):
        check(replace(idle, use=use), REGIONS, SECTORS)
    sells = flows.copy()
    sells[:, 1, 1], sells[:, 1, 0] = 0.0, 4.0  # BB buys nothing at all
    with pytest.raises(DataError, match="final use of region BB is 0"):
        check(replace(idle, flows=sells), REGIONS, SECTORS)


def test_the_largest_error_is_relative_and_finds_a_single_gap() -> None:
    good = accounts(LARGE)
    assert largest_error(good) < 1e-12
    use = good.use.copy()
    use[1, :, 2] = good.spending[1, 2]  # twice what is bought: final use is cut off at zero
    assert largest_error(replace(good, use=use)) == pytest.approx(1.0)
    small = accounts(2e-3)  # US$ 2,000: gaps are measured against 1 mn
    odd = replace(small, use=np.where(np.arange(3) == 2, small.spending[:, None, :], small.use))
    assert largest_error(odd) == pytest.approx(small.spending[:, 2].max())


def test_purchases_by_user_are_refused_at_the_first_gap() -> None:
    good = accounts(LARGE)
    share = good.flows / good.flows.sum(axis=1, keepdims=True)
    by_user = np.einsum("sij,skj->sikj", share, good.use)
    check_by_user(by_user, good, REGIONS, SECTORS)
    odd = by_user.copy()
    odd[1, 2, 0, 1] *= 1.001
    with pytest.raises(
        DataError, match=r"Z summed over origins with duty is .* at good Y, user X, region BB"
    ):
        check_by_user(odd, good, REGIONS, SECTORS)
    moved = by_user.copy()  # totals as before, but AA sells BB what it does not have
    moved[0, 0, 1, 1] += moved[0, 2, 1, 1]
    moved[0, 2, 1, 1] = 0.0
    with pytest.raises(DataError, match="Z sells more than flows holds at good X, AA -> BB"):
        check_by_user(moved, good, REGIONS, SECTORS)


def test_accounts_are_the_same_only_if_they_are_the_same_object() -> None:
    """A world is a key of caches: comparing arrays cell by cell would be slow and ambiguous."""
    one = accounts()
    assert one == one
    assert one != accounts()
    assert len({one, one, accounts()}) == 2


def world(flows: np.ndarray) -> blocs.World:
    return blocs.World.from_flows(flows, np.zeros((2, 2, 3)), regions=REGIONS, sectors=SECTORS)


def test_a_group_may_not_take_the_name_of_what_stays_outside_it() -> None:
    with pytest.raises(DataError, match="region group 'CC' has the name of a region outside it"):
        world(accounts().flows).aggregate({"CC": ["AA", "BB"]})
    assert world(accounts().flows).aggregate({"AA": ["AA", "BB"]}).regions == ("AA", "CC")


def test_an_aggregate_of_goods_that_nobody_trades_is_their_even_mix_without_duty() -> None:
    flows = np.zeros((2, 3, 3))
    flows[:, 0, 0] = flows[:, 1, 1] = flows[:, 2, 2] = (1.0, 3.0)
    found = world(flows).aggregate(sectors={"XY": ["X", "Y"]})
    assert found.composition["XY"] == {"X": 0.5, "Y": 0.5}
    np.testing.assert_array_equal(found.accounts.tariff, 0.0)
    flows[1, 0, 1] = 2.0  # only Y crosses a border
    assert world(flows).aggregate(sectors={"XY": ["X", "Y"]}).composition["XY"] == {"X": 0.0, "Y": 1.0}
