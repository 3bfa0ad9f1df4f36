"""Builds the table of look-through content by year from the bundled 81x28 world and its yearly totals."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from blocs.builders.npz import write_npz
from blocs.world.history import YEARS
from blocs.world.load import load_world
from blocs.world.look_through import BY_YEAR, content, direct

STEPS = 40_000  # a share of output is stored in as many steps, which fit uint16


def build_reliance(out: Path, progress: Callable[[str], None]) -> Path:
    """Write content, direct purchases and duty of every year, as uint16.

    Takes about a minute.
    """
    base = load_world("81x28")
    parts: dict[str, list[np.ndarray]] = {"content": [], "direct": [], "duty": []}
    for year in YEARS:
        progress(f"computing look-through content of {year}")
        world = base.at(year)
        found, duty = content(world)
        for name, values in (("content", found), ("direct", direct(world)), ("duty", duty)):
            parts[name].append(np.rint(np.clip(values, 0.0, 1.0) * STEPS).astype(np.uint16))
    path = Path(out) / BY_YEAR
    write_npz(
        path,
        {
            "regions": np.array(base.regions),
            "sectors": np.array(base.sectors),
            "years": np.array(YEARS, dtype=np.int32),
            "steps": np.array(STEPS, dtype=np.int32),
            **{name: np.stack(values) for name, values in parts.items()},
        },
    )
    return path
