"""Keeps the evidence of model claims between runs: by what is computed, the data, the code and the libraries."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from blocs.claims.reading import Evidence
from blocs.data import store
from blocs.data.cache import user_folder

log = logging.getLogger(__name__)

FOLDER = "claims"
ABOVE = ("cli", "web", "report", "builders")  # rooms that no computation can reach: the layers' contract


def key(what: Mapping[str, Any], draws: int) -> str:
    """Return the name of the evidence of `what`: it changes with everything that could change a number."""
    card = {"what": what, "draws": draws, "code": _code(), "data": _data(), "versions": _versions()}
    return hashlib.sha256(
        json.dumps(card, sort_keys=True, ensure_ascii=False, default=str).encode()
    ).hexdigest()[:24]


def read(name: str) -> Evidence | None:
    """Return what was kept under `name`; None if nothing was, or if it cannot be read."""
    try:
        text = (user_folder() / FOLDER / f"{name}.json").read_text(encoding="utf-8")
        return Evidence.from_json(json.loads(text))
    except (OSError, ValueError, KeyError, TypeError, RuntimeError):
        return None


def keep(name: str, evidence: Evidence) -> None:
    """Keep `evidence` under `name`, whole or not at all; where nothing can be written, nothing is kept."""
    try:
        folder = user_folder() / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(evidence.to_json(), stream, ensure_ascii=False)
        Path(part).replace(folder / f"{name}.json")
    except (OSError, RuntimeError) as error:  # a read-only or missing home
        log.info("evidence is not kept: %s", error)


@cache
def _code() -> str:
    """Return a digest of the installed package's code: an edited model must not answer from the cache.

    What shows results is left out, so that an edited page costs no new solves.
    """
    root = store.folder().parent
    state = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        if path.relative_to(root).parts[0] in ABOVE:
            continue
        state.update(path.relative_to(root).as_posix().encode())
        state.update(path.read_bytes())
    return state.hexdigest()[:16]


def _data() -> str:
    """Return a digest of the bundled tables themselves, not of what their catalogue says."""
    root, state = store.folder(), hashlib.sha256()
    for path in sorted(file for file in root.rglob("*") if file.suffix in (".csv", ".yaml", ".npz")):
        state.update(path.relative_to(root).as_posix().encode())
        state.update(path.read_bytes())
    return state.hexdigest()[:16]


@cache
def _versions() -> dict[str, str]:
    from importlib.metadata import version

    return {name: version(name) for name in ("jax", "numpy", "scipy")}
