"""Reads and checks the YAML files of country groups and sector groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from blocs.data import core_yaml, store
from blocs.errors import DataError, unknown
from blocs.world.tables import country_table, sector_table

STATUSES = ("transcribed", "derived", "memory")

_Group = TypeVar("_Group")


@dataclass(frozen=True)
class Membership:
    """One spell of membership; `since` and `until` are the first and last year, inclusive, None is open."""

    code: str
    since: int | None = None
    until: int | None = None
    note: str = ""

    def holds(self, year: int) -> bool:
        """Say whether the country was a member at the end of `year`."""
        return (self.since is None or self.since <= year) and (self.until is None or year <= self.until)

    def overlaps(self, other: Membership) -> bool:
        """Say whether some year belongs to both spells."""
        starts_in = self.until is None or other.since is None or other.since <= self.until
        ends_in = other.until is None or self.since is None or self.since <= other.until
        return starts_in and ends_in


@dataclass(frozen=True)
class RegionGroup:
    """A named group of countries, members inside ROW included; `as_of` (YYYY-MM): how far it was followed."""

    name: str
    title: str
    memberships: tuple[Membership, ...]
    source: str
    as_of: str
    status: str
    url: str = ""
    note: str = ""

    @property
    def latest_year(self) -> int:
        """The year taken when none is asked for."""
        return int(self.as_of[:4])


@dataclass(frozen=True)
class GoodsGroup:
    """A named group of ICIO industries."""

    name: str
    title: str
    sectors: tuple[str, ...]
    source: str
    status: str
    url: str = ""
    note: str = ""


def load_region_groups(path: Path) -> Mapping[str, RegionGroup]:
    """Read country groups from a YAML file in the format of `data/groups/README.md`.

    Raises DataError naming the file, the group and the entry that is wrong.
    """
    return _load(path, _region_group)


def load_goods_groups(path: Path) -> Mapping[str, GoodsGroup]:
    """Read sector groups from a YAML file in the format of `data/groups/README.md`; DataError likewise."""
    return _load(path, _goods_group)


def _load(path: Path, read: Callable[[str, Mapping[str, Any]], _Group]) -> Mapping[str, _Group]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        text = path.read_text(encoding="utf-8")
        # the pure parser speaks YAML 1.2, in which NO is text
        ours = path.is_relative_to(store.folder())
        content = core_yaml.load(text) if ours else YAML(typ="safe", pure=True).load(text)
    except (OSError, YAMLError, ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        raise DataError(f"cannot read the groups in {path.name}: {error}") from error
    if not isinstance(content, dict):
        raise DataError(
            f"{path.name} holds no groups; write one mapping per group, as data/groups/README.md shows"
        )
    groups: dict[str, _Group] = {}
    for name, entry in content.items():
        try:
            if str(name).lower() in {"all", *(known.lower() for known in groups)}:
                raise DataError("the name is taken (case does not count); choose another")
            if not isinstance(entry, dict):
                raise DataError(f"has {entry!r} where title, source, status and so on are needed")
            groups[str(name)] = read(str(name), entry)
        except DataError as error:
            raise DataError(f"{path.name}, group {name}: {error}") from error
        except (
            TypeError,
            ValueError,
            AttributeError,
        ) as error:  # a text for a list, a number nobody can print
            raise DataError(
                f"{path.name}, group number {len(groups) + 1} is not written as data/groups/README.md shows: {error}"
            ) from error
    return MappingProxyType(groups)


def _region_group(name: str, entry: Mapping[str, Any]) -> RegionGroup:
    _check_keys(entry, {"title", "source", "as_of", "status", "members"}, {"url", "note"})
    as_of = str(entry["as_of"])
    if not (as_of[:4].isdigit() and len(as_of) in (4, 7)):
        raise DataError(f"as_of is {as_of!r}; write a year or 'YYYY-MM' in quotes")
    memberships = tuple(spell for wave in entry["members"] for spell in _wave(wave))
    for n, spell in enumerate(memberships):
        if any(spell.code == other.code and spell.overlaps(other) for other in memberships[:n]):
            raise DataError(f"{spell.code} is a member twice in one year; mend from and until")
    return RegionGroup(name, memberships=memberships, as_of=as_of, **_described(entry))


def _goods_group(name: str, entry: Mapping[str, Any]) -> GoodsGroup:
    _check_keys(entry, {"title", "source", "status", "sectors"}, {"url", "note"})
    sectors = tuple(str(code) for code in entry["sectors"])
    for code in sectors:
        if code not in sector_table():
            raise DataError(unknown("sector", code, sector_table()))
        if sectors.count(code) > 1:
            raise DataError(f"{code} is listed twice; drop one")
    return GoodsGroup(name, sectors=sectors, **_described(entry))


def _described(entry: Mapping[str, Any]) -> dict[str, str]:
    if entry["status"] not in STATUSES:
        raise DataError(unknown("status", entry["status"], STATUSES))
    fields = ("title", "source", "status", "url", "note")
    return {field: str(entry.get(field, "")).strip() for field in fields}


def _wave(wave: Any) -> list[Membership]:
    if isinstance(wave, str):
        wave = {"codes": [wave]}
    if not isinstance(wave, dict):
        raise DataError(f"member entry {wave!r} is neither a code nor {{from:, until:, codes: […]}}")
    _check_keys(wave, {"codes"}, {"from", "until", "note"})
    since, until = wave.get("from"), wave.get("until")
    for key, year in (("from", since), ("until", until)):
        if year is not None and not isinstance(year, int):
            raise DataError(f"{key} is {year!r} for {wave['codes']}; write a year")
    if since is not None and until is not None and since > until:
        raise DataError(f"from {since} is after until {until} for {wave['codes']}")
    for code in wave["codes"]:
        if code not in country_table():
            raise DataError(unknown("country", code, country_table()))
    return [Membership(code, since, until, str(wave.get("note", ""))) for code in wave["codes"]]


def _check_keys(entry: Mapping[str, Any], needed: set[str], allowed: set[str]) -> None:
    for key in entry:
        if key not in needed | allowed:
            raise DataError(unknown("key", key, needed | allowed))
    missing = sorted(needed - set(entry))
    if missing:
        raise DataError(f"lacks {', '.join(missing)}; every group says what it is and where it comes from")
