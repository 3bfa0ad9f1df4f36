"""The worlds of model claims: the full one for the central value, a coarse one for the draws, a coarser one for games.

In a coarse world a group of neighbours carries the code of one of them, so that groups such as G7 and EU27 still name
their members: BEL is all of the European Union but Germany, France and Italy. Flows and duties add up exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from blocs.world.accounts import Floats
from blocs.world.groups import resolve_regions
from blocs.world.world import World

# representative -> whom it stands for; everybody else is alone
COARSE: Mapping[str, tuple[str, ...]] = {
    "BEL": (
        "BEL", "AUT", "BGR", "CYP", "CZE", "DNK", "ESP", "EST", "FIN", "GRC", "HRV", "HUN", "IRL", "LTU", "LUX",
        "LVA", "MLT", "NLD", "POL", "PRT", "ROU", "SVK", "SVN", "SWE",
    ),
    "AUS": ("AUS", "NZL"),
    "CHE": ("CHE", "NOR", "ISL", "ISR"),
    "IND": ("IND", "PAK", "BGD"),
    "IDN": ("IDN", "BRN", "KHM", "LAO", "MMR", "MYS", "PHL", "SGP", "THA", "VNM"),
    "MEX": ("MEX", "CRI"),
    "BRA": ("BRA", "ARG", "CHL", "COL", "PER"),
    "RUS": ("RUS", "BLR", "KAZ"),
    "TUR": ("TUR", "UKR"),
    "SAU": ("SAU", "ARE", "JOR", "EGY", "MAR", "TUN"),
    "ZAF": ("ZAF", "AGO", "CIV", "CMR", "COD", "NGA", "SEN", "STP"),
}  # fmt: skip
# for games: about twelve players' worlds by twelve industries
GAME_REGIONS: Mapping[str, tuple[str, ...]] = {
    **{code: members for code, members in COARSE.items() if code not in ("BEL", "AUS", "CHE", "TUR")},
    "DEU": ("DEU", "FRA", "ITA", *COARSE["BEL"]),
    "GBR": ("GBR", "CHE", "NOR", "ISL", "ISR"),
    "CAN": ("CAN", "AUS", "NZL"),
    "KOR": ("KOR", "TWN"),
    "ROW": ("ROW", "HKG", "TUR", "UKR"),
}
GAME_SECTORS: Mapping[str, tuple[str, ...]] = {
    "A01": ("A01", "A02", "A03"),
    "B05": ("B05", "B06", "B09", "C19"),
    "B07": ("B07", "B08"),
    "C10T12": ("C10T12",),
    "C13T15": ("C13T15", "C16", "C17_18", "C31T33"),
    "C20": ("C20", "C21", "C22"),
    "C24A": ("C23", "C24A", "C24B", "C25"),
    "C26": ("C26",),
    "C28": ("C27", "C28"),
    "C29": ("C29", "C301", "C302T309"),
    "G": ("D", "E", "F", "G", "H49", "H50", "H51", "H52", "H53", "I", "J58T60", "J61", "J62_63"),
    "K": ("K", "L", "M", "N", "O", "P", "Q", "R", "S", "T"),
}


@dataclass(frozen=True, eq=False)
class Places:
    """A world and a coarser one made of it."""

    full: World
    coarse: World

    @property
    def words(self) -> str:
        """Say which world the draws are solved on."""
        if self.coarse is self.full:
            return f"draws on {self.full.name}"
        return (
            f"draws on {self.full.name} aggregated to {len(self.coarse.regions)} regions by "
            f"{len(self.coarse.sectors)} industries; `_full` readings at the parameters' values on {self.full.name}"
        )

    @cached_property
    def _member(self) -> np.ndarray:
        """Membership (coarse region, full region)."""
        stands = stand_ins(self.full, self.coarse)
        out = np.zeros((len(self.coarse.regions), len(self.full.regions)))
        for n, code in enumerate(self.full.regions):
            out[self.coarse.regions.index(stands[code]), n] = 1.0
        return out

    def rates(self, world: World, cube: Floats) -> Floats:
        """Return rates by flow (good, origin, destination) of the full world on `world`: means weighted by trade."""
        if world is self.full:
            return cube
        flows, member = self.full.accounts.flows, self._member
        paid = np.einsum("Ii,sij,Jj->sIJ", member, flows * cube, member, optimize=True)
        sold = self.coarse.accounts.flows
        return np.divide(paid, sold, out=np.zeros_like(paid), where=sold > 0.0)


def coarse_places(full: World) -> Places:
    """Return `full` with its regions aggregated by `COARSE`; a world that has none of them is its own coarse one."""
    return _places(full, COARSE, None)


def game_places(full: World) -> Places:
    """Return `full` aggregated to about twelve regions by twelve industries, for games."""
    return _places(full, GAME_REGIONS, GAME_SECTORS)


def only_sectors(world: World) -> World:
    """Return `world` with its industries aggregated by `GAME_SECTORS`, its regions as they are."""
    goods = _present(GAME_SECTORS, world.sectors)
    return world.aggregate(sectors=goods) if goods else world


def _places(
    full: World, regions: Mapping[str, Sequence[str]], sectors: Mapping[str, Sequence[str]] | None
) -> Places:
    here = _present(regions, full.regions)
    goods = {} if sectors is None else _present(sectors, full.sectors)
    if not here and not goods:
        return Places(full, full)
    return Places(full, full.aggregate(regions=here or None, sectors=goods or None))


def _present(groups: Mapping[str, Sequence[str]], names: Sequence[str]) -> dict[str, list[str]]:
    """Return the groups as far as a world has their members; groups of one stay as they are."""
    found = {code: [m for m in members if m in names] for code, members in groups.items()}
    return {code: members for code, members in found.items() if len(members) > 1}


def stand_ins(full: World, coarse: World) -> dict[str, str]:
    """Return, for each region of `full`, the region of `coarse` that holds it."""
    for groups in ({}, COARSE, GAME_REGIONS):
        taken = {m: code for code, members in groups.items() for m in members}
        stands = {code: taken.get(code, code) for code in full.regions}
        if set(stands.values()) == set(coarse.regions):
            return stands
    raise AssertionError("a coarse world is made by this module")


def codes(world: World, *names: str) -> list[int]:
    """Return positions in `world` of regions and groups (-X takes out); who stands for a region answers for it."""
    # nobody needs to be taken out who is not there by himself
    kept = [name for name in names if not name.startswith("-") or name[1:] in world.regions]
    asked = [_standing(name, world) for name in kept]
    return [world.regions.index(code) for code in resolve_regions(asked, world.regions).codes]


def _standing(name: str, world: World) -> str:
    if name in world.regions:
        return name
    for groups in (COARSE, GAME_REGIONS):
        for code, members in groups.items():
            if name in members and code in world.regions:
                return code
    return name
