"""Uncertain numbers have names, limits and sources; scenarios change them and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

import blocs
from blocs.data.assumptions import Assumptions, declared
from blocs.engine.elasticities import Horizon

TARIFF = {"type": "tariff", "by": "USA", "on": "CHN", "rate": 0.5}


def scenario(**changes: object) -> blocs.Scenario:
    content = {"name": "s", "years": "2025", "world": "81x28", "measures": [TARIFF]}
    return blocs.Scenario.from_dict(content | changes)


def test_every_assumption_has_a_source_a_unit_and_a_range_around_its_value() -> None:
    assert "nests.short.sigma_M" in declared()
    for entry in declared().values():
        assert entry.citation
        assert entry.unit
        assert entry.range[0] <= entry.value <= entry.range[1]
        assert entry.status in ("file", "transcribed", "derived"), f"{entry.name} rests on {entry.status}"


def test_evidence_that_no_code_reads_is_no_assumption() -> None:
    assert not any(".evidence." in name for name in declared())


def test_a_change_is_a_new_object_and_the_old_one_stays() -> None:
    default = Assumptions.default()
    changed = default.replace({"nests.long.sigma_M": 0.6})
    assert changed["nests.long.sigma_M"] == 0.6
    assert default["nests.long.sigma_M"] == 1.0
    assert dict(changed.changed) == {"nests.long.sigma_M": 0.6}
    assert changed.replace({"nests.long.sigma_M": 1.0}) == default


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"nests.long.sigma_X": 1.0}, r"sigma_X.*nests\.long\.sigma_M"),
        ({"nests.long.sigma_M": float("nan")}, "finite"),
        ({"nests.long.sigma_M": "high"}, "finite"),
        ({"nests.long.sigma_M": True}, "finite"),
    ],
)
def test_a_wrong_change_is_refused_by_name(change: dict, words: str) -> None:
    with pytest.raises(blocs.DataError, match=words):
        Assumptions.default().replace(change)


def test_a_scenario_names_the_wrong_assumption() -> None:
    with pytest.raises(blocs.ScenarioError, match=r"sigma_X"):
        scenario(assumptions={"nests.long.sigma_X": 0.6})


def test_a_scenario_s_assumption_reaches_the_engine(world28: blocs.World) -> None:
    run = blocs.run(world28, scenario(assumptions={"nests.long.sigma_M": 0.6}))
    direct = blocs.solve(
        world28,
        tariff=run.outcomes[0].shocks.tariff + world28.accounts.tariff,
        elasticities=blocs.Elasticities.load(
            "fontagne2022", Horizon.LONG, Assumptions.default().replace({"nests.long.sigma_M": 0.6})
        ),
    )
    np.testing.assert_allclose(run.regional("welfare")[0], direct.regional("welfare"), atol=1e-7)
    plain = blocs.run(world28, scenario())
    assert np.abs(plain.regional("welfare") - run.regional("welfare")).max() > 1e-4


def test_a_scenario_chooses_the_demand_closure_with_its_two_numbers(world28: blocs.World) -> None:
    with pytest.raises(blocs.ScenarioError, match="needs its two numbers"):
        scenario(closure="demand", horizon="short")
    with pytest.raises(blocs.ScenarioError, match="read only with closure: demand"):
        scenario(demand={"propensity": 0.5, "pass_through": 0.5})
    run = blocs.run(
        world28, scenario(closure="demand", horizon="short", demand={"propensity": 0.5, "pass_through": 0.5})
    )
    assert run.converged
    assert float(run.outcomes[0].unemployment.sel(region="CHN")) > 0.0
