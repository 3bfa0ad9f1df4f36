"""The debt vector: what a run does to public debt, and what those who sell it do to the run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from blocs.data.assumptions import Assumptions
from blocs.engine.shocks import Shocks
from blocs.errors import DataError
from blocs.vectors.debt import flows
from blocs.vectors.debt.budget import Record, drivers_of, record_of
from blocs.vectors.debt.countries import load_case
from blocs.vectors.debt.europe import NAMES
from blocs.vectors.debt.measures import Fiscal, Growth, HolderRun, RatePath, ReserveShare
from blocs.vectors.debt.usa import DEFAULT, PUBLISHED
from blocs.world.measure import Measure
from blocs.world.world import World

if TYPE_CHECKING:
    import xarray as xr

    from blocs.engine.outcome import Outcome

COUNTRIES = ("USA", *NAMES)
IN_BASELINE = "us-tariffs-2025-26"  # duties that CBO's baseline of February 2026 already holds


@dataclass(frozen=True, eq=False)
class DebtState:
    """What debt remembers: the years behind it as deviations from the baseline, and who has sold how much."""

    world: World
    years: tuple[int, ...]
    assumptions: Assumptions
    baseline: str = DEFAULT
    measures: tuple[Measure, ...] = ()
    records: Mapping[int, Record] = field(default_factory=lambda: MappingProxyType({}))


class DebtVector:
    """Public debt, interest and the dollar; see `Vector`."""

    name = "debt"
    couples = False
    measures: tuple[type[Measure], ...] = (Fiscal, RatePath, Growth, HolderRun, ReserveShare)

    def start(self, world: World, years: Sequence[int], assumptions: Assumptions) -> DebtState:
        """Return the state before the first year: nothing has happened to debt yet."""
        return DebtState(world, tuple(years), assumptions)

    def shocks(
        self, state: DebtState, measures: Sequence[Measure], year: int, outcome: Outcome | None = None
    ) -> Shocks:
        """Return productivity of `growth`, and transfers: D'_USA = D_USA − sale − interest paid abroad.

        The sale is of Treasury securities by foreigners; the interest is what the measures and the years so far add to
        net interest, on the share that foreigners hold. Their deficits rise by the same, so transfers sum to
        zero. Raises DataError for an unknown holder, and for a baseline that already holds duties of the scenario.
        """
        mine = [m for m in measures if isinstance(m, self.measures)]
        if not mine:
            return Shocks.neutral()
        case = load_case("USA", baseline_of(measures), state.assumptions)
        case = case.until(max(year, case.years[-1]))
        owned = flows.owners(state.world, state.assumptions)
        leaving = flows.leaving(mine, year, state.years, state.assumptions, owned)
        abroad = flows.interest_abroad(
            case,
            drivers_of(case, state.records, mine, state.years, state.assumptions),
            mine,
            year,
            state.years,
            state.assumptions,
            owned,
        )
        paid = {name: leaving.get(name, 0.0) + abroad.get(name, 0.0) for name in {**leaving, **abroad}}
        changes = {"productivity": flows.productivity(mine, state.world, year, state.years)}
        if any(paid.values()):
            changes["transfer"] = flows.transfers(paid, state.world, case, year)
        return Shocks.of(state.world, **changes)

    def advance(
        self, state: DebtState, measures: Sequence[Measure], outcome: Outcome, year: int
    ) -> DebtState:
        """Return the state with the year's deviations of GDP, prices and customs."""
        mine = tuple(m for m in measures if isinstance(m, self.measures))
        if not mine:
            return state
        records = {**state.records, year: record_of(outcome, COUNTRIES)}
        return replace(
            state, baseline=baseline_of(measures), measures=mine, records=MappingProxyType(records)
        )

    def notes(self, state: DebtState, measures: Sequence[Measure], year: int) -> tuple[str, ...]:
        """Return which baseline holds, and what the sellers' table does not cover."""
        mine = [m for m in measures if isinstance(m, self.measures)]
        if not mine:
            return ()
        baseline = baseline_of(measures)
        lines = [
            f"US debt is measured against {baseline}; years are fiscal years, debt is held by the public."
        ]
        if baseline == PUBLISHED and any(_already(m) for m in measures):
            lines.append(
                f"The scenario holds the duties of 2025–26, which {DEFAULT} contains already: {PUBLISHED} is taken, so "
                "that they are counted once."
            )
        elif any(m.type in ("tariff", "tariff_schedule") for m in measures):
            lines.append(
                f"{baseline} already holds the duties of 2025–26: the scenario's come on top, on the customs of the "
                "law before them."
            )
        lines.append(
            "Interest that goes abroad goes where the securities are kept: what Luxembourg, Belgium, Ireland or "
            "Singapore gain by it belongs in part to others."
        )
        lines += flows.notes(mine, state.world)
        return tuple(lines)

    def indicators(self, state: DebtState, outcome: Outcome) -> xr.Dataset:
        """Return debt over GDP, interest, balances and rates by country, and the dollar's standing."""
        from blocs.vectors.debt.indicators import indicators

        return indicators(state)


def baseline_of(measures: Sequence[Measure]) -> str:
    """Return the US baseline of a scenario: what `fiscal` names, or the one that does not hold its duties yet."""
    named = {m.baseline for m in measures if isinstance(m, Fiscal) and m.country == "USA" and m.baseline}
    if len(named) > 1:
        raise DataError(f"two baselines at once: {', '.join(sorted(named))}; name one")
    held = any(_already(m) for m in measures)
    if not named:
        return PUBLISHED if held else DEFAULT
    (baseline,) = named
    if held and baseline == DEFAULT:
        raise DataError(
            f"{DEFAULT} already holds the duties of {IN_BASELINE}; with both they would be counted twice. Take "
            f"baseline: {PUBLISHED}"
        )
    return baseline


def _already(measure: Measure) -> bool:
    return measure.type == "tariff_schedule" and getattr(measure, "table", "") == IN_BASELINE
