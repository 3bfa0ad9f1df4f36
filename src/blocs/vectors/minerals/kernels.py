# ruff: noqa: ANN001, ANN201 - numba infers types; axes and units stand in the docstrings
"""Runs the months of minerals' markets: stocks, habits and capacity go on from month to month, prices clear in each.

The market of a month is in `clearing_kernels`, the equations of its buyers and sellers in `buyer_kernels`.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from blocs.vectors.minerals.buyer_kernels import (
    BACKSTOP,
    DEMAND,
    FREE,
    LEAK_COST,
    LEAKING,
    LOG_BACKSTOP,
    PUBLIC,
    RECYCLED,
    STOCK,
    TARGET,
    USE,
    physical,
    public_used,
)  # fmt: skip
from blocs.vectors.minerals.clearing_kernels import clear


@njit(cache=True, nogil=True)
def months(
    first, end, count, origins, flows, extra, cut, leaked, public, activity, use, recycled, target, par, slow,
    output, capacity, log_price, state, habit, stock, scale, past, clock, paths, totals,
):  # fmt: skip
    """Run `count` months of minerals `first` to `end`, that one left out: no mineral touches what another reads.

    State arrays are changed in place, results go to `paths` and `totals`.

    Axes: mineral m, origin n (first origins[m] are real), buyer j, month t. flows (m,n,j); cut (share of the base
    flow, below 0: no control) and leaked (t,m,n,j); recycled (t,m,j); extra (t,m,n) tonnes of new supply; public
    (t,m,j) tonnes public stocks offer, which becomes what they gave; activity, use, target (m,j); par
    (m, number), slow (m, [long demand, its speed, long supply, its speed, lead months]); output, capacity (m,n).
    State: log_price, scale (m,n), state (m,n,j), habit, stock (m,j), past (m, month, n) log prices, clock month number.
    paths: (t,m,j) price index, average price paid, use and stock, origin prices (t,m,n). totals, per (m,j): use, money,
    substituted tonnes, tonnes of own recycling and stock; per (m,n,j): tonnes, money, leak cost. Returns the largest
    excess demand.
    """
    index_path, paid_path, use_path, stock_path, origin_path = paths
    used, spent, replaced, own_recycled, own_stock, tonnes, money, leak_money = totals
    regions = flows.shape[2]
    worst = 0.0
    for m in range(first, end):
        n = origins[m]
        seed, cap, cap2 = flows[m, :n].copy(), np.zeros((n, regions)), np.zeros((n, regions))
        buyers = np.zeros((regions, 5))
        par[m, LOG_BACKSTOP] = math.log(par[m, BACKSTOP])
        q, paid = np.zeros((n, regions)), np.zeros((n, regions))
        bought, price = np.zeros(regions), np.zeros(regions)
        lead = int(slow[m, 4])
        every, all_use = flows[m, :n].sum(), use[m].sum()
        for t in range(count):
            y, c = np.zeros(n), np.zeros(n)
            for i in range(n):
                y[i] = output[m, i] * math.exp(scale[m, i]) + extra[t, m, i]
                c[i] = capacity[m, i] * math.exp(max(scale[m, i], 0.0)) + extra[t, m, i]
                for j in range(regions):
                    seed[i, j] = flows[m, i, j] + extra[t, m, i] * use[m, j] / all_use
                    held = cut[t, m, i, j]
                    cap[i, j] = np.inf if held < 0.0 else (1.0 - held) * seed[i, j]
                    cap2[i, j] = (
                        np.inf if held < 0.0 else (1.0 - held * (1.0 - leaked[t, m, i, j])) * seed[i, j]
                    )
                    if held < 0.0:
                        state[m, i, j] = FREE
            for j in range(regions):
                buyers[j, USE] = use[m, j] * activity[m, j] * math.exp(habit[m, j])
                buyers[j, RECYCLED] = recycled[t, m, j]
                buyers[j, STOCK], buyers[j, TARGET] = stock[m, j], target[m, j]
                buyers[j, PUBLIC] = public[t, m, j]
            gap = clear(
                log_price[m, :n], seed, cap, cap2, state[m, :n], buyers, par[m], y, c, q, paid, bought, price
            )
            worst = max(worst, gap * y.sum() / max(every, 1e-300))
            for j in range(regions):
                if use[m, j] <= 0.0:
                    index_path[t, m, j], paid_path[t, m, j] = 1.0, 1.0
                    continue
                _, again, released, _, _ = physical(price[j], buyers[j], par[m])
                taken = bought[j] + again + released
                cost = 0.0
                for i in range(n):
                    cost += q[i, j] * paid[i, j]
                    tonnes[m, i, j] += q[i, j]
                    money[m, i, j] += q[i, j] * paid[i, j]
                    if state[m, i, j] >= LEAKING:
                        leak_money[m, i, j] += (
                            max(q[i, j] - cap[i, j], 0.0) * math.exp(log_price[m, i]) * par[m, LEAK_COST]
                        )
                average = cost / bought[j] if bought[j] > 0.0 else min(price[j], par[m, BACKSTOP])
                wanted = buyers[j, USE] * price[j] ** -par[m, DEMAND]
                used[m, j] += taken
                # what is not bought is worth what it saves: the index, also where nothing is bought
                spent[m, j] += cost + min(price[j], par[m, BACKSTOP]) * (again + released)
                replaced[m, j] += wanted - taken
                own_recycled[m, j] += again
                own_stock[m, j] += released
                index_path[t, m, j] = price[j]
                paid_path[t, m, j] = average
                use_path[t, m, j] = taken
                stock[m, j] -= released - public_used(released, price[j], buyers[j], par[m])
                public[t, m, j] = public_used(released, price[j], buyers[j], par[m])
                stock_path[t, m, j] = stock[m, j]
                habit[m, j] += slow[m, 1] * (-slow[m, 0] * math.log(price[j]) - habit[m, j])
            for i in range(n):
                origin_path[t, m, i] = math.exp(log_price[m, i])
                if lead > 0:
                    old = past[m, (clock + t) % lead, i]
                    past[m, (clock + t) % lead, i] = log_price[m, i]
                else:
                    old = log_price[m, i]
                scale[m, i] += slow[m, 3] * (slow[m, 2] * old - scale[m, i])
    return worst
