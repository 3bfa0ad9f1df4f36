"""A world from a table in pymrio's layout: balanced, labelled, repaired by stated rules; wrong tables are refused."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import blocs
from blocs.errors import DataError

REGIONS, SECTORS = ("AA", "BB"), ("food", "cars", "care")
ROWS = pd.MultiIndex.from_product([REGIONS, SECTORS], names=["region", "sector"])
BUYERS = pd.MultiIndex.from_product([REGIONS, ("households", "stocks")], names=["region", "category"])


def table(seed: int = 0) -> SimpleNamespace:
    rng = np.random.default_rng(seed)
    inter = rng.uniform(0.1, 1.0, (6, 6))
    final = np.stack([rng.uniform(3.0, 5.0, (6, 2)), rng.uniform(-0.5, 0.5, (6, 2))], axis=2).reshape(6, 4)
    return SimpleNamespace(Z=pd.DataFrame(inter, ROWS, ROWS), Y=pd.DataFrame(final, ROWS, BUYERS))


@given(st.integers(0, 10_000), st.floats(1e-6, 1e3))
def test_accounts_are_the_tables_sums(seed: int, unit: float) -> None:
    given_ = table(seed)
    world = blocs.World.from_mrio(given_, unit=unit, by_user=True)
    inter, final = given_.Z.to_numpy(), given_.Y.to_numpy().reshape(6, 2, 2).sum(axis=2)
    output = (inter.sum(axis=1) + final.sum(axis=1)) * unit
    np.testing.assert_allclose(world.output.values.T.ravel(), output, rtol=1e-12)
    np.testing.assert_allclose(
        world.value_added.values.T.ravel(), output - inter.sum(axis=0) * unit, rtol=1e-9
    )
    np.testing.assert_allclose(world.final.values.sum(), final.sum() * unit, rtol=1e-9)
    assert float(world.flows.sel(good="cars", origin="AA", destination="BB")) == pytest.approx(
        unit * (inter[1, 3:].sum() + final[1, 1])
    )
    assert float(world.Z.sel(good="food", origin="BB", user="care", destination="AA")) == pytest.approx(
        unit * inter[3, 2]
    )


def test_repairs_are_counted_and_nothing_else_moves() -> None:
    given_ = table()
    given_.Y.loc[("AA", "food"), ("AA", "stocks")] = -9.0  # stocks run down by more than is sold
    given_.Z.loc[:, ("BB", "cars")] *= 10.0  # buys more than it sells
    world = blocs.World.from_mrio(given_)
    assert len(world.notes) == 2
    assert "negative final sales" in world.notes[0]
    assert "1 industries buy more than they sell (first cars in BB)" in world.notes[1]
    share = world.value_added.sel(user="cars", region="BB") / world.output.sel(user="cars", region="BB")
    assert float(share) == pytest.approx(0.01)
    assert blocs.solve(world, elasticities=blocs.Elasticities.uniform(4.0)).status.converged


def test_tariffs_are_paid_on_inputs_too() -> None:
    rates = np.full((3, 2, 2), 0.1) * (1.0 - np.eye(2))
    plain, taxed = blocs.World.from_mrio(table()), blocs.World.from_mrio(table(), tariff=rates)
    np.testing.assert_array_equal(plain.flows, taxed.flows)
    imported = table().Z.to_numpy()[3:, :3].reshape(3, 3)
    np.testing.assert_allclose((taxed.use - plain.use).sel(region="AA"), 0.1 * imported, rtol=1e-9)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda t: setattr(t, "Z", t.Z.iloc[:5]), "must be every region with every sector"),
        (lambda t: setattr(t, "Z", t.Z.droplevel(0)), "1 level"),
        (lambda t: setattr(t, "Y", t.Y.iloc[::-1]), "order differs"),
        (lambda t: setattr(t, "Y", t.Y.rename(columns={"BB": "CC"}, level=0)), "same regions as Z: BB"),
        (lambda t: t.Z.iloc.__setitem__((2, 3), np.nan), "column ('BB', 'food'); every cell"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(spoil, says: str) -> None:
    given_ = table()
    spoil(given_)
    with pytest.raises(DataError) as caught:
        blocs.World.from_mrio(given_)
    assert says in str(caught.value)


def test_reads_what_pymrio_reads() -> None:
    pymrio = pytest.importorskip("pymrio", reason="pymrio is not installed; it is no dependency")
    io = pymrio.load_test().calc_all()
    world = blocs.World.from_mrio(io, name="pymrio's test table", year=2010)
    assert (len(world.regions), len(world.sectors)) == (6, 8)
    np.testing.assert_allclose(world.output.values.T.ravel(), io.x["indout"], rtol=1e-12)
    assert blocs.solve(world, elasticities=blocs.Elasticities.uniform(4.0)).status.converged
