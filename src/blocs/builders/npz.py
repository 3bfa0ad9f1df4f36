"""Write `.npz` files whose bytes depend on nothing but the arrays: fixed timestamps, fixed order."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip entry can hold


def write_npz(path: Path, arrays: Mapping[str, np.ndarray]) -> str:
    """Write `arrays` to `path` as a compressed npz and return its sha256.

    `numpy.load` reads the result; unlike `numpy.savez_compressed` it carries no clock, so the same arrays
    give the same bytes on the same zlib.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.asanyarray(array, order="C"), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, buffer.getvalue())
    return sha256(path)


def sha256(path: Path) -> str:
    """Return the sha256 of the file at `path` as hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def round_mantissa(values: np.ndarray, bits: int) -> np.ndarray:
    """Round float32 `values` to `bits` mantissa bits (relative error at most 2**-(bits+1)).

    The dropped bits become zeros, which deflate removes: this is what makes the tables small.
    """
    raw = np.ascontiguousarray(values, dtype=np.float32).view(np.uint32).astype(np.uint64)
    drop = 23 - bits
    half = np.uint64(1 << (drop - 1))
    mask = np.uint64(0xFFFFFFFF ^ ((1 << drop) - 1))
    return ((raw + half) & mask).astype(np.uint32).view(np.float32)
