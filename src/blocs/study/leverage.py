"""What a coalition can take from a target by withholding what it controls: goods now, other levers by the same door."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from blocs.engine.elasticities import Elasticities, Horizon
from blocs.engine.outcome import Outcome
from blocs.engine.shocks import Shocks
from blocs.errors import DataError
from blocs.study.ces_bound import ces_bounds
from blocs.study.coalition import Party, cut_cells, cut_shocks, party, solve_in
from blocs.study.members import (
    Names,
    Setting,
    apart,
    goods_of,
    resolve,
    setting,
    share_of,
    total,
    world_named,
)
from blocs.world.accounts import Floats
from blocs.world.world import World

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Dependence:
    """How a target depends on a coalition for one item.

    supplied: what it buys of it from the coalition, US$ mn at basic prices; import_share, spending_share: the
    coalition's part in its imports and in all it buys; concentration: Herfindahl index of its import origins, 0–1.
    """

    supplied: float
    import_share: float
    spending_share: float
    concentration: float


class Lever(Protocol):
    """Something a coalition can withhold from a target, item by item: goods, later minerals and payment rails."""

    @property
    def name(self) -> str:
        """One word."""
        ...

    def items(
        self, world: World, coalition: Sequence[str], target: Sequence[str]
    ) -> Mapping[str, Dependence]:
        """Return the items the coalition controls towards the target."""
        ...

    def shocks(
        self,
        world: World,
        coalition: Sequence[str],
        target: Sequence[str],
        items: Sequence[str] | None = None,
    ) -> Shocks:
        """Return the shocks of withholding `items` (default: all it controls)."""
        ...

    def bounds(
        self, place: Setting, coalition: Sequence[str], target: Sequence[str], items: Sequence[str]
    ) -> tuple[Mapping[str, float], float] | None:
        """Return a loss to check against, %, by item and for all of them; None if the lever knows none."""
        ...


@dataclass(frozen=True)
class GoodsLever:
    """Exports of goods that the coalition withholds from the target.

    goods: sectors or groups. control: smallest share of the target's imports of a good that the coalition supplies,
    0–1, for the good to count as controlled. intensity: share of the volume that stops, %. rent: as of `coalition`.
    """

    goods: Names = "all"
    control: float = 0.0
    intensity: float = 100.0
    rent: str = "exporter"

    @property
    def name(self) -> str:
        """The lever's name."""
        return "goods"

    def items(
        self, world: World, coalition: Sequence[str], target: Sequence[str]
    ) -> Mapping[str, Dependence]:
        """Return the goods of which the coalition supplies at least `control` of the target's imports, and some."""
        if not 0.0 <= self.control <= 1.0:
            raise DataError(f"control is {self.control:g}; it is a share of imports between 0 and 1")
        wanted = goods_of(self.goods, world)
        found = dependence(world, coalition, target)
        return {
            good: found[good]
            for good in wanted
            if found[good].supplied > 0.0 and found[good].import_share >= self.control
        }

    def shocks(
        self,
        world: World,
        coalition: Sequence[str],
        target: Sequence[str],
        items: Sequence[str] | None = None,
    ) -> Shocks:
        """Return the shocks of withholding `items` (default: all it controls)."""
        withheld = tuple(self.items(world, coalition, target)) if items is None else items
        if not withheld:
            raise DataError(_nothing(coalition, target, self))
        mask = cut_cells(world, coalition, target, withheld, "exports")
        return cut_shocks(world, mask, share_of(self.intensity), self.rent)

    def bounds(
        self, place: Setting, coalition: Sequence[str], target: Sequence[str], items: Sequence[str]
    ) -> tuple[Mapping[str, float], float] | None:
        """Return the CES bounds of `blocs.study.ces_bound`; they are of an embargo, so None for a partial cut."""
        return ces_bounds(place, coalition, target, items) if self.intensity == 100.0 else None


@dataclass(frozen=True)
class Withheld:
    """One item withheld alone; `Dependence` beside what it costs. Losses are positive.

    loss: the target's, % of absorption; own_loss: the coalition's; loss_per_dollar: the target's loss over `supplied`;
    bound: what the lever's check says, %, if it has one.
    """

    item: str
    supplied: float
    import_share: float
    spending_share: float
    concentration: float
    loss: float
    loss_usd_mn: float
    own_loss: float
    own_loss_usd_mn: float
    loss_per_dollar: float
    bound: float | None


