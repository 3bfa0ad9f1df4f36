"""The rules of a system: mode, queue, offsetting, hours; presets after CIPS, Fedwire and T2."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from blocs.errors import DataError, unknown
from blocs.settlement.clock import DAY, milliseconds, time_text

Mode = Literal["rtgs", "dns", "hybrid"]
Order = Literal["fifo", "priority", "value"]
MODES = {
    "rtgs": "real-time gross settlement: each payment alone, at once or from the queue",
    "dns": "deferred net settlement: everything waits for the netting cycles",
    "hybrid": "gross settlement with queues that are offset, two by two and all together",
}
ORDERS = {
    "fifo": "first in, first out",
    "priority": "by priority, then first in, first out",
    "value": "smallest value first",
}
_MINUTE = 60_000


@dataclass(frozen=True)
class Rules:
    """How one system settles a day; times in milliseconds since midnight.

    queue: without it a payment that cannot be paid at once is rejected. bypass: payments that fit may pass one that
    does not. bilateral, multilateral: offsetting of queued payments, the second at `cycles` or, without, every
    `interval`. depth: how many queued payments bilateral offsetting looks at on each side. parts: most parts a payment
    may be split into, 1 is no splitting. cut_off: submissions from then on are rejected. zero_at_close: what is left is
    swept from the accounts. overdraft: credit limits may be used. funding: windows (from, to) in which money may be
    brought or taken; none is any time.
    """

    mode: Mode = "rtgs"
    name: str = ""
    order: Order = "fifo"
    queue: bool = True
    bypass: bool = False
    bilateral: bool = False
    multilateral: bool = False
    interval: int = _MINUTE
    cycles: tuple[int, ...] = ()
    depth: int = 100
    parts: int = 1
    open: int = 0
    cut_off: int = DAY
    close: int = DAY
    zero_at_close: bool = False
    overdraft: bool = True
    funding: tuple[tuple[int, int], ...] = ()
    notes: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        for kind, value, valid in (("mode", self.mode, MODES), ("queue order", self.order, ORDERS)):
            if value not in valid:
                raise DataError(unknown(kind, value, valid))
        if not 0 <= self.open < self.close <= DAY:
            raise DataError(
                f"rules: open {time_text(self.open)} must come before close {time_text(self.close)}, both in one day"
            )
        if not self.open < self.cut_off <= self.close:
            raise DataError(
                f"rules: the cut-off {time_text(self.cut_off)} must lie between open {time_text(self.open)} and close "
                f"{time_text(self.close)}"
            )
        if self.interval < 1000:
            raise DataError("rules: the interval of multilateral offsetting must be at least one second")
        if not 1 <= self.parts <= 100:
            raise DataError(f"rules: a payment may be split into 1 to 100 parts, not {self.parts}")
        if self.depth < 1:
            raise DataError("rules: bilateral offsetting must look at one queued payment at least")
        if not self.queue and (self.mode != "rtgs" or self.parts > 1):
            raise DataError(f"rules: {self.mode} and splitting need a queue; only plain rtgs goes without")
        for time in self.cycles:
            if not self.open <= time <= self.close:
                raise DataError(f"rules: the netting cycle at {time_text(time)} lies outside opening hours")

    @classmethod
    def of(cls, mode: str, **changes: object) -> Rules:
        """Return the plain rules of `mode`, with `changes`: the liquidity-saving defaults that make it what it is."""
        if mode not in MODES:
            raise DataError(unknown("mode", mode, MODES))
        plain = {
            "rtgs": cls(mode="rtgs"),
            "dns": cls(mode="dns", multilateral=True, interval=30 * _MINUTE),
            "hybrid": cls(mode="hybrid", bypass=True, bilateral=True, multilateral=True),
        }[mode]
        return replace(plain, **changes)  # type: ignore[arg-type]  # checked by __post_init__

    @property
    def offsets(self) -> tuple[int, ...]:
        """When multilateral offsetting runs, the close included."""
        if not self.multilateral:
            return ()
        times = self.cycles or tuple(range(self.open + self.interval, self.close, self.interval))
        return (*(time for time in times if time < self.close), self.close)


def _at(text: str) -> int:
    return milliseconds(f"{text}:00")


def preset(name: str, mode: str | None = None) -> Rules:
    """Return the rules `name` (cips, fedwire, target) in `mode`, by default the system's own; DataError if unknown.

    They are like these systems in the features named in `notes`; fees, limits of single participants, ancillary
    systems and contingency procedures are left out.
    """
    if name not in _PRESETS:
        raise DataError(unknown("rules", name, _PRESETS))
    modes = _PRESETS[name]
    chosen = mode or next(iter(modes))
    if chosen not in modes:
        raise DataError(f"{name} rules have mode {' or '.join(modes)}, not {chosen}")
    return modes[chosen]


_CIPS = Rules(
    name="cips", order="priority", overdraft=False, zero_at_close=True, interval=30 * _MINUTE,
    notes=(
        "One account a direct participant, zero at the open and the close, never overdrawn (People's Bank of China, "
        "Business Rules of the Cross-border Interbank Payment System, issued 2025-12, in force 2026-02-01).",
        "Single payments settle gross and in real time, batches in scheduled net cycles; urgent before normal queue. "
        "`hybrid` adds offsetting of the queue, which the public text of the rules does not describe.",
        "Money at the open is the participant's funding; what is left at the close is swept back to it.",
        "The times of cycles and funding windows are set by the operator and not public: defaults are ours.",
    ),
)  # fmt: skip
_PRESETS: dict[str, dict[str, Rules]] = {
    "cips": {
        "hybrid": replace(_CIPS, mode="hybrid", bypass=True, bilateral=True, multilateral=True, interval=_MINUTE),
        "rtgs": replace(_CIPS, mode="rtgs"),
        "dns": replace(_CIPS, mode="dns", multilateral=True),
    },
    "fedwire": {
        "rtgs": Rules(
            mode="rtgs", name="fedwire", queue=False, cut_off=_at("18:45"), close=_at("19:00"),
            notes=(
                "Gross settlement without a central queue: a transfer beyond balance and net debit cap "
                "(`credit_limit`) is rejected at once; banks hold payments back themselves. This is the "
                "treatment of a bank that is monitored in real time; for others a cap is checked afterwards.",
                "Customers' transfers until 18:45, close 19:00 Eastern (Federal Reserve). The business "
                "day begins at 21:00 the evening before; here it is the calendar day, open from midnight.",
            ),
        )
    },
    "target": {
        "hybrid": Rules(
            mode="hybrid", name="target", order="priority", bypass=True, bilateral=True, multilateral=True,
            overdraft=False, open=_at("07:00"), cut_off=_at("17:00"), close=_at("18:00"),
            notes=(
                "Accounts positive or zero (credit lines sit in central liquidity management: bring them as funding); "
                "priorities urgent, high, normal (Bank of Greece on T2). Offsetting of the queue by two and all "
                "together is ours: the descriptions that were read name no algorithm.",
                "Settlement from 07:00 Central European Time, customers' payments until 17:00, interbank until 18:00 "
                "(Eesti Pank on T2; the ECB gave the same hours for TARGET2); one cut-off here for both. The night "
                "before is left out, and normal payments bypass each other in every priority class, urgent ones too.",
            ),
        )
    },
}  # fmt: skip
RULES = tuple(_PRESETS)
