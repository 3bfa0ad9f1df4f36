"""The state of a day as the kernels share it: records of payments, participants and pairs, trees, terms."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

# Numba compiles a kernel anew for every type of argument, and a Python integer is a type of its own for each value:
# constants are int64, and kernels hand on what they read from the records as int64, so that one copy of each is enough.
# what became of a payment
PENDING, SETTLED, RETURNED, REJECTED = map(np.int64, range(4))
# why not
NO_REASON, NO_FUNDS, BLOCKED, AFTER_CUT_OFF, NOT_SENT = map(np.int64, range(5))
# events
OPEN, SUSPEND, CUT_OFF, FUND, WITHDRAW, OFFSET, CLOSE = map(np.int64, range(7))
# places in `counters`; the value settled by a way (BILATERAL, …) is at VALUE + its place
ENTRIES, PARTS, BILATERAL, MULTILATERAL, RUNS, SPLIT, GROSS, RELEASED, PEAK, WAITING = map(
    np.int64, range(10)
)
VALUE, RING, ON_RING, COUNTERS = map(np.int64, (10, 20, 21, 22))
# whose payments are returned, and the rows of `scratch`
ALL, FORTH, BACK = map(np.int64, (-1, 0, 1))
# milliseconds an interval of the day's table, five minutes: a constant, because dividing by a variable is the dearest
# thing a settled payment would do
WIDTH = 300_000

# one payment, in order of submission: 40 bytes, so that a release touches one line of the processor's cache
PAYMENT = np.dtype(
    [
        ("amount", "i8"), ("time", "i4"), ("payer", "i4"), ("payee", "i4"),
        ("slot", "i4"),  # its place in the payer's queue
        ("pair", "i4"),
        ("settled", "i4"),  # when, -1 not
        ("entry", "i4"),  # settlement entries are numbered in order; what settles at once shares its number
        ("status", "i1"), ("reason", "i1"), ("spare", "i2"),
    ]
)  # fmt: skip
# one participant: money, what it may owe, whether it sends, its queue, and scratch for offsetting
PARTICIPANT = np.dtype(
    [
        ("balance", "i8"), ("credit", "i8"),
        ("position", "i8"),  # received less sent: balance without funding
        ("debit", "i8"),  # the largest net debit so far
        ("live", "i8"),  # 1 sends and receives, 0 receives only, -1 cut off
        ("head", "i8"),  # first waiting slot, -1 none
        ("waiting", "i8"), ("owed", "i8"), ("due", "i8"),  # queued: number out, value out, value in
        ("start", "i8"), ("base", "i8"), ("size", "i8"),  # its slots in `order`, its tree
        ("ring", "i8"), ("inside", "i8"),  # the ring of those to look at: an entry, and whether this one is on it
        ("cut", "i8"), ("out", "i8"), ("income", "i8"),  # last slot of the set, what the set sends and brings
    ]
)  # fmt: skip
# one pair of payer and payee
PAIR = np.dtype(
    [
        ("sent", "i8"), ("limit", "i8"),  # net sent, and the most it may be
        ("reverse", "i8"), ("sender", "i8"),
        ("count", "i8"), ("value", "i8"),  # queued
        ("flow", "i8"),  # value in the set that is tried
        ("waited", "f8"),  # minor units x milliseconds
    ]
)  # fmt: skip
EVENT = np.dtype([("time", "i8"), ("kind", "i8"), ("who", "i8"), ("amount", "i8"), ("moved", "i8")])
PART = np.dtype([("amount", "i8"), ("payment", "i4"), ("entry", "i4"), ("time", "i4")])
INTERVAL = np.dtype([("value", "i8"), ("count", "i8")])


class Terms(NamedTuple):
    """The rules as numbers."""

    gross: bool
    queue: bool
    bypass: bool
    bilateral: bool
    limits: bool
    parts: int  # most parts of a split payment, 1 is no splitting
    depth: int  # queued payments that bilateral offsetting looks at on each side
    cut_off: int


class Day(NamedTuple):
    """Everything a kernel needs: the records above, `order` (sender's slots to payments) and the trees."""

    pay: Any
    order: Any
    book: Any
    tree: Any
    pairs: Any
    table: Any
    parts: Any
    counters: Any
    scratch: Any
    terms: Any
