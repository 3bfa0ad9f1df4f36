"""Sums over a day: bounds of liquidity, delays, and what was queued when."""

from __future__ import annotations

import numpy as np

from blocs.settlement.kernels.compiled import allocating
from blocs.settlement.kernels.state import REJECTED, SETTLED, WIDTH


@allocating
def bounds(payer, payee, amount, status, people):
    """Return each participant's net outflow over the day and its largest net outflow at any instant, without queues.

    Payments in order of time; rejected ones are left out; `status` may be empty.
    """
    position = np.zeros(people, np.int64)
    deepest = np.zeros(people, np.int64)
    for k in range(payer.size):
        if status.size > 0 and status[k] == REJECTED:
            continue
        i = payer[k]
        position[i] -= amount[k]
        position[payee[k]] += amount[k]
        if -position[i] > deepest[i]:
            deepest[i] = -position[i]
    return np.maximum(-position, 0), deepest


@allocating
def delays(time, settled, status, amount, close, intervals):
    """Return counts and values by status, delay sums, and tables by interval of what entered and left the queues.

    sums: value x milliseconds waited, value x milliseconds to the close, milliseconds waited by settled payments that
    queued. waits: number of settled payments that queued by whole second waited, the last entry for longer.
    """
    counts = np.zeros(4, np.int64)
    values = np.zeros(4, np.int64)
    sums = np.zeros(3)
    queued = np.zeros(2, np.int64)  # number and value that waited at all
    longest = 0
    submitted = np.zeros(intervals, np.int64)
    entered = np.zeros((2, intervals), np.int64)
    left = np.zeros((2, intervals), np.int64)
    waits = np.zeros(86_401, np.int64)
    for k in range(time.size):
        counts[status[k]] += 1
        values[status[k]] += amount[k]
        if status[k] == REJECTED:
            continue
        at = time[k] // WIDTH
        submitted[at] += amount[k]
        sums[1] += float(amount[k]) * (close - time[k])
        gone = settled[k] if status[k] == SETTLED else close
        wait = gone - time[k]
        if wait > 0:
            sums[0] += float(amount[k]) * wait
        if wait > 0 or status[k] != SETTLED:
            queued[0] += 1
            queued[1] += amount[k]
            entered[0, at] += 1
            entered[1, at] += amount[k]
            until = gone // WIDTH
            left[0, until] += 1
            left[1, until] += amount[k]
            if status[k] == SETTLED:
                sums[2] += wait
                longest = max(longest, wait)
                waits[wait // 1000] += 1
    return counts, values, sums, queued, longest, submitted, entered, left, waits


@allocating
def hashes(ids):
    """Return a 64-bit hash (FNV-1a) of each row of bytes, trailing zeros left out."""
    out = np.empty(ids.shape[0], np.uint64)
    for k in range(ids.shape[0]):
        value = np.uint64(14695981039346656037)
        for byte in ids[k]:
            if byte == 0:
                break
            value = (value ^ np.uint64(byte)) * np.uint64(1099511628211)
        out[k] = value
    return out
