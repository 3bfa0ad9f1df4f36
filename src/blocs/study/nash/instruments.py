"""What players choose: tariffs and export taxes as one vector of rates, and the cells each rate is levied on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from blocs.engine.payoffs import PolicyGradient
from blocs.engine.shocks import Shocks
from blocs.errors import DataError
from blocs.study.players import Player
from blocs.world.accounts import Floats, frozen
from blocs.world.groups import resolve_goods
from blocs.world.tables import sector_table
from blocs.world.world import World


class Partners(Enum):
    """How far a player may tell partners apart: one rate for all, one a rival and one for all others, one each."""

    MFN = "mfn"
    RIVALS = "rivals"
    EACH = "each"


class Kind(Enum):
    """What a rate is levied on: imports or exports of a player's members across its border."""

    TARIFF = "tariff"
    EXPORT_TAX = "export_tax"


@dataclass(frozen=True)
class Bounds:
    """Lowest and highest rate a player may choose (fractions; below 0 is a subsidy); -0.3 to 3 unless told."""

    low: float = -0.3
    high: float = 3.0

    def __post_init__(self) -> None:
        if not (np.isfinite(self.low) and np.isfinite(self.high) and -0.95 <= self.low < self.high):
            raise DataError(
                f"bounds are {self.low:g} to {self.high:g}; give rates as fractions with -0.95 <= low < high, e.g. 0,1 "
                "for tariffs from 0 to 100%"
            )


@dataclass(frozen=True)
class Slot:
    """One rate: whose, on what, on which good ('all' if uniform) and partner ('all', a rival's name or a region)."""

    player: int
    kind: Kind
    good: str
    partner: str


