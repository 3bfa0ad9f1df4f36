"""A growing baseline balances, and capital follows income: deviations from the same year without measures."""

from __future__ import annotations

import numpy as np
import pytest

import blocs
from blocs.data.assumptions import Assumptions
from blocs.study import accumulation
from blocs.world import growing
from blocs.world.accounts import check

TARIFF = {"type": "tariff", "by": "USA", "on": "CHN", "rate": 0.5}


def scenario(**changes: object) -> blocs.Scenario:
    content = {"name": "s", "years": "2025-2027", "world": "81x28", "measures": [TARIFF]}
    return blocs.Scenario.from_dict(content | changes)


def test_the_rule_tends_to_the_long_run_and_starts_at_what_was_observed(world28: blocs.World) -> None:
    regions, assumed = world28.regions, Assumptions.default()
    recent = growing.facts(regions).recent
    first = growing.volume(regions, 2022, 2023, assumed) - 1.0
    last = growing.volume(regions, 2022, 2060, assumed) / growing.volume(regions, 2022, 2059, assumed) - 1.0
    np.testing.assert_allclose(first, 0.02 + (recent - 0.02) * 0.93**4, atol=1e-12)
    np.testing.assert_allclose(last, 0.02, atol=0.06 * np.abs(recent - 0.02).max())
    at_once = assumed.replace({"growth.persistence": 0.0, "growth.long_run": 0.03})
    np.testing.assert_allclose(growing.volume(regions, 2022, 2024, at_once), 1.03**2, atol=1e-12)


@pytest.mark.parametrize("year", [2023, 2030, 2040])
def test_a_grown_world_balances_and_its_gdp_follows_the_rule(world28: blocs.World, year: int) -> None:
    world = world28.grown(year)
    check(world.accounts, world.regions, world.sectors)
    assert world.year == year

    def gdp(w: blocs.World) -> np.ndarray:
        return w.accounts.value_added.sum(axis=0) + w.accounts.duty

    growth = growing.volume(world.regions, 2022, year, Assumptions.default())
    np.testing.assert_allclose(gdp(world) / gdp(world28), growth, rtol=1e-6)
    assert abs(world.accounts.deficit.sum()) < 1e-6 * world.accounts.absorption.sum()
    assert blocs.solve(world).status.converged


def test_equal_growth_everywhere_leaves_every_result_as_it_is(
    world28: blocs.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    flat = growing.GrowthFacts(np.full(81, 0.02), growing.facts(world28.regions).investment_rate)
    monkeypatch.setattr(growing, "facts", lambda regions: flat)
    grows = blocs.run(world28, scenario(baseline="growth"))
    static = blocs.run(world28, scenario())
    np.testing.assert_allclose(grows.regional("welfare"), static.regional("welfare"), atol=1e-6)


def test_results_compare_with_the_same_year_s_baseline(world28: blocs.World) -> None:
    nothing = blocs.run(world28, scenario(baseline="growth", years="2030-2031", measures=[]))
    np.testing.assert_allclose(nothing.regional("welfare"), 0.0, atol=1e-7)
    later = blocs.run(world28, scenario(baseline="growth", years="2040"))
    direct = blocs.solve(
        world28.grown(2040), tariff=later.outcomes[0].shocks.tariff + world28.accounts.tariff
    )
    np.testing.assert_allclose(later.regional("welfare")[0], direct.regional("welfare"), atol=1e-6)
    usd = later.outcomes[0].base.accounts.absorption / world28.accounts.absorption
    assert usd[world28.regions.index("CHN")] > usd[world28.regions.index("USA")] > 1.0


def test_a_scenario_outside_the_rule_is_refused() -> None:
    with pytest.raises(blocs.ScenarioError, match="runs from the base year 2022 to 2060"):
        scenario(baseline="growth", years="2055-2061")


def test_growth_of_other_regions_than_the_bundled_is_refused(world28: blocs.World) -> None:
    west = ["USA", "DEU"]
    rest = [region for region in world28.regions if region not in west]
    small = world28.aggregate(regions={"West": west, "Other": rest})
    with pytest.raises(blocs.DataError, match=r"81 regions of the bundled worlds"):
        small.grown(2030)


# --- accumulation ---------------------------------------------------------------------------------------------


def test_nothing_happens_nothing_accumulates(world28: blocs.World) -> None:
    run = blocs.run(world28, scenario(accumulation=True, measures=[]))
    np.testing.assert_allclose(run.regional("welfare"), 0.0, atol=1e-7)
    assert all(outcome.shocks.capital is None for outcome in run.outcomes)


def test_the_first_year_is_as_without_and_losses_then_grow(world28: blocs.World) -> None:
    with_capital = blocs.run(world28, scenario(accumulation=True, years="2025-2064")).regional("welfare")
    without = blocs.run(world28, scenario()).regional("welfare")
    np.testing.assert_allclose(with_capital[0], without[0], atol=1e-9)
    china = world28.regions.index("CHN")
    assert (np.diff(with_capital[:, china]) < 0.0).all()  # poorer, so less capital, so poorer still
    assert abs(np.diff(with_capital[:, china])[-1]) < 0.02 * abs(
        with_capital[0, china]
    )  # and it comes to rest


def test_the_stock_follows_investment_by_the_stated_rule(world28: blocs.World) -> None:
    run = blocs.run(world28, scenario(accumulation=True, years="2025-2034"))
    rate = growing.facts(world28.regions).investment_rate
    stock = np.ones(81)
    for outcome in run.outcomes[:-1]:
        stock = stock + rate * (1.0 + outcome.regional("welfare") / 100.0 - stock)
    np.testing.assert_allclose(run.outcomes[-1].shocks.capital[0], stock, rtol=1e-12)


def test_a_rise_of_productivity_everywhere_ends_where_the_closed_form_says(world28: blocs.World) -> None:
    """One region, one good, no materials: Y = A K^(1-s), and K = Y at rest gives Y = A^(1/s)."""
    flows = np.array([[[100.0]]])
    alone = blocs.World.from_flows(flows, use=np.zeros((1, 1, 1)), labour_share=np.full((1, 1), 0.6))
    rise, stock = 1.1, 1.0
    for _ in range(400):
        outcome = blocs.solve(alone, productivity=np.full((1, 1), rise), capital=np.full((1, 1), stock),
                              elasticities=blocs.Elasticities.uniform(4.0))  # fmt: skip
        stock += 0.1 * (1.0 + outcome.regional("welfare")[0] / 100.0 - stock)
    assert stock == pytest.approx(rise ** (1.0 / 0.6), rel=1e-6)


def test_a_year_that_failed_leaves_the_stock(world28: blocs.World) -> None:
    before = accumulation.Stock(np.full(81, 0.9))
    failed = blocs.solve(world28, solver=blocs.Anderson(max_iterations=1, fallback=None),
                         productivity=np.full((28, 81), 0.5))  # fmt: skip
    assert not failed.status.converged
    assert accumulation.invested(before, failed) is before
