"""From a world, shocks and choices to the arrays of one solve."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from blocs.engine import bills
from blocs.engine.calibrate import calibrate
from blocs.engine.elasticities import Closure, Demand, Elasticities, Horizon, Sourcing
from blocs.engine.problem import Leaf, Parameters, Problem, Wedges
from blocs.engine.quotas import EXPORTER, Quotas
from blocs.engine.shocks import Shocks
from blocs.world.accounts import Floats, frozen
from blocs.world.world import World

CLASSES = (0, 64, 512, 4096, 32768, 262144)  # lengths a list of capped cells is padded to: each compiles once


def problem_of(
    base: World,
    shocks: Shocks,
    elasticities: Elasticities,
    closure: Closure,
    horizon: Horizon,
    demand: Demand | None = None,
    sourcing: Sourcing = Sourcing.POOLED,
    log_wedge: Floats | None = None,
) -> Problem:
    """Return the arrays of one solve: the benchmark of `base`, the wedges of `shocks`, and the parameters.

    log_wedge: `log_trade(base, shocks)` where it is known already.
    """
    benchmark, _ = calibrate(base, sourcing)
    if closure is Closure.BALANCED:
        benchmark = benchmark._replace(deficit=np.zeros_like(benchmark.deficit))
    at = wedges(base, shocks, log_wedge)
    return Problem(benchmark, at, parameters(base, elasticities, horizon, closure, demand))


def parameters(
    world: World,
    elasticities: Elasticities,
    horizon: Horizon,
    closure: Closure,
    demand: Demand | None = None,
) -> Parameters:
    """Return the traced parameters of one solve."""
    demand = demand or Demand(propensity=0.0, pass_through=1.0)  # read only under the demand closure
    return Parameters(
        theta=elasticities.of(world),
        sigma_materials=np.float64(elasticities.sigma_materials),
        sigma_output=np.float64(elasticities.sigma_output),
        sigma_factors=np.float64(elasticities.sigma_factors),
        sigma_final=np.float64(elasticities.sigma_final),
        mobile_capital=np.bool_(horizon.mobile_capital),
        proportional=np.bool_(closure is Closure.PROPORTIONAL),
        demand=np.bool_(closure is Closure.DEMAND),
        propensity=np.float64(demand.propensity),
        pass_through=np.float64(demand.pass_through),
    )


def wedges(world: World, shocks: Shocks, log_wedge: Floats | None = None) -> Wedges:
    """Return the kernels' wedges: logs and gross rates of `shocks` on `world`; log_wedge as in `problem_of`."""
    log_wedge = log_trade(world, shocks) if log_wedge is None else log_wedge
    goods, regions = world.accounts.output.shape
    trade, industry = (goods, regions, regions), (goods, regions)
    duty = 1.0 + world.accounts.tariff
    if shocks.tariff is not None:
        duty += shocks.tariff
    output_tax = 1.0 + _or(shocks.output_tax, 0.0, industry)
    cost = np.log(
        _or(shocks.input_cost, 1.0, industry) * output_tax / _or(shocks.productivity, 1.0, industry)
    )
    return Wedges(
        log_trade=_full(0.0, trade) if log_wedge is None else log_wedge,
        availability=_available(shocks, trade),
        duty=duty,
        export_duty=_full(1.0, trade) if shocks.export_tax is None else 1.0 + shocks.export_tax,
        output_tax=output_tax,
        log_cost=cost,
        taste=_or(shocks.demand_shift, 1.0, industry),
        labour=_or(shocks.labour, 1.0, (regions,)),
        capital=_or(shocks.capital, 1.0, industry),
        transfer=_or(shocks.transfer, 0.0, (regions,)),
        wage_floor=_or(shocks.wage_floor, 1.0, (regions,)),
        quotas=quotas_of(world, shocks),
        bills=bills.of(world, shocks),
        part=parts_of(world, shocks),
    )


