"""A scenario and draws that tests of ensembles share."""

from __future__ import annotations

import numpy as np

import blocs
from blocs.study.ensemble.design import sobol_points

TARIFF = {"type": "tariff", "by": "USA", "on": "CHN", "rate": 0.5}


def scenario(name: str = "s", **changes: object) -> blocs.Scenario:
    content = {"name": name, "years": "2025", "world": "81x28", "measures": [TARIFF]}
    return blocs.Scenario.from_dict(content | changes)


def uniforms(count: int, size: int, seed: int = 1) -> np.ndarray:
    return sobol_points(count, size, seed)
