"""Readings that a ledger asks of an observed series: a value, a change, growth, a ratio to another series."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from blocs.claims.computation import Context, QueryError
from blocs.claims.reading import Chart, Evidence, Line, Reading
from blocs.claims.schema import SeriesQuery, SeriesReading
from blocs.errors import DataError
from blocs.world.series import Observatory, Point, Series


def series_evidence(context: Context, query: SeriesQuery) -> Evidence:
    """Return the readings of a series query and a chart of the series.

    A reading that rests on a point from memory is from memory. Raises QueryError for what the series does not have, and
    for a comparison of two sides of a break.
    """
    series = _series(context.observatory, query.series, query.where, ())
    readings = tuple(
        _reading(context.observatory, series, asked, ("readings", n))
        for n, asked in enumerate(query.readings)
    )
    lines = tuple(
        Line(label, tuple((point.time, point.value) for point in part if point.status != "memory"))
        for label, part in series.parts()
    )
    title = f"{series.title}{_chosen(series)}"
    chart = Chart(
        "paths", title, series.unit, _source_line(series), tuple(line for line in lines if line.points)
    )
    notes = (f"{series.name} breaks at {series.break_at}: {series.break_why}",) if series.break_at else ()
    return Evidence(readings, (chart,) if chart.lines else (), notes)


def _series(
    observatory: Observatory, name: str, where: Mapping[str, str], key: tuple[str | int, ...]
) -> Series:
    try:
        return observatory.series(name, memory=True, **where)
    except DataError as error:
        column = next((column for column in where if f"{column} " in str(error)), None)
        place = "where" if where and name in observatory.entries else "series"
        raise QueryError(
            str(error), *key, place, *([column] if place == "where" and column else [])
        ) from None


def _reading(
    observatory: Observatory, series: Series, asked: SeriesReading, key: tuple[str | int, ...]
) -> Reading:
    if asked.over is not None:
        below = _series(observatory, asked.over.series, asked.over.where, (*key, "over"))
        series = _ratio(series, below, key)
    if asked.at is not None:
        return _of_point(series, _point(series, asked.at, (*key, "at")), asked, "")
    if asked.take is not None:
        return _taken(series, asked, asked.take)
    way, times = next((w, t) for w in ("change", "growth", "yearly") if (t := getattr(asked, w)) is not None)
    return _between(series, asked, way, times, (*key, way))


def _of_point(series: Series, point: Point, asked: SeriesReading, of: str) -> Reading:
    words = asked.words or f"{series.title}{_chosen(series)}, {of}{point.time}"
    return Reading(
        asked.name, words, point.value, series.unit, point.time, _status([point]), _sources(series, [point]),
        rounding=point.rounding,
    )  # fmt: skip


def _taken(series: Series, asked: SeriesReading, take: str) -> Reading:
    points = [point for point in series.points if point.status != "memory"] or list(series.points)
    if take in ("last", "first"):
        return _of_point(series, points[-1 if take == "last" else 0], asked, "")
    if take in ("max", "min"):
        pick: Callable[..., Point] = max if take == "max" else min
        word = "highest" if take == "max" else "lowest"
        return _of_point(series, pick(points, key=lambda point: point.value), asked, f"{word}, ")
    mean = sum(point.value for point in points) / len(points)
    span = f"{points[0].time} to {points[-1].time}"
    words = asked.words or f"{series.title}{_chosen(series)}, mean of {span}"
    rounding = sum(point.rounding for point in points) / len(points)
    return Reading(
        asked.name,
        words,
        mean,
        series.unit,
        span,
        _status(points),
        _sources(series, points),
        rounding=rounding,
    )


def _between(
    series: Series, asked: SeriesReading, way: str, times: tuple[str, str], key: tuple[str | int, ...]
) -> Reading:
    first, second = (_point(series, time, key) for time in times)
    if first.after_break != second.after_break:
        raise QueryError(
            f"{series.name} breaks at {series.break_at}, between {times[0]} and {times[1]}: what was counted changed; "
            "choose two times on one side",
            *key,
        )
    if way != "change" and not min(first.value, second.value) > 0.0:
        raise QueryError(f"{series.label}: {way} needs positive values; use change", *key)
    if way == "change":
        value, unit = second.value - first.value, "points" if series.unit == "%" else series.unit
        rounding = first.rounding + second.rounding
    else:
        years = _years(times, key) if way == "yearly" else 1.0
        ratio = second.value / first.value
        value, unit = 100.0 * (ratio ** (1.0 / years) - 1.0), "%"
        relative = first.rounding / first.value + second.rounding / second.value
        rounding = 100.0 * ratio ** (1.0 / years) / years * relative
    word = {"change": "change", "growth": "growth", "yearly": "mean yearly growth"}[way]
    words = asked.words or f"{series.title}{_chosen(series)}, {word} {times[0]} to {times[1]}"
    ends = [first, second]
    return Reading(
        asked.name, words, value, unit, f"{times[0]} to {times[1]}", _combined(ends),
        _sources(series, ends), rounding=rounding,
    )  # fmt: skip


def _years(times: tuple[str, str], key: tuple[str | int, ...]) -> float:
    try:
        years = float(times[1][:4]) - float(times[0][:4])
    except ValueError:
        raise QueryError(f"{times[0]} and {times[1]} are no years", *key) from None
    if years <= 0.0:
        raise QueryError(f"{times[1]} is not a year after {times[0]}", *key)
    return years


def _ratio(series: Series, below: Series, key: tuple[str | int, ...]) -> Series:
    under = {point.time: point for point in below.points if point.value != 0.0}
    points = []
    for point in series.points:
        other = under.get(point.time)
        if other is None:
            continue
        value = 100.0 * point.value / other.value
        rounding = abs(value) * (
            (point.rounding / abs(point.value) if point.value else 0.0) + other.rounding / abs(other.value)
        )
        sources = "; ".join(dict.fromkeys([point.source, other.source]))
        points.append(
            Point(point.time, value, _combined([point, other]), sources, point.after_break, rounding)
        )
    if not points:
        raise QueryError(f"{series.label} and {below.label} have no time in common", *key, "over")
    title = f"{series.title}{_chosen(series)} over {_within(below.title)}{_chosen(below)}"
    return Series(
        series.name,
        title,
        "%",
        {},
        series.source,
        series.vintage,
        series.break_at,
        series.break_why,
        tuple(points),
    )


def _point(series: Series, time: str, key: tuple[str | int, ...]) -> Point:
    try:
        return series.at(time)
    except DataError as error:
        raise QueryError(str(error), *key) from None


def _status(points: Sequence[Point]) -> Any:
    """Return how what rests on `points` is known: as the least of them."""
    order = ("memory", "third_party", "derived", "transcribed", "file")
    return min((point.status for point in points), key=order.index)


def _combined(points: Sequence[Point]) -> Any:
    """Return how what is computed from several points is known."""
    return "memory" if _status(points) == "memory" else "derived"


def _chosen(series: Series) -> str:
    return f" ({', '.join(series.chosen.values())})" if series.chosen else ""


def _source_line(series: Series) -> str:
    return f"{series.source}{f' ({series.vintage})' if series.vintage else ''}"


def _sources(series: Series, points: Sequence[Point]) -> tuple[str, ...]:
    own = [point.source for point in points[:2] if point.source != series.source]
    return tuple(dict.fromkeys([_source_line(series), *own]))


def _within(title: str) -> str:
    """Return a title as it stands inside a sentence; abbreviations keep their capitals."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]
