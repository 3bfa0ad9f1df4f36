"""Writes a debt document with its tables and its fan chart into a folder, whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from blocs.errors import DataError
from blocs.report.debt_charts import fan_figure, fan_table
from blocs.report.table import Column, Table

if TYPE_CHECKING:
    from blocs.vectors.debt.analysis import DebtDocument

DOCUMENT = "debt.json"
PAST = 2000  # first year of the record a chart shows


def claim(target: Path, overwrite: bool) -> None:
    """Raise DataError unless results may be written to `target`; asked before the work, not after."""
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise DataError(f"{target} is a file or a link; name a folder")
    if target.is_dir() and any(target.iterdir()):
        if not overwrite:
            raise DataError(f"{target} exists and is not empty; choose another --out or add --overwrite")
        if not (target / DOCUMENT).is_file():
            raise DataError(
                f"{target} holds something that is not a result of `blocs debt` (no {DOCUMENT}); it will not be "
                "replaced, choose another --out"
            )


def save(document: DebtDocument, target: Path) -> Path:
    """Write debt.json, fan.svg, fan.png and tables/*.csv to `target`, which appears when all is written."""
    target.parent.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        (place / DOCUMENT).write_text(document.to_json() + "\n", encoding="utf-8")
        figure = fan_figure(document, past(document))
        figure.save(place / "fan.svg")
        figure.save(place / "fan.png")
        (place / "tables").mkdir()
        for table in (fan_table(document), path_table(document)):
            (place / "tables" / f"{table.name}.csv").write_text(table.csv(), encoding="utf-8", newline="")
        place.chmod(0o755)  # mkdtemp keeps others out
        if target.is_dir():
            shutil.rmtree(target)
        place.replace(target)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    return target


def path_table(document: DebtDocument) -> Table:
    """Return the baseline by year: amounts in bn of the currency, shares in %."""
    base = document.baseline
    amounts = ("debt", "deficit", "other_means", "net_interest")
    shares = (
        "debt_to_gdp", "primary_balance_to_gdp", "stabilising_primary_balance_to_gdp", "interest_to_revenue",
        "average_rate",
    )  # fmt: skip
    columns = [Column("year", "year")]
    columns += [Column(f"{name}_bn", f"{name}, {document.unit}") for name in amounts]
    columns += [Column(name, name.replace("_", " "), "%") for name in shares]
    rows = [
        (
            year,
            *(f"{getattr(base, name)[n]:.3f}" for name in amounts),
            *(getattr(base, name)[n] for name in shares),
        )
        for n, year in enumerate(base.years)
    ]
    return Table("debt-path", tuple(columns), tuple(rows))


def past(document: DebtDocument) -> list[tuple[int, float]]:
    """Return the record before the path, % of GDP; only the United States' is bundled."""
    if document.country != "USA":
        return []
    from blocs.vectors.debt.usa import history

    debt, gdp = history("debt"), history("gdp")
    return [(year, 100.0 * debt.at(year) / gdp.at(year)) for year in debt.years if year >= PAST]
