"""The vectors of this installation; a new vector is added here and nowhere else."""

from __future__ import annotations

from blocs.vectors.ai.vector import AiVector
from blocs.vectors.base import Vector
from blocs.vectors.debt.vector import DebtVector
from blocs.vectors.industry.vector import IndustryVector
from blocs.vectors.minerals.vector import MineralsVector
from blocs.vectors.payments.vector import PaymentsVector
from blocs.vectors.trade import TradeVector
from blocs.world.measure import Measure

VECTORS: tuple[Vector, ...] = (
    TradeVector(),
    PaymentsVector(),
    DebtVector(),
    MineralsVector(),
    IndustryVector(),
    AiVector(),
)


def measure_types() -> dict[str, type[Measure]]:
    """Return every measure of every vector by its `type` word."""
    return {model.model_fields["type"].default: model for vector in VECTORS for model in vector.measures}


def vector_of(measure: Measure) -> Vector:
    """Return the vector that owns `measure`."""
    return next(vector for vector in VECTORS if isinstance(measure, vector.measures))
