"""Quotas: complementarity, the taxes they are worth, and what they do at their limits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import Generator
from property.audit import audit
from property.worlds import SMALL, Traits, cube, generators, random_shocks, random_world, worlds

import blocs
from blocs.engine.assemble import CLASSES, quotas_of
from blocs.engine.outcome import REGIONAL
from blocs.engine.shocks import Shocks, combine
from blocs.world.accounts import Floats

TIGHT = blocs.Anderson(tolerance=1e-12)
EL = blocs.Elasticities(3.0, 0.7, 0.5, 1.0, 1.3)
EXPORTER, IMPORTER, NOBODY = 0, 1, 2


def same(one: blocs.Outcome, two: blocs.Outcome, atol: float = 1e-7) -> None:
    for name in REGIONAL:
        np.testing.assert_allclose(one.regional(name), two.regional(name), atol=atol, err_msg=name)


def capped(random: Generator, world: blocs.World) -> Floats:
    """Return caps that bind, caps that do not, and free cells."""
    quota = cube(random, world, 0.3, 1.5, np.inf)
    quota[random.random(quota.shape) < 0.3] = np.inf
    return quota


def moderate(random: Generator, world: blocs.World) -> dict[str, Floats]:
    shocks = random_shocks(random, world)
    del shocks["availability"]
    return shocks


def lone(world: blocs.World, cap: float, cell: tuple[int, int, int] = (0, 0, 1)) -> Floats:
    quota = np.full(world.accounts.flows.shape, np.inf)
    quota[cell] = cap
    return quota


@given(worlds(), generators())
def test_licences_and_slack_exclude_each_other(world: blocs.World, random: Generator) -> None:
    """With tariffs, export and output taxes, trade costs and rents of all three kinds in place; markets clear."""
    quota = capped(random, world)
    outcome = blocs.solve(
        world, quota=quota, quota_rent=random.integers(0, 3, quota.shape), elasticities=EL, solver=TIGHT,
        **moderate(random, world),
    )  # fmt: skip
    assert outcome.status.converged, outcome.status
    errors = audit(outcome)
    assert {"overfull", "negative", "idle"} <= set(errors)
    assert max(errors.values()) < 1e-10, errors


@given(worlds(), generators(), st.sampled_from([EXPORTER, IMPORTER, NOBODY]))
def test_a_quota_is_worth_the_tax_that_pays_its_rent(
    world: blocs.World, random: Generator, keeper: int
) -> None:
    """Exporters: 1 + e becomes (1 + e)(1 + u); importers: 1 + t becomes (1 + t)(1 + u), for duty is levied on the
    price before the licence; nobody: the iceberg cost is multiplied by 1 + u."""
    quota, shocks = capped(random, world), moderate(random, world)
    rent = np.full(quota.shape, keeper)
    limited = blocs.solve(world, quota=quota, quota_rent=rent, elasticities=EL, solver=TIGHT, **shocks)
    price = 1.0 + limited.licence_price.values / 100.0
    name = ("export_tax", "tariff", "trade_cost")[keeper]
    shocks[name] = shocks[name] * price if keeper == NOBODY else (1.0 + shocks[name]) * price - 1.0
    taxed = blocs.solve(world, elasticities=EL, solver=TIGHT, **shocks)
    same(limited, taxed)
    np.testing.assert_allclose(limited.flows.values, taxed.flows.values, rtol=1e-8, atol=1e-8)
    if keeper != IMPORTER:
        np.testing.assert_allclose(limited.tariff_revenue.values, taxed.tariff_revenue.values, atol=1e-7)


def test_tariff_revenue_leaves_out_the_rents_of_licences() -> None:
    world = random_world(np.random.default_rng(1), (6, 5), Traits(deficits=False))
    quota = cube(np.random.default_rng(2), world, 0.6, 0.9, np.inf)
    outcome = blocs.solve(world, quota=quota, quota_rent=np.ones(quota.shape), elasticities=EL, solver=TIGHT)
    duty = (outcome.flows.values * world.accounts.tariff).sum(axis=(0, 1))
    assert outcome.solution is not None
    np.testing.assert_allclose(
        outcome.tariff_revenue.values, 100.0 * duty / outcome.solution.income, atol=1e-9
    )
    assert (outcome.solution.duty > duty * 1.01).any()


@given(worlds(), generators())
def test_caps_above_the_base_change_nothing(world: blocs.World, random: Generator) -> None:
    quota = cube(random, world, 1.0, 2.0, np.inf)
    outcome = blocs.solve(world, quota=quota, elasticities=EL, solver=TIGHT)
    for name in REGIONAL:
        np.testing.assert_allclose(outcome.regional(name), 0.0, atol=1e-8, err_msg=name)
    np.testing.assert_allclose(outcome.licence_price.values, 0.0, atol=1e-8)


@given(worlds(deficits=False), generators())
def test_a_cap_of_nothing_is_an_embargo_and_small_caps_converge_to_it(
    world: blocs.World, random: Generator
) -> None:
    """Also where the rent goes to importers; the distance falls with the cap (theta 4: its fourth root and more)."""
    cell, el = (0, 0, 1), blocs.Elasticities.uniform(4.0)
    shut = np.ones(world.accounts.flows.shape)
    shut[cell] = 0.0
    embargo = blocs.solve(world, availability=shut, elasticities=el, solver=TIGHT)
    nothing = blocs.solve(world, quota=lone(world, 0.0, cell), elasticities=el, solver=TIGHT)
    same(embargo, nothing, atol=1e-9)
    gaps = []
    for cap in (1e-2, 1e-4, 1e-8):
        small = blocs.solve(world, quota=lone(world, cap, cell), elasticities=el, solver=TIGHT)
        gaps.append(np.abs(small.welfare.values - embargo.welfare.values).max())
    assert gaps[2] < 1e-4
    assert gaps[0] + 1e-9 >= gaps[1] >= gaps[2] - 1e-9


def test_a_quota_binds_slackens_and_binds_again_along_a_path() -> None:
    """A tariff on the capped flow takes its place; each year starts at the last and ends where a cold one does."""
    world = random_world(np.random.default_rng(3), SMALL, Traits(zeros=False))
    quota, before, prices = lone(world, 0.8), None, []
    for rate in (0.0, 0.05, 0.5, 1.0, 0.5, 0.05, 0.0):
        tariff = np.array(world.accounts.tariff)
        tariff[0, 0, 1] += rate
        cold = blocs.solve(world, quota=quota, tariff=tariff, elasticities=EL, solver=TIGHT)
        warm = blocs.solve(world, quota=quota, tariff=tariff, elasticities=EL, solver=TIGHT, start=before)
        same(cold, warm, atol=1e-8)
        assert max(audit(warm).values()) < 1e-10
        prices.append(float(warm.licence_price[0, 0, 1]))
        before = warm
    assert prices[0] > prices[1] > 0.1
    assert prices[3] < 1e-9
    np.testing.assert_allclose(prices, prices[::-1], atol=1e-8)


def test_a_start_with_other_quotas_is_only_a_start() -> None:
    world = random_world(np.random.default_rng(4), (6, 5), Traits())
    many, few = cube(np.random.default_rng(5), world, 0.5, 0.9, np.inf), lone(world, 0.5)
    first = blocs.solve(world, quota=many, elasticities=EL, solver=TIGHT)
    cold = blocs.solve(world, quota=few, elasticities=EL, solver=TIGHT)
    same(cold, blocs.solve(world, quota=few, elasticities=EL, solver=TIGHT, start=first), atol=1e-8)
    free = blocs.solve(world, elasticities=EL, solver=TIGHT, start=first)
    np.testing.assert_allclose(free.welfare.values, 0.0, atol=1e-8)


def test_the_list_of_capped_cells_is_padded_whatever_its_length() -> None:
    world = random_world(np.random.default_rng(6), (6, 5), Traits(zeros=False))
    for count in (1, 64, 65, 150):
        flat = np.full(world.accounts.flows.size, np.inf)
        abroad = np.flatnonzero(~np.broadcast_to(np.eye(6, dtype=bool), (5, 6, 6)).ravel())
        flat[abroad[:count]] = 0.9
        listed = quotas_of(world, Shocks.of(world, quota=flat.reshape(5, 6, 6)))
        assert listed.live.sum() == count
        assert listed.live.size in CLASSES
        assert listed.live.size >= count


def test_every_flow_of_the_largest_world_may_have_a_cap(world50: blocs.World) -> None:
    """298 489 flows: more than the largest prepared length."""
    quota = cube(np.random.default_rng(0), world50, 0.9, 0.9, np.inf)
    listed = quotas_of(world50, Shocks.of(world50, quota=quota))
    assert listed.live.sum() == ((world50.accounts.flows > 0.0) & np.isfinite(quota)).sum()


def test_of_two_quotas_the_tighter_holds_with_its_rent() -> None:
    world = random_world(np.random.default_rng(7), SMALL, Traits(zeros=False))
    one = Shocks.of(world, quota=lone(world, 0.5), quota_rent=np.full((2, 3, 3), IMPORTER))
    two = Shocks.of(world, quota=lone(world, 0.7))
    for merged in (combine(one, two), combine(two, one)):
        assert merged.quota is not None
        assert merged.quota_rent is not None
        assert merged.quota[0, 0, 1] == 0.5
        assert merged.quota_rent[0, 0, 1] == IMPORTER


def test_a_world_does_not_carry_rents_that_it_cannot_book() -> None:
    world = random_world(np.random.default_rng(8), SMALL, Traits(zeros=False))
    for keeper in (EXPORTER, IMPORTER):
        outcome = blocs.solve(
            world, quota=lone(world, 0.5), quota_rent=np.full((2, 3, 3), keeper), elasticities=EL
        )
        with pytest.raises(blocs.ConvergenceError, match="rents"):
            outcome.world()
    slack = blocs.solve(world, quota=lone(world, 1.5), elasticities=EL).world()
    np.testing.assert_allclose(slack.accounts.flows, world.accounts.flows, rtol=1e-7)
    wasted = blocs.solve(
        world, quota=lone(world, 0.5), quota_rent=np.full((2, 3, 3), NOBODY), elasticities=EL, solver=TIGHT
    )
    np.testing.assert_allclose(blocs.solve(wasted.world(), elasticities=EL).welfare.values, 0.0, atol=1e-7)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"quota": np.nan}, "quota is NaN"),
        ({"quota": -0.1}, "quota is -0.1"),
        ({"quota_rent": 3.0}, "quota_rent is 3"),
        ({"quota_rent": 0.5}, "quota_rent is 0.5"),
        ({"quota_rent": np.nan}, "quota_rent is NaN"),
    ],
)
def test_bad_quotas_are_refused_at_their_place(change: dict[str, float], message: str) -> None:
    world = random_world(np.random.default_rng(9), SMALL, Traits())
    arrays = {"quota": np.full((2, 3, 3), np.inf), "quota_rent": np.zeros((2, 3, 3))}
    for name, value in change.items():
        arrays[name][1, 0, 2] = value
    with pytest.raises(blocs.DataError, match=message) as error:
        blocs.solve(world, **arrays)
    assert world.sectors[1] in str(error.value)
    assert world.regions[2] in str(error.value)


def test_caps_on_home_sales_and_wrong_shapes_are_refused() -> None:
    world = random_world(np.random.default_rng(10), SMALL, Traits())
    with pytest.raises(blocs.DataError, match="home sales"):
        blocs.solve(world, quota=np.full((2, 3, 3), 0.5))
    with pytest.raises(blocs.DataError):
        blocs.solve(world, quota=np.full((2, 3), 0.5))


@pytest.mark.parametrize("keeper", [EXPORTER, IMPORTER, NOBODY])
def test_quotas_on_the_real_world(world28: blocs.World, keeper: int) -> None:
    """China's exports to the United States at 60% of their volume, with tariffs and export taxes elsewhere."""
    china, usa = world28.region_index("CHN"), world28.region_index("USA")
    shape = world28.accounts.flows.shape
    quota, tariff, export_tax = np.full(shape, np.inf), np.array(world28.accounts.tariff), np.zeros(shape)
    quota[:, china, usa] = 0.6
    tariff[:, usa, china] += 0.2
    export_tax[:, world28.region_index("IND"), usa] = 0.1
    outcome = blocs.solve(
        world28, quota=quota, quota_rent=np.full(shape, keeper), tariff=tariff, export_tax=export_tax
    )
    assert outcome.status.converged, outcome.status
    errors = audit(outcome)
    assert max(errors.values()) < 1e-7, errors
    assert (outcome.licence_price.values[:, china, usa] > 1.0).sum() > 20


def test_tiny_caps_on_every_supplier_of_an_easily_replaced_good(world28: blocs.World) -> None:
    """Singapore extracts no energy: with theta 65 and a millionth of each delivery, licences rise to about 1e6 times
    the price, and the power of each alone would vanish."""
    singapore = world28.region_index("SGP")
    good = np.flatnonzero(world28.accounts.flows[:, singapore, singapore] == 0.0)[0]
    quota = np.full(world28.accounts.flows.shape, np.inf)
    quota[good, :, singapore] = 1e-6
    quota[good, singapore, singapore] = np.inf
    el = blocs.Elasticities.uniform(65.0, 1.0)
    outcome = blocs.solve(world28, quota=quota, elasticities=el, solver=blocs.Anderson(fallback=None))
    assert outcome.status.converged, outcome.status
    assert max(audit(outcome).values()) < 1e-5
    assert outcome.licence_price.values.max() > 1e7
