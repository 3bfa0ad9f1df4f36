"""Before and after a solve: goods that nobody can deliver, regions cut off, and what a failed solve means."""

from __future__ import annotations

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


def cut_off_regions(world: World, shocks: Shocks, theta: Floats) -> tuple[str, ...]:
    """Return regions of which more than half of exports plus imports is cut off: at most 1% of a flow is kept."""
    kept = kept_trade(world, shocks, theta)
    return () if kept is None else _losing(world, (kept <= CUT_OFF).astype(np.float64))


def strained_regions(world: World, shocks: Shocks, theta: Floats) -> tuple[str, ...]:
    """Return regions that would lose more than half of their trade at unchanged prices, cut off or not."""
    kept = kept_trade(world, shocks, theta)
    return () if kept is None else _losing(world, 1.0 - np.minimum(kept, 1.0))


def kept_trade(world: World, shocks: Shocks, theta: Floats) -> Floats | None:
    """Return the share of each flow that is kept at unchanged prices; None if no shock touches trade.

    a (tau T E)^(-theta): availability, trade cost, import and export duty wedges.
    """
    touching = (shocks.availability, shocks.trade_cost, shocks.tariff, shocks.export_tax, shocks.quota)
    if all(shock is None for shock in touching):
        return None
    log_kept = np.zeros(world.accounts.flows.shape)
    if shocks.trade_cost is not None:
        log_kept -= theta[:, None, None] * np.log(shocks.trade_cost)
    if shocks.tariff is not None:
        ratio = 1.0 + shocks.tariff / (1.0 + world.accounts.tariff)
        log_kept -= theta[:, None, None] * np.log(ratio)
    if shocks.export_tax is not None:
        log_kept -= theta[:, None, None] * np.log1p(shocks.export_tax)
    kept = np.exp(np.minimum(log_kept, 0.0))
    if shocks.availability is not None:
        kept = kept * shocks.availability
    return kept if shocks.quota is None else np.minimum(kept, shocks.quota)


def _losing(world: World, lost: Floats) -> tuple[str, ...]:
    """Return regions whose exports plus imports lose more than half of their value, `lost` by flow."""
    crossing = world.accounts.flows * (1.0 - np.eye(len(world.regions)))[None]
    traded = crossing.sum(axis=(0, 2)) + crossing.sum(axis=(0, 1))
    gone = (crossing * lost).sum(axis=(0, 2)) + (crossing * lost).sum(axis=(0, 1))
    return tuple(code for code, n, total in zip(world.regions, gone, traded, strict=True) if n > HALF * total)


def missing_goods(world: World, shocks: Shocks, elasticities: Elasticities) -> str:
    """Name the first used good that loses every supplier although its nest needs it; '' if there is none."""
    if shocks.availability is None and shocks.quota is None:
        return ""
    accounts = world.accounts
    open_ = accounts.flows > 0.0
    if shocks.availability is not None:
        open_ = open_ & (shocks.availability > 0.0)
    if shocks.quota is not None:
        open_ = open_ & (shocks.quota > 0.0)
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
