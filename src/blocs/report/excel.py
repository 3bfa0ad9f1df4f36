"""Every table of a run as one Excel workbook: a sheet per table, numbers as numbers, units in the header."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from blocs.report.cases import Result
from blocs.report.table import Column, Table
from blocs.report.tables import all_tables

MOST_ROWS = 1_048_576  # of a sheet, header included
_FORMATS = {"%": "0.00", "US$ mn": "#,##0", "": "General"}


def write_excel(result: Result, path: str | Path) -> Path:
    """Write regions, sectors, bilateral trade and rerouting to the workbook `path`; return it.

    Cells hold the full numbers and show them rounded; what did not converge is empty. A table longer than a sheet
    goes on in the next one.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for table in all_tables(result):
        for number, start in enumerate(range(0, max(len(table), 1), MOST_ROWS - 1)):
            title = table.name if number == 0 else f"{table.name} ({number + 1})"
            _fill(book.create_sheet(title), table, start)
    book.save(path)
    return Path(path)


def _fill(sheet: Any, table: Table, start: int) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "A2"
    for at, column in enumerate(table.columns, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = max(11, len(_heading(column)) + 2)
    header = []
    for column in table.columns:
        cell = WriteOnlyCell(sheet, _heading(column))
        cell.font = Font(bold=True)
        header.append(cell)
    sheet.append(header)
    for row in table.rows[start : start + MOST_ROWS - 1]:
        cells = []
        for column, value in zip(table.columns, row, strict=True):
            cell = WriteOnlyCell(sheet, _value(value))
            cell.number_format = _FORMATS[column.unit]
            cells.append(cell)
        sheet.append(cells)


def _heading(column: Column) -> str:
    return f"{column.label}, {column.unit}" if column.unit else column.label


def _value(value: Any) -> Any:
    """Return what a cell holds: None for what is missing or not finite."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
