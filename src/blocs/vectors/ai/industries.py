"""Which industries AI reaches: classes of exposure, and the presets industrial and services."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from blocs.data.assumptions import SERVICES, Assumptions
from blocs.errors import DataError
from blocs.world.accounts import Floats
from blocs.world.tables import sector_table
from blocs.world.world import World

# ICIO industries by class of exposure; `ai.exposure.<class>` is the share of tasks exposed
CLASSES: Mapping[str, tuple[str, ...]] = {
    "knowledge": ("J58T60", "J61", "J62_63", "K", "M"),
    "offices": ("G", "L", "N", "O", "P", "Q"),
    "manufacturing_advanced": ("C20", "C21", "C26", "C27", "C28", "C29", "C301", "C302T309"),
    "manufacturing_other": (
        "C10T12", "C13T15", "C16", "C17_18", "C19", "C22", "C23", "C24A", "C24B", "C25", "C31T33",
    ),
    "hands": ("D", "E", "H49", "H50", "H51", "H52", "H53", "I", "R", "S", "T"),
    "land": ("A01", "A02", "A03", "B05", "B06", "B07", "B08", "B09", "F"),
}  # fmt: skip
# services by code that count as industry: energy, water, construction, transport
INDUSTRIAL_SERVICES = frozenset({"D", "E", "F", "H49", "H50", "H51", "H52", "H53"})


def exposure(world: World, assumptions: Assumptions) -> Floats:
    """Return the share of tasks exposed (industry,); all services as one take the mean of their industries.

    Raises DataError for an industry that is not of the ICIO list.
    """
    by_industry = {
        code: assumptions[f"ai.exposure.{name}"] for name, codes in CLASSES.items() for code in codes
    }
    services = [sector.code for sector in sector_table().values() if sector.kind == "services"]
    by_industry[SERVICES] = float(np.mean([by_industry[code] for code in services]))
    missing = [code for code in world.sectors if code not in by_industry]
    if missing:
        raise DataError(f"the exposure of industry {missing[0]} to AI is not known; AI needs ICIO industries")
    return np.array([by_industry[code] for code in world.sectors])


def reached(world: World, preset: str) -> Floats:
    """Return 1 for the industries of `preset` and 0 else (industry,); all services as one count as services."""
    kinds = {code: sector.kind for code, sector in sector_table().items()}
    industrial = np.array([kinds[s] == "goods" or s in INDUSTRIAL_SERVICES for s in world.sectors])
    chosen = {"all": np.ones_like(industrial), "industrial": industrial, "services": ~industrial}[preset]
    return chosen.astype(np.float64)
