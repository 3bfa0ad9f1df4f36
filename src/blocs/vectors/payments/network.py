"""One year of the rails: weights with and without measures, and what each corridor pays more than without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from blocs.data.assumptions import Assumptions
from blocs.vectors.payments import acting, adoption, choice
from blocs.vectors.payments.blocs_of import blocs_of, game_of
from blocs.vectors.payments.invoicing import least
from blocs.vectors.payments.measures import InvoiceShift
from blocs.vectors.payments.rails import BRIDGE, CIPS, RAILS, SWIFT, Base, base_year, number
from blocs.world.accounts import Floats
from blocs.world.measure import Measure
from blocs.world.world import World


@dataclass(frozen=True, eq=False)
class Memory:
    """What the rails remember between years.

    push: what pressure has added to the logit of participation (region). exposed: years under a cut of SWIFT
    (region). member: least participation on the bridge (region), which stays once joined.
    """

    push: Floats
    exposed: Floats
    member: Floats

    @property
    def blank(self) -> bool:
        """Whether nothing is remembered: the rails are as they would have been."""
        return not (self.push.any() or self.exposed.any() or self.member.any())


@dataclass(frozen=True, eq=False)
class Corridors:
    """One year by corridor: `weights` and `before` (rail, region, region), `cost` of risk, and cost changes.

    before: the same year without measures. change: ad-valorem settlement cost (region, region), a fraction. open_:
    what cuts leave of each rail. participation: (rail, region).
    """

    weights: Floats
    before: Floats
    cost: Floats
    change: Floats
    open_: Floats
    participation: Floats
    mu: float
    cap: float

    @property
    def shares(self) -> Floats:
        """Return shares of the rails and of the outside option (rail + 1, region, region)."""
        return choice.shares(self.weights, self.cost, self.mu, self.cap)

    @property
    def capacity(self) -> Floats:
        """Return the share of each corridor's payments for which a rail is there (region, region), at most 1."""
        return np.minimum(1.0, self.weights.sum(axis=0) / self.before.sum(axis=0))

    @property
    def without_swift(self) -> Floats:
        """Return the share of each corridor's payments for which there is a rail other than SWIFT (region, region)."""
        others = self.weights.sum(axis=0) - self.weights[number(SWIFT)]
        return np.minimum(1.0, others / self.before.sum(axis=0))


def begin(world: World) -> Memory:
    """Return the memory before the first year."""
    none = np.zeros(len(world.regions))
    return Memory(none, none, none)


def corridors(
    world: World,
    base: Base,
    trade: Floats,
    memory: Memory,
    measures: Sequence[Measure],
    assumptions: Assumptions,
    year: int,
) -> tuple[Corridors, Memory]:
    """Return the year's corridors under the measures in force, and the memory after it. `trade`: as `trade_between`."""
    acting.check(measures, world, memory.member > 0.0, year)
    mu, cap = assumptions["payments.mu"], assumptions["payments.outside.cap"]
    since = float(max(year - base_year(world), 0))  # from one year's average to another's
    open_ = acting.open_share(measures, world, year)
    floor = acting.joined(measures, world, assumptions, year)
    member = np.maximum(memory.member, floor[number(BRIDGE)])
    floor[number(BRIDGE)] = member

    calm_before, plain = _weights(base, assumptions, since, np.zeros_like(floor), 0.0)
    open_[number(CIPS)] *= _own_messages(open_[number(SWIFT)], memory.exposed, assumptions)
    factors = open_ * acting.boosts(measures, world, assumptions, year)
    followers = following(world, trade, measures, assumptions, year)
    moves = acting.moved(measures, world, followers, year)

    calm, _ = _weights(base, assumptions, since, floor, 0.0)
    calm = _shift(calm, moves) * factors
    lost = (calm_before * open_).sum(axis=0) / calm_before.sum(axis=0)
    force = assumptions["payments.adoption.push"] * adoption.pressure(lost, base.trade_share)
    pushed, members = _weights(base, assumptions, since, floor, memory.push + 0.5 * force)
    weights = adoption.healed(calm, np.maximum(_shift(pushed, moves) * factors, calm), calm_before)

    cost = acting.risk_cost(measures, world, trade, assumptions, year)
    change = choice.cost_change(weights, cost, calm_before, mu, cap)
    np.fill_diagonal(change, 0.0)
    cut = (open_[number(SWIFT)] < 1.0).any(axis=1)
    after = Memory(memory.push + force, np.where(cut, memory.exposed + 1.0, 0.0), member)
    touched = bool((memory.push + force).any()) or bool(floor.any())
    return Corridors(weights, calm_before, cost, change, open_, members if touched else plain, mu, cap), after


def following(
    world: World, trade: Floats, measures: Sequence[Measure], assumptions: Assumptions, year: int
) -> np.ndarray:
    """Return which regions come to invoice in renminbi because others do (region), bool; the least equilibrium."""
    movers = [m for m in measures if isinstance(m, InvoiceShift) and m.currency == "CNY"]
    if not movers:
        return np.zeros(len(world.regions), dtype=bool)
    committed = np.zeros(len(world.regions), dtype=bool)
    for measure in movers:
        committed |= acting.flags(measure.of, world, year)
    blocs, threshold = blocs_of(world, trade), assumptions["payments.invoicing.threshold"]
    resting, now = (least(game_of(blocs, threshold, who)) for who in (np.zeros_like(committed), committed))
    return blocs.regions_in(now & ~resting) & ~committed


def _weights(
    base: Base, assumptions: Assumptions, years: float, floor: Floats, push: Floats | float
) -> tuple[Floats, Floats]:
    """Return weights (rail, region, region) and participation (rail, region)."""
    eta = assumptions["payments.reach.elasticity"]
    weights, members = np.empty_like(base.shares), np.empty_like(base.start)
    for rail, name in enumerate(RAILS):
        drift = assumptions["payments.adoption.drift"] if name == CIPS else 0.0
        own = adoption.participation(base.start[rail], years, drift, push if name == CIPS else 0.0)
        members[rail] = np.maximum(own, floor[rail])
        if name == BRIDGE:
            members[rail] = floor[rail]
            reach = np.outer(floor[rail], floor[rail])
            weights[rail] = assumptions["payments.bridge.weight"] * reach if reach.any() else 0.0
        else:
            weights[rail] = base.shares[rail] * adoption.growth(
                members[rail], base.start[rail], base.trade_share, eta
            )
    return weights, members


def _own_messages(swift_open: Floats, exposed: Floats, assumptions: Assumptions) -> Floats:
    """Return what is left of CIPS (region, region) where SWIFT, which carries some of its messages, is cut."""
    rest = (1.0 - assumptions["payments.cips.own_messages"]) ** (exposed + 0.5)
    still = assumptions["payments.cips.on_swift"] * np.minimum(rest[:, None], rest[None, :])
    return 1.0 - still * (1.0 - swift_open)


def _shift(weights: Floats, moves: Sequence[tuple[int, Floats]]) -> Floats:
    """Move shares of all other rails to the rail that gains; the sum over rails is kept."""
    total = weights.sum(axis=0)
    for rail, share in moves:
        weights = weights * (1.0 - share)
        weights[rail] += share * total
    return weights * (total / weights.sum(axis=0))
