"""Local-content rules: what they require holds, they raise nothing, and they are the cheapest way to obey."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from property.worlds import generators, random_world
from scipy.optimize import brentq, minimize

import blocs
from blocs.data.assumptions import Assumptions
from blocs.engine.shocks import Shocks
from blocs.engine.solve import solve_shocks
from blocs.errors import ScenarioError
from blocs.study.coupling import joint
from blocs.vectors.industry import content
from blocs.vectors.industry.vector import IndustryVector

EL = blocs.Elasticities(3.0, 0.7, 0.5, 1.0, 1.3)
TIGHT = blocs.Anderson(tolerance=1e-11)


def rule(share: float, local: tuple[int, ...], regions: int, good: int = 0, region: int = 0) -> content.Rule:
    return content.Rule(good, region, share, np.isin(np.arange(regions), local).astype(float))


def under(world: blocs.World, *rules: content.Rule, **others: np.ndarray) -> blocs.Outcome:
    """Return the economy at rest under `rules` and other shocks."""

    def answer(outcome: blocs.Outcome | None) -> Shocks:
        rates = content.tariff_of(rules, world, outcome)
        mine = np.zeros(world.accounts.flows.shape) if rates is None else rates
        return Shocks.of(world, **(others | {"tariff": mine + others.get("tariff", 0.0)}))

    _, outcome = joint(answer, lambda s, _: solve_shocks(world, s, elasticities=EL, solver=TIGHT), None)
    assert outcome.status.converged, outcome.status
    return outcome


def raised(one: content.Rule, outcome: blocs.Outcome) -> float:
    """Return what the rates of the rule raise, over what is spent."""
    premium = -content.own_rate(one, outcome) / (1.0 - one.share)
    bought = content.border_value(outcome)[one.good, :, one.region]
    return float(one.rates(premium) @ bought / bought.sum())


@given(generators(), st.floats(0.02, 0.97), st.booleans())
def test_the_share_holds_or_the_rule_is_slack_and_nothing_is_raised(
    random: np.random.Generator, share: float, area: bool
) -> None:
    """With duties, export duties and trade costs of others in place."""
    world = random_world(random)
    n = len(world.regions)
    one = rule(share, (0, 1) if area else (0,), n)
    shape, apart = world.accounts.flows.shape, 1.0 - np.eye(n)
    others = {
        "tariff": random.uniform(0.0, 0.3, shape) * apart,
        "export_tax": random.uniform(0.0, 0.2, shape) * apart,
        "trade_cost": 1.0 + random.uniform(0.0, 0.2, shape) * apart,
    }
    free = solve_shocks(world, Shocks.of(world, **others), elasticities=EL, solver=TIGHT)
    bound = under(world, one, **others)
    had, has = (content.share_of(one, content.border_value(o)) for o in (free, bound))
    if had >= share:
        np.testing.assert_array_equal(bound.regional("welfare"), free.regional("welfare"))
        assert content.own_rate(one, bound) == 0.0
    else:
        assert has == pytest.approx(share, abs=1e-7)
        assert content.own_rate(one, bound) < 0.0
        assert abs(raised(one, bound)) < 1e-7


def test_it_is_the_equilibrium_of_the_premium_found_by_bisection_on_the_engine_alone() -> None:
    world = random_world(np.random.default_rng(5))
    one = rule(0.8, (0,), len(world.regions))

    def solved(premium: float) -> blocs.Outcome:
        tariff = world.accounts.tariff.copy()
        tariff[0, 1:, 0] += premium * 0.8
        tariff[0, 0, 0] -= premium * 0.2
        return blocs.solve(world, tariff=tariff, elasticities=EL, solver=TIGHT)

    def gap(premium: float) -> float:
        bought = solved(premium).flows.values[0, :, 0]
        return float(bought[0] / bought.sum() - 0.8)

    assert gap(0.0) < 0.0
    alone, found = solved(brentq(gap, 0.0, 2.0, xtol=1e-12)), under(world, one)
    for name in ("welfare", "gdp", "cpi"):
        np.testing.assert_allclose(found.regional(name), alone.regional(name), atol=1e-6, err_msg=name)


def test_the_rates_buy_what_the_cheapest_bundle_that_obeys_has() -> None:
    """A buyer with a CES of four origins, duties and the rule, by an optimiser that knows nothing of rates."""
    theta, weight = 3.0, np.array([0.3, 0.2, 0.4, 0.1])
    price, duty = np.array([1.2, 1.0, 0.8, 0.9]), np.array([0.0, 0.1, 0.0, 0.25])
    one = rule(0.6, (0,), 4)
    sigma = theta + 1.0

    def bought(premium: float) -> np.ndarray:
        paid = price * (1.0 + duty + one.rates(premium))
        index = (weight @ paid**-theta) ** (-1.0 / theta)
        return weight * (paid / index) ** -sigma  # quantities of one unit of the composite

    def local(premium: float) -> float:
        value = price * bought(premium)
        return float(value[0] / value.sum())

    by_rates = bought(brentq(lambda p: local(p) - 0.6, 0.0, 2.4))
    best = minimize(
        lambda q: q @ (price * (1.0 + duty)),
        bought(0.0),
        bounds=[(1e-9, None)] * 4,
        constraints=[
            {
                "type": "eq",
                "fun": lambda q: np.log(weight ** (1.0 / sigma) @ q ** (theta / sigma)) * sigma / theta,
            },
            {"type": "ineq", "fun": lambda q: price[0] * q[0] - 0.6 * price @ q},
        ],
        options={"ftol": 1e-14, "maxiter": 1000},
    )
    assert best.success
    np.testing.assert_allclose(by_rates, best.x, rtol=1e-5)


def scenario(*measures: dict, years: str = "2026", **more: object) -> blocs.Scenario:
    return blocs.Scenario.from_dict(
        {"name": "test", "world": "81x28", "years": years, "measures": list(measures), **more}
    )


def test_a_scenario_with_a_rule_that_tightens_and_one_of_an_area(world28: blocs.World) -> None:
    run = blocs.run(
        world28,
        scenario(
            {"type": "local_content", "by": "USA", "goods": "C26", "share": 0.9, "years": "2026"},
            {"type": "local_content", "by": "USA", "goods": "C26", "share": 0.7, "years": "2027"},
            {"type": "local_content", "by": ["DEU", "FRA"], "goods": "C29", "share": 0.95, "local": "EU27"},
            {"type": "tariff", "by": "USA", "on": "CHN", "rate": 0.2},
            years="2026-2027",
        ),
        strict=True,
    )
    watched = run.indicators("industry")
    chips = watched.sel(good="C26", region="USA")
    np.testing.assert_allclose(chips.local_share, [0.9, 0.7], atol=1e-7)
    assert float(chips.content_premium[0]) > float(chips.content_premium[1]) > 0.0
    cars = watched.sel(good="C29", region=["DEU", "FRA"])
    assert (cars.local_share.values >= 0.95 - 1e-7).all()
    assert (cars.local_share_base.values < cars.local_share.values).all()
    assert int(watched.content_premium.sel(year=2026).notnull().sum()) == 3


@pytest.mark.parametrize(
    ("measures", "error"),
    [
        (({"share": 0.6}, {"share": 0.7}), "two content rules for C26 in USA in 2026, 0.6 and 0.7; keep one"),
        (({"share": 1.0},), "less than 1"),
        (({"share": 0.6, "local": "nowhere"},), "nowhere"),
    ],
)
def test_rules_that_cannot_be_are_refused(
    world28: blocs.World, measures: tuple[dict, ...], error: str
) -> None:
    base = {"type": "local_content", "by": "USA", "goods": "C26"}
    with pytest.raises(ScenarioError, match=error):
        blocs.run(world28, scenario(*(base | one for one in measures)))


def test_a_good_that_nobody_local_makes_is_named(world28: blocs.World) -> None:
    missing = np.argwhere(
        (np.einsum("sjj->sj", world28.accounts.flows) == 0.0) & (world28.accounts.flows.sum(axis=1) > 0.0)
    )
    k, j = missing[0]
    good, region = world28.sectors[k], world28.regions[j]
    with pytest.raises(
        ScenarioError, match=f"{region} cannot have 50% of its {good} from local makers: there are none"
    ):
        blocs.run(world28, scenario({"type": "local_content", "by": region, "goods": good, "share": 0.5}))


def test_a_silent_vector_has_nothing_to_say(world28: blocs.World) -> None:
    vector = IndustryVector()
    state = vector.start(world28, [2026], Assumptions.default())
    assert vector.shocks(state, [], 2026).is_neutral
