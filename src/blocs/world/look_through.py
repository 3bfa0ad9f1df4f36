"""Look-through content: whose value added is in a good, through all tiers of inputs.

With A[(s,i),(k,j)] = Z/Y, v value added over output and d import duty on inputs over output,

    content[i] = v 1{region i} (I - A)^-1          duty_content = d (I - A)^-1

Every column of A, v and d sums to one, so content over origins and duty content sum to one wherever there is output.
A needs who buys from whom by user: pooled import shares misplace foreign content, so they are refused.
"""

from __future__ import annotations

import numpy as np

from blocs.errors import DataError
from blocs.world.accounts import Floats
from blocs.world.balance import ratio
from blocs.world.world import World


def content(world: World) -> tuple[Floats, Floats]:
    """Return value-added content (origin, user, region) and duty content (user, region), shares of gross output.

    Raises DataError for a world that does not carry who buys from whom by user.
    """
    table = world.Z
    if table is None:
        raise DataError(
            f"{world.name} does not carry purchases by user, which look-through content needs; use the 81x28 world, "
            "or World.from_flows(..., Z=)"
        )
    flows, accounts = table.values, world.accounts
    goods, regions = accounts.output.shape
    size = goods * regions
    output = accounts.output.ravel()
    share = flows.reshape(size, size) * ratio(np.ones(size), output)[None, :]
    duty = np.einsum("sikj,sij->kj", flows, accounts.tariff, optimize=True).ravel() * ratio(
        np.ones(size), output
    )
    right = np.zeros((size, regions + 1))
    right[np.arange(size), np.tile(np.arange(regions), goods)] = ratio(accounts.value_added.ravel(), output)
    right[:, regions] = duty
    solved = np.linalg.solve(np.eye(size) - share.T, right)
    active = accounts.output > 0.0
    found = solved[:, :regions].T.reshape(regions, goods, regions)
    return np.where(active[None], found, 0.0), np.where(
        active, solved[:, regions].reshape(goods, regions), 0.0
    )


def direct(world: World) -> Floats:
    """Return what industries buy from each origin over their output (origin, user, region), at basic prices."""
    table = world.Z
    if table is None:
        raise DataError(f"{world.name} does not carry purchases by user; use the 81x28 world")
    bought = table.values.sum(axis=0)  # (origin, user, destination)
    return bought * ratio(np.ones_like(world.accounts.output), world.accounts.output)[None]
