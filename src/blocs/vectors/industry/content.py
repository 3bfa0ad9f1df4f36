"""Local-content rules as what they are to a buyer: a tax on imports that pays a subsidy on home goods, and no revenue.

Whoever buys a good must have at least the share c of its value from inside the area H. Values V_i are at the border:
with export duties, before import duties. The cheapest bundle that obeys is the one bought freely when every import
costs mu c more and everything local mu (1 - c) less, as rates on V, with

    mu >= 0,    sum_{i in H} V_i >= c sum_i V_i,    mu (sum_{i in H} V_i - c sum_i V_i) = 0

(Grossman 1981). What the rates raise is mu (c sum_{i not in H} V_i - (1 - c) sum_{i in H} V_i), which is zero where the
rule binds: the premium stays with the buyer as a dearer bundle and with local makers as sales. The rates are found in
closed form at given producer prices, V_i(mu) ~ V_i(0) ((1 + t_i + r_i(mu))/(1 + t_i))^(-theta - 1), and jointly with
the economy by the passes of `blocs.study.coupling`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from blocs.errors import DataError
from blocs.vectors.industry.learning import where
from blocs.vectors.industry.measures import LocalContent
from blocs.world.accounts import Floats
from blocs.world.groups import resolve_regions
from blocs.world.world import World

if TYPE_CHECKING:
    from blocs.engine.outcome import Outcome

_HALVINGS = 200  # of the interval in which mu lies: to the last bit
_LOWEST = 0.05  # of what others' rates leave of a price, in a pass that starts from a year with another rule


@dataclass(frozen=True, eq=False)
class Rule:
    """One rule: of `good` bought in `region`, the share `share` from the regions `local` (region,) or more."""

    good: int
    region: int
    share: float
    local: Floats

    def rates(self, premium: float) -> Floats:
        """Return what mu = `premium` adds to the rates of import duty (origin,); home goods get a negative one."""
        return premium * (self.share - self.local)


def rules_of(measures: Sequence[LocalContent], world: World, year: int) -> tuple[Rule, ...]:
    """Return the rules in force; DataError for two on one good in one region, or where nobody local sells it."""
    found: dict[tuple[int, int], Rule] = {}
    for measure in measures:
        inside = np.zeros(len(world.regions))
        if measure.local is not None:
            codes = resolve_regions(list(measure.local), world.regions, year).codes
            inside[[world.regions.index(code) for code in codes]] = 1.0
        goods, regions = where(measure.goods, measure.by, world, year)
        for k in goods:
            for j in regions:
                local = inside.copy()
                local[j] = 1.0
                rule = Rule(k, j, measure.share, local)
                _refuse(rule, found, world, year)
                found[k, j] = rule
    return tuple(found.values())


def _refuse(rule: Rule, found: dict[tuple[int, int], Rule], world: World, year: int) -> None:
    good, region = world.sectors[rule.good], world.regions[rule.region]
    if (rule.good, rule.region) in found:
        raise DataError(
            f"two content rules for {good} in {region} in {year}, {found[rule.good, rule.region].share:g} and "
            f"{rule.share:g}; keep one"
        )
    bought = world.accounts.flows[rule.good, :, rule.region]
    if bought.sum() > 0.0 and not (bought * rule.local).sum() > 0.0:
        raise DataError(
            f"{region} cannot have {rule.share:.0%} of its {good} from local makers: there are none that sell it "
            f"there; leave {good} out of `goods`, or name in `local` regions that do"
        )


def tariff_of(rules: Sequence[Rule], world: World, outcome: Outcome | None) -> Floats | None:
    """Return what the rules add to import duty (good, origin, destination) at the prices of `outcome`; None if nothing.

    Before there is an outcome nothing is known of prices, and the rules wait for the first one.
    """
    if outcome is None or not rules:
        return None
    rates = np.zeros(world.accounts.flows.shape)
    theta = outcome.elasticities.of(outcome.base)
    value, duty = border_value(outcome), applied(outcome)
    for rule in rules:
        at = (rule.good, slice(None), rule.region)
        old = -own_rate(rule, outcome) / (1.0 - rule.share)
        free = duty[at] - rule.rates(old)
        # the rates of another year's rule do not fit this one; the next pass has this year's
        free = np.maximum(free, _LOWEST - 1.0)
        unbound = value[at] * ((1.0 + duty[at]) / (1.0 + free)) ** (theta[rule.good] + 1.0)
        rates[at] = rule.rates(_premium(rule, unbound, 1.0 + free, theta[rule.good], world))
    return rates if rates.any() else None


def border_value(outcome: Outcome) -> Floats:
    """Return V (good, origin, destination): paid before import duty, export duties and exporters' rents in it."""
    from blocs.engine.quotas import EXPORTER

    value, shocks = outcome.bare_flows, outcome.shocks
    if shocks.export_tax is not None:
        value = value * (1.0 + shocks.export_tax)
    if shocks.quota is not None:
        theirs = True if shocks.quota_rent is None else shocks.quota_rent == EXPORTER
        value = value * np.where(theirs, 1.0 + outcome.licence_price.values / 100.0, 1.0)
    return value


def applied(outcome: Outcome) -> Floats:
    """Return the rates of import duty in `outcome` (good, origin, destination), those of content rules included."""
    base = outcome.base.accounts.tariff
    return base if outcome.shocks.tariff is None else base + outcome.shocks.tariff


def own_rate(rule: Rule, outcome: Outcome) -> float:
    """Return what `outcome` adds to the duty on home sales, -mu (1 - c): only a content rule ever does."""
    added = outcome.shocks.tariff
    return 0.0 if added is None else min(0.0, float(added[rule.good, rule.region, rule.region]))


def share_of(rule: Rule, value: Floats) -> float:
    """Return the local share of `value` (good, origin, destination) under `rule`; NaN where nothing is bought."""
    bought = value[rule.good, :, rule.region]
    total = float(bought.sum())
    return float(bought @ rule.local) / total if total > 0.0 else float("nan")


def _premium(rule: Rule, unbound: Floats, price: Floats, theta: float, world: World) -> float:
    """Return mu at given producer prices: `unbound` is V (origin,) without the rule, `price` 1 + t of others."""
    inside = rule.local > 0.0
    if not (unbound[inside] > 0.0).any():
        if not (unbound > 0.0).any():
            return 0.0
        raise DataError(
            f"{world.regions[rule.region]} cannot have {rule.share:.0%} of its {world.sectors[rule.good]} from local "
            "makers: what they sold there is under embargo"
        )

    def short(premium: float) -> bool:
        with np.errstate(over="ignore"):
            value = unbound * ((price + rule.rates(premium)) / price) ** (-theta - 1.0)
        home = value[inside].sum()
        return not np.isinf(home) and bool(home < rule.share * value.sum())

    if not short(0.0):
        return 0.0
    # at the upper end the cheapest local maker's goods cost nothing
    low, high = 0.0, float(price[inside & (unbound > 0.0)].min() / (1.0 - rule.share))
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        low, high = (middle, high) if short(middle) else (low, middle)
    return 0.5 * (low + high)
