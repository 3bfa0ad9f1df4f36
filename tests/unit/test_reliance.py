"""Look-through content and reliance: brute-force Leontief, the bundled tables, the year of the fall, wrong input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from property.worlds import random_world

import blocs
from blocs.errors import DataError
from blocs.scenario.schema import Scenario
from blocs.study.reliance import LAST, Trend, _fall, _interpolated, reliance
from blocs.study.solved_content import base_content, solved_content
from blocs.world.balance import ratio
from blocs.world.groups import resolve_regions
from blocs.world.look_through import by_year, content, detailed, direct


def with_purchases(seed: int, shape: tuple[int, int]) -> blocs.World:
    """A random world in which each industry buys from a mix of origins of its own."""
    random = np.random.default_rng(seed)
    world = random_world(random, shape)
    accounts = world.accounts
    share = random.dirichlet(
        np.full(shape[0], 0.7), (shape[1], shape[1], shape[0])
    )  # (good, user, destination, origin)
    spent = np.einsum("skj,skji->sikj", accounts.use, share)
    table = spent / (1.0 + accounts.tariff)[:, :, None, :]
    final = random.dirichlet(np.full(shape[0], 0.7), (shape[1], shape[0]))
    flows = table.sum(axis=2) + np.einsum("sj,sji->sij", accounts.final, final) / (1.0 + accounts.tariff)
    use = accounts.use * _output_room(flows, accounts.use)
    table *= ratio(use, accounts.use)[:, None]
    return blocs.World.from_flows(flows, use, tariff=accounts.tariff, Z=table)


def _output_room(flows: np.ndarray, use: np.ndarray) -> np.ndarray:
    """Return the factor by user that leaves a fifth of output as value added at least."""
    return np.minimum(1.0, 0.8 * ratio(flows.sum(axis=2), use.sum(axis=0)))[None]


@given(st.integers(0, 2**32 - 1), st.sampled_from([(3, 2), (6, 5)]))
def test_content_is_the_power_series_of_the_leontief_inverse(seed: int, shape: tuple[int, int]) -> None:
    world = with_purchases(seed, shape)
    accounts, table = world.accounts, world.Z
    assert table is not None
    goods, regions = accounts.output.shape
    a = (
        table.values.reshape(goods * regions, -1)
        * ratio(np.ones(goods * regions), accounts.output.ravel())[None, :]
    )
    owner = np.tile(np.eye(regions), goods)  # (region, (good, region))
    paid = np.vstack(
        [
            owner * ratio(accounts.value_added, accounts.output).ravel(),
            np.einsum("sikj,sij->kj", table.values, accounts.tariff).ravel()
            * ratio(np.ones(goods * regions), accounts.output.ravel()),
        ]
    )
    total, tier = np.zeros_like(paid), paid
    for _ in range(600):
        total, tier = total + tier, tier @ a
    found, duty = content(world)
    np.testing.assert_allclose(
        found.reshape(regions, -1), np.where(accounts.output.ravel() > 0, total[:-1], 0.0), atol=1e-10
    )
    np.testing.assert_allclose(
        duty.ravel(), np.where(accounts.output.ravel() > 0, total[-1], 0.0), atol=1e-10
    )
    np.testing.assert_allclose((found.sum(axis=0) + duty)[accounts.output > 0.0], 1.0, atol=1e-10)
    # the first tier alone is never more than all of them
    assert (direct(world).sum(axis=0) <= 1.0 + 1e-12).all()


def test_pooled_purchases_are_refused(world50: blocs.World) -> None:
    with pytest.raises(DataError, match="81x50 does not carry purchases by user"):
        content(world50)


def test_the_bundled_years_sum_to_one_and_the_last_is_the_world_of_2022(world28: blocs.World) -> None:
    table = by_year()
    assert table.years == (2017, 2018, 2019, 2020, 2021, 2022)
    total = table.content.sum(axis=1) + table.duty
    assert np.abs(total[total > 0.0] - 1.0).max() < 5e-4  # 82 shares, each within half a step of 1/40000
    found, duty = content(world28)
    assert np.abs(table.content[-1] - found).max() <= 0.5 / 40_000 + 1e-12
    assert np.abs(table.duty[-1] - duty).max() <= 0.5 / 40_000 + 1e-12
    assert table.direct is not None
    assert np.abs(table.direct[-1] - direct(world28)).max() <= 0.5 / 40_000 + 1e-12


def test_the_28_sector_table_agrees_with_the_50_sector_one_up_to_aggregation() -> None:
    """Services as one industry blur origins: G7 content of Chinese goods differs by at most 0.15 points of output."""
    year, whole = by_year(), detailed()
    china = year.regions.index("CHN")
    bloc = [year.regions.index(code) for code in resolve_regions(["G7"], year.regions, None).codes]
    making = [code for code in year.sectors if code.startswith("C")]
    gaps = [
        100.0 * (year.content[-1][bloc, year.sectors.index(code), china].sum()
                 - whole.content[0][bloc, whole.sectors.index(code), china].sum())
        for code in making
    ]  # fmt: skip
    assert np.abs(gaps).max() < 0.15


def test_china_depends_less_on_the_g7_in_every_sector_than_in_2017() -> None:
    done = reliance("CHN", "G7")
    known = [part for part in done.sectors if part.look_through]
    assert len(known) == 15
    for part in known:
        assert part.look_through[-1] < part.look_through[0]
        assert part.growth is not None
        assert part.growth < 0.0
        assert part.fall is not None
        assert not part.fall.already
        years = [year or LAST + 1 for year in part.fall.quantiles.values()]
        assert years == sorted(years)
    chips = next(part for part in known if part.sector == "Integrated circuits")
    assert chips.weights == (("C26", 1.0),)
    software = next(part for part in done.sectors if part.sector == "Basic software")
    assert software.look_through == ()
    assert software.fall is None
    assert software.detailed > 0.0
    assert software.left_out == ("J62_63", "J58T60")


def test_equal_compositions_get_equal_years_and_seeds_repeat() -> None:
    one, two = reliance(draws=500), reliance(draws=500)
    assert one == two
    by_name = {(part.plan, part.sector): part.fall for part in one.sectors}
    assert (
        by_name["15th Five-Year Plan", "Integrated circuits"]
        == by_name["15th Five-Year Plan", "High-end instruments"]
    )


def test_an_exact_trend_falls_in_its_year_and_a_rising_one_never() -> None:
    years = tuple(range(2017, 2023))
    falling = Trend.fit(years, 8.0 * 0.96 ** (np.arange(6) - 5.0))
    random = np.random.default_rng(1)
    found = _fall(falling, 8.0, 3.0, {}, 200, random)
    exact = 2022 + int(np.ceil(np.log(3.0 / 8.0) / np.log(0.96)))
    assert set(found.quantiles.values()) == {exact}
    assert found.never == 0.0
    rising = Trend.fit(years, 8.0 * 1.02 ** np.arange(6.0))
    assert _fall(rising, 8.8, 3.0, {}, 200, random).never == 1.0
    assert set(_fall(rising, 8.8, 3.0, {}, 200, random).quantiles.values()) == {None}
    # a scenario that takes half away brings the year forward by ln 2 / 0.0408
    sooner = _fall(falling, 8.0, 3.0, {2025: 0.5}, 200, random)
    assert sooner.quantiles[0.5] == 2022 + int(np.ceil(np.log(2.0 * 3.0 / 8.0) / np.log(0.96)))


def test_drawn_trends_have_the_spread_of_least_squares() -> None:
    random = np.random.default_rng(3)
    years = np.arange(2017, 2023)
    trend = Trend.fit(tuple(years), np.exp(2.0 - 0.03 * (years - 2017) + 0.02 * random.standard_normal(6)))
    drawn = np.log(trend.draw(np.array([2019.5, 2020.5]), 200_000, random))
    slopes = drawn[:, 1] - drawn[:, 0]
    assert slopes.mean() == pytest.approx(trend.slope, abs=2e-4)
    # the variance of a Student t with four degrees of freedom is twice that of the normal
    assert slopes.std() == pytest.approx(np.sqrt(2.0) * trend.slope_error, rel=0.05)


def test_a_scenario_acts_between_its_samples_and_stays_after_the_last() -> None:
    factor = _interpolated({2026: 0.9, 2028: 0.81}, np.arange(2024, 2031))
    np.testing.assert_allclose(factor, [1.0, 1.0, 0.9, np.sqrt(0.9 * 0.81), 0.81, 0.81, 0.81])


@pytest.mark.parametrize("rent", ["exporter", "importer", "nobody"])
def test_content_of_an_outcome_adds_up_with_subsidies_duties_quotas_and_content_rules(
    world28: blocs.World, rent: str
) -> None:
    measures = [
        {"type": "subsidy", "by": "CHN", "goods": "C26", "rate": 0.05},
        {"type": "tariff", "by": "USA", "on": "CHN", "goods": "goods", "rate": 0.2},
        {
            "type": "technology_denial",
            "by": "G7",
            "to": "CHN",
            "goods": "C28",
            "intensity": 0.3,
            "rent": rent,
        },
        {"type": "local_content", "by": "JPN", "goods": "C26", "share": 0.9},
    ]
    scenario = Scenario.from_dict({"name": "t", "world": "81x28", "years": 2026, "measures": measures})
    outcome = blocs.run(world28, scenario, strict=True).outcomes[0]
    found, wedges = solved_content(outcome)
    total = found.sum(axis=0) + wedges
    assert np.abs(total[outcome.output.values > 0.0] - 1.0).max() < 1e-6
    before = base_content(outcome.base)[0]
    j, k = world28.regions.index("CHN"), world28.sectors.index("C28")
    bloc = [world28.regions.index(c) for c in resolve_regions(["G7"], world28.regions, None).codes]
    assert found[bloc, k, j].sum() < before[bloc, k, j].sum()
    japan, chips = world28.regions.index("JPN"), world28.sectors.index("C26")
    assert found[japan, chips, japan] > before[japan, chips, japan]


def test_content_of_an_idle_outcome_is_that_of_the_base(world28: blocs.World) -> None:
    outcome = blocs.run(
        world28, Scenario.from_dict({"name": "t", "world": "81x28", "years": 2026}), strict=True
    ).outcomes[0]
    np.testing.assert_allclose(solved_content(outcome)[0], base_content(world28)[0], atol=1e-7)


def test_content_with_sourcing_by_user_is_the_outcomes_own(world28: blocs.World) -> None:
    measures = [{"type": "tariff", "by": "USA", "on": "CHN", "goods": "goods", "rate": 0.2}]
    given = {"name": "t", "world": "81x28", "years": 2026}
    scenario = Scenario.from_dict({**given, "measures": measures, "sourcing": "by_user"})
    outcome = blocs.run(world28, scenario, strict=True).outcomes[0]
    found, wedges = solved_content(outcome)
    made = outcome.output.values > 0.0
    assert np.abs((found.sum(axis=0) + wedges)[made] - 1.0).max() < 1e-6
    # by hand: US makers' purchases of electronics from China are what the engine says they are, not a balanced pattern
    flows, use = outcome.by_user, outcome.use.values
    g, o, k, j = (
        world28.sectors.index("C26"), world28.regions.index("CHN"), world28.sectors.index("C29"),
        world28.regions.index("USA"),
    )  # fmt: skip
    solution = outcome.solution
    assert solution is not None
    cost = use[:, k, j].sum() + solution.labour_bill[k, j] + solution.capital_bill[k, j]
    assert found[o, k, j] >= flows[g, o, k, j] / cost * found[o, g, o] > 0.0
    pooled = blocs.run(world28, Scenario.from_dict({**given, "measures": measures}), strict=True).outcomes[0]
    assert np.abs(solved_content(pooled)[0] - found).max() > 1e-4
    idle = blocs.run(world28, Scenario.from_dict({**given, "sourcing": "by_user"}), strict=True).outcomes[0]
    np.testing.assert_allclose(solved_content(idle)[0], base_content(world28)[0], atol=1e-6)


def test_content_of_an_outcome_on_another_world_is_refused(world50: blocs.World) -> None:
    with pytest.raises(DataError, match="only the bundled 81x28 world has; this is 81x50"):
        base_content(world50)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"plan": "Made in China"}, "unknown plan 'Made in China'; did you mean 'Made in China 2025'"),
        ({"sector": "Integrated circuit"}, "did you mean 'Integrated circuits'"),
        ({"on": "G8"}, "unknown region or group 'G8'"),
        ({"on": "BRICS"}, r"CHN is in BRICS; a region does not depend on itself: \[BRICS, -CHN\]"),
        ({"region": "EU27"}, "names a group of regions"),
        ({"threshold": 0.0}, "threshold is 0"),
        ({"draws": 5}, "5 draws cannot show a distribution"),
    ],
)
def test_wrong_input_is_named(arguments: dict, message: str) -> None:
    with pytest.raises(DataError, match=message):
        reliance(**arguments)
