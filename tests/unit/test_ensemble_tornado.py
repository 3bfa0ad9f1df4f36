"""The ends of a tornado are the values that were drawn, also where each draw bounds a number anew."""

from __future__ import annotations

import numpy as np
import pytest

from blocs.data.assumptions import Assumptions, declared
from blocs.study.ensemble.factors import Factor
from blocs.study.ensemble.result import _fifths

SIGMA = next(one for name, one in declared().items() if name == "nests.long.sigma_M")


def test_a_bounded_number_shows_the_middle_of_what_was_drawn() -> None:
    """Below a bound the draws crowd into what is left of the distribution, and so do the ends."""
    low = Assumptions.default()["nests.long.sigma_M"]
    points = np.random.default_rng(1).random((400, 2))
    free = (Factor("first", "nests", SIGMA), Factor("second", "nests", SIGMA))
    bounded = (free[0], Factor("second", "nests", SIGMA, most=lambda values: low))
    ends, cut = (_fifths(factors, 1, points, points[:, 1]) for factors in (free, bounded))
    assert ends is not None
    assert cut is not None
    assert (ends["at_low"], ends["at_high"]) == tuple(free[1].values(np.array([0.1, 0.9])))
    assert cut["at_high"] == pytest.approx(bounded[1].values(np.array([0.9]), low)[0], rel=0.05)
    assert cut["at_low"] < cut["at_high"] < low < ends["at_high"]
    assert (cut["low"], cut["high"]) == (ends["low"], ends["high"])
