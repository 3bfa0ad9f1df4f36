"""Makes a synthetic day: a core–periphery network of banks, values with a long right tail, two waves of submissions.

The same seed and numbers give the same day. Nothing of it is calibrated to a system: it has the features that decide
how queues behave (few large banks, many small, flows that nearly cancel over the day) and no more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from blocs.errors import DataError
from blocs.settlement.money import decimals
from blocs.settlement.payments import Accounts, Payments

MEDIAN, SPREAD = 50_000.0, 1.8  # of lognormal values: whole units, standard deviation of the logarithm
OPENING, CLOSING = 8 * 3_600_000, 18 * 3_600_000  # submissions fall between
CORE_SHARE = (
    0.75  # of draws of a side that fall on the core; pairs that agree are drawn anew, so a little less stays
)


@dataclass(frozen=True)
class Synthetic:
    """Numbers of a synthetic day. liquidity: 0 is the net outflow of the day, 1 is what settles all without delay."""

    payments: int = 10_000
    banks: int = 50
    core: int = 8
    seed: int = 1
    currency: str = "CNY"
    liquidity: float = 0.3

    def __post_init__(self) -> None:
        if not 2 <= self.banks <= 100_000:
            raise DataError(f"a synthetic day has 2 to 100,000 banks, not {self.banks}")
        if not 1 <= self.core <= self.banks:
            raise DataError(f"the core has 1 to {self.banks} banks, not {self.core}")
        if not 1 <= self.payments <= 100_000_000:
            raise DataError(f"a synthetic day has 1 to 100,000,000 payments, not {self.payments}")
        if not 0.0 <= self.liquidity <= 10.0:
            raise DataError(f"liquidity is a share between 0 and 10, not {self.liquidity}")
        decimals(self.currency)


def generate(day: Synthetic) -> tuple[Payments, Accounts]:
    """Return payments of the day, in order of time, and accounts with `liquidity` and no credit."""
    random = np.random.default_rng(day.seed)
    n, places = day.payments, decimals(day.currency)
    payer, payee = _banks(random, day, n), _banks(random, day, n)
    # both sides are drawn anew where they agree: with one side only, large banks would pay more than they receive
    while (same := np.flatnonzero(payer == payee)).size:
        payer[same], payee[same] = _banks(random, day, same.size), _banks(random, day, same.size)
    value = np.clip(np.exp(np.log(MEDIAN) + SPREAD * random.standard_normal(n)), 1.0, 1e10)
    amount = np.maximum(np.round(value * 10.0**places), 1.0).astype(np.int64)
    names = tuple(f"BK{k:0{max(3, len(str(day.banks)))}d}" for k in range(1, day.banks + 1))
    ids = np.array([b"P%09d" % k for k in range(1, n + 1)])
    payments = Payments(
        names, day.currency, ids, _times(random, n), payer.astype(np.int32), payee.astype(np.int32), amount
    )
    return payments, _accounts(payments, day.liquidity)


def _banks(random: np.random.Generator, day: Synthetic, n: int) -> np.ndarray:
    """Return a bank for each payment: in the core with probability CORE_SHARE, there the earlier the likelier."""
    if day.core == day.banks:
        return random.integers(0, day.banks, n)
    core = random.random(n) < CORE_SHARE
    weights = 1.0 / np.arange(1, day.core + 1)
    chosen = day.core + random.integers(0, day.banks - day.core, n)
    chosen[core] = random.choice(day.core, int(core.sum()), p=weights / weights.sum())
    return chosen


def _times(random: np.random.Generator, n: int) -> np.ndarray:
    """Return ordered times in whole seconds: 60% around late morning, 40% towards the close."""
    late = random.random(n) < 0.4
    share = np.where(late, random.beta(8.0, 2.5, n), random.beta(2.0, 4.0, n))
    seconds = OPENING // 1000 + np.floor(share * ((CLOSING - OPENING) // 1000)).astype(np.int64)
    return np.sort(seconds * 1000).astype(np.int32)


def _accounts(payments: Payments, liquidity: float) -> Accounts:
    from blocs.settlement.metrics import liquidity_bounds

    bounds = liquidity_bounds(payments)
    return accounts_between(payments, bounds, liquidity)


def accounts_between(payments: Payments, bounds: tuple[np.ndarray, np.ndarray], share: float) -> Accounts:
    """Return accounts that hold lower bound + share (upper bound - lower bound) each, and no credit."""
    low, high = bounds
    # whole units of a thousandth, so that no large integer goes through a float
    part = round(share * 1000)
    balance = low + (high - low) // 1000 * part + (high - low) % 1000 * part // 1000
    return Accounts(payments.participants, balance, np.zeros(len(balance), np.int64))
