"""The computations that a ledger can name; a new one is added here and nowhere else.

Modules are imported when a computation is used; they import the study inside their functions, so that a ledger of
data claims needs no JAX.
"""

from __future__ import annotations

from blocs.claims.computation import Computation
from blocs.errors import DataError, unknown

COMPUTATIONS: tuple[Computation, ...] = (
    # data
    Computation(
        "export-share", "blocs.claims.computations.exports", "export_share",
        "A buyer's share in a seller's exports: of goods, of all, and of value added used abroad.",
    ),
    Computation(
        "control-dates", "blocs.claims.computations.controls", "control_dates",
        "When China's controls on minerals were announced and came into force.",
    ),
    Computation(
        "control-count", "blocs.claims.computations.controls", "control_count",
        "How many elements China's controls name at a date, by three counting rules.",
    ),
    Computation(
        "open-model-share", "blocs.claims.computations.models", "open_model_share",
        "A country's share in AI models with open weights, by three ways to count.",
    ),
    Computation(
        "power-margin", "blocs.claims.computations.models", "power_margin",
        "What data centres would take of the growth of electricity generation.",
    ),
    # model
    Computation(
        "export-share-after", "blocs.claims.computations.exports", "export_share_after",
        "A buyer's share in a seller's exports of goods after a scenario, short and long run.", model=True,
    ),
)  # fmt: skip


def computation(name: str) -> Computation:
    """Return a computation by name; DataError with the nearest names."""
    by_name = {one.name: one for one in COMPUTATIONS}
    if name not in by_name:
        raise DataError(f"{unknown('computation', name, by_name)}; `blocs claims computations` lists them")
    return by_name[name]
