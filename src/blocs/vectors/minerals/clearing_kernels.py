# ruff: noqa: ANN001, ANN202, ANN201 - numba infers types; axes and units stand in the docstrings
"""Finds the prices at origins that clear one mineral's market in a month: Newton, and bisection where it gets stuck."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from blocs.vectors.minerals.buyer_kernels import BACKSTOP, SOURCING, USE, buyer_market, supply

ITERATIONS = 40
ROUNDS = 8  # of bisection by origin and Newton, where Newton alone gets stuck
CLEARS = 1e-11  # largest excess demand over all tonnes sold


@njit(cache=True)
def _excess(
    log_price, seed, cap, cap2, state, buyers, par, output, capacity, q, paid, bought, price, jacobian
):
    """Return excess demand by origin, and fill tonnes, prices and the Jacobian."""
    n, regions = seed.shape
    excess = np.zeros(n)
    jacobian[:, :] = 0.0
    prices, pulls = np.exp(log_price), np.exp(-par[SOURCING] * log_price)
    column, column_paid, column_state = np.zeros(n), np.zeros(n), np.zeros(n, dtype=np.int8)
    for j in range(regions):
        if buyers[j, USE] <= 0.0:
            bought[j], price[j] = 0.0, 1.0
            continue
        column_state[:] = state[:, j]
        bought[j], price[j] = buyer_market(
            prices,
            pulls,
            seed[:, j],
            cap[:, j],
            cap2[:, j],
            column_state,
            buyers[j],
            par,
            column,
            column_paid,
            jacobian,
        )
        state[:, j] = column_state
        for i in range(n):
            q[i, j], paid[i, j] = column[i], column_paid[i]
            excess[i] += column[i]
    for i in range(n):
        sold, slope = supply(prices[i], output[i], capacity[i], par)
        excess[i] -= sold
        jacobian[i, i] -= slope
    return excess


@njit(cache=True)
def _newton(log_price, seed, cap, cap2, state, buyers, par, output, capacity, q, paid, bought, price):
    """Improve `log_price` by Newton's method with an exact Jacobian, steps halved until the excess falls."""
    n = log_price.shape[0]
    scale = max(output.sum(), 1e-300)
    jacobian = np.zeros((n, n))
    excess = _excess(
        log_price, seed, cap, cap2, state, buyers, par, output, capacity, q, paid, bought, price, jacobian
    )
    worst = np.abs(excess).max() / scale
    for _ in range(ITERATIONS):
        if worst <= CLEARS:
            break
        for i in range(n):
            if jacobian[i, i] > -1e-12 * scale:  # nobody answers this price: keep the system regular
                jacobian[i, i] -= 1e-9 * scale
        step = np.linalg.solve(jacobian, -excess)
        largest = np.abs(step).max()
        length = min(1.0, 0.7 / largest) if largest > 0.0 else 1.0
        size = np.sqrt((excess**2).sum())
        best, tried = log_price.copy(), excess
        for _half in range(14):
            for i in range(n):
                log_price[i] = best[i] + length * step[i]
            tried = _excess(
                log_price, seed, cap, cap2, state, buyers, par, output, capacity, q, paid, bought, price, jacobian,
            )  # fmt: skip
            if np.sqrt((tried**2).sum()) < size * (1.0 - 1e-4 * length):
                break
            length *= 0.5
        excess = tried
        worst = np.abs(excess).max() / scale
    return worst


@njit(cache=True)
def _bisect(log_price, seed, cap, cap2, state, buyers, par, output, capacity, q, paid, bought, price):
    """Bring each origin's excess demand, which falls with its own price, near zero in turn; others stand still."""
    n = log_price.shape[0]
    jacobian = np.zeros((n, n))
    for i in range(n):
        low, high = math.log(1e-3), math.log(8.0 * par[BACKSTOP])
        for _ in range(34):
            log_price[i] = 0.5 * (low + high)
            excess = _excess(
                log_price, seed, cap, cap2, state, buyers, par, output, capacity, q, paid, bought, price, jacobian,
            )  # fmt: skip
            if excess[i] > 0.0:
                low = log_price[i]
            else:
                high = log_price[i]


@njit(cache=True)
def clear(log_price, seed, cap, cap2, state, buyers, par, output, capacity, q, paid, bought, price):
    """Find the prices at origins that clear one mineral's market in a month; return the largest excess over output.

    log_price (origin,), seed, cap, cap2, state, q, paid (origin, buyer), buyers (buyer, number), output and capacity
    (origin,) tonnes; `log_price` is the first guess and becomes the answer. Where Newton's method gets stuck on the
    flat side of the back-stop price, prices are bisected by origin first.
    """
    worst = _newton(log_price, seed, cap, cap2, state, buyers, par, output, capacity, q, paid, bought, price)
    for _ in range(ROUNDS):
        if worst <= CLEARS:
            break
        for _sweep in range(3):
            _bisect(log_price, seed, cap, cap2, state, buyers, par, output, capacity, q, paid, bought, price)
        worst = _newton(
            log_price, seed, cap, cap2, state, buyers, par, output, capacity, q, paid, bought, price
        )
    return worst
