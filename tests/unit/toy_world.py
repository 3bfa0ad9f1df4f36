"""The arrays of a world file of two regions and two sectors."""

from __future__ import annotations

import numpy as np

Arrays = dict[str, np.ndarray]


def toy() -> Arrays:
    """Two regions, two sectors, a duty on the first good."""
    return {
        "regions": np.array(["AAA", "BBB"]),
        "sectors": np.array(["X", "Y"]),
        "year": np.array(2022, dtype=np.int32),
        "flows": np.array([[[8, 2], [1, 9]], [[6, 1], [2, 7]]], dtype=np.float32),
        "use_share": np.full((2, 2, 2), 0.2, dtype=np.float32),
        "labour_share": np.full((2, 2), 0.6, dtype=np.float32),
        "tariff": np.array([[[0, 0.1], [0.05, 0]]], dtype=np.float32),
    }
