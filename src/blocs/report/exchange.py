"""Results in the forms other tools read: pandas frames, the long table of the IAMC, Stata and Parquet files."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blocs.engine.outcome import REGIONAL
from blocs.errors import DataError
from blocs.report.cases import Result, cases, welfare_usd
from blocs.report.table import Column, Table
from blocs.report.tables import LABELS, all_tables
from blocs.report.words import sector_name
from blocs.study.run import Run

if TYPE_CHECKING:
    import pandas as pd

MODEL = "blocs"
STATA = 118  # the file format of Stata 14 and later, the first with Unicode
LONG = (
    Column("model", "Model"), Column("scenario", "Scenario"), Column("region", "Region"),
    Column("variable", "Variable"), Column("unit", "Unit"), Column("year", "Year"), Column("value", "Value", "1"),
)  # fmt: skip
WELFARE_USD = "US$ mn of the base year"


def tables(result: Result) -> dict[str, pd.DataFrame]:
    """Return every table of a run or a static outcome by name: regions, sectors, bilateral, rerouting.

    Columns are those of the CSV files, % and US$ mn; a year that did not converge is NaN. A static outcome has no
    column of years.
    """
    return {table.name: _frame(table, result) for table in all_tables(result)}


def _frame(table: Table, result: Result) -> pd.DataFrame:
    return table.frame() if isinstance(result, Run) else table.frame().drop(columns="year")


def long_table(result: Result, scenario: str | None = None) -> Table:
    """Return results as rows (model, scenario, region, variable, unit, year, value), the form that pyam reads.

    Variables are `Welfare`, `GDP volume`, … in % against the same year without measures, `Welfare|Equivalent variation`
    in US$ mn, and `Output volume|<industry>` in %. scenario: its name (default: the run's, `static` for an outcome). A
    year that did not converge has no rows; a static outcome has the year of its world.
    """
    named = scenario or (result.scenario.name if isinstance(result, Run) else "static")
    return Table("long", LONG, tuple(_rows(result, named)))


def iamc(result: Result, scenario: str | None = None) -> pd.DataFrame:
    """Return `long_table` as a DataFrame: `pyam.IamDataFrame(blocs.iamc(run))` reads it as it is."""
    return long_table(result, scenario).frame()


def _rows(result: Result, named: str) -> Iterator[tuple[Any, ...]]:
    for when, outcome in cases(result):
        if not outcome.status.converged:
            continue
        year = when if when is not None else outcome.base.year
        if year is None:
            raise DataError(
                f"{outcome.base.name} has no year, which each row of a long table needs; give year= to World.from_flows"
            )
        values = {(LABELS.get(name, name), "%"): outcome.regional(name) for name in REGIONAL}
        values["Welfare|Equivalent variation", WELFARE_USD] = welfare_usd(outcome)
        volumes = outcome.output_volume.values
        for k, sector in enumerate(outcome.base.sectors):
            values[f"Output volume|{sector_name(sector)}", "%"] = volumes[k]
        for (variable, unit), by_region in values.items():
            for region, value in zip(outcome.base.regions, by_region, strict=True):
                if value == value:  # an industry that a region does not have
                    yield MODEL, named, region, variable, unit, int(year), float(value)


def _write_iamc(result: Result, folder: Path) -> None:
    (folder / "iamc.csv").write_text(long_table(result).csv(), encoding="utf-8", newline="")


def _write_stata(result: Result, folder: Path) -> None:
    for table in all_tables(result):
        frame = _frame(table, result)
        labels: dict[Hashable, str] = {
            c.name: f"{c.label}, {c.unit}" if c.unit else c.label for c in table.columns if c.name in frame
        }
        frame.to_stata(folder / f"{table.name}.dta", write_index=False, version=STATA, variable_labels=labels)


def _write_parquet(result: Result, folder: Path) -> None:
    for name, frame in tables(result).items():
        frame.to_parquet(folder / f"{name}.parquet", index=False)


def _write_excel(result: Result, folder: Path) -> None:
    from blocs.report.excel import write_excel

    write_excel(result, folder / "tables.xlsx")


# form -> (how it is written, the module it needs or None)
FORMS: dict[str, tuple[Callable[[Result, Path], None], str | None]] = {
    "excel": (_write_excel, "openpyxl"),
    "iamc": (_write_iamc, None),
    "stata": (_write_stata, None),
    "parquet": (_write_parquet, "pyarrow"),
}


def require(forms: tuple[str, ...]) -> None:
    """Raise DataError if a library that one of `forms` needs is missing; asked before a solve, not after."""
    for form in forms:
        module = FORMS[form][1]
        if module is not None and find_spec(module) is None:
            raise DataError(
                f"--also {form} needs {module}, which is not installed; pip install 'blocs[{form}]', or read the CSV"
            )


def write(result: Result, folder: Path, forms: tuple[str, ...]) -> None:
    """Write `result` to `folder` in each of `forms`, keys of `FORMS`."""
    for form in forms:
        FORMS[form][0](result, folder)
