"""What must hold for any path of debt: identity, monotone interest, buckets that make the stock, no shock no change."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from blocs.data.assumptions import Assumptions
from blocs.vectors.debt.countries import load_case
from blocs.vectors.debt.fan import simulate
from blocs.vectors.debt.project import Drivers, empty, inputs, project
from blocs.vectors.debt.usa import load_usa

YEARS = 11
CASES = st.sampled_from(["cbo-2026-02", "cbo-2025-01", "cbo-2022-05", "ITA", "DEU"])


def case_of(name: str):
    """The case of a baseline's or a country's name, eleven years of it."""
    case = load_usa(name) if name.startswith("cbo") else load_case(name)
    return case.until(case.start_year + YEARS)


def yearly(low: float, high: float):
    return hnp.arrays(np.float64, YEARS, elements=st.floats(low, high, allow_nan=False, width=64))


@given(
    name=CASES, gdp=yearly(0.8, 1.2), prices=yearly(0.9, 1.2), receipts=yearly(-300.0, 300.0),
    balance=yearly(-0.05, 0.05), rate=yearly(-0.02, 0.04), reaction=st.floats(0.0, 0.1),
)  # fmt: skip
def test_the_identity_is_exact_whatever_happens(name, gdp, prices, receipts, balance, rate, reaction) -> None:
    case = case_of(name)
    drivers = Drivers(gdp, prices, receipts, balance, rate, np.full(YEARS, 1.0), reaction)
    path = project(case, drivers)
    before = np.concatenate([[case.start_debt], path.debt[:-1]])
    np.testing.assert_allclose(path.debt, before + path.deficit + case.other_means, rtol=1e-13)
    # and the deficit is what the budget and the buckets make, not a residual
    expected = inputs(case, drivers, Assumptions.default())
    primary, wedge = expected[9], expected[10]
    excess = np.maximum(np.concatenate([[case.start_debt / case.start_gdp], path.ratio[:-1]]) - 1.0, 0.0)
    budget = primary - reaction * excess * path.gdp
    np.testing.assert_allclose(path.deficit, budget + path.net_interest, rtol=1e-9, atol=1e-6)
    assert np.isfinite(wedge).all()


@given(name=CASES, gdp=yearly(0.9, 1.1), low=yearly(-0.01, 0.02), more=yearly(0.0, 0.02))
def test_a_higher_rate_never_lowers_interest(name, gdp, low, more) -> None:
    case = case_of(name)
    drivers = Drivers.none(case).change(gdp=gdp, rate=low)
    cheap, dear = (project(case, drivers.change(rate=rate)) for rate in (low, low + more))
    assert (dear.net_interest - cheap.net_interest >= -1e-9 * np.abs(cheap.net_interest)).all()
    assert (dear.debt - cheap.debt >= -1e-9 * cheap.debt).all()


@given(name=CASES, rate=yearly(-0.01, 0.03), balance=yearly(-0.03, 0.03))
def test_buckets_sum_to_the_stock_and_rates_stay_between_old_and_new(name, rate, balance) -> None:
    case = case_of(name)
    path = project(case, Drivers.none(case).change(rate=rate, balance=balance))
    np.testing.assert_allclose(path.stocks.sum(axis=1), path.debt, rtol=1e-12)
    feedback = 0.03 * (path.ratio - case.ratio)
    highest = np.maximum(
        case.buckets.rates.max(), (case.path + rate[:, None] + feedback[:, None]).max() + 0.02
    )
    assert (path.rates <= highest).all()
    assert (path.rates >= 0.0).all()


@pytest.mark.parametrize("name", ["cbo-2026-02", "cbo-2025-01", "ITA"])
def test_without_shocks_every_path_is_the_baseline(name: str) -> None:
    from blocs.vectors.debt.kernel import recursion

    case = case_of(name)
    out = empty(3, case)
    index = np.zeros((3, YEARS), dtype=np.int64)
    arrays = inputs(case, Drivers.none(case), Assumptions.default())
    recursion(index, np.zeros((1, 4)), np.full((4, 4), 0.3), *arrays, *out)
    np.testing.assert_allclose(out[0], np.tile(case.debt, (3, 1)), rtol=1e-11)
    np.testing.assert_allclose(out[2], np.tile(case.net_interest, (3, 1)), rtol=1e-9)


@given(seed=st.integers(0, 2**31))
def test_a_fan_without_its_shocks_is_its_centre(seed: int) -> None:
    case = load_usa()
    draws = simulate(case, paths=64, seed=seed)
    np.testing.assert_allclose(draws.centre, case.ratio, rtol=1e-10)
    assert draws.ratio.shape == (64, YEARS)
    assert np.isfinite(draws.ratio).all()


@given(hazard=st.floats(0.01, 1.0), shift=st.floats(0.0, 0.03))
def test_the_kernel_is_the_naive_recursion(hazard: float, shift: float) -> None:
    """Against a plain Python recursion with explicit stocks by bucket, retirements and issues."""
    from dataclasses import replace

    case = load_usa()
    buckets = replace(case.buckets, hazard=np.full(len(case.buckets.names), hazard))
    case = replace(case, buckets=buckets)
    drivers = Drivers.none(case).change(rate=shift)
    arrays = inputs(case, drivers, Assumptions.default(), own_rates=True)
    (start, gdp0, weights, coupons, _, _, path, growth, expected, primary, _, other, _, added, *_rest) = (
        arrays
    )
    reference, feedback = arrays[15], arrays[16]
    held, rate, total, gdp, ratio = weights * start, coupons.copy(), start, gdp0, start / gdp0
    debts = []
    for t in range(YEARS):
        gdp *= growth[t]
        new = path[t] + added[t] + feedback * (ratio - reference[t])
        for _ in range(4):
            due = float((held * rate).sum() / 4.0)
            total += (primary[t] * gdp / expected[t] + other[t]) / 4.0 + due
            retired = held * hazard
            issued = weights * total - (held - retired)
            rate = (rate * (held - retired) + np.maximum(new, 0.0) * issued) / (weights * total)
            held = weights * total
        ratio = total / gdp
        debts.append(total)
    np.testing.assert_allclose(project(case, drivers, own_rates=True).debt, debts, rtol=1e-11)
