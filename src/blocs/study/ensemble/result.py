"""What an ensemble found: results by draw, their quantiles and shares, and where their spread comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from blocs.errors import DataError, unknown
from blocs.scenario.schema import Scenario
from blocs.study.ensemble import sensitivity
from blocs.study.ensemble.evaluate import Chunk
from blocs.study.ensemble.factors import Factor, draws_of
from blocs.world.accounts import Floats

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, eq=False, repr=False)
class Ensemble:
    """Results of every draw. Draws that did not converge are kept, counted, and NaN."""

    scenarios: tuple[Scenario, ...]
    factors: tuple[Factor, ...]
    uniform: Floats  # (row, factor)
    index: dict[str, Floats]  # draw, scenario, year, converged, residual by row of the results
    columns: dict[str, Floats]
    messages: tuple[str, ...]  # of rows that did not converge
    seed: int
    groups: tuple[str, ...] = ()  # of a paired design; else empty
    base_draws: int = 0

    @classmethod
    def of(
        cls,
        scenarios: Sequence[Scenario],
        factors: Sequence[Factor],
        uniform: Floats,
        chunks: Sequence[Chunk],
        *,
        seed: int,
        groups: tuple[str, ...],
        base_draws: int,
    ) -> Ensemble:
        """Join chunks, in the order of their numbers."""
        names = list(dict.fromkeys(name for chunk in chunks for name in chunk.columns))
        sizes = [len(chunk.index["draw"]) for chunk in chunks]
        columns = {
            name: np.concatenate(
                [c.columns.get(name, np.full(n, np.nan)) for c, n in zip(chunks, sizes, strict=True)]
            )
            for name in names
        }
        index = {
            name: np.concatenate([np.asarray(chunk.index[name]) for chunk in chunks])
            for name in ("draw", "scenario", "year", "converged", "residual")
        }
        failed = [
            message
            for chunk in chunks
            for message, fine in zip(chunk.index["message"], chunk.index["converged"], strict=True)
            if not fine
        ]
        return cls(
            tuple(scenarios), tuple(factors), uniform, index, columns, tuple(failed), seed, groups, base_draws
        )

    @property
    def draws(self) -> int:
        """How many draws were run."""
        return len(self.uniform)

    @property
    def converged(self) -> int:
        """How many draws converged in every scenario and year."""
        return int(self._all_converged.sum())

    @cached_property
    def _all_converged(self) -> np.ndarray:
        fine = np.ones(self.draws, dtype=bool)
        np.logical_and.at(fine, self.index["draw"].astype(int), self.index["converged"].astype(bool))
        return fine

    @property
    def results(self) -> tuple[str, ...]:
        """Names of what each draw gives: regional results and `vector.indicator`."""
        return tuple(dict.fromkeys(name.rpartition("/")[0] for name in self.columns))

    def values(self, name: str = "welfare", *, scenario: str | None = None) -> xr.DataArray:
        """Return a result as (draw, year, label); NaN where a draw did not converge.

        label is the region for regional results, an indicator's own axis else. Raises DataError for an unknown name.
        """
        import xarray as xr

        number = self._scenario(scenario)
        if name not in self.results:
            raise DataError(unknown("result", name, self.results))
        labels = [column.rpartition("/")[2] for column in self.columns if column.rpartition("/")[0] == name]
        years = list(self.scenarios[number].each_year)
        rows = self.index["scenario"] == number
        draw = self.index["draw"][rows].astype(int)
        year = self.index["year"][rows].astype(int) - years[0]
        array = np.full((self.draws, len(years), len(labels)), np.nan)
        for n, label in enumerate(labels):
            array[draw, year, n] = self.columns[f"{name}/{label}"][rows]
        coords = {"draw": np.arange(self.draws), "year": years, "label": labels}
        return xr.DataArray(array, dims=("draw", "year", "label"), coords=coords, name=name)

    def quantiles(
        self, name: str = "welfare", *, q: Sequence[float] = QUANTILES, scenario: str | None = None
    ) -> xr.DataArray:
        """Return quantiles (quantile, year, label) over the draws that converged."""
        return self.values(name, scenario=scenario).quantile(list(q), dim="draw", skipna=True)

    def difference(self, name: str, first: str, second: str) -> xr.DataArray:
        """Return `first` minus `second` draw by draw, in the years both have."""
        return self.values(name, scenario=first) - self.values(name, scenario=second)

    def share(self, condition: xr.DataArray) -> xr.DataArray:
        """Return the share of converged draws in which `condition` (draw, …) holds; it is no probability."""
        kept = condition.isel(draw=np.flatnonzero(self._all_converged))
        return kept.mean(dim="draw")

    @cached_property
    def table(self) -> pd.DataFrame:
        """The drawn values, one row a draw."""
        import pandas as pd

        return pd.DataFrame(draws_of(self.factors, self.uniform))

    def first_order(
        self,
        name: str = "welfare",
        *,
        label: str,
        year: int | None = None,
        scenario: str | None = None,
        by: str = "group",
    ) -> pd.Series:
        """Return the share of a result's variance that each group (or `by='factor'`) explains alone, largest first.

        What is missing to 1 is interactions between groups and noise. NaN where there are too few draws.
        """
        import pandas as pd

        y = self._one(name, label, year, scenario)
        count = len(y)
        points = self.uniform[:count]
        if by == "factor":
            found = {
                f.name: sensitivity.first_order_of_factor(points[:, n], y, len(f.options))
                for n, f in enumerate(self.factors)
            }
        else:
            found = {
                group: sensitivity.first_order_of_group(
                    points[:, members], y, sensitivity.discrete_of([self.factors[m] for m in members])
                )
                for group, members in self.members.items()
            }
        return pd.Series(found, name=f"{name} {label}", dtype=float).sort_values(ascending=False)

    def total_indices(
        self, name: str = "welfare", *, label: str, year: int | None = None, scenario: str | None = None
    ) -> pd.DataFrame:
        """Return first-order and total indices by group; needs an ensemble with `total_indices=True`."""
        import pandas as pd

        if not self.groups:
            raise DataError(
                "these draws are not paired; run the ensemble with total_indices=True (--sobol), which costs "
                "draws x (groups + 2) runs"
            )
        rows = self.values(name, scenario=scenario)
        year = int(rows.year[-1]) if year is None else year
        found = sensitivity.total_indices(
            rows.sel(year=year, label=label).values, self.groups, self.base_draws
        )
        table = pd.DataFrame(found, index=["first order", "total"]).T
        return table.sort_values("total", ascending=False)

    def tornado(
        self, name: str = "welfare", *, label: str, year: int | None = None, scenario: str | None = None
    ) -> pd.DataFrame:
        """Return, by factor, the mean result where the factor is in its lowest and in its highest fifth.

        For a choice: where the mean is lowest and highest over its options. Widest swing first; `error` is the
        standard error of the swing, for with few draws a swing may be chance.
        """
        import pandas as pd

        y = self._one(name, label, year, scenario)
        points = self.uniform[: len(y)]
        rows: dict[str, dict[str, Any]] = {}
        for n, factor in enumerate(self.factors):
            ends = (
                _ends_of_choice(factor, points[:, n], y)
                if factor.options
                else _fifths(self.factors, n, points, y)
            )
            if ends is not None:
                rows[factor.name] = {**ends, "group": factor.group}
        table = pd.DataFrame.from_dict(rows, orient="index")
        swing = np.abs(table["high"].to_numpy(float) - table["low"].to_numpy(float))
        return table.assign(swing=swing).sort_values("swing", ascending=False)

    @property
    def members(self) -> dict[str, list[int]]:
        """The positions of each group's factors."""
        found: dict[str, list[int]] = {}
        for n, factor in enumerate(self.factors):
            found.setdefault(factor.group, []).append(n)
        return found

    def _one(self, name: str, label: str, year: int | None, scenario: str | None) -> Floats:
        rows = self.values(name, scenario=scenario)
        if label not in rows.label.values:
            raise DataError(unknown("label", label, [str(v) for v in rows.label.values]))
        years = [int(v) for v in rows.year.values]
        if year is not None and year not in years:
            raise DataError(f"year {year} was not run; years: {years[0]}-{years[-1]}")
        y = rows.sel(label=label, year=years[-1] if year is None else year).values
        # only the independent first block of a paired design
        return y[: self.base_draws] if self.groups else y

    def _scenario(self, name: str | None) -> int:
        names = [scenario.name for scenario in self.scenarios]
        if name is None:
            return 0
        if name not in names:
            raise DataError(unknown("scenario", name, names))
        return names.index(name)

    def __repr__(self) -> str:
        names = ", ".join(scenario.name for scenario in self.scenarios)
        return f"<Ensemble of {names}: {self.converged} of {self.draws} draws converged, seed {self.seed}>"


def _fifths(factors: Sequence[Factor], n: int, points: Floats, y: Floats) -> dict[str, Any] | None:
    """Return the mean result in the lowest and highest fifth of a number; None where one is empty."""
    factor, uniform, fine = factors[n], points[:, n], np.isfinite(y)
    bottom, top = fine & (uniform < 0.2), fine & (uniform >= 0.8)
    if not bottom.any() or not top.any():
        return None
    return {
        "low": float(y[bottom].mean()), "high": float(y[top].mean()),
        "at_low": _middle(factors, factor, points[bottom], 0.1),
        "at_high": _middle(factors, factor, points[top], 0.9), "error": _error(y[bottom], y[top]),
    }  # fmt: skip


def _error(one: Floats, two: Floats) -> float:
    """Return the standard error of the difference of two means; infinite where it cannot be known."""
    if min(len(one), len(two)) < 2:
        return float("inf")
    return float(np.sqrt(one.var(ddof=1) / len(one) + two.var(ddof=1) / len(two)))


def _middle(factors: Sequence[Factor], factor: Factor, points: Floats, at: float) -> float | str:
    """Return the value in the middle of a fifth, `at` of the distribution; the median of the draws where each draw
    bounds it anew (a learning rate, given that draw's elasticities)."""
    if factor.most is None:
        return factor.values(np.array([at]))[0]
    return float(np.median([float(draw[factor.name]) for draw in draws_of(factors, points)]))


def _ends_of_choice(factor: Factor, uniform: Floats, y: Floats) -> dict[str, Any] | None:
    """Return the lowest and the highest mean result over the options of a choice."""
    fine = np.isfinite(y)
    chosen = np.array(factor.values(uniform))
    parts = {option: y[fine & (chosen == option)] for option in factor.options}
    means = {option: float(part.mean()) for option, part in parts.items() if len(part)}
    if not means:
        return None
    low, high = min(means, key=lambda o: means[o]), max(means, key=lambda o: means[o])
    error = _error(parts[low], parts[high])
    return {"low": means[low], "high": means[high], "at_low": low, "at_high": high, "error": error}
