"""By-user sourcing: who buys from whom by industry, packed into a byte a cell and unpacked by balancing."""

from __future__ import annotations

import numpy as np

from blocs.data import store
from blocs.errors import DataError
from blocs.world.accounts import Accounts, Floats, frozen

BUNDLED = {"81x28": "worlds/by-user-81x28.npz"}  # at 81x50 the table would be too big to ship
ABSENT = -128  # code of a cell that is zero although both its margins are positive


def flows_by_user(accounts: Accounts) -> Floats:
    """Return Z[good, origin, user, destination] of an 81x28 world at basic prices, US$ million.

    The bundled pattern of who bought from whom in 2022, balanced to the margins of `accounts`: summed over
    origins with duty it is `use`, and no origin sells more than its flow. Two seconds, 140 MB while it runs.
    """
    table = store.arrays(BUNDLED["81x28"])
    bought = accounts.flows * (1.0 + accounts.tariff)
    users = np.concatenate([accounts.use, accounts.final[:, None, :]], axis=1)
    purchases = expand_by_user(table["codes"], float(table["step"]), bought, users)
    by_industry = purchases[:, :, :-1]  # the last user is final use
    by_industry /= (1.0 + accounts.tariff)[:, :, None, :]
    return frozen(by_industry)


def pack_by_user(table: np.ndarray, *, step: float, dust: float) -> np.ndarray:
    """Pack `table[good, origin, user, destination]` (the last user is final use) into int8 codes.

    code = round(ln(table / pooled) / step), where `pooled` is the product of the origin and the user margin
    over the total of each (good, destination): what the cell would be if all users bought from the same
    origins. `ABSENT` marks zeros. Cells whose pooled value is below `dust` (units of the table) get code 0.
    """
    pooled = _pooled(table.sum(2), table.sum(1))
    codes = np.zeros(table.shape, dtype=np.int8)
    visible = pooled >= dust
    positive = visible & (table > 0)
    ratio = np.log(table[positive] / pooled[positive]) / step
    codes[positive] = np.clip(np.rint(ratio), -127, 127).astype(np.int8)
    codes[visible & (table <= 0)] = ABSENT
    return codes


def expand_by_user(
    codes: np.ndarray,
    step: float,
    by_origin: np.ndarray,
    by_user: np.ndarray,
    *,
    tolerance: float = 1e-9,
    max_iterations: int = 500,
) -> np.ndarray:
    """Unpack `codes` into duty-inclusive purchases [good, origin, user, destination] that meet both margins.

    `by_origin[good, origin, destination]` is `flows·(1 + tariff)`; `by_user[good, user, destination]`
    stacks the use of every industry and, last, final use. The result sums to `by_user` over origins exactly
    and to `by_origin` over users within `tolerance` of the spending of each (good, destination). Before
    balancing each cell is within exp(±step/2) of the source; divide by its sum over origins for sourcing
    shares.

    Raises `DataError` when the margins do not fit the codes' shape or each other, or balancing does not
    settle.
    """
    goods, origins, users, destinations = codes.shape
    if by_origin.shape != (goods, origins, destinations) or by_user.shape != (goods, users, destinations):
        raise DataError(
            f"by-user codes of shape {codes.shape} need margins {(goods, origins, destinations)} and "
            f"{(goods, users, destinations)}, got {by_origin.shape} and {by_user.shape}; use the world "
            "they ship with"
        )
    spending = np.maximum(by_origin.sum(1), np.finfo(float).tiny)
    if np.max(np.abs(by_user.sum(1) - by_origin.sum(1)) / np.maximum(spending, 1e-3)) > 1e-6:
        raise DataError("by-user margins disagree: use plus final use must equal spending; rebuild the world")
    table = np.exp(step * codes.astype(np.float64))
    table[codes == ABSENT] = 0.0
    table *= _pooled(by_origin, by_user)
    error = np.inf
    for _ in range(max_iterations):
        table *= _divide(by_origin, table.sum(2))[:, :, None, :]
        table *= _divide(by_user, table.sum(1))[:, None, :, :]
        error = np.max(np.abs(table.sum(2) - by_origin) / spending[:, None])
        if error <= tolerance:
            return table
    raise DataError(
        f"by-user purchases do not balance (error {error:.1e} of spending); rebuild the by-user file"
    )


def _pooled(by_origin: np.ndarray, by_user: np.ndarray) -> np.ndarray:
    """Product of the two margins over the total of each (good, destination)."""
    share = _divide(by_origin, by_origin.sum(1, keepdims=True))
    return share[:, :, None, :] * by_user[:, None, :, :]


def _divide(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """Return numerator / denominator, 0 where the denominator is not positive."""
    out = np.zeros(np.broadcast_shapes(numerator.shape, denominator.shape))
    np.divide(numerator, denominator, out=out, where=denominator > 0)
    return out
