"""How long the debt fans take: run with `pytest benchmarks/test_debt.py --benchmark-only`."""

from __future__ import annotations

import pytest

from blocs.vectors.debt import questions, record
from blocs.vectors.debt.fan import simulate
from blocs.vectors.debt.usa import load_usa


@pytest.fixture(scope="module")
def long_case():
    """26 years of the default baseline; the kernel is compiled before the clock starts."""
    case = load_usa().until(2051)
    simulate(case, paths=10)
    return case


def test_modelled_fan_100000_paths_26_years(benchmark, long_case) -> None:
    """Bar: 0.5 s on two cores, drawing included."""
    draws = benchmark(simulate, long_case, paths=100_000)
    assert draws.ratio.shape == (100_000, 26)


def test_record_fan_100000_paths_11_years(benchmark) -> None:
    case = load_usa()
    record.draw(case.ratio, case.years, record.Law.CURRENT, paths=10)
    benchmark(record.draw, case.ratio, case.years, record.Law.CURRENT, paths=100_000)


def test_adjustment_with_probability(benchmark, long_case) -> None:
    """Bar: 2 s."""
    case = load_usa()
    benchmark(questions.adjustment_with_probability, case, 100.0, 2036, 2027, 0.8)
