"""What a scenario rests on: the methods, tables and parameters its run uses, as citations."""

from __future__ import annotations

import re
from typing import Any

from blocs.data import package, store
from blocs.data.assumptions import declared
from blocs.data.citations import Citation
from blocs.scenario.schema import Scenario
from blocs.vectors.registry import vector_of

METHODS = "methods.yaml"
SOURCES = "parameters/sources.yaml"
IN_THE_FILE = "Named in the file"  # a table whose sources stand entry by entry in the table itself
_URL = re.compile(r"https?://\S+?(?=[,;.]?(?:\s|$))")


def software(version: str) -> Citation:
    """Return the citation of blocs itself."""
    title = "blocs: a laboratory for a world economy that splits into blocs"
    return Citation(f"blocs developers (2026), {title}, version {version}", used_for="the computation")


def citations(scenario: Scenario, version: str) -> tuple[Citation, ...]:
    """Return what a run of `scenario` uses: blocs, methods, the world, parameters, tables, and its own sources."""
    vectors = {vector_of(measure).name for measure in scenario.measures}
    parts = (
        [software(version)],
        _methods(vectors | {"engine"}),
        _tables([f"world-{scenario.world}"]),
        _elasticities(scenario.elasticities),
        _parameters(vectors | {"nests"} | ({"growth"} if scenario.baseline == "growth" else set())),
        _tables(_used(vectors, scenario)),
        [_spoken(line) for line in scenario.sources],
    )
    return tuple(citation for part in parts for citation in part)


def _methods(used: set[str]) -> list[Citation]:
    return [
        Citation(entry["citation"], entry["url"], used_for=entry["what"])
        for entry in store.mapping(METHODS).values()
        if used & set(entry["for"])
    ]


def _elasticities(name: str) -> list[Citation]:
    entry = store.mapping(SOURCES).get(name)
    return [] if entry is None else [
        Citation(entry["citation"], entry["url"], entry["licence"], "trade elasticities")
    ]  # fmt: skip


def _parameters(files: set[str]) -> list[Citation]:
    return [
        Citation(entry.citation, entry.url, used_for=f"parameters ({name.split('.')[0]})")
        for name, entry in declared().items()
        if name.split(".")[0] in files and entry.citation
    ]


def _used(vectors: set[str], scenario: Scenario) -> list[str]:
    """Return the tables of the vectors that act, and the tables of duties the measures name."""
    named = {str(getattr(measure, "table", "")) for measure in scenario.measures}
    return [
        r["name"] for r in package.resources() if r["path"].split("/")[0] in vectors or r["name"] in named
    ]


def _tables(names: list[str]) -> list[Citation]:
    known: dict[str, dict[str, Any]] = {r["name"]: r for r in package.resources()}
    return [
        Citation(source["title"], source.get("path", ""), source.get("licence", ""), f"data ({name})")
        for name in names
        if name in known
        for source in known[name]["sources"]
        if not source["title"].startswith(IN_THE_FILE)
    ]


def _spoken(line: str) -> Citation:
    url = _URL.search(line)
    return Citation(line, url.group(0) if url else "", used_for="the measures of the scenario")
