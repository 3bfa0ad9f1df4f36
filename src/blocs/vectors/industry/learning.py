"""Learning by doing: experience in ratios to the baseline, what it does to productivity, and the bound on its rate.

    A'[k, j] = h^b          h' = (1 - delta) h + delta y

with h experience over its baseline (1 before the first year), y the volume of output over the base, b the rate and
delta what is forgotten in a year. It is H' = (1 - delta) H + Y in ratios, with the baseline at rest: H = Y / delta.
In the long run h = y, so b is then an external economy of scale; the equilibrium is unique only while b < 1/theta.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from blocs.data.assumptions import Assumptions
from blocs.engine.elasticities import Elasticities, Horizon
from blocs.errors import DataError
from blocs.vectors.industry.measures import Learning
from blocs.world.accounts import Floats
from blocs.world.groups import resolve_goods, resolve_regions
from blocs.world.world import World

if TYPE_CHECKING:
    from blocs.engine.outcome import Outcome

RATE = "industry.learning.rate"
FORGETTING = "industry.learning.forgetting"


def rates(measures: Sequence[Learning], world: World, year: int, assumptions: Assumptions) -> Floats:
    """Return b (industry, region), 0 where nobody learns; DataError where two measures disagree."""
    found = np.full((len(world.sectors), len(world.regions)), np.nan)
    for measure in measures:
        rate = assumptions[RATE] if measure.rate is None else measure.rate
        cells = np.zeros(found.shape, dtype=bool)
        cells[np.ix_(*where(measure.goods, measure.regions, world, year))] = True
        clash = cells & ~np.isnan(found) & (found != rate)
        if clash.any():
            k, j = np.argwhere(clash)[0]
            raise DataError(
                f"two measures let {world.sectors[k]} in {world.regions[j]} learn in {year}, at the rates "
                f"{found[k, j]:g} and {rate:g}; keep one"
            )
        found[cells] = rate
    return np.where(np.isnan(found), 0.0, found)


def where(goods: list[str], regions: list[str], world: World, year: int) -> tuple[list[int], list[int]]:
    """Return the positions of industries and regions that a measure names."""
    rows = [world.sectors.index(code) for code in resolve_goods(list(goods), world.sectors)]
    columns = [world.regions.index(c) for c in resolve_regions(list(regions), world.regions, year).codes]
    return rows, columns


def theta_of(outcome: Outcome, assumptions: Assumptions) -> Floats:
    """Return the trade elasticity by good that bounds the rate: the larger of the run's own and its set's long-run one.

    Experience builds up over years, in which trade elasticities grow to their long-run size.
    """
    own = outcome.elasticities
    theta = own.of(outcome.base)
    if own.name in Elasticities.available():
        theta = np.maximum(theta, Elasticities.load(own.name, Horizon.LONG, assumptions).of(outcome.base))
    return theta


def least_bound(goods: Sequence[str], world: World, elasticities: str, assumptions: Assumptions) -> float:
    """Return the smallest 1/theta of `goods`, in the long run of a published set: what a rate must stay below."""
    rows = [world.sectors.index(code) for code in resolve_goods(list(goods), world.sectors)]
    theta = Elasticities.load(elasticities, Horizon.LONG, assumptions).of(world)
    return float(1.0 / theta[rows].max())


def refuse_too_steep(rate: Floats, theta: Floats, world: World) -> None:
    """Raise DataError where b >= 1/theta, naming the good."""
    steep = rate * theta[:, None] >= 1.0
    if steep.any():
        k, j = np.argwhere(steep)[0]
        raise DataError(
            f"learning rate {rate[k, j]:g} of {world.sectors[k]} is not below 1/theta = {1.0 / theta[k]:.3f} "
            f"(theta = {theta[k]:.2f}, long run): the equilibrium would not be unique; give a lower `rate`, or leave "
            f"{world.sectors[k]} out of `goods`"
        )


def productivity(experience: Floats, rate: Floats) -> Floats:
    """Return the productivity hat h^b."""
    return experience**rate


def remembered(experience: Floats, outcome: Outcome, forgetting: float) -> Floats:
    """Return experience after a year with the output of `outcome`; empty industries keep theirs."""
    volume = 1.0 + outcome.output_volume.values / 100.0
    return (1.0 - forgetting) * experience + forgetting * np.where(np.isnan(volume), experience, volume)
