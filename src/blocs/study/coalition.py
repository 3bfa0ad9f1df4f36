"""What two coalitions lose when they stop trading with each other, in full or in part, and where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from blocs.engine.elasticities import Elasticities, Horizon
from blocs.engine.outcome import Outcome
from blocs.engine.shocks import Shocks
from blocs.engine.solve import solve_shocks
from blocs.errors import ConvergenceError, DataError
from blocs.study.members import (
    Names,
    Setting,
    goods_of,
    setting,
    share_of,
    total,
    two_sides,
    world_named,
)
from blocs.world.accounts import Floats
from blocs.world.world import World

if TYPE_CHECKING:
    from blocs.study.blame import Blame

Flows = Literal["both", "exports"]
ROUNDING = 1e-6  # %: a loss below this is the solver's rounding, none
RENTS = {"exporter": 0, "importer": 1, "nobody": 2}


@dataclass(frozen=True, eq=False, repr=False)
class Party:
    """One side, or everybody else: welfare by member, %, and together, % of absorption and US$ mn of the base year."""

    members: tuple[str, ...]
    welfare: dict[str, float]
    welfare_usd: dict[str, float]
    total: float
    total_usd_mn: float


@dataclass(frozen=True, eq=False, repr=False)
class Coalition:
    """A cut-off between two sides and what it does; see `coalition`."""

    setting: Setting
    sides: tuple[Party, Party]
    bystanders: Party
    goods: tuple[str, ...]
    intensity: float
    flows: Flows
    rent: str
    outcome: Outcome
    notes: tuple[str, ...]

    @property
    def loss_ratio(self) -> dict[str, float | None]:
        """Loss of the first side over the second's, in % and in US$; None where the second does not lose."""
        first, second = self.sides
        if second.total > -ROUNDING:
            return {"percent": None, "usd": None}
        return {
            "percent": first.total / second.total,
            "usd": first.total_usd_mn / second.total_usd_mn,
        }

    @cached_property
    def blame(self) -> Blame:
        """The loss of every member and of the bystanders, shared out over goods, partners and directions."""
        from blocs.study.blame import blame

        return blame(self)

    def __repr__(self) -> str:
        first, second = self.sides
        return (
            f"<Coalition {len(first.members)} against {len(second.members)} regions, {self.intensity:g}% of "
            f"{len(self.goods)} sectors: {first.total:+.2f}% and {second.total:+.2f}%>"
        )


def coalition(
    world: World | str | None = None,
    *,
    sides: Sequence[Names],
    goods: Names = "all",
    intensity: float = 100.0,
    flows: Flows = "both",
    rent: str = "exporter",
    horizon: Horizon | str = Horizon.LONG,
    elasticities: Elasticities | str | None = None,
    start: Coalition | None = None,
) -> Coalition:
    """Cut trade between two sides by a share of its volume and return who loses what.

    sides: two lists of regions or groups (a text may list them with commas), without a common member; members of one
    side go on trading with each other. goods: sectors or groups; 'all' has services too, 'goods' has none.
    intensity: share of each flow's base volume that stops, %; 100 is an embargo (availability 0), less a quota
    whose `rent` goes to the 'exporter', the 'importer' or 'nobody' (it is used up). flows: 'both' directions, or only
    the 'exports' of the first side to the second are withheld. start: an earlier result of the same setting.

    Deficits are purged first, results compare with the balanced base. Raises DataError for overlapping sides, unknown
    regions, goods nobody trades, an intensity of 0 or outside 0–100; ConvergenceError if there is no solution.
    """
    if flows not in ("both", "exports"):
        raise DataError(f"flows is {flows!r}; write 'both', or 'exports' of the first side only")
    if rent not in RENTS:
        raise DataError(f"unknown rent {rent!r}; valid: {', '.join(RENTS)}")
    share = share_of(intensity)
    same = start is not None and _same(start.setting, world, elasticities, horizon)
    # what is wrong with the question is said before anything is solved
    loaded = start.setting.base if start is not None and same else world_named(world)
    first, second = two_sides(sides, loaded)
    wanted = goods_of(goods, loaded)
    place = (
        start.setting
        if start is not None and same
        else setting(loaded, elasticities=elasticities, horizon=horizon)
    )
    cut = cut_cells(place.base, first.codes, second.codes, wanted, flows)
    outcome = solve_cut(place, cut, share, rent, start.outcome if start is not None and same else None)
    welfare = outcome.regional("welfare")
    rest = tuple(c for c in place.base.regions if c not in first.codes and c not in second.codes)
    parties = [party(place, welfare, codes) for codes in (first.codes, second.codes, rest)]
    notes = dict.fromkeys((*first.coverage, *second.coverage, *_notes(place, wanted, share, flows, rent)))
    return Coalition(
        place,
        (parties[0], parties[1]),
        parties[2],
        wanted,
        float(intensity),
        flows,
        rent,
        outcome,
        tuple(notes),
    )


