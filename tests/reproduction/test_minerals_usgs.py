"""Published numbers: what the loss of one mineral costs the United States, beside the Geological Survey's ranking.

Source: U.S. Geological Survey, Open-File Report 2025-1047 (methodology of the 2025 list of critical minerals), as
quoted: the largest probability-weighted losses of US GDP, in order; the first is about 4.5 bn US$, six are over 1 bn.
Theirs weigh some 1,200 scenarios by their probability, ours is one ban by the leader on everybody, so sizes are not the
same thing; the order and the misses are shown in docs/validation.md.
"""

from __future__ import annotations

import pytest
from scipy.stats import spearmanr

import blocs

RANKED = ("Sm", "Rh", "Lu", "Tb", "Dy", "Ga", "Ge", "Gd", "W", "Nb")
OVER_A_BILLION = RANKED[:6]
LEADER = {"Rh": "ZAF", "Nb": "BRA"}
MISSED = {
    "Sm",
    "Nb",
}  # samarium is cheap and has substitutes here; niobium is priced, not weighed by probability


def loss(world: blocs.World, mineral: str) -> float:
    """Return the fall of US GDP, US$ mn, in the first year of a ban by the leader on everybody."""
    leader = LEADER.get(mineral, "CHN")
    ban = {
        "type": "export_control", "by": leader, "on": ["all", f"-{leader}"], "minerals": [mineral], "cut": 1.0,
    }  # fmt: skip
    scenario = {"name": "ban", "world": "81x28", "years": "2026", "horizon": "short", "measures": [ban]}
    outcome = blocs.run(world, blocs.Scenario.from_dict(scenario), strict=True).outcomes[0]
    region = world.regions.index("USA")
    return float(-outcome.regional("gdp")[region] / 100.0 * world.accounts.value_added[:, region].sum())


@pytest.mark.slow
def test_the_order_is_the_surveys_but_for_two_and_sizes_are_below(world28: blocs.World) -> None:
    ours = {mineral: loss(world28, mineral) for mineral in RANKED}
    assert all(0.0 < value < 1000.0 for value in ours.values()), ours  # a miss: six of theirs are over 1,000
    met = [mineral for mineral in RANKED if mineral not in MISSED]
    order = spearmanr(range(len(met)), [-ours[mineral] for mineral in met]).statistic
    assert order == pytest.approx(0.81, abs=0.1)
    everything = spearmanr(range(len(RANKED)), [-ours[mineral] for mineral in RANKED]).statistic
    assert everything == pytest.approx(0.15, abs=0.1)
    assert ours["Rh"] == pytest.approx(412, rel=0.05)
    assert ours["Dy"] == pytest.approx(411, rel=0.05)
    assert ours["Sm"] == pytest.approx(11, rel=0.1)


@pytest.mark.slow
def test_a_ban_on_gallium_and_germanium_costs_less_than_the_survey_has() -> None:
    """Open-File Report 2024-1057: US GDP 3.4 bn US$ lower, 1.7 to 9.0. A miss, as large as docs/validation.md says."""
    done = blocs.run(None, "gallium-germanium-ban", strict=True)
    first, region = done.outcomes[0], done.world.region_index("USA")
    gdp = -first.regional("gdp")[region] / 100.0 * done.world.accounts.value_added[:, region].sum() / 1e3
    assert gdp == pytest.approx(0.14, abs=0.01)
    assert 1.7 / gdp == pytest.approx(12.0, abs=1.0)
    welfare = first.welfare_usd.values / 1e3
    assert -welfare[region] == pytest.approx(0.26, abs=0.01)
    assert -welfare.sum() == pytest.approx(0.84, abs=0.01)
