"""Date-stamping: stretches in which the BSADF sequence lies above its critical values for long enough."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from blocs.errors import DataError


@dataclass(frozen=True)
class Episode:
    """Observations `start`…`end` (positions, both inside); `ongoing` if the series ends in it; `peak` is where BSADF is
    highest.
    """

    start: int
    end: int
    peak: int
    ongoing: bool

    @property
    def length(self) -> int:
        """Observations."""
        return self.end - self.start + 1


def default_duration(n: int) -> int:
    """Return ⌊ln n⌋, at least 1: shorter stretches are put down to chance (Phillips, Shi and Yu 2015, with δ = 1)."""
    return max(1, int(math.log(n)))


def episodes(bsadf: np.ndarray, critical: np.ndarray, *, duration: int | None = None) -> tuple[Episode, ...]:
    """Return the stretches of `bsadf` [n] above `critical` [n] that last `duration` observations or more.

    NaN counts as below. duration: default `default_duration`.
    """
    if bsadf.shape != critical.shape:
        raise DataError(f"statistics {bsadf.shape} and critical values {critical.shape} do not match")
    least = default_duration(bsadf.size) if duration is None else duration
    if least < 1:
        raise DataError(f"the shortest episode is {least}; give 1 or more observations")
    above = np.concatenate([[False], bsadf > critical, [False]])
    turns = np.flatnonzero(np.diff(above.astype(np.int8)))
    return tuple(
        Episode(
            int(start), int(stop) - 1, int(start + np.argmax(bsadf[start:stop])), bool(stop == bsadf.size)
        )
        for start, stop in zip(turns[::2], turns[1::2], strict=True)
        if stop - start >= least
    )
