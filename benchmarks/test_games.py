"""How long the games take at 81×50, one start, compiled: `pytest benchmarks/test_games.py --benchmark-only`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import blocs

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture


@pytest.fixture(scope="module")
def world() -> blocs.World:
    return blocs.load_world("81x50")


@pytest.mark.benchmark(group="games, 81x50, one start")
def test_nash_three_players_by_27_goods_with_certificate(
    benchmark: BenchmarkFixture, world: blocs.World
) -> None:
    """The bar is 60 s."""
    result = benchmark.pedantic(
        blocs.nash, (world, "USA,CHN,EU27"), {"alone": False}, rounds=2, warmup_rounds=1
    )
    assert result.converged
    assert result.regret < 1e-6


@pytest.mark.benchmark(group="games, 81x50, one start")
def test_alignment_usa_against_china(benchmark: BenchmarkFixture, world: blocs.World) -> None:
    """The bar is 60 s."""
    options = {"cost": 0.2, "kind": blocs.CrossCost.ICEBERG, "starts": 1}
    result = benchmark.pedantic(blocs.alignment, (world, "USA,CHN"), options, rounds=2, warmup_rounds=1)
    assert result.verdict == "stable"
