"""Shapley values of measures: they add up, idle measures get nothing, twins get the same."""

from __future__ import annotations

import numpy as np
import pytest

import blocs
from blocs.errors import DataError


def scenario(*measures: dict) -> blocs.Scenario:
    return blocs.Scenario.from_dict(
        {"name": "s", "years": "2025-2026", "world": "81x28", "measures": list(measures)}
    )


TARIFF = {"type": "tariff", "by": "USA", "on": "CHN", "rate": 0.2}
RETALIATION = {"type": "tariff", "by": "CHN", "on": "USA", "rate": 0.2}
EMBARGO = {"type": "embargo", "between": ["G7", "RUS"], "goods": "fuels"}


def test_values_add_up_to_the_whole(world28: blocs.World) -> None:
    asked = scenario(TARIFF, RETALIATION, EMBARGO)
    shares = blocs.shapley(world28, asked)
    whole = blocs.run(world28, asked).at(2026).welfare
    np.testing.assert_allclose(shares.sum("measure").values, whole.values, atol=1e-7)
    assert shares.sizes == {"measure": 3, "region": 81}


def test_twins_share_alike_and_an_idle_measure_gets_nothing(world28: blocs.World) -> None:
    idle = {**TARIFF, "rate": 0.0}
    shares = blocs.shapley(world28, scenario(TARIFF, TARIFF, idle), of="real_income").values
    np.testing.assert_allclose(shares[0], shares[1], atol=1e-7)
    np.testing.assert_allclose(shares[2], 0.0, atol=1e-7)


def test_only_measures_in_force_count(world28: blocs.World) -> None:
    asked = scenario(TARIFF, {**RETALIATION, "years": "2026-"})
    assert blocs.shapley(world28, asked, year=2025).sizes["measure"] == 1
    assert blocs.shapley(world28, scenario()).sizes["measure"] == 0


def test_too_many_measures_and_wrong_names_are_refused(world28: blocs.World) -> None:
    with pytest.raises(DataError, match=r"9 measures are in force.*at most 8"):
        blocs.shapley(world28, scenario(*[TARIFF] * 9))
    with pytest.raises(DataError, match="unknown result 'welfre'; did you mean 'welfare'"):
        blocs.shapley(world28, scenario(TARIFF), of="welfre")
    with pytest.raises(DataError, match="2031 is not in the scenario"):
        blocs.shapley(world28, scenario(TARIFF), year=2031)
