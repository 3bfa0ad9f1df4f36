"""Puts what a benchmark printed between two marks of a page, so that the page says what was measured last."""

from __future__ import annotations

import sys
from pathlib import Path


def write_between(page: Path, marks: tuple[str, str], text: str) -> None:
    """Replace what stands between `marks` in `page` by `text`; exit where a mark is missing."""
    before, _, rest = page.read_text(encoding="utf-8").partition(marks[0])
    _, found, after = rest.partition(marks[1])
    if not found:
        sys.exit(f"{page} lacks the marks {marks[0]} and {marks[1]}")
    page.write_text(f"{before}{marks[0]}\n\n{text}\n{marks[1]}{after}", encoding="utf-8")
