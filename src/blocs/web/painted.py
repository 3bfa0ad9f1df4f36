"""A solve as the map needs it: few digits, small, quick to write and to read."""

from __future__ import annotations

from typing import Any

import numpy as np

from blocs.engine.outcome import REGIONAL, Outcome
from blocs.study.document import all_notes
from blocs.study.run import Run
from blocs.web.contract import MapDocument, YearValues
from blocs.web.nearby import Solved
from blocs.web.solver import key_of
from blocs.world.accounts import Floats

DIGITS = 6  # decimals of a per cent; a tenth of what people can see, ten times what the solver leaves


def map_document(solved: Solved, year: int | None, seconds: float) -> MapDocument:
    """Return the years of `solved`, or `year` alone."""
    done = solved.run
    years = done.years if year is None else (year,)
    return MapDocument(
        scenario=solved.scenario.name,
        key=key_of(solved.scenario),
        world=done.world.name,
        regions=list(done.world.regions),
        years=[year_values(when, done.at(when)) for when in years],
        complete=len(years) == len(solved.scenario.each_year),
        notes=notes_of(done),
        seconds=round(seconds, 4),
        cached=solved.cached,
    )


def year_values(year: int, outcome: Outcome) -> YearValues:
    """Return one year."""
    converged = outcome.status.converged
    dollars = outcome.regional("welfare") / 100.0 * outcome.base.accounts.absorption
    values: dict[str, Any] = {name: _rounded(outcome.regional(name), DIGITS) for name in REGIONAL}
    return YearValues.model_construct(
        year=year,
        converged=converged,
        status=str(outcome.status),
        values=values,
        welfare_usd_mn=_rounded(dollars, 1),
        world_usd_mn=round(float(dollars.sum()), 1) if converged else None,
    )


def notes_of(done: Run) -> list[str]:
    """Return what a reader must know, each once."""
    from blocs.report.words import folded

    return folded(all_notes(done))


def _rounded(values: Floats, digits: int) -> list[float | None]:
    kept = np.round(values, digits) + 0.0  # no negative zero
    if np.isfinite(kept).all():
        return kept.tolist()
    return [value if np.isfinite(value) else None for value in kept.tolist()]
