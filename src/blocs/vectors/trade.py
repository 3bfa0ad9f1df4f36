"""The trade vector: who buys what from whom, and the measures that change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from blocs.engine.shocks import Shocks
from blocs.errors import DataError
from blocs.vectors.trade_measures import Embargo, Tariff, TradeCost
from blocs.world.accounts import Floats
from blocs.world.groups import members, resolve_goods, resolve_regions
from blocs.world.measure import Measure
from blocs.world.world import World

if TYPE_CHECKING:
    import xarray as xr

    from blocs.engine.outcome import Outcome

CUSTOMS_UNIONS = ("EU27",)


@dataclass(frozen=True)
class TradeState:
    """Trade remembers only its world: measures act on the base year's rates."""

    world: World


@dataclass(frozen=True, eq=False)
class Target:
    """The cells one measure acts on: `mask` (good, origin, destination), and what a reader must know."""

    mask: Floats
    notes: tuple[str, ...]


class TradeVector:
    """Tariffs, trade costs and embargoes; see `Vector`."""

    name = "trade"
    measures: tuple[type[Measure], ...] = (Tariff, TradeCost, Embargo)

    def start(self, world: World, years: Sequence[int]) -> TradeState:
        """Return the state: the base world."""
        return TradeState(world)

    def shocks(self, state: TradeState, measures: Sequence[Measure], year: int) -> Shocks:
        """Return added tariff rates, trade cost and availability of the measures in force in `year`.

        Added rates add up, trade costs multiply, an embargo wins over both. Raises DataError for measures that
        contradict each other: two `set` tariffs with different rates on the same cells.
        """
        mine = [m for m in measures if isinstance(m, self.measures) and m.active(year)]
        if not mine:
            return Shocks.neutral()
        tariff = _tariffs([m for m in mine if isinstance(m, Tariff)], state.world, year)
        cost = _costs([m for m in mine if isinstance(m, TradeCost)], state.world, year)
        availability = _availability([m for m in mine if isinstance(m, Embargo)], state.world, year)
        return Shocks.of(state.world, tariff=tariff, trade_cost=cost, availability=availability)

    def advance(self, state: TradeState, outcome: Outcome, year: int) -> TradeState:
        """Return the same state: nothing accumulates in trade itself."""
        return state

    def notes(self, state: TradeState, measures: Sequence[Measure], year: int) -> tuple[str, ...]:
        """Return coverage of the groups used and pairs that were left out."""
        mine = [m for m in measures if isinstance(m, self.measures) and m.active(year)]
        lines = [line for m in mine for line in target(m, state.world, year).notes]
        return tuple(dict.fromkeys(lines))

    def indicators(self, state: TradeState, outcome: Outcome) -> xr.Dataset:
        """Return by region: concentration of import origins (Herfindahl), import reliance, export orientation.

        Shares are fractions: `import_concentration` = sum over origins of squared shares of imports,
        `import_reliance` = imports over all purchases, `export_share` = exports over output; values at basic
        prices of the outcome, and the same for the base (`_base`).
        """
        import xarray as xr

        now, base = outcome.flows.values.sum(axis=0), outcome.base.accounts.flows.sum(axis=0)
        fields = {}
        for suffix, matrix in (("", now), ("_base", base)):
            for name, values in _trade_shares(matrix).items():
                fields[name + suffix] = (("region",), values)
        return xr.Dataset(fields, coords={"region": list(outcome.base.regions)})


def target(measure: Measure, world: World, year: int) -> Target:
    """Return the cells `measure` acts on in `year`; DataError for unknown names or a measure that hits nothing."""
    goods = resolve_goods(list(getattr(measure, "goods", ["all"])), world.sectors)
    mask = np.zeros((len(world.sectors), len(world.regions), len(world.regions)))
    rows = [world.sectors.index(good) for good in goods]
    notes: list[str] = []
    for sellers, buyers in _directions(measure):
        one = resolve_regions(sellers, world.regions, year)
        two = resolve_regions(buyers, world.regions, year)
        notes += [*one.coverage, *two.coverage]
        pairs = np.zeros(mask.shape[1:])
        pairs[
            np.ix_([world.regions.index(c) for c in one.codes], [world.regions.index(c) for c in two.codes])
        ] = 1.0
        if not isinstance(measure, Tariff):
            both = [code for code in one.codes if code in two.codes]
            if both:
                raise DataError(
                    f"{_shown(sellers)} and {_shown(buyers)} are two sides of one measure, but {', '.join(both[:5])} "
                    f"is on both; take it out of one, e.g. [{', '.join(sellers)}, -{both[0]}]"
                )
        mask[rows] = np.maximum(mask[rows], pairs)
    mask[:, range(len(world.regions)), range(len(world.regions))] = 0.0
    if isinstance(measure, Tariff):
        notes += _spare_unions(mask, world, year)
    if not mask.any():
        raise DataError(
            f"`{measure.plain_words()}` acts on no pair of regions (a region has no border with itself, a customs "
            "union none inside); name different regions"
        )
    return Target(mask, tuple(notes))


