"""Write `datapackage.json` from the catalogue and the files themselves: `blocs data build package`.

The document is a Data Package, version 2.0 of the standard (https://datapackage.org/standard/data-package/), with
keys of our own on each resource: `unit`, `status`, `may_be_bundled`, `builder`, `short_sources`, `rows` of a CSV
table and `arrays` of a .npz file; on each source `licence`, `status` and `accessed`; on each column `unit`.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from blocs.builders.npz import sha256
from blocs.data import npz, store
from blocs.data.package import DESCRIPTOR, described
from blocs.errors import DataError, unknown

CATALOGUE = Path(__file__).with_name("catalogue")  # one YAML file for each area of the data
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
STATUSES = ("file", "transcribed", "derived", "memory")
BUNDLING = ("yes", "derived")
BUILDERS = {
    "icio": "blocs data build icio",
    "borders": "blocs data build borders",
    "regions": "blocs data build regions",
    "reliance": "blocs data build reliance",
    "us-tariffs": "blocs data build us-tariffs",
    "minerals": "blocs data build minerals",
    "minerals-posterior": "blocs data build minerals-posterior",
    "ai": "blocs data build ai",
    "debt": "blocs data build debt",
    "payments": "blocs data build payments",
    "macro": "blocs data build macro",
    "hand": "written by hand",
}
MEDIA = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".npz": "application/zip",
    ".yaml": "application/yaml",
}
NEEDED = {"name", "title", "short_sources", "description", "unit", "status", "may_be_bundled", "licences"}
NEEDED |= {"builder", "sources"}
OPTIONAL = {"note", "arrays", "fields", "key"}

_NUMBERS: dict[str, Callable[[str], object]] = {"integer": int, "number": float, "year": int}


def write_package(folder: Path | None = None, *, partial: bool = False) -> Path:
    """Describe the tables in `folder` (default: the bundled ones) and write its `datapackage.json`.

    `partial` allows tables of the catalogue to be absent and other files to be there, as in a folder that one builder
    wrote. Raises DataError as `describe` does.
    """
    target = (folder or store.folder()) / DESCRIPTOR
    target.write_text(as_text(describe(folder, partial=partial)), encoding="utf-8", newline="\n")
    return target


def as_text(document: Mapping[str, Any]) -> str:
    """Return the document as it is written: the same tables give the same bytes."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def describe(folder: Path | None = None, *, partial: bool = False) -> dict[str, Any]:
    """Return the data package of `folder` (default: the bundled tables).

    Raises DataError if a table is missing or not in the catalogue (unless `partial`), if its columns, types or arrays
    are not those of the catalogue, or if the catalogue itself is wrong.
    """
    place = folder or store.folder()
    catalogue = _catalogue()
    entries = catalogue["resources"]
    present = described(place)
    strange = [path for path in present if path not in entries]
    if strange and not partial:
        raise DataError(
            f"{strange[0]} is not in the {CATALOGUE.name}; say in one of its files what it is, or delete it"
        )
    missing = [path for path in entries if path not in present]
    if missing and not partial:
        raise DataError(
            f"{missing[0]} is in the {CATALOGUE.name} but not in {place}; build it, or take it out"
        )
    found = [_resource(place, path, entry, catalogue) for path, entry in entries.items() if path in present]
    if not found:
        raise DataError(f"{place} holds no table of blocs; give the folder that `blocs data build` wrote")
    used = sorted({licence["name"] for resource in found for licence in resource["licenses"]})
    return {
        "$schema": PROFILE,
        **catalogue["package"],
        "licenses": [_licence(name, catalogue) for name in used],
        "resources": found,
    }


def outputs(builder: str) -> list[str]:
    """Return the paths that `blocs data build BUILDER` writes, below its folder."""
    return [path for path, entry in _catalogue()["resources"].items() if entry["builder"] == builder]


@cache
def _catalogue() -> dict[str, Any]:
    """Read the catalogue, join the sources of the parameters to its own, and check every entry."""
    from ruamel.yaml import YAML

    content: dict[str, Any] = {"sources": dict(store.mapping("parameters/sources.yaml"))}
    origin = dict.fromkeys(content["sources"], "parameters/sources.yaml")
    files = sorted(CATALOGUE.glob("*.yaml"), key=lambda file: (file.stem != "world", file.stem))
    for file in files:
        for part, entries in YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8")).items():
            twice = sorted(content.get(part, {}).keys() & entries.keys())
            if twice:
                where = origin.get(twice[0], "another file of the catalogue")
                raise DataError(f"{file.name}: {part} {twice[0]} is in {where} too; drop one")
            content[part] = content.get(part, {}) | entries
            origin |= dict.fromkeys(entries, file.name)
    names = [entry.get("name") for entry in content["resources"].values()]
    for path, entry in content["resources"].items():
        try:
            _check_entry(entry, content)
            if names.count(entry["name"]) > 1:
                raise DataError(f"the name {entry['name']!r} is taken; choose another")
        except DataError as error:
            raise DataError(f"{origin[path]}, {path}: {error}") from error
    return content


