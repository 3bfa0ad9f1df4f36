"""A second clearing house, naive and slow, written from the rules and not from the kernels: the oracle of the tests.

Queues are lists, every step looks at everything, the multilateral step tries all sets. It returns what became of each
payment and checks at every entry that nobody passes a limit and that no money appears.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from blocs.settlement.payments import Accounts, Event, Payments
from blocs.settlement.rules import Rules


@dataclass
class House:
    """State of the oracle; payments are rows."""

    payments: Payments
    accounts: Accounts
    rules: Rules
    balance: list[int] = field(default_factory=list)
    queue: list[list[int]] = field(default_factory=list)
    live: list[int] = field(default_factory=list)
    status: dict[int, str] = field(default_factory=dict)
    settled: dict[int, int] = field(default_factory=dict)
    entries: list[list[tuple[int, int]]] = field(default_factory=list)  # (row, amount) that moved together
    rest: dict[int, int] = field(default_factory=dict)
    sent: dict[tuple[int, int], int] = field(default_factory=dict)
    ring: list[int] = field(default_factory=list)
    brought: int = 0

    def __post_init__(self) -> None:
        people = len(self.payments.participants)
        self.balance = [int(value) for value in self.accounts.balance]
        self.queue = [[] for _ in range(people)]
        self.live = [0] * people
        self.opening = sum(self.balance)
        names = self.payments.participants
        self.limits = {
            (names.index(a), names.index(b)): most for (a, b), most in self.accounts.pair_limits.items()
        }

    def sides(self, row: int) -> tuple[int, int]:
        return int(self.payments.payer[row]), int(self.payments.payee[row])

    def rank(self, row: int) -> tuple[int, ...]:
        first = {
            "fifo": 0, "priority": int(self.payments.priority[row]), "value": int(self.payments.amount[row])
        }[self.rules.order]  # fmt: skip
        return first, int(self.payments.time[row]), row

    def fits(self, moves: list[tuple[int, int]]) -> bool:
        """Whether all `moves` (row, amount) may happen at once."""
        balance, sent = list(self.balance), dict(self.sent)
        for row, amount in moves:
            i, j = self.sides(row)
            balance[i] -= amount
            balance[j] += amount
            sent[i, j] = sent.get((i, j), 0) + amount
            sent[j, i] = sent.get((j, i), 0) - amount
        money = all(b + int(c) >= 0 for b, c in zip(balance, self.accounts.credit_limit, strict=True))
        touched = {self.sides(row) for row, _ in moves}
        return money and all(
            sent[pair] <= self.limits[pair] for pair in touched if pair in self.limits and sent[pair] > 0
        )

    def book(self, moves: list[tuple[int, int]], now: int) -> None:
        """Move money, finish the payments that are paid in full, and check what must always hold."""
        self.entries.append(moves)
        for row, amount in moves:
            i, j = self.sides(row)
            self.balance[i] -= amount
            self.balance[j] += amount
            self.sent[i, j] = self.sent.get((i, j), 0) + amount
            self.sent[j, i] = self.sent.get((j, i), 0) - amount
            self.rest[row] -= amount
            if self.rest[row] == 0:
                assert row not in self.status, "a payment ends once"
                self.status[row], self.settled[row] = "settled", now
                if row in self.queue[i]:
                    self.queue[i].remove(row)
        for i, balance in enumerate(self.balance):
            assert balance + int(self.accounts.credit_limit[i]) >= 0, "no account passes its limit"
        for pair, most in self.limits.items():
            assert self.sent.get(pair, 0) <= most, "no pair passes its limit"
        assert sum(self.balance) == self.opening + self.brought, "money is conserved"

    def look_at(self, i: int) -> None:
        if i not in self.ring:
            self.ring.append(i)

    def release(self, now: int) -> None:
        while self.ring:
            i = self.ring.pop(0)
            if self.rules.mode == "dns" or self.live[i] != 1:
                continue
            for row in list(self.queue[i]):
                if self.fits([(row, self.rest[row])]):
                    self.book([(row, self.rest[row])], now)
                    self.look_at(self.sides(row)[1])
                elif not self.rules.bypass:
                    break
            if self.rules.parts > 1 and self.queue[i]:
                self.split(self.queue[i][0], now)

    def split(self, row: int, now: int) -> None:
        i, j = self.sides(row)
        room = self.balance[i] + int(self.accounts.credit_limit[i])
        if (i, j) in self.limits:
            room = min(room, self.limits[i, j] - self.sent.get((i, j), 0))
        least = -(-int(self.payments.amount[row]) // self.rules.parts)
        if least <= room < self.rest[row]:
            self.book([(row, room)], now)
            self.look_at(j)

    def towards(self, i: int, j: int) -> list[int]:
        found = []
        for row in self.queue[i][: self.rules.depth]:
            if self.sides(row)[1] == j:
                found.append(row)
            elif not self.rules.bypass:
                break
        return found

    def best(self, queues: list[list[int]]) -> list[int]:
        """The affordable set of beginnings of `queues` that no other affordable set exceeds, by trying all."""
        found: list[tuple[int, ...]] = []
        for cut in itertools.product(*(range(len(queue) + 1) for queue in queues)):
            rows = [row for queue, n in zip(queues, cut, strict=True) for row in queue[:n]]
            if self.fits([(row, self.rest[row]) for row in rows]):
                found.append(cut)
        top = tuple(max(cut[n] for cut in found) for n in range(len(queues)))
        assert top in found, "one affordable set holds all others"
        return [row for queue, n in zip(queues, top, strict=True) for row in queue[:n]]

    def bilateral(self, row: int, now: int) -> None:
        i, j = self.sides(row)
        one, other = self.towards(i, j), self.towards(j, i)
        if not one or not other or self.live[i] != 1 or self.live[j] != 1:
            return
        rows = self.best([one, other])
        if rows:
            self.book([(r, self.rest[r]) for r in rows], now)
            self.look_at(i)
            self.look_at(j)

    def multilateral(self, now: int) -> None:
        rows = self.best(
            [queue if live == 1 else [] for queue, live in zip(self.queue, self.live, strict=True)]
        )
        if rows:
            self.book([(row, self.rest[row]) for row in rows], now)
            for i in range(len(self.queue)):
                self.look_at(i)

    def submit(self, row: int, now: int, closed: bool) -> None:
        i, j = self.sides(row)
        self.rest[row] = int(self.payments.amount[row])
        if -1 in (self.live[i], self.live[j]) or closed or now >= self.rules.cut_off:
            self.status[row] = "rejected"
            return
        ahead = [r for r in self.queue[i] if self.rank(r) < self.rank(row)]
        gross = self.rules.mode != "dns" and self.live[i] == 1
        if gross and (self.rules.bypass or not ahead) and self.fits([(row, self.rest[row])]):
            self.book([(row, self.rest[row])], now)
            self.look_at(j)
            self.release(now)
            return
        if not self.rules.queue and self.live[i] == 1:
            self.status[row] = "rejected"
            return
        self.queue[i].append(row)
        self.queue[i].sort(key=self.rank)
        if self.rules.parts > 1:
            self.look_at(i)
            self.release(now)
        if self.rules.bilateral and row not in self.status:
            self.bilateral(row, now)
            self.release(now)

    def give_back(self, rows: list[int]) -> None:
        for row in rows:
            self.queue[self.sides(row)[0]].remove(row)
            assert row not in self.status, "a payment ends once"
            self.status[row] = "returned"

    def happen(self, kind: str, who: int, amount: int, now: int) -> None:
        if kind == "open" and self.live[who] == 0:
            self.live[who] = 1
            self.look_at(who)
            self.release(now)
            if self.rules.bilateral:
                for j in range(len(self.queue)):
                    rows = [row for row in self.queue[who] if self.sides(row)[1] == j]
                    if rows:
                        self.bilateral(rows[0], now)
                        self.release(now)
        elif kind == "suspend" and self.live[who] == 1:
            self.live[who] = 0
        elif kind == "cut_off":
            self.live[who] = -1
            for i, queue in enumerate(self.queue):
                self.give_back([row for row in queue if who in (i, self.sides(row)[1])])
                self.look_at(i)
        elif kind == "fund":
            self.balance[who] += amount
            self.brought += amount
            self.look_at(who)
        elif kind == "withdraw" and self.live[who] >= 0:
            taken = min(amount, max(self.balance[who], 0))
            self.balance[who] -= taken
            self.brought -= taken
        elif kind == "offset":
            self.multilateral(now)
        elif kind == "close":
            self.give_back([row for queue in self.queue for row in queue])
        self.release(now)


def clear(payments: Payments, accounts: Accounts, rules: Rules, events: tuple[Event, ...] = ()) -> House:
    """Settle a day naively."""
    house = House(payments, accounts, rules)
    names = payments.participants
    first: dict[str, str] = {}
    for event in sorted((e for e in events if e.kind in ("open", "suspend")), key=lambda e: e.time):
        first.setdefault(event.participant, event.kind)
    plan = [(rules.open, 1, "open", who, 0) for who, name in enumerate(names) if first.get(name) != "open"]
    for e in events:
        time = max(e.time, rules.open) if e.kind == "open" else e.time
        plan.append((time, 0 if e.kind == "fund" else 2, e.kind, names.index(e.participant), e.amount))
    plan += [(time, 3, "offset", 0, 0) for time in rules.offsets]
    plan.append((rules.close, 4, "close", 0, 0))
    plan = sorted((step for step in plan if step[0] <= rules.close), key=lambda step: step[:2])
    closed = False
    for row in sorted(range(len(payments)), key=lambda row: (int(payments.time[row]), row)):
        now = int(payments.time[row])
        while plan and plan[0][0] <= now:
            time, _, kind, who, amount = plan.pop(0)
            closed = closed or kind == "close"
            house.happen(kind, who, amount, time)
        house.submit(row, now, closed)
    for time, _, kind, who, amount in plan:
        house.happen(kind, who, amount, time)
    return house
