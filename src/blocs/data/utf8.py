"""Opens text that users bring; says in which line it stops being UTF-8, where a decoder counts bytes of its piece."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from blocs.errors import DataError


@contextmanager
def open_text(path: Path) -> Iterator[TextIO]:
    """Open the UTF-8 text at `path`, a byte-order mark left out and ends of lines as they are.

    DataError where it cannot be read, with line and byte of what is not UTF-8.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield file
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise _not_utf8(path) from error


def _not_utf8(path: Path) -> DataError:
    with path.open("rb") as file:
        for line, data in enumerate(file, 1):
            try:
                data.decode()
            except UnicodeDecodeError as error:
                return DataError(
                    f"{path}:{line}: byte {error.start + 1} is not UTF-8; save the file as UTF-8"
                )
    return DataError(f"{path} was not UTF-8 when it was read and is now; read it again")
