"""What `blocs data show` says of one table: its description, and rows, arrays or a view made for reading."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from blocs.cli.text import paragraph, table
from blocs.data import package, store
from blocs.errors import DataError, unknown

FIRST = 5  # rows shown of a plain table
LONGEST = 60  # letters shown of one entry of a YAML or JSON file
GROUPS = "groups"

Row = dict[str, Any]


@dataclass(frozen=True)
class View:
    """What to show: the table's description (none for `groups`), its rows, how many there are, a note.

    As text, `spelled` turns a row into the cells of `columns`, and into `below`, which is printed under the row.
    """

    resource: dict[str, Any] | None
    rows: list[Row]
    columns: tuple[str, ...]
    align: str = ""
    total: int | None = None
    note: str = ""
    spelled: Callable[[Row], Row] = dict
    below: str = ""


def view(name: str, head: int | None, year: int | None) -> View:
    """Return the view of table `name`, at most `head` rows of it; DataError for an unknown name."""
    if name == GROUPS:
        return _cut(_groups(year), head)
    if year is not None:
        raise DataError(f"--year is for `{GROUPS}` only, not for {name!r}; leave it out")
    resource = _find(name)
    special = _SPECIAL.get(resource["name"])
    if special is not None:
        return _cut(special(resource), head)
    return _cut(_plain(resource), FIRST if head is None and resource["format"] == "csv" else head)


def as_text(shown: View) -> str:
    """Return the view as plain text of 80 columns."""
    parts = [_described(shown.resource)] if shown.resource else []
    if shown.rows:
        rows = [shown.spelled(row) for row in shown.rows]
        below = [str(row[shown.below]) for row in rows] if shown.below else ()
        parts.append(table(rows, shown.columns, shown.align, below=below))
    if shown.total is not None and len(shown.rows) < shown.total:
        parts.append(f"{len(shown.rows)} of {shown.total} rows; --head {shown.total} shows all.")
    if shown.note:
        parts.append(paragraph(shown.note))
    return "\n\n".join(parts)


def _find(name: str) -> dict[str, Any]:
    try:
        return package.find(name)
    except DataError:
        raise DataError(unknown("table", name, [*(r["name"] for r in package.resources()), GROUPS])) from None


def _cut(shown: View, head: int | None) -> View:
    return replace(shown, rows=shown.rows[:head], total=len(shown.rows))


def _described(resource: dict[str, Any]) -> str:
    facts = {
        "unit": resource["unit"],
        "status": resource.get("status"),
        "bundled": resource.get("may_be_bundled"),
        "builder": resource.get("builder"),
        "licence": ", ".join(licence.get("name", "") for licence in resource["licenses"]),
        "file": f"{resource['path']}, {resource['bytes']} bytes",
        "hash": resource["hash"],
    }
    lines = [f"{resource['name']}: {resource['title']}", "", paragraph(resource.get("description", "")), ""]
    lines += [f"{key + ':':9}{value}" for key, value in facts.items() if value]
    if "note" in resource:
        lines += ["", paragraph(resource["note"])]
    lines += ["", "sources:", *(paragraph(_cited(source), "  ") for source in resource["sources"])]
    return "\n".join(lines)


def _cited(source: dict[str, Any]) -> str:
    parts = [source.get("title", ""), source.get("path", "")]
    if "licence" in source:
        parts.append(f"licence: {source['licence']}")
    return ". ".join(part for part in parts if part)


def _plain(resource: dict[str, Any]) -> View:
    """Return rows of a CSV table, arrays of a .npz file, or the entries of a YAML or JSON file."""
    if resource["format"] == "csv":
        rows: list[Row] = [dict(row) for row in store.rows(resource["path"])]
        fields = resource["schema"]["fields"]
        sides = "".join("l" if field["type"] == "string" else "r" for field in fields)
        return View(resource, rows, tuple(field["name"] for field in fields), sides)
    if resource["format"] == "npz":
        return View(resource, resource["arrays"], ("name", "shape", "dtype", "axes", "unit"), spelled=_array)
    entries = [{"entry": key, "holds": _shortened(value)} for key, value in _entries(resource).items()]
    return View(resource, entries, ("entry", "holds"))


def _entries(resource: dict[str, Any]) -> dict[str, Any]:
    if resource["format"] == "json":
        return json.loads(store.path(resource["path"]).read_text(encoding="utf-8"))
    return store.mapping(resource["path"])


def _array(array: Row) -> Row:
    return {**array, "shape": _product(array["shape"]), "axes": ", ".join(array["axes"])}


def _product(shape: Sequence[int]) -> str:
    return " × ".join(str(size) for size in shape) or "one number"


def _shortened(value: Any) -> str:
    if isinstance(value, dict):
        told = next((str(value[key]) for key in ("title", "citation") if key in value), None)
        return _shortened(told) if told else f"{len(value)} entries: {_shortened(', '.join(map(str, value)))}"
    if isinstance(value, list):
        return f"{len(value)} entries"
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


# views made for reading -----------------------------------------------------------------------------------


def _groups(year: int | None) -> View:
    from blocs.world.groups import coverage_table
    from blocs.world.tables import region_table

    rows = coverage_table(tuple(region_table()), year)
    note = (
        "regions: members that are regions of the bundled world; in ROW: members that are not, listed below. "
        "Membership is that at the end of the year; `blocs data show region-groups` says where it comes from."
    )
    columns = ("group", "year", "members", "regions", "in ROW", "status")
    return View(None, rows, columns, "lrrrrl", note=note, spelled=_group, below="hidden")


def _group(row: Row) -> Row:
    return {**row, "in ROW": len(row["inside_row"]), "hidden": ", ".join(row["inside_row"])}


def _elasticities(resource: dict[str, Any]) -> View:
    thetas: dict[str, list[float]] = {}
    for row in store.rows(resource["path"]):
        if row["filler"] == "0":
            thetas.setdefault(row["set"], []).append(float(row["theta"]))
    cited = store.mapping("parameters/sources.yaml")
    rows = [
        {
            "set": name,
            "goods": len(values),
            "min": min(values),
            "median": statistics.median(values),
            "max": max(values),
            "study": cited[name]["citation"],
        }
        for name, values in thetas.items()
    ]
    note = "Over the goods that a study estimates; fillers left out. All values: elasticities.csv in the data folder."
    return View(
        resource,
        rows,
        ("set", "goods", "min", "median", "max"),
        "lrrrr",
        note=note,
        spelled=_set,
        below="study",
    )


def _set(row: Row) -> Row:
    return {**row, **{key: f"{row[key]:.2f}" for key in ("min", "median", "max")}}


def _regions(resource: dict[str, Any]) -> View:
    return View(
        resource, _rows(resource), ("code", "name", "un_region", "oecd_since", "lon", "lat"), "lllrrr"
    )


def _sectors(resource: dict[str, Any]) -> View:
    return View(resource, _rows(resource), ("code", "short_name", "kind", "isic_rev4", "parent_28"))


def _repairs(resource: dict[str, Any]) -> View:
    return View(resource, _rows(resource), ("table", "status"), spelled=_repair, below="told")


def _repair(row: Row) -> Row:
    return {**row, "told": "{cells}: {rule}. Size: {size}. Why: {reason}".format(**row)}


def _rows(resource: dict[str, Any]) -> list[Row]:
    return [dict(row) for row in store.rows(resource["path"])]


_SPECIAL: dict[str, Callable[[dict[str, Any]], View]] = {
    "elasticities": _elasticities,
    "regions": _regions,
    "sectors": _sectors,
    "repairs": _repairs,
}
