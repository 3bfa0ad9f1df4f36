"""The year loop: one equilibrium per set of shocks, one base per run, errors where they belong."""

from __future__ import annotations

import numpy as np
import pytest

import blocs
from blocs.errors import ConvergenceError, DataError


def scenario(years: str, *measures: dict, **more) -> blocs.Scenario:
    content = {"name": "s", "years": years, "world": "81x28", "measures": list(measures), **more}
    return blocs.Scenario.from_dict(content)


def test_years_under_the_same_shocks_are_solved_once(world28: blocs.World) -> None:
    done = blocs.run(
        world28, scenario("2025-2027", {"type": "tariff", "by": "USA", "on": "CHN", "rate": 0.1})
    )
    assert done.outcomes[0] is done.outcomes[1] is done.outcomes[2]


def test_a_group_that_grows_changes_the_year(world28: blocs.World) -> None:
    """BRICS took in five members in 2024: the same measure is another shock."""
    done = blocs.run(
        world28, scenario("2023-2024", {"type": "tariff", "by": "USA", "on": "BRICS", "rate": 0.2})
    )
    emirates = world28.regions.index("ARE")
    before, after = (outcome.shocks.tariff[:, emirates].max() for outcome in done.outcomes)
    assert (before, after) == (0.0, pytest.approx(0.2))
    assert float(done.welfare.sel(year=2024, region="ARE")) < float(done.welfare.sel(year=2023, region="ARE"))
    assert any("BRICS 2023: all 5 members" in note for note in done.notes)
    assert any("BRICS 2024" in note for note in done.notes)


def test_what_one_year_needs_all_years_get(world28: blocs.World) -> None:
    """Deficits are purged in the whole run if a region is cut off in one year."""
    done = blocs.run(
        world28,
        scenario(
            "2025-2026",
            {"type": "tariff", "by": "USA", "on": "CHN", "rate": 0.1},
            {"type": "embargo", "by": "RUS", "on": ["all", "-RUS"], "goods": "all", "years": "2026-"},
        ),
    )
    assert len({id(outcome.base) for outcome in done.outcomes}) == 1
    for outcome in done.outcomes:
        np.testing.assert_allclose(outcome.base.accounts.deficit, 0.0, atol=1e-2)
    assert "purged in all years" in done.notes[0]
    assert "2026" in done.notes[0]


def test_a_run_without_measures_changes_nothing(world28: blocs.World) -> None:
    done = blocs.run(world28, scenario("2025"))
    np.testing.assert_allclose(done.welfare.values, 0.0, atol=1e-9)


def test_strict_raises_with_the_outcome_and_lenient_returns_nan(world28: blocs.World) -> None:
    cut = {"type": "embargo", "by": "SGP", "on": ["all", "-SGP"], "flows": "imports", "goods": "B06"}
    with pytest.raises(ConvergenceError, match=r"2025: infeasible.*SGP, B06") as caught:
        blocs.run(world28, scenario("2025", cut), strict=True)
    assert not caught.value.outcome.status.converged
    done = blocs.run(world28, scenario("2025", cut))
    assert not done.converged
    assert np.isnan(done.welfare.values).all()


def test_a_year_that_was_not_run_is_refused(world28: blocs.World) -> None:
    with pytest.raises(DataError, match="year 2030 was not run; years: 2025–2025"):
        blocs.run(world28, scenario("2025")).at(2030)
