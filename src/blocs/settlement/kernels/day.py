"""The day: one pass over submissions and events in time; every mode is this loop with other day.terms."""

from __future__ import annotations

import numpy as np

from blocs.settlement.kernels import state
from blocs.settlement.kernels.booking import dequeue, done, enqueue, move, note_debit, pay_part
from blocs.settlement.kernels.compiled import inlined, kernel
from blocs.settlement.kernels.offset import bilateral, multilateral, off_ring, touch
from blocs.settlement.kernels.state import (
    AFTER_CUT_OFF,
    ALL,
    BLOCKED,
    ENTRIES,
    GROSS,
    NO_FUNDS,
    NOT_SENT,
    ON_RING,
    REJECTED,
    RELEASED,
    RETURNED,
)
from blocs.settlement.kernels.trees import NONE, first

OPEN, SUSPEND, CUT_OFF, FUND = state.OPEN, state.SUSPEND, state.CUT_OFF, state.FUND
WITHDRAW, OFFSET, CLOSE = state.WITHDRAW, state.OFFSET, state.CLOSE


@kernel
def run_day(day, plan):
    """Process submissions in order and events in order; at equal times events come first."""
    e, events, closed = 0, plan.size, False
    for k in range(day.pay.size):
        now = np.int64(day.pay[k].time)
        while e < events and plan[e].time <= now:
            closed = closed or plan[e].kind == CLOSE
            plan[e].moved = _event(day, plan[e])
            e += 1
        if day.book[day.pay[k].payer].live < 0 or day.book[day.pay[k].payee].live < 0:
            day.pay[k].status, day.pay[k].reason = REJECTED, BLOCKED
        elif now >= day.terms.cut_off or closed:
            day.pay[k].status, day.pay[k].reason = REJECTED, AFTER_CUT_OFF
        else:
            _submit(day, k, now)
    while e < events:
        plan[e].moved = _event(day, plan[e])
        e += 1


@inlined
def _fits(day, k, amount):
    """Say whether payer and pair may send `amount` now."""
    i = day.pay[k].payer
    if amount > day.book[i].balance + day.book[i].credit:
        return False
    return (
        not day.terms.limits or day.pairs[day.pay[k].pair].sent + amount <= day.pairs[day.pay[k].pair].limit
    )


@inlined
def _submit(day, k, now):
    """Settle payment `k` if its turn has come and it can be paid; else let it wait, or reject it without queue."""
    i, j, amount = np.int64(day.pay[k].payer), np.int64(day.pay[k].payee), day.pay[k].amount
    head = day.book[i].head
    if (
        day.terms.gross
        and day.book[i].live == 1
        and (head < 0 or day.terms.bypass or day.pay[k].slot < head)
        and _fits(day, k, amount)
    ):
        move(day, k, amount)
        note_debit(day, i)
        done(day, k, now, amount, GROSS)
        day.counters[ENTRIES] += 1
        if day.book[j].head >= 0:
            touch(day, j)
            release(day, now)
        return
    if not day.terms.queue and day.book[i].live == 1:
        day.pay[k].status, day.pay[k].reason = REJECTED, NO_FUNDS
        return
    enqueue(day, k)
    if day.terms.parts > 1:
        touch(day, i)
        release(day, now)
    if day.terms.bilateral and day.pay[k].status == 0:
        bilateral(day, np.int64(day.pay[k].pair), now)
        release(day, now)


@kernel
def release(day, now):
    """Pay from the queues of those on the ring, whose payees come on the ring in turn, until nothing moves."""
    while day.counters[ON_RING] > 0:
        i = off_ring(day)
        if day.terms.gross and day.book[i].live == 1 and day.book[i].head >= 0:
            _release_one(day, i, now)


@inlined
def _release_one(day, i, now):
    """Pay what participant `i` can of its queue, in order; with bypass, smaller ones may pass one too large."""
    base, size = day.book[i].base, day.book[i].size
    slot = day.book[i].head
    while slot >= 0:
        if day.terms.bypass:
            slot = first(day.tree, base, size, slot, max(day.book[i].balance + day.book[i].credit, 0))
            if slot < 0:
                break
        k = np.int64(day.order[day.book[i].start + slot])
        amount = day.tree[base + size + slot]
        if _fits(day, k, amount):
            dequeue(day, k)
            move(day, k, amount)
            note_debit(day, i)
            done(day, k, now, amount, RELEASED)
            day.counters[ENTRIES] += 1
            touch(day, np.int64(day.pay[k].payee))
            slot = slot + 1 if day.terms.bypass else day.book[i].head
        elif day.terms.bypass:
            slot += 1
        else:
            break
    if day.terms.parts > 1 and day.book[i].head >= 0:
        _split(day, i, now)


@kernel
def _split(day, i, now):
    """Pay a part of the first payment in `i`'s queue, at least its amount over the most parts allowed."""
    slot = day.book[i].head
    k = np.int64(day.order[day.book[i].start + slot])
    rest = day.tree[day.book[i].base + day.book[i].size + slot]
    room = day.book[i].balance + day.book[i].credit
    if day.terms.limits:
        room = min(room, day.pairs[day.pay[k].pair].limit - day.pairs[day.pay[k].pair].sent)
    least = (day.pay[k].amount + day.terms.parts - 1) // day.terms.parts
    if least <= room < rest:
        pay_part(day, k, now, room)
        touch(day, np.int64(day.pay[k].payee))


@kernel
def _return_queue(day, i, only_to, why):
    """Return what waits in `i`'s queue: all of it, or only what goes to `only_to`."""
    slot = day.book[i].head
    while slot >= 0:
        k = np.int64(day.order[day.book[i].start + slot])
        if only_to < 0 or day.pay[k].payee == only_to:
            dequeue(day, k)
            day.pay[k].status, day.pay[k].reason = RETURNED, why
        slot = first(day.tree, day.book[i].base, day.book[i].size, slot + 1, NONE - 1)


@kernel
def _event(day, event):
    """Carry out one event; return the amount it moved."""
    now, kind, who, amount = event.time, event.kind, event.who, event.amount
    moved = 0
    if kind == OPEN:
        if day.book[who].live == 0:
            day.book[who].live = 1
            touch(day, who)
            _offset_all_of(day, who, now)
    elif kind == SUSPEND:
        if day.book[who].live == 1:
            day.book[who].live = 0
    elif kind == CUT_OFF:
        day.book[who].live = -1
        for i in range(day.book.size):
            _return_queue(day, i, ALL if i == who else who, BLOCKED)
            touch(day, i)
    elif kind == FUND:
        moved = amount
        day.book[who].balance += moved
        touch(day, who)
    elif kind == WITHDRAW:
        moved = min(amount, max(day.book[who].balance, 0)) if day.book[who].live >= 0 else 0
        day.book[who].balance -= moved
    elif kind == OFFSET:
        multilateral(day, now)
    elif kind == CLOSE:
        for i in range(day.book.size):
            why = NO_FUNDS if day.book[i].live == 1 else NOT_SENT
            _return_queue(day, i, ALL, why)
    release(day, now)
    return moved


@kernel
def _offset_all_of(day, who, now):
    """Try every pair of a participant that starts to send: what was held may offset now."""
    release(day, now)
    if day.terms.bilateral:
        for pair in range(day.pairs.size):
            if day.pairs[pair].sender == who:
                bilateral(day, pair, now)
                release(day, now)
