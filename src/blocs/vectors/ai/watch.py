"""What the AI vector shows of a year: adoption, productivity, electricity, and what a bust or boom does to demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from blocs.engine.welfare import base_gdp
from blocs.vectors.ai import adoption, demand
from blocs.vectors.ai.measures import PowerLimit, Turn
from blocs.world.accounts import Floats
from blocs.world.groups import resolve_regions

if TYPE_CHECKING:
    import xarray as xr

    from blocs.engine.outcome import Outcome
    from blocs.vectors.ai.vector import AiState

REGIONAL: dict[str, tuple[str, str]] = {
    "adoption_added": ("% of value added", "production that uses AI because of the measures"),
    "productivity": (
        "% of GDP",
        "gains of industries weighted by value added, before prices and trade answer",
    ),
    "electricity_need": ("% of generation", "electricity that data centres need for the adoption added"),
    "electricity_room": (
        "% of generation",
        "growth of generation that a power limit leaves them; NaN without",
    ),
    "power_binds": ("1", "1 where electricity holds adoption back in the year"),
    "compute_binds": ("1", "1 where compute holds adoption back in the year"),
    "capex_change": ("US$ bn of the base year", "change of AI's capital spending, before monetary policy"),
    "wealth_change": ("US$ bn of the base year", "change of spending out of wealth, before monetary policy"),
    "demand_change": ("% of GDP", "change of autonomous spending, net of monetary policy"),
    "gdp": ("%", "volume of GDP"),
    "unemployment": ("% of the labour force", "out of work because of the measures (closure: demand)"),
    "chip_output": ("%", "volume of output of electronics (C26)"),
}


def indicators(state: AiState, outcome: Outcome) -> xr.Dataset:
    """Return the indicators of the year that ended, over `region`, and world GDP.

    The world's GDP is the sum of regions' volumes at base prices.
    """
    import xarray as xr

    world = outcome.base
    columns = {**_technology(state, outcome), **_demand(state, outcome)}
    columns["gdp"] = outcome.regional("gdp")
    columns["unemployment"] = outcome.unemployment.values
    electronics = world.sectors.index("C26") if "C26" in world.sectors else None
    columns["chip_output"] = (
        np.full(len(world.regions), np.nan)
        if electronics is None
        else outcome.output_volume.values[electronics]
    )
    fields = {
        name: (("region",), columns[name], {"unit": unit, "long_name": text})
        for name, (unit, text) in REGIONAL.items()
    }
    total = 100.0 * (outcome.volumes.gdp.sum() / base_gdp(world.accounts).sum() - 1.0)
    scalar = ((), float(total), {"unit": "%", "long_name": "volume of world GDP"})
    return xr.Dataset({**fields, "gdp_world": scalar}, coords={"region": list(world.regions)})


def _technology(state: AiState, outcome: Outcome) -> dict[str, Floats]:
    world, numbers = outcome.base, state.assumptions
    nothing = np.zeros(len(world.regions))
    room = np.full(len(world.regions), np.nan)
    if state.year is None:
        return {
            **dict.fromkeys(("adoption_added", "productivity", "electricity_need"), nothing),
            **dict.fromkeys(("power_binds", "compute_binds"), nothing),
            "electricity_room": room,
        }
    found = adoption.paths(state.measures, world, state.year, state.years, numbers)
    added = adoption.adopted(found, world)
    value_added = world.accounts.value_added
    gain = adoption.log_gain(found, world, numbers)
    for m in state.measures:
        if isinstance(m, PowerLimit):
            n = state.year - (state.years[0] if m.years is None else m.years.first) + 1
            part = numbers["ai.power.share"] if m.share is None else m.share
            here = np.isin(world.regions, resolve_regions(list(m.region), world.regions, state.year).codes)
            grown = (1.0 + adoption.growth_of(m, world, state.year)) ** n - 1.0
            room = np.where(here, np.fmin(room, 100.0 * part * grown), room)
    return {
        "adoption_added": 100.0 * added,
        "productivity": 100.0 * (value_added * gain).sum(axis=0) / base_gdp(world.accounts),
        "electricity_need": 100.0 * added * adoption.need_per_adoption(world, numbers),
        "electricity_room": room,
        "power_binds": np.max([nothing, *(path.power_binds for path in found)], axis=0),
        "compute_binds": np.max([nothing, *(path.compute_binds for path in found)], axis=0),
    }


def _demand(state: AiState, outcome: Outcome) -> dict[str, Floats]:
    world, numbers = outcome.base, state.assumptions
    nothing = np.zeros(len(world.regions))
    turns = [m for m in state.measures if isinstance(m, Turn)]
    if state.year is None or not turns:
        return dict.fromkeys(("capex_change", "wealth_change", "demand_change"), nothing)
    given = (turns, world, state.year, state.years, numbers)
    return {
        "capex_change": demand.capex_change(*given).sum(axis=0) / 1e3,
        "wealth_change": demand.wealth_change(*given).sum(axis=0) / 1e3,
        "demand_change": 100.0 * demand.autonomous(*given).sum(axis=0) / base_gdp(world.accounts),
    }
