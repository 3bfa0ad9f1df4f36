# ruff: noqa: ANN001, ANN202, ANN201 - numba infers types; axes and units stand in the docstrings
"""What one buyer takes from whom, and what an origin sells, at given prices. NumPy arrays in and out, numba inside.

Everything is in tonnes of the mineral and prices are ratios to the base year's. With p[i] the price at origin i, a
buyer j spreads its purchases Q[j] over origins, additive in tonnes,

    q[i,j] = Q[j] s[i,j] p[i,j]^(-e) / sum_i s p^(-e)          P[j] = (sum_i s p^(-e) / sum_i s)^(-1/e)

with P the index that use answers (what is paid is sum_i p q) and p[i,j] = p[i] unless a control caps the pair. Cap c:
q <= c with a licence price above p[i], or, for tonnes beyond c up to c2, the price p[i] (1 + leak cost) of third
countries. Use, recycling and the stocks of users answer P[j]:

    use  = A U H P^(-d) h(P)                    h = 1 / (1 + (P/Pbar)^K): past the back-stop price substitutes take over
    Q    = use - R P^r - release(P) - public    release = rho K max(0, 1 - 1/P) - b (K0 - K) P^(-4)

and origins sell S[i] = min(capacity, y p^n) / (1 + (floor/p)^100). All markets clear: sum_j q[i,j] = S[i].
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

SHARP = 30.0  # K: how sharply substitutes take over at the back-stop price
STOPS = 100.0  # how sharply works stop at the floor

FREE, CAPPED, LEAKING, SHUT = 0, 1, 2, 3  # state of a controlled pair
# columns of a buyer's numbers
USE, RECYCLED, STOCK, TARGET, PUBLIC = 0, 1, 2, 3, 4
# behaviour of one mineral's market
SOURCING, DEMAND, SUPPLY, RECYCLING, DRAW, REBUILD, BACKSTOP, FLOOR, LEAK_COST, LOG_BACKSTOP = range(10)


@njit(cache=True)
def physical(price: float, buyer: np.ndarray, par: np.ndarray) -> tuple[float, float, float, float, float]:
    """Return use, recycled, released, purchases wanted, and the derivative of these by the price.

    What is recycled and released beyond use stays where it is.
    """
    # powers cost most here: those that are zero to the last digit are not taken
    log = math.log(price)
    above = SHARP * (log - par[LOG_BACKSTOP])
    replaced = 0.0 if above < -40.0 else 1.0 / (1.0 + math.exp(-above))
    use = buyer[USE] * math.exp(-par[DEMAND] * log) * (1.0 - replaced)
    d_use = -use * (par[DEMAND] + SHARP * replaced) / price
    recycled = buyer[RECYCLED] * math.exp(par[RECYCLING] * log) if buyer[RECYCLED] > 0.0 else 0.0
    d_recycled = recycled * par[RECYCLING] / price
    drawn = par[DRAW] * buyer[STOCK] * max(0.0, 1.0 - 1.0 / price)
    d_drawn = par[DRAW] * buyer[STOCK] / price**2 if price > 1.0 else 0.0
    rebuilt = par[REBUILD] * (buyer[TARGET] - buyer[STOCK]) / (price * price * price * price)
    d_rebuilt = -4.0 * rebuilt / price
    released = drawn - rebuilt + buyer[PUBLIC]
    own = recycled + released
    if own >= use:
        part = use / own if own > 0.0 else 0.0
        return use, recycled * part, released * part, 0.0, 0.0
    return use, recycled, released, use - own, d_use - d_recycled - d_drawn + d_rebuilt


@njit(cache=True)
def public_used(released: float, price: float, buyer: np.ndarray, par: np.ndarray) -> float:
    """Return what public stocks gave of `released` tonnes: their part where not all could be used."""
    drawn = par[DRAW] * buyer[STOCK] * max(0.0, 1.0 - 1.0 / price)
    rebuilt = par[REBUILD] * (buyer[TARGET] - buyer[STOCK]) * price**-4.0
    offered = drawn - rebuilt + buyer[PUBLIC]
    return buyer[PUBLIC] * released / offered if offered > 0.0 and released < offered else buyer[PUBLIC]


@njit(cache=True)
def _index(capped, free, buyer, par):
    """Return the price index, purchases and their slope of a buyer with `capped` tonnes bound.

    free is the sum of s p^-e of free origins over the sum of s of all.
    The root of e log P + log free + log Q/(Q - capped) = 0 with Q = wanted(P), whose left side rises with P. Without a
    free origin it is the price at which exactly the bound tonnes are wanted.
    """
    e = par[SOURCING]
    high = math.log(4.0 * par[BACKSTOP]) if free <= 0.0 else -math.log(free) / e
    low, price = high - 30.0, 0.0
    at = high if free > 0.0 and capped == 0.0 else high - 0.1
    wanted, slope = 0.0, 0.0
    log_free = math.log(free) if free > 0.0 else 0.0
    for _ in range(200):
        price = math.exp(at)  # the one that `wanted` and `slope` belong to
        _, _, _, wanted, slope = physical(price, buyer, par)
        if free <= 0.0:
            gap = capped - wanted
            by_log = -slope * price
            close = abs(gap) <= 1e-15 * capped
        elif wanted <= capped:
            gap, by_log, close = 1.0, 0.0, False
        else:
            gap = e * at + log_free + math.log(wanted / (wanted - capped))
            by_log = e - slope * price * capped / (wanted * (wanted - capped))
            close = abs(gap) <= 1e-15
        if close:
            break
        if gap > 0.0:
            high = at
        else:
            low = at
        step = at - gap / by_log if by_log > 0.0 else low
        before = at
        at = step if low < step < high else 0.5 * (low + high)
        if at == before or high - low <= 1e-15:
            break
    last = math.exp(at)
    if last != price:
        slope = physical(last, buyer, par)[4]
    return last, capped if free <= 0.0 else wanted, slope


@njit(cache=True)
def buyer_market(prices, pulls, seed, cap, cap2, state, buyer, par, q, paid, jacobian):
    """Fill one buyer's tonnes `q` and delivered prices `paid` by origin; return Q and P; add dq/dlog p to `jacobian`.

    prices p and pulls p^(-e) by origin. cap, cap2: bound without and with leakage (inf: no control). `state` says
    which bound holds and is updated.
    """
    n = prices.shape[0]
    e = par[SOURCING]
    weight = np.zeros(n)
    every = seed.sum()
    detour = (1.0 + par[LEAK_COST]) ** -e
    bought, price, slope, capped, free = 0.0, par[BACKSTOP], 0.0, 0.0, 0.0
    for _ in range(12):
        capped, free = 0.0, 0.0
        for i in range(n):
            weight[i] = 0.0
            if seed[i] <= 0.0:
                continue
            if state[i] == CAPPED or state[i] == SHUT:
                capped += cap[i] if state[i] == CAPPED else cap2[i]
            else:
                weight[i] = seed[i] * pulls[i] / every
                if state[i] == LEAKING:
                    weight[i] *= detour
                free += weight[i]
        if capped > 0.0 or free > 0.0:
            price, bought, slope = _index(capped, free, buyer, par)
        else:
            price, bought = par[BACKSTOP], 0.0
        changed = False
        for i in range(n):
            own = prices[i]
            q[i], paid[i] = 0.0, own
            if seed[i] <= 0.0:
                continue
            if state[i] == CAPPED or state[i] == SHUT:
                q[i] = cap[i] if state[i] == CAPPED else cap2[i]
                paid[i] = (
                    price * (q[i] * every / (bought * seed[i])) ** (-1.0 / e)
                    if q[i] > 0.0
                    else max(price, own)
                )
            else:
                q[i] = (bought - capped) * weight[i] / free
                paid[i] = own * (1.0 + par[LEAK_COST] if state[i] == LEAKING else 1.0)
            if cap[i] < np.inf:
                before = state[i]
                state[i] = _bound(before, q[i], paid[i], own, own * (1.0 + par[LEAK_COST]), cap[i], cap2[i])
                changed = changed or state[i] != before
        if not changed:
            break
    if free > 0.0 and bought > capped:
        _slopes(weight, free, bought, capped, slope * price, par[SOURCING], jacobian)
    return bought, price


@njit(cache=True)
def _bound(state, q, paid, own, leaky, cap, cap2):
    """Return which bound of a controlled pair holds, given what the present one led to."""
    if state == FREE and q > cap * (1.0 + 1e-13):
        return CAPPED
    if state == CAPPED and q > 0.0 and paid < own * (1.0 - 1e-13):
        return FREE
    if state == CAPPED and cap2 > cap and paid > leaky * (1.0 + 1e-13):
        return LEAKING
    if state == LEAKING and q < cap * (1.0 - 1e-13):
        return CAPPED
    if state == LEAKING and q > cap2 * (1.0 + 1e-13):
        return SHUT
    if state == SHUT and q > 0.0 and paid < leaky * (1.0 - 1e-13):
        return LEAKING
    return state


@njit(cache=True)
def _slopes(weight, free, bought, capped, slope, e, jacobian):
    """Add dq[i]/dlog p[k] of one buyer; bound pairs do not answer prices.

    slope: of purchases by the log of the index. `weight` becomes shares.
    """
    n = weight.shape[0]
    rest = bought - capped
    answer = slope / (1.0 - slope * capped / (e * bought * rest))
    own, together = e * rest, answer + e * rest
    for i in range(n):
        weight[i] /= free
    for i in range(n):
        if weight[i] == 0.0:
            continue
        for k in range(n):  # no branch inside, so that the compiler takes several at a time
            jacobian[i, k] += weight[i] * weight[k] * together
        jacobian[i, i] -= own * weight[i]


@njit(cache=True)
def supply(price: float, output: float, capacity: float, par: np.ndarray) -> tuple[float, float]:
    """Return tonnes sold at `price` and the derivative by its log."""
    running = 1.0 / (1.0 + (par[FLOOR] / price) ** STOPS)
    at = output * price ** par[SUPPLY]
    answers = par[SUPPLY]
    if at > capacity:
        at, answers = capacity, 0.0
    return at * running, at * running * (answers + STOPS * (1.0 - running))
