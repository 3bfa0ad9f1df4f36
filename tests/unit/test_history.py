"""Other base years hold their identities, are the year they say, and carry no shock before its time."""

from __future__ import annotations

import numpy as np
import pytest

from blocs.data import store
from blocs.errors import DataError
from blocs.world import nowcasting
from blocs.world.accounts import Accounts, check, check_by_user, frozen
from blocs.world.by_user import flows_by_user
from blocs.world.history import NOWCASTS, YEARS
from blocs.world.inputs import balanced_use
from blocs.world.load import BUNDLED, load_world
from blocs.world.world import World

GOODS = 27
NAMES = tuple(BUNDLED)


@pytest.fixture(scope="module", params=NAMES)
def base(request: pytest.FixtureRequest) -> World:
    return load_world(request.param)


@pytest.fixture(scope="module")
def coarse() -> World:
    return load_world("81x28")


@pytest.fixture(scope="module")
def cast(base: World) -> World:
    return base.nowcast(NOWCASTS[0])


def gdp(accounts: Accounts) -> np.ndarray:
    return accounts.value_added.sum(axis=0) + accounts.duty


def rate(world: World, exporter: str, importer: str, weights: World) -> float:
    """Average duty in per cent, weighted by the flows of `weights`."""
    i, j = world.region_index(exporter), world.region_index(importer)
    flows = weights.accounts.flows[:GOODS, i, j]
    return float(100 * flows @ world.accounts.tariff[:GOODS, i, j] / flows.sum())


@pytest.mark.parametrize("year", YEARS[:-1])
def test_identities_hold_in_every_year(base: World, year: int) -> None:
    world = base.at(year)
    accounts = world.accounts
    check(accounts, world.regions, world.sectors)
    assert (world.name, world.year) == (base.name if year == base.year else f"{base.name} of {year}", year)
    assert (accounts.spending - accounts.use.sum(axis=1)).min() >= -1e-9
    np.testing.assert_allclose(
        accounts.use.sum(axis=1) + accounts.final, accounts.spending, rtol=1e-9, atol=1e-6
    )
    np.testing.assert_allclose(
        accounts.use.sum(axis=0) + accounts.value_added, accounts.output, rtol=1e-9, atol=1e-6
    )
    assert abs(accounts.deficit.sum()) < 1e-9 * accounts.output.sum()
    assert any(str(year) in note for note in world.notes)


@pytest.mark.parametrize("year", YEARS[:-1])
def test_value_added_shares_of_the_base_are_kept(base: World, year: int) -> None:
    old, new = base.accounts, base.at(year).accounts
    both = (old.output > 0) & (new.output > 0)
    np.testing.assert_allclose(
        (new.value_added / np.maximum(new.output, 1e-300))[both],
        (old.value_added / np.maximum(old.output, 1e-300))[both],
        atol=1e-9,
    )


def test_flows_are_the_totals_of_the_year(base: World) -> None:
    table = store.arrays("worlds/totals-81x28.npz")
    flows = base.at(2019).accounts.flows
    totals = table["flows"][list(table["years"]).index(2019)].astype(float)
    np.testing.assert_array_equal(flows[:GOODS], totals[:GOODS])
    np.testing.assert_allclose(flows[GOODS:].sum(axis=0), totals[GOODS], rtol=1e-12)


def test_us_share_of_chinese_goods_exports_fell_from_20_6_to_16_3_per_cent(base: World) -> None:
    def share(world: World) -> float:
        usa, chn = world.region_index("USA"), world.region_index("CHN")
        goods = world.accounts.flows[:GOODS, chn]
        return float(100 * goods[:, usa].sum() / (goods.sum() - goods[:, chn].sum()))

    assert share(base.at(2017)) == pytest.approx(20.6, abs=0.05)
    assert share(base.at(2022)) == pytest.approx(16.3, abs=0.05)


def test_a_year_of_its_own_is_the_world_itself(base: World) -> None:
    assert base.at(2022) is base
    early = base.at(2017)
    assert early.at(2017) is early
    np.testing.assert_array_equal(early.at(2022).accounts.flows, base.accounts.flows)
    aggregated = base.aggregate({"EU": ["DEU", "FRA"]})
    assert aggregated.at(2022) is aggregated


def test_2017_carries_no_duty_of_the_trade_war(base: World) -> None:
    assert rate(base.at(2017), "CHN", "USA", base) == pytest.approx(3.1, abs=0.1)
    assert rate(base, "CHN", "USA", base) == pytest.approx(10.87, abs=0.01)
    assert base.at(2017).accounts.tariff.min() >= 0


