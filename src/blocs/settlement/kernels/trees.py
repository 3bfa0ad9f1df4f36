"""The queues of all senders as min-trees over fixed slots: put, take, first that fits and last in O(log n).

A sender's payments of the day have slots in the order its queue would hold them (arrival, priority or value), so one
structure serves every discipline: a slot holds the amount while its payment waits and NONE otherwise. Sender i's tree
is `tree[base[i] : base[i] + 2 size[i]]` with its root at 1 and slot s at `size[i] + s`.
"""

from __future__ import annotations

import numpy as np

from blocs.settlement.kernels.compiled import inlined, kernel

NONE = np.int64(2**63 - 1)


@inlined
def put(tree, base, size, slot, amount):
    """Let `amount` wait at `slot`."""
    node = size + slot
    tree[base + node] = amount
    node >>= 1
    while node >= 1 and tree[base + node] > amount:
        tree[base + node] = amount
        node >>= 1


@inlined
def change(tree, base, size, slot, amount):
    """Set `slot` to `amount`, larger or smaller than before, NONE to take it out."""
    node = size + slot
    tree[base + node] = amount
    node >>= 1
    while node >= 1:
        low = min(tree[base + 2 * node], tree[base + 2 * node + 1])
        if tree[base + node] == low:
            break
        tree[base + node] = low
        node >>= 1


@kernel
def first(tree, base, size, slot, most):
    """Return the first slot from `slot` on that holds at most `most` (< NONE); -1 if there is none."""
    if slot >= size:
        return -1
    node = size + slot
    while tree[base + node] > most:
        while node & 1:
            if node == 1:
                return -1
            node >>= 1
        node += 1
    while node < size:
        node *= 2
        if tree[base + node] > most:
            node += 1
    return node - size


@kernel
def last(tree, base, size, slot):
    """Return the last slot up to `slot` at which a payment waits; -1 if there is none."""
    if slot < 0:
        return -1
    node = size + slot
    while tree[base + node] == NONE:
        while not node & 1:
            node >>= 1
        if node == 1:
            return -1
        node -= 1
    while node < size:
        node = 2 * node + 1
        if tree[base + node] == NONE:
            node -= 1
    return node - size
