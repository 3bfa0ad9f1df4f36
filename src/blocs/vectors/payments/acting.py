"""From payments measures to arrays by corridor: cuts, costs, participation and what moves between rails.

Names are resolved against the world; measures that contradict each other or mean nothing raise DataError.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from blocs.data.assumptions import Assumptions
from blocs.errors import DataError
from blocs.vectors.payments.measures import (
    CURRENCY_RAIL,
    CutOff,
    InvoiceShift,
    JoinRail,
    SecondarySanctions,
    SwapLine,
)
from blocs.vectors.payments.rails import BILATERAL, BRIDGE, CIPS, OPERATORS, RAILS, SWIFT, cleared_by, number
from blocs.vectors.wording import shown
from blocs.world.accounts import Floats
from blocs.world.groups import resolve_regions
from blocs.world.measure import Measure
from blocs.world.world import World

MEASURES: tuple[type[Measure], ...] = (CutOff, SecondarySanctions, JoinRail, SwapLine, InvoiceShift)


def codes(names: Sequence[str], world: World, year: int) -> tuple[str, ...]:
    """Return the regions that `names` mean."""
    return resolve_regions(list(names), world.regions, year).codes


def flags(names: Sequence[str], world: World, year: int) -> np.ndarray:
    """Return which regions `names` mean (region), bool."""
    found = set(codes(names, world, year))
    return np.array([region in found for region in world.regions])


def open_share(measures: Sequence[Measure], world: World, year: int) -> Floats:
    """Return the share of each rail's capacity that cut-offs leave (rail, region, region), symmetric."""
    size = len(world.regions)
    left = np.ones((len(RAILS), size, size))
    for measure in measures:
        if isinstance(measure, CutOff):
            left[number(measure.rail)] *= 1.0 - measure.intensity * reach_of_cut(measure, world, year)
    return left


def reach_of_cut(measure: CutOff, world: World, year: int) -> Floats:
    """Return how far a full cut-off closes each corridor (region, region), 0–1."""
    of = flags(measure.of, world, year)
    if measure.by is None:
        return _touching(of).astype(np.float64)
    deciders = codes(measure.by, world, year)
    both = [code for code in codes(measure.of, world, year) if code in deciders]
    if both:
        raise DataError(
            f"{both[0]} is in `of` and in `by`: a country does not cut itself off {measure.rail}; take it out of one, "
            f"e.g. by: [{', '.join(measure.by)}, -{both[0]}]"
        )
    if any(operator in deciders for operator in OPERATORS[measure.rail]):
        return _touching(of).astype(np.float64)
    by = flags(measure.by, world, year)
    direct = np.outer(of, by) | np.outer(by, of)
    elsewhere = cleared_by(deciders, year) if measure.rail == SWIFT else 0.0
    return np.where(direct, 1.0, np.where(_touching(of), elsewhere, 0.0))


def _touching(of: np.ndarray) -> np.ndarray:
    return of[:, None] | of[None, :]


def risk_cost(
    measures: Sequence[Measure], world: World, trade: Floats, assumptions: Assumptions, year: int
) -> Floats:
    """Return what secondary sanctions add to the cost of each rail (rail, region, region), fraction of the value paid.

    trade: (region, region), both ways. The SWIFT rail is left alone: there the threatening side has the cut-off itself.
    """
    cost = np.zeros((len(RAILS), *trade.shape))
    for measure in measures:
        if not isinstance(measure, SecondarySanctions):
            continue
        by, on = flags(measure.by, world, year), flags(measure.on, world, year)
        if (by & on).any():
            raise DataError(
                f"{world.regions[int(np.argmax(by & on))]} is in `by` and in `on` of secondary sanctions; nobody "
                "threatens banks that serve itself: take it out of one"
            )
        third = flags(measure.against, world, year) & ~by & ~on
        if not third.any():
            raise DataError(
                f"no third country is left in `against: {shown(measure.against)}`; name at least one"
            )
        height = assumptions["payments.secondary.cost"] if measure.cost is None else measure.cost
        with_by, with_on = trade[:, by].sum(axis=1), trade[:, on].sum(axis=1)
        exposure = np.divide(
            with_by, with_by + with_on, out=np.zeros_like(with_by), where=with_by + with_on > 0.0
        )
        pairs = np.outer(on, third * exposure)
        cost[[number(rail) for rail in RAILS if rail != SWIFT]] += height * (pairs + pairs.T)
    return cost


