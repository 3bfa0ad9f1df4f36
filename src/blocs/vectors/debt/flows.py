"""Foreign sales of Treasury securities: who sells what in a year, what leaves the country, what it does to rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from blocs.data.assumptions import Assumptions
from blocs.errors import DataError, unknown
from blocs.vectors.debt.case import Case
from blocs.vectors.debt.dollar import (
    CENTRES,
    OFFICIAL,
    OTHER,
    TOTAL,
    held_by,
    holdings,
    latest_month,
    premium_lost,
    price_impact,
    reserve_share,
)
from blocs.vectors.debt.measures import Growth, HolderRun, ReserveShare
from blocs.vectors.debt.project import Drivers, project
from blocs.world.accounts import Floats
from blocs.world.measure import Measure
from blocs.world.tables import REST, country_table
from blocs.world.world import World


def sold(
    measure: HolderRun, year: int, years: Sequence[int], owned: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Return what each holder sells in `year`, US$ bn: its share in equal parts over the years in force.

    owned: who owns what (`owners`), for a run by all or by official holders; None: as published, by custodian.
    """
    span = [y for y in years if measure.active(y)]
    if year not in span:
        return {}
    parts: dict[str, float] = {}
    for holder in measure.holders:
        if holder in (TOTAL, OFFICIAL):  # who the official holders are is not published
            part = held_by(holder) / held_by(TOTAL)
            amounts = {name: part * held for name, held in (owned or published()).items()}
        else:
            amounts = {holder: held_by(holder)}
        for name, amount in amounts.items():
            parts[name] = parts.get(name, 0.0) + measure.share * amount / len(span)
    return parts


def dollar_share(measures: Sequence[Measure], year: int, years: Sequence[int]) -> float:
    """Return the dollar's share of reserves at the end of `year`, a fraction."""
    share = reserve_share()
    for measure in measures:
        if isinstance(measure, ReserveShare):
            span = [y for y in years if measure.active(y)]
            done = sum(y <= year for y in span)
            if span and done:
                share += (measure.share - share) * done / len(span)
    return share


def leaving(
    measures: Sequence[Measure],
    year: int,
    years: Sequence[int],
    assumed: Assumptions,
    owned: Mapping[str, float],
) -> dict[str, float]:
    """Return the proceeds that leave the United States in `year` by seller, US$ bn.

    A falling share of reserves makes official holders sell in proportion; who they are is not published, so their
    sales are spread like all foreign holdings, by owner (`owners`).
    """
    out: dict[str, float] = {}
    for measure in measures:
        if isinstance(measure, HolderRun):
            for name, amount in sold(measure, year, years, owned).items():
                out[name] = out.get(name, 0.0) + measure.leaving * amount
        elif isinstance(measure, ReserveShare):
            before = dollar_share(measures, year - 1, years)
            now = dollar_share(measures, year, years)
            official = assumed["debt.dollar.official_share"] * held_by(TOTAL)
            amount = measure.leaving * official * (before - now) / reserve_share()
            whole = held_by(TOTAL)
            for name, held in owned.items():
                out[name] = out.get(name, 0.0) + amount * held / whole
    return {name: amount for name, amount in out.items() if amount != 0.0}


def interest_abroad(
    case: Case,
    drivers: Drivers,
    measures: Sequence[Measure],
    year: int,
    years: Sequence[int],
    assumed: Assumptions,
    owned: Mapping[str, float],
) -> dict[str, float]:
    """Return what foreigners earn more on Treasury securities in `year` than in the baseline, US$ bn by owner.

    The share they hold falls with what they have sold. Empty before the baseline begins.
    """
    if year not in case.years:
        return {}
    n = case.years.index(year)
    more = float(project(case, drivers, assumptions=assumed).net_interest[n] - case.net_interest[n])
    runs = [m for m in measures if isinstance(m, HolderRun)]
    gone = sum(sum(sold(m, y, years).values()) for m in runs for y in years if y <= year)
    whole = held_by(TOTAL)
    share = assumed["debt.dollar.foreign_share"] * max(1.0 - gone / whole, 0.0)
    if abs(more) < 1e-6 * case.net_interest[n]:  # no more than the rounding of the recursion
        return {}
    return {name: share * more * held / whole for name, held in owned.items()}


def published() -> dict[str, float]:
    """Return holdings by country as the Treasury counts them, where they are kept, US$ bn."""
    return {name: held.usd_bn for name, held in holdings().items() if name not in (TOTAL, OFFICIAL)}


