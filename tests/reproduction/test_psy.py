"""Published numbers: the S&P 500 price-dividend ratio of Phillips, Shi and Yu (2015), a log-periodic fit of the NASDAQ.

The statistics were computed by independent programs on the same series, 1871-01 to 2010-12.
pyexuber, where it is installed, is asked too: its statistics are right, its BSADF critical values are not.
"""

from __future__ import annotations

import csv
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from source_data import validation

from blocs.statistics.bubble import Series, episodes, monte_carlo, read_series, statistics, wild_bootstrap
from blocs.statistics.bubble.lppls import Bounds, fit

EPISODES = (  # direct 95% critical values, at least seven months
    ("1879-05", "1880-04"), ("1917-09", "1918-04"), ("1928-09", "1929-10"), ("1955-02", "1956-05"),
    ("1958-12", "1959-09"), ("1987-01", "1987-09"), ("1996-08", "2001-08"),
)  # fmt: skip


def month(place: int) -> str:
    return f"{1871 + place // 12}-{place % 12 + 1:02d}"


def place(label: str) -> int:
    return 12 * (int(label[:4]) - 1871) + int(label[5:]) - 1


@pytest.fixture(scope="module")
def ratio() -> Series:
    return read_series(validation("psy") / "sp500_pd_1871_2010.csv")


@pytest.fixture(scope="module")
def simulated():
    return monte_carlo(1680, 90, replications=2000, seed=0)


@pytest.mark.parametrize("window", [36, 90])
@pytest.mark.parametrize(
    ("lags", "gsadf", "sadf", "digits"),
    [(0, 4.206874, 3.443243, 6), (1, 3.1709, 1.5772, 4), (3, 3.8782, 2.1620, 4)],
)
def test_the_statistics(
    ratio: Series, window: int, lags: int, gsadf: float, sadf: float, digits: int
) -> None:
    found = statistics(ratio.values, window=window, lags=lags)
    assert round(found.gsadf, digits) == gsadf
    assert round(found.sadf, digits) == sadf
    if lags == 0:
        assert round(found.adf, 4) == -1.1653
        assert month(found.gsadf_at) == "1999-07"
        assert month(found.sadf_at) == "2000-08"


def test_critical_values_by_simulation(simulated) -> None:
    """Both sets rest on 2,000 draws: the difference of two such quantiles has an error of 0.04 (90%) to 0.13 (99%)."""
    for name, published in (("sadf", (1.332, 1.598, 2.057)), ("gsadf", (2.208, 2.426, 2.894))):
        for (level, value), theirs, error in zip(
            getattr(simulated, name).items(), published, (0.04, 0.05, 0.13), strict=True
        ):
            assert abs(value - theirs) < 2.5 * error, (name, level, value)


def test_critical_values_of_the_shorter_window() -> None:
    found = monte_carlo(1680, 36, replications=500, seed=1)
    for name, published in (("sadf", (1.399, 1.650)), ("gsadf", (2.580, 2.815))):
        for value, theirs in zip(getattr(found, name).values(), published, strict=False):
            assert abs(value - theirs) < 0.2, (name, value)


def test_the_final_value_of_the_sequence_is_far_below_the_running_maximum(simulated) -> None:
    assert simulated.bsadf[0.95][-1] == pytest.approx(0.685, abs=0.08)
    assert simulated.sadf[0.95] > 1.4  # what a running maximum of BADF ends in


def test_the_wild_bootstrap_rejects_at_90_but_not_at_95_percent(ratio: Series) -> None:
    found = wild_bootstrap(ratio.values, 90, replications=500, seed=0)
    for value, theirs, error in zip(
        found.gsadf.values(), (4.134, 4.678, 6.169), (0.14, 0.2, 0.4), strict=True
    ):
        assert abs(value - theirs) < 2.5 * error
    assert found.gsadf[0.9] < 4.206874 < found.gsadf[0.95]


