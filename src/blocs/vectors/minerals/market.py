"""A year of all mineral markets: state in, months solved by the kernel, state and the year's totals out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from blocs.data.assumptions import Assumptions
from blocs.errors import DataError
from blocs.vectors.minerals.base import Base
from blocs.world.accounts import Floats

MONTHS = 12
CLEARED = 1e-9  # largest excess demand over base tonnes that counts as cleared
MOST_LEAD = 600
PARALLEL = 8  # minerals from which two threads are worth their start


@dataclass(frozen=True, eq=False)
class Policy:
    """What measures do in the months of one year: t month, m mineral, n origin, j region.

    cut (t,m,n,j) share of the base tonnes that stops (below 0: no control), leaked the share of it that leaks; extra
    (t,m,n) tonnes of new supply; public (t,m,j) tonnes offered from public stocks; recycled (t,m,j) tonnes at base
    prices; leak_cost (m,) ad valorem.
    """

    cut: Floats
    leaked: Floats
    extra: Floats
    public: Floats
    recycled: Floats
    leak_cost: Floats


@dataclass(frozen=True, eq=False)
class MarketState:
    """Where the markets stand at the end of a month: log prices, habits, stocks, capacity, and past prices."""

    log_price: Floats  # (m,n)
    bound: np.ndarray  # (m,n,j) which bound of a control holds
    habit: Floats  # (m,j) log of use per unit of activity at base prices
    stock: Floats  # (m,j) tonnes users hold
    scale: Floats  # (m,n) log of output and capacity at base prices
    past: Floats  # (m,lead,n) log prices
    clock: int = 0

    @classmethod
    def rest(cls, base: Base, assumptions: Assumptions) -> MarketState:
        """Return the state of the base year."""
        m, n, j = base.flows.shape
        lead = min(round(12.0 * assumptions["minerals.supply.lead_years"]), MOST_LEAD)
        return cls(
            np.zeros((m, n)), np.zeros((m, n, j), dtype=np.int8), np.zeros((m, j)),
            base.use * assumptions["minerals.stocks.months"], np.zeros((m, n)), np.zeros((m, max(lead, 1), n)),
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Year:
    """What happened in the months of a year; tonnes, and money in tonnes at base prices (times `Base.price`: US$).

    Paths by month: index and paid (t,m,j) price ratios, used, stock (t,m,j) tonnes, origin_price (t,m,n). Totals: used,
    spent, replaced (by substitutes), again (recycled), released (from stocks) (m,j); tonnes, money, leak_cost (m,n,j);
    made (m,n). `excess` is the largest excess demand over base tonnes.
    """

    index: Floats
    paid: Floats
    use: Floats
    stock: Floats
    origin_price: Floats
    used: Floats
    spent: Floats
    replaced: Floats
    again: Floats
    released: Floats
    public: Floats
    tonnes: Floats
    money: Floats
    leak_cost: Floats
    habit: Floats
    excess: float


def idle(base: Base, months: int = MONTHS, assumptions: Assumptions | None = None) -> Policy:
    """Return the policy that does nothing."""
    m, n, j = base.flows.shape
    cost = (assumptions or Assumptions.default())["minerals.leakage.cost"]
    return Policy(
        np.full((months, m, n, j), -1.0), np.zeros((months, m, n, j)), np.zeros((months, m, n)),
        np.zeros((months, m, j)), np.broadcast_to(base.recycled, (months, m, j)).copy(), np.full(m, cost),
    )  # fmt: skip


def behaviour(base: Base, assumptions: Assumptions, leak_cost: Floats) -> tuple[Floats, Floats]:
    """Return the kernel's numbers by mineral: what acts within a month and what acts slowly."""
    a = {key: assumptions[f"minerals.{key}"] for key in (
        "sourcing", "demand.short", "demand.long", "demand.speed", "supply.short", "supply.long", "supply.speed",
        "supply.floor", "supply.lead_years", "backstop", "stocks.draw", "stocks.rebuild", "recycling.response",
    )}  # fmt: skip
    fast = np.tile(
        [a["sourcing"], a["demand.short"], a["supply.short"], a["recycling.response"], a["stocks.draw"],
         a["stocks.rebuild"], a["backstop"], a["supply.floor"], 0.0, 0.0],
        (len(base.symbols), 1),
    )  # fmt: skip
    fast[:, 8] = leak_cost  # the last is the kernel's own
    slow = np.tile(
        [max(a["demand.long"] - a["demand.short"], 0.0), a["demand.speed"],
         max(a["supply.long"] - a["supply.short"], 0.0), a["supply.speed"],
         min(round(12.0 * a["supply.lead_years"]), MOST_LEAD)],
        (len(base.symbols), 1),
    )  # fmt: skip
    return fast, slow


