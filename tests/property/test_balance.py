"""Balancing kernels keep their promises on random tables."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from blocs.builders.row import final_shares
from blocs.errors import DataError
from blocs.world.balance import ras, ratio
from blocs.world.by_user import expand_by_user, pack_by_user

SIZES = st.tuples(st.integers(1, 3), st.integers(1, 6), st.integers(1, 7))


def tables(shape: tuple[int, ...], low: float = 0.01) -> st.SearchStrategy[np.ndarray]:
    return hnp.arrays(float, shape, elements=st.floats(low, 100.0))


@settings(deadline=None)
@given(st.data())
def test_ras_meets_margins_keeps_zeros_and_stays_nonnegative(data: st.DataObject) -> None:
    shape = data.draw(SIZES)
    truth = data.draw(tables(shape))
    mask = data.draw(hnp.arrays(bool, shape))
    truth = np.where(mask, truth, 0.0)  # margins of a table with this pattern are always reachable
    seed = np.where(mask, data.draw(tables(shape)), 0.0)
    out = ras(seed, truth.sum(2), truth.sum(1), tolerance=1e-8, max_iterations=200_000)
    scale = np.maximum(truth.sum((1, 2)), 1.0)[:, None]
    assert np.all(np.abs(out.sum(2) - truth.sum(2)) <= 1e-7 * scale)
    assert np.all(np.abs(out.sum(1) - truth.sum(1)) <= 1e-7 * scale)
    assert np.all(out >= 0)
    assert np.all(out[~mask] == 0)


@settings(deadline=None)
@given(st.data())
def test_ras_leaves_a_balanced_table_alone(data: st.DataObject) -> None:
    table = data.draw(tables(data.draw(SIZES)))
    np.testing.assert_allclose(ras(table, table.sum(2), table.sum(1)), table, rtol=1e-9)


def test_ras_says_which_row_has_no_seed() -> None:
    with pytest.raises(DataError, match="empty seed"):
        ras(np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([1.0, 1.0]), np.array([1.0, 1.0]))


def test_ras_refuses_margins_that_disagree() -> None:
    with pytest.raises(DataError, match="differ"):
        ras(np.ones((2, 2)), np.array([1.0, 1.0]), np.array([1.0, 2.0]))


def test_ras_refuses_a_zero_pattern_that_forbids_the_margins() -> None:
    with pytest.raises(DataError, match="zero pattern"):
        ras(np.eye(2), np.array([1.0, 2.0]), np.array([2.0, 1.0]), max_iterations=50)


def test_ras_refuses_nan() -> None:
    with pytest.raises(DataError, match="finite"):
        ras(np.full((2, 2), np.nan), np.ones(2), np.ones(2))


def test_ratio_is_zero_where_nothing_divides() -> None:
    np.testing.assert_array_equal(ratio(np.array([1.0, 2.0]), np.array([0.0, 4.0])), [0.0, 0.5])


@settings(deadline=None)
@given(tables((5,)), tables((5,), 1.0), st.floats(0.1, 0.9))
def test_final_shares_leave_exactly_the_inputs(mean: np.ndarray, spending: np.ndarray, part: float) -> None:
    inputs = part * float(spending.sum())
    shares, odds = final_shares(mean / 101.0, spending, inputs)
    assert odds > 0
    assert np.all((shares >= 0.01) & (shares < 1))
    np.testing.assert_allclose(spending @ (1 - shares), inputs, rtol=1e-6)


@settings(deadline=None, max_examples=30)
@given(st.data())
def test_by_user_round_trip_meets_margins_and_stays_close(data: st.DataObject) -> None:
    shape = (2, *data.draw(SIZES), 2)[:4]
    table = data.draw(tables(shape, 1.0))
    step = 0.05  # codes reach exp(±6.35), more than these tables spread
    codes = pack_by_user(table, step=step, dust=0.0)
    out = expand_by_user(codes, step, table.sum(2), table.sum(1), tolerance=1e-8, max_iterations=5000)
    np.testing.assert_allclose(out.sum(1), table.sum(1), rtol=1e-9)
    np.testing.assert_allclose(out.sum(2), table.sum(2), rtol=1e-5)
    np.testing.assert_allclose(out, table, rtol=0.5)


def test_by_user_refuses_margins_of_another_world() -> None:
    codes = np.zeros((1, 2, 3, 2), dtype=np.int8)
    with pytest.raises(DataError, match="margins"):
        expand_by_user(codes, 0.02, np.ones((1, 2, 3)), np.ones((1, 3, 2)))
