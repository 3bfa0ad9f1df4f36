"""Numbers and names as a reader meets them: true minus signs, sensible digits, countries by their names."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise

from blocs.world.measure import YearSpan
from blocs.world.tables import REST, country_table, region_table, sector_table

# %: ten times what the solver's tolerance of 1e-9 leaves in a result; anything smaller is no change
NOISE = 1e-6
MISSING = "–"
_CODE = re.compile(r"\b[A-Z]{3}\b")
_DATED = re.compile(r"^(\S+ |)(\d{4}): (.*)$", re.S)
_WITH_ARTICLE = frozenset({"Netherlands", "Philippines"})


def fixed(value: float | None, digits: int) -> str:
    """Write `value` with `digits` decimals, thousands separators and a true minus; zero has no sign."""
    if value is None or not math.isfinite(value):
        return MISSING
    text = f"{value:,.{digits}f}"
    if not text.strip("-0.,"):
        text = text.lstrip("-")
    return text.replace("-", "−")


def percent(value: float | None) -> str:
    """Write a change in % with digits that fit its size: −12.3%, −1.23%, 0.045%, 0.0%."""
    if value is None or not math.isfinite(value):
        return MISSING
    size = abs(value)
    if size < NOISE:
        return "0.0%"
    digits = (
        0
        if size >= 99.95
        else 1
        if size >= 10.0
        else 2
        if size >= 0.1
        else min(1 - math.floor(math.log10(size)), 6)
    )
    return f"{fixed(value, digits)}%"


def dollars(millions: float | None) -> str:
    """Write US$ mn as US$ mn, bn or trn, held together by no-break spaces: 'US$ −31.2 bn'."""
    if millions is None or not math.isfinite(millions):
        return MISSING
    for unit, size in (("trn", 1e6), ("bn", 1e3)):
        if abs(millions) >= 0.9995 * size:
            value = millions / size
            return f"US$\u00a0{fixed(value, 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2)}\u00a0{unit}"
    return f"US$\u00a0{fixed(millions, 0 if abs(millions) >= 10 else 1)}\u00a0mn"


def region_name(code: str) -> str:
    """Return the name of a region; its code if the bundled table does not know it."""
    if code == REST:
        return "Rest of the world"
    region = region_table().get(code)
    return region.name if region is not None else code


def sector_name(code: str) -> str:
    """Return the short name of an industry; its code if the bundled table does not know it."""
    sector = sector_table().get(code)
    return sector.short_name if sector is not None else code


def the(code: str, *, start: bool = False) -> str:
    """Return a region's name as it stands in a sentence: 'the United States', 'China'."""
    name = region_name(code)
    if code == REST:
        name = "the rest of the world"
    elif name.startswith("United ") or name in _WITH_ARTICLE:
        name = f"the {name}"
    return name[0].upper() + name[1:] if start else name


def by_name(text: str) -> str:
    """Return `text` with the codes of countries replaced by their names: 'USA' becomes 'the United States'."""

    def named(found: re.Match[str]) -> str:
        code = found.group()
        if code in region_table():
            return the(code, start=found.start() == 0)
        return country_table()[code].name if code in country_table() else code

    return _CODE.sub(named, text).replace("States's", "States'").replace("Netherlands's", "Netherlands'")


def listed(parts: Sequence[str]) -> str:
    """Join as in a sentence: 'a', 'a and b', 'a, b and c'."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def spans(years: Sequence[int]) -> str:
    """Write years as spans: '2025–2027, 2029'."""
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def in_force(span: YearSpan) -> str:
    """Write the years of a measure: '2025', '2025–2027', 'from 2028'."""
    if span.last is None:
        return f"from {span.first}"
    return spans(range(span.first, span.last + 1))


def folded(notes: Sequence[str]) -> list[str]:
    """Return notes in which only a year differs as one: 'G7 2026: …', 'G7 2027: …' become 'G7 2026–2027: …'."""
    years: dict[tuple[str, str], list[int]] = {}
    for note in notes:
        found = _DATED.match(note)
        head, rest = (found[1], found[3]) if found else (note, "")
        years.setdefault((head, rest), []).extend([int(found[2])] if found else [])
    return [f"{head}{spans(when)}: {rest}" if when else head for (head, rest), when in years.items()]


def stretches(values: Sequence[object]) -> list[list[int]]:
    """Return positions grouped into stretches of neighbours that are the same object."""
    if not values:
        return []
    groups = [[0]]
    for before, here in pairwise(range(len(values))):
        if values[before] is values[here]:
            groups[-1].append(here)
        else:
            groups.append([here])
    return groups
