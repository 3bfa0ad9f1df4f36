"""The store of run folders: what is there, two side by side, queries over many, and what can be cleaned away."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError

from blocs.engine.outcome import REGIONAL
from blocs.errors import DataError, unknown
from blocs.report.folder import MANIFEST
from blocs.report.table import Column, Table
from blocs.study.document import RunDocument

TABLES = ("regions", "sectors", "bilateral", "rerouting")
Named = tuple[str, dict[str, Any]]


class _World(BaseModel):
    name: str


class _Status(BaseModel):
    converged: bool
    residual: float | None
    by_year: dict[str, str]


class _Finished(BaseModel):
    finished: datetime


class _Manifest(BaseModel):
    """What this module reads of a manifest; a folder without it holds no complete run."""

    schema_: Literal["blocs.manifest/1"] = Field(alias="schema")
    scenario: str
    world: _World
    status: _Status
    run: _Finished


class _Document(RunDocument):
    """A run's document as a folder holds it: without the wall time, which differs from run to run."""

    status: _Status  # pyright: ignore[reportIncompatibleVariableOverride] - the part of it that is stored


@dataclass(frozen=True)
class Stored:
    """One run folder, by what its manifest says."""

    name: str
    path: Path
    manifest: dict[str, Any]

    @property
    def converged(self) -> bool:
        """Whether every year converged."""
        return bool(self.manifest["status"]["converged"])

    @property
    def finished(self) -> str:
        """When it was finished, ISO 8601, UTC."""
        return str(self.manifest["run"]["finished"])

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(file.stat().st_size for file in self.path.rglob("*") if file.is_file())

    def document(self) -> dict[str, Any]:
        """Return the run's document, outcome.json."""
        file = self.path / "outcome.json"
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
            _check(_Document.model_validate(content))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "the document"
            raise DataError(
                f"{file} is no result of a run ({where}: {first['msg']}); run the scenario again"
            ) from None
        except (OSError, ValueError, RecursionError) as error:
            raise DataError(f"{file} cannot be read ({error}); run the scenario again") from error
        return content


def stored(folder: Path) -> list[Stored]:
    """Return the complete runs of `folder`, oldest first. Raises DataError where there is no such folder."""
    if not folder.is_dir():
        raise DataError(f"{folder} is no folder; `blocs run` makes it, or name another with --folder")
    found = [one for path in sorted(folder.iterdir()) if (one := _read(path)) is not None]
    return sorted(found, key=lambda one: (one.finished, one.name))


def one(folder: Path, name: str) -> Stored:
    """Return the run called `name` in `folder`, or the one in the folder `name` itself."""
    direct = _read(Path(name))
    if direct is not None:
        return direct
    by_name = {run.name: run for run in stored(folder)}
    if name not in by_name:
        if (folder / name / MANIFEST).is_file():
            raise DataError(
                f"{folder / name / MANIFEST} is damaged or of another version; run the scenario again"
            )
        raise DataError(f"{unknown('run', name, by_name)}; `blocs runs list` shows them")
    return by_name[name]


def _read(path: Path) -> Stored | None:
    file = path / MANIFEST
    if not path.is_dir() or path.name.startswith(".") or not file.is_file():
        return None
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
        _Manifest.model_validate(manifest)
    except (OSError, ValueError, RecursionError):  # pydantic's ValidationError is a ValueError
        return None
    return Stored(path.resolve().name, path, manifest)


def _check(document: RunDocument) -> None:
    """Raise ValueError unless every regional result has every region and year."""
    for name in REGIONAL:
        values: dict[str, list[float | None]] = getattr(document, name)
        for region in document.regions:
            if len(values.get(region, ())) != len(document.years):
                raise ValueError(f"{name} of {region} does not have one value a year")


def comparison(first: Stored, second: Stored, *, metric: str = "welfare", year: int | None = None) -> Table:
    """Return a result of two runs by region in one year, and second less first, %.

    year: default the last that both have. Raises DataError where they share no year or region.
    """
    return compared(
        (first.name, first.document()), (second.name, second.document()), metric=metric, year=year
    )