def joined(measures: Sequence[Measure], world: World, assumptions: Assumptions, year: int) -> Floats:
    """Return the least participation that memberships give (rail, region), 0 where nobody joins."""
    floor = np.zeros((len(RAILS), len(world.regions)))
    for measure in measures:
        if isinstance(measure, JoinRail):
            share = (
                assumptions["payments.adoption.joined"]
                if measure.participation is None
                else measure.participation
            )
            row = floor[number(measure.rail)]
            row[flags(measure.of, world, year)] = np.maximum(row[flags(measure.of, world, year)], share)
    return floor


def boosts(measures: Sequence[Measure], world: World, assumptions: Assumptions, year: int) -> Floats:
    """Return the factors on weights that swap lines give (rail, region, region); of two on a pair the larger holds."""
    log = np.zeros((len(RAILS), len(world.regions), len(world.regions)))
    for measure in measures:
        if not isinstance(measure, SwapLine):
            continue
        one, two = (flags(side, world, year) for side in measure.between)
        if (one & two).any():
            raise DataError(
                f"{world.regions[int(np.argmax(one & two))]} is on both sides of a swap line; take it out of one"
            )
        height = assumptions["payments.swap_line.boost"] if measure.boost is None else measure.boost
        china = np.array([region == "CHN" for region in world.regions])
        pairs = np.outer(one, two) | np.outer(two, one)
        renminbi = pairs & _touching(china)
        log[number(CIPS)] = np.maximum(log[number(CIPS)], height * renminbi)
        log[number(BILATERAL)] = np.maximum(log[number(BILATERAL)], height * (pairs & ~renminbi))
    return np.exp(log)


def moved(
    measures: Sequence[Measure], world: World, followers: np.ndarray, year: int
) -> list[tuple[int, Floats]]:
    """Return (rail gaining, share of the other rails that moves to it (region, region)) for each invoicing currency.

    followers: regions that follow a shift to CNY (region), bool. A corridor moves by the larger share of its ends.
    """
    out: dict[int, Floats] = {}
    for measure in measures:
        if isinstance(measure, InvoiceShift):
            of = flags(measure.of, world, year)
            if measure.currency == "CNY":
                of = of | followers
            rail = number(CURRENCY_RAIL[measure.currency])
            share = measure.share * _touching(of)
            out[rail] = np.maximum(out.get(rail, np.zeros_like(share)), share)
    return list(out.items())


def check(measures: Sequence[Measure], world: World, members_of_bridge: np.ndarray, year: int) -> None:
    """Raise DataError for measures that contradict each other, or that act on a rail nobody is on.

    members_of_bridge: who is on the new platform when the year begins (region), bool.
    """
    joins = [m for m in measures if isinstance(m, JoinRail)]
    on_bridge = set(np.asarray(world.regions)[members_of_bridge])
    for join in joins:
        if join.rail == BRIDGE:
            on_bridge |= set(codes(join.of, world, year))
    if len(on_bridge) == 1:
        raise DataError(
            f"{next(iter(on_bridge))} is alone on the bridge; a rail needs two members, so let another join: "
            "{type: join_rail, rail: bridge, of: [..., ...]}"
        )
    for cut in (m for m in measures if isinstance(m, CutOff)):
        if cut.rail == BRIDGE and not on_bridge:
            raise DataError(
                "nobody is a member of the bridge, so nobody can be cut off it; let regions join_rail first"
            )
        for join in joins:
            both = sorted(set(codes(cut.of, world, year)) & set(codes(join.of, world, year)))
            if join.rail == cut.rail and both:
                raise DataError(
                    f"in {year} {both[0]} is cut off {cut.rail} and joins it; give the two measures different years"
                )
    _check_invoices([m for m in measures if isinstance(m, InvoiceShift)], world, year)


def _check_invoices(shifts: Sequence[InvoiceShift], world: World, year: int) -> None:
    for n, one in enumerate(shifts):
        for two in shifts[:n]:
            both = sorted(set(codes(one.of, world, year)) & set(codes(two.of, world, year)))
            if not both:
                continue
            if one.currency == two.currency and one.share != two.share:
                raise DataError(
                    f"in {year} two measures move {two.share:g} and {one.share:g} of {both[0]}'s invoices to "
                    f"{one.currency}; keep one"
                )
            if one.currency != two.currency and one.share + two.share > 1.0:
                raise DataError(
                    f"in {year} {both[0]} moves {two.share:g} of its invoices to {two.currency} and {one.share:g} to "
                    f"{one.currency}, more than all of them; lower one"
                )
