"""How long a solve takes, and against plain NumPy: `python -m pytest benchmarks --benchmark-only`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cases
import naive
import numpy as np
import pytest

import blocs

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

ELASTICITIES = blocs.Elasticities.load("fontagne2022")
AGREE = 1e-5  # percentage points of welfare: both stop at a residual of 1e-9


@pytest.fixture(scope="session")
def world() -> blocs.World:
    return blocs.load_world("81x50")


@pytest.mark.benchmark(group="load")
def test_load_world(benchmark: BenchmarkFixture) -> None:
    assert benchmark(blocs.load_world, "81x50").sectors[0] == "A01"


@pytest.mark.benchmark(group="81x50, US-China tariffs")
def test_solve_from_the_base(benchmark: BenchmarkFixture, world: blocs.World) -> None:
    _solve(benchmark, world, cases.us_china(world))


@pytest.mark.benchmark(group="81x50, US-China tariffs")
def test_solve_from_a_neighbouring_solution(benchmark: BenchmarkFixture, world: blocs.World) -> None:
    near = blocs.solve(world, tariff=cases.us_china(world, us=0.24), elasticities=ELASTICITIES)
    _solve(benchmark, world, cases.us_china(world), start=near)


@pytest.mark.benchmark(group="81x50, US-China tariffs")
def test_solve_with_plain_numpy(benchmark: BenchmarkFixture, world: blocs.World) -> None:
    """The same problem to the same tolerance; the ratio of the two is what the engine is worth."""
    tariff = cases.us_china(world)
    solved = benchmark.pedantic(naive.solve, (world, tariff, ELASTICITIES), rounds=3)
    assert solved.residual <= 1e-9
    engine = blocs.solve(world, tariff=tariff, elasticities=ELASTICITIES).welfare.values
    np.testing.assert_allclose(solved.welfare(world), engine, atol=AGREE)
    benchmark.extra_info["iterations"] = solved.iterations


@pytest.mark.benchmark(group="81x50, US-China tariffs")
def test_solve_in_the_short_run(benchmark: BenchmarkFixture, world: blocs.World) -> None:
    _solve(benchmark, world, cases.us_china(world), elasticities=None, horizon=blocs.Horizon.SHORT)


@pytest.mark.benchmark(group="smaller worlds")
def test_solve_28_sectors(benchmark: BenchmarkFixture) -> None:
    world = blocs.load_world("81x28")
    _solve(benchmark, world, cases.us_china(world))


@pytest.mark.benchmark(group="smaller worlds")
def test_solve_seven_regions(benchmark: BenchmarkFixture, world: blocs.World) -> None:
    small = cases.teaching_world(world)
    tariff = small.accounts.tariff.copy()
    tariff[2, small.region_index("China"), small.region_index("NorthAmerica")] += 0.25
    _solve(benchmark, small, tariff)


@pytest.mark.benchmark(group="81x50, US-China tariffs")
def test_gradient_of_welfare_by_every_tariff(benchmark: BenchmarkFixture, world: blocs.World) -> None:
    outcome = blocs.solve(world, tariff=cases.us_china(world), elasticities=ELASTICITIES)
    blocs.gradient(outcome, region="USA")  # compiles
    slope = benchmark(blocs.gradient, outcome, region="USA")
    assert slope.dims == ("good", "origin", "destination")


def _solve(benchmark: BenchmarkFixture, world: blocs.World, tariff: Any, **choices: Any) -> None:
    choices = {"elasticities": ELASTICITIES} | choices

    def solve() -> blocs.Outcome:
        return blocs.solve(world, tariff=tariff, **choices)

    assert solve().status.converged
    outcome = benchmark(solve)
    assert outcome.status.converged
    benchmark.extra_info["iterations"] = outcome.status.iterations
