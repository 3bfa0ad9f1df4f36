"""Quantities with units: `10 %`, `500 US$ bn`; what converts into what, so that a verdict does not hang on the unit."""

from __future__ import annotations

import re
from dataclasses import dataclass

from blocs.errors import DataError

# unit -> (family, how many of the family's base it is)
SCALES: dict[str, tuple[str, float]] = {
    "1": ("ratio", 1.0), "fraction": ("ratio", 1.0), "%": ("ratio", 0.01),
    **{f"{money} {word}".strip(): (money, size) for money in ("US$", "EUR", "RMB")
       for word, size in (("", 1.0), ("mn", 1e6), ("bn", 1e9), ("trn", 1e12))},
    "MWh": ("energy", 1.0), "GWh": ("energy", 1e3), "TWh": ("energy", 1e6),
    "kg": ("mass", 1.0), "t": ("mass", 1e3), "kt": ("mass", 1e6),
}  # fmt: skip
_NUMBER = re.compile(r"^([+-]?\d[\d_,]*(?:\.\d+)?(?:e[+-]?\d+)?)\s*(.*)$", re.IGNORECASE)
_DATE = re.compile(r"^\d{4}-\d{2}(-\d{2})?$")


@dataclass(frozen=True)
class Quantity:
    """A number with a unit, or an ISO date; unit '' is the unit of whatever it is compared with."""

    value: float | str
    unit: str = ""

    def __str__(self) -> str:
        if isinstance(self.value, str):
            return self.value
        return f"{self.value:g}{'' if self.unit == '%' or not self.unit else ' '}{self.unit}"

    def within(self, unit: str) -> float | str:
        """Return the value in `unit`; DataError where one cannot be turned into the other."""
        if isinstance(self.value, str) or not self.unit or self.unit == unit:
            return self.value
        mine, other = SCALES.get(self.unit), SCALES.get(unit)
        if mine is None or other is None or mine[0] != other[0]:
            raise DataError(f"{self} cannot be compared with a reading in {unit!r}; write it in {unit!r}")
        return self.value * mine[1] / other[1]


def quantity(given: object) -> Quantity:
    """Return what a ledger gives as a threshold: 10, '10 %', '500 US$ bn', '2023-07-31'; DataError else."""
    if isinstance(given, bool) or given is None:
        raise DataError(f"{given!r} is no threshold; give a number, a number with a unit, or a date")
    if isinstance(given, int | float):
        if given != given or abs(given) == float("inf"):
            raise DataError(f"{given!r} is no threshold; give a finite number")
        return Quantity(float(given))
    text = str(given).strip()
    if _DATE.match(text):
        return Quantity(text)
    found = _NUMBER.match(text)
    if found is None:
        raise DataError(
            f"{text!r} is no threshold; give a number, a number with a unit (10 %), or a date (2023-07-31)"
        )
    return Quantity(float(found[1].replace(",", "").replace("_", "")), found[2].strip())
