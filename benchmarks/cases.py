"""The problems that the benchmarks solve."""

from __future__ import annotations

import numpy as np

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


def synthetic(regions: int, goods: int, seed: int = 1) -> blocs.World:
    """Return a balanced world of any size: regions of very different size, gravity, materials, tariffs, two factors."""
    random = np.random.default_rng(seed)
    size, place = np.exp(random.normal(0.0, 1.2, regions)), random.uniform(size=(regions, 2))
    distance = 0.05 + np.linalg.norm(place[:, None] - place[None], axis=2)
    flows = np.outer(size, size) / distance * np.exp(random.normal(0.0, 0.7, (goods, regions, regions)))
    home = range(regions)
    abroad = flows.sum(axis=(0, 2)) - np.einsum("sjj->j", flows)
    flows[:, home, home] = 2.0 * abroad / goods * np.exp(random.normal(0.0, 0.5, (goods, regions)))
    tariff = random.uniform(0.0, 0.2, flows.shape)
    tariff[:, home, home] = 0.0
    flows = _nearly_balanced(flows)
    spending, output = (flows * (1.0 + tariff)).sum(axis=1), flows.sum(axis=2)
    use = random.uniform(0.1, 1.0, (goods, goods, regions))
    use *= (0.8 * spending / use.sum(axis=1))[:, None]
    use *= np.minimum(0.7 * output / use.sum(axis=0), 1.0)[None]
    labour = random.uniform(0.3, 0.9, output.shape)
    return blocs.World.from_flows(
        flows, use, tariff=tariff, labour_share=labour, name=f"synthetic {regions}x{goods}"
    )


def _nearly_balanced(flows: Floats) -> Floats:
    """Return flows whose deficits are halved: half-way between `flows` and the same with all trade balanced."""
    balanced, abroad = flows, 1.0 - np.eye(flows.shape[1])
    for _ in range(2_000):
        crossing = balanced.sum(axis=0) * abroad
        factor = np.sqrt(crossing.sum(axis=0) / crossing.sum(axis=1))
        balanced = balanced * factor[None, :, None] / factor[None, None, :]
        if np.abs(np.log(factor)).max() < 1e-6:
            break
    return 0.5 * (flows + balanced)
