"""The result document of a run: one versioned pydantic model for the CLI, the API, ensembles and claims."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from blocs.engine.outcome import REGIONAL
from blocs.study.elasticity_sets import one_of_several
from blocs.study.run import Run

if TYPE_CHECKING:
    import xarray as xr

Series = dict[str, list[float | None]]


class StatusDocument(BaseModel):
    """How the solves of a run ended."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    converged: bool = Field(description="all years converged")
    residual: float | None = Field(description="largest residual over years; null if a year has none")
    iterations: int = Field(description="sum over years")
    seconds: float = Field(description="wall time of the solver")
    by_year: dict[str, str] = Field(description="verdict and message of each year")


class Indicator(BaseModel):
    """One indicator of a vector over the years; null where a year did not converge."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    unit: str = Field(description="as the vector states it")
    about: str = Field(description="what it measures")
    values: dict[str, list[float | None]] = Field(
        description="by label of its axis (regions, minerals, …), one value a year; the label is `all` without an axis"
    )


class RunDocument(BaseModel):
    """A run as JSON: % against the same year without measures, one value a year, null where not converged."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    schema_: Literal["blocs.run/1"] = Field(default="blocs.run/1", alias="schema")
    scenario: str
    world: str
    status: StatusDocument
    years: list[int]
    regions: list[str]
    welfare: Series
    real_income: Series
    real_wage: Series
    cpi: Series
    gdp: Series
    imports: Series
    exports: Series
    terms_of_trade: Series
    units: dict[str, str] = Field(default_factory=lambda: dict(REGIONAL))
    notes: list[str] = Field(default_factory=list)
    indicators: dict[str, dict[str, Indicator]] = Field(
        default_factory=dict, description="what the scenario's vectors watch, by vector and name"
    )

    @classmethod
    def of(cls, run: Run) -> RunDocument:
        """Return the document of `run`."""
        about = {
            "scenario": run.scenario.name,
            "world": run.world.name,
            "status": status_of(run),
            "years": list(run.years),
            "regions": list(run.world.regions),
            "notes": list(all_notes(run)),
            "indicators": _indicators(run),
        }
        return cls.model_validate(about | {name: _series(run, name) for name in REGIONAL})

    def to_json(self) -> str:
        """Return the document as JSON text."""
        return self.model_dump_json(by_alias=True)


def all_notes(run: Run) -> tuple[str, ...]:
    """Return the notes of `run`, and last how its trade elasticities compare with the other published sets."""
    return tuple(note for note in (*run.notes, one_of_several(run.world, run.scenario)) if note)


def status_of(run: Run) -> StatusDocument:
    """Return the status of `run`: outcomes shared by several years count once."""
    distinct = list({id(outcome): outcome for outcome in run.outcomes}.values())
    worst = max(outcome.status.residual for outcome in distinct)
    return StatusDocument(
        converged=run.converged,
        residual=worst if math.isfinite(worst) else None,
        iterations=sum(outcome.status.iterations for outcome in distinct),
        seconds=sum(outcome.status.seconds for outcome in distinct),
        by_year={str(year): str(o.status) for year, o in zip(run.years, run.outcomes, strict=True)},
    )


def _series(run: Run, name: str) -> Series:
    values = run.regional(name)
    return {
        region: [float(v) if math.isfinite(v) else None for v in values[:, n]]
        for n, region in enumerate(run.world.regions)
    }


def _indicators(run: Run) -> dict[str, dict[str, Indicator]]:
    """Return the indicators over at most one axis besides the year; wider ones are in the run folder."""
    if not any(outcome.status.converged for outcome in run.outcomes):
        return {}
    found: dict[str, dict[str, Indicator]] = {}
    for vector in run.vectors:
        data = run.indicators(vector)
        found[vector] = {
            str(name): _indicator(array)
            for name, array in data.items()
            if array.ndim <= 2 and "year" in array.dims
        }
    return found


def _indicator(array: xr.DataArray) -> Indicator:
    axis = next((dim for dim in array.dims if dim != "year"), None)
    labels = ["all"] if axis is None else [str(label) for label in array[axis].values]
    rows = array.transpose("year", ...).values.reshape(array.sizes["year"], len(labels))
    return Indicator(
        unit=str(array.attrs.get("unit", "")),
        about=str(array.attrs.get("long_name", "")),
        values={
            label: [float(v) if math.isfinite(v) else None for v in rows[:, n]]
            for n, label in enumerate(labels)
        },
    )
