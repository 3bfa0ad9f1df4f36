"""Looks into .npz files before reading them, so that a wrong or damaged file is refused by name and cause."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import IO

import numpy as np

from blocs.errors import DataError

# what reading a damaged archive raises; NotImplementedError is zipfile's for a compression it does not know
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, NotImplementedError, MemoryError)


@dataclass(frozen=True)
class Header:
    """What a stored array says of itself: shape and NumPy dtype."""

    shape: tuple[int, ...]
    dtype: np.dtype

    @property
    def bytes(self) -> int:
        """Size in memory."""
        return prod(self.shape) * self.dtype.itemsize


def headers(path: Path) -> dict[str, Header]:
    """Return shape and dtype of every array in the .npz file at `path`; no array is read.

    Raises DataError if there is no such file, if it is no zip archive, is cut short, holds something other than
    arrays, or arrays of Python objects (they can run code when read, so they never are).
    """
    if not path.is_file():
        raise DataError(f"no file {path}; give the path of a .npz file")
    try:
        with zipfile.ZipFile(path) as archive:
            return {
                entry.filename.removesuffix(".npy"): _header(path, archive, entry)
                for entry in archive.infolist()
            }
    except _BROKEN as error:
        raise DataError(_damaged(path, error)) from error


def read(path: Path, names: Sequence[str]) -> dict[str, np.ndarray]:
    """Return the arrays `names` of the .npz file at `path`; DataError if one is missing or cannot be read."""
    found = headers(path)
    missing = [name for name in names if name not in found]
    if missing:
        have = ", ".join(sorted(found)) or "nothing"
        raise DataError(f"{path.name} has no array {', '.join(missing)}; it holds {have}")
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in names}
    except _BROKEN as error:
        raise DataError(_damaged(path, error)) from error


def _header(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Header:
    with archive.open(entry) as stream:
        try:
            header = _parse(stream)
        except ValueError as error:
            raise DataError(
                f"{path.name}: {entry.filename} is no NumPy array ({error}); rebuild the file"
            ) from error
        where = stream.tell()
    if header.dtype.hasobject:
        raise DataError(
            f"{path.name}: array {entry.filename.removesuffix('.npy')} holds pickled Python objects, which blocs "
            "never reads because they can run code; save plain numbers or text"
        )
    if entry.file_size != where + header.bytes:
        raise DataError(
            f"{path.name}: array {entry.filename.removesuffix('.npy')} of shape {header.shape} needs {header.bytes} "
            f"bytes and has {entry.file_size - where}; the file is damaged, copy or build it again"
        )
    return header


def _parse(stream: IO[bytes]) -> Header:
    version = np.lib.format.read_magic(stream)
    readers = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
    if version not in readers:
        raise ValueError(f"format version {version} is not supported")
    shape, _, dtype = readers[version](stream)
    return Header(tuple(int(size) for size in shape), dtype)


def _damaged(path: Path, error: Exception) -> str:
    detail = str(error).strip() or type(error).__name__
    return f"{path.name} cannot be read ({detail}): it is cut short, damaged or no .npz file; copy or build it again"
