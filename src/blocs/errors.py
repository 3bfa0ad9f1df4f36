"""The errors blocs raises: one tree, every message names the offender, the place, what is valid and the fix.

Errors are for misuse (a wrong file, an unknown region, arrays that do not match). What goes wrong in the
numerics is a status, not an error: see `blocs.engine.outcome.Status`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

LONGEST = 1000  # characters of a message; what was quoted in the middle of a longer one is cut


class BlocsError(Exception):
    """Root of every error that blocs raises on purpose; its message is one line that any terminal can show."""

    def __init__(self, message: object = "") -> None:
        super().__init__(one_line(str(message)))


class DataError(BlocsError):
    """Data that cannot be used as given: missing files, broken identities, misaligned labels, NaN."""


class WrittenError(BlocsError):
    """Something wrong in a file that a person wrote; carries file and line where they are known."""

    def __init__(self, message: str, *, file: str | None = None, line: int | None = None) -> None:
        self.file, self.line, self.reason = file, line, one_line(message)
        where = ":".join(str(part) for part in (file, line) if part is not None)
        super().__init__(f"{where}: {message}" if where else message)


class ScenarioError(WrittenError):
    """A scenario that cannot be run as written."""


class LedgerError(WrittenError):
    """A ledger of claims that cannot be checked as written."""


class ConvergenceError(BlocsError):
    """A run asked to be strict did not converge; `outcome` holds what there is."""

    def __init__(self, message: str, outcome: Any = None) -> None:
        self.outcome = outcome
        super().__init__(message)


def one_line(text: str) -> str:
    """Return `text` as one line of at most `LONGEST` characters; signs that no terminal should get are escaped.

    Messages quote what people wrote, and that may hold line ends, escape sequences, half a surrogate pair or a novel.
    """
    line = "".join(sign if sign.isprintable() else _escaped(sign) for sign in " ".join(text.split()))
    if len(line) > LONGEST:
        head = 2 * LONGEST // 3
        line = f"{line[:head]} […] {line[len(line) - (LONGEST - head - 5) :]}"
    return line


def _escaped(sign: str) -> str:
    return sign.encode("unicode_escape").decode("ascii")


def nearest(value: str, valid: Iterable[str], *, limit: int = 3) -> list[str]:
    """Return up to `limit` entries of `valid` that begin with or look most like `value` (case-insensitive)."""
    by_key = {name.lower(): name for name in valid}
    begun = sorted((key for key in by_key if len(value) > 2 and key.startswith(value.lower())), key=len)
    close = difflib.get_close_matches(value.lower(), list(by_key), n=limit, cutoff=0.5)
    return [by_key[key] for key in dict.fromkeys([*begun, *close])][:limit]


def unknown(kind: str, value: object, valid: Iterable[str]) -> str:
    """Say that `value` is no valid `kind`, with the nearest valid names, or a sample of them."""
    names = sorted(valid)
    if not names:
        return f"unknown {kind} {value!r}; there is none"
    close = nearest(str(value), names)
    if close:
        hint = "did you mean " + " or ".join(repr(name) for name in close) + "?"
    else:
        shown = ", ".join(names[:12])
        hint = f"valid: {shown}{', …' if len(names) > 12 else ''} ({len(names)} in all)"
    return f"unknown {kind} {value!r}; {hint}"
