"""One source of equations for two array modules: NumPy, which solves, and JAX, which differentiates.

Kernels take the module from their arguments (`module_of`, the array API standard). A solve runs them on NumPy's arrays:
nothing is compiled, so that the first solve of a process costs as much as the next. Derivatives trace the very same
functions with JAX. What follows are the few operations that the two modules spell differently.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = Any  # NumPy's or JAX's
Floats: TypeAlias = NDArray[np.float64]
Module: TypeAlias = Any  # numpy or jax.numpy

_NUMPY = (np.ndarray, np.generic, float)
_TRUTH = (bool, np.bool_)


def module_of(array: Array) -> Module:
    """Return the module of `array`: `numpy`, or `jax.numpy` for JAX's arrays and tracers."""
    if isinstance(array, _NUMPY):
        return np
    return array.__array_namespace__()


def choose(condition: Array, then: Callable[[], Array], otherwise: Callable[[], Array]) -> Array:
    """Return `then()` where `condition` holds, else `otherwise()`; of a single truth NumPy evaluates only one."""
    if isinstance(condition, _TRUTH):
        return then() if condition else otherwise()
    return module_of(condition).where(condition, then(), otherwise())


def along_rows(matrices: Array, vectors: Array) -> Array:
    """Return sum_j matrices[n,i,j] vectors[n,j] as (n, i)."""
    return module_of(matrices).matmul(matrices, vectors[:, :, None])[:, :, 0]


def along_columns(matrices: Array, vectors: Array) -> Array:
    """Return sum_i vectors[n,i] matrices[n,i,j] as (n, j)."""
    return module_of(matrices).matmul(vectors[:, None, :], matrices)[:, 0, :]


def product_sum(spec: str, cube: Array, by: Array) -> Array:
    """Return the einsum `spec` of a large array and another: NumPy's own loop needs no temporary, JAX fuses one.

    For sums over an axis that both have and the result has not: `spec` as 'sikj,sij->skj'.
    """
    if module_of(cube) is np:
        return np.einsum(spec, cube, by)
    first, result = spec.split("->")[0].split(",")[0], spec.split("->")[1]
    second = spec.split("->")[0].split(",")[1]
    missing = tuple(first.index(axis) for axis in second if axis not in result)
    place = tuple(slice(None) if axis in second else None for axis in first)
    return (cube * by[place]).sum(axis=missing)
