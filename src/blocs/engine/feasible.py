"""Before and after a solve: goods that nobody can deliver, regions cut off, and what a failed solve means."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from blocs.engine.anderson import Result
from blocs.engine.elasticities import Elasticities
from blocs.engine.settings import Anderson
from blocs.engine.shocks import Shocks
from blocs.engine.status import Verdict
from blocs.world.accounts import Floats
from blocs.world.world import World

CUT_OFF = 0.01  # a flow that keeps less than this at unchanged prices counts as cut off
HALF = 0.5  # a region that loses more than this share of its trade has its deficit purged
CRUSHED = 0.25  # a region with a surplus whose absorption stalls below this share of the base cannot carry it
SURPLUS = 1e-3  # fixed surplus over absorption from which it may be the cause
BALANCED = 1e-6  # a world whose deficits are all below this share of absorption has none
DEPRIVED = 1e-6  # absorption below this share of the base means that income cannot carry the surplus


def hard_hit_regions(
    world: World, shocks: Shocks, theta: Floats, log_trade: Floats | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return (cut off, strained): regions of which more than half of exports plus imports is cut off (at most 1% of
    a flow is kept), and regions that would lose more than half of it at unchanged prices, cut off or not.

    log_trade: as `assemble.log_trade` returns it.
    """
    kept = kept_trade(shocks, theta, log_trade)
    if kept is None:
        return (), ()
    return _losing(world, kept <= CUT_OFF), _losing(world, 1.0 - kept)


def unbalanced_part(world: World, part: NDArray[Any], extra: Floats | float = 0.0) -> tuple[str, ...]:
    """Return the regions of a part of the world (`assemble.parts_of`) whose deficits and `extra` do not sum to zero."""
    if not part.any():
        return ()
    size = len(world.regions)
    owed = np.bincount(part, world.accounts.deficit + extra, size)
    scale = np.bincount(part, world.accounts.absorption, size)
    bad = np.abs(owed) > BALANCED * np.maximum(scale, 1e-300)
    if not bad.any():
        return ()
    smallest = np.argmin(np.where(bad, scale, np.inf))
    return tuple(code for code, p in zip(world.regions, part, strict=True) if p == smallest)


