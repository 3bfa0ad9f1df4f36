"""The numbers of a claim in a sentence: a ledger writes the words, readings fill the gaps.

`{name}` stands for a reading's value in two digits, `{name:2}` for two decimals, `{name:bare}` leaves out what a share
is of, `{name:range}` gives 5 to 95% of its draws. A sentence says numbers and draws no conclusion: the verdict does.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from blocs.claims.reading import NEVER, Reading
from blocs.errors import DataError, unknown

GAP = re.compile(r"\{([^{}:]*)(?::([^{}]*))?\}")
NOTHING = "no result"


def gaps(text: str) -> list[str]:
    """Return the readings that `text` names; DataError for what is no gap."""
    names = []
    for found in GAP.finditer(text):
        how = found[2]
        if how is not None and not re.fullmatch(r"range|bare|[0-6]", how):
            raise DataError(
                f"{found[0]} is no gap; write {{name}}, {{name:bare}}, {{name:range}}, or {{name:0}} to {{name:6}}"
            )
        names.append(found[1])
    left = GAP.sub("", text)
    if "{" in left or "}" in left:
        raise DataError("a brace is open; a gap is {name}, {name:range}, or {name:2} for decimals")
    return names


def check_gaps(text: str, readings: Iterable[str]) -> None:
    """Raise DataError for a gap that names no reading."""
    known = list(readings)
    for name in gaps(text):
        if name not in known:
            raise DataError(unknown("reading", name, known))


def filled(text: str, readings: Mapping[str, Reading]) -> str:
    """Return `text` with the readings in its gaps; what has no result says so."""

    def value(found: re.Match[str]) -> str:
        reading = readings.get(found[1])
        if reading is None:
            return NOTHING
        if found[2] == "range":
            return span(reading) or NOTHING
        if found[2] == "bare":
            return short(bare(reading))
        return number(reading, int(found[2])) if found[2] else short(reading)

    return GAP.sub(value, text)


def number(reading: Reading, decimals: int | None = None) -> str:
    """Return a reading's value with its unit, in as many digits as mean something, or in `decimals`."""
    if isinstance(reading.value, str):
        return reading.value
    return _with_unit(_digits(reading.value, reading.unit, decimals), reading.unit)


def short(reading: Reading) -> str:
    """Return a reading's value in two digits that mean something, with its unit; whole numbers above 100."""
    value = reading.value
    if isinstance(value, str) or not value or reading.unit in ("year", "number"):
        return number(reading)
    decimals = max(0, 1 - math.floor(math.log10(abs(value))))
    return number(reading, min(decimals, 6))


def bare(reading: Reading) -> Reading:
    """Return the reading without what its share is of: `43%` instead of `43% of the sales lost`."""
    return replace(reading, unit="%") if reading.unit.startswith("%") else reading


def span(reading: Reading) -> str:
    """Return 5 to 95% of a reading's draws, without the unit; empty where there are none."""
    if reading.quantiles is None:
        return ""
    ends = [reading.quantiles[key] for key in ("0.05", "0.95")]
    largest = max(abs(end) for end in ends)
    decimals = 0 if largest >= 1000 else 2 if largest >= 0.1 else 4
    return " to ".join(_digits(end, reading.unit, decimals) for end in ends)


def _digits(value: float, unit: str, decimals: int | None) -> str:
    if unit == "year":
        return f"{value:.0f}" if value < NEVER else f"after {NEVER - 1}"
    size = abs(value)
    if decimals is not None:
        text = f"{value:,.{decimals}f}"
    elif size >= 1000 or value == int(value):
        text = f"{value:,.0f}"
    elif size >= 0.1:
        text = f"{value:.{1 if size >= 100 else 2}f}"
    else:
        text = f"{value:.{min(1 - math.floor(math.log10(size)), 9)}f}"
    if text.strip("-0.,") == "":
        text = text.lstrip("-")
    return text.replace("-", "−", 1) if text.startswith("-") else text


def _with_unit(text: str, unit: str) -> str:
    """Return `5%`, `5% of GDP`, `US$ 5 bn`, `5 points`."""
    if unit in ("1", "number", "year", "date"):
        return text
    if unit.startswith("%"):
        return f"{text}{unit}"
    money, _, size = unit.partition(" ")
    if money in ("US$", "EUR", "RMB") and size in ("", "mn", "bn", "trn"):
        return f"{money} {text} {size}".strip()
    return f"{text} {unit}"
