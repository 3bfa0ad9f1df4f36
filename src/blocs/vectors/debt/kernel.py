"""The debt recursion: quarters inside, years outside, many paths at once; plain arrays, compiled by numba.

For path n, year t, quarter q and bucket b (share w of the debt, average rate c, share h of it refinanced a quarter):

    GDP_t     = GDP_{t-1} · growth_t · (1 + x_growth + x_prices)
    x_t       = A x_{t-1} + e_t                                     joint shocks: growth, prices, balance, yield
    r_{b,t}   = max(path_{b,t} + shift_t + x_yield + φ (d_{t-1} − d°_{t-1}), 0)
    i_q       = Σ_b B_b (c_b + ι_b (x_prices + π_t)) / 4
    D_q       = D_{q-1} + (P_t + W_t + O_t)/4 + i_q
    B_b       = w_b D_q                                          the composition is held
    c_b       ← c_b k + r_b (1 − k),   k = (1 − h_b) D_{q-1} / D_q   what is kept and what is newly issued

P primary deficit, W what official net interest holds beside interest on these securities, O other means of financing.
P moves with GDP, less x_balance · GDP, less the fiscal reaction ρ (d_{t-1} − anchor_t) · GDP where it is on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from numba import prange

CHUNK = 256  # paths that share one array of rates


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
    for chunk in prange((paths + CHUNK - 1) // CHUNK):
        rate = np.empty(buckets)
        for n in range(chunk * CHUNK, min((chunk + 1) * CHUNK, paths)):
            for b in range(buckets):
                rate[b] = coupons[b]
            x0 = x1 = x2 = x3 = 0.0
            total = debt_start
            output = gdp_start
            ratio = debt_start / gdp_start
            for t in range(years):
                row = index[n, t]
                y0 = (
                    transition[0, 0] * x0
                    + transition[0, 1] * x1
                    + transition[0, 2] * x2
                    + transition[0, 3] * x3
                )
                y1 = (
                    transition[1, 0] * x0
                    + transition[1, 1] * x1
                    + transition[1, 2] * x2
                    + transition[1, 3] * x3
                )
                y2 = (
                    transition[2, 0] * x0
                    + transition[2, 1] * x1
                    + transition[2, 2] * x2
                    + transition[2, 3] * x3
                )
                y3 = (
                    transition[3, 0] * x0
                    + transition[3, 1] * x1
                    + transition[3, 2] * x2
                    + transition[3, 3] * x3
                )
                x0 = y0 + residuals[row, 0]
                x1 = y1 + residuals[row, 1]
                x2 = y2 + residuals[row, 2]
                x3 = y3 + residuals[row, 3]
                output *= growth[t] * (1.0 + x0 + x1)
                scale = output / expected[t]
                spent = primary[t] * scale - x2 * output
                if ratio > anchor[t]:
                    spent -= reaction * (ratio - anchor[t]) * output
                added = shift[t] + x3 + feedback * (ratio - reference[t])
                dearer = x1 + prices[t]
                flow = (spent + wedge[t] + other[t]) / 4.0
                paid = 0.0
                for _ in range(4):
                    mean = 0.0
                    for b in range(buckets):
                        mean += weights[b] * (rate[b] + indexed[b] * dearer)
                    due = total * mean / 4.0
                    now = total + flow + due
                    paid += due
                    # of the new stock that was there before; a debt that turns into an asset is all new
                    fraction = total / now if total > 0.0 and now > 0.0 else 0.0
                    for b in range(buckets):
                        kept = (1.0 - hazard[b]) * fraction
                        if kept < 1.0:  # else the bucket shrinks and nothing is issued
                            rate[b] = rate[b] * kept + max(path[t, b] + added, 0.0) * (1.0 - kept)
                    total = now
                ratio = total / output
                debt[n, t] = total
                gdp[n, t] = output
                interest[n, t] = paid + wedge[t]
                receipts[n, t] = revenue[t] * scale
                if n == 0:
                    for b in range(buckets):
                        stocks[t, b] = weights[b] * total
                        rates[t, b] = rate[b]
