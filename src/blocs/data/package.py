"""Says what the bundled tables are and whether they are whole, from `datapackage.json` and the standard library."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blocs.data import store
from blocs.errors import DataError, unknown

DESCRIPTOR = "datapackage.json"
REINSTALL = "reinstall blocs"
CHANGED = "reinstall blocs; if you changed it on purpose, run `blocs data build package --in-place`"
TABLES = (".csv", ".json", ".npz", ".yaml")


@dataclass(frozen=True)
class Problem:
    """What is wrong with one table, and what to do about it."""

    resource: str
    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.resource}: {self.what}; {self.fix}"


def resources(folder: Path | None = None) -> list[dict[str, Any]]:
    """Return the description of every table in `folder` (default: the bundled ones), in catalogue order.

    Keys are those of a Data Resource (name, path, title, description, format, bytes, hash, schema, sources, licenses)
    and our own: unit, status, may_be_bundled, builder, short_sources, rows, arrays, note. Raises DataError if
    `datapackage.json` is missing or broken.
    """
    path = (folder or store.folder()) / DESCRIPTOR
    if not path.is_file():
        raise DataError(
            f"no {DESCRIPTOR} in {path.parent}; name a folder that `blocs data build` wrote, or write the file with "
            "`blocs data build package --out FOLDER`"
        )
    try:
        return [_checked(entry) for entry in json.loads(path.read_text(encoding="utf-8"))["resources"]]
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path} is damaged ({error!r}); {REINSTALL}") from error


def find(name: str, folder: Path | None = None) -> dict[str, Any]:
    """Return the description of one table by name, path or file name; DataError with the nearest names."""
    found = resources(folder)
    for entry in found:
        if name in (entry["name"], entry["path"], Path(entry["path"]).name):
            return entry
    raise DataError(unknown("table", name, [entry["name"] for entry in found]))


def verify(folder: Path | None = None) -> list[Problem]:
    """Return what is wrong with the tables of `folder`: missing, changed, or there but not described."""
    place = folder or store.folder()
    try:
        known = resources(place)
    except DataError as error:
        return [Problem(DESCRIPTOR, str(error), REINSTALL)]
    problems = [problem for entry in known if (problem := _compare(place, entry))]
    paths = {entry["path"] for entry in known}
    extra = "delete it; a new table is described in builders/catalogue, then `blocs data build package`"
    problems += [Problem(path, "is not described", extra) for path in described(place) if path not in paths]
    return problems


def described(folder: Path) -> list[str]:
    """Return the paths of all files in `folder` that a data package must describe, sorted."""
    files = (
        file.relative_to(folder) for file in folder.rglob("*") if file.is_file() and file.suffix in TABLES
    )
    return sorted(
        file.as_posix() for file in files if file.as_posix() != DESCRIPTOR and "__pycache__" not in file.parts
    )


def _compare(folder: Path, entry: dict[str, Any]) -> Problem | None:
    file = folder / entry["path"]
    if not file.is_file():
        return Problem(entry["name"], f"{entry['path']} is missing", REINSTALL)
    size = file.stat().st_size
    if size != entry["bytes"]:
        return Problem(entry["name"], f"{entry['path']} has {size} bytes, not {entry['bytes']}", CHANGED)
    found = f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"
    if found != entry["hash"]:
        return Problem(entry["name"], f"{entry['path']} has another checksum, {found[:19]}…", CHANGED)
    return None


def _checked(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the entry if it has what the commands need and its path stays inside the folder."""
    for key in ("name", "path", "bytes", "hash", "title", "unit", "licenses", "sources"):
        entry[key]
    if Path(entry["path"]).is_absolute() or ".." in Path(entry["path"]).parts:
        raise ValueError(f"path {entry['path']!r} leaves the folder")
    return entry
