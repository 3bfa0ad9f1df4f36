"""Ways to spoil a file that was valid, and what every reader owes whoever hands it one: an object or one clear line."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from blocs.errors import BlocsError

PATIENCE = 60  # seconds after which reading a small file is called a hang
LONGEST = 1200  # characters of one line of error

# what people, programs and enemies write where a word or a number should be
SCALARS = [
    "", "''", '""', "null", "~", "true", "NO", "0", "-1", "-0.0", ".nan", "NaN", "nan", ".inf", "-inf", "1e999",
    "1e-320", "1_000", "1,5", "0x1F", "0o17", "9" * 30, "9" * 5000, "0x" + "f" * 5000, "2025-13-45", "2001-01-01",
    "2001-99-99T25:61:61Z", "12:30:45", "[]", "{}", "[[[]]]", "{a: {b: c}}", "!!binary aGk=", "!!timestamp x",
    "!!int x", "!!float x", "!!bool x", "!!set {a, b}", "!!omap [a: 1]", "!!python/object:os.system x", "!foo x",
    "&a x", "*a", "*missing", "|", ">-", "%", "@", "`", "x" * 3000, "٣", "½", "\u00e9\u0301", "\U0001f4a3", "a\u202eb",
    '"\\ud800"', '"a\\nb"', '"\\0"', "../../etc/passwd", "/dev/null", "CON", "con\x00sole", "=1+1", "a:b", "a: b: c",
]  # fmt: skip
PIECES = [
    *SCALARS, "\x00", "\ufeff", "\r", "\r\n", "\n", "\n\n", "\t", "\x0b", "\x85", "\u2028", "---\n", "...\n", "- ",
    "? ", ": ", ",", ";", '"', "'", "#", "<<: *a\n", "%YAML 1.1\n---\n", "%TAG ! tag:x,2000:\n---\n", "&a ", "[" * 400,
    "{" * 400, "{a: " * 400, "- " * 400, "]", "}", "<", ">", "&amp;",
]  # fmt: skip
_TOKEN = re.compile(r"[\w.+-]+")
Edit = Callable[[str], str]


@st.composite
def spoiled(draw: st.DrawFn, text: str) -> bytes:
    """Return `text` after one to four accidents, as bytes of a file."""
    for _ in range(draw(st.integers(1, 4))):
        text = draw(st.sampled_from(_EDITS))(draw, text)
    data = draw(st.sampled_from(_ENCODINGS))(text)
    if draw(st.integers(0, 9)) == 0:  # a disk's accident comes after the writer's
        data = draw(broken(data))
    return data


@st.composite
def broken(draw: st.DrawFn, data: bytes) -> bytes:
    """Return `data` cut short, with bytes changed, taken out or put in."""
    if not data:
        return data
    at = draw(st.integers(0, len(data) - 1))
    kind = draw(st.sampled_from(("cut", "change", "insert", "remove", "zero")))
    if kind == "cut":
        return data[:at]
    if kind == "zero":
        return data[:at] + bytes(len(data) - at)
    if kind == "insert":
        return data[:at] + draw(st.binary(min_size=1, max_size=8)) + data[at:]
    if kind == "remove":
        return data[:at] + data[at + draw(st.integers(1, 16)) :]
    return data[:at] + draw(st.binary(min_size=1, max_size=4)) + data[at + 1 :]


@st.composite
def spoiled_tree(draw: st.DrawFn, content: Any) -> Any:
    """Return plain data with one to three of its parts replaced, renamed, taken out, doubled or buried."""
    for _ in range(draw(st.integers(1, 3))):
        content = _with_one_changed(draw, content)
    return content


ODD: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=12), st.just([]), st.just({}),
    st.sampled_from(["\ud800", "\x00", "x" * 3000, 10**400, -1, 0, [[]], {"a": {}}, [None], "nan", "1e999", "USA"]),
)  # fmt: skip


def _with_one_changed(draw: st.DrawFn, content: Any) -> Any:
    if not isinstance(content, dict | list) or not content or draw(st.integers(0, 3)) == 0:
        return draw(ODD)
    keys = list(content) if isinstance(content, dict) else list(range(len(content)))
    key = draw(st.sampled_from(keys))
    copy: Any = dict(content) if isinstance(content, dict) else list(content)
    kind = draw(st.sampled_from(("inside", "inside", "remove", "rename", "double", "bury")))
    if kind == "inside":
        copy[key] = _with_one_changed(draw, copy[key])
    elif kind == "bury":
        copy[key] = [copy[key]]
    elif kind == "remove":
        del copy[key]
    elif isinstance(copy, dict):
        copy[draw(st.text(max_size=6)) if kind == "rename" else f"{key}s"] = copy[key]
    else:
        copy.insert(key, copy[key])
    return copy


def _replace_token(draw: st.DrawFn, text: str) -> str:
    found = list(_TOKEN.finditer(text))
    if not found:
        return text + draw(st.sampled_from(SCALARS))
    token = draw(st.sampled_from(found))
    return text[: token.start()] + draw(st.sampled_from(SCALARS)) + text[token.end() :]


def _insert(draw: st.DrawFn, text: str) -> str:
    at = draw(st.integers(0, len(text)))
    return text[:at] + draw(st.sampled_from(PIECES)) + text[at:]


def _cut(draw: st.DrawFn, text: str) -> str:
    return text[: draw(st.integers(0, len(text)))]


def _delete(draw: st.DrawFn, text: str) -> str:
    at = draw(st.integers(0, len(text)))
    return text[:at] + text[at + draw(st.integers(1, 30)) :]


def _lines(draw: st.DrawFn, text: str) -> str:
    lines = text.split("\n")
    at = draw(st.integers(0, len(lines) - 1))
    kind = draw(st.sampled_from(("remove", "double", "indent", "first", "outdent")))
    if kind == "remove":
        del lines[at]
    elif kind == "double":
        lines.insert(at, lines[at])
    elif kind == "first":
        lines.insert(0, lines.pop(at))
    else:
        lines[at] = f"   {lines[at]}" if kind == "indent" else lines[at].lstrip()
    return "\n".join(lines)


def _cell(draw: st.DrawFn, text: str) -> str:
    """Take a cell of a table out of one row, or give it one more."""
    at = draw(st.integers(0, len(text)))
    comma = text.find(",", at)
    return text if comma < 0 else text[:comma] + draw(st.sampled_from(("", ",,", ',"'))) + text[comma + 1 :]


_EDITS: list[Any] = [
    _replace_token,
    _replace_token,
    _replace_token,
    _insert,
    _cut,
    _delete,
    _lines,
    _lines,
    _cell,
]
_ENCODINGS: list[Callable[[str], bytes]] = [
    *[lambda text: text.encode("utf-8", "surrogatepass")] * 6,
    lambda text: text.encode("utf-8-sig", "surrogatepass"),
    lambda text: text.replace("\n", "\r\n").encode("utf-8", "surrogatepass"),
    lambda text: text.encode("utf-16", "surrogatepass"),
    lambda text: text.encode("latin-1", "replace"),
]


def refusal(read: Callable[[], object]) -> str:
    """Call `read` and return why it refused, "" if it did not; that must be one BlocsError of one readable line."""
    with _no_longer_than(PATIENCE):
        try:
            read()
        except BlocsError as error:
            line = str(error)
        else:
            return ""
    assert line.strip(), "an error says nothing"
    assert len(line.splitlines()) == 1, f"not one line: {line!r}"
    assert len(line) <= LONGEST, f"{len(line)} characters: {line[:200]!r}"
    line.encode()  # a terminal or a JSON document must be able to hold it
    return line


def leaves_nothing_behind(folder: Path, names: set[str]) -> None:
    """Assert that `folder` holds just the files `names`."""
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == names


@contextmanager
def _no_longer_than(seconds: float) -> Iterator[None]:
    def ring(*_: object) -> None:
        raise AssertionError(f"hangs: still at work after {seconds:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)
