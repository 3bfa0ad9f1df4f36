"""The industry vector: what governments pay and demand, what industries learn, and what they are denied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from blocs.data.assumptions import Assumptions
from blocs.engine.shocks import Shocks
from blocs.errors import DataError
from blocs.vectors.industry import content, learning
from blocs.vectors.industry.measures import Learning, LocalContent, Subsidy, TechnologyDenial
from blocs.vectors.trade_shocks import limits_of
from blocs.vectors.trade_targets import target
from blocs.world.accounts import Floats
from blocs.world.groups import resolve_regions
from blocs.world.measure import Measure
from blocs.world.world import World

if TYPE_CHECKING:
    import xarray as xr

    from blocs.engine.outcome import Outcome


@dataclass(frozen=True, eq=False)
class IndustryState:
    """The base, experience over its baseline (industry, region), and the trade elasticities of the run.

    `paid` are the output taxes and `rules` the content rules of the year that ended; `theta` is None before the first
    year has been solved.
    """

    world: World
    assumptions: Assumptions
    experience: Floats
    theta: Floats | None = None
    paid: Floats | None = None
    rules: tuple[content.Rule, ...] = ()


class IndustryVector:
    """Subsidies, learning by doing, technology denial and local-content rules; see `Vector`."""

    name = "industry"
    couples = True  # what a content rule adds to prices depends on them; experience is of earlier years
    measures: tuple[type[Measure], ...] = (Subsidy, Learning, TechnologyDenial, LocalContent)

    def start(self, world: World, years: Sequence[int], assumptions: Assumptions) -> IndustryState:
        """Return the state before the first year: experience as in the baseline."""
        return IndustryState(world, assumptions, np.ones(world.accounts.output.shape))

    def shocks(
        self, state: IndustryState, measures: Sequence[Measure], year: int, outcome: Outcome | None = None
    ) -> Shocks:
        """Return output taxes, productivity, availability, quotas and content premiums of the measures in force.

        Raises DataError for subsidies that pay all of the cost, learning rates or content rules that contradict each
        other, and (from the second year, when the run's trade elasticities are known) for a rate at or above 1/theta.
        """
        mine = [m for m in measures if isinstance(m, self.measures) and m.active(year)]
        if not mine:
            return Shocks.neutral()
        world = state.world
        embargoes = [m.embargo() for m in mine if isinstance(m, TechnologyDenial)]
        availability, quota, rent = limits_of(embargoes, world, year) if embargoes else (None, None, None)
        rules = content.rules_of([m for m in mine if isinstance(m, LocalContent)], world, year)
        return Shocks.of(
            world,
            tariff=content.tariff_of(rules, world, outcome),
            output_tax=output_tax_of([m for m in mine if isinstance(m, Subsidy)], world, year),
            productivity=self._productivity(state, [m for m in mine if isinstance(m, Learning)], year),
            availability=availability,
            quota=quota,
            quota_rent=rent,
        )

    def advance(
        self, state: IndustryState, measures: Sequence[Measure], outcome: Outcome, year: int
    ) -> IndustryState:
        """Return the state after `year`: experience has taken in the year's output if a scenario lets anyone learn."""
        mine = [m for m in measures if m.active(year)]
        ended = replace(
            state,
            paid=output_tax_of([m for m in mine if isinstance(m, Subsidy)], state.world, year),
            rules=content.rules_of([m for m in mine if isinstance(m, LocalContent)], state.world, year),
        )
        if not any(isinstance(m, Learning) for m in measures):
            return ended
        return replace(
            ended,
            experience=learning.remembered(state.experience, outcome, state.assumptions[learning.FORGETTING]),
            theta=learning.theta_of(outcome, state.assumptions),
        )

    def notes(self, state: IndustryState, measures: Sequence[Measure], year: int) -> tuple[str, ...]:
        """Return coverage of groups, and what denial and learning do not say."""
        lines: list[str] = []
        for measure in (m for m in measures if isinstance(m, self.measures) and m.active(year)):
            if isinstance(measure, TechnologyDenial):
                lines += target(measure.embargo(), state.world, year).notes
                lines.append(
                    "industry: denial stops all sales of the goods, to industries and to households: the engine "
                    "sources each good once for all its users"
                )
                continue
            if isinstance(measure, Subsidy | LocalContent):
                lines += resolve_regions(measure.by, state.world.regions, year).coverage
            elif isinstance(measure, Learning):
                lines += resolve_regions(measure.regions, state.world.regions, year).coverage
                lines.append("industry: learning acts from the year after the first change of output")
            if isinstance(measure, LocalContent):
                if measure.local is not None:
                    lines += resolve_regions(measure.local, state.world.regions, year).coverage
                lines.append(
                    "industry: a content rule binds all buyers of the good, industries and households, and is kept: "
                    "nobody pays a duty to be free of it"
                )
        return tuple(dict.fromkeys(lines))

    def indicators(self, state: IndustryState, outcome: Outcome) -> xr.Dataset:
        """Return self-reliance, manufacturing, subsidies, content rules and experience; see `watch.indicators`."""
        from blocs.vectors.industry.watch import indicators

        return indicators(state, outcome)

    def _productivity(self, state: IndustryState, mine: Sequence[Learning], year: int) -> Floats | None:
        if not mine:
            return None
        rate = learning.rates(mine, state.world, year, state.assumptions)
        if state.theta is None:
            return None
        learning.refuse_too_steep(rate, state.theta, state.world)
        if (state.experience == 1.0).all():
            return None
        return learning.productivity(state.experience, rate)


def output_tax_of(measures: Sequence[Subsidy], world: World, year: int) -> Floats | None:
    """Return output taxes (industry, region), below zero where an industry is subsidised; None without subsidies."""
    if not measures:
        return None
    rate = np.zeros(world.accounts.output.shape)
    for measure in measures:
        rate[np.ix_(*learning.where(measure.goods, measure.by, world, year))] += measure.rate
    if (rate >= 1.0).any():
        k, j = np.argwhere(rate >= 1.0)[0]
        raise DataError(
            f"subsidies pay {rate[k, j]:.0%} of the cost of {world.sectors[k]} in {world.regions[j]} in {year}; "
            "together they must stay below 100%"
        )
    return -rate


def fiscal_cost(paid: Floats | None, outcome: Outcome) -> Floats:
    """Return what subsidies cost (region,), US$ mn in units of the numeraire: -o/(1+o) of sales, summed."""
    output = outcome.output.values
    if paid is None:
        return np.zeros(output.shape[1])
    return (-paid / (1.0 + paid) * output).sum(axis=0)
