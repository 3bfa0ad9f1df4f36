"""The board of an alignment game: blocs with their leaders, countries that choose, and what crossing a line costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

import numpy as np

from blocs.engine.elasticities import Closure, Elasticities, Horizon
from blocs.engine.outcome import Outcome
from blocs.engine.shocks import Shocks
from blocs.engine.solve import solve_shocks
from blocs.errors import ConvergenceError, DataError, unknown
from blocs.study.players import Player
from blocs.world.accounts import Floats
from blocs.world.tables import REST
from blocs.world.world import World

NEUTRAL = "neutral"
UNALIGNED = -1  # ROW, which is no country and chooses nothing

Picks: TypeAlias = np.ndarray  # (region,) option of each region, UNALIGNED where it has none
Affinity: TypeAlias = Mapping[str, Mapping[str, float]]  # {region: {option: % of absorption}}


class CrossCost(Enum):
    """What trade across blocs bears: ICEBERG melts a share of the goods, TARIFF is a duty the importer keeps."""

    ICEBERG = "iceberg"
    TARIFF = "tariff"


@dataclass(frozen=True, eq=False)
class Board:
    """Blocs on a world without deficits, and the cost of trading across them.

    cost: ad valorem, on `goods` and in both directions. leakage: the share of the cost that a neutral escapes in its
    trade with every bloc (None: nobody may be neutral). affinity: (chooser, option), % of absorption.
    """

    base: World
    leaders: tuple[Player, ...]
    choosers: tuple[Player, ...]
    cost: float
    kind: CrossCost
    goods: tuple[str, ...]
    leakage: float | None
    affinity: Floats = field(repr=False)
    elasticities: Elasticities
    horizon: Horizon

    @property
    def options(self) -> tuple[str, ...]:
        """What a country may pick: a bloc by its leader's name, or to be neutral."""
        names = tuple(leader.name for leader in self.leaders)
        return names if self.leakage is None else (*names, NEUTRAL)

    def picks(self, chosen: Sequence[int]) -> Picks:
        """Return the picks in which the choosers have `chosen` and leaders lead."""
        picks = np.full(len(self.base.regions), UNALIGNED)
        for n, leader in enumerate(self.leaders):
            picks[leader.at(self.base)] = n
        for chooser, option in zip(self.choosers, chosen, strict=True):
            picks[chooser.at(self.base)] = option
        return picks

    def chosen(self, picks: Picks) -> tuple[int, ...]:
        """Return the option of each chooser at `picks`."""
        return tuple(int(picks[chooser.at(self.base)[0]]) for chooser in self.choosers)

    def absorption(self, player: Player) -> float:
        """Return a player's base absorption, US$ mn."""
        return float(self.base.accounts.absorption[player.at(self.base)].sum())

    def welfare(self, percent: Floats, player: Player) -> float:
        """Return a player's equivalent variation, % of its absorption, from that of regions."""
        at = player.at(self.base)
        weight = self.base.accounts.absorption[at]
        return float(percent[at] @ weight / weight.sum())

    def distance(self, picks: Picks) -> Floats:
        """Return the share of the cost between two regions (origin, destination): 1 across blocs, 0 inside one.

        A neutral bears 1 - leakage with every bloc and nothing with other neutrals; ROW bears nothing with anybody.
        """
        one, other = picks[:, None], picks[None, :]
        placed = (one != UNALIGNED) & (other != UNALIGNED)
        apart = (placed & (one != other)).astype(float)
        if self.leakage is None:
            return apart
        neutral = len(self.leaders)
        return np.where((one == neutral) ^ (other == neutral), (1.0 - self.leakage) * apart, apart)

    def shocks(self, picks: Picks) -> Shocks:
        """Return the cost of trade at `picks`."""
        at = [self.base.sectors.index(code) for code in self.goods]
        cube = np.zeros(self.base.accounts.flows.shape)
        cube[at] = self.cost * self.distance(picks)
        if self.kind is CrossCost.TARIFF:
            return Shocks.of(self.base, tariff=cube)
        return Shocks.of(self.base, trade_cost=1.0 + cube)

    def solve(self, picks: Picks, start: Outcome | None) -> Outcome:
        """Return the equilibrium at `picks`; ConvergenceError if there is none within the solver's reach."""
        outcome = solve_shocks(
            self.base, self.shocks(picks), elasticities=self.elasticities, closure=Closure.BALANCED,
            horizon=self.horizon, start=start,
        )  # fmt: skip
        if not outcome.status.converged:
            raise ConvergenceError(f"the world with these blocs: {outcome.status}", outcome)
        return outcome

    def trade(self) -> Floats:
        """Return base trade in the goods that bear the cost, both directions, (region, region), US$ mn."""
        at = [self.base.sectors.index(code) for code in self.goods]
        flows = self.base.accounts.flows[at].sum(axis=0)
        both = flows + flows.T
        np.fill_diagonal(both, 0.0)
        return both


def check_cost(cost: float, kind: object, leakage: float | None) -> None:
    """Raise DataError for a cost or leakage that means nothing, or a kind that is none."""
    if not isinstance(kind, CrossCost):
        raise DataError(f"the kind of cost is {kind!r}; choose CrossCost.ICEBERG or CrossCost.TARIFF")
    if not np.isfinite(cost) or cost < 0.0:
        raise DataError(
            f"the cost of trading across blocs is {cost:g}; it is a fraction of the price, at or above 0, e.g. 0.2"
        )
    if cost == 0.0:
        raise DataError(
            "the cost of trading across blocs is 0: every bloc is the same; give a cost above 0, e.g. 0.2"
        )
    if leakage is not None and not 0.0 <= leakage <= 1.0:
        raise DataError(
            f"leakage is {leakage:g}; the share of the cost that a neutral escapes lies from 0 (none) to 1 (all)"
        )


def choosers_of(world: World, leaders: Sequence[Player], unions: Sequence[Player]) -> tuple[Player, ...]:
    """Return who chooses: `unions`, and every other region that leads no bloc and is not ROW, in world order.

    Raises DataError for a union that holds a leader's region, and if nobody is left to choose.
    """
    led = {code: leader.name for leader in leaders for code in leader.members}
    for union in unions:
        for code in union.members:
            if code in led:
                raise DataError(
                    f"union {union.name} holds {code}, which leads in {led[code]}; write {union.name}+-{code}"
                )
    inside = {code: union for union in unions for code in union.members}
    found: dict[str, Player] = {}
    for code in world.regions:
        if code in led or code == REST:
            continue
        player = inside.get(code, Player(code, (code,)))
        found.setdefault(player.name, player)
    if not found:
        raise DataError("every region leads a bloc, so nobody is left to choose; name fewer leaders")
    return tuple(found.values())


def affinities(given: Affinity | None, choosers: Sequence[Player], options: Sequence[str]) -> Floats:
    """Return affinity as (chooser, option), % of absorption; DataError for names or numbers that mean nothing."""
    names = [chooser.name for chooser in choosers]
    table = np.zeros((len(names), len(options)))
    for name, points in (given or {}).items():
        if name not in names:
            raise DataError(f"affinity: {unknown('chooser', name, names)}; leaders and {REST} choose nothing")
        for option, value in points.items():
            if option not in options:
                raise DataError(f"affinity of {name}: {unknown('bloc', option, options)}")
            if not np.isfinite(value):
                raise DataError(f"affinity of {name} for {option} is {value}; give % of absorption")
            table[names.index(name), options.index(option)] = value
    return table
