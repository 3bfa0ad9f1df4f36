"""Learns the shape of transactions while a parser reads them, so that the next ones like them are read by one match.

A shape is every tag of a transaction, byte for byte, with texts between. What matches it has the structure that the
parser found in the first of its kind, for its tags are the same bytes in the same place; texts may hold nothing that
would need a parser (markup, references, carriage returns in what is read, characters XML forbids).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST = 16  # shapes kept for one context: a file that has more is read by the parser
_TAG = re.compile(rb"</?[A-Za-z_][\w.:-]*(?:\s+[A-Za-z_][\w.:-]*=(?:\"[^\"<>&]*\"|'[^'<>&]*'))*\s*/?>")
_BEGIN = re.compile(rb"<(?:[\w.-]+:)?CdtTrfTxInf[\s>]")
_PIECES = re.compile(rb"(<[^<>]*>)")
# text that is passed over, and text that is read: shorter than what the parser would cut off
_OTHER = rb"(?:[^<>&\]\x00-\x08\x0b\x0c\x0e-\x1f]++|&(?:amp|lt|gt|quot|apos);)*+"
_READ = rb"([^<>&\]\x00-\x08\x0b-\x1f]{0,256}+)"
_FORBIDDEN = re.compile(rb"\xef\xbf[\xbe\xbf]")  # U+FFFE and U+FFFF


@dataclass(frozen=True)
class Shape:
    """A pattern with a group for each of `keys`, and what every transaction of the shape has."""

    pattern: re.Pattern[bytes]
    keys: tuple[str, ...]
    constant: dict[str, str]

    def read(self, data: bytes, start: int) -> tuple[dict[str, str], int] | None:
        """Return what the transaction at `start` says and where it ends; None if it is not of this shape."""
        match = self.pattern.match(data, start)
        if match is None:
            return None
        whole = match[0]
        if not whole.isascii() and not _characters(whole):
            return None
        found = self.constant.copy()
        for key, text in zip(self.keys, match.groups(), strict=True):
            found[key] = text.decode().strip()
        return found, match.end()


def _characters(data: bytes) -> bool:
    """Say whether `data` is UTF-8 with no character that XML forbids, control characters aside."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return _FORBIDDEN.search(data) is None


def learn(data: bytes, leaves: list[tuple[int, str]], found: dict[str, str]) -> Shape | None:
    """Return the shape of transaction `data`; None if it has something that only a parser can judge.

    leaves: (n, key) where the nth start tag, from 0, has the text of `key`. found: what the parser found in it.
    """
    keys = [key for _, key in leaves]
    if len(set(keys)) < len(keys):
        return None
    by_place = dict(leaves)
    pieces = _PIECES.split(data)
    tags, texts = pieces[1::2], pieces[2::2]
    if pieces[0] or not tags or not _BEGIN.match(tags[0]) or not all(_TAG.fullmatch(tag) for tag in tags):
        return None
    pattern, order, started = [rb"[ \t\r\n]*+"], [], -1
    for n, tag in enumerate(tags):
        pattern.append(re.escape(tag))
        opens = not tag.startswith(b"</")
        started += opens
        if n == len(tags) - 1:
            break
        key = by_place.get(started) if opens and not tag.endswith(b"/>") else None
        if key is not None:
            if not tags[n + 1].startswith(b"</"):
                return None
            order.append(key)
        part = _OTHER if key is None else _READ
        if re.fullmatch(part, texts[n]) is None:
            return None
        pattern.append(part)
    constant = {key: text for key, text in found.items() if key not in order}
    return Shape(re.compile(b"".join(pattern)), tuple(order), constant)