def test_the_date_stamps(ratio: Series, simulated) -> None:
    """Every published episode is there, each end within two months: the curves cross at a small angle."""
    found = episodes(statistics(ratio.values, window=90).bsadf, simulated.bsadf[0.95], duration=7)
    for start, end in EPISODES:
        close = [
            one for one in found if abs(one.start - place(start)) <= 2 and abs(one.end - place(end)) <= 2
        ]
        assert len(close) == 1, (start, end, [(month(one.start), month(one.end)) for one in found])
    # one more stretch of exactly the least duration may split off before the long one
    assert len(found) <= len(EPISODES) + 1
    longer = episodes(statistics(ratio.values, window=90).bsadf, simulated.bsadf[0.95], duration=8)
    assert len(longer) == len(EPISODES)


def test_the_start_of_1955_hangs_on_one_observation_of_the_shortest_window(ratio: Series, simulated) -> None:
    """A miss on purpose shown, with its reason: the largest ADF of 1955-03 is over 89 observations, not over 90."""
    line, march = simulated.bsadf[0.95], place("1955-03")
    below, above = (statistics(ratio.values, window=window) for window in (90, 89))
    assert below.bsadf[march] == pytest.approx(0.503, abs=5e-4)
    assert above.bsadf[march] == pytest.approx(0.628, abs=5e-4)
    assert below.bsadf[march] < line[march]
    for label in ("1956-05", "1958-11", "1959-09", "1996-07", "1996-08"):  # no other edge moves
        assert below.bsadf[place(label)] == above.bsadf[place(label)]
    assert below.gsadf == above.gsadf
    assert below.bsadf[place("1959-09")] == pytest.approx(
        0.561, abs=5e-4
    )  # the other miss: no window explains it


def test_nasdaq_dot_com() -> None:
    """Calendar time; m is 0.481, the source says about 0.49: tc sits at its earliest, one mean step after the end."""
    with (validation("psy") / "nasdaq_dotcom.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    days = np.array([float(date.fromisoformat(row["Date"]).toordinal()) for row in rows])
    assert all(a < b for a, b in pairwise(days))
    prices = np.log([float(row["Adj Close"]) for row in rows])
    for bounds in (Bounds(), Bounds(m=(0.1, 0.9), omega=(6.0, 13.0))):
        found = fit(prices, days, bounds=bounds)
        assert found.m == pytest.approx(0.49, abs=0.015)
        assert found.omega == pytest.approx(9.8, abs=0.05)
        assert abs(found.tc - date(2000, 3, 10).toordinal()) < 3
        assert found.at_bound == ("tc",)


def test_pyexuber_agrees_where_it_is_right(ratio: Series) -> None:
    exuber = pytest.importorskip("exuber", reason="the oracle pyexuber (GPL, tests only) is not installed")
    for lags in (0, 1, 3):
        theirs = exuber.radf(ratio.values, minw=90, lag=lags)
        ours = statistics(ratio.values, window=91, lags=lags)  # it counts rows, blocs observations
        assert theirs.gsadf[0] == pytest.approx(ours.gsadf, abs=1e-7)
        assert theirs.sadf[0] == pytest.approx(ours.sadf, abs=1e-7)
        assert theirs.adf[0] == pytest.approx(ours.adf, abs=1e-7)
        if lags == 0:
            np.testing.assert_allclose(theirs.bsadf[:, 0], ours.bsadf[90:], atol=1e-7)


def test_pyexuber_is_wrong_about_critical_sequences() -> None:
    exuber = pytest.importorskip("exuber", reason="the oracle pyexuber (GPL, tests only) is not installed")
    theirs = exuber.radf_mc_cv(400, minw=60, nrep=1000, seed=1)
    ours = monte_carlo(400, 61, replications=1000, seed=1)
    np.testing.assert_allclose(list(ours.gsadf.values()), theirs.gsadf_cv, atol=0.3)
    end = theirs.bsadf_cv[-1, 1]
    assert end == pytest.approx(theirs.sadf_cv[1], abs=1e-12)  # the running maximum of BADF: SADF, not BSADF
    assert end > ours.bsadf[0.95][-1] + 0.4
