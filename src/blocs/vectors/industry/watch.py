"""What the industry vector watches in a year: self-reliance, manufacturing, subsidies, content rules, experience."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from blocs.vectors.industry import content
from blocs.vectors.industry.vector import IndustryState, fiscal_cost
from blocs.world.accounts import Floats
from blocs.world.balance import ratio
from blocs.world.groups import resolve_goods
from blocs.world.observatory import strategic_sectors
from blocs.world.world import World

if TYPE_CHECKING:
    import xarray as xr

    from blocs.engine.outcome import Outcome


def indicators(state: IndustryState, outcome: Outcome) -> xr.Dataset:
    """Return by region: self_reliance, manufacturing shares, the cost of subsidies; content rules by good and region;
    experience by industry and region.

    `self_reliance`: home's share in all purchases of strategic goods, fraction; exact, because it asks of no user
    where its inputs come from (look-through content does: `blocs industry`). `manufacturing_share` of value added and
    `manufacturing_jobs` of labour, %, and `_base`. `subsidy_cost`: US$ mn (numeraire), `subsidy_cost_share`: % of GDP.
    `experience`: ratio to the baseline, at the end of the year. `local_share`, `_base` and `_required`: the local share
    of what is bought of a good under a content rule, NaN without one; `content_premium`: how much more imports cost
    against local goods because of it, % of their value at the border, 0 where the rule is slack.
    """
    import xarray as xr

    world = state.world
    solution, base = outcome.solution, outcome.base.accounts
    assert solution is not None, "indicators are read of years that converged"
    rows = strategic_goods(world)
    making = [world.sectors.index(code) for code in resolve_goods(["manufacturing"], world.sectors)]
    cost = fiscal_cost(state.paid, outcome)
    labour = base.value_added * base.labour_share
    jobs = solution.labour_bill * np.exp(-solution.wage)[None, :]
    value_added = solution.labour_bill + solution.capital_bill
    fields = {
        "self_reliance": (
            _home_share(solution.flows, rows),
            "fraction",
            "home in purchases of strategic goods",
        ),
        "self_reliance_base": (_home_share(base.flows, rows), "fraction", "the same, base"),
        "manufacturing_share": (_part(value_added, making), "% of value added", "manufacturing"),
        "manufacturing_share_base": (_part(base.value_added, making), "% of value added", "the same, base"),
        "manufacturing_jobs": (_part(jobs, making), "% of labour", "labour in manufacturing"),
        "manufacturing_jobs_base": (_part(labour, making), "% of labour", "the same, base"),
        "subsidy_cost": (cost, "US$ mn", "what subsidies cost"),
        "subsidy_cost_share": (100.0 * cost / solution.income, "% of GDP", "what subsidies cost"),
    }
    data = {
        name: (("region",), values, {"unit": unit, "long_name": words})
        for name, (values, unit, words) in fields.items()
    }
    return xr.Dataset(
        {
            **data,
            "experience": (
                ("user", "region"), state.experience, {"unit": "ratio to the baseline", "long_name": "experience"},
            ),
            **_content(state, outcome),
        },
        coords={"region": list(world.regions), "user": list(world.sectors), "good": list(world.sectors)},
    )  # fmt: skip


def _content(
    state: IndustryState, outcome: Outcome
) -> dict[str, tuple[tuple[str, str], Floats, dict[str, str]]]:
    """Return the variables of content rules (good, region)."""
    fields = {
        "local_share": ("fraction", "local in purchases of a good under a content rule"),
        "local_share_base": ("fraction", "the same, base"),
        "local_share_required": ("fraction", "what the rule requires"),
        "content_premium": ("% of value at the border", "imports against local goods because of the rule"),
    }
    values = {name: np.full((len(state.world.sectors), len(state.world.regions)), np.nan) for name in fields}
    now, before = content.border_value(outcome), outcome.base.accounts.flows
    for rule in state.rules:
        at = (rule.good, rule.region)
        values["local_share"][at] = content.share_of(rule, now)
        values["local_share_base"][at] = content.share_of(rule, before)
        values["local_share_required"][at] = rule.share
        values["content_premium"][at] = 100.0 * abs(content.own_rate(rule, outcome)) / (1.0 - rule.share)
    return {
        name: (("good", "region"), values[name], {"unit": unit, "long_name": words})
        for name, (unit, words) in fields.items()
    }


def strategic_goods(world: World) -> list[int]:
    """Return the positions of the world's goods that belong to a strategic sector of either plan."""
    named = {row.industry for row in strategic_sectors()}
    return [k for k, code in enumerate(world.sectors) if code in named]


def _home_share(flows: Floats, rows: list[int]) -> Floats:
    bought = flows[rows].sum(axis=0)
    return ratio(np.diagonal(bought).copy(), bought.sum(axis=0))


def _part(values: Floats, rows: list[int]) -> Floats:
    return 100.0 * ratio(values[rows].sum(axis=0), values.sum(axis=0))
