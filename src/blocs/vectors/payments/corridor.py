"""One corridor looked at closely: its rails, what each year costs, and what losing SWIFT would cost, over mu.

No equilibrium is solved: costs are by corridor, before trade answers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from blocs.data.assumptions import Assumptions
from blocs.errors import DataError
from blocs.vectors.payments.acting import MEASURES
from blocs.vectors.payments.measures import CutOff
from blocs.vectors.payments.network import Corridors, Memory, begin, corridors
from blocs.vectors.payments.rails import OUTSIDE, RAILS, base_of, base_year, trade_between
from blocs.world.measure import Measure
from blocs.world.world import World

MU = "payments.mu"


@dataclass(frozen=True)
class Cost:
    """Settlement cost of the corridor at one `mu`, change in %: in the year asked for, and each year without SWIFT."""

    mu: float
    with_measures: float
    without_swift: tuple[float, ...]
    without_any: float


@dataclass(frozen=True)
class Corridor:
    """The pair, the year, shares by rail (outside option last) and costs at both ends and the value of mu."""

    one: str
    two: str
    year: int
    trade: float
    rails: tuple[str, ...]
    base: tuple[float, ...]
    now: tuple[float, ...]
    without_swift: tuple[float, ...]
    costs: tuple[Cost, ...]
    years: tuple[int, ...]


def corridor(
    world: World,
    one: str,
    two: str,
    measures: Sequence[Measure] = (),
    years: Sequence[int] = (),
    assumptions: Assumptions | None = None,
    *,
    horizon: int = 5,
) -> Corridor:
    """Return the corridor between `one` and `two` in the last of `years` (default: the base year) under `measures`.

    The columns without SWIFT close it for `one` in all corridors, from the year asked for and for `horizon` years:
    what is left in the first, and how it heals. Raises DataError for an unknown region, or one named twice.
    """
    i, j = world.region_index(one), world.region_index(two)
    if i == j:
        raise DataError(f"{one} and {two} are one country; a corridor needs two")
    given = Assumptions.default() if assumptions is None else assumptions
    span = tuple(years) or (base_year(world),)
    entry = given.entry(MU)
    scales = tuple(dict.fromkeys((entry.range[0], given[MU], entry.range[1])))
    found = {mu: _paths(world, i, j, measures, span, given.replace({MU: mu}), horizon) for mu in scales}
    base, now, cut, _ = found[given[MU]]
    trade = trade_between(world.accounts.flows)[i, j]
    return Corridor(
        world.regions[i], world.regions[j], span[-1], float(trade), (*RAILS, OUTSIDE), base, now, cut,
        tuple(found[mu][3] for mu in scales), tuple(range(span[-1], span[-1] + horizon)),
    )  # fmt: skip


def _paths(
    world: World,
    i: int,
    j: int,
    measures: Sequence[Measure],
    years: Sequence[int],
    given: Assumptions,
    horizon: int,
) -> tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...], Cost]:
    """Return shares in the base, now and without SWIFT, and the costs."""
    trade = trade_between(world.accounts.flows)
    base = base_of(world, given)

    def year_of(memory: Memory, active: Sequence[Measure], year: int) -> tuple[Corridors, Memory]:
        return corridors(world, base, trade, memory, active, given, year)

    def acting(year: int) -> list[Measure]:
        return [m for m in measures if isinstance(m, MEASURES) and m.active(year)]

    memory = begin(world)
    for year in years[:-1]:
        memory = year_of(memory, acting(year), year)[1]
    now, _ = year_of(memory, acting(years[-1]), years[-1])
    cut = [*acting(years[-1]), CutOff(rail="swift", of=[world.regions[i]])]
    gone: list[Corridors] = []
    for year in range(years[-1], years[-1] + horizon):
        found, memory = year_of(memory, cut, year)
        gone.append(found)
    losing = [100.0 * float(found.change[i, j]) for found in gone]
    start, _ = year_of(begin(world), [], base_year(world))
    nothing = _without_any(given)
    cost = Cost(given[MU], 100.0 * float(now.change[i, j]), tuple(losing), 100.0 * nothing)
    return (
        tuple(float(x) for x in start.shares[:, i, j]),
        tuple(float(x) for x in now.shares[:, i, j]),
        tuple(float(x) for x in gone[0].shares[:, i, j]),
        cost,
    )


def _without_any(given: Assumptions) -> float:
    """Return the cost of a corridor that has lost every rail: the cap, and what the outside option was worth."""
    mu, cap = given[MU], given["payments.outside.cap"]
    return cap + math.log1p(math.exp(-mu * cap)) / mu


def document(found: Corridor, scenario: str | None) -> dict[str, Any]:
    """Return `blocs.corridor/1`; `scenario` is the name of the one whose measures are in force."""
    facts = asdict(found)
    return {
        "schema": "blocs.corridor/1",
        "scenario": scenario,
        "one": found.one,
        "two": found.two,
        "year": found.year,
        "trade_usd_mn": round(found.trade, 3),
        "rails": [
            {"rail": rail, "base": base, "now": now, "without_swift": gone}
            for rail, base, now, gone in zip(
                found.rails, found.base, found.now, found.without_swift, strict=True
            )
        ],
        "years_without_swift": list(found.years),
        "cost_percent": facts["costs"],
    }
