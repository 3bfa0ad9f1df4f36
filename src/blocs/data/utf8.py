"""Says in which line a file stops being UTF-8 text: what a decoder counts is bytes of the piece it was given."""

from __future__ import annotations

from pathlib import Path

from blocs.errors import DataError


def need_utf8(path: Path) -> DataError:
    """Return the error for `path`, in which some byte is not UTF-8, with line and byte of the first one."""
    with path.open("rb") as file:
        for line, data in enumerate(file, 1):
            try:
                data.decode()
            except UnicodeDecodeError as error:
                return DataError(
                    f"{path}:{line}: byte {error.start + 1} is not UTF-8; save the file as UTF-8"
                )
    return DataError(f"{path} was not UTF-8 when it was read and is now; read it again")
