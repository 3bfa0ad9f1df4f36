"""Writes a study's folder: one JSON document, tables as CSV, figures as SVG; whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from blocs.report.figure import Figure
from blocs.report.folder import FolderError, claim
from blocs.report.table import Table


def claim_study(target: Path) -> None:
    """Raise FolderError unless `target` is free; called before the work, not after."""
    claim(target, overwrite=False)


def save_study(
    target: Path, name: str, document: str, tables: Sequence[Table], figures: Mapping[str, Figure]
) -> None:
    """Write `name`.json, tables/*.csv and figures/*.svg to `target`, which must not hold anything yet."""
    claim_study(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".partial", dir=target.parent))
        try:
            (partial / f"{name}.json").write_text(document + "\n", encoding="utf-8")
            (partial / "tables").mkdir()
            for table in tables:
                (partial / "tables" / f"{table.name}.csv").write_text(
                    table.csv(), encoding="utf-8", newline=""
                )
            (partial / "figures").mkdir()
            for title, figure in figures.items():
                figure.save(partial / "figures" / f"{title}.svg")
            partial.chmod(0o755)
            if target.is_dir():  # empty, as claimed
                target.rmdir()
            partial.rename(target)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as error:
        raise FolderError(f"{target} cannot be written: {error.strerror or error}") from error