def kept_trade(shocks: Shocks, theta: Floats, log_trade: Floats | None) -> Floats | None:
    """Return the share of every flow (good, origin, destination) kept at unchanged prices, at most 1; None if nothing
    touches trade between regions.

    Kept is a (tau T E)^(-theta): availability, trade cost, import and export duty wedges.
    """
    if log_trade is None and shocks.availability is None and shocks.quota is None:
        return None
    shape = next(a.shape for a in (log_trade, shocks.availability, shocks.quota) if a is not None)
    each = range(shape[1])
    kept = np.ones(shape)
    if log_trade is not None:
        dearer = np.flatnonzero(log_trade > 0.0)  # mostly few cells, and exponentials are dear
        wedge = theta[dearer // len(each) ** 2] * log_trade.ravel()[dearer]
        kept.ravel()[dearer] = np.exp(-wedge)
    if shocks.availability is not None:
        kept = np.minimum(kept * shocks.availability, 1.0)
    if shocks.quota is not None:
        kept = np.minimum(kept, shocks.quota)
    kept[:, each, each] = 1.0
    return kept


def _losing(world: World, lost: Floats | NDArray[np.bool_]) -> tuple[str, ...]:
    """Return regions whose exports plus imports lose more than half of their value; `lost` as shares of flows."""
    matrix, gone = world.accounts.flows.sum(axis=0), np.einsum("sij,sij->ij", world.accounts.flows, lost)
    traded = matrix.sum(axis=0) + matrix.sum(axis=1) - 2.0 * np.diagonal(matrix)
    gone = gone.sum(axis=0) + gone.sum(axis=1)
    return tuple(code for code, n, total in zip(world.regions, gone, traded, strict=True) if n > HALF * total)


def missing_goods(
    world: World, shocks: Shocks, elasticities: Elasticities, by_user: Any | None = None
) -> str:
    """Name the first used good that loses every supplier although its nest needs it; '' if there is none.

    by_user: shares (good, origin, user, destination) where each user has suppliers of its own.
    """
    if shocks.availability is None and shocks.quota is None:
        return ""
    accounts = world.accounts
    open_ = accounts.flows > 0.0
    if shocks.availability is not None:
        open_ = open_ & (shocks.availability > 0.0)
    if shocks.quota is not None:
        open_ = open_ & (shocks.quota > 0.0)
    if by_user is not None:
        return _missing_by_user(world, np.asarray(by_user), open_, elasticities)
    supplied = open_.any(axis=1)
    lost = (accounts.spending > 0.0) & ~supplied
    if not lost.any():
        return ""
    in_materials = lost & (accounts.use.sum(axis=1) > 0.0) & (elasticities.sigma_materials <= 1.0)
    in_final = lost & (accounts.final > 0.0) & (elasticities.sigma_final <= 1.0)
    fatal = in_materials | in_final | _emptied(lost, accounts.use, accounts.final)
    if not fatal.any():
        return ""
    s, j = np.argwhere(fatal)[0]
    return f"({world.regions[j]}, {world.sectors[s]})"


def _missing_by_user(
    world: World, share: Floats, open_: NDArray[np.bool_], elasticities: Elasticities
) -> str:
    """Name the first user's good that loses every supplier, as `missing_goods`."""
    accounts = world.accounts
    users = np.concatenate([accounts.use, accounts.final[:, None]], axis=1)
    lost = (users > 0.0) & ~((share > 0.0) & open_[:, :, None, :]).any(axis=1)
    sigma = np.full(users.shape[1], elasticities.sigma_materials)
    sigma[-1] = elasticities.sigma_final
    emptied = (users * lost).sum(axis=0) >= users.sum(axis=0) * (1.0 - 1e-12)
    fatal = lost & ((sigma <= 1.0)[:, None] | emptied)[None]
    if not fatal.any():
        return ""
    s, k, j = np.argwhere(fatal)[0]
    user = f"industry {world.sectors[k]}" if k < len(world.sectors) else "final use"
    return f"({world.regions[j]}, {world.sectors[s]}) for {user}"


def _emptied(lost: NDArray[np.bool_], use: Floats, final: Floats) -> NDArray[np.bool_]:
    """Mark lost goods of bundles (an industry's materials, a region's final use) that lose every component."""
    bought = use * lost[:, None, :]
    bundle = (bought.sum(axis=0) >= use.sum(axis=0) * (1.0 - 1e-12)) & (use.sum(axis=0) > 0.0)
    all_final = (final * lost).sum(axis=0) >= final.sum(axis=0) * (1.0 - 1e-12)
    return lost & (((bought > 0.0) & bundle[None]).any(axis=1) | all_final[None])


def diagnose(world: World, result: Result, solver: Anderson) -> tuple[Verdict, str]:
    """Return the verdict on a finished iteration and a sentence that says what it means."""
    residual, iterations = float(result.residual), int(result.iterations)
    crushed = _crushed_by_surplus(world, result, residual <= solver.tolerance)
    if crushed:
        return Verdict.INFEASIBLE_DEFICIT, (
            f"the income of {crushed} cannot carry its trade surplus after this change; use Closure.BALANCED"
        )
    if residual <= solver.tolerance:
        return Verdict.CONVERGED, f"largest residual {residual:.1e} after {iterations} iterations"
    return Verdict.STALLED, (
        f"largest residual {residual:.1e} after {iterations} iterations, above the tolerance {solver.tolerance:.0e}; "
        "try smaller steps (start= a solution of a milder change) or more iterations"
    )


def _crushed_by_surplus(world: World, result: Result, converged: bool) -> str:
    """Return the region whose absorption its fixed surplus has eaten; '' if there is none.

    Without an equilibrium the iteration need not reach zero absorption: it may hover where the fixed surplus
    leaves little. A converged state is only refused at practically nothing.
    """
    left = np.exp(np.asarray(result.state.absorption))
    share = world.accounts.deficit / world.accounts.absorption
    surplus = share < -SURPLUS
    crushed = left < DEPRIVED if converged else (left < DEPRIVED) | (surplus & (left < CRUSHED))
    crushed &= np.abs(share).max() > BALANCED  # without deficits they cannot be the cause
    return world.regions[int(np.argmin(np.where(crushed, left, np.inf)))] if crushed.any() else ""
