"""Booking: how a payment enters and leaves a queue and moves money; every mode settles through these few lines."""

from __future__ import annotations

import numpy as np

from blocs.settlement.kernels.compiled import inlined, kernel
from blocs.settlement.kernels.state import ENTRIES, PARTS, PEAK, SETTLED, SPLIT, VALUE, WAITING, WIDTH
from blocs.settlement.kernels.trees import NONE, change, first, put


@inlined
def enqueue(day, k):
    """Let payment `k` wait."""
    i, j, s, amount = day.pay[k].payer, day.pay[k].payee, day.pay[k].slot, day.pay[k].amount
    put(day.tree, day.book[i].base, day.book[i].size, s, amount)
    if day.book[i].head < 0 or s < day.book[i].head:
        day.book[i].head = s
    day.book[i].waiting += 1
    day.book[i].owed += amount
    day.book[j].due += amount
    day.pairs[day.pay[k].pair].count += 1
    day.pairs[day.pay[k].pair].value += amount
    day.counters[WAITING] += 1
    day.counters[PEAK] = max(day.counters[PEAK], day.counters[WAITING])


@inlined
def dequeue(day, k):
    """Take payment `k` out of its queue and return what was left to pay."""
    i, j, s = day.pay[k].payer, day.pay[k].payee, day.pay[k].slot
    base, size = day.book[i].base, day.book[i].size
    amount = day.tree[base + size + s]
    change(day.tree, base, size, s, NONE)
    day.book[i].waiting -= 1
    if s == day.book[i].head:
        after = s + 1
        if day.book[i].waiting == 0:
            day.book[i].head = -1
        elif after < size and day.tree[base + size + after] != NONE:
            day.book[i].head = after
        else:
            day.book[i].head = first(day.tree, base, size, after, NONE - 1)
    day.book[i].owed -= amount
    day.book[j].due -= amount
    day.pairs[day.pay[k].pair].count -= 1
    day.pairs[day.pay[k].pair].value -= amount
    day.counters[WAITING] -= 1
    return amount


@inlined
def move(day, k, amount):
    """Move `amount` from payer to payee of payment `k`; debits are noted by `note_debit`, after a whole entry."""
    i, j = day.pay[k].payer, day.pay[k].payee
    day.book[i].balance -= amount
    day.book[i].position -= amount
    day.book[j].balance += amount
    day.book[j].position += amount
    if day.terms.limits:
        pair = day.pay[k].pair
        day.pairs[pair].sent += amount
        day.pairs[day.pairs[pair].reverse].sent -= amount


@inlined
def note_debit(day, i):
    """Keep the largest net debit of participant `i`."""
    if -day.book[i].position > day.book[i].debit:
        day.book[i].debit = -day.book[i].position


@inlined
def done(day, k, now, amount, how):
    """Write payment `k` down as settled `now` in the current entry, `amount` of it by the way `how`."""
    day.pay[k].status = SETTLED
    day.pay[k].settled = now
    day.pay[k].entry = day.counters[ENTRIES]
    day.counters[how] += 1
    day.table[now // WIDTH].count += 1
    tell(day, k, now, amount, how)


@inlined
def tell(day, k, now, amount, how):
    """Add a settled amount to the tables by time, by way and by who waited for whom."""
    day.table[now // WIDTH].value += amount
    day.counters[VALUE + how] += amount
    if now > day.pay[k].time:
        day.pairs[day.pay[k].pair].waited += float(amount) * (now - day.pay[k].time)


@kernel
def pay_part(day, k, now, amount):
    """Pay `amount` of waiting payment `k`, which goes on waiting for the rest."""
    i, j, s = np.int64(day.pay[k].payer), day.pay[k].payee, day.pay[k].slot
    base, size = day.book[i].base, day.book[i].size
    move(day, k, amount)
    note_debit(day, i)
    change(day.tree, base, size, s, day.tree[base + size + s] - amount)
    day.book[i].owed -= amount
    day.book[j].due -= amount
    day.pairs[day.pay[k].pair].value -= amount
    n = day.counters[PARTS]
    day.parts[n].payment = k
    day.parts[n].amount = amount
    day.parts[n].entry = day.counters[ENTRIES]
    day.parts[n].time = now
    day.counters[PARTS] = n + 1
    day.counters[ENTRIES] += 1
    tell(day, k, now, amount, SPLIT)
