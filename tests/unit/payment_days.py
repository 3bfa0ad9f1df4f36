"""A day of three payments and its accounts, as the tests of settlement change them."""

from __future__ import annotations

import numpy as np

from blocs.settlement.payments import Accounts, Payments

HOUR = 3_600_000


def three(**changed) -> Payments:
    """X pays Y 5, Y pays Z 6, Z pays X 7."""
    columns = {
        "ids": np.array([b"a", b"b", b"c"]), "time": np.array([1, 2, 3], np.int32) * HOUR,
        "payer": np.array([0, 1, 2], np.int32), "payee": np.array([1, 2, 0], np.int32),
        "amount": np.array([5, 6, 7], np.int64),
    }  # fmt: skip
    return Payments(("X", "Y", "Z"), "CNY", **(columns | changed))


def book(balance=(0, 0, 0), credit=(0, 0, 0), names=("X", "Y", "Z"), limits=None) -> Accounts:
    return Accounts(names, np.array(balance, np.int64), np.array(credit, np.int64), limits or {})
