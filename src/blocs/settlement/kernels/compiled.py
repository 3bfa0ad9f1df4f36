"""How kernels are compiled: kept in the cache, without reference counting where nothing is allocated."""

from __future__ import annotations

from numba import njit

# `_nrt=False`: kernels that allocate nothing need no reference counts; counting the arrays of `Day` at every call would
# cost three times the rest. Numba refuses to compile an allocation under it, so that a mistake cannot pass.
kernel = njit(cache=True, error_model="numpy", _nrt=False)  # pyright: ignore[reportCallIssue] - an option numba has and does not announce
allocating = njit(cache=True, error_model="numpy")
