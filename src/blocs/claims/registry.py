"""The computations that a ledger can name; a new one is added here and nowhere else.

Modules are imported when a computation is used; they import the study inside their functions, so that a ledger of
data claims needs no JAX.
"""

from __future__ import annotations

from blocs.claims.computation import Computation
from blocs.errors import DataError, unknown

COMPUTATIONS: tuple[Computation, ...] = (
    # data
    # model
)


def computation(name: str) -> Computation:
    """Return a computation by name; DataError with the nearest names."""
    by_name = {one.name: one for one in COMPUTATIONS}
    if name not in by_name:
        raise DataError(f"{unknown('computation', name, by_name)}; `blocs claims computations` lists them")
    return by_name[name]
