"""Resolves names to the regions and goods of a world, and says what the world covers of a country group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from blocs.data import store
from blocs.errors import DataError, unknown
from blocs.world.group_files import (
    GoodsGroup,
    Membership,
    RegionGroup,
    load_goods_groups,
    load_region_groups,
)
from blocs.world.tables import REST, country_table, region_table, sector_table

__all__ = [
    "Coverage",
    "GoodsGroup",
    "Membership",
    "RegionGroup",
    "RegionSelection",
    "coverage",
    "coverage_table",
    "goods_groups",
    "load_goods_groups",
    "load_region_groups",
    "members",
    "region_groups",
    "resolve_goods",
    "resolve_regions",
]

ALL = "all"

_Group = TypeVar("_Group")


@dataclass(frozen=True)
class Coverage:
    """What a world has of a group in a year: members with a region, members inside ROW, members elsewhere.

    `elsewhere` have a region in the bundled world but not in this one, or this one has no ROW.
    """

    group: str
    year: int
    regions: tuple[str, ...]
    inside_row: tuple[str, ...]
    elsewhere: tuple[str, ...]

    @property
    def members(self) -> int:
        """Number of members in the year."""
        return len(self.regions) + len(self.inside_row) + len(self.elsewhere)

    def __str__(self) -> str:
        """Say it: `BRICS 2025: 8 of 10 members are regions of this world; ETH, IRN are inside ROW`."""
        if len(self.regions) == self.members:
            return f"{self.group} {self.year}: all {self.members} members are regions of this world"
        have = len(self.regions)
        verb = "is a region" if have == 1 else "are regions"
        parts = [f"{have} of {self.members} members {verb} of this world"]
        for codes, what in (
            (self.inside_row, "inside ROW"),
            (self.elsewhere, "without a region of their own"),
        ):
            if codes:
                parts.append(f"{_shown(codes)} {'is' if len(codes) == 1 else 'are'} {what}")
        return f"{self.group} {self.year}: " + "; ".join(parts)


@dataclass(frozen=True)
class RegionSelection:
    """Regions in world order, and one line of coverage for every group that was named."""

    codes: tuple[str, ...]
    coverage: tuple[str, ...] = ()


@cache
def region_groups() -> Mapping[str, RegionGroup]:
    """Return the bundled country groups by name (`data/groups/regions.yaml`)."""
    return load_region_groups(store.path("groups/regions.yaml"))


@cache
def goods_groups() -> Mapping[str, GoodsGroup]:
    """Return the bundled sector groups by name (`data/groups/goods.yaml`); `all` is built in, not listed."""
    return load_goods_groups(store.path("groups/goods.yaml"))


def members(
    group: str | RegionGroup, year: int | None = None, *, groups: Mapping[str, RegionGroup] | None = None
) -> tuple[str, ...]:
    """Return the members of `group` at the end of `year` (default: the latest known), sorted ISO3."""
    found = _region_group(group, groups)
    when = found.latest_year if year is None else year
    return tuple(sorted(spell.code for spell in found.memberships if spell.holds(when)))


def coverage(
    group: str | RegionGroup,
    regions: Sequence[str],
    year: int | None = None,
    *,
    groups: Mapping[str, RegionGroup] | None = None,
) -> Coverage:
    """Sort the members of `group` in `year` into regions of the world, countries inside ROW, and others."""
    found = _region_group(group, groups)
    inside = set(members(found, year))
    hidden = {code for code in inside - set(regions) if REST in regions and _home(code) == REST}
    return Coverage(
        group=found.name,
        year=found.latest_year if year is None else year,
        regions=tuple(code for code in regions if code in inside),
        inside_row=tuple(sorted(hidden)),
        elsewhere=tuple(sorted(inside - set(regions) - hidden)),
    )


def coverage_table(
    regions: Sequence[str], year: int | None = None, *, groups: Mapping[str, RegionGroup] | None = None
) -> list[dict[str, Any]]:
    """Return one row per country group: its members in `year`, and which of them the world has or hides."""
    table = []
    for group in (region_groups() if groups is None else groups).values():
        cover = coverage(group, regions, year)
        table.append(
            {
                "group": group.name,
                "title": group.title,
                "year": cover.year,
                "members": cover.members,
                "regions": len(cover.regions),
                "inside_row": list(cover.inside_row),
                "elsewhere": list(cover.elsewhere),
                "as_of": group.as_of,
                "status": group.status,
                "source": group.source,
            }
        )
    return table


def resolve_regions(
    names: str | Sequence[str],
    regions: Sequence[str],
    year: int | None = None,
    *,
    groups: Mapping[str, RegionGroup] | None = None,
) -> RegionSelection:
    """Return the regions that `names` mean in a world with `regions`, in the order of the world.

    A name is a region of the world, `all` (every region, ROW included) or a country group (any case); with a
    leading minus it is taken away from what stands before it: `["all", "-CHN"]`, `["G7", "-JPN"]`. Names are
    read from left to right. A group means its members at the end of `year`, by default the latest known year.

    Raises DataError for an unknown name (with the nearest valid ones), a country inside ROW, a group with no
    member in this world or none in that year, a minus that takes nothing away, and an empty result.
    """
    known = region_groups() if groups is None else groups
    chosen: set[str] = set()
    lines: dict[str, None] = {}
    for name in _listed(names, "regions"):
        bare = name[1:].strip() if name.startswith("-") else name
        codes, line = _expand(bare, regions, year, known)
        if line:
            lines[line] = None
        if bare == name:
            chosen |= codes
        elif chosen & codes:
            chosen -= codes
        else:
            raise DataError(_nothing_to_take(name, chosen, regions))
    if not chosen:
        raise DataError(f"no region is left of {_shown(_listed(names, 'regions'))}; take less away")
    return RegionSelection(tuple(code for code in regions if code in chosen), tuple(lines))


def resolve_goods(
    names: str | Sequence[str], sectors: Sequence[str], *, groups: Mapping[str, GoodsGroup] | None = None
) -> tuple[str, ...]:
    """Return the sectors that `names` mean in a world with `sectors`, in the order of the world.

    A name is a sector of the world, `all` (every sector, services included) or a sector group (any case).
    A group resolves only if all its industries are sectors of the world, or make up a whole aggregate that is
    (`services` is `SERV` in the 28-sector world).

    Raises DataError for an unknown name (with the nearest valid ones), an industry that this world has only
    inside an aggregate, and a group that it does not have whole.
    """
    known = goods_groups() if groups is None else groups
    chosen: set[str] = set()
    for name in _listed(names, "goods"):
        chosen |= _expand_goods(name, sectors, known)
    return tuple(code for code in sectors if code in chosen)


def _expand(
    name: str, regions: Sequence[str], year: int | None, groups: Mapping[str, RegionGroup]
) -> tuple[set[str], str]:
    if name in regions:
        return {name}, ""
    if name.lower() == ALL:
        return set(regions), ""
    group = _by_any_case(name, groups)
    if group is None:
        raise DataError(_not_a_region(name, regions, groups))
    cover = coverage(group, regions, year)
    if cover.members == 0:
        years = [spell.since for spell in group.memberships if spell.since is not None]
        began = f"; it begins in {min(years)}" if years else ""
        raise DataError(f"{group.name} has no members in {cover.year}{began}: name the countries instead")
    if not cover.regions:
        raise DataError(f"{group.name} means nothing in this world: {cover}; its regions: {_shown(regions)}")
    return set(cover.regions), str(cover)


def _not_a_region(name: str, regions: Sequence[str], groups: Mapping[str, RegionGroup]) -> str:
    country = country_table().get(name)
    if country is None:
        alike = [
            place.code
            for place in (*region_table().values(), *country_table().values())
            if name.lower() in (place.code.lower(), place.name.lower(), place.iso2.lower())
        ]
        if alike and name:
            return f"unknown region or group {name!r}; did you mean {alike[0]!r}? Regions go by ISO3 code"
        return unknown("region or group", name, [*regions, *groups, ALL])
    if country.region == REST and REST in regions:
        return f"{name} ({country.name}) is inside ROW; blocs has no separate accounts for it"
    if country.region not in (name, REST):
        return f"{name} ({country.name}) is counted in {country.region}; name {country.region} instead"
    return f"{name} ({country.name}) is not a region of this world; its regions: {_shown(regions)}"


def _nothing_to_take(name: str, chosen: set[str], regions: Sequence[str]) -> str:
    if not chosen:
        return f"{name!r} comes first, so there is nothing to take it from; write [all, {name}]"
    have = _shown([code for code in regions if code in chosen])
    return f"{name!r} takes nothing away: what stands before it is {have}; drop it or correct it"


def _expand_goods(name: str, sectors: Sequence[str], groups: Mapping[str, GoodsGroup]) -> set[str]:
    if name in sectors:
        return {name}
    if name.lower() == ALL:
        return set(sectors)
    if name.startswith("-"):
        raise DataError(
            f"goods are named without minus, not {name!r}; list the sectors or groups that are meant"
        )
    group = _by_any_case(name, groups)
    if group is not None:
        return _whole_group(group, sectors)
    sector = sector_table().get(name)
    if sector is None:
        raise DataError(unknown("sector or group", name, [*sectors, *groups, ALL]))
    if sector.kind == "aggregate":
        raise DataError(f"{name} is a sector of the 28-sector world only; here name the group 'services'")
    if sector.parent in sectors:
        raise DataError(
            f"{name} ({sector.short_name}) is inside {sector.parent}, the one service sector of this world; "
            f"name {sector.parent}, or use a world with 50 sectors"
        )
    what = f"{name} ({sector.short_name})"
    raise DataError(f"{what} is not a sector of this world; its sectors: {_shown(sectors)}")


def _whole_group(group: GoodsGroup, sectors: Sequence[str]) -> set[str]:
    missing = [code for code in group.sectors if code not in sectors]
    found = set(group.sectors) - set(missing)
    for parent in {_parent(code) for code in missing} & set(sectors):
        parts = {code for code in sector_table() if code != parent and _parent(code) == parent}
        if parts <= set(group.sectors):
            found.add(parent)
            missing = [code for code in missing if code not in parts]
    if missing:
        have = _shown([code for code in sectors if code in found])
        fix = f"name what is meant, such as [{have}]" if have else f"its sectors: {_shown(sectors)}"
        raise DataError(
            f"group {group.name!r} is not whole in this world: no sector {_shown(missing)}; {fix}"
        )
    return found


def _listed(names: str | Sequence[str], what: str) -> list[str]:
    listed: list[Any] = [names] if isinstance(names, str) else list(names)
    for name in listed:
        if not isinstance(name, str):
            raise DataError(f"{what} are named by text, not by {name!r} ({type(name).__name__})")
    if not listed:
        raise DataError(f"no {what} are named; write {ALL!r} to mean every one")
    return [name.strip() for name in listed]


def _shown(codes: Sequence[str]) -> str:
    return ", ".join(codes[:12]) + (f", … ({len(codes)} in all)" if len(codes) > 12 else "")


def _home(code: str) -> str:
    country = country_table().get(code)
    return country.region if country else REST


def _parent(code: str) -> str:
    sector = sector_table().get(code)
    return sector.parent if sector else code


def _region_group(group: str | RegionGroup, groups: Mapping[str, RegionGroup] | None) -> RegionGroup:
    if isinstance(group, RegionGroup):
        return group
    known = region_groups() if groups is None else groups
    found = _by_any_case(group, known)
    if found is None:
        raise DataError(unknown("group", group, known))
    return found


def _by_any_case(name: str, groups: Mapping[str, _Group]) -> _Group | None:
    return next((group for key, group in groups.items() if key.lower() == name.lower()), None)
