"""How kernels are compiled: kept in the cache, uncounted where nothing is allocated, inlined where it pays."""

from __future__ import annotations

from numba import njit

# `_nrt=False`: kernels that allocate nothing need no reference counts; counting the arrays of `Day` at every call would
# cost three times the rest. Numba refuses to compile an allocation under it, so that a mistake cannot pass.
kernel = njit(cache=True, error_model="numpy", _nrt=False)  # pyright: ignore[reportCallIssue] - an option numba has and does not announce
# `forceinline`: what runs for every payment is laid into its caller; handing over the nine arrays of `Day`, some
# seventy words a call, cost half of the day.
inlined = njit(cache=True, error_model="numpy", _nrt=False, forceinline=True)  # pyright: ignore[reportCallIssue] - as above
allocating = njit(cache=True, error_model="numpy")
