"""The first-order decomposition is right to first order for every shock, and its triangles to second for tariffs."""

from __future__ import annotations

import numpy as np
import pytest

import blocs

TIGHT = blocs.Anderson(tolerance=1e-12)
EL = blocs.Elasticities.uniform(4.0, 0.8)


def direction(shock: str, world: blocs.World) -> np.ndarray:
    """A random direction of `shock`."""
    goods, regions = len(world.sectors), len(world.regions)
    random = np.random.default_rng(7)
    if shock in ("tariff", "export_tax", "trade_cost"):
        cube = np.abs(random.normal(size=(goods, regions, regions)))
        cube[:, range(regions), range(regions)] = 0.0
        return cube
    if shock == "labour":
        return random.normal(size=regions)
    if shock == "transfer":
        absorption = world.accounts.absorption
        vector = absorption * random.normal(size=regions)
        return vector - absorption * vector.sum() / absorption.sum()
    return np.abs(random.normal(size=(goods, regions)))


def decomposed(world: blocs.World, shock: str, size: float):
    step = size * direction(shock, world)
    if shock == "tariff":
        step = step + world.accounts.tariff
    elif shock not in ("export_tax", "output_tax", "transfer"):
        step = np.exp(step)
    outcome = blocs.solve(world, elasticities=EL, solver=TIGHT, **{shock: step})
    assert outcome.status.converged
    return blocs.first_order(outcome).parts


@pytest.mark.parametrize(
    "shock",
    [
        "tariff",
        "export_tax",
        "trade_cost",
        "productivity",
        "input_cost",
        "labour",
        "capital",
        "output_tax",
        "transfer",
    ],
)
def test_the_gap_to_the_exact_number_is_of_second_order(shock: str, world28: blocs.World) -> None:
    large, small = (decomposed(world28, shock, size) for size in (1e-2, 1e-3))
    gaps = [float(np.abs(parts.exact - parts.first_order).max()) for parts in (large, small)]
    assert gaps[1] < gaps[0] / 60.0  # a hundredth, but for third order
    assert gaps[1] < 0.1 * float(np.abs(small.exact).max())


def test_triangles_hold_most_of_the_gap_after_tariffs(world28: blocs.World) -> None:
    parts = decomposed(world28, "tariff", 1e-3)
    gap = parts.exact - parts.first_order
    assert float(np.abs(parts.remainder).sum()) < 0.25 * float(np.abs(gap).sum())


def test_the_cells_that_carry_the_gap_are_those_that_were_taxed(world28: blocs.World) -> None:
    tariff = world28.accounts.tariff.copy()
    usa, chn, good = world28.regions.index("USA"), world28.regions.index("CHN"), world28.sectors.index("C26")
    tariff[good, chn, usa] += 0.3
    outcome = blocs.solve(world28, tariff=tariff, elasticities=EL)
    first = blocs.first_order(outcome).cells("USA", 1)[0]
    assert (first["flow"], first["good"], first["partner"]) == ("imports", "C26", "CHN")
    assert first["usd_mn"] < 0.0
