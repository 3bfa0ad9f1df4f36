"""How a solve ended: a verdict with a human sentence. Numerics never raise; misuse does."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """What became of a solve."""

    CONVERGED = "converged"
    STALLED = "stalled"
    INFEASIBLE = "infeasible"
    INFEASIBLE_DEFICIT = "infeasible_deficit"


@dataclass(frozen=True)
class Status:
    """Verdict, size of the largest residual (log), iterations, wall seconds, and what it means."""

    verdict: Verdict
    residual: float
    iterations: int
    seconds: float
    message: str

    @property
    def converged(self) -> bool:
        """Whether all equations hold to the solver's tolerance."""
        return self.verdict is Verdict.CONVERGED

    def __str__(self) -> str:
        return f"{self.verdict.value}: {self.message}"
