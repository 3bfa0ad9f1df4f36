"""The problems that the benchmarks solve."""

from __future__ import annotations

import blocs
from blocs.world.accounts import Floats
from blocs.world.groups import resolve_goods, resolve_regions

TEACHING = {
    "NorthAmerica": ["USA", "CAN", "MEX"],
    "Europe": ["EU27", "GBR", "CHE", "NOR"],
    "China": ["CHN", "HKG"],
    "EastAsia": ["JPN", "KOR", "TWN"],
    "ASEAN": ["ASEAN"],
    "Russia": ["RUS", "BLR", "KAZ"],
}


def us_china(world: blocs.World, us: float = 0.25, china: float = 0.20) -> Floats:
    """Return the tariffs after the United States adds `us` on goods from China and China `china` on theirs."""
    rates = world.accounts.tariff.copy()
    goods = [world.sectors.index(code) for code in resolve_goods("goods", world.sectors)]
    usa, chn = world.region_index("USA"), world.region_index("CHN")
    rates[goods, chn, usa] += us
    rates[goods, usa, chn] += china
    return rates


def teaching_world(world: blocs.World) -> blocs.World:
    """Return seven regions by four sectors."""
    regions = {name: resolve_regions(codes, world.regions).codes for name, codes in TEACHING.items()}
    taken = {code for codes in regions.values() for code in codes}
    regions["Rest"] = tuple(code for code in world.regions if code not in taken)
    kinds = ("agriculture", "mining", "manufacturing", "services")
    return world.aggregate(regions, {kind: resolve_goods(kind, world.sectors) for kind in kinds})
