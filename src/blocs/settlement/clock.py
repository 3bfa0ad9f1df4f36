"""Times of one day in milliseconds since midnight: reading, writing."""

from __future__ import annotations

import re

DAY = 86_400_000  # milliseconds

_TIME = re.compile(r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?\Z", re.ASCII)


def milliseconds(text: str) -> int:
    """Return HH:MM:SS[.fff] as milliseconds since midnight, 24:00:00 included; ValueError if it is no time."""
    found = _TIME.match(text)
    if found is None:
        raise ValueError(f"time {text[:40]!r} is not HH:MM:SS")
    hours, minutes, seconds = int(found[1]), int(found[2]), int(found[3])
    value = ((hours * 60 + minutes) * 60 + seconds) * 1000 + int((found[4] or "0").ljust(3, "0")[:3])
    if minutes > 59 or seconds > 59 or value > DAY:
        raise ValueError(f"time {text[:40]!r} is no time of the day")
    return value


def time_text(value: int) -> str:
    """Return milliseconds since midnight as HH:MM:SS, with .fff where there is a fraction."""
    seconds, rest = divmod(int(value), 1000)
    text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{text}.{rest:03d}" if rest else text