@dataclass(frozen=True, eq=False, repr=False)
class Leverage:
    """What withholding everything, and each item alone, costs; `industries`: (industry, output volume %, US$ mn).

    chokepoints: the items with the largest loss per dollar supplied, among those that cost the target at least
    `CHOKE` % of its absorption.
    """

    setting: Setting
    lever: Lever
    coalition: Party
    target: Party
    bystanders: Party
    bound: float | None
    items: tuple[Withheld, ...]
    industries: tuple[tuple[str, float, float], ...]
    outcome: Outcome
    notes: tuple[str, ...]

    @property
    def ratio(self) -> float | None:
        """The target's loss over the coalition's, %; None where the coalition does not lose."""
        return self.target.total / self.coalition.total if self.coalition.total < -1e-6 else None

    @property
    def chokepoints(self) -> tuple[Withheld, ...]:
        """Small spending, large loss."""
        felt = [item for item in self.items if item.loss >= CHOKE]
        return tuple(sorted(felt, key=lambda item: -item.loss_per_dollar))


CHOKE = 0.001  # % of absorption: an item that costs less is no chokepoint whatever its multiplier


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

    lever: default `GoodsLever()`, all goods and services. Solves once for everything and once an item. Raises DataError
    for an empty or overlapping side and where nothing is controlled; ConvergenceError if a solve fails.
    """
    loaded, lever = world_named(world), lever or GoodsLever()
    ours = resolve(coalition, loaded, "coalition")
    theirs = resolve(target, loaded, "target")
    apart(ours.codes, theirs.codes, "coalition", "target")
    place = setting(loaded, elasticities=elasticities, horizon=horizon)
    base = place.base
    items = lever.items(base, ours.codes, theirs.codes)
    if not items:
        raise DataError(_nothing(ours.codes, theirs.codes, lever))
    outcome = solve_in(place, lever.shocks(base, ours.codes, theirs.codes))
    welfare = outcome.regional("welfare")
    rest = tuple(c for c in base.regions if c not in ours.codes and c not in theirs.codes)
    us, them, others = (party(place, welfare, codes) for codes in (ours.codes, theirs.codes, rest))
    bounds = lever.bounds(place, ours.codes, theirs.codes, tuple(items)) or ({}, None)
    return Leverage(
        place, lever, us, them, others, bounds[1],
        _each(place, lever, ours.codes, theirs.codes, items, bounds[0], progress),
        _industries(outcome, place.indices(theirs.codes)), outcome,
        _notes(ours.coverage, theirs.coverage, tuple(items)),
    )  # fmt: skip


def dependence(world: World, coalition: Sequence[str], target: Sequence[str]) -> dict[str, Dependence]:
    """Return how `target` depends on `coalition` for every good; trade inside the target is no import."""
    flows = world.accounts.flows
    ours, theirs = ([world.regions.index(code) for code in codes] for codes in (coalition, target))
    bought = flows[:, :, theirs].sum(axis=2)
    abroad = bought.copy()
    abroad[:, theirs] = 0.0
    imports = abroad.sum(axis=1)
    supplied = bought[:, ours].sum(axis=1)
    shares = _over(abroad, imports[:, None])
    columns = (
        supplied,
        _over(supplied, imports),
        _over(supplied, bought.sum(axis=1)),
        (shares**2).sum(axis=1),
    )
    return {
        good: Dependence(*(float(column[s]) for column in columns)) for s, good in enumerate(world.sectors)
    }


def _each(
    place: Setting,
    lever: Lever,
    ours: Sequence[str],
    theirs: Sequence[str],
    items: Mapping[str, Dependence],
    bounds: Mapping[str, float],
    progress: Progress | None,
) -> tuple[Withheld, ...]:
    size, found = place.base.accounts.absorption, []
    last: Outcome | None = None
    for n, (item, on) in enumerate(items.items()):
        last = solve_in(place, lever.shocks(place.base, ours, theirs, [item]), last)
        welfare = last.regional("welfare")
        loss, loss_usd = total(welfare, size, place.indices(theirs))
        own, own_usd = total(welfare, size, place.indices(ours))
        found.append(
            Withheld(
                item, on.supplied, on.import_share, on.spending_share, on.concentration, -loss, -loss_usd, -own,
                -own_usd, -loss_usd / on.supplied, bounds.get(item),
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


def _nothing(ours: Sequence[str], theirs: Sequence[str], lever: Lever) -> str:
    return (
        f"{', '.join(ours[:4])} controls no {lever.name} that {', '.join(theirs[:4])} buys under these terms; lower "
        "`control`, or name other goods"
    )


def _notes(ours: Sequence[str], theirs: Sequence[str], items: Sequence[str]) -> tuple[str, ...]:
    lines = (
        *ours, *theirs,
        "Trade deficits were purged first; results compare with the balanced base.",
        f"{len(items)} goods and services are withheld together, then each alone; the parts need not add up.",
    )  # fmt: skip
    return tuple(dict.fromkeys(lines))


def _over(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros(np.broadcast(part, whole).shape), where=whole > 0.0)
