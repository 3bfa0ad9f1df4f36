"""Offsetting: bilateral on the payments of two participants, multilateral by Bech and Soramäki's gridlock algorithm.

Bech and Soramäki (2001), Gridlock resolution in interbank payment systems, Bank of Finland discussion paper 9/2001:
settle all queued payments at once; while somebody would end below its limit, take the last payment of its queue out.
Sets that are a beginning of each queue and that everybody can afford are closed under union: in the union of two,
each participant sends what it sends in one of them and receives at least as much. So there is one largest set, and
taking from the end until nobody is short finds it, in whatever order participants are visited. It holds with limits on
pairs too.
"""

from __future__ import annotations

import numpy as np

from blocs.settlement.kernels.booking import dequeue, done, move, note_debit
from blocs.settlement.kernels.compiled import inlined, kernel
from blocs.settlement.kernels.state import BACK, BILATERAL, ENTRIES, FORTH, MULTILATERAL, ON_RING, RING, RUNS
from blocs.settlement.kernels.trees import NONE, first, last


@inlined
def touch(day, i):
    """Put participant `i` on the ring of those whose queue may have become payable."""
    if day.book[i].inside == 0:
        at = day.counters[RING] + day.counters[ON_RING]
        day.book[at if at < day.book.size else at - day.book.size].ring = i
        day.counters[ON_RING] += 1
        day.book[i].inside = 1


@inlined
def off_ring(day):
    """Take the participant that came first off the ring."""
    i = day.book[day.counters[RING]].ring
    after = day.counters[RING] + 1
    day.counters[RING] = after if after < day.book.size else 0
    day.counters[ON_RING] -= 1
    day.book[i].inside = 0
    return i


@kernel
def _towards(day, i, j, side):
    """Return how many queued payments from `i` to `j` may be taken in order, their slots in scratch row `side`.

    Without bypass only a beginning of the queue may go; with it those among the first `depth` of the queue.
    """
    count = 0
    base, size = day.book[i].base, day.book[i].size
    slot = day.book[i].head
    for _ in range(day.terms.depth):
        if slot < 0:
            break
        if day.pay[day.order[day.book[i].start + slot]].payee == j:
            day.scratch[side, count] = slot
            count += 1
        elif not day.terms.bypass:
            break
        slot = first(day.tree, base, size, slot + 1, NONE - 1)
    return count


@kernel
def bilateral(day, pair, now):
    """Settle at once the largest beginnings of the payments `i` to `j` and `j` to `i` that both can afford."""
    opposite = day.pairs[pair].reverse
    if day.pairs[opposite].count == 0 or day.pairs[pair].count == 0:
        return
    i, j = day.pairs[pair].sender, day.pairs[opposite].sender
    if day.book[i].live != 1 or day.book[j].live != 1:
        return
    n = _towards(day, i, j, FORTH)
    m = _towards(day, j, i, BACK)
    if n == 0 or m == 0:
        return
    sent, back = 0, 0
    for q in range(n):
        sent += day.tree[day.book[i].base + day.book[i].size + day.scratch[FORTH, q]]
    for q in range(m):
        back += day.tree[day.book[j].base + day.book[j].size + day.scratch[BACK, q]]
    while n + m > 0:
        net = sent - back
        if n > 0 and (
            net > day.book[i].balance + day.book[i].credit
            or (day.terms.limits and net > 0 and day.pairs[pair].sent + net > day.pairs[pair].limit)
        ):
            n -= 1
            sent -= day.tree[day.book[i].base + day.book[i].size + day.scratch[FORTH, n]]
        elif m > 0 and (
            -net > day.book[j].balance + day.book[j].credit
            or (day.terms.limits and net < 0 and day.pairs[opposite].sent - net > day.pairs[opposite].limit)
        ):
            m -= 1
            back -= day.tree[day.book[j].base + day.book[j].size + day.scratch[BACK, m]]
        else:
            break
    if n + m == 0:
        return
    for q in range(n):
        _settle(day, i, day.scratch[FORTH, q], now, BILATERAL)
    for q in range(m):
        _settle(day, j, day.scratch[BACK, q], now, BILATERAL)
    note_debit(day, i)
    note_debit(day, j)
    day.counters[ENTRIES] += 1
    touch(day, i)
    touch(day, j)


@kernel
def _settle(day, i, slot, now, how):
    """Settle what waits at `slot` of participant `i`'s queue."""
    k = np.int64(day.order[day.book[i].start + slot])
    amount = dequeue(day, k)
    move(day, k, amount)
    done(day, k, now, amount, how)


@kernel
def _strip(day, i):
    """Take the last payment of `i` out of the set; return its payee."""
    base, size = day.book[i].base, day.book[i].size
    slot = day.book[i].cut
    k = day.order[day.book[i].start + slot]
    amount = day.tree[base + size + slot]
    j = np.int64(day.pay[k].payee)
    day.book[i].out -= amount
    day.book[j].income -= amount
    if day.terms.limits:
        day.pairs[day.pay[k].pair].flow -= amount
    day.book[i].cut = last(day.tree, base, size, slot - 1)
    return j


@kernel
def _short(day, i):
    return (
        day.book[i].out - day.book[i].income > day.book[i].balance + day.book[i].credit
        and day.book[i].cut >= 0
    )


@kernel
def _solvent(day):
    """Shrink the set until nobody is short: a worklist of those who are."""
    n = day.book.size
    for i in range(n):
        if _short(day, i):
            touch(day, i)
    while day.counters[ON_RING] > 0:
        i = off_ring(day)
        while _short(day, i):
            j = _strip(day, i)
            if _short(day, j):
                touch(day, j)


@kernel
def _within_limits(day):
    """Shrink the set until no pair passes its limit; return whether anything was taken out."""
    changed = False
    for pair in range(day.pairs.size):
        i = day.pairs[pair].sender
        back = day.pairs[pair].reverse
        while day.book[i].cut >= 0:
            net = day.pairs[pair].flow - day.pairs[back].flow
            if net <= 0 or day.pairs[pair].sent + net <= day.pairs[pair].limit:
                break
            _strip(day, i)
            changed = True
    return changed


@kernel
def multilateral(day, now):
    """Settle at once the largest set of queued payments that all can afford and that keeps each sender's order."""
    n = day.book.size
    day.counters[RUNS] += 1
    for i in range(n):
        day.book[i].out = day.book[i].owed
        day.book[i].income = day.book[i].due
        day.book[i].cut = last(day.tree, day.book[i].base, day.book[i].size, day.book[i].size - 1)
    if day.terms.limits:
        for pair in range(day.pairs.size):
            day.pairs[pair].flow = day.pairs[pair].value
    for i in range(n):
        while day.book[i].live != 1 and day.book[i].cut >= 0:
            _strip(day, i)
    _solvent(day)
    while day.terms.limits and _within_limits(day):
        _solvent(day)
    settled = False
    for i in range(n):
        while day.book[i].head >= 0 and day.book[i].head <= day.book[i].cut:
            _settle(day, i, day.book[i].head, now, MULTILATERAL)
            settled = True
    if not settled:
        return
    for i in range(n):
        note_debit(day, i)
        touch(day, i)
    day.counters[ENTRIES] += 1
