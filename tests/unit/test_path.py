"""The path of adjustment: short-run in a shock's first year, long-run at rest, and home again after it."""

from __future__ import annotations

import numpy as np
import pytest

import blocs

SHOWN = ["USA", "CHN", "MEX", "VNM"]
WAR = [
    {"type": "tariff", "by": "USA", "on": "CHN", "rate": 0.3},
    {"type": "tariff", "by": "CHN", "on": "USA", "rate": 0.3},
]


def welfare(world: blocs.World, horizon: str, years: str, measures: list[dict]) -> np.ndarray:
    content = {"name": "s", "years": years, "world": "81x28", "horizon": horizon, "measures": measures}
    done = blocs.run(world, blocs.Scenario.from_dict(content))
    assert done.converged
    return done.welfare.values


@pytest.fixture(scope="module")
def path(world28: blocs.World) -> np.ndarray:
    return welfare(world28, "path", "2025-2064", WAR)


def test_the_first_year_is_the_short_run(world28: blocs.World, path: np.ndarray) -> None:
    np.testing.assert_allclose(path[0], welfare(world28, "short", "2025", WAR)[0], atol=1e-7)


def test_at_rest_it_is_the_long_run_in_every_region(world28: blocs.World, path: np.ndarray) -> None:
    gap = path - welfare(world28, "long", "2025", WAR)[0]
    assert np.abs(gap[-1]).max() < 0.01
    assert np.abs(gap[-1]).max() < 0.02 * np.abs(gap[0]).max()
    assert np.abs(gap[30]).max() < 0.75 * np.abs(gap[25]).max()  # and it is still closing in


def test_nothing_happens_before_the_first_measure(world28: blocs.World) -> None:
    late = [{**measure, "years": "2027-"} for measure in WAR]
    values = welfare(world28, "path", "2025-2028", late)
    np.testing.assert_allclose(values[:2], 0.0, atol=1e-7)
    np.testing.assert_allclose(values[2], welfare(world28, "short", "2025", WAR)[0], atol=1e-7)


def test_a_measure_that_ends_leaves_a_trace_that_fades(world28: blocs.World) -> None:
    passing = [{**measure, "years": "2025-2027"} for measure in WAR]
    usa = welfare(world28, "path", "2025-2045", passing)[:, world28.regions.index("USA")]
    assert usa[3] < -0.01  # new habits do not turn back in one year
    assert abs(usa[-1]) < 0.2 * abs(usa[3])


def test_an_embargo_hurts_most_at_first(world28: blocs.World) -> None:
    cut = [{"type": "embargo", "between": ["USA", "CHN"], "goods": "goods"}]
    values = welfare(world28, "path", "2025-2034", cut)
    for code in ("USA", "CHN"):
        series = values[:, world28.regions.index(code)]
        assert (np.diff(series) > 0.0).all()
        assert series[0] < 2.0 * series[-1]


@pytest.mark.parametrize("closure", ["fixed", "balanced"])
def test_the_path_has_one_balanced_base_too(world28: blocs.World, closure: str) -> None:
    """Elasticities change along the path, the base must not: a region is cut off in the second year."""
    cut = {"type": "embargo", "by": "RUS", "on": ["all", "-RUS"], "goods": "all", "years": "2026-"}
    content = {"name": "s", "years": "2025-2027", "world": "81x28", "horizon": "path", "closure": closure}
    done = blocs.run(world28, blocs.Scenario.from_dict({**content, "measures": [cut]}))
    assert done.converged
    assert len({id(outcome.base) for outcome in done.outcomes}) == 1
    base = done.outcomes[0].base.accounts
    assert (np.abs(base.deficit) <= 1e-6 * base.absorption).all()
    np.testing.assert_allclose(done.welfare.values[0], 0.0, atol=1e-5)
    assert done.welfare.values[1, world28.regions.index("RUS")] < -1.0
