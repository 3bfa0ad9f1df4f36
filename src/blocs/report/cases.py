"""Which outcome a report speaks about: the headline year of a run, its main regions, its converged years."""

from __future__ import annotations

from typing import Any

import numpy as np

from blocs.engine.outcome import Outcome
from blocs.errors import DataError
from blocs.report.words import NOISE
from blocs.study.run import Run
from blocs.world.accounts import Floats
from blocs.world.groups import members, region_groups
from blocs.world.tables import REST, sector_table

# fields of measures that name goods, minerals or remarks rather than regions
_NOT_REGIONS = frozenset({"type", "goods", "minerals", "note", "years"})

Result = Run | Outcome
Case = tuple[int | None, Outcome]


def cases(result: Result) -> list[Case]:
    """Return (year, outcome) of every year of a run; a static outcome has no year."""
    if isinstance(result, Run):
        return list(zip(result.years, result.outcomes, strict=True))
    return [(None, result)]


def case(result: Result, year: int | None = None) -> Case:
    """Return the outcome of `year` (default: the headline year); DataError if it did not converge."""
    if not isinstance(result, Run):
        if year is not None:
            raise DataError(f"a static outcome has no years, so not {year} either; leave `year` out")
        chosen: Case = (None, result)
    else:
        headline = headline_year(result) if year is None else year
        if headline is None:
            raise DataError(f"no year of {result.scenario.name} converged: {result.outcomes[-1].status}")
        chosen = (headline, result.at(headline))
    if not chosen[1].status.converged:
        at = "" if chosen[0] is None else f"{chosen[0]}: "
        raise DataError(f"{at}there is nothing to draw or tabulate, {chosen[1].status}")
    return chosen


def headline_year(run: Run) -> int | None:
    """Return the last converged year with a measure in force; without any, the last converged; None if none is."""
    done = converged_years(run)
    acting = [year for year in done if any(measure.active(year) for measure in run.scenario.measures)]
    return acting[-1] if acting else done[-1] if done else None


def converged_years(run: Run) -> list[int]:
    """Return the years that converged."""
    return [year for year, outcome in zip(run.years, run.outcomes, strict=True) if outcome.status.converged]


def named_regions(run: Run) -> list[str]:
    """Return the regions that measures name by their codes, in the order they are named."""
    return [word for word in _named(run) if word in run.world.regions]


def named_groups(run: Run, year: int | None) -> dict[str, tuple[str, ...]]:
    """Return the country groups that measures name, with their members among the world's regions in `year`."""
    groups = {name.lower(): name for name in region_groups()}
    named = dict.fromkeys(groups[word.lower()] for word in _named(run) if word.lower() in groups)
    inside = {name: set(members(name, year)) for name in named}
    found = {name: tuple(code for code in run.world.regions if code in inside[name]) for name in named}
    return {name: codes for name, codes in found.items() if codes}


def _named(run: Run) -> list[str]:
    """Return the words in which measures may name regions, in their order, each once."""
    found: dict[str, None] = {}
    for measure in run.scenario.measures:
        for key, value in measure.model_dump(mode="json").items():
            if key not in _NOT_REGIONS:
                found.update(dict.fromkeys(_words(value)))
    return list(found)


def main_regions(result: Result, outcome: Outcome, limit: int) -> list[str]:
    """Return up to `limit` regions to look at closely: those the measures name, then the largest changes in US$."""
    gains = welfare_usd(outcome)
    regions = outcome.base.regions
    by_size = [regions[n] for n in np.argsort(-np.abs(gains), kind="stable")]
    named = named_regions(result) if isinstance(result, Run) else []
    if len(named) > limit:
        named = [code for code in by_size if code in named][:limit]
    percent = dict(zip(regions, outcome.regional("welfare"), strict=True))
    others = [code for code in by_size if code not in named and code != REST and abs(percent[code]) > NOISE]
    return [*named, *others][:limit]


def welfare_usd(outcome: Outcome) -> Floats:
    """Return equivalent variation (region,), US$ mn of the base year."""
    return outcome.regional("welfare") / 100.0 * outcome.base.accounts.absorption


def shipped(outcome: Outcome) -> Floats:
    """Return volumes (good, origin, destination) at base prices, US$ mn; NaN if the solve did not converge."""
    if not outcome.status.converged:
        return np.full(outcome.base.accounts.flows.shape, np.nan)
    return outcome.volumes.shipped


def goods_rows(outcome: Outcome) -> list[int]:
    """Return the positions of goods; a sector the bundled table does not know counts as a good."""
    kinds = {code: sector.kind for code, sector in sector_table().items()}
    return [n for n, code in enumerate(outcome.base.sectors) if kinds.get(code, "goods") == "goods"]


def _words(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [word for part in value for word in _words(part)] if isinstance(value, (list, tuple)) else []
