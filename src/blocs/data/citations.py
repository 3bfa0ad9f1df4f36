"""Citations as data: BibTeX from citations in words, so that who uses a result can name what it rests on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count

_DATED = re.compile(r"^(?P<who>[^()]+?)\s*\((?P<year>\d{4})[a-z]?\),?\s*(?P<rest>.+)$", re.DOTALL)
_SPECIAL = str.maketrans(
    {
        "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_", "$": r"\$",
        "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    }
)  # fmt: skip
_SMALL = frozenset({"the", "of", "and", "for", "a", "an", "in", "on", "to", "its"})


@dataclass(frozen=True)
class Citation:
    """One source in words, where it is, its licence, and what blocs takes from it."""

    words: str
    url: str = ""
    licence: str = ""
    used_for: str = ""


def bibtex(citations: Iterable[Citation]) -> str:
    """Return one BibTeX entry for each citation, the same source once; keys are author, year and a word of the title.

    A citation of the form `Authors (year), Title, rest` gets `author` and `year`; the rest is kept whole in `title`,
    for splitting it further would be guessing.
    """
    found: dict[str, str] = {}
    seen: set[str] = set()
    for citation in citations:
        words = " ".join(citation.words.split())
        if words in seen:
            continue
        seen.add(words)
        key = _unused(_key(words), found)
        found[key] = _entry(key, words, citation)
    return "\n".join(found.values())


def _entry(key: str, words: str, citation: Citation) -> str:
    dated = _DATED.match(words)
    fields = {"title": dated["rest"] if dated else words}
    if dated:
        fields = {"author": dated["who"], "year": dated["year"], **fields}
    if citation.url:
        fields["url"] = citation.url
    notes = [part for part in (citation.used_for and f"used for {citation.used_for}",
                               citation.licence and f"licence: {citation.licence}") if part]  # fmt: skip
    if notes:
        fields["note"] = "; ".join(notes)
    lines = [f"  {name} = {{{_braced(name, value)}}}," for name, value in fields.items()]
    return "\n".join([f"@misc{{{key},", *lines, "}"]) + "\n"


def _braced(name: str, value: str) -> str:
    if name == "url":
        return value.replace("{", "%7B").replace("}", "%7D")
    text = value.translate(_SPECIAL)
    return (
        f"{{{text}}}" if name == "author" else text
    )  # braced twice: an author list in words is not split again


def _key(words: str) -> str:
    dated = _DATED.match(words)
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    first = re.findall(r"[A-Za-z]+", plain)[:1] or ["source"]
    rest = unicodedata.normalize("NFKD", dated["rest"] if dated else words).encode("ascii", "ignore").decode()
    titled = [
        word for word in re.findall(r"[A-Za-z]{3,}", rest) if word.lower() not in _SMALL and word != first[0]
    ]
    return "".join([first[0].lower(), dated["year"] if dated else "", *(word.lower() for word in titled[:1])])


def _unused(key: str, found: dict[str, str]) -> str:
    if key not in found:
        return key
    return next(f"{key}-{n}" for n in count(2) if f"{key}-{n}" not in found)
