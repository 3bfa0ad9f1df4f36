# ruff: noqa: ANN001, ANN202, ANN201 - numba infers types; axes and units stand in the docstrings
"""The month of one mineral's market: who buys how much from whom at which price. NumPy arrays in and out, numba inside.

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
ITERATIONS = 40
ROUNDS = 8  # of bisection by origin and Newton, where Newton alone gets stuck
CLEARS = 1e-11  # largest excess demand over all tonnes sold

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
                log_price,
                seed,
                cap,
                cap2,
                state,
                buyers,
                par,
                output,
                capacity,
                q,
                paid,
                bought,
                price,
                jacobian,
            )
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
                log_price,
                seed,
                cap,
                cap2,
                state,
                buyers,
                par,
                output,
                capacity,
                q,
                paid,
                bought,
                price,
                jacobian,
            )
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
