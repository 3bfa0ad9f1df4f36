"""`blocs doctor`: says whether this installation is sound, and what to do where it is not."""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import click

WRONG = 2
CORE = ("jax", "jaxlib", "numpy", "scipy", "numba", "pandas", "xarray", "pydantic", "matplotlib")
# extra -> a module that tells whether it is installed, and what it is for
EXTRAS = {
    "web": ("fastapi", "the page in the browser, `blocs serve`"),
    "dask": ("distributed", "ensembles on a cluster, `--scheduler`"),
    "query": ("duckdb", "questions over many runs, `blocs runs query`"),
    "excel": ("openpyxl", "Excel tables, `--also excel`"),
    "parquet": ("pyarrow", "ensembles that go on after a stop, `--out`; Parquet files"),
}
ANEW = "derivatives, games and Newton compile anew in every process (some seconds)"
ELSEWHERE = "set XDG_CACHE_HOME to a folder that can be written"
LARGE = 2 << 30  # bytes of compiled programs from which a hint is worth a line


@dataclass(frozen=True)
class Finding:
    """One thing looked at: `ok`, `note` (works, but know this) or `wrong` (mend it), and the fix."""

    about: str
    state: str
    what: str
    fix: str = ""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
@click.option("--quick", is_flag=True, help="Leave out the trial solve.")
def doctor(as_json: bool, quick: bool) -> None:
    """Check this installation: versions, extras, threads, caches, data, and a small solve.

    Exit code 0 if blocs works (notes do not count), 2 if something is wrong.
    """
    looks: list[Callable[[], Iterator[Finding]]] = [_versions, _extras, _machine, _caches, _data]
    looks += [] if quick else [_trial]
    found = []
    for look in looks:
        for finding in look():
            found.append(finding)
            if not as_json:
                click.echo(f"{finding.state:>5}  {finding.about}: {finding.what}")
                if finding.fix:
                    click.echo(f"       {finding.fix}")
    wrong = [finding for finding in found if finding.state == "wrong"]
    if as_json:
        document = {"schema": "blocs.doctor/1", "ok": not wrong, "findings": [asdict(f) for f in found]}
        click.echo(json.dumps(document, ensure_ascii=False))
    else:
        click.echo(f"{len(wrong)} wrong" if wrong else "blocs is in good health")
    if wrong:
        click.get_current_context().exit(WRONG)


def _versions() -> Iterator[Finding]:
    from blocs import __version__

    yield Finding("blocs", "ok", f"{__version__} on Python {platform.python_version()}, {sys.executable}")
    missing = []
    shown = []
    for name in CORE:
        try:
            shown.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        yield Finding(
            "packages", "wrong", f"not installed: {', '.join(missing)}", "pip install --force-reinstall blocs"
        )
    yield Finding("packages", "ok", ", ".join(shown))


def _extras() -> Iterator[Finding]:
    for extra, (module, use) in EXTRAS.items():
        if find_spec(module) is None:
            yield Finding(
                f"extra {extra}", "note", f"not installed; needed for {use}", f"pip install 'blocs[{extra}]'"
            )
        else:
            yield Finding(f"extra {extra}", "ok", f"installed: {use}")


def _machine() -> Iterator[Finding]:
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    yield Finding("cores", "ok", f"{here} to use, {os.cpu_count()} on the machine, {platform.machine()}")
    held = {name: os.environ[name] for name in ("XLA_FLAGS", "OMP_NUM_THREADS", "JAX_PLATFORMS", "NUMBA_NUM_THREADS")
            if name in os.environ}  # fmt: skip
    if held:
        yield Finding(
            "settings", "note", "set in this shell: " + ", ".join(f"{k}={v}" for k, v in held.items())
        )


def _caches() -> Iterator[Finding]:
    from blocs.engine.runtime import cache_folder

    about = "compiled programs"
    try:
        folder = cache_folder()
    except RuntimeError:
        yield Finding(about, "note", f"no home folder: {ANEW}", ELSEWHERE)
        return
    if not _writable(folder):
        yield Finding(about, "note", f"{folder} cannot be written: {ANEW}", ELSEWHERE)
        return
    size = sum(file.stat().st_size for file in folder.parent.rglob("*") if file.is_file())
    fix = f"delete {folder.parent}; it fills again" if size > LARGE else ""
    yield Finding(about, "note" if fix else "ok", f"kept in {folder}, {size / 1e6:.0f} MB", fix)


def _writable(folder: Path) -> bool:
    """Return whether files can be made in `folder` or, where it is not there yet, in its nearest parent."""
    place = next((path for path in (folder, *folder.parents) if path.exists()), None)
    if place is None or not place.is_dir():
        return False
    try:
        with tempfile.TemporaryFile(dir=place):
            return True
    except OSError:
        return False


def _data() -> Iterator[Finding]:
    from blocs.data import package

    problems = package.verify()
    for problem in problems:
        yield Finding("data", "wrong", f"{problem.resource}: {problem.what}", problem.fix)
    if not problems:
        yield Finding("data", "ok", f"{len(package.resources())} tables, all there and unchanged")


def _trial() -> Iterator[Finding]:
    import blocs

    began = time.perf_counter()
    world = blocs.load_world("81x28")
    levied = world.accounts.tariff.copy()
    levied[:-1, world.region_index("CHN"), world.region_index("USA")] += 0.1
    outcome = blocs.solve(world, tariff=levied)
    took = time.perf_counter() - began
    if not outcome.status.converged:
        yield Finding(
            "trial solve",
            "wrong",
            str(outcome.status),
            "report this with the output of `blocs doctor --json`",
        )
        return
    what = f"{world.name} under a new duty, {outcome.status.message}, {took:.1f} s with loading"
    yield Finding("trial solve", "ok", what)
