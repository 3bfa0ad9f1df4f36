"""Readings that model claims share: of an estimate with its error, of data without draws, and bars of a chart."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from blocs.claims.reading import Chart, Line, Reading, Status

POINTS = 400  # of an estimate's sampling distribution


def estimated(
    name: str, words: str, value: float, error: float, unit: str, as_of: str, sources: tuple[str, ...]
) -> Reading:
    """Return an estimate whose `draws` are points of its normal sampling distribution, so that one rule serves all.

    share_of_draws: 97.5 is then a two-sided 95% interval.
    """
    from scipy.stats import norm

    levels = (np.arange(POINTS) + 0.5) / POINTS
    draws = value + error * norm.ppf(levels)
    quantiles = {f"{q:g}": float(value + error * norm.ppf(q)) for q in (0.05, 0.25, 0.5, 0.75, 0.95)}
    return Reading(
        name, f"{words} (standard error {error:.2g})", value, unit, as_of, "derived", sources,
        quantiles=quantiles, draws=tuple(map(float, draws)),
    )  # fmt: skip


def plain(
    name: str, words: str, value: float, unit: str, as_of: str, sources: tuple[str, ...], status: Status
) -> Reading:
    """Return a reading without draws."""
    return Reading(name, words, float(value), unit, as_of, status, sources)


def bars(
    title: str, unit: str, source: str, rows: Iterable[tuple[str, float]], mark: float | None = None
) -> Chart:
    """Return a bar chart of labelled values, in the order given."""
    lines = tuple(Line(label, ((label, float(value)),)) for label, value in rows if np.isfinite(value))
    return Chart("bars", title, unit, source, lines, mark)


def paths(
    title: str,
    unit: str,
    source: str,
    lines: Iterable[tuple[str, Iterable[tuple[int, float]]]],
    mark: float | None = None,
) -> Chart:
    """Return a chart of yearly paths."""
    drawn = tuple(
        Line(label, tuple((str(year), float(value)) for year, value in points)) for label, points in lines
    )
    return Chart("paths", title, unit, source, drawn, mark)
