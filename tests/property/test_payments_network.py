"""Rails, adoption and the invoicing game: what must hold whatever the numbers are."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from blocs.vectors.payments import adoption, choice
from blocs.vectors.payments.invoicing import Game, equilibria, greatest, least
from blocs.vectors.payments.wedges import transfer_of

SIZE = 3
weight = st.floats(0.0, 2.0)
weights = arrays(np.float64, (4, SIZE, SIZE), elements=weight)
costs = arrays(np.float64, (4, SIZE, SIZE), elements=st.floats(0.0, 0.5))
scale = st.floats(5.0, 500.0)
cap = st.floats(0.05, 0.5)


def symmetric(array):
    return 0.5 * (array + array.transpose(0, 2, 1))


@given(weights, costs, scale, cap)
def test_shares_sum_to_one_with_the_outside_option(w, c, mu, k) -> None:
    found = choice.shares(w, c, mu, k)
    assert (found >= 0.0).all()
    assert found.sum(axis=0) == pytest.approx(1.0, abs=1e-12)


@given(weights, costs, scale, cap, st.integers(0, 3), st.floats(0.0, 1.0))
def test_taking_capacity_away_never_lowers_a_corridor_s_cost(w, c, mu, k, rail, left) -> None:
    less = w.copy()
    less[rail] *= left
    assert (choice.log_sum_cost(less, c, mu, k) >= choice.log_sum_cost(w, c, mu, k) - 1e-14).all()


@given(weights, costs, scale, cap, st.integers(0, 3), st.floats(0.0, 0.3))
def test_a_dearer_rail_never_lowers_a_corridor_s_cost(w, c, mu, k, rail, more) -> None:
    dear = c.copy()
    dear[rail] += more
    assert (choice.log_sum_cost(w, dear, mu, k) >= choice.log_sum_cost(w, c, mu, k) - 1e-14).all()


@given(weights, costs, scale, cap)
def test_no_corridor_pays_more_than_the_outside_option(w, c, mu, k) -> None:
    assert (choice.log_sum_cost(w, c, mu, k) <= k + 1e-12).all()


@given(weights, scale, cap)
def test_nothing_changed_costs_exactly_nothing(w, mu, k) -> None:
    assert (choice.cost_change(w, np.zeros_like(w), w.copy(), mu, k) == 0.0).all()


@given(weights, costs, scale, cap)
def test_symmetric_corridors_cost_the_same_both_ways(w, c, mu, k) -> None:
    found = choice.log_sum_cost(symmetric(w), symmetric(c), mu, k)
    assert found == pytest.approx(found.T, abs=1e-14)


@pytest.mark.parametrize(("mu", "percent"), [(300.0, 1.0), (20.0, 15.0)])
def test_losing_a_rail_with_95_percent_costs_ln_20_over_mu(mu, percent) -> None:
    before = np.array([0.95, 0.05]).reshape(2, 1, 1)
    after = before * np.array([0.0, 1.0]).reshape(2, 1, 1)
    change = choice.cost_change(
        after, np.zeros_like(after), before, mu, cap=10.0
    )  # an outside option out of reach
    assert change[0, 0] == pytest.approx(math.log(20.0) / mu, rel=1e-12)
    assert 100.0 * change[0, 0] == pytest.approx(percent, abs=0.03)


@given(st.floats(0.001, 0.999), st.floats(0.0, 60.0), st.floats(-1.0, 3.0), st.floats(0.0, 500.0))
def test_participation_stays_between_nothing_and_everybody(start, years, drift, push) -> None:
    found = adoption.participation(np.array([start, 1.0]), years, drift, push)
    assert 0.0 < found[0] <= 1.0
    assert found[1] == 1.0
    if drift >= 0.0:
        assert found[0] >= start * (1.0 - 1e-12)


@given(weights, weights, weights)
def test_adoption_under_pressure_heals_and_does_not_enrich(calm, gain, before) -> None:
    pressed = calm + gain
    found = adoption.healed(calm, pressed, before)
    total = found.sum(axis=0)
    assert (found >= calm - 1e-15).all()
    assert (found <= pressed + 1e-12).all()
    assert (total <= np.maximum(before.sum(axis=0), calm.sum(axis=0)) + 1e-12).all()


@st.composite
def games(draw):
    size = draw(st.integers(2, 7))
    trade = draw(arrays(np.float64, (size, size), elements=st.floats(0.0, 1.0))) + 1e-3
    both = trade + trade.T
    committed = np.zeros(size, dtype=bool)
    committed[0] = True
    return Game(both / both.sum(axis=1, keepdims=True), draw(st.floats(0.05, 1.0)), committed)


@given(games())
def test_the_listed_equilibria_are_all_there_are(game) -> None:
    size = game.committed.size
    every = [np.array(bits) for bits in itertools.product([False, True], repeat=size)]
    brute = {tuple(bits) for bits in every if (game.response(bits) == bits).all()}
    found = equilibria(game)
    assert {tuple(flags) for flags in found} == brute
    assert len(found) == len(brute)


@given(games())
def test_every_equilibrium_lies_between_the_least_and_the_greatest(game) -> None:
    low, high = least(game), greatest(game)
    for flags in equilibria(game):
        assert (low <= flags).all()
        assert (flags <= high).all()


def test_two_blocs_that_trade_within_have_four_equilibria_or_fewer_when_one_is_committed() -> None:
    inside = np.array(
        [[0.5, 0.4, 0.05, 0.05], [0.4, 0.5, 0.05, 0.05], [0.05, 0.05, 0.5, 0.4], [0.05, 0.05, 0.4, 0.5]]
    )
    free = Game(inside, 0.7, np.zeros(4, dtype=bool))
    assert [int(flags.sum()) for flags in equilibria(free)] == [0, 2, 2, 4]
    held = Game(inside, 0.7, np.array([True, True, False, False]))
    assert [int(flags.sum()) for flags in equilibria(held)] == [2, 4]


@given(
    arrays(np.float64, (2, SIZE, SIZE), elements=st.floats(-0.05, 0.3)),
    arrays(np.float64, (2, SIZE, SIZE), elements=st.floats(0.0, 1e6)),
    arrays(np.float64, (SIZE, SIZE), elements=st.floats(0.0, 1.0)),
    arrays(np.float64, SIZE, elements=st.floats(0.01, 1.0)),
)
def test_fees_are_a_transfer_that_sums_to_zero(fee, flows, outside, earning) -> None:
    found = transfer_of(fee, flows, outside, earning / earning.sum())
    assert abs(found.sum()) <= 1e-9 * max(1.0, np.abs(found).sum())


def test_fees_of_a_balanced_corridor_on_rails_stay_at_its_ends_and_those_outside_leave() -> None:
    flows = np.array([[[0.0, 100.0, 0.0], [100.0, 0.0, 0.0], [0.0, 0.0, 0.0]]])
    fee, third = np.full((1, 3, 3), 0.02), np.array([0.0, 0.0, 1.0])
    on_rails = transfer_of(fee, flows, np.zeros((3, 3)), third)
    assert on_rails == pytest.approx([0.0, 0.0, 0.0], abs=1e-12)
    outside = transfer_of(fee, flows, np.ones((3, 3)), third)
    assert outside == pytest.approx([-2.0, -2.0, 4.0])