def run(
    base: Base, state: MarketState, policy: Policy, activity: Floats, assumptions: Assumptions
) -> tuple[MarketState, Year]:
    """Solve the months of `policy` from `state`; activity (m,j) scales use.

    Raises DataError if a market does not clear. Nothing is changed in place: `state` can be used again.
    """
    count, (m, n, j) = policy.cut.shape[0], base.flows.shape
    fast, slow = behaviour(base, assumptions, policy.leak_cost)
    new = replace(
        state, log_price=state.log_price.copy(), bound=state.bound.copy(), habit=state.habit.copy(),
        stock=state.stock.copy(), scale=state.scale.copy(), past=state.past.copy(), clock=state.clock + count,
    )  # fmt: skip
    paths = (*(np.ones((count, m, j)) for _ in range(4)), np.ones((count, m, n)))
    flat, cube = (m, j), (m, n, j)
    totals = tuple(np.zeros(shape) for shape in (flat, flat, flat, flat, flat, cube, cube, cube))
    public, habit = policy.public.copy(), state.habit.copy()
    given = (
        count, base.origins, base.flows, policy.extra, policy.cut, policy.leaked, public, activity, base.use,
        policy.recycled, base.use * assumptions["minerals.stocks.months"], fast, slow, base.output,
        base.output * (1.0 + assumptions["minerals.supply.spare"]), new.log_price, new.bound, new.habit, new.stock,
        new.scale, new.past, state.clock, paths, totals,
    )  # fmt: skip
    excess = _in_parallel(m, given)
    if not excess <= CLEARED:
        raise DataError(
            f"a mineral market did not clear: excess demand {excess:.1e} of base tonnes, more than {CLEARED:g}. Demand "
            "and supply may both be without price response: raise minerals.demand.short or minerals.supply.short"
        )
    habit = 0.5 * (habit + new.habit)
    names = (
        "index",
        "paid",
        "use",
        "stock",
        "origin_price",
        "used",
        "spent",
        "replaced",
        "again",
        "released",
    )
    named = dict(zip(names, (*paths, *totals[:5]), strict=True))
    tonnes, money, leak_cost = totals[5:]
    return new, Year(
        **named,
        public=public,
        tonnes=tonnes,
        money=money,
        leak_cost=leak_cost,
        habit=habit,
        excess=float(excess),
    )


def _in_parallel(minerals: int, given: tuple[object, ...]) -> float:
    """Solve all minerals, one task each on two threads, and return the largest excess; the split changes no result.

    On one thread where there are few, or where OMP_NUM_THREADS asks numerical code for one, as in workers.
    """
    from blocs.vectors.minerals import kernels

    if minerals < PARALLEL or os.environ.get("OMP_NUM_THREADS") == "1":
        return kernels.months(0, minerals, *given)
    with ThreadPoolExecutor(2) as pool:
        # NumPy's maximum, because it keeps a NaN
        return float(np.max(list(pool.map(lambda m: kernels.months(m, m + 1, *given), range(minerals)))))


def mean(years: Sequence[Year]) -> Year:
    """Return the average of equally likely courses of one year."""
    if len(years) == 1:
        return years[0]
    fields = [name for name in Year.__dataclass_fields__ if name != "excess"]
    averaged = {name: np.mean([getattr(year, name) for year in years], axis=0) for name in fields}
    return Year(**averaged, excess=max(year.excess for year in years))
