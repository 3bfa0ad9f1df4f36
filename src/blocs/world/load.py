"""Loads the bundled worlds: shares in float32 on disk, balanced in float64 at load."""

from __future__ import annotations

import numpy as np

from blocs.data import store
from blocs.errors import DataError, unknown
from blocs.world.accounts import Accounts, check, frozen
from blocs.world.world import World

DEFAULT = "81x50"
BUNDLED = {
    "81x50": "worlds/world-81x50.npz",
    "81x28": "worlds/world-81x28.npz",
}


def load_world(name: str = DEFAULT) -> World:
    """Return a bundled world: '81x50' (default) or '81x28' (services as one aggregate), base year 2022.

    Spending, final use, output, value added and deficits are derived in float64, so the identities of DESIGN 4
    hold to rounding. Raises DataError for another name.
    """
    if name not in BUNDLED:
        raise DataError(unknown("world", name, BUNDLED))
    table = store.arrays(BUNDLED[name])
    flows = table["flows"].astype(np.float64)
    goods, regions = flows.shape[0], flows.shape[1]
    tariff = np.zeros_like(flows)
    tariff[: table["tariff"].shape[0]] = table["tariff"]
    spending = (flows * (1.0 + tariff)).sum(axis=1)
    share = table["use_share"].astype(np.float64)
    total = share.sum(axis=1, keepdims=True)
    share /= np.maximum(total, 1.0)  # rounding to float32 may carry a full share past one
    accounts = Accounts(
        flows=frozen(flows),
        use=frozen(share * spending[:, None, :]),
        tariff=frozen(tariff),
        labour_share=frozen(table["labour_share"]),
    )
    region_codes = tuple(str(code) for code in table["regions"])
    sector_codes = tuple(str(code) for code in table["sectors"])
    if (goods, regions) != (len(sector_codes), len(region_codes)):
        raise DataError(f"bundled world {name} is damaged: shape {flows.shape}; reinstall blocs")
    check(accounts, region_codes, sector_codes)
    return World(region_codes, sector_codes, accounts, name=name, year=int(table["year"]))
