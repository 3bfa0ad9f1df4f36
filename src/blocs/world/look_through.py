"""Look-through content: whose value added is in a good, through all tiers of inputs.

With A[(s,i),(k,j)] = Z/Y, v value added over output and d import duty on inputs over output,

    content[i] = v 1{region i} (I - A)^-1          duty_content = d (I - A)^-1

Every column of A, v and d sums to one, so content over origins and duty content sum to one wherever there is output.
A needs who buys from whom by user: pooled import shares misplace foreign content, so they are refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from blocs.data import store
from blocs.errors import DataError
from blocs.world.accounts import Floats
from blocs.world.balance import ratio
from blocs.world.world import World

BY_YEAR = "worlds/look-through-by-year-81x28.npz"
DETAILED = "worlds/look-through-81x50.npz"


@dataclass(frozen=True, eq=False)
class Content:
    """Shares of gross output: `content` and `direct` (year, origin, user, region), `duty` (year, user, region).

    `content` is value added by origin through all tiers, `direct` what industries buy from each origin, at basic
    prices. A world of one year has one entry in `years`. 0 where an industry has no output.
    """

    years: tuple[int, ...]
    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    content: Floats
    direct: Floats | None
    duty: Floats


@cache
def by_year() -> Content:
    """Return the content of 2017-2022 at 81x28, bundled; stored in steps of 1/40 000.

    What the yearly totals cannot give is held at 2022: input coefficients and the pattern of who buys from whom are
    those of 2022, balanced to the flows of the year; value-added shares are those of 2022. The series moves with the
    origins of imports and the mix of goods, not with techniques.
    """
    table = store.arrays(BY_YEAR)
    shares = {
        name: table[name].astype(np.float64) / float(table["steps"]) for name in ("content", "direct", "duty")
    }
    years, regions, sectors = (tuple(table[name].tolist()) for name in ("years", "regions", "sectors"))
    return Content(years, regions, sectors, shares["content"], shares["direct"], shares["duty"])


@cache
def detailed() -> Content:
    """Return the content of 2022 at 81x50, bundled; it has all service industries, and no direct purchases."""
    table = store.arrays(DETAILED)
    content, duty = (table[name].astype(np.float64)[None] for name in ("content", "duty_content"))
    return Content(
        (2022,), tuple(table["regions"].tolist()), tuple(table["sectors"].tolist()), content, None, duty
    )


def content(world: World) -> tuple[Floats, Floats]:
    """Return value-added content (origin, user, region) and duty content (user, region), shares of gross output.

    Raises DataError for a world that does not carry who buys from whom by user.
    """
    flows, accounts = _by_user(world), world.accounts
    duty = np.einsum("sikj,sij->kj", flows, accounts.tariff, optimize=True)
    return leontief(flows, accounts.output, accounts.value_added, duty)


def leontief(flows: Floats, output: Floats, value_added: Floats, wedges: Floats) -> tuple[Floats, Floats]:
    """Return content (origin, user, region) and wedge content (user, region) of one table of inputs, shares of output.

    flows: (good, origin, user, destination) at basic prices; output, value_added and wedges (taxes and rents paid on
    inputs): (user, region); one unit of value for all. Inputs, wedges and value added should add up to output.
    """
    goods, regions = output.shape
    size = goods * regions
    per_output = ratio(np.ones(size), output.ravel())
    # the transpose of I - A, in the order LAPACK wants
    system = np.multiply(flows.reshape(size, size), -per_output[None, :])
    system[np.diag_indices(size)] += 1.0
    right = np.zeros((size, regions + 1))
    right[np.arange(size), np.tile(np.arange(regions), goods)] = value_added.ravel() * per_output
    right[:, regions] = wedges.ravel() * per_output
    solved = np.linalg.solve(system.T, right)
    active = output > 0.0
    found = solved[:, :regions].T.reshape(regions, goods, regions)
    return np.where(active[None], found, 0.0), np.where(
        active, solved[:, regions].reshape(goods, regions), 0.0
    )


def direct(world: World) -> Floats:
    """Return what industries buy from each origin over their output (origin, user, region), at basic prices."""
    bought = _by_user(world).sum(axis=0)  # (origin, user, destination)
    return bought * ratio(np.ones_like(world.accounts.output), world.accounts.output)[None]


def _by_user(world: World) -> Floats:
    table = world.Z
    if table is None:
        raise DataError(
            f"{world.name} does not carry purchases by user, which look-through content needs; use the 81x28 world, "
            "or World.from_flows(..., Z=)"
        )
    return table.values
