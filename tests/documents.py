"""What the documents tell a reader to type: fenced blocks, command lines and commands inside of sentences."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", *sorted(p for p in (ROOT / "docs").rglob("*.md") if "_build" not in p.parts))
_FENCE = re.compile(r"^(`{3,})([^\n`]*)\n(.*?)^\1[ \t]*$", re.M | re.S)
_INLINE = re.compile(r"(?<!`)`((?:blocs|pip install) [^`\n]+)`(?!`)")
_COMMAND = re.compile(r"(\$ |(blocs|python|pip|dask|curl|eval|npm) )")


@dataclass(frozen=True)
class Block:
    """A fenced block: its page, line, what the fence says (`bash setup`, `{code-cell} python3`), and its text."""

    page: str
    line: int
    info: str
    text: str

    @property
    def language(self) -> str:
        """First word of the fence."""
        return self.info.split()[0] if self.info.strip() else ""

    @property
    def commands(self) -> list[str]:
        """Command lines, joined where they go on; a console's lines without `$` are what it answers."""
        lines = self.text.replace("\\\n", " ").splitlines()
        if self.language == "console":
            return [line[2:].strip() for line in lines if line.startswith("$ ")]
        return [line.strip() for line in lines if line.strip() and not line.startswith("#")]

    @property
    def looks_like_commands(self) -> bool:
        """Whether a line begins as one types a command."""
        return any(_COMMAND.match(line) for line in self.text.splitlines())


def blocks() -> Iterator[Block]:
    """Yield the fenced blocks of the README and of every page."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for found in _FENCE.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            yield Block(str(page.relative_to(ROOT)), line, found[2].strip(), found[3])


def inline() -> Iterator[tuple[str, str]]:
    """Yield (page, command) for every command inside of a sentence or a table."""
    for page in PAGES:
        for found in _INLINE.finditer(_FENCE.sub("", page.read_text(encoding="utf-8"))):
            yield str(page.relative_to(ROOT)), found[1]


def words(command: str) -> list[str]:
    """Return the words of a command line, without comment and without where its output goes."""
    found = shlex.split(command, comments=True)
    return found[: found.index(">")] if ">" in found else found
