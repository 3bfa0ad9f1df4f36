"""The record of every imputation and repair a build makes; it becomes `repairs.csv`."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, fields
from pathlib import Path


@dataclass(frozen=True)
class Repair:
    """One imputation: what was changed, by which rule, how much of it, and why."""

    table: str
    cells: str
    rule: str
    size: str
    reason: str
    status: str  # `derived` from the sources, `assumption`, `transcribed` from a cited text


def write_repairs(path: Path, repairs: list[Repair]) -> None:
    """Write `repairs` as CSV with a header, in the order they were made."""
    names = [field.name for field in fields(Repair)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([getattr(repair, name) for name in names] for repair in repairs)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.getvalue(), encoding="utf-8", newline="\n")
