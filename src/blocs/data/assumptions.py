"""Every uncertain number of blocs by name, with its unit, range and source: read from `parameters/*.yaml`.

A name is the file, then the keys: `nests.short.sigma_M`, `trade.corridor.cost`. Vectors read parameters through an
`Assumptions`, so that a scenario, an ensemble and the page can change any of them in the same way.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from blocs.data import store
from blocs.errors import DataError, unknown

FOLDER = "parameters"
NOT_PARAMETERS = frozenset({"sources"})  # files of the folder that hold citations only
NOT_READ = frozenset({"evidence"})  # branches for the reader, which no code reads
SERVICES = "SERV"
DISTRIBUTIONS = ("fixed", "uniform", "loguniform", "triangular", "normal", "lognormal")


@dataclass(frozen=True)
class Assumption:
    """One number: value, unit, the range it is drawn from, and where it comes from.

    `limits` are the values that mean anything at all (None: any finite number); `range` is what is plausible.
    """

    name: str
    value: float
    unit: str
    range: tuple[float, float]
    distribution: str
    citation: str
    url: str
    date: str
    status: str
    note: str
    limits: tuple[float, float] | None = None

    @property
    def drawn(self) -> bool:
        """Whether an ensemble varies it."""
        return self.distribution != "fixed" and self.range[0] < self.range[1]


class Assumptions(Mapping[str, float]):
    """The value of every assumption by name; immutable. `default()` is what the parameter files say."""

    __slots__ = ("_changed",)

    def __init__(self, changed: Mapping[str, float] | None = None) -> None:
        self._changed: Mapping[str, float] = MappingProxyType(dict(changed or {}))

    @classmethod
    def default(cls) -> Assumptions:
        """Return the values of the parameter files."""
        return _DEFAULT

    def replace(self, changes: Mapping[str, float]) -> Assumptions:
        """Return these assumptions with some values changed.

        Raises DataError for a name that is none, and for a value that is not finite or outside its limits.
        """
        entries = declared()
        for name, value in changes.items():
            if name not in entries:
                raise DataError(unknown("assumption", name, entries))
            _check_value(entries[name], value)
        return Assumptions({**self._changed, **{name: float(value) for name, value in changes.items()}})

    @property
    def changed(self) -> Mapping[str, float]:
        """The values that differ from the parameter files, by name."""
        entries = declared()
        return {name: value for name, value in self._changed.items() if value != entries[name].value}

    def entry(self, name: str) -> Assumption:
        """Return what the parameter file says about `name`."""
        entries = declared()
        if name not in entries:
            raise DataError(unknown("assumption", name, entries))
        return entries[name]

    def under(self, prefix: str) -> dict[str, float]:
        """Return the values whose names begin with `prefix` and a dot, by the rest of the name."""
        return {name[len(prefix) + 1 :]: self[name] for name in declared() if name.startswith(f"{prefix}.")}

    def __getitem__(self, name: str) -> float:
        return self._changed[name] if name in self._changed else self.entry(name).value

    def __contains__(self, name: object) -> bool:
        return name in declared()

    def __iter__(self) -> Iterator[str]:
        return iter(declared())

    def __len__(self) -> int:
        return len(declared())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Assumptions) and dict(self.changed) == dict(other.changed)

    def __hash__(self) -> int:
        return hash(tuple(sorted(self.changed.items())))

    def __repr__(self) -> str:
        changed = ", ".join(f"{name}={value:g}" for name, value in self.changed.items())
        return f"<Assumptions: {len(self)} numbers, {changed or 'all as in the parameter files'}>"


class Watched(Assumptions):
    """Assumptions that remember which of them were read. Equal to no others, so that nothing kept is taken instead."""

    __slots__ = ("read",)

    def __init__(self, changed: Mapping[str, float] | None = None) -> None:
        super().__init__(changed)
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> float:
        self.read.add(name)
        return super().__getitem__(name)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


_DEFAULT = Assumptions()


@lru_cache(maxsize=1)
def declared() -> Mapping[str, Assumption]:
    """Return every assumption of the bundled parameter files, by name."""
    found: dict[str, Assumption] = {}
    for file in sorted((store.folder() / FOLDER).glob("*.yaml")):
        if file.stem not in NOT_PARAMETERS:
            content = store.mapping(f"{FOLDER}/{file.name}")
            found |= {entry.name: entry for entry in _entries(file.stem, content)}
    return MappingProxyType(found)


def _entries(name: str, node: Any) -> Iterator[Assumption]:
    if not isinstance(node, Mapping):
        return
    if "value" in node and "range" in node:
        for member in _members(node):
            yield _read(f"{name}.{member}" if member else name, node)
        return
    for key, child in node.items():
        if key not in NOT_READ:
            yield from _entries(f"{name}.{key}", child)


def _members(node: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what an entry stands for: itself, or with `each: goods` every good and all services together."""
    if "each" not in node:
        return ("",)
    if node["each"] != "goods":
        raise DataError(unknown("value of `each`", node["each"], ["goods"]))
    return (*(row["code"] for row in store.rows("sectors.csv") if row["kind"] != "services"), SERVICES)


def _read(name: str, node: Mapping[str, Any]) -> Assumption:
    low, high = (float(end) for end in node["range"])
    source, value = node["source"], float(node["value"])
    limits = node.get("limits")
    if node["distribution"] not in DISTRIBUTIONS:
        raise DataError(f"assumption {name}: {unknown('distribution', node['distribution'], DISTRIBUTIONS)}")
    if not low <= value <= high:
        raise DataError(f"assumption {name}: its value {value:g} lies outside its range {low:g} to {high:g}")
    return Assumption(
        name, value, str(node["unit"]), (low, high), node["distribution"], str(source["citation"]),
        str(source.get("url", "")), str(source.get("date", "")), str(source["status"]), str(node.get("note", "")),
        None if limits is None else (float(limits[0]), float(limits[1])),
    )  # fmt: skip


def _check_value(entry: Assumption, value: float) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise DataError(f"assumption {entry.name} is {value!r}; give a finite number ({entry.unit})")
    if entry.limits is not None and not entry.limits[0] <= value <= entry.limits[1]:
        raise DataError(
            f"assumption {entry.name} is {value:g}; it must lie between {entry.limits[0]:g} and "
            f"{entry.limits[1]:g} ({entry.unit}); plausible is {entry.range[0]:g} to {entry.range[1]:g}"
        )
