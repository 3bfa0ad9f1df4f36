"""How long the studies of power take, compiled: `python -m pytest benchmarks/test_power.py --benchmark-only`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import blocs

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture


@pytest.fixture(scope="module")
def world() -> blocs.World:
    return blocs.load_world("81x50")


@pytest.mark.benchmark(group="power, 81x50")
def test_whole_exposure_matrix(benchmark: BenchmarkFixture, world: blocs.World) -> None:
    blocs.exposure(world)  # compiles
    study = benchmark.pedantic(blocs.exposure, (world,), rounds=5)
    assert study.matrix.shape == (81, 81)


@pytest.mark.benchmark(group="power, 81x50")
def test_g7_against_china(benchmark: BenchmarkFixture, world: blocs.World) -> None:
    blocs.coalition(world, sides=["G7", "CHN"])
    study = benchmark.pedantic(blocs.coalition, (world,), {"sides": ["G7", "CHN"]}, rounds=5)
    assert study.outcome.status.converged


@pytest.mark.benchmark(group="power, 81x50")
def test_attribution_of_g7_against_china(benchmark: BenchmarkFixture, world: blocs.World) -> None:
    from blocs.study.blame import blame

    study = blocs.coalition(world, sides=["G7", "CHN"])
    blame(study)
    found = benchmark.pedantic(blame, (study,), rounds=3)
    assert len(found.parties) == 9


@pytest.mark.benchmark(group="power, 81x50")
def test_leverage_of_china_on_the_united_states(benchmark: BenchmarkFixture, world: blocs.World) -> None:
    choices: dict[str, Any] = {"coalition": "CHN", "target": "USA"}
    blocs.leverage(world, **choices)
    study = benchmark.pedantic(blocs.leverage, (world,), choices, rounds=2)
    assert len(study.items) > 40
