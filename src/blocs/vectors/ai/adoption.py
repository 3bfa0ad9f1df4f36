"""Adoption of AI by industry and region: a logistic path under limits of power and compute, and what it does.

With L the share of production that uses AI, c its ceiling and v its speed, a year of free adoption is

    L' = c / (1 + (c/L - 1) exp(-v))

and limits cap it, counted from the level L0 of the year before a limit begins (n years of it, g growth):

    power      (L' - L0) w need <= share ((1 + g)^n - 1)         w: share of adopting industries in value added
    compute    L' <= L0 (1 + g)^n

What has been adopted stays. Productivity of industry k in region j rises by

    log A = beta (value added over output) x log(1 + gain x exposure x (L - L_start))
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from blocs.data.assumptions import Assumptions
from blocs.errors import DataError
from blocs.vectors.ai.demand import gdp, here
from blocs.vectors.ai.industries import exposure, reached
from blocs.vectors.ai.measures import (
    KNOWN,
    AiAdoption,
    ComputeLimit,
    OpenRelease,
    PowerLimit,
    check_path,
)
from blocs.vectors.wording import shown
from blocs.world.accounts import Floats
from blocs.world.groups import resolve_regions
from blocs.world.measure import Measure
from blocs.world.observatory import electricity, electricity_growth
from blocs.world.world import World

OBSERVED = (2013, 2023)  # years of the growth of generation that a power limit takes if none is given


@dataclass(frozen=True, eq=False)
class Path:
    """One measure's adoption in a year by region: `share` reached, `free` of limits in that year, what binds.

    All (region,); 0 in regions it does not act on. `share` and `start` are of the adopting industries' production.
    """

    measure: AiAdoption
    acting: Floats
    start: float
    share: Floats
    free: Floats
    power_binds: Floats
    compute_binds: Floats

    @property
    def added(self) -> Floats:
        """L - L_start (region,)."""
        return (self.share - self.start) * self.acting


def paths(
    measures: Sequence[Measure], world: World, year: int, years: Sequence[int], assumptions: Assumptions
) -> tuple[Path, ...]:
    """Return the adoption of every `ai_adoption` begun by `year`.

    Raises DataError for paths that cannot rise, two that overlap, and a power limit where generation is not known.
    """
    adopting = _adopting(measures, year)
    _check_overlap(adopting, world, year)
    width = _width(adopting, world, year)
    return tuple(_path(m, measures, width, world, year, years, assumptions) for m in adopting)


def productivity(found: Sequence[Path], world: World, assumptions: Assumptions) -> Floats:
    """Return the hat of productivity (industry, region)."""
    accounts = world.accounts
    beta = np.divide(
        accounts.value_added, accounts.output, out=np.zeros_like(accounts.output), where=accounts.output > 0.0
    )
    return np.exp(beta * log_gain(found, world, assumptions))


def log_gain(found: Sequence[Path], world: World, assumptions: Assumptions) -> Floats:
    """Return log(1 + gain x exposure x adoption added) (industry, region): growth of productivity of value added."""
    exposed = exposure(world, assumptions)
    total = np.zeros(world.accounts.output.shape)
    for path in found:
        gain = assumptions["ai.gain.exposed"] if path.measure.gain is None else path.measure.gain
        total += np.log1p(gain * np.outer(exposed * reached(world, path.measure.preset), path.added))
    return total


def compute_spending(found: Sequence[Path], world: World, assumptions: Assumptions) -> Floats:
    """Return spending that moves to electronics, and away from all goods in proportion (good, region), US$ mn.

    The columns sum to zero: adopters buy compute instead of something else.
    """
    extra = assumptions["ai.compute.spending"] * gdp(world.accounts) * adopted(found, world)
    final = world.accounts.final
    moved = -final / final.sum(axis=0) * extra
    if extra.any():
        moved[world.sectors.index(here("C26", world))] += extra
    return moved


def adopted(found: Sequence[Path], world: World) -> Floats:
    """Return adoption added, as a share of all value added (region,)."""
    shares = _value_added_share(world)
    total = np.zeros(len(world.regions))
    for path in found:
        total += path.added * (reached(world, path.measure.preset) @ shares)
    return total


def need_per_adoption(world: World, assumptions: Assumptions) -> Floats:
    """Return electricity of data centres over generation per unit of adoption added (region,)."""
    host = np.array([region == KNOWN for region in world.regions])
    return np.where(host, assumptions["ai.power.host"], assumptions["ai.power.elsewhere"])


def _path(
    measure: AiAdoption,
    measures: Sequence[Measure],
    width: Floats,
    world: World,
    year: int,
    years: Sequence[int],
    assumptions: Assumptions,
) -> Path:
    """Walk the path of one measure from its first year to `year`."""
    start = assumptions["ai.adoption.start"] if measure.start is None else measure.start
    ceiling = assumptions["ai.adoption.ceiling"] if measure.ceiling is None else measure.ceiling
    speed = assumptions["ai.adoption.speed"] if measure.speed is None else measure.speed
    try:
        check_path(start, ceiling)
    except ValueError as error:
        raise DataError(f"{error}; change the measure, ai.adoption.start or ai.adoption.ceiling") from error
    acting = _mask(measure.region, world, year)
    first = years[0] if measure.years is None else measure.years.first
    last = year if measure.years is None or measure.years.last is None else min(year, measure.years.last)
    share = free = np.full(len(world.regions), start)
    began: dict[int, Floats] = {}
    power = compute = np.zeros(len(world.regions))
    for each in range(first, last + 1):
        cheap_ceiling, cheap_speed = _access(measures, world, each, assumptions)
        top = np.minimum(ceiling * cheap_ceiling, 1.0)
        free = top / (1.0 + (np.maximum(top / share, 1.0) - 1.0) * np.exp(-speed * cheap_speed))
        by_power = _power_cap(measures, began, share, width, world, each, years, assumptions)
        by_compute = _compute_cap(measures, began, share, world, each, years)
        after = np.maximum(share, np.minimum(free, np.minimum(by_power, by_compute)))
        power = ((by_power < free) & (by_power <= by_compute)) * acting
        compute = ((by_compute < free) & (by_compute < by_power)) * acting
        share = after
    return Path(measure, acting, start, share * acting, free * acting, power, compute)


def _access(
    measures: Sequence[Measure], world: World, year: int, assumptions: Assumptions
) -> tuple[Floats, Floats]:
    """Return the factors on ceiling and speed of open releases in `year` (region,)."""
    log_cost = np.zeros(len(world.regions))
    for m in measures:
        if isinstance(m, OpenRelease) and m.active(year):
            log_cost += math.log1p(-m.cost_fall) * _gaining(m, world, year)
    return (
        np.exp(-assumptions["ai.open_release.ceiling"] * log_cost),
        np.exp(-assumptions["ai.open_release.speed"] * log_cost),
    )


def _power_cap(
    measures: Sequence[Measure],
    began: dict[int, Floats],
    share: Floats,
    width: Floats,
    world: World,
    year: int,
    years: Sequence[int],
    assumptions: Assumptions,
) -> Floats:
    cap = np.full(len(world.regions), np.inf)
    need = need_per_adoption(world, assumptions) * np.maximum(width, 1e-9)
    for number, m in enumerate(measures):
        if isinstance(m, PowerLimit) and m.active(year):
            before = began.setdefault(number, share)
            n = year - (years[0] if m.years is None else m.years.first) + 1
            part = assumptions["ai.power.share"] if m.share is None else m.share
            room = part * ((1.0 + growth_of(m, world, year)) ** n - 1.0)
            cap = np.where(_mask(m.region, world, year) > 0.0, np.minimum(cap, before + room / need), cap)
    return cap


def _compute_cap(
    measures: Sequence[Measure],
    began: dict[int, Floats],
    share: Floats,
    world: World,
    year: int,
    years: Sequence[int],
) -> Floats:
    cap = np.full(len(world.regions), np.inf)
    for number, m in enumerate(measures):
        if isinstance(m, ComputeLimit) and m.active(year):
            before = began.setdefault(number, share)
            n = year - (years[0] if m.years is None else m.years.first) + 1
            cap = np.where(
                _mask(m.region, world, year) > 0.0, np.minimum(cap, before * (1.0 + m.growth) ** n), cap
            )
    return cap


def growth_of(measure: PowerLimit, world: World, year: int) -> Floats:
    """Return the growth of generation a limit allows (region,), 0 elsewhere; a fall in the past counts as none.

    Raises DataError for a region whose generation is not known.
    """
    rates = np.zeros(len(world.regions))
    for code in resolve_regions(list(measure.region), world.regions, year).codes:
        if measure.growth is None and code not in electricity():
            raise DataError(
                f"the growth of generation in {code} is not known; say it in the measure: growth: 0.02"
            )
        rate = measure.growth
        rates[world.regions.index(code)] = (
            max(electricity_growth(code, *OBSERVED), 0.0) if rate is None else rate
        )
    return rates


def _gaining(measure: OpenRelease, world: World, year: int) -> Floats:
    return _mask(measure.region, world, year) * (1.0 - _mask(measure.frontier, world, year))


def _mask(names: Sequence[str], world: World, year: int) -> Floats:
    codes = resolve_regions(list(names), world.regions, year).codes
    return np.isin(world.regions, codes).astype(np.float64)


def _value_added_share(world: World) -> Floats:
    value_added = world.accounts.value_added
    return value_added / value_added.sum(axis=0)


def _width(adopting: Sequence[AiAdoption], world: World, year: int) -> Floats:
    """Return the share of value added that adopts, by any measure (region,): all of it draws on the same grid."""
    shares = _value_added_share(world)
    total = np.zeros(len(world.regions))
    for m in adopting:
        total += _mask(m.region, world, year) * (reached(world, m.preset) @ shares)
    return total


def _check_overlap(adopting: Sequence[AiAdoption], world: World, year: int) -> None:
    taken = np.zeros((len(world.sectors), len(world.regions)))
    for m in adopting:
        cells = np.outer(reached(world, m.preset), _mask(m.region, world, year))
        if not cells.any():
            raise DataError(f"`{m.plain_words()}` reaches no industry of {world.name}; take the world 81x50")
        both = np.argwhere(taken * cells)
        if both.size:
            s, j = both[0]
            raise DataError(
                f"{world.sectors[s]} in {world.regions[j]} adopts AI by two measures at once; take one of them out"
            )
        taken += cells


def idle(measures: Sequence[Measure], world: World, year: int) -> tuple[str, ...]:
    """Return a line for each limit or release in force that meets no adopter in its regions."""
    covered = np.zeros(len(world.regions))
    for m in _adopting(measures, year):
        covered = np.maximum(covered, _mask(m.region, world, year))
    lines = []
    for m in measures:
        if isinstance(m, (PowerLimit, ComputeLimit, OpenRelease)) and m.active(year):
            hit = _gaining(m, world, year) if isinstance(m, OpenRelease) else _mask(m.region, world, year)
            if not (hit * covered).any():
                lines.append(
                    f"{m.type} of {shown(m.region)} changes nothing: no ai_adoption is under way there"
                )
    return tuple(lines)


def _adopting(measures: Sequence[Measure], year: int) -> list[AiAdoption]:
    return [m for m in measures if isinstance(m, AiAdoption) and m.felt(year)]
