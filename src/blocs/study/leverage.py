"""What a coalition can take from a target by withholding what it controls: goods, minerals, payment rails, or all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from blocs.engine.elasticities import Elasticities, Horizon
from blocs.engine.outcome import Outcome
from blocs.engine.shocks import Shocks
from blocs.engine.solve import solve_shocks
from blocs.errors import ConvergenceError
from blocs.study.coalition import Party, party, solve_in
from blocs.study.coupling import joint
from blocs.study.levers.base import Dependence, Lever, nothing
from blocs.study.levers.goods import GoodsLever
from blocs.study.levers.together import MARK
from blocs.study.members import Names, Setting, apart, resolve, setting, total, world_named
from blocs.world.measure import Measure
from blocs.world.world import World

Progress = Callable[[int, int], None]
CHOKE = 1e-4  # % of absorption: an item that costs less is no chokepoint whatever its multiplier


@dataclass(frozen=True)
class Withheld:
    """One item withheld alone; `Dependence` beside what it costs. Losses are positive.

    lever, item: what it is. loss: the target's, % of absorption; own_loss: the coalition's; loss_per_dollar: the
    target's loss over `supplied`; bound: what the lever's check says, %, if it has one.
    """

    lever: str
    item: str
    supplied: float
    import_share: float
    spending_share: float
    concentration: float
    world_share: float
    loss: float
    loss_usd_mn: float
    own_loss: float
    own_loss_usd_mn: float
    loss_per_dollar: float
    bound: float | None


@dataclass(frozen=True, eq=False, repr=False)
class Leverage:
    """What withholding everything, and each item alone, costs; `industries`: (industry, output volume %, US$ mn).

    bound: the lever's own check. no_trade: the target's loss, %, if it traded with nobody: what always bounds the
    loss by goods and rails, for no price that others ask can make trading worse than not trading; None where there is
    no such economy. measures: the same withholding as a scenario says it.
    """

    setting: Setting
    lever: Lever
    coalition: Party
    target: Party
    bystanders: Party
    bound: float | None
    no_trade: float | None
    items: tuple[Withheld, ...]
    industries: tuple[tuple[str, float, float], ...]
    measures: tuple[Measure, ...]
    outcome: Outcome
    notes: tuple[str, ...]

    @property
    def ratio(self) -> float | None:
        """The target's loss over the coalition's, %; None where the coalition does not lose."""
        return self.target.total / self.coalition.total if self.coalition.total < -1e-6 else None

    @property
    def chokepoints(self) -> tuple[Withheld, ...]:
        """Small spending, large loss: items by loss per dollar supplied, of those that cost at least `CHOKE` %."""
        felt = [item for item in self.items if item.loss >= CHOKE]
        return tuple(sorted(felt, key=lambda item: -item.loss_per_dollar))


def leverage(
    world: World | str | None = None,
    *,
    coalition: Names,
    target: Names,
    lever: Lever | None = None,
    horizon: Horizon | str = Horizon.LONG,
    elasticities: Elasticities | str | None = None,
    progress: Progress | None = None,
) -> Leverage:
    """Withhold from `target` what `coalition` controls, all of it and item by item, and return the losses.

    lever: default `GoodsLever()`, all goods and services. Solves once for everything and once an item, times the
    lever's years; a lever that couples is solved jointly with its vector, as `blocs run` does. Raises DataError for an
    empty or overlapping side and where nothing is controlled; ConvergenceError if a solve fails.
    """
    loaded, lever = world_named(world), lever or GoodsLever()
    ours = resolve(coalition, loaded, "coalition")
    theirs = resolve(target, loaded, "target")
    apart(ours.codes, theirs.codes, "coalition", "target")
    # what is wrong with the question is said before anything is solved
    if not lever.items(loaded, ours.codes, theirs.codes):
        raise nothing(ours.codes, theirs.codes, lever)
    place = setting(loaded, elasticities=elasticities, horizon=horizon)
    base = place.base
    items = lever.items(base, ours.codes, theirs.codes)
    if not items:
        raise nothing(ours.codes, theirs.codes, lever)
    names = tuple(items)
    held = _Withholding(place, lever, ours.codes, theirs.codes)
    outcome = held.solve(names, None)
    welfare = outcome.regional("welfare")
    rest = tuple(c for c in base.regions if c not in ours.codes and c not in theirs.codes)
    us, them, others = (party(place, welfare, codes) for codes in (ours.codes, theirs.codes, rest))
    bounds = lever.bounds(place, ours.codes, theirs.codes, names) or ({}, None)
    return Leverage(
        place, lever, us, them, others, bounds[1], no_trade_loss(place, theirs.codes),
        _each(held, items, bounds[0], outcome if len(items) == 1 else None, progress),
        _industries(outcome, place.indices(theirs.codes)),
        lever.measures(base, ours.codes, theirs.codes, names), outcome,
        _notes((*ours.coverage, *theirs.coverage), len(items), lever.notes(base, ours.codes, theirs.codes, names)),
    )  # fmt: skip


def no_trade_loss(place: Setting, target: Sequence[str]) -> float | None:
    """Return the loss of `target`, %, with every member cut off from all others; None if that cannot be."""
    alone = np.ones(place.base.accounts.flows.shape)
    for j in place.indices(target):
        alone[:, j, :] = alone[:, :, j] = 0.0
        alone[:, j, j] = 1.0
    outcome = solve_shocks(
        place.base,
        Shocks.of(place.base, availability=alone),
        elasticities=place.elasticities,
        horizon=place.horizon,
    )
    if not outcome.status.converged:
        return None
    welfare = outcome.regional("welfare")
    return -total(welfare, place.base.accounts.absorption, place.indices(target))[0]


@dataclass(frozen=True, eq=False)
class _Withholding:
    """A lever in the hands of a coalition against a target."""

    place: Setting
    lever: Lever
    ours: tuple[str, ...]
    theirs: tuple[str, ...]

    def solve(self, items: Sequence[str], start: Outcome | None) -> Outcome:
        """Return the outcome of withholding `items` in the lever's year; ConvergenceError if there is none."""
        last = self._year(items, (), start)
        past = [last]
        for _ in range(1, self.lever.years):
            last = self._year(items, tuple(past), last)
            past.append(last)
        return last

    def _year(self, items: Sequence[str], past: tuple[Outcome, ...], start: Outcome | None) -> Outcome:
        def shocks(outcome: Outcome | None) -> Shocks:
            return self.lever.shocks(
                self.place.base, self.ours, self.theirs, items, outcome=outcome, past=past
            )

        def solve(given: Shocks, near: Outcome | None) -> Outcome:
            return solve_in(self.place, given, near)

        if not self.lever.couples:
            return solve(shocks(None), start)
        _, outcome = joint(shocks, solve, start)
        if not outcome.status.converged:
            raise ConvergenceError(str(outcome.status), outcome)
        return outcome


