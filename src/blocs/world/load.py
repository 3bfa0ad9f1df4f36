"""Loads worlds: the bundled ones by name, rebuilt ones by path; shares in float32 on disk, balanced in float64."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from blocs.data import store
from blocs.errors import DataError, unknown
from blocs.world import by_user
from blocs.world.world import World
from blocs.world.world_files import read_world

DEFAULT = "81x50"
BUNDLED = {
    "81x50": "worlds/world-81x50.npz",
    "81x28": "worlds/world-81x28.npz",
}


def load_world(name: str | PathLike[str] = DEFAULT) -> World:
    """Return a bundled world, or one from a file.

    `name` is '81x50' (default), '81x28' (services as one aggregate), both of base year 2022, or the path of a
    .npz file that `blocs data build icio` wrote. Spending, final use, output, value added and deficits are derived
    in float64, so the identities of docs/world.md hold to rounding. Raises DataError for another name and for a file
    that is no world (see `blocs.world.world_files.read_world`).
    """
    path, label = _find(name)
    stored = read_world(path)
    return World(
        stored.regions,
        stored.sectors,
        stored.accounts,
        name=label,
        year=stored.year,
        intermediate=by_user.flows_by_user if name in by_user.BUNDLED else None,
    )


def _find(name: str | PathLike[str]) -> tuple[Path, str]:
    """Return the file that `name` means, and what the world is called."""
    if isinstance(name, str) and name in BUNDLED:
        return store.path(BUNDLED[name]), name
    if str(name).endswith(".npz"):
        return Path(name), Path(name).stem
    raise DataError(f"{unknown('world', str(name), BUNDLED)}; a world of your own is the path of a .npz file")
