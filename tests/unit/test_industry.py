"""The industry vector: what subsidies cost, what experience does, and that denial is an embargo and no more."""

from __future__ import annotations

from unittest.mock import Mock

import numpy as np
import pytest

import blocs
from blocs.data.assumptions import Assumptions
from blocs.engine.outcome import Outcome
from blocs.engine.shocks import Shocks
from blocs.errors import ScenarioError
from blocs.scenario.schema import Scenario
from blocs.vectors.industry import learning
from blocs.vectors.industry.measures import Learning, Subsidy, TechnologyDenial
from blocs.vectors.industry.vector import IndustryVector
from blocs.vectors.trade import TradeVector
from blocs.vectors.trade_limits import Embargo


def scenario(measures: list[dict], years: str = "2025-2026", **more: object) -> Scenario:
    return Scenario.from_dict(
        {"name": "test", "world": "81x28", "years": years, "measures": measures, **more}
    )


def same(one: Shocks, two: Shocks) -> None:
    assert one.digest() == two.digest()


@pytest.mark.parametrize("intensity", [1.0, 0.4])
def test_denial_is_exactly_the_trade_embargo(world28: blocs.World, intensity: float) -> None:
    denial = TechnologyDenial(by=["G7", "KOR"], to=["CHN"], goods=["C26", "C28"], intensity=intensity)
    embargo = Embargo(
        by=["G7", "KOR"], on=["CHN"], flows="exports", goods=["C26", "C28"], intensity=intensity
    )
    shocks = []
    for vector, measure in ((IndustryVector(), denial), (TradeVector(), embargo)):
        state = vector.start(world28, [2025], Assumptions.default())
        shocks.append(vector.shocks(state, [measure], 2025))
    same(*shocks)


def test_a_subsidy_costs_its_share_of_sales_and_shrinks_nothing_else(world28: blocs.World) -> None:
    run = blocs.run(
        world28,
        scenario([{"type": "subsidy", "by": "CHN", "goods": "C26", "rate": 0.05}], "2025"),
        strict=True,
    )
    outcome, watched = run.outcomes[0], run.indicators("industry").sel(year=2025)
    k, j = world28.sectors.index("C26"), world28.regions.index("CHN")
    sales = float(outcome.output.values[k, j])
    assert float(watched.subsidy_cost.sel(region="CHN")) == pytest.approx(0.05 / 0.95 * sales, rel=1e-12)
    assert float(watched.subsidy_cost.sum()) == pytest.approx(0.05 / 0.95 * sales, rel=1e-12)
    solution = outcome.solution
    assert solution is not None
    # the state's payment is what sales do not cover: factors and materials get more than the revenue
    paid = solution.labour_bill[k, j] + solution.capital_bill[k, j] + solution.materials_bill[k, j] - sales
    assert paid == pytest.approx(0.05 / 0.95 * sales, rel=1e-6)
    assert float(outcome.output_volume.sel(user="C26", region="CHN")) > 0.0
    assert float(watched.self_reliance.sel(region="CHN")) > float(
        watched.self_reliance_base.sel(region="CHN")
    )


def test_subsidies_add_up_and_may_not_pay_everything(world28: blocs.World) -> None:
    vector = IndustryVector()
    state = vector.start(world28, [2025], Assumptions.default())
    half = Subsidy(by=["USA"], goods=["C26"], rate=0.3)
    both = vector.shocks(state, [half, half], 2025)
    assert both.output_tax is not None
    assert both.output_tax.min() == pytest.approx(-0.6)
    with pytest.raises(ScenarioError, match="subsidies pay 120% of the cost of C26 in USA"):
        blocs.run(
            world28,
            scenario([{"type": "subsidy", "by": "USA", "goods": "C26", "rate": 0.6}] * 2),
        )


def test_without_a_change_of_output_nothing_is_learnt(world28: blocs.World) -> None:
    run = blocs.run(world28, scenario([{"type": "learning", "goods": ["C26"]}], "2025-2027"), strict=True)
    assert np.abs(run.indicators("industry").experience.values - 1.0).max() < 1e-9
    assert np.abs(run.regional("welfare")).max() < 1e-7


def test_experience_is_a_stock_in_ratios_with_output_as_its_rest() -> None:
    outcome = Mock(spec=Outcome)
    outcome.output_volume.values = np.array([[50.0, np.nan]])
    h = np.ones((1, 2))
    stock, base = 1.0 / 0.3, 1.0 / 0.3  # H at rest: Y / delta
    for _ in range(60):
        h = learning.remembered(h, outcome, 0.3)
        stock = 0.7 * stock + 1.5
        assert h[0, 0] == pytest.approx(stock / base, rel=1e-12)
    assert h[0, 0] == pytest.approx(1.5, rel=1e-8)
    assert h[0, 1] == 1.0
    assert learning.productivity(h, np.full((1, 2), 0.1))[0, 0] == pytest.approx(1.5**0.1, rel=1e-8)


def test_learning_adds_to_what_a_subsidy_does_from_the_second_year(world28: blocs.World) -> None:
    subsidy = {"type": "subsidy", "by": "CHN", "goods": "C26", "rate": 0.05}
    plain = blocs.run(world28, scenario([subsidy], "2025-2027"), strict=True)
    taught = blocs.run(
        world28,
        scenario([subsidy, {"type": "learning", "goods": "C26", "rate": 0.1}], "2025-2027"),
        strict=True,
    )
    volumes = [
        [float(o.output_volume.sel(user="C26", region="CHN")) for o in run.outcomes]
        for run in (plain, taught)
    ]
    assert volumes[1][0] == pytest.approx(volumes[0][0], abs=1e-6)
    assert volumes[0][1] < volumes[1][1] < volumes[1][2]
    assert taught.outcomes[1].shocks.productivity is not None
    # the rest of the world makes less and forgets
    h = taught.indicators("industry").experience.sel(year=2027, user="C26")
    assert float(h.sel(region="CHN")) > 1.0 > float(h.sel(region="KOR"))


def test_a_rate_that_breaks_uniqueness_is_refused_by_name(world28: blocs.World) -> None:
    with pytest.raises(ScenarioError, match=r"learning rate 0\.2 of C26 is not below 1/theta = 0\.195"):
        blocs.run(world28, scenario([{"type": "learning", "goods": "C26", "rate": 0.2}]))
    with pytest.raises(
        ScenarioError, match="leave C20 out of `goods`"
    ):  # at the long-run theta, whatever the horizon
        blocs.run(world28, scenario([{"type": "learning", "goods": "C20", "rate": 0.1}], horizon="short"))


def test_two_rates_for_one_industry_are_refused(world28: blocs.World) -> None:
    two = [{"type": "learning", "goods": "C26", "rate": rate} for rate in (0.05, 0.06)]
    with pytest.raises(
        ScenarioError, match=r"two measures let C26 in AGO learn in 2025, at the rates 0\.05 and 0\.06"
    ):
        blocs.run(world28, scenario(two))
    vector = IndustryVector()
    state = vector.start(world28, [2025], Assumptions.default())
    assert vector.shocks(state, [Learning(goods=["C26"], rate=0.05)], 2025).is_neutral
