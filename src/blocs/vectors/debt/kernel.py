"""The debt recursion: quarters inside, years outside, many paths at once; plain arrays, compiled by numba.

For path n, year t, quarter q and bucket b (share w of the debt, average rate c, share h of it refinanced a quarter):

    GDP_t     = GDP_{t-1} · growth_t · (1 + x_growth + x_prices)
    x_t       = A x_{t-1} + e_t                                     joint shocks: growth, prices, balance, yield
    r_{b,t}   = max(path_{b,t} + shift_t + x_yield + φ (d_{t-1} − d°_{t-1}), 0)
    i_q       = Σ_b B_b (c_b + ι_b (x_prices + π_t)) / 4
    D_q       = D_{q-1} + (P_t + W_t + O_t)/4 + i_q
    B_b       = w_b D_q,   c_b ← (c_b (1 − h_b) B_b + r_b · issue_b) / B_b'

P primary deficit, W what official net interest holds beside interest on these securities, O other means of financing.
P moves with GDP, less x_balance · GDP, less the fiscal reaction ρ (d_{t-1} − anchor_t) · GDP where it is on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from numba import prange


def _compiled(function: Callable[..., None]) -> Callable[..., None]:
    """Compile for all cores, keeping the result between sessions where a folder for it can be written."""
    try:
        return numba.njit(cache=True, parallel=True, nogil=True)(function)
    except RuntimeError:  # numba finds no folder for its cache
        return numba.njit(parallel=True, nogil=True)(function)


@_compiled
def recursion(
    index: Any,  # (path, year) row of `residuals` that strikes
    residuals: Any,  # (row, 4): growth, prices, balance, yield, fractions
    transition: Any,  # (4, 4) A
    debt_start: float,
    gdp_start: float,
    weights: Any,  # (bucket,) w, sums to one
    coupons: Any,  # (bucket,) c at the start, fractions a year
    hazard: Any,  # (bucket,) h a quarter
    indexed: Any,  # (bucket,) ι
    path: Any,  # (year, bucket) new-issue rates, fractions
    growth: Any,  # (year,) nominal GDP over the year before
    expected: Any,  # (year,) GDP without shocks
    primary: Any,  # (year,) P
    wedge: Any,  # (year,) W
    other: Any,  # (year,) O
    revenue: Any,  # (year,)
    shift: Any,  # (year,) added to every new-issue rate
    prices: Any,  # (year,) π, inflation beside the baseline's
    reference: Any,  # (year + 1,) d°, debt over GDP of the baseline, the start first
    feedback: float,  # φ, rate per unit of debt over GDP
    reaction: float,  # ρ
    anchor: Any,  # (year,) debt over GDP above which the balance reacts; inf: never
    debt: Any,  # (path, year) out
    gdp: Any,  # (path, year) out
    interest: Any,  # (path, year) out, net interest as official: i + W
    receipts: Any,  # (path, year) out
    stocks: Any,  # (year, bucket) out, of the first path, at the end of the year
    rates: Any,  # (year, bucket) out, of the first path
) -> None:
    """Fill the output arrays; see the module for the equations. Amounts in any one currency unit.

    Between sessions numba keeps the compiled code; this module is imported only where paths are computed.
    """
    paths, years = index.shape
    buckets = weights.shape[0]
    for n in prange(paths):
        state = np.zeros(4)
        moved = np.zeros(4)
        held = weights * debt_start
        rate = coupons.copy()
        total = debt_start
        output = gdp_start
        ratio = debt_start / gdp_start
        for t in range(years):
            row = index[n, t]
            for a in range(4):
                moved[a] = residuals[row, a]
                for b in range(4):
                    moved[a] += transition[a, b] * state[b]
            for a in range(4):
                state[a] = moved[a]
            output *= growth[t] * (1.0 + state[0] + state[1])
            scale = output / expected[t]
            spent = primary[t] * scale - state[2] * output
            if ratio > anchor[t]:
                spent -= reaction * (ratio - anchor[t]) * output
            added = shift[t] + state[3] + feedback * (ratio - reference[t])
            dearer = state[1] + prices[t]
            flow = (spent + wedge[t] + other[t]) / 4.0
            paid = 0.0
            for _ in range(4):
                due = 0.0
                for b in range(buckets):
                    due += held[b] * (rate[b] + indexed[b] * dearer) / 4.0
                total += flow + due
                paid += due
                for b in range(buckets):
                    kept = held[b] * (1.0 - hazard[b])
                    now = weights[b] * total
                    if now > kept and now > 0.0:
                        price = path[t, b] + added
                        rate[b] = (rate[b] * kept + max(price, 0.0) * (now - kept)) / now
                    held[b] = now
            ratio = total / output
            debt[n, t] = total
            gdp[n, t] = output
            interest[n, t] = paid + wedge[t]
            receipts[n, t] = revenue[t] * scale
            if n == 0:
                for b in range(buckets):
                    stocks[t, b] = held[b]
                    rates[t, b] = rate[b]
