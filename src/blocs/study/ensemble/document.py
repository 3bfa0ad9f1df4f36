"""The result document of an ensemble, for the CLI, the page and claims."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from blocs.study.ensemble.result import QUANTILES, Ensemble

Quantiles = dict[str, dict[str, float | None]]
Paths = dict[str, dict[str, list[float | None]]]
BY_YEAR = ("welfare", "real_income", "gdp")


class EnsembleDocument(BaseModel):
    """Quantiles over converged draws in the last year; {label: {quantile: value}}, null where none converged."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    schema_: Literal["blocs.ensemble/1"] = Field(default="blocs.ensemble/1", alias="schema")
    scenario: str
    seed: int
    draws: int
    converged: int = Field(description="draws that converged in every scenario and year")
    year: int = Field(description="the year of the quantiles: the last one")
    welfare: Quantiles = Field(description="equivalent variation, % of base absorption")
    real_income: Quantiles
    gdp: Quantiles
    indicators: dict[str, Quantiles] = Field(
        description="what the scenario's vectors watch, in their own units"
    )
    losers: dict[str, float | None] = Field(description="share of converged draws in which welfare falls")
    sensitivity: dict[str, dict[str, float | None]] = Field(
        description="by region: share of welfare's variance that each group of assumptions explains alone"
    )
    total: dict[str, dict[str, float | None]] = Field(
        default_factory=dict, description="by region: total index of each group, where the draws are paired"
    )
    against: dict[str, Quantiles] = Field(
        default_factory=dict, description="welfare of this scenario less the other's, draw by draw"
    )
    years: list[int] = Field(description="years of the paths")
    paths: dict[str, Paths] = Field(
        description="quantiles year by year: {result: {label: {quantile: one value a year}}}"
    )
    groups: dict[str, list[str]] = Field(description="the factors of each group")
    failures: list[str] = Field(default_factory=list, description="what draws that failed said, each once")

    @classmethod
    def of(cls, found: Ensemble, regions: tuple[str, ...]) -> EnsembleDocument:
        """Return the document of `found`; sensitivities for `regions`."""
        first = found.scenarios[0]
        year = first.each_year[-1]
        welfare = found.values("welfare").sel(year=year)
        fell = found.share(welfare < 0.0)
        indicators = [name for name in found.results if "." in name]
        return cls(
            scenario=first.name,
            seed=found.seed,
            draws=found.draws,
            converged=found.converged,
            year=year,
            welfare=_quantiles(found, "welfare", year),
            real_income=_quantiles(found, "real_income", year),
            gdp=_quantiles(found, "gdp", year),
            indicators={name: _quantiles(found, name, year) for name in indicators},
            losers={str(v): _number(fell.sel(label=v).item()) for v in fell.label.values},
            sensitivity={
                region: {str(k): _number(v) for k, v in found.first_order(label=region).items()}
                for region in regions
            },
            total={
                region: {
                    str(k): _number(v)
                    for k, v in found.total_indices(label=region)["total"].to_dict().items()
                }
                for region in regions
            }
            if found.groups
            else {},
            against={
                other.name: _of_array(found.difference("welfare", first.name, other.name).isel(year=-1))
                for other in found.scenarios[1:]
            },
            years=list(first.each_year),
            paths={name: _paths(found, name, first.each_year) for name in BY_YEAR},
            groups={
                group: [found.factors[n].name for n in members] for group, members in found.members.items()
            },
            failures=sorted(set(found.messages))[:20],
        )

    def to_json(self) -> str:
        """Return the document as JSON text."""
        return self.model_dump_json(by_alias=True)


def _quantiles(found: Ensemble, name: str, year: int) -> Quantiles:
    return _of_array(found.values(name).sel(year=year))


def _paths(found: Ensemble, name: str, years: tuple[int, ...]) -> Paths:
    by_year = [_quantiles(found, name, year) for year in years]
    return {
        label: {q: [one[label][q] for one in by_year] for q in quantiles}
        for label, quantiles in by_year[0].items()
    }


def _of_array(values: Any) -> Quantiles:
    """Return quantiles by label of a (draw, label) array."""
    array = values.transpose("draw", "label").values
    kept = array[np.isfinite(array).any(axis=1)]
    if len(kept) == 0:
        return {str(label): {str(q): None for q in QUANTILES} for label in values.label.values}
    with np.errstate(all="ignore"):
        table = np.nanquantile(kept, QUANTILES, axis=0)
    return {
        str(label): {str(q): _number(table[i, n]) for i, q in enumerate(QUANTILES)}
        for n, label in enumerate(values.label.values)
    }


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
