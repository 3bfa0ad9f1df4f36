"""The bubble statistics equal plain regressions, see no units, have their size and power, find what is planted."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocs.errors import DataError
from blocs.statistics.bubble import analyse, choose_lag, episodes, monte_carlo, statistics, wild_bootstrap
from blocs.statistics.bubble.critical import LEVELS
from blocs.statistics.bubble.fundamentals import adjust
from blocs.statistics.bubble.lppls import Fit, confidence, fit
from blocs.statistics.bubble.series import integer_series


def walk(seed: int, n: int) -> np.ndarray:
    return 100.0 + np.cumsum(np.random.default_rng(seed).standard_normal(n))


def adf_by_ols(y: np.ndarray, lags: int) -> float:
    """The t-ratio of the level by textbook least squares, nothing shared with the kernels."""
    d = np.diff(y)
    target = d[lags:]
    x = np.column_stack(
        [np.ones(target.size), y[lags:-1], *(d[lags - j : d.size - j] for j in range(1, lags + 1))]
    )
    b, *_ = np.linalg.lstsq(x, target, rcond=None)
    rest = target - x @ b
    variance = rest @ rest / (target.size - x.shape[1]) * np.linalg.inv(x.T @ x)
    return float(b[1] / math.sqrt(variance[1, 1]))


def naive(y: np.ndarray, window: int, lags: int) -> tuple[np.ndarray, np.ndarray]:
    badf, bsadf = np.full(y.size, np.nan), np.full(y.size, np.nan)
    for end in range(window - 1, y.size):
        all_starts = [adf_by_ols(y[start : end + 1], lags) for start in range(end - window + 2)]
        badf[end], bsadf[end] = all_starts[0], max(all_starts)
    return badf, bsadf


@given(st.integers(0, 10_000), st.integers(0, 4), st.integers(45, 60))
def test_every_window_equals_least_squares(seed: int, lags: int, n: int) -> None:
    y = walk(seed, n)
    window = 2 * lags + 14
    found = statistics(y, window=window, lags=lags)
    badf, bsadf = naive(y, window, lags)
    np.testing.assert_allclose(found.badf, badf, rtol=1e-7, atol=1e-8)
    np.testing.assert_allclose(found.bsadf, bsadf, rtol=1e-7, atol=1e-8)
    assert found.adf == pytest.approx(adf_by_ols(y, lags))
    assert found.sadf == pytest.approx(np.nanmax(badf))
    assert found.gsadf == pytest.approx(np.nanmax(bsadf))


@given(st.integers(0, 10_000), st.sampled_from([1e-9, 0.01, 3.0, 1e12]), st.sampled_from([0, 2]))
def test_the_unit_of_the_series_does_not_matter(seed: int, unit: float, lags: int) -> None:
    y = walk(seed, 120)
    a, b = statistics(y, lags=lags), statistics(unit * y, lags=lags)
    np.testing.assert_allclose(a.bsadf, b.bsadf, rtol=1e-8, atol=1e-8)
    assert choose_lag(y) == choose_lag(unit * y)


@given(st.integers(0, 10_000), st.floats(-50.0, 50.0), st.sampled_from([0, 2]))
def test_a_constant_added_to_logs_does_not_matter(seed: int, constant: float, lags: int) -> None:
    y = np.log(walk(seed, 120))
    a, b = statistics(y, lags=lags), statistics(y + constant, lags=lags)
    np.testing.assert_allclose(a.bsadf, b.bsadf, rtol=1e-6, atol=1e-6)
    assert choose_lag(y) == choose_lag(y + constant)


def test_the_bic_finds_the_lag_that_made_the_series() -> None:
    rng = np.random.default_rng(0)
    d = np.zeros(900)
    for t in range(2, 900):
        d[t] = 0.3 * d[t - 1] - 0.4 * d[t - 2] + rng.standard_normal()
    assert choose_lag(np.cumsum(d)) == 2


def test_under_the_null_the_tests_reject_as_often_as_they_say() -> None:
    n, window, tries = 120, 24, 800
    critical = monte_carlo(n, window, replications=3000, seed=1)
    found = [statistics(walk(10_000 + seed, n), window=window) for seed in range(tries)]
    for name in ("adf", "sadf", "gsadf"):
        table = getattr(critical, name)
        for level in (0.9, 0.95):
            share = np.mean([getattr(one, name) > table[level] for one in found])
            nominal = 1 - level
            # the error of the simulated size and of the simulated critical value together
            error = math.sqrt(nominal * level * (1 / tries + 1 / 3000))
            assert abs(share - nominal) < 3 * error, (name, level, share)


def test_with_clustered_volatility_monte_carlo_over_rejects_and_the_bootstrap_does_not() -> None:
    n, window, tries = 120, 24, 120
    critical = monte_carlo(n, window, replications=1000, seed=2)
    scale = np.where(np.arange(n) < 80, 1.0, 5.0)
    plain = wild = 0
    for seed in range(tries):
        y = 100.0 + np.cumsum(scale * np.random.default_rng(500 + seed).standard_normal(n))
        value = statistics(y, window=window).gsadf
        plain += value > critical.gsadf[0.95]
        wild += value > wild_bootstrap(y, window, replications=199, seed=seed).gsadf[0.95]
    assert plain / tries > 0.15
    assert wild / tries < 0.05 + 3 * math.sqrt(0.05 * 0.95 / tries) + 0.02


def planted(seed: int) -> np.ndarray:
    """A random walk that grows by 4% a period from 80 to 120 and then falls back."""
    y = walk(seed, 200)
    for t in range(80, 120):
        y[t] = 1.04 * y[t - 1] + np.random.default_rng(seed + t).standard_normal()
    y[120:] = y[79] + np.cumsum(np.random.default_rng(seed + 1).standard_normal(80))
    return y


def test_a_planted_bubble_is_found_and_dated() -> None:
    critical = monte_carlo(200, 30, replications=500, seed=3)
    hits = 0
    for seed in range(40):
        found = statistics(planted(seed), window=30)
        spans = episodes(found.bsadf, critical.bsadf[0.95])
        near = any(80 <= one.start <= 100 and 112 <= one.end <= 122 for one in spans)
        hits += found.gsadf > critical.gsadf[0.95] and near
    assert hits >= 38


def test_critical_values_do_not_depend_on_threads_or_on_how_many_are_asked_for() -> None:
    import numba

    threads = numba.get_num_threads()
    many = monte_carlo(100, 20, replications=300, seed=4)
    try:
        numba.set_num_threads(1)
        alone = monte_carlo(100, 20, replications=300, seed=4)
    finally:
        numba.set_num_threads(threads)
    np.testing.assert_array_equal(many.draws, alone.draws)
    np.testing.assert_array_equal(monte_carlo(100, 20, replications=120, seed=4).draws, many.draws[:120])
    assert not np.array_equal(monte_carlo(100, 20, replications=120, seed=5).draws, many.draws[:120])


@given(st.integers(0, 10_000), st.integers(1, 9))
def test_episodes_are_the_long_stretches_above(seed: int, duration: int) -> None:
    rng = np.random.default_rng(seed)
    bsadf, critical = np.convolve(rng.standard_normal(84), np.ones(5), "valid"), np.full(80, 0.5)
    bsadf[:7] = np.nan
    found = episodes(bsadf, critical, duration=duration)
    inside = np.zeros(80, dtype=bool)
    for one in found:
        assert one.length >= duration
        assert np.all(bsadf[one.start : one.end + 1] > 0.5)
        assert one.start == 0 or not bsadf[one.start - 1] > 0.5
        assert one.ongoing == (one.end == 79)
        assert bsadf[one.peak] == bsadf[one.start : one.end + 1].max()
        inside[one.start : one.end + 1] = True
    if duration == 1:
        np.testing.assert_array_equal(inside, bsadf > 0.5)


@given(st.integers(0, 10_000), st.floats(0.3, 0.8), st.floats(6.0, 12.0), st.floats(10.0, 40.0))
def test_lppls_recovers_what_is_planted(seed: int, m: float, omega: float, ahead: float) -> None:
    n = 400
    truth = Fit(
        0.0, n - 1.0, n - 1.0 + ahead, m, omega, 8.0, -1.5 / n**m, 0.05 / n**m, 0.04 / n**m, 0.0, 0.0, ()
    )
    y = truth.values(np.arange(n)) + 0.0005 * np.random.default_rng(seed).standard_normal(n)
    found = fit(y)
    assert found.tc == pytest.approx(truth.tc, abs=3.0)
    assert found.m == pytest.approx(m, abs=0.05)
    assert found.omega == pytest.approx(omega, abs=0.35)
    assert found.rmse < 0.001
    np.testing.assert_allclose(found.values(np.arange(n)), truth.values(np.arange(n)), atol=0.002)
    again = fit(y)
    assert again == found


def test_lppls_does_not_see_the_unit_of_price_or_of_time() -> None:
    n = 300
    truth = Fit(0.0, n - 1.0, n + 20.0, 0.5, 8.0, 8.0, -0.05, 0.004, 0.003, 0.0, 0.0, ())
    y = truth.values(np.arange(n)) + 0.002 * np.random.default_rng(7).standard_normal(n)
    one = fit(y)
    other = fit(y + 5.0, 1000.0 + 7.0 * np.arange(n))
    assert (other.tc - 1000.0) / 7.0 == pytest.approx(one.tc, abs=1e-2)
    assert other.m == pytest.approx(one.m, abs=1e-4)
    assert other.omega == pytest.approx(one.omega, abs=1e-3)
    assert other.damping == pytest.approx(one.damping, rel=1e-3)
    assert other.oscillations == pytest.approx(one.oscillations, rel=1e-3)


def test_lppls_confidence_is_high_on_a_bubble_and_low_on_a_walk() -> None:
    n = 300
    truth = Fit(0.0, n - 1.0, n + 8.0, 0.5, 8.0, 8.0, -0.06, 0.002, 0.001, 0.0, 0.0, ())
    bubble = truth.values(np.arange(n)) + 0.001 * np.random.default_rng(1).standard_normal(n)
    calm = 5.0 + 0.01 * np.cumsum(np.random.default_rng(2).standard_normal(n))
    high, low = (confidence(y, windows=12, shortest=200, longest=300) for y in (bubble, calm))
    assert high.share > 0.8
    assert high.tc_quantiles is not None
    assert high.tc_quantiles[1] == pytest.approx(n + 8.0, abs=4.0)
    assert low.share < 0.35


def test_a_technology_proxy_that_made_the_boom_takes_it_away() -> None:
    from dataclasses import replace

    n = 200
    rng = np.random.default_rng(0)
    adoption = np.exp(0.8 / (1 + np.exp(-(np.arange(n) - 120) / 6.0)) + 0.02 * rng.standard_normal(n))
    price = 100.0 * adoption**1.5 * np.exp(0.01 * np.cumsum(rng.standard_normal(n)))
    before = integer_series(np.log(price))
    adjusted = adjust(replace(integer_series(price), name="price"), integer_series(adoption, "adoption"))
    critical = monte_carlo(n, 30, replications=500)
    assert statistics(before.values, window=30).gsadf > critical.gsadf[0.95]
    assert statistics(adjusted.series.values, window=30).gsadf < critical.gsadf[0.95]
    assert adjusted.slope == pytest.approx(1.5, abs=0.2)


def test_an_unrelated_proxy_makes_the_test_careful_and_not_eager() -> None:
    """The residual of one random walk on another rejects less often than 5% (2.7% of 600): its values are not exact."""
    from dataclasses import replace

    n, tries = 120, 300
    critical = monte_carlo(n, 24, replications=1000, seed=1)
    hits = 0
    for seed in range(tries):
        rng = np.random.default_rng(seed)
        price, proxy = (np.exp(a + 0.02 * np.cumsum(rng.standard_normal(n))) for a in (5.0, 1.0))
        rest = adjust(
            replace(integer_series(price), name="price"), integer_series(proxy, "proxy")
        ).series.values
        hits += statistics(rest, window=24).gsadf > critical.gsadf[0.95]
    assert 0.0 < hits / tries < 0.05 + 2 * math.sqrt(0.05 * 0.95 / tries)


@pytest.mark.parametrize(
    ("values", "options", "says"),
    [
        (np.ones(100), {}, "constant"),
        (walk(0, 20), {}, "20 observations"),
        (np.array([1.0, np.nan] * 30), {}, "finite"),
        (walk(0, 100), {"window": 200}, "smaller --min-window"),
        (walk(0, 100), {"window": 5}, "needs 6 or more"),
        (walk(0, 100), {"lags": -1}, "0 or more"),
        (walk(0, 100), {"lags": "many"}, "auto"),
        (walk(0, 100), {"level": 0.5}, "0.9"),
        (walk(0, 100), {"replications": 10}, "99"),
        (walk(0, 100), {"seed": -1}, "seed"),
        (1.05 ** np.arange(100.0), {}, "formula"),
        (walk(0, 100), {"duration": 0}, "1 or more"),
    ],
)
def test_what_cannot_be_tested_is_named(values: np.ndarray, options: dict, says: str) -> None:
    with pytest.raises(DataError, match=says):
        analyse(values, **{"replications": 99, **options})


def test_a_stretch_without_movement_gives_no_statistic_there() -> None:
    y = walk(3, 100)
    y[:40] = y[40]
    found = statistics(y, window=20)
    assert np.isnan(found.bsadf[:39]).all()
    assert np.isfinite(found.bsadf[60:]).all()


def test_levels_are_ordered() -> None:
    critical = monte_carlo(80, 20, replications=200)
    for name in ("adf", "sadf", "gsadf"):
        values = [getattr(critical, name)[level] for level in LEVELS]
        assert values == sorted(values)
    assert critical.p_value(1e9, "gsadf") == pytest.approx(1 / 201)
