"""Minerals as a lever: the coalition sells the target less of what it mines or refines, through the mineral markets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from blocs.data.assumptions import Assumptions
from blocs.engine.outcome import Outcome
from blocs.engine.shocks import Shocks
from blocs.errors import DataError
from blocs.study.levers.acting import withholding
from blocs.study.levers.base import Dependence, controlled, over
from blocs.study.members import Names, Setting, share_of, split
from blocs.vectors.minerals import tables
from blocs.vectors.minerals.base import Base, cached_base
from blocs.vectors.minerals.market import MONTHS
from blocs.vectors.minerals.measures import ExportControl, chosen
from blocs.world.accounts import Floats
from blocs.world.measure import Measure
from blocs.world.world import World

ALL = "all"


@dataclass(frozen=True)
class MineralsLever:
    """Tonnes of minerals that the coalition withholds from the target: an export control of `blocs run`.

    minerals: symbols, names or groups of the minerals vector; 'all' is every mineral whose market can be solved.
    control: as of `GoodsLever`. intensity: share of the base tonnes that may no longer go, %. leakage: share of the
    cut, 0–1, that comes through third countries. years: in which year of the control its losses are read: stocks run
    down first, then use and supply adjust.
    """

    minerals: Names = ALL
    control: float = 0.0
    intensity: float = 100.0
    leakage: float = 0.0
    years: int = 1

    name = "minerals"
    couples = True

    def items(
        self, world: World, coalition: Sequence[str], target: Sequence[str]
    ) -> Mapping[str, Dependence]:
        """Return the minerals of which the coalition sells the target at least `control` of its imports, and some."""
        _check(self.years, self.leakage)
        return controlled(self._dependence(world, coalition, target), self.control)

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
        """Return cost shocks and bills of the year after `past`; the markets answer the activity in `outcome`."""
        return withholding(self, world, coalition, target, items, outcome, past)

    def bounds(
        self, place: Setting, coalition: Sequence[str], target: Sequence[str], items: Sequence[str]
    ) -> tuple[Mapping[str, float], float] | None:
        """Return the back-stop bill of each mineral and of all, % of absorption.

            (pbar - 1) sum_k,j s[m,k,j] Y[k,j] / E

        what the target's industries would pay more if they went on using as much, all of it at the back-stop price
        pbar at which substitutes take over. It bounds the direct cost whatever the cut; the exact loss may exceed it
        where suppliers of other goods charge more.
        """
        base, theirs = _base(place.base, tuple(items)), place.indices(target)
        output = place.base.accounts.output[:, theirs]
        bills = (base.cost_share[:, :, theirs] * output).sum(axis=(1, 2))
        size = place.base.accounts.absorption[theirs].sum()
        losses = 100.0 * (Assumptions.default()["minerals.backstop"] - 1.0) * bills / size
        return dict(zip(base.symbols, map(float, losses), strict=True)), float(losses.sum())

    def measures(
        self, world: World, coalition: Sequence[str], target: Sequence[str], items: Sequence[str]
    ) -> tuple[Measure, ...]:
        """Return the export control."""
        return (
            ExportControl(
                by=list(coalition),
                on=list(target),
                minerals=list(items),
                cut=share_of(self.intensity),
                leakage=self.leakage,
            ),
        )

    def notes(
        self, world: World, coalition: Sequence[str], target: Sequence[str], items: Sequence[str]
    ) -> tuple[str, ...]:
        """Return which year is shown, whose trade by partner is imputed, and what the bound is."""
        imputed = [s for s in items if not tables.find(s).traded and not tables.find(s).rare_earth]
        lines = [
            f"Minerals: losses of year {self.years} of the control, with stocks of the base year drawn down first; "
            "the bound is the bill at the back-stop price.",
        ]
        if 0.0 < self.intensity < 100.0:
            lines.append(
                "A partial control pays the coalition for the licences to what still goes, so it can cost the target "
                "more than a ban."
            )
        if imputed:
            lines.append(
                f"Trade by partner of {', '.join(imputed)} is not published: flows are imputed in proportion to "
                "production and use."
            )
        return tuple(lines)

    def _dependence(
        self, world: World, coalition: Sequence[str], target: Sequence[str]
    ) -> dict[str, Dependence]:
        symbols = chosen_minerals(self.minerals)
        base = _base(world, symbols)
        ours, theirs = ([world.regions.index(code) for code in codes] for codes in (coalition, target))
        bought = np.stack([_by_origin(base, m, theirs) for m in range(len(symbols))])  # (m,i)
        dollars = MONTHS * base.price / 1e6
        abroad = bought.copy()
        abroad[:, theirs] = 0.0
        imports, supplied = abroad.sum(axis=1), bought[:, ours].sum(axis=1)
        made = np.stack(
            [_by_origin(base, m, range(len(world.regions))) for m in range(len(symbols))]
        )  # all of it is sold
        columns = (
            supplied * dollars, over(supplied, imports), over(supplied, bought.sum(axis=1)),
            (over(abroad, imports[:, None]) ** 2).sum(axis=1), over(made[:, ours].sum(axis=1), made.sum(axis=1)),
        )  # fmt: skip
        return {
            symbol: Dependence(*(float(column[m]) for column in columns)) for m, symbol in enumerate(symbols)
        }


def chosen_minerals(names: Names) -> tuple[str, ...]:
    """Return the symbols that `names` mean; DataError for an unknown one or one whose market cannot be solved."""
    listed = split(names)
    if not listed:
        raise DataError("minerals is empty; name some, such as Ga,Ge or rare_earths, or all")
    return tables.modelled() if ALL in listed else chosen(listed)


def _base(world: World, symbols: tuple[str, ...]) -> Base:
    return cached_base(world, symbols, Assumptions.default())


def _by_origin(base: Base, m: int, buyers: Sequence[int]) -> Floats:
    """Return what `buyers` purchase of a mineral by region of origin (i,), tonnes a month."""
    real = base.origins[m]
    out = np.zeros(len(base.regions))
    np.add.at(out, base.origin[m, :real], base.flows[m, :real][:, list(buyers)].sum(axis=1))
    return out


def _check(years: int, leakage: float) -> None:
    if not 0.0 <= leakage <= 1.0:
        raise DataError(
            f"leakage is {leakage:g}; it is the share of the cut that comes all the same, from 0 to 1"
        )
    check_years(years)


MOST_YEARS = 10


def check_years(years: int) -> None:
    """Raise DataError unless `years` is a year of the withholding that can be asked for."""
    if not 1 <= years <= MOST_YEARS:
        raise DataError(f"year {years} of the withholding; ask for one from 1 to {MOST_YEARS}")
