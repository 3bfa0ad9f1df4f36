"""Goods as a lever: the coalition's exports to the target stop, in full or by a share of their volume."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from blocs.engine.outcome import Outcome
from blocs.engine.shocks import Shocks
from blocs.study.ces_bound import ces_bounds
from blocs.study.coalition import cut_cells, cut_shocks
from blocs.study.levers.base import Dependence, controlled, over, withheld
from blocs.study.members import Names, Setting, goods_of, share_of
from blocs.vectors.trade_limits import Embargo, Rent
from blocs.world.measure import Measure
from blocs.world.world import World


@dataclass(frozen=True)
class GoodsLever:
    """Exports of goods that the coalition withholds from the target.

    goods: sectors or groups. control: smallest share of the target's imports of a good that the coalition supplies,
    0–1, for the good to count as controlled. intensity: share of the volume that stops, %. rent: as of `coalition`.
    """

    goods: Names = "all"
    control: float = 0.0
    intensity: float = 100.0
    rent: Rent = "exporter"

    name = "goods"
    years = 1
    couples = False

    def items(
        self, world: World, coalition: Sequence[str], target: Sequence[str]
    ) -> Mapping[str, Dependence]:
        """Return the goods of which the coalition supplies at least `control` of the target's imports, and some."""
        found = dependence(world, coalition, target)
        return controlled({good: found[good] for good in goods_of(self.goods, world)}, self.control)

    def shocks(
        self,
        world: World,
        coalition: Sequence[str],
        target: Sequence[str],
        items: Sequence[str] | None = None,
        *,
        outcome: Outcome | None = None,
        past: tuple[Outcome, ...] = (),
    ) -> Shocks:
        """Return the shocks of withholding `items` (default: all it controls)."""
        mask = cut_cells(world, coalition, target, withheld(self, world, coalition, target, items), "exports")
        return cut_shocks(world, mask, share_of(self.intensity), self.rent)

    def bounds(
        self, place: Setting, coalition: Sequence[str], target: Sequence[str], items: Sequence[str]
    ) -> tuple[Mapping[str, float], float] | None:
        """Return the losses of `blocs.study.ces_bound`; they are of an embargo, so None for a partial cut."""
        return ces_bounds(place, coalition, target, items) if self.intensity == 100.0 else None

    def measures(
        self, world: World, coalition: Sequence[str], target: Sequence[str], items: Sequence[str]
    ) -> tuple[Measure, ...]:
        """Return the embargo, in full or in part, on the coalition's exports."""
        share = share_of(self.intensity)
        if share == 0.0:
            return ()
        return (
            Embargo(
                by=list(coalition),
                on=list(target),
                flows="exports",
                goods=list(items),
                intensity=share,
                rent=self.rent,
            ),
        )

    def notes(
        self, world: World, coalition: Sequence[str], target: Sequence[str], items: Sequence[str]
    ) -> tuple[str, ...]:
        """Return what the CES figure is."""
        if self.intensity != 100.0:
            return ()
        return (
            "Goods: the CES figure is the loss if every other price stayed. Replacement suppliers that charge more "
            "push the exact loss above it; the loss of all trade is the bound that always holds.",
        )


def dependence(world: World, coalition: Sequence[str], target: Sequence[str]) -> dict[str, Dependence]:
    """Return how `target` depends on `coalition` for every good; trade inside the target is no import."""
    flows = world.accounts.flows
    ours, theirs = ([world.regions.index(code) for code in codes] for codes in (coalition, target))
    bought = flows[:, :, theirs].sum(axis=2)
    abroad = bought.copy()
    abroad[:, theirs] = 0.0
    imports = abroad.sum(axis=1)
    supplied = bought[:, ours].sum(axis=1)
    shares = over(abroad, imports[:, None])
    sold = flows.sum(axis=2) - flows.diagonal(axis1=1, axis2=2)
    columns = (
        supplied,
        over(supplied, imports),
        over(supplied, bought.sum(axis=1)),
        (shares**2).sum(axis=1),
        over(sold[:, ours].sum(axis=1), sold.sum(axis=1)),
    )
    return {
        good: Dependence(*(float(column[s]) for column in columns)) for s, good in enumerate(world.sectors)
    }