def _directions(measure: Measure) -> list[tuple[list[str], list[str]]]:
    """Return (sellers, buyers) pairs."""
    if isinstance(measure, Tariff):
        return [(measure.on, measure.by)]
    between = getattr(measure, "between", None)
    if between is not None:
        return [(between[0], between[1]), (between[1], between[0])]
    assert isinstance(measure, Embargo)
    by, on = measure.by or [], measure.on or []
    ways = {"exports": [(by, on)], "imports": [(on, by)], "both": [(by, on), (on, by)]}
    return ways[measure.flows]


def _spare_unions(mask: Floats, world: World, year: int) -> list[str]:
    """Take trade inside customs unions out of `mask`; return a note where that changed anything."""
    notes = []
    for union in CUSTOMS_UNIONS:
        inside = [world.regions.index(code) for code in members(union, year) if code in world.regions]
        block = np.ix_(range(mask.shape[0]), inside, inside)
        if mask[block].any():
            mask[block] = 0.0
            notes.append(f"{union} is a customs union: no duty is levied between its members")
        levying = [
            code for code in (world.regions[j] for j in inside) if mask[:, :, world.regions.index(code)].any()
        ]
        if 0 < len(levying) < len(inside):
            notes.append(
                f"{union} has a common external tariff, but this duty is levied by {', '.join(levying)} alone"
            )
    return notes


def _tariffs(measures: Sequence[Tariff], world: World, year: int) -> Floats | None:
    if not measures:
        return None
    base = world.accounts.tariff
    added, fixed = np.zeros_like(base), np.full(base.shape, np.nan)
    setter: dict[int, Tariff] = {}
    for number, measure in enumerate(measures):
        mask = target(measure, world, year).mask > 0.0
        if not measure.set:
            added[mask] += measure.rate
            continue
        clash = mask & ~np.isnan(fixed) & (fixed != measure.rate)
        if clash.any():
            s, i, j = np.argwhere(clash)[0]
            other = next(m for m in setter.values() if target(m, world, year).mask[s, i, j] > 0.0)
            raise DataError(
                f"two measures set the duty of {world.regions[j]} on {world.sectors[s]} from {world.regions[i]} in "
                f"{year}: {other.rate:g} and {measure.rate:g}; keep one, or drop `set` from the one that adds"
            )
        fixed[mask] = measure.rate
        setter[number] = measure
    total = np.where(np.isnan(fixed), base, fixed) + added
    return total - base


def _costs(measures: Sequence[TradeCost], world: World, year: int) -> Floats | None:
    if not measures:
        return None
    hat = np.ones_like(world.accounts.tariff)
    for measure in measures:
        hat[target(measure, world, year).mask > 0.0] *= 1.0 + measure.cost
    return hat


def _availability(measures: Sequence[Embargo], world: World, year: int) -> Floats | None:
    if not measures:
        return None
    hat = np.ones_like(world.accounts.tariff)
    for measure in measures:
        hat[target(measure, world, year).mask > 0.0] = 0.0
    return hat


def _trade_shares(matrix: Floats) -> dict[str, Floats]:
    home = np.diagonal(matrix)
    imports = matrix - np.diag(home)
    bought, sold = matrix.sum(axis=0), matrix.sum(axis=1)
    from_abroad = imports.sum(axis=0)
    share = np.divide(imports, from_abroad, out=np.zeros_like(imports), where=from_abroad > 0.0)
    return {
        "import_concentration": (share**2).sum(axis=0),
        "import_reliance": from_abroad / bought,
        "export_share": (sold - home) / sold,
    }


def _shown(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"[{', '.join(names)}]"
