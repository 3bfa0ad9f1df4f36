"""Tables and files of a run for the page: the numbers of `blocs run --out`, byte for byte where it is text."""

from __future__ import annotations

import json
import math
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from blocs.errors import DataError, unknown
from blocs.report.table import Table
from blocs.study.document import RunDocument
from blocs.study.run import Run
from blocs.web.contract import ColumnInfo, TableDocument
from blocs.web.errors import Refusal

TYPES = {
    "yaml": "application/yaml", "json": "application/json", "csv": "text/csv; charset=utf-8",
    "html": "text/html; charset=utf-8", "svg": "image/svg+xml", "png": "image/png",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
_REGION_COLUMNS = ("region", "origin", "destination")


def table_document(run: Run, name: str, year: int | None, region: str | None) -> TableDocument:
    """Return one table of the run, all years or one; `region` keeps the rows that are about it."""
    table = _table(run, name, year)
    if region is not None:
        table = _about(table, run, region)
    columns = [ColumnInfo(name=c.name, label=c.label, unit=c.unit) for c in table.columns]
    rows = [[_number(value) for value in row] for row in table.rows]
    return TableDocument(name=table.name, year=year, columns=columns, rows=rows)


def file_of(run: Run, file: str, year: int | None, metric: str) -> bytes:
    """Return what `file` holds. Raises DataError for a figure there is nothing to draw for."""
    name, _, kind = file.rpartition(".")
    if file == "scenario.yaml":
        from blocs.scenario.io import dump

        return dump(run.scenario).encode()
    if file == "outcome.json":
        return RunDocument.of(run).to_json().encode()
    if file == "report.html":
        from blocs.report.html import report

        return report(run).encode()
    if kind == "csv":
        return next(t for t in _every(run) if t.name == name).csv().encode()
    return _workbook(run) if kind == "xlsx" else _figure(run, name, kind, year, metric)


def compare(first: Run, second: Run, metric: str, year: int | None) -> dict[str, Any]:
    """Return `blocs.compare/1`, as `blocs runs compare --json` prints it of two run folders."""
    from blocs.report.runs import compared

    names = [first.scenario.name, second.scenario.name]
    if names[0] == names[1]:
        names[1] += " (second)"
    one, two = (json.loads(RunDocument.of(run).to_json()) for run in (first, second))
    table = compared((names[0], one), (names[1], two), metric=metric, year=year)
    columns = [column.name for column in table.columns]
    rows = [dict(zip(columns, map(_number, row), strict=True)) for row in table.rows]
    return {
        "schema": "blocs.compare/1",
        "first": names[0],
        "second": names[1],
        "table": table.name,
        "rows": rows,
    }


def _every(run: Run) -> list[Table]:
    from blocs.report.tables import all_tables

    return all_tables(run)


def _table(run: Run, name: str, year: int | None) -> Table:
    from blocs.report import tables

    if name == "regions":
        every = tables.regional_table(run)
        return every if year is None else every.where("year", _known(run, year))
    makers = {
        "sectors": tables.sector_table,
        "bilateral": tables.bilateral_table,
        "rerouting": tables.rerouting_table,
        "flows": tables.flow_table,
    }
    return makers[name](run, year)


def _known(run: Run, year: int) -> int:
    run.at(year)  # says what is wrong with a year that was not run
    return year


def _about(table: Table, run: Run, region: str) -> Table:
    if region not in run.world.regions:
        raise DataError(unknown("region", region, run.world.regions))
    names = [column.name for column in table.columns]
    at = [names.index(name) for name in _REGION_COLUMNS if name in names]
    return Table(
        table.name, table.columns, tuple(row for row in table.rows if any(row[n] == region for n in at))
    )


def _workbook(run: Run) -> bytes:
    if find_spec("openpyxl") is None:
        raise Refusal(
            501, "unavailable", "workbooks need openpyxl; pip install 'blocs[excel]', or take the CSV files"
        )
    from blocs.report.excel import write_excel

    with tempfile.TemporaryDirectory(prefix="blocs-") as folder:
        return write_excel(run, Path(folder) / "tables.xlsx").read_bytes()


def _figure(run: Run, name: str, kind: str, year: int | None, metric: str) -> bytes:
    from blocs import plot

    if name == "map":
        figure = plot.map(run, metric, year=year)
    elif name == "paths":
        figure = plot.paths(run)
    else:
        draw = {
            "winners": plot.winners,
            "sectors": plot.sectors,
            "rerouting": plot.rerouting,
            "sankey": plot.sankey,
        }[name]
        figure = draw(run, year=year)
    with tempfile.TemporaryDirectory(prefix="blocs-") as folder:
        return figure.save(Path(folder) / f"{name}.{kind}").read_bytes()


def _number(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
