"""Markets of minerals: tonnes are conserved, markets clear, controls are complementary, no control is no change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocs.data.assumptions import Assumptions
from blocs.vectors.minerals import market
from blocs.vectors.minerals.base import Base
from blocs.vectors.minerals.market import MarketState, Policy

BUYERS, ORIGINS = 4, 3
SHARES = st.floats(0.0, 1.0)
DEFAULT = Assumptions.default()


def base(seed: int, recycled: float = 0.1) -> Base:
    """A market of one mineral, three origins of which the first is largest, and four buyers."""
    random = np.random.default_rng(seed)
    flows = np.exp(random.normal(0.0, 1.0, (1, ORIGINS, BUYERS)))
    flows[0, 0] *= 5.0
    bought = flows.sum(axis=1)
    again = bought * recycled / (1.0 - recycled)
    one = np.ones((1, 1, BUYERS))
    return Base(
        ("X",), ("A", "B", "C", "D"), np.array([ORIGINS]), np.arange(ORIGINS)[None, :], flows, flows.sum(axis=2),
        bought + again, again, one, 1e-4 * one, 1e-2 * one, np.array([1e5]), ("C24B",),
    )  # fmt: skip


def control(
    of: Base, cut: float, leaked: float = 0.0, origins: tuple[int, ...] = (0,), months: int = 12
) -> Policy:
    policy = market.idle(of, months)
    for n in origins:
        for j in range(BUYERS):
            if j != n:
                policy.cut[:, 0, n, j] = cut
                policy.leaked[:, 0, n, j] = leaked
    return policy


def solve(of: Base, policy: Policy, assumptions: Assumptions = DEFAULT, activity: float = 1.0):
    at_rest = MarketState.rest(of, assumptions)
    return market.run(of, at_rest, policy, np.full(of.use.shape, activity), assumptions)


@given(st.integers(0, 10**6))
def test_without_a_control_nothing_changes(seed: int) -> None:
    of = base(seed)
    state, year = solve(of, market.idle(of))
    for path in (year.index, year.paid, year.origin_price):
        assert np.abs(path - 1.0).max() < 1e-12
    assert np.allclose(year.used, 12.0 * of.use, rtol=1e-12)
    assert np.allclose(state.stock, 3.0 * of.use, rtol=1e-12)
    assert not year.leak_cost.any()


@given(st.integers(0, 10**6), SHARES, SHARES, st.floats(0.8, 1.2))
def test_tonnes_are_conserved_and_the_market_clears(
    seed: int, cut: float, leaked: float, activity: float
) -> None:
    of = base(seed)
    state, year = solve(of, control(of, cut, leaked), activity=activity)
    assert year.excess <= 1e-9
    start = 3.0 * of.use
    # production + stock change + recycling = use
    gap = year.tonnes.sum(axis=1) + (start - state.stock) + year.public.sum(axis=0) + year.again - year.used
    assert np.abs(gap).max() <= 1e-9 * of.use.sum()
    assert (year.used >= 0.0).all()
    assert (state.stock >= -1e-12).all()


@given(st.integers(0, 10**6), SHARES, SHARES)
def test_tonnes_stay_below_the_ceiling_and_a_licence_is_dear_only_where_it_binds(
    seed: int, cut: float, leaked: float
) -> None:
    of = base(seed)
    policy = control(of, cut, leaked, months=1)
    _, year = solve(of, policy)
    ceiling = (1.0 - cut * (1.0 - leaked)) * of.flows[0, 0, 1:]
    tonnes, paid = year.tonnes[0, 0, 1:], year.money[0, 0, 1:]
    assert (tonnes <= ceiling * (1.0 + 1e-9) + 1e-12).all()
    own = year.origin_price[0, 0, 0]
    rent = paid - own * tonnes
    assert (rent >= -1e-9 * tonnes).all()
    slack = tonnes < (1.0 - cut) * of.flows[0, 0, 1:] * (1.0 - 1e-6)
    assert np.abs(rent[slack]).max(initial=0.0) <= 1e-9 * of.flows.sum()


@given(st.integers(0, 10**6))
def test_a_full_cut_without_leakage_or_another_source_leaves_no_tonne_and_the_backstop_price(
    seed: int,
) -> None:
    of = base(seed, recycled=0.0)
    assumed = DEFAULT.replace({"minerals.stocks.months": 0.0})
    _, year = solve(of, control(of, 1.0, origins=(0, 1, 2)), assumed)
    abroad = BUYERS - 1  # the buyer that mines nothing itself
    assert year.used[0, abroad] == 0.0
    assert not year.tonnes[0, :, abroad].any()
    assert (year.paid[:, 0, abroad] == DEFAULT["minerals.backstop"]).all()


@given(st.integers(0, 10**6), st.floats(0.1, 0.8))
def test_a_deeper_cut_is_dearer_outside_and_cheaper_inside(seed: int, cut: float) -> None:
    of = base(seed)
    _, mild = solve(of, control(of, cut))
    _, hard = solve(of, control(of, cut + 0.15))
    assert (hard.index[-1, 0, 1:] >= mild.index[-1, 0, 1:] - 1e-9).all()
    assert hard.origin_price[-1, 0, 0] <= mild.origin_price[-1, 0, 0] + 1e-9


@given(st.integers(0, 10**6), st.floats(0.2, 1.0))
def test_leakage_stocks_new_supply_and_recycling_each_bring_the_price_down(seed: int, cut: float) -> None:
    of = base(seed)
    plain = control(of, cut)
    _, without = solve(of, plain)
    before = without.index[:, 0, 1:].mean()
    public = plain.public.copy()
    public[:] = 0.1 * of.use
    extra = plain.extra.copy()
    extra[:, 0, 1] = 0.1 * of.output.sum()
    helps = {
        "leakage": control(of, cut, 0.5),
        "stockpile": replace(plain, public=public),
        "new supply": replace(plain, extra=extra),
        "recycling": replace(plain, recycled=plain.recycled + 0.1 * of.use),
    }
    for what, policy in helps.items():
        _, year = solve(of, policy)
        assert year.index[:, 0, 1:].mean() <= before + 1e-9, what


def test_the_answer_grows_with_time_and_stocks_soften_the_first_months() -> None:
    of = base(3)
    plan = control(of, 0.7, months=36)
    patient = DEFAULT.replace({"minerals.demand.long": 1.2, "minerals.demand.speed": 0.08})
    _, year = solve(of, plan, patient)
    _, bare = solve(of, plan, patient.replace({"minerals.stocks.months": 0.0}))
    outside = year.index[:, 0, 1]
    assert outside[-1] < outside.max()
    assert outside[0] < bare.index[0, 0, 1]
    assert np.all(np.diff(year.stock[:6, 0, 1]) < 0.0)


@pytest.mark.parametrize("short", [0.02, 1.0, 2.5])
def test_extreme_elasticities_still_clear(short: float) -> None:
    of = base(11)
    assumed = DEFAULT.replace({
        "minerals.demand.short": short, "minerals.demand.long": 3.0, "minerals.supply.short": 0.0,
        "minerals.sourcing": 20.0,
    })  # fmt: skip
    for cut in (0.01, 0.5, 0.999, 1.0):
        _, year = solve(of, control(of, cut, 0.3), assumed)
        assert year.excess <= 1e-9
