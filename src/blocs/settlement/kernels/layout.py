"""Lays queues out: each sender's payments of the day get slots in the order in which its queue would hold them."""

from __future__ import annotations

import numpy as np

from blocs.settlement.kernels.compiled import allocating


@allocating
def fill(pay, order, amount, time, payer, payee, pair, ranked, people):
    """Fill the records `pay` and `order`; return where each sender begins in `order`, the end included.

    ranked: places of payments by sender and, within, by the order of the queue; empty: in order of submission.
    """
    start = np.zeros(people + 1, np.int64)
    for k in range(payer.size):
        start[payer[k] + 1] += 1
    for i in range(people):
        start[i + 1] += start[i]
    filled = start.copy()
    for n in range(payer.size):
        pay[n].amount = amount[n]
        pay[n].time = time[n]
        pay[n].payer = payer[n]
        pay[n].payee = payee[n]
        pay[n].pair = pair[n]
        pay[n].settled = -1
        pay[n].entry = -1
        pay[n].status = 0
        pay[n].reason = 0
        pay[n].spare = 0
        if ranked.size == 0:
            i = payer[n]
            pay[n].slot = filled[i] - start[i]
            order[filled[i]] = n
            filled[i] += 1
    for n in range(ranked.size):
        k = ranked[n]
        pay[k].slot = n - start[payer[k]]
        order[n] = k
    return start


@allocating
def fates(pay):
    """Return status, reason, time of settlement and entry of each payment, in one pass over the records."""
    status, reason = np.empty(pay.size, np.int8), np.empty(pay.size, np.int8)
    settled, entry = np.empty(pay.size, np.int32), np.empty(pay.size, np.int32)
    for k in range(pay.size):
        status[k] = pay[k].status
        reason[k] = pay[k].reason
        settled[k] = pay[k].settled
        entry[k] = pay[k].entry
    return status, reason, settled, entry