def compared(first: Named, second: Named, *, metric: str = "welfare", year: int | None = None) -> Table:
    """Return the same of two result documents (`blocs.run/1`), each with the name it is to have."""
    (one_name, one_doc), (two_name, two_doc) = first, second
    if metric not in one_doc or not isinstance(one_doc[metric], dict) or metric == "units":
        valid = [k for k, v in one_doc.items() if isinstance(v, dict) and k in one_doc["units"]]
        raise DataError(unknown("result", metric, valid))
    years = sorted(set(one_doc["years"]) & set(two_doc["years"]))
    if not years:
        raise DataError(f"{one_name} and {two_name} have no year in common; run one of them for the other's")
    year = years[-1] if year is None else year
    if year not in years:
        raise DataError(f"year {year} is not in both runs; they share {', '.join(map(str, years))}")
    regions = [code for code in one_doc["regions"] if code in two_doc["regions"]]
    if not regions:
        raise DataError(f"{one_name} and {two_name} have no region in common; compare runs on one world")
    at, to = one_doc["years"].index(year), two_doc["years"].index(year)
    rows = []
    for code in regions:
        before, after = (_known(v) for v in (one_doc[metric][code][at], two_doc[metric][code][to]))
        rows.append((code, before, after, after - before))
    columns = (
        Column("region", "Code"),
        Column("first", one_name, "%"),
        Column("second", two_name, "%"),
        Column("difference", "Difference", "%"),
    )
    return Table(f"{metric}-{year}", columns, tuple(rows))


def _known(value: float | None) -> float:
    return float("nan") if value is None else value


def leftovers(folder: Path) -> list[Path]:
    """Return what killed runs left in `folder`: hidden partial folders of ours, nothing else."""
    if not folder.is_dir():
        return []
    hidden = [path for path in folder.iterdir() if path.is_dir() and path.name.startswith(".")]
    return sorted(path for path in hidden if path.suffix in (".partial", ".old"))


def remove(paths: Sequence[Path]) -> None:
    """Delete folders. Raises DataError for the first that cannot be."""
    for path in paths:
        try:
            shutil.rmtree(path)
        except OSError as error:
            raise DataError(f"{path} cannot be removed: {error.strerror or error}") from error


def query(folder: Path, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Run one SQL query over all runs of `folder` and return (columns, rows).

    Tables: runs (run, scenario, world, converged, residual, finished), and regions, sectors, bilateral, rerouting with
    a column `run` before those of the CSV files. Needs DuckDB. Raises DataError for what DuckDB refuses.
    """
    try:
        import duckdb
    except ImportError as error:
        raise DataError("queries need DuckDB; pip install 'blocs[query]'") from error
    runs = stored(folder)
    if not runs:
        raise DataError(f"{folder} holds no complete run; `blocs run` makes one")
    with duckdb.connect(":memory:") as connection:
        try:
            _fill(connection, runs)
        except duckdb.Error as error:
            raise DataError(
                f"a table of the runs in {folder} cannot be read, perhaps of a damaged run: {error}"
            ) from error
        connection.execute("SET enable_external_access = false")  # a query reads runs, no other files
        try:
            answer = connection.execute(sql)
            return [column[0] for column in answer.description or []], answer.fetchall()
        except duckdb.Error as error:
            raise DataError(f"the query failed: {' '.join(str(error).split())}") from error


def _fill(connection: Any, runs: Sequence[Stored]) -> None:
    connection.execute(
        "CREATE TABLE runs (run VARCHAR, scenario VARCHAR, world VARCHAR, converged BOOLEAN, residual DOUBLE, "
        "finished TIMESTAMPTZ)"
    )
    for run in runs:
        status = run.manifest["status"]
        connection.execute(
            "INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?)",
            [run.name, run.manifest["scenario"], run.manifest["world"]["name"], status["converged"],
             status["residual"], run.finished],
        )  # fmt: skip
    for table in TABLES:
        files = [(run.name, str(run.path / "tables" / f"{table}.csv")) for run in runs]
        parts = [part for part in files if Path(part[1]).is_file()]
        for n, (name, file) in enumerate(parts):
            verb = f"CREATE TABLE {table} AS" if n == 0 else f"INSERT INTO {table} BY NAME"
            connection.execute(
                f"{verb} SELECT ? AS run, * FROM read_csv(?, header = true, nullstr = '', sample_size = -1)",
                [name, file],
            )


def write_csv(columns: Sequence[str], rows: Sequence[Sequence[Any]], stream: Any) -> None:
    """Write a query's answer as CSV."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
