"""What an ensemble leaves beside its chunks: the document, tables and figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from blocs.report.folder import FolderError
from blocs.report.spread import intervals, tornado
from blocs.scenario.io import write_whole
from blocs.study.ensemble.document import EnsembleDocument
from blocs.study.ensemble.result import Ensemble

TORNADOES = 3


def save(found: Ensemble, document: EnsembleDocument, regions: Sequence[str], folder: Path) -> None:
    """Write ensemble-result.json, draws.csv, welfare.csv and the figures to the ensemble's folder."""
    try:
        write_whole(folder / "ensemble-result.json", document.to_json() + "\n")
        write_whole(folder / "draws.csv", found.table.to_csv(index_label="draw", lineterminator="\n"))
        quantiles = found.quantiles("welfare").to_dataframe(name="welfare").reset_index()
        wide = quantiles.pivot_table(
            index=["year", "label"], columns="quantile", values="welfare"
        ).reset_index()
        write_whole(
            folder / "welfare.csv", wide.to_csv(index=False, float_format="%.6f", lineterminator="\n")
        )
        figures = [intervals(found, regions), *(tornado(found, code) for code in regions[:TORNADOES])]
        for figure in figures:
            write_whole(folder / f"{figure.table.name}.svg", figure.svg + "\n")
    except OSError as error:
        raise FolderError(
            f"{folder} cannot be written: {error.strerror or error}; chunks are kept"
        ) from error