@pytest.mark.parametrize("sides", [("CHN", "USA"), ("USA", "CHN")])
def test_the_duties_of_the_trade_war_came_in_steps(coarse: World, sides: tuple[str, str]) -> None:
    rates = [rate(coarse.at(year), *sides, coarse) for year in YEARS]
    assert rates[0] < rates[1] < rates[2] < rates[3]
    assert rates[3] == rates[4] == rates[5]


def test_only_duties_between_the_united_states_and_china_differ(coarse: World) -> None:
    changed = np.argwhere((coarse.at(2017).accounts.tariff != coarse.accounts.tariff).any(axis=0))
    pairs = {(coarse.regions[i], coarse.regions[j]) for i, j in changed}
    assert pairs == {("CHN", "USA"), ("USA", "CHN")}


@pytest.mark.parametrize("year", [2016, 2023, "2017"])
def test_a_wrong_year_names_the_valid_ones(coarse: World, year: object) -> None:
    with pytest.raises(DataError, match=r"2017, 2018, 2019, 2020, 2021, 2022 .*2023"):
        coarse.at(year)  # type: ignore[arg-type] - wrong on purpose


def test_a_wrong_nowcast_names_the_valid_one(coarse: World) -> None:
    with pytest.raises(DataError, match=r"valid: 2023 .*2017"):
        coarse.nowcast(2024)


def test_an_aggregated_world_says_what_to_do_first(coarse: World) -> None:
    small = coarse.aggregate({"WEST": ["USA", "CAN"]})
    with pytest.raises(DataError, match=r"at\(2017\) first, then aggregate"):
        small.at(2017)
    with pytest.raises(DataError, match=r"nowcast\(2023\) first, then aggregate"):
        small.nowcast(2023)
    assert coarse.at(2017).aggregate({"WEST": ["USA", "CAN"]}).year == 2017


def test_a_custom_world_has_no_history() -> None:
    world = World.from_flows(np.full((1, 2, 2), 10.0), np.full((1, 1, 2), 5.0))
    with pytest.raises(DataError, match="custom"):
        world.at(2017)


def test_nowcast_grows_every_region_as_published(base: World, cast: World) -> None:
    check(cast.accounts, cast.regions, cast.sectors)
    growth = gdp(cast.accounts) / gdp(base.accounts)
    published = {row["region"]: float(row["growth"]) for row in store.rows("worlds/nowcast-2023.csv")}
    np.testing.assert_allclose(growth, [published[region] for region in cast.regions], rtol=1e-6)
    assert min(cast.accounts.flows.min(), cast.accounts.use.min(), cast.accounts.value_added.min()) >= 0
    assert np.all((cast.accounts.flows > 0) == (base.accounts.flows > 0))
    assert cast.year == 2023
    assert any("2024" in note for note in cast.notes)


def test_nowcast_takes_the_partner_shares_of_us_imports(cast: World) -> None:
    shares = nowcasting.import_shares(cast.regions)
    usa = cast.region_index("USA")
    sold = shares.group @ cast.accounts.flows[:GOODS, :, usa].sum(axis=0)
    kept = [n for n, name in enumerate(shares.names) if name != "HKG"]
    np.testing.assert_allclose(
        sold[kept] / sold[kept].sum(), shares.share[kept] / shares.share[kept].sum(), rtol=1e-3
    )


def test_by_user_flows_fit_the_world_and_every_other_year(coarse: World) -> None:
    for world in (coarse, coarse.at(2017)):
        table = world.Z
        assert table is not None
        assert table.dims == ("good", "origin", "user", "destination")
        check_by_user(table.values, world.accounts, world.regions, world.sectors)
        assert table.values.min() >= 0


def test_by_user_flows_are_read_only_when_asked_for(coarse: World) -> None:
    assert coarse.intermediate is flows_by_user
    assert load_world("81x50").Z is None


def test_an_industry_that_was_empty_takes_the_inputs_of_the_world() -> None:
    flows = np.array([[[80.0, 20.0], [20.0, 80.0]], [[100.0, 0.0], [0.0, 0.0]]])
    use = np.array([[[10.0, 10.0], [30.0, 0.0]], [[10.0, 0.0], [0.0, 0.0]]])
    tariff, labour = frozen(np.zeros_like(flows)), frozen(np.ones((2, 2)))
    base = Accounts(frozen(flows), frozen(use), tariff, labour)
    flows[1, 1, 1] = 50.0  # industry 1 of region 1 opens
    later = Accounts(frozen(flows), frozen(balanced_use(base, flows, tariff)), tariff, labour)
    check(later, ("A", "B"), ("x", "y"))
    assert later.use[0, 1, 1] == pytest.approx(0.3 * 50.0)  # as 30 of 100 in region 0
    assert later.final[1, 1] == pytest.approx(50.0)  # a good without spending before is final use
