"""Settings of the solver: Anderson acceleration first, Newton–Krylov where it stalls."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class NewtonKrylov:
    """The fallback: at most `max_steps` Newton steps, each solved to `forcing` by GMRES with restart `krylov`."""

    max_steps: int = 40
    forcing: float = 1e-3
    krylov: int = 40
    restarts: int = 3

    def __post_init__(self) -> None:
        if min(self.max_steps, self.krylov, self.restarts) < 1 or not 0.0 < self.forcing < 1.0:
            raise ValueError(
                f"{self}: max_steps, krylov and restarts are at least 1, forcing lies between 0 and 1"
            )


@dataclass(frozen=True)
class Anderson:
    """Anderson acceleration with `memory` past steps: stop at `tolerance` (residual) or after `max_iterations`.

    `fallback` takes over where it stalls; None leaves the solve stalled.
    """

    memory: int = 10
    max_iterations: int = 200
    tolerance: float = 1e-9
    fallback: NewtonKrylov | None = NewtonKrylov()

    def __post_init__(self) -> None:
        for name in ("memory", "max_iterations"):
            if getattr(self, name) < 1:
                raise ValueError(f"Anderson({name}={getattr(self, name)}): at least 1 is needed")
        if not 0.0 < self.tolerance < 1.0:
            raise ValueError(
                f"Anderson(tolerance={self.tolerance}): choose a number between 0 and 1, e.g. 1e-9"
            )
