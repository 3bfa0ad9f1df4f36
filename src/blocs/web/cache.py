"""A cache of bounded weight, safe between threads: what was used longest ago goes first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

V = TypeVar("V")


class Cache(Generic[V]):
    """At most `most` of weight in all; a value heavier than that is not kept."""

    def __init__(self, most: float, weigh: Callable[[V], float]) -> None:
        self._most, self._weigh = most, weigh
        self._held: OrderedDict[str, tuple[V, float]] = OrderedDict()
        self._weight = 0.0
        self._lock = threading.Lock()

    def get(self, key: str) -> V | None:
        """Return the value of `key`, or None."""
        with self._lock:
            if key not in self._held:
                return None
            self._held.move_to_end(key)
            return self._held[key][0]

    def put(self, key: str, value: V) -> None:
        """Keep `value`; others make room."""
        weight = self._weigh(value)
        with self._lock:
            if key in self._held:
                self._weight -= self._held.pop(key)[1]
            if weight > self._most:
                return
            self._held[key] = (value, weight)
            self._weight += weight
            while self._weight > self._most:
                _, (_, gone) = self._held.popitem(last=False)
                self._weight -= gone

    def values(self) -> list[V]:
        """Return what is held, the latest first."""
        with self._lock:
            return [value for value, _ in reversed(self._held.values())]
