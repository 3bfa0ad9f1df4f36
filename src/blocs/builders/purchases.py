"""Who buys from whom by industry at 28 sectors: the table behind by-user sourcing."""

from __future__ import annotations

import numpy as np

from blocs.builders import source as src
from blocs.builders.accounts import Accounts, Inputs
from blocs.world.balance import ratio


def purchases_by_user(accounts: Accounts, inputs: Inputs) -> np.ndarray:
    """Return duty-inclusive purchases [28 goods, 81 origins, 29 users, 81 regions]; the last is final use.

    `accounts` and `inputs` are those of 81 x 50. ROW's users share one sourcing, as nothing else is known.
    """
    g = src.GOODS
    out = np.zeros((28, 81, 29, 81))
    by_origin = accounts.flows * (1 + accounts.tariff)
    pooled = ratio(by_origin[:, :, 80], accounts.spending[:, None, 80])
    for s in range(50):
        block = np.zeros((81, 50, 81))
        block[:80, :, :80] = inputs.home[s]
        block[80, :, :80] = inputs.from_row[s]
        block *= (1 + accounts.tariff[s])[:, None, :]
        block[:, :, 80] = pooled[s, :, None] * inputs.by_row[s][None]
        block *= (inputs.good_factor[s][None, :] * inputs.factor)[None]
        good = min(s, g)
        out[good, :, :g] += block[:, :g]
        out[good, :, g] += block[:, g:].sum(1)
        out[good, :, 28] += np.maximum(by_origin[s] - block.sum(1), 0.0)
    return out