def log_trade(world: World, shocks: Shocks) -> Floats | None:
    """Return log(tau T E), what the shocks change of the price of trade (good, origin, destination); None: nothing."""
    if shocks.tariff is None and shocks.trade_cost is None and shocks.export_tax is None:
        return None
    found = np.zeros(world.accounts.tariff.shape)
    if shocks.tariff is not None:
        changed = np.flatnonzero(shocks.tariff)  # mostly few cells, and a logarithm is dear
        added = shocks.tariff.ravel()[changed] / (1.0 + world.accounts.tariff.ravel()[changed])
        found.ravel()[changed] = np.log1p(added)
    if shocks.trade_cost is not None:
        found += np.log(shocks.trade_cost)
    if shocks.export_tax is not None:
        found += np.log1p(shocks.export_tax)
    return found


def parts_of(world: World, shocks: Shocks) -> NDArray[np.int32]:
    """Return for each region the first region that trade, direct or through others, still connects it with.

    All 0 in a connected world. Without trade between them two parts of the world have price levels of their own.
    """
    regions = len(world.regions)
    if shocks.availability is None and shocks.quota is None:
        return np.zeros(regions, dtype=np.int32)
    open_ = world.accounts.flows > 0.0
    if shocks.availability is not None:
        open_ = open_ & (shocks.availability > 0.0)
    if shocks.quota is not None:
        open_ = open_ & (shocks.quota > 0.0)
    from scipy.sparse.csgraph import connected_components  # dear to load, and most worlds stay whole

    _, part = connected_components(open_.any(axis=0), directed=False)
    _, first = np.unique(part, return_index=True)
    return first[part].astype(np.int32)


def _available(shocks: Shocks, shape: tuple[int, ...]) -> Leaf:
    """Return availability; a quota of zero is an embargo."""
    if shocks.quota is None:
        return _full(1.0, shape) if shocks.availability is None else shocks.availability
    return np.where(shocks.quota > 0.0, _or(shocks.availability, 1.0, shape), 0.0)


def quotas_of(world: World, shocks: Shocks) -> Quotas:
    """Return the capped cells as a padded list; a cap of nothing is an embargo and not listed."""
    flows = world.accounts.flows
    if shocks.quota is None:
        return _padded(np.zeros((0, 3), dtype=int), np.zeros(0), np.zeros(0), np.zeros(0))
    open_ = flows > 0.0 if shocks.availability is None else (flows > 0.0) & (shocks.availability > 0.0)
    cells = np.argwhere(np.isfinite(shocks.quota) & (shocks.quota > 0.0) & open_)
    at = tuple(cells.T)
    cost = np.zeros(len(cells)) if shocks.trade_cost is None else np.log(shocks.trade_cost[at])
    rent = np.full(len(cells), EXPORTER) if shocks.quota_rent is None else shocks.quota_rent[at]
    return _padded(cells, np.log(flows[at] * shocks.quota[at]), cost, rent)


def _padded(cells: np.ndarray, log_cap: Floats, log_cost: Floats, rent: Floats) -> Quotas:
    length = next((size for size in CLASSES if size >= len(cells)), len(cells))
    index = np.zeros((length, 3), dtype=np.int32)
    index[: len(cells)] = cells

    def filled(values: np.ndarray) -> np.ndarray:
        out = np.zeros(length)
        out[: len(values)] = values
        return out

    live = np.arange(length) < len(cells)
    return Quotas(
        index[:, 0], index[:, 1], index[:, 2], filled(log_cap), filled(log_cost), filled(rent), live
    )


def _or(array: Floats | None, neutral: float, shape: tuple[int, ...]) -> Floats:
    return _full(neutral, shape) if array is None else array


@lru_cache(maxsize=32)
def _full(value: float, shape: tuple[int, ...]) -> Floats:
    """Return a read-only constant array, made once: most shocks are neutral in most solves."""
    return frozen(np.full(shape, value))
