"""Places the trade elasticities of a run, which are one published set, among those of the other sets."""

from __future__ import annotations

import numpy as np

from blocs.data.assumptions import Assumptions
from blocs.engine.elasticities import Elasticities
from blocs.scenario.schema import Scenario
from blocs.world.accounts import Floats
from blocs.world.tables import sector_table
from blocs.world.world import World

GOODS, SERVICES = "goods", "services"


def mean_thetas(world: World, assumptions: Assumptions | None = None) -> dict[str, dict[str, float]]:
    """Return {set: {"goods": mean, "services": mean}} over every published set, dimensionless.

    A mean is sum_s w_s theta_s / sum_s w_s over the sectors s of its kind, where w_s is the value of what crosses a
    border between regions of `world` in its base. theta is long-run, as published; `assumptions` may shift it, in all
    sets alike. A sector that the bundled table does not know counts as a good; a kind of which nothing crosses a
    border is left out.
    """
    traded = _traded(world)
    known = sector_table()
    goods = np.array([code not in known or known[code].kind == GOODS for code in world.sectors])
    kinds = {GOODS: np.where(goods, traded, 0.0), SERVICES: np.where(goods, 0.0, traded)}
    return {
        name: {
            kind: float(weights @ theta / weights.sum()) for kind, weights in kinds.items() if weights.any()
        }
        for name in Elasticities.available()
        for theta in (Elasticities.load(name, assumptions=assumptions).of(world),)
    }


def one_of_several(world: World, scenario: Scenario) -> str:
    """Return in two sentences how the set of `scenario` compares with the others; empty if nothing is traded."""
    means, chosen = mean_thetas(world, scenario.assumed), scenario.elasticities
    shifted = any(name.startswith("trade.elasticity.") for name in scenario.assumptions)
    own = means[chosen]
    if not own:
        return ""
    others = [found for name, found in means.items() if name != chosen]
    parts = [
        f"{own[kind]:.2f} for {kind}{why} (the {len(others)} others {_span([other[kind] for other in others])})"
        for kind, why in ((GOODS, ""), (SERVICES, ", which no study estimates"))
        if kind in own
    ]
    return (
        f"These results rest on one of {len(means)} published sets of trade elasticities, "
        f"{chosen}{', shifted by the assumptions of the scenario' if shifted else ''}. Weighted by this "
        f"world's trade between regions it averages {' and '.join(parts)}. Other sets give other results, and this one "
        "need not lie in the middle: blocs ensemble draws all of them and gives the spread."
    )


def _traded(world: World) -> Floats:
    """Return what crosses a border between regions by sector, US$ mn."""
    flows = world.accounts.flows
    return flows.sum(axis=(1, 2)) - np.trace(flows, axis1=1, axis2=2)


def _span(values: list[float]) -> str:
    low, high = f"{min(values):.2f}", f"{max(values):.2f}"
    return low if low == high else f"{low} to {high}"