def _each(
    held: _Withholding,
    items: Mapping[str, Dependence],
    bounds: Mapping[str, float],
    only: Outcome | None,
    progress: Progress | None,
) -> tuple[Withheld, ...]:
    """Return each item withheld alone, the largest loss first; `only`: the outcome of the one item there is."""
    place, found = held.place, []
    size, last = place.base.accounts.absorption, only
    for n, (item, on) in enumerate(items.items()):
        last = only or held.solve([item], last)
        welfare = last.regional("welfare")
        loss, loss_usd = total(welfare, size, place.indices(held.theirs))
        own, own_usd = total(welfare, size, place.indices(held.ours))
        kind, _, name = item.rpartition(MARK)
        found.append(
            Withheld(
                kind or held.lever.name, name, on.supplied, on.import_share, on.spending_share, on.concentration,
                on.world_share, -loss, -loss_usd, -own, -own_usd, -loss_usd / on.supplied, bounds.get(item),
            )
        )  # fmt: skip
        if progress is not None:
            progress(n + 1, len(items))
    return tuple(sorted(found, key=lambda one: -one.loss_usd_mn))


def _industries(outcome: Outcome, theirs: Sequence[int]) -> tuple[tuple[str, float, float], ...]:
    """Return the change of the target's output volume by industry: %, and US$ mn at base prices; losses first."""
    base = outcome.base.accounts.output[:, theirs].sum(axis=1)
    now = outcome.volumes.shipped.sum(axis=2)[:, theirs].sum(axis=1)
    rows = [
        (code, float(100.0 * (now[s] / base[s] - 1.0)), float(now[s] - base[s]))
        for s, code in enumerate(outcome.base.sectors)
        if base[s] > 0.0
    ]
    return tuple(sorted(rows, key=lambda row: row[1]))


def _notes(coverage: Sequence[str], items: int, told: Sequence[str]) -> tuple[str, ...]:
    several = (
        "one item is withheld" if items == 1 else f"{items} items are withheld together, then each alone"
    )
    lines = (
        *coverage,
        "Trade deficits were purged first; results compare with the balanced base.",
        f"{several[0].upper()}{several[1:]}; the parts need not add up.",
        *told,
    )
    return tuple(dict.fromkeys(lines))
