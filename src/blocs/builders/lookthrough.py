"""Value-added content through all tiers of inputs, computed from the full table of inputs at build time."""

from __future__ import annotations

import numpy as np

from blocs.builders.accounts import Accounts, Inputs
from blocs.world.balance import ratio


def value_added_content(accounts: Accounts, inputs: Inputs) -> tuple[np.ndarray, np.ndarray]:
    """Return `content[81 origins, 50 users, 81 regions]` and `duty_content[50, 81]`, shares of gross output.

    With A[(s,i),(k,j)] = Z/Y at basic prices, v value added over output and d import duty paid on inputs over
    output, `content[i] = v·1{region i} (I − A)⁻¹` and `duty_content = d (I − A)⁻¹`. Because every column of
    A, v and d sums to one, `Σ_i content + duty_content = 1` wherever there is output. Empty industries get
    zeros.
    """
    coefficients, duty = _coefficients(accounts, inputs)
    output = accounts.output.ravel()  # (good, region)
    value_added = ratio(accounts.value_added.ravel(), output)
    size = len(output)
    right = np.zeros((size, 82))
    regions = np.tile(np.arange(81), 50)
    right[np.arange(size), regions] = value_added
    right[:, 81] = duty
    system = np.eye(size) - coefficients.T
    solved = np.linalg.solve(system, right)  # row (k, j): contents of industry k in j
    content = solved[:, :81].T.reshape(81, 50, 81)
    active = accounts.output > 0
    return np.where(active[None], content, 0.0), np.where(active, solved[:, 81].reshape(50, 81), 0.0)


def _coefficients(accounts: Accounts, inputs: Inputs) -> tuple[np.ndarray, np.ndarray]:
    """Return A [(good, origin), (user, region)] and duty over output [(user, region)]."""
    output = accounts.output
    pooled = ratio(accounts.flows[:, :, 80], accounts.spending[:, None, 80])  # basic value per $ spent by ROW
    table = np.zeros((50, 81, 50, 81))
    for s in range(50):
        block = table[s]
        block[:80, :, :80] = inputs.home[s]
        block[80, :, :80] = inputs.from_row[s]
        block[:, :, 80] = pooled[s, :, None] * inputs.by_row[s][None]
        block *= (inputs.good_factor[s][None, :] * inputs.factor)[None]
        block *= ratio(np.ones_like(output), output)[None]
    duty = np.einsum("sikj,sij->kj", table, accounts.tariff, optimize=False)
    return table.reshape(50 * 81, 50 * 81), duty.ravel()
