"""The tables of names: regions of the bundled world, countries and where they are counted, industries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from blocs.data import store

REST = "ROW"
SERVICES = "SERV"


@dataclass(frozen=True)
class Region:
    """A region of the bundled world; `position`: centroid of its largest part, degrees (lon, lat)."""

    code: str
    name: str
    iso2: str
    iso_numeric: str
    continent: str
    un_region: str
    oecd_since: int | None
    position: tuple[float, float] | None


@dataclass(frozen=True)
class Country:
    """An ISO 3166 country or territory, and the `region` of the bundled world that counts its economy."""

    code: str
    name: str
    iso2: str
    un_region: str
    region: str


@dataclass(frozen=True)
class Sector:
    """An ICIO industry; `kind`: goods, services or aggregate; `parent`: its sector in the 28-sector world."""

    code: str
    short_name: str
    name: str
    kind: str
    isic: str
    parent: str


@cache
def region_table() -> Mapping[str, Region]:
    """Return the 81 regions of the bundled world by code, in world order (`data/regions.csv`)."""
    return MappingProxyType({row["code"]: _region(row) for row in store.rows("regions.csv")})


@cache
def country_table() -> Mapping[str, Country]:
    """Return every inhabited ISO 3166 country and territory, and Kosovo, by code (`data/countries.csv`)."""
    return MappingProxyType({row["code"]: Country(**row) for row in store.rows("countries.csv")})


@cache
def sector_table() -> Mapping[str, Sector]:
    """Return the 50 ICIO industries by code in ICIO order, then the aggregate `SERV` (`data/sectors.csv`)."""
    return MappingProxyType({row["code"]: _sector(row) for row in store.rows("sectors.csv")})


def _region(row: dict[str, str]) -> Region:
    return Region(
        code=row["code"],
        name=row["name"],
        iso2=row["iso2"],
        iso_numeric=row["iso_numeric"],
        continent=row["continent"],
        un_region=row["un_region"],
        oecd_since=int(row["oecd_since"]) if row["oecd_since"] else None,
        position=(float(row["lon"]), float(row["lat"])) if row["lon"] else None,
    )


def _sector(row: dict[str, str]) -> Sector:
    return Sector(
        code=row["code"],
        short_name=row["short_name"],
        name=row["name"],
        kind=row["kind"],
        isic=row["isic_rev4"],
        parent=row["parent_28"],
    )
