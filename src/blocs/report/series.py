"""The plot and the table of an observed series: what `blocs data series NAME --out FOLDER` writes."""

from __future__ import annotations

from pathlib import Path

from blocs.claims.reading import Chart, Line
from blocs.report.claim_charts import chart_figure
from blocs.report.figure import Figure
from blocs.report.table import Column, Table
from blocs.report.words import by_name
from blocs.world.series import Series


def series_figure(series: Series) -> Figure:
    """Return a series as a path over time; before and after a break are two lines that do not touch."""
    lines = tuple(
        Line(label, tuple((point.time, point.value) for point in part)) for label, part in series.parts()
    )
    chosen = by_name(", ".join(series.chosen.values()))
    title = f"{series.title} ({chosen})" if chosen else series.title
    source = f"{series.source}{f', {series.vintage}' if series.vintage else ''}"
    return chart_figure(Chart("paths", title, series.unit, source, lines), _file(series))


def series_table(series: Series) -> Table:
    """Return a series as a table with status and source of every point."""
    columns = (
        Column("time", "Time"), Column("value", series.unit, "1"), Column("status", "How known"),
        Column("after_break", "After the break"), Column("source", "Source"),
    )  # fmt: skip
    rows = tuple((p.time, p.value, p.status, str(p.after_break).lower(), p.source) for p in series.points)
    return Table(_file(series), columns, rows)


def save(series: Series, folder: Path) -> None:
    """Write NAME.svg and NAME.csv into `folder`, each whole or not at all. Raises DataError where that is a file."""
    from blocs.errors import DataError
    from blocs.scenario.io import write_whole

    if folder.exists() and not folder.is_dir():
        raise DataError(f"--out {folder} is a file; name a folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"--out {folder} cannot be made: {error.strerror}") from None
    write_whole(folder / f"{_file(series)}.svg", series_figure(series).svg + "\n")
    write_whole(folder / f"{_file(series)}.csv", series_table(series).csv())


def _file(series: Series) -> str:
    return "-".join([series.name, *series.chosen.values()]).replace("/", "_").replace(" ", "_")
