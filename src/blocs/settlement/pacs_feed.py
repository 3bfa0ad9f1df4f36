"""Feeds a file of messages to the parser, and past it where the shape of a transaction is known."""

from __future__ import annotations

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from xml.parsers import expat

from blocs.errors import DataError
from blocs.settlement.pacs_shapes import MOST, Shape, learn

_CHUNK = 1 << 18
_LONGEST_TAG = 1 << 22  # bytes without one finished element or text: no message has such a tag
_LONGEST = 1 << 16  # bytes of a transaction that is read without the parser
_END = re.compile(rb"</(?:[\w.-]+:)?(?:CdtTrfTxInf|GrpHdr)\s*>")
_PLAIN = ("", "UTF-8", "US-ASCII")


class Reads(Protocol):
    """What reads the messages: a parser with its handlers, and what they note of the transaction at hand."""

    parser: Any
    node: Any  # where it stands among the elements that are read
    problem: tuple[str, str, str] | None
    leaves: list[tuple[int, str]]
    found: dict[str, str]
    ended: int
    spaces: list[tuple[str | None, str]]
    encoding: str | None

    def progress(self) -> str:
        """Say how far the reader came."""
        ...

    def take_read(self, found: dict[str, str]) -> None:
        """Take a transaction in that was read without the parser."""
        ...


def pump(file: BinaryIO, reader: Reads, path: Path) -> None:
    """Read all of `file`; DataError with line and column where it is not well-formed.

    After the end of a header or transaction the parser stands between two elements. If a transaction of a known shape
    is next it is read by one match and never given to the parser, whose state it could not change.
    """
    feed = _Feed(reader, path)
    try:
        data = b""
        while chunk := file.read(_CHUNK):
            data = feed.some(data + chunk)
        feed.parse(data)
        reader.parser.Parse(b"", True)
    except expat.ExpatError as error:
        line, column = feed.place(error, file)
        raise DataError(
            f"{path}:{line}:{column}: not well-formed XML: {expat.ErrorString(error.code)}{reader.progress()}; "
            "nothing was settled"
        ) from error


class _Feed:
    """Where the parser is in the file, and the shapes it has shown."""

    def __init__(self, reader: Reads, path: Path) -> None:
        self.reader, self.path = reader, path
        self.given = self.passed = 0  # bytes given to the parser and bytes that went past it
        self.shapes: dict[Hashable, list[Shape]] = {}
        self.plain: bool | None = None  # UTF-8, so that bytes mean what they look like
        self.between = False  # the parser stands right behind a header or a transaction

    def known(self) -> list[Shape]:
        """Return the shapes seen where the parser stands: in this kind of message, under these namespaces."""
        if len(self.shapes) > MOST:
            self.shapes.clear()
        return self.shapes.setdefault((self.reader.node, *self.reader.spaces), [])

    def parse(self, data: bytes) -> None:
        """Give `data` to the parser."""
        if not data:
            return
        self.reader.parser.Parse(data, False)
        self.given += len(data)
        self.between = False
        if self.given - self.reader.parser.CurrentByteIndex > _LONGEST_TAG:
            raise DataError(
                f"{self.path}: no element ends within {_LONGEST_TAG} bytes; this is no payment message"
            )

    def some(self, data: bytes) -> bytes:
        """Read what can be read of `data`, the file from where it was left; return the rest."""
        if self.plain is None:
            self.plain = data[:2] not in (b"\xff\xfe", b"\xfe\xff")
        at = 0
        while self.plain:
            if self.between:
                at = self.past(data, at)
            end = _END.search(data, at)
            if end is None:
                break
            start = at
            at = end.end()
            self.one(data[start:at], end[0])
        if not self.plain or not self.between or len(data) - at > _LONGEST:
            self.parse(data[at:])
            return b""
        return data[at:]

    def one(self, data: bytes, tag: bytes) -> None:
        """Let the parser read `data`, which seems to end a header or a transaction; learn a transaction's shape."""
        reader, was_between = self.reader, self.between
        self.parse(data)
        self.between = reader.ended == self.given - len(tag)
        if not self.between:
            return
        self.plain = (reader.encoding or "").upper() in _PLAIN
        known = self.known()
        if (
            was_between
            and b"CdtTrf" in tag
            and reader.problem is None
            and len(known) < MOST
            and len(data) < _LONGEST
        ):
            shape = learn(data.lstrip(b" \t\r\n"), reader.leaves, reader.found)
            if shape is not None:
                known.insert(0, shape)

    def past(self, data: bytes, at: int) -> int:
        """Read transactions of known shapes from `at` on; return where the first other thing begins."""
        known = self.known()
        read = True
        while read:
            read = False
            for n, shape in enumerate(known):
                got = shape.read(data, at)
                if got is not None:
                    self.reader.take_read(got[0])
                    self.passed += got[1] - at
                    at, read = got[1], True
                    if n:
                        known.insert(0, known.pop(n))
                    break
        return at

    def place(self, error: expat.ExpatError, file: BinaryIO) -> tuple[int, int]:
        """Return line and column of an error in the file: the parser does not know what went past it."""
        if not self.passed:
            return error.lineno, error.offset + 1
        left = self.reader.parser.ErrorByteIndex + self.passed
        file.seek(0)
        line, column = 1, 0
        while left > 0 and (chunk := file.read(min(_CHUNK, left))):
            left -= len(chunk)
            if chunk.endswith(b"\r") and left > 0:  # may be half of an end of line
                chunk += file.read(1)
                left -= 1
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            line += chunk.count(b"\n")
            tail = chunk[chunk.rfind(b"\n") + 1 :]
            length = sum(byte & 0xC0 != 0x80 for byte in tail)
            column = length if b"\n" in chunk else column + length
        return line, column + 1
