"""Labels meet arrays here: strict alignment in, labelled read-only arrays out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from blocs.errors import DataError, unknown
from blocs.world.accounts import Floats

if TYPE_CHECKING:
    import xarray as xr

# dims a caller may use for an axis of ours: accounts are often indexed by one or the other word
_SYNONYMS = {
    "good": ("good", "sector"),
    "user": ("user", "sector", "industry", "good"),
    "origin": ("origin",),
    "destination": ("destination",),
    "region": ("region", "destination", "origin"),
}


def align(name: str, array: Any, dims: Sequence[str], axes: Mapping[str, Sequence[str]]) -> Floats:
    """Return `array` as float64 in the order of `dims`, its labels checked against `axes`.

    A labelled array (xarray) may have its dimensions and labels in any order, but must have exactly the labels
    of the world; a bare array must have the world's shape. NaN, other labels or another shape raise DataError.
    """
    values = _by_label(name, array, dims, axes) if hasattr(array, "dims") else _bare(name, array)
    if values.dtype.kind not in "fiub":
        raise DataError(f"{name} has dtype {values.dtype}; numbers are needed")
    values = values.astype(np.float64)
    shape = tuple(len(axes[dim]) for dim in dims)
    if values.shape != shape:
        raise DataError(f"{name} has shape {values.shape}; this world needs {shape} = ({', '.join(dims)})")
    if np.isnan(values).any():
        where = np.argwhere(np.isnan(values))[0]
        labels = ", ".join(f"{dim}={axes[dim][n]}" for dim, n in zip(dims, where, strict=True))
        raise DataError(f"{name} is NaN at {labels}; nothing is filled in silently, give a number")
    return values


def _bare(name: str, array: Any) -> Any:
    try:
        return np.asarray(array)
    except (ValueError, TypeError):
        raise DataError(f"{name} is no array: its rows differ in length; give one of numbers") from None


def _by_label(name: str, array: Any, dims: Sequence[str], axes: Mapping[str, Sequence[str]]) -> Any:
    have = list(array.dims)
    order = []
    for dim in dims:
        found = next(
            (word for word in _SYNONYMS.get(dim, (dim,)) if word in have and word not in order), None
        )
        if found is None:
            raise DataError(f"{name} has dimensions {tuple(have)}; {tuple(dims)} are needed")
        order.append(found)
    if len(have) != len(dims):
        raise DataError(f"{name} has dimensions {tuple(have)}; {tuple(dims)} are needed")
    array = array.transpose(*order)
    for word, dim in zip(order, dims, strict=True):
        if word not in array.coords:
            continue
        labels, valid = [str(label) for label in array.coords[word].values], list(axes[dim])
        if labels == valid:
            continue
        extra = [label for label in labels if label not in set(valid)]
        if extra:
            raise DataError(f"{name}, dimension {word}: {unknown(dim, extra[0], valid)}")
        lost = [label for label in valid if label not in set(labels)]
        if lost or len(labels) != len(valid):
            what = f"lacks {', '.join(lost[:5])}" if lost else "repeats labels"
            raise DataError(
                f"{name}, dimension {word}, {what}; the world has {len(valid)} labels, give each once"
            )
        array = array.isel({word: [labels.index(label) for label in valid]})
    return np.asarray(array)


def labelled(
    name: str,
    array: Floats,
    dims: tuple[str, ...],
    regions: Sequence[str],
    sectors: Sequence[str],
    unit: str,
) -> xr.DataArray:
    """Return a read-only labelled view of `array`; region-like dims get regions, good-like ones sectors."""
    import xarray as xr

    view = array.view()
    view.flags.writeable = False
    coords = {dim: list(sectors if dim in ("good", "user") else regions) for dim in dims}
    return xr.DataArray(view, dims=dims, coords=coords, name=name, attrs={"unit": unit})