def cut_cells(
    base: World, first: Sequence[str], second: Sequence[str], goods: Sequence[str], flows: Flows = "both"
) -> np.ndarray:
    """Return the mask (good, origin, destination) of flows that are cut; DataError if nothing is traded there."""
    mask = np.zeros(base.accounts.flows.shape, dtype=bool)
    a, b = ([base.regions.index(code) for code in codes] for codes in (first, second))
    s = [base.sectors.index(code) for code in goods]
    mask[np.ix_(s, a, b)] = True
    if flows == "both":
        mask[np.ix_(s, b, a)] = True
    if not (base.accounts.flows[mask] > 0.0).any():
        raise DataError(
            f"{', '.join(first[:4])} and {', '.join(second[:4])} trade nothing of {', '.join(goods[:4])}; there is "
            "nothing to cut: name other goods"
        )
    return mask


def cut_shocks(base: World, mask: np.ndarray, share: float, rent: str = "exporter") -> Shocks:
    """Return the shocks that stop `share` of the base volume of the cells in `mask`."""
    if share == 0.0:
        return Shocks.neutral()
    if share == 1.0:
        return Shocks.of(base, availability=np.where(mask, 0.0, 1.0))
    quota = np.where(mask, 1.0 - share, np.inf)
    return Shocks.of(base, quota=quota, quota_rent=np.full(mask.shape, float(RENTS[rent])))


def solve_cut(
    place: Setting, mask: np.ndarray, share: float, rent: str = "exporter", start: Outcome | None = None
) -> Outcome:
    """Solve the cut; ConvergenceError with the outcome if there is no solution."""
    return solve_in(place, cut_shocks(place.base, mask, share, rent), start)


def solve_in(place: Setting, shocks: Shocks, start: Outcome | None = None) -> Outcome:
    """Solve `shocks` on the balanced base; ConvergenceError with the outcome if there is no solution."""
    outcome = solve_shocks(
        place.base, shocks, elasticities=place.elasticities, horizon=place.horizon, start=start
    )
    if not outcome.status.converged:
        raise ConvergenceError(str(outcome.status), outcome)
    return outcome


def party(place: Setting, welfare: Floats, codes: Sequence[str]) -> Party:
    """Return what `codes` gain or lose together and one by one."""
    at, size = place.indices(codes), place.base.accounts.absorption
    percent, usd = total(welfare, size, at)
    return Party(
        tuple(codes),
        {code: float(welfare[n]) for code, n in zip(codes, at, strict=True)},
        {code: float(welfare[n] * size[n] / 100.0) for code, n in zip(codes, at, strict=True)},
        percent,
        usd,
    )


def _same(place: Setting, world: object, elasticities: object, horizon: object) -> bool:
    return (
        world in (None, place.base)
        and elasticities in (None, place.elasticities, place.elasticities.name)
        and horizon in (place.horizon, place.horizon.value)
    )


def _notes(place: Setting, goods: Sequence[str], share: float, flows: Flows, rent: str) -> tuple[str, ...]:
    from blocs.world.tables import SERVICES, sector_table

    table = sector_table()
    services = [c for c in goods if c in table and (c == SERVICES or table[c].kind == "services")]
    what = f"{len(goods)} sectors" + (f", {len(services)} of them services" if services else ", no services")
    notes = ["Trade deficits were purged first; results compare with the balanced base.", f"Cut: {what}."]
    if 0.0 < share < 1.0:
        keeper = "is used up" if rent == "nobody" else f"goes to the {rent}"
        notes.append(
            f"{100 * share:g}% of the base volume of each flow stops; what buyers pay more for the rest {keeper}."
        )
    if flows == "exports":
        notes.append("Only exports of the first side to the second are withheld.")
    return tuple(notes)
