"""Draws of an ensemble are what was declared, and sensitivities recover known functions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.ensembles import scenario, uniforms

import blocs
from blocs.data.assumptions import Assumption, Assumptions, declared
from blocs.errors import DataError
from blocs.study.ensemble import sensitivity
from blocs.study.ensemble.backends import InProcess
from blocs.study.ensemble.design import paired_points, sobol_points
from blocs.study.ensemble.factors import Factor, bounded, draws_of, factors_of, quantile, share_below
from blocs.vectors.industry.learning import RATE, least_bound


def entry(distribution: str, low: float, value: float, high: float) -> Assumption:
    return Assumption("x.y", value, "1", (low, high), distribution, "c", "", "", "derived", "")


@given(
    st.sampled_from(["uniform", "loguniform", "triangular"]),
    st.floats(0.01, 10.0),
    st.floats(1.001, 20.0),
    st.floats(0.0, 1.0),
)
def test_bounded_draws_stay_in_their_range_and_never_fall(
    distribution: str, low: float, ratio: float, place: float
) -> None:
    declared_as = entry(distribution, low, low + place * (ratio - 1.0) * low, low * ratio)
    drawn = quantile(declared_as, np.linspace(0.0, 1.0, 101))
    assert (drawn >= low * (1.0 - 1e-12)).all()
    assert (drawn <= low * ratio * (1.0 + 1e-12)).all()
    assert (np.diff(drawn) >= -1e-12 * low * ratio).all()


@pytest.mark.parametrize("distribution", ["normal", "lognormal"])
def test_the_range_of_a_normal_is_two_standard_deviations_on_either_side(distribution: str) -> None:
    drawn = quantile(entry(distribution, 0.5, 1.0, 2.0), uniforms(4096, 1)[:, 0])
    logs = np.log(drawn) if distribution == "lognormal" else drawn
    low, high = (np.log(0.5), np.log(2.0)) if distribution == "lognormal" else (0.5, 2.0)
    assert logs.mean() == pytest.approx((low + high) / 2.0, abs=0.01)
    assert logs.std() == pytest.approx((high - low) / 4.0, rel=0.02)


def test_logs_of_two_trade_elasticities_correlate_by_half() -> None:
    factors = [f for f in factors_of([scenario()]) if f.group == "trade elasticities"]
    names = [factor.name for factor in factors]
    points = uniforms(2048, len(factors))
    values = {f.name: quantile(f.entry, points[:, n]) for n, f in enumerate(factors) if f.entry}
    common = values["trade.elasticity.common"]
    assert len(names) == 29
    one, two = (common + values[f"trade.elasticity.own.{good}"] for good in ("C26", "C29"))
    assert np.corrcoef(one, two)[0, 1] == pytest.approx(0.5, abs=0.03)


def test_only_what_the_scenario_rests_on_is_drawn() -> None:
    plain = {factor.name for factor in factors_of([scenario()])}
    assert "nests.long.sigma_M" in plain
    assert "nests.short.sigma_M" not in plain
    assert "trade.corridor.cost" not in plain
    assert "nests.dynamics.kappa" not in plain
    path = {factor.name for factor in factors_of([scenario(horizon="path")])}
    assert {"nests.short.sigma_M", "nests.dynamics.kappa"} <= path
    corridor = {"type": "corridor", "along": ["CHN", "DEU"]}
    assert "trade.corridor.cost" in {f.name for f in factors_of([scenario(measures=[corridor])])}
    fixed = {f.name for f in factors_of([scenario(assumptions={"nests.long.sigma_M": 0.6})])}
    assert fixed == plain - {"nests.long.sigma_M"}
    held = {f.name for f in factors_of([scenario()], ["closure", "nests"])}
    assert held == {n for n in plain if not n.startswith("nests.") and n != "closure"}
    with pytest.raises(blocs.DataError, match=r"closures.*closure"):
        factors_of([scenario()], ["closures"])


CUT_OFF = {"type": "cut_off", "rail": "swift", "of": "RUS", "by": "EU27"}


def test_numbers_that_no_run_reads_are_not_drawn_and_change_nothing(world28: blocs.World) -> None:
    rails = scenario(measures=[CUT_OFF])
    drawn = {factor.name for factor in factors_of([rails], world=world28)}
    vector = {e.name for e in declared().values() if e.drawn and e.name.startswith("payments.")}
    idle = vector - drawn
    assert {"payments.swap_line.boost", "payments.secondary.cost", "payments.bridge.weight"} <= idle
    assert {"payments.mu", "payments.outside.cap", "payments.reach.elasticity"} <= drawn
    elsewhere = {name: declared()[name].range[1] for name in idle}
    one = blocs.run(world28, rails).regional("welfare")
    other = blocs.run(world28, scenario(measures=[CUT_OFF], assumptions=elsewhere)).regional("welfare")
    np.testing.assert_array_equal(one, other)


def test_scenarios_on_the_same_draws_draw_what_any_of_them_reads(world28: blocs.World) -> None:
    rails = scenario("rails", measures=[CUT_OFF])
    swap = scenario("swap", measures=[CUT_OFF, {"type": "swap_line", "between": ["CHN", "RUS"]}])
    alone, both = ([f.name for f in factors_of(asked, world=world28)] for asked in ([rails], [rails, swap]))
    assert set(both) == {*alone, "payments.swap_line.boost"}
    assert both == [f.name for f in factors_of([swap, rails], world=world28)]


def test_a_scenario_without_a_solution_draws_all_of_its_vectors(world28: blocs.World) -> None:
    alone = {"type": "embargo", "between": ["SGP", ["all", "-SGP"]], "goods": "B06"}
    rigid = scenario(measures=[alone, CUT_OFF], closure="balanced", assumptions={"nests.long.sigma_M": 0.3})
    assert not blocs.run(world28, rigid).converged
    drawn = {factor.name for factor in factors_of([rigid], world=world28)}
    assert {e.name for e in declared().values() if e.drawn and e.name.startswith("payments.")} <= drawn


def learns(goods: list[str], **changes: object) -> blocs.Scenario:
    return scenario(years="2026-2028", measures=[{"type": "learning", "goods": goods, **changes}])


def test_a_learning_rate_is_drawn_below_one_over_theta_of_its_draw(world28: blocs.World) -> None:
    one = learns(["C26", "C28"])
    plain = factors_of([one])
    factors = bounded(plain, [one], world28)
    points = sobol_points(128, len(factors), 3)
    drawn = draws_of(factors, points)
    freely = draws_of(plain, points)
    moved = 0
    for values, free in zip(drawn, freely, strict=True):
        assumed = Assumptions.default().replace(
            {k: v for k, v in values.items() if k.startswith("trade.elasticity")}
        )
        most = least_bound(["C26", "C28"], world28, values["elasticities"], assumed)
        assert 0.0 <= values[RATE] < most
        assert {k: v for k, v in values.items() if k != RATE} == {k: v for k, v in free.items() if k != RATE}
        # unchanged where nothing binds, smaller and in the same order where something does
        assert values[RATE] == free[RATE] if most > 0.15 else values[RATE] < free[RATE]
        moved += free[RATE] >= most
    assert moved > 5  # what used to be refused


def test_a_rate_that_the_scenario_gives_is_nobodys_to_bound(world28: blocs.World) -> None:
    one = learns(["C26"], rate=0.02)
    assert all(factor.most is None for factor in bounded(factors_of([one]), [one], world28))


@pytest.mark.parametrize("distribution", ["uniform", "loguniform", "triangular", "normal", "lognormal"])
def test_draws_below_a_bound_are_those_of_the_distribution_that_lie_below_it(distribution: str) -> None:
    declared_as = entry(distribution, 0.1, 0.3, 1.0)
    factor = Factor("x", "x", declared_as)
    uniform = (np.arange(4000) + 0.5) / 4000
    share = share_below(declared_as, 0.5)
    assert share == pytest.approx((quantile(declared_as, uniform) < 0.5).mean(), abs=1.0 / 4000)
    assert float(quantile(declared_as, np.array([share]))[0]) == pytest.approx(0.5, abs=1e-12)
    assert factor.values(np.array([0.4]), 0.5)[0] == quantile(declared_as, np.array([0.4 * share]))[0]
    with pytest.raises(DataError, match="must stay below"):
        factor.values(np.array([0.5]), -50.0)


@pytest.mark.slow
def test_no_draw_of_the_library_scenario_that_learns_is_refused(world28: blocs.World) -> None:
    library = blocs.Scenario.load("made-in-china-2035")
    short = library.model_copy(update={"world": "81x28", "years": learns(["C26"]).years})
    found = blocs.ensemble(world28, short, draws=32, backend=InProcess())
    assert found.converged == 32, found.messages


def test_the_first_draws_are_the_same_however_many_follow() -> None:
    np.testing.assert_array_equal(uniforms(10, 5), uniforms(100, 5)[:10])
    assert np.abs(uniforms(10, 5, seed=2) - uniforms(10, 5)).max() > 0.01


def test_every_drawn_number_has_a_distribution_that_can_be_drawn() -> None:
    for declared_as in declared().values():
        if declared_as.drawn:
            assert np.isfinite(quantile(declared_as, np.array([0.0, 0.5, 0.999999]))).all()


# --- sensitivities --------------------------------------------------------------------------------------------


def ishigami(u: np.ndarray, a: float = 7.0, b: float = 0.1) -> np.ndarray:
    x = np.pi * (2.0 * u - 1.0)
    return np.sin(x[:, 0]) + a * np.sin(x[:, 1]) ** 2 + b * x[:, 2] ** 4 * np.sin(x[:, 0])


# the analytic indices of Ishigami and Homma (1990) at a = 7, b = 0.1
FIRST, TOTAL = (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437)


def test_first_order_shares_of_single_factors_recover_the_ishigami_function() -> None:
    points = uniforms(8192, 3)
    y = ishigami(points)
    for n, expected in enumerate(FIRST):
        assert sensitivity.first_order_of_factor(points[:, n], y) == pytest.approx(expected, abs=0.02)


def test_total_indices_recover_the_ishigami_function() -> None:
    factors = [Factor(f"x{n}", f"g{n}", entry("uniform", 0.0, 0.5, 1.0)) for n in range(3)]
    points, groups = paired_points(4096, factors, seed=3)
    found = sensitivity.total_indices(ishigami(points), groups, 4096)
    for n, group in enumerate(groups):
        assert found[group][0] == pytest.approx(FIRST[n], abs=0.03)
        assert found[group][1] == pytest.approx(TOTAL[n], abs=0.03)


def test_grouped_shares_of_an_additive_function_are_its_variances() -> None:
    points = uniforms(2048, 5)
    x = 2.0 * points - 1.0
    y = 3.0 * x[:, 0] + x[:, 1] ** 2 + 2.0 * x[:, 2] + (points[:, 4] > 0.5)
    parts = {(0, 1): 9.0 / 3.0 + 4.0 / 45.0, (2, 3): 4.0 / 3.0, (4,): 0.25}
    for columns, variance in parts.items():
        options = [2 if n == 4 else 0 for n in columns]
        share = sensitivity.first_order_of_group(points[:, list(columns)], y, options)
        assert share == pytest.approx(variance / sum(parts.values()), abs=0.01)


def test_a_constant_result_has_no_sensitivity_and_few_draws_give_no_estimate() -> None:
    points = uniforms(64, 2)
    assert sensitivity.first_order_of_group(points, np.ones(64), [0, 0]) == 0.0
    assert np.isnan(sensitivity.first_order_of_group(uniforms(8, 6), uniforms(8, 1)[:, 0], [0] * 6))