def _check_entry(entry: Mapping[str, Any], content: Mapping[str, Any]) -> None:
    missing = sorted(NEEDED - entry.keys())
    if missing:
        raise DataError(f"lacks {', '.join(missing)}")
    for key in entry:
        if key not in NEEDED | OPTIONAL:
            raise DataError(unknown("key", key, NEEDED | OPTIONAL))
    choices = {"status": STATUSES, "may_be_bundled": BUNDLING, "builder": BUILDERS}
    for key, valid in choices.items():
        if entry[key] not in valid:
            raise DataError(unknown(key, entry[key], valid))
    for key in ("sources", "licences"):
        for name in entry[key]:
            if name not in content[key]:
                raise DataError(unknown(key, name, content[key]))


def _resource(
    place: Path, path: str, entry: Mapping[str, Any], catalogue: Mapping[str, Any]
) -> dict[str, Any]:
    file = place / path
    resource: dict[str, Any] = {
        "name": entry["name"],
        **({"type": "table"} if file.suffix == ".csv" else {}),
        "path": path,
        "title": entry["title"],
        "description": entry["description"],
        "format": file.suffix[1:],
        "mediatype": MEDIA[file.suffix],
        **({} if file.suffix == ".npz" else {"encoding": "utf-8"}),
        "bytes": file.stat().st_size,
        "hash": f"sha256:{sha256(file)}",
        "unit": entry["unit"],
        "status": entry["status"],
        "may_be_bundled": entry["may_be_bundled"],
        "builder": BUILDERS[entry["builder"]],
        "short_sources": entry["short_sources"],
        **({"note": entry["note"]} if "note" in entry else {}),
        "sources": [_source(name, catalogue) for name in entry["sources"]],
        "licenses": [_licence(name, catalogue) for name in entry["licences"]],
    }
    if file.suffix == ".csv":
        resource |= _table(file, path, entry)
    if file.suffix == ".npz":
        resource["arrays"] = _arrays(file, path, entry)
    return resource


def _source(name: str, catalogue: Mapping[str, Any]) -> dict[str, Any]:
    source = catalogue["sources"][name]
    out = {"title": source["citation"]}
    if "url" in source:
        out["path"] = source["url"]
    return out | {key: source[key] for key in ("licence", "status", "accessed") if key in source}


def _licence(name: str, catalogue: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, **catalogue["licences"][name]}


def _table(file: Path, path: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return number of rows and Table Schema of a CSV file after checking its cells against the catalogue."""
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        rows, header = list(reader), reader.fieldnames or []
    fields = entry.get("fields", {})
    if list(fields) != list(header):
        raise DataError(
            f"{path} has columns {', '.join(header)}; the {CATALOGUE.name} says {', '.join(fields)}"
        )
    for name, field in fields.items():
        _check_column(path, name, field["type"], [row[name] for row in rows])
    schema: dict[str, Any] = {"fields": [{"name": name, **field} for name, field in fields.items()]}
    if "key" in entry:
        keys = [tuple(row[name] for name in entry["key"]) for row in rows]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice:
            raise DataError(
                f"{path} has two rows for {', '.join(twice)}; {', '.join(entry['key'])} must tell rows apart"
            )
        schema["primaryKey"] = entry["key"]
    return {"rows": len(rows), "schema": schema}


def _check_column(path: str, name: str, kind: str, cells: list[str]) -> None:
    read = _NUMBERS.get(kind)
    if read is None:
        if kind != "string":
            raise DataError(f"{CATALOGUE.name}, {path}: {unknown('type', kind, [*_NUMBERS, 'string'])}")
        return
    for n, cell in enumerate(cells, start=2):
        try:
            if cell != "":
                read(cell)
        except ValueError as error:
            raise DataError(f"{path}, line {n}: {name} is {cell!r}, not {kind}") from error


def _arrays(file: Path, path: str, entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return name, shape, dtype, axes and unit of every array of a .npz file."""
    found, told = npz.headers(file), entry.get("arrays", {})
    if set(found) != set(told):
        raise DataError(f"{path} holds {', '.join(found)}; the {CATALOGUE.name} says {', '.join(told)}")
    for name, header in found.items():
        if len(told[name]["axes"]) != len(header.shape):
            raise DataError(
                f"{path}: {name} has shape {header.shape}; the {CATALOGUE.name} names {len(told[name]['axes'])} axes"
            )
    return [
        {"name": name, "shape": list(header.shape), "dtype": _dtype(header), **told[name]}
        for name, header in found.items()
    ]


def _dtype(header: npz.Header) -> str:
    return "text" if header.dtype.kind == "U" else header.dtype.name
