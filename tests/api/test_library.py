"""Every scenario of the library loads, says what it is and what it leaves out, and solves."""

from __future__ import annotations

import pytest

import blocs
from blocs.scenario.io import library
from blocs.scenario.schema import Scenario

NAMES = tuple(library())


def test_the_library_holds_what_an_analyst_reaches_for_first() -> None:
    assert set(NAMES) >= {
        "belt-and-road-corridors", "g7-china-embargo", "g7-china-half", "russia-2022-embargo", "south-replaces-usa",
        "swing-states-tariffs", "taiwan-strait-chips", "trade-war-2018", "universal-tariff-10", "us-china-decoupling",
        "us-tariffs-2025-26",
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_says_what_it_is_what_it_leaves_out_and_where_it_comes_from(name: str) -> None:
    scenario = Scenario.load(name)
    assert scenario.name == name
    assert scenario.title
    assert not scenario.title.endswith(".")
    assert len(scenario.description) > 80
    assert len(scenario.leaves_out) > 80
    assert scenario.sources
    assert all(source.endswith(".") for source in scenario.sources)
    assert len(scenario.plain_words()) == len(scenario.measures) > 0
    # a year in which nothing is done would be a row of zeros
    assert all(any(m.felt(year) for m in scenario.measures) for year in scenario.each_year)


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_solves_in_its_first_and_last_year(name: str, world28) -> None:
    scenario = Scenario.load(name)
    world = world28 if scenario.base == world28.year else world28.at(scenario.base)
    for year in dict.fromkeys((scenario.each_year[0], scenario.each_year[-1])):
        measures = [m.model_copy(update={"years": None}) for m in scenario.measures if m.felt(year)]
        one = scenario.model_copy(update={"years": str(year), "measures": measures})
        done = blocs.run(world, Scenario.from_dict(one.model_dump(mode="json")), strict=True)
        assert done.converged
        # minerals are a sliver of costs: their controls move prices a lot and welfare by millionths
        least = 1e-5 if all(m.type == "export_control" for m in measures) else 1e-3
        assert abs(done.regional("welfare")).max() > least


def test_who_pays_comes_out_as_the_titles_say(world28) -> None:
    half = blocs.run(world28, "g7-china-half").welfare.sel(year=2025)
    full = blocs.run(world28, "g7-china-embargo").welfare.sel(year=2025)
    for code in ("USA", "DEU", "JPN", "CHN"):
        assert float(full.sel(region=code)) < float(half.sel(region=code)) < 0.0
    chips = blocs.run(world28, "taiwan-strait-chips").welfare.sel(year=2027)
    assert world28.regions[int(chips.values.argmin())] == "TWN"
    corridors = blocs.run(world28, "belt-and-road-corridors").welfare.sel(year=2025)
    assert float(corridors.sel(region="CHN")) > 0.0
    south = blocs.run(world28, "south-replaces-usa").welfare
    assert float(south.sel(year=2026, region="CHN")) > float(south.sel(year=2025, region="CHN"))
