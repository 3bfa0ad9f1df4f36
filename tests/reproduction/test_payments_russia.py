"""Russia's turn to the renminbi: what the fit gives, how far it misses, and the check that is not fitted."""

from __future__ import annotations

import pytest

import blocs
from blocs.data.assumptions import Assumptions
from blocs.scenario.schema import Scenario
from blocs.vectors.payments.calibration import fit


def test_the_parameter_file_holds_what_the_fit_gives(world28) -> None:
    """EBRD: 20% of imports from China in 2021, 63% at the end of 2022; docs/validation.md names the misses."""
    found = fit(world28.at(2021), world28)
    assert found.push == pytest.approx(Assumptions.default()["payments.adoption.push"], abs=0.05)
    library = Scenario.load("russia-2022")
    (cut,) = [m for m in library.measures if m.type == "cut_off"]
    assert found.intensity == pytest.approx(cut.intensity, abs=0.01)
    assert abs(found.china_2022[0] - found.china_2022[1]) < 0.04
    assert abs(found.china_end_2022[0] - found.china_end_2022[1]) < 0.06


@pytest.mark.slow
def test_the_renminbi_s_share_in_russian_imports_goes_from_under_4_percent_towards_a_third(world28) -> None:
    """Bank of Russia, all imports, not fitted: 4% in January 2022, 13.5% on average in 2022, 30.4% in 2023."""
    done = blocs.run(world28.at(2021), "russia-2022", strict=True)
    share = done.indicators("payments").renminbi_imports.sel(region="RUS").values
    assert share[0] == pytest.approx(0.135, abs=0.05)
    assert share[1] == pytest.approx(0.304, abs=0.05)
