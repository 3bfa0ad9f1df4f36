"""Reads YAML 1.2 that people write, and finds the line of any place in it again, for errors that name the line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

LARGEST = 500_000  # bytes of a file that a person wrote: some ten seconds of parsing
LARGEST_BITS = 1000  # of a whole number
MOST = 200_000  # entries of what is in it, with each alias counted as often as it is used


class FileError(Protocol):
    """The class of error to raise: a message, and where."""

    def __call__(self, message: str, *, file: str | None = None, line: int | None = None) -> Exception:
        """Return the error."""
        ...


def is_there(path: Path) -> Literal["file", "folder", ""]:
    """Return what stands at `path`, "" for nothing and for a name that no file can have (too long, a NUL in it)."""
    try:
        return "folder" if path.is_dir() else "file" if path.is_file() else ""
    except (OSError, ValueError):
        return ""


def read_text(path: Path, error: FileError, what: str) -> str:
    """Return the text of the file at `path`; raise `error` where it is too large, not UTF-8 or not readable."""
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise error(f"is {size:,} bytes; {what} has at most {LARGEST:,}", file=str(path))
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as wrong:
        raise error(f"is not UTF-8 text ({wrong.reason}); save it as UTF-8", file=str(path)) from None
    except OSError as wrong:
        raise error(f"cannot be read: {wrong.strerror}", file=str(path)) from None


def parse(text: str, file: str | None, error: FileError, template: str) -> Any:
    """Return YAML `text` with its marks; raise `error` with the line where it is no YAML, or empty.

    template: the command that writes a file to start from, named where the text is empty.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    reader = YAML(typ="rt", pure=True)
    reader.composer.warn_double_anchors = False  # YAML lets an anchor be given anew; the last one holds
    try:
        content = reader.load(text)
    except MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        problem = " ".join(str(wrong.problem or wrong.context or "cannot be parsed").split())
        line = mark.line + 1 if mark else None
        raise error(
            f"is not valid YAML: {problem}; check indentation, colons and quotes", file=file, line=line
        ) from None
    except RecursionError:
        raise error("is not valid YAML: brackets or lists are nested too deeply", file=file) from None
    except (YAMLError, ValueError) as wrong:
        problem = next(iter(str(wrong).splitlines()), type(wrong).__name__)
        raise error(f"is not valid YAML: {problem}", file=file) from None
    except (
        TypeError,
        AttributeError,
        LookupError,
        ArithmeticError,
        AssertionError,
        NotImplementedError,
    ) as wrong:
        # the parser's own slips: a list as a key, a tag on what cannot have it
        raise error(
            f"is not valid YAML: {type(wrong).__name__}: {wrong}; write plain keys, texts, numbers and lists, no tags",
            file=file,
        ) from None
    if content is None:
        raise error(f"is empty; {template} writes a template", file=file)
    try:
        size = _entries(content, {})
    except RecursionError:
        raise error("is not valid YAML: an alias (*name) refers to itself", file=file) from None
    except OverflowError:
        raise error(
            "holds a whole number of more than 300 digits; no calculation can use it", file=file
        ) from None
    if size > MOST:
        raise error(
            f"holds {size:,} entries once its aliases (*name) are written out; at most {MOST:,}", file=file
        )
    return content


def _entries(content: Any, known: dict[int, int]) -> int:
    """Return how many entries `content` has with aliases written out, which `plain` does; nothing is written out here.

    known: sizes of containers by identity. Raises RecursionError for a container that holds itself, OverflowError for
    a whole number that no float can hold (Python would not even print one of 4,300 digits).
    """
    if isinstance(content, int) and content.bit_length() > LARGEST_BITS:
        raise OverflowError
    if isinstance(content, str) or not isinstance(content, Mapping | Sequence):
        return 1
    if id(content) not in known:
        known[id(content)] = -1
        parts = content.values() if isinstance(content, Mapping) else content
        known[id(content)] = 1 + sum(_entries(part, known) for part in parts)
    if known[id(content)] < 0:
        raise RecursionError
    return known[id(content)]


def plain(content: Any) -> Any:
    """Return parsed YAML as plain dicts and lists."""
    if isinstance(content, Mapping):
        return {str(key): plain(value) for key, value in content.items()}
    if isinstance(content, Sequence) and not isinstance(content, str):
        return [plain(value) for value in content]
    return content


def line_of(content: Any, loc: Sequence[int | str]) -> int | None:
    """Return the line (from 1) of the innermost place in `loc` that the file has."""
    here, line = content, None
    for part in loc:
        marks = getattr(here, "lc", None)
        if isinstance(here, Mapping) and part in here:
            line = marks.key(part)[0] + 1 if marks is not None else None
            here = here[part]
        elif (
            isinstance(here, Sequence)
            and not isinstance(here, str)
            and isinstance(part, int)
            and part < len(here)
        ):
            line = marks.item(part)[0] + 1 if marks is not None else line
            here = here[part]
        # union tags and missing keys are not in the file: stay at the innermost place that is
    return line if line is not None else (1 if hasattr(content, "lc") else None)


def place(loc: Sequence[int | str]) -> str:
    """Return a place as people write it: `claims[2].rule.over`."""
    text = ""
    for part in loc:
        text += f"[{part}]" if isinstance(part, int) else (f".{part}" if text else str(part))
    return text