def owners(world: World, assumed: Assumptions) -> dict[str, float]:
    """Return who owns the Treasury securities that foreigners hold, US$ bn; the sum is the published one.

    Custodial centres keep for others what exceeds the ratio of holdings to value added of all other foreigners:

        own[c] = H[c] - custody (H[c] - min(H[c], r VA[c])),    r = sum of H over sum of VA, of the others

    and what they keep for others belongs to the others in proportion to their holdings. A centre that is no region of
    `world` has no value added of its own in it. custody: `debt.dollar.custody`, 0 is the published table.
    """
    held, regions = published(), list(world.regions)
    added = dict(zip(regions, world.accounts.value_added.sum(axis=0) / 1e3, strict=True))
    centres = [name for name in CENTRES if name in held]
    others = {name: amount for name, amount in held.items() if name not in centres}
    abroad = sum(amount for region, amount in added.items() if region not in (*centres, "USA"))
    ratio = sum(others.values()) / abroad
    kept = {
        name: assumed["debt.dollar.custody"] * max(held[name] - ratio * added.get(name, 0.0), 0.0)
        for name in centres
    }
    more = sum(kept.values()) / sum(others.values())
    return {name: held[name] - kept[name] if name in kept else (1.0 + more) * held[name] for name in held}


def productivity(measures: Sequence[Measure], world: World, year: int, years: Sequence[int]) -> Floats | None:
    """Return productivity hats (user, region) of `growth` in `year`; None where no measure has begun.

    Hat = (1 + rate)^(years in force · value added over output): an industry's share in GDP times its gain sums to rate.
    """
    hats: Floats | None = None
    accounts = world.accounts
    for measure in measures:
        if not isinstance(measure, Growth):
            continue
        if measure.country not in world.regions:
            raise DataError(f"{unknown('region', measure.country, world.regions)} (growth)")
        count = sum(measure.active(y) and y <= year for y in years)
        if count == 0:
            continue
        if hats is None:
            hats = np.ones(accounts.output.shape)
        j = list(world.regions).index(measure.country)
        output = accounts.output[:, j]
        share = np.divide(accounts.value_added[:, j], output, out=np.zeros_like(output), where=output > 0.0)
        hats[:, j] *= (1.0 + measure.rate) ** (count * share)
    return hats


def transfers(leaving: Mapping[str, float], world: World, case: Case, year: int) -> Floats:
    """Return transfers (region,), US$ mn of the world's base year, summing to zero: the US pays, the sellers receive.

    Scaled by US GDP: a sale of 1% of the year's GDP is 1% of the base year's.
    """
    regions = list(world.regions)
    if "USA" not in regions:
        raise DataError(f"{world.name} has no region USA; sales of its securities need one")
    usa = regions.index("USA")
    accounts = world.accounts
    base = float(accounts.value_added[:, usa].sum() + accounts.duty[usa])
    at = min(max(year, case.years[0]), case.years[-1])
    scale = base / float(case.gdp[case.years.index(at)])
    out = np.zeros(len(regions))
    for holder, amount in leaving.items():
        out[regions.index(_region(holder, regions))] += amount * scale
    out[usa] = 0.0
    out[usa] = -out.sum()
    return out


def rate_effect(
    case: Case, measures: Sequence[Measure], years: Sequence[int], assumed: Assumptions
) -> Floats:
    """Return what sales and a lost reserve premium add to new-issue rates (year,), fractions.

    Sales act through the price impact on all that has been sold so far; a lower share of reserves through the lost
    premium only, so that the official sales that go with it are not counted twice.
    """
    out = np.zeros(len(case.years))
    if not measures:
        return out
    total = 0.0
    for n, year in enumerate(case.years):
        for measure in measures:
            if isinstance(measure, HolderRun):
                total += sum(sold(measure, year, years).values())
        out[n] = price_impact(total, float(case.debt[n]), assumed)
        out[n] += premium_lost(dollar_share(measures, year, years), assumed)
    return out


def notes(measures: Sequence[Measure], world: World) -> list[str]:
    """Return what a reader must know about the sellers."""
    lines = []
    for measure in measures:
        if isinstance(measure, HolderRun):
            inside = [
                name for name in measure.holders
                if name not in (TOTAL, OTHER) and _region(name, list(world.regions)) == REST
            ]  # fmt: skip
            lines.append(
                f"Holdings are those of {latest_month()}, by residence of the custodian: a country that is named sells "
                "what is kept there for others too. Sales by all or by official holders are spread by owner."
            )
            if inside:
                lines.append(f"{', '.join(inside)} is part of {REST} in the world model.")
        elif isinstance(measure, ReserveShare):
            lines.append(
                "Reserve shares are of allocated reserves (IMF COFER); official sales are spread like all foreign "
                "holdings, with what custodial centres keep for others given to the others (debt.dollar.custody)."
            )
    return list(dict.fromkeys(lines))


def _region(holder: str, regions: Sequence[str]) -> str:
    """Return the world's region a holder belongs to."""
    if holder in regions:
        return holder
    country = country_table().get(holder)
    region = REST if country is None else country.region
    if region in regions:
        return region
    if REST in regions:
        return REST
    raise DataError(f"holder {holder} belongs to no region of this world; it has {', '.join(regions)}")