@dataclass(frozen=True, eq=False)
class _Cells:
    """Cells of trade under one kind of rate: positions of good, origin and destination, and their slot."""

    good: np.ndarray
    origin: np.ndarray
    destination: np.ndarray
    slot: np.ndarray

    @property
    def at(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The index of the cells in a trade cube."""
        return self.good, self.origin, self.destination


@dataclass(frozen=True, eq=False)
class Instruments:
    """The rates of all players as one vector (slot,). `pinned` slots are held (Lerner symmetry)."""

    world: World
    slots: tuple[Slot, ...]
    owner: np.ndarray  # (slot,) player
    low: Floats
    high: Floats
    pinned: np.ndarray  # (slot,) bool
    goods: tuple[str, ...]
    tariff: _Cells
    export_tax: _Cells
    fixed: Floats  # tariffs (good, origin, destination) with unions' internal ones abolished
    notes: tuple[str, ...]

    def shocks(self, rates: Floats, movers: Sequence[int] | None = None) -> Shocks:
        """Return what `rates` change against the base of `world`; who is not among `movers` keeps the base's rates.

        The base's own rates differ by partner even where a player may not tell partners apart.
        """
        moved = np.isin(self.owner, range(len(self.slots)) if movers is None else list(movers))
        duty = self.fixed.copy()
        duty[self.tariff.at] = np.where(
            moved[self.tariff.slot], rates[self.tariff.slot], duty[self.tariff.at]
        )
        change = duty - self.world.accounts.tariff
        if not len(self.export_tax.slot):
            return Shocks.of(self.world, tariff=change)
        tax = np.zeros_like(duty)
        tax[self.export_tax.at] = np.where(moved[self.export_tax.slot], rates[self.export_tax.slot], 0.0)
        return Shocks.of(self.world, tariff=change, export_tax=tax)

    def base_rates(self) -> Floats:
        """Return each slot's average rate in the base, weighted by base trade (export taxes: 0)."""
        flows, rates = self.world.accounts.flows[self.tariff.at], self.world.accounts.tariff[self.tariff.at]
        duty, trade = self._sum(self.tariff, flows * rates), self._sum(self.tariff, flows)
        return np.divide(duty, trade, out=np.zeros(len(self.slots)), where=trade > 0.0)

    def trade(self, flows: Floats) -> Floats:
        """Return the trade each slot is levied on (slot,), from flows (good, origin, destination)."""
        on_imports, on_exports = (
            self._sum(cells, flows[cells.at]) for cells in (self.tariff, self.export_tax)
        )
        return on_imports + on_exports

    def slopes(self, gradient: PolicyGradient, row: np.ndarray) -> Floats:
        """Return the derivative of welfare row[slot] of `gradient` by each rate (slot,), US$ mn per unit."""
        by_tariff = gradient.tariff[(row[self.tariff.slot], *self.tariff.at)]
        by_tax = gradient.export_tax[(row[self.export_tax.slot], *self.export_tax.at)]
        return self._sum(self.tariff, by_tariff) + self._sum(self.export_tax, by_tax)

    def curvature(self, paid: Floats, theta: Floats) -> Floats:
        """Return how fast welfare bends in log(1 + rate) (slot,), US$ mn: spending times 1 + theta (1 - its share).

        paid: duty-inclusive spending (good, origin, destination). Taxed trade falls by 1 + theta (1 - share) per cent
        a per cent of duty, share being what the slot's suppliers have of the buyer's spending: the second derivative
        of an excess burden, exact for one small importer. It shapes the path, never the answer.
        """
        whole = paid.sum(axis=1)
        total = np.zeros(len(self.slots))
        for cells in (self.tariff, self.export_tax):
            if not len(cells.slot):
                continue
            here = paid[cells.at]
            key = (cells.slot * len(whole) + cells.good) * whole.shape[1] + cells.destination
            _, group = np.unique(key, return_inverse=True)
            together = np.bincount(group, weights=here)[group]
            market = whole[cells.good, cells.destination]
            share = np.divide(together, market, out=np.zeros_like(here), where=market > 0.0)
            total += self._sum(cells, here * (1.0 + theta[cells.good] * (1.0 - share)))
        return total

    def _sum(self, cells: _Cells, values: Floats) -> Floats:
        return np.bincount(cells.slot, weights=values, minlength=len(self.slots)).astype(np.float64)


def instruments(
    world: World,
    players: Sequence[Player],
    *,
    goods: str | Sequence[str] | None = None,
    uniform: bool = False,
    partners: Partners = Partners.MFN,
    export_taxes: bool = False,
    bounds: Bounds = Bounds(),
) -> Instruments:
    """Return the rates `players` may choose on `world`.

    goods: what may be taxed, by default merchandise (every sector of a world with codes of its own). Trade between
    members of a player is free; what a player does not trade has no rate. With export taxes on everything a player
    trades a uniform tariff equals a uniform export tax (Lerner symmetry): its largest export tax is held at 0.
    """
    chosen = _goods(world, goods)
    builder = _Builder(world, players, chosen, uniform, partners)
    tariff = builder.cells(Kind.TARIFF)
    export_tax = builder.cells(Kind.EXPORT_TAX) if export_taxes else builder.none()
    slots = tuple(builder.slots)
    fixed = np.array(world.accounts.tariff)
    notes: list[str] = []
    for player in players:
        inside = np.ix_(range(len(world.sectors)), player.at(world), player.at(world))
        if (fixed[inside] > 0.0).any():
            notes.append(f"{player.name} is a union: its members' tariffs on each other are abolished.")
        fixed[inside] = 0.0
    owner = np.array([slot.player for slot in slots], dtype=int)
    pinned = np.zeros(len(slots), dtype=bool)
    if export_taxes:
        pinned, words = _lerner(world, players, chosen, slots, export_tax)
        notes += words
    low, high = np.full(len(slots), bounds.low), np.full(len(slots), bounds.high)
    low[pinned] = high[pinned] = 0.0
    return Instruments(
        world, slots, owner, frozen(low), frozen(high), pinned, chosen, tariff, export_tax, frozen(fixed), tuple(notes)
    )  # fmt: skip


def _goods(world: World, goods: str | Sequence[str] | None) -> tuple[str, ...]:
    if goods is not None:
        return resolve_goods(goods, world.sectors)
    table = sector_table()
    known = [code for code in world.sectors if code in table]
    found = tuple(code for code in known if table[code].kind == "goods")
    return found if found else world.sectors


class _Builder:
    """Numbers the rates of one game as their cells are listed."""

    def __init__(
        self, world: World, players: Sequence[Player], goods: Sequence[str], uniform: bool, partners: Partners
    ) -> None:
        self.world, self.players, self.uniform, self.partners = world, players, uniform, partners
        self.goods = [world.sectors.index(code) for code in goods]
        self.slots: list[Slot] = []
        self._number: dict[Slot, int] = {}
        self._rival = {code: player.name for player in players for code in player.members}

    def cells(self, kind: Kind) -> _Cells:
        """Return the traded cells that `kind` is levied on, of all players."""
        flows = self.world.accounts.flows
        rows: list[tuple[int, int, int, int]] = []
        for n, player in enumerate(self.players):
            inside = set(player.at(self.world))
            outside = [i for i in range(len(self.world.regions)) if i not in inside]
            for s in self.goods:
                for abroad in outside:
                    for home in sorted(inside):
                        i, j = (abroad, home) if kind is Kind.TARIFF else (home, abroad)
                        if flows[s, i, j] > 0.0:
                            rows.append((s, i, j, self._slot(n, kind, s, abroad)))
            if not any(slot.player == n and slot.kind is kind for slot in self.slots):
                way = "imports" if kind is Kind.TARIFF else "exports"
                raise DataError(
                    f"{player.name} has no {way} of these goods to tax; name goods that it trades"
                )
        return _Cells(*np.array(rows, dtype=int).reshape(-1, 4).T)

    def none(self) -> _Cells:
        """Return no cells."""
        return _Cells(*np.zeros((4, 0), dtype=int))

    def _slot(self, player: int, kind: Kind, good: int, abroad: int) -> int:
        region = self.world.regions[abroad]
        partner = {
            Partners.MFN: "all",
            Partners.RIVALS: self._rival.get(region, "others"),
            Partners.EACH: region,
        }[self.partners]
        slot = Slot(player, kind, "all" if self.uniform else self.world.sectors[good], partner)
        if slot not in self._number:
            self._number[slot] = len(self.slots)
            self.slots.append(slot)
        return self._number[slot]


def _lerner(
    world: World, players: Sequence[Player], goods: Sequence[str], slots: Sequence[Slot], cells: _Cells
) -> tuple[np.ndarray, list[str]]:
    """Return which slot of each player is held at zero, and the words that say so.

    Only where the rates reach all of a player's trade is one of them superfluous; a good that nobody may tax (services)
    fixes the level of the others.
    """
    pinned, notes = np.zeros(len(slots), dtype=bool), []
    flows = world.accounts.flows
    exported = np.bincount(cells.slot, weights=flows[cells.at], minlength=len(slots))
    free = [s for s, code in enumerate(world.sectors) if code not in goods]
    for n, player in enumerate(players):
        inside = player.at(world)
        outside = [i for i in range(len(world.regions)) if i not in inside]
        untaxed = flows[np.ix_(free, inside, outside)].sum() + flows[np.ix_(free, outside, inside)].sum()
        if untaxed > 0.0:
            continue
        own = [k for k, slot in enumerate(slots) if slot.player == n and slot.kind is Kind.EXPORT_TAX]
        held = max(own, key=lambda k: exported[k])
        pinned[held] = True
        notes.append(
            f"{player.name}: its export tax on {slots[held].good} is held at 0, for a uniform export tax equals a "
            "uniform tariff (Lerner symmetry)."
        )
    return pinned, notes
