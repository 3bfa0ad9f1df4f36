"""Speed of the bubble tests: one series, critical values, log-periodic windows. `pytest benchmarks/test_bubble.py
--benchmark-only`.

Bars on two quiet cores: GSADF of n = 2000 at lag 0 in 12 ms; 2,000 replications at n = 1680 in 10 s; 120 windows
in 60 s.
"""

from __future__ import annotations

import numpy as np
import pytest

from blocs.statistics.bubble import monte_carlo, statistics
from blocs.statistics.bubble.lppls import confidence


def walk(n: int) -> np.ndarray:
    return 100.0 + np.cumsum(np.random.default_rng(0).standard_normal(n))


@pytest.mark.parametrize("lags", [0, 1, 3])
def test_gsadf_of_2000_observations(benchmark, lags: int) -> None:
    y = walk(2000)
    statistics(y, lags=lags)  # compiled
    assert np.isfinite(benchmark.pedantic(lambda: statistics(y, lags=lags).gsadf, rounds=15))


def test_2000_replications_of_1680_observations(benchmark) -> None:
    monte_carlo(200, 40, replications=99)
    found = benchmark.pedantic(lambda: monte_carlo(1680, 90, replications=2000), rounds=1)
    assert found.replications == 2000


def test_120_log_periodic_windows(benchmark) -> None:
    y = 5.0 + 0.01 * np.cumsum(np.random.default_rng(1).standard_normal(1500))
    confidence(y, windows=2)
    assert len(benchmark.pedantic(lambda: confidence(y), rounds=1).fits) == 120
