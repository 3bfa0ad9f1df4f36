"""Reads bundled tables by name; only `arrays` needs NumPy, only `mapping` the YAML reader."""

from __future__ import annotations

import csv
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blocs.errors import DataError

if TYPE_CHECKING:
    import numpy as np


def folder() -> Path:
    """Return the folder of bundled tables."""
    return Path(str(files("blocs.data")))


def path(name: str) -> Path:
    """Return the path of bundled table `name`, e.g. 'worlds/world-81x50.npz'; DataError if it is not there."""
    found = folder() / name
    if not found.is_file():
        raise DataError(
            f"bundled table {name!r} is missing; reinstall blocs (`blocs data verify` lists what is)"
        )
    return found


def rows(name: str) -> list[dict[str, str]]:
    """Return a bundled CSV table as a list of rows; lines that start with # are notes."""
    with path(name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def arrays(name: str) -> dict[str, np.ndarray]:
    """Return all arrays of a bundled .npz table."""
    import numpy as np

    with np.load(path(name), allow_pickle=False) as archive:
        return {key: archive[key] for key in archive.files}


def mapping(name: str) -> Any:
    """Return a bundled YAML 1.2 table."""
    from blocs.data.core_yaml import load

    return load(path(name).read_text(encoding="utf-8"))
