"""The run folder: everything a run leaves, written beside the target and moved there whole."""

from __future__ import annotations

import json
import os
import platform
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from blocs import __version__
from blocs.data.store import folder as data_folder
from blocs.engine.outcome import REGIONAL
from blocs.errors import BlocsError
from blocs.study.document import RunDocument, all_notes, status_of
from blocs.study.run import Run

MANIFEST = "manifest.json"
SCHEMA = "blocs.manifest/1"


class FolderError(BlocsError):
    """A results folder that cannot be written."""


def claim(target: Path, overwrite: bool) -> None:
    """Raise FolderError unless results may be written to `target`; checked before the solve, not after."""
    if target.is_symlink() or (target.exists() and not target.is_dir()):  # a device would be renamed away
        raise FolderError(f"{target} is a file or a link; name a folder that does not exist yet")
    if target.is_dir() and any(target.iterdir()):
        if not overwrite:
            raise FolderError(f"{target} exists and is not empty; choose another --out or add --overwrite")
        if not (target / MANIFEST).is_file():
            raise FolderError(
                f"{target} holds something that is not a blocs run (no {MANIFEST}); it will not be replaced, "
                "choose another --out"
            )
    parent = _existing(target.parent)
    if not os.access(parent, os.W_OK):
        raise FolderError(f"{parent} cannot be written to; choose another --out")


def save(run: Run, target: Path, *, overwrite: bool = False, also: tuple[str, ...] = ()) -> None:
    """Write scenario.yaml, outcome.nc, outcome.json, tables/, report.html and manifest.json to `target`, and every
    table in the forms named in `also` (`blocs.report.exchange.FORMS`).

    All files go to a hidden folder beside the target that is renamed at the end: a killed run leaves nothing that
    looks whole, and an earlier run stays until the new one is complete.
    """
    write_folder(target, lambda folder: _write(run, folder, also), overwrite=overwrite)


def write_folder(target: Path, write: Callable[[Path], None], *, overwrite: bool = False) -> None:
    """Let `write` fill a hidden folder beside `target`, then move it there whole; its last file must be MANIFEST."""
    claim(target, overwrite)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".partial", dir=target.parent))
        try:
            write(partial)
            partial.chmod(0o755)
            _move(partial, target)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as error:
        raise FolderError(f"{target} cannot be written: {error.strerror or error}") from error


def _write(run: Run, folder: Path, also: tuple[str, ...]) -> None:
    from blocs.report.html import write_report
    from blocs.report.tables import write_tables

    run.scenario.save(folder / "scenario.yaml")
    (folder / "outcome.json").write_text(_without_timing(RunDocument.of(run)), encoding="utf-8")
    write_dataset(run, folder / "outcome.nc")
    (folder / "tables").mkdir()
    write_tables(run, folder / "tables")
    if also:
        from blocs.report.exchange import write

        write(run, folder / "tables", also)
    write_report(run, folder / "report.html")
    # last: a folder with a manifest is complete
    (folder / MANIFEST).write_text(
        json.dumps(manifest(run), indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def _move(partial: Path, target: Path) -> None:
    if not target.exists():
        partial.rename(target)
        return
    retired = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".old", dir=target.parent))
    target.rename(retired / "run")
    try:
        partial.rename(target)
    except OSError:
        (retired / "run").rename(target)
        raise
    finally:
        shutil.rmtree(retired, ignore_errors=True)


def write_dataset(run: Run, path: Path) -> None:
    """Write the labelled results of all years as netCDF (classic format, no clock inside)."""
    import xarray as xr

    world, years = run.world, list(run.years)
    fields: dict[str, Any] = {
        name: (("year", "region"), run.regional(name), {"unit": "%", "long_name": text})
        for name, text in REGIONAL.items()
    }
    for name in ("output_volume", "employment"):
        values = np.stack([getattr(outcome, name).values for outcome in run.outcomes])
        fields[name] = (("year", "user", "region"), values, {"unit": "%"})
    flows = np.stack([outcome.bare_flows for outcome in run.outcomes]).astype(np.float32)
    fields["flows"] = (
        ("year", "good", "origin", "destination"),
        flows,
        {"unit": "US$ mn, world value added held at its base", "long_name": "sales at producer prices"},
    )
    coords = {
        "year": years, "region": list(world.regions), "origin": list(world.regions),
        "destination": list(world.regions), "user": list(world.sectors), "good": list(world.sectors),
    }  # fmt: skip
    attrs = {
        "title": run.scenario.title or run.scenario.name,
        "scenario": run.scenario.name,
        "world": world.name,
    }
    xr.Dataset(fields, coords=coords, attrs=attrs).to_netcdf(path, engine="scipy", format="NETCDF3_64BIT")


def manifest(run: Run) -> dict[str, Any]:
    """Return what made the run: versions, data hashes, status; what varies between runs only under `run`."""
    from importlib.metadata import version

    status = status_of(run)
    return {
        "schema": SCHEMA,
        "scenario": run.scenario.name,
        "world": {"name": run.world.name, "year": run.world.year, "notes": list(run.world.notes)},
        "versions": {
            "blocs": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in ("jax", "jaxlib", "numpy", "scipy", "xarray", "pydantic")},
        },
        "data": {"datapackage_sha256": _sha256(data_folder() / "datapackage.json")},
        "seed": None,
        "status": {"converged": status.converged, "residual": status.residual, "iterations": status.iterations,
                   "by_year": status.by_year},
        "notes": list(all_notes(run)),
        "run": {
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "host": platform.node(),
            "platform": platform.platform(),
            "solver_seconds": status.seconds,
        },
    }  # fmt: skip


def _without_timing(document: RunDocument) -> str:
    """Return the document without the solver's seconds, so that equal runs leave equal files."""
    return document.model_dump_json(by_alias=True, exclude={"status": {"seconds"}}) + "\n"


def _sha256(path: Path) -> str | None:
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def _existing(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder
