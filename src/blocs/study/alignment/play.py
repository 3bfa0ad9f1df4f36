"""Plays alignment games: `alignment` finds the maps of blocs at which no country gains by another pick."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np

from blocs.engine.elasticities import DEFAULT_SET, Elasticities, Horizon
from blocs.engine.solve import purge
from blocs.errors import DataError
from blocs.study.alignment.board import (
    NEUTRAL,
    Affinity,
    Board,
    CrossCost,
    Picks,
    affinities,
    check_cost,
    choosers_of,
)
from blocs.study.alignment.dynamics import Ending, Referee, settle
from blocs.study.alignment.pivots import pivots
from blocs.study.alignment.result import Alignment
from blocs.study.players import Named, players_of
from blocs.world.groups import resolve_goods
from blocs.world.tables import sector_table
from blocs.world.world import World

PASSES = 25  # of all countries, before a start is given up as unfinished
BLOCS = (2, 3)

Progress = Callable[[str], None]


def alignment(
    world: World | None = None,
    leaders: Named | str = ("USA", "CHN"),
    *,
    cost: float,
    kind: CrossCost,
    goods: str | Sequence[str] | None = None,
    unions: Named | str = (),
    leakage: float | None = None,
    affinity: Affinity | None = None,
    starts: int | None = None,
    seed: int = 0,
    pairs: int = 100,
    elasticities: Elasticities | None = None,
    horizon: Horizon = Horizon.LONG,
    progress: Progress | None = None,
) -> Alignment:
    """Return the maps of blocs at which every country's pick is best given all other picks.

    leaders: two or three disjoint sets of regions, each leading a bloc. cost, kind: what trade across blocs bears, ad
    valorem and in both directions: CrossCost.ICEBERG (resources) or TARIFF (kept by the importer). goods: what bears
    it, default merchandise. unions: regions that pick together. leakage: allows to be neutral at 1 - leakage of the
    cost with every bloc. affinity: {chooser: {bloc: % of absorption}} added to welfare. starts: how many first maps
    (default one by trade and one a bloc; more are drawn from `seed`), each with its own order of reply. pairs: exact
    solves spent on pivots. ROW belongs to no bloc and bears no cost. Deficits are purged first.

    Every reply compares exact equilibria. Raises DataError for leaders, unions or numbers that mean nothing.
    """
    from blocs.world.load import load_world

    began = time.perf_counter()
    check_cost(cost, kind, leakage)
    world = load_world() if world is None else world
    chosen = players_of(world, leaders, what="leader", fewest=BLOCS[0])
    if len(chosen) > BLOCS[1]:
        raise DataError(f"{len(chosen)} leaders are named; two or three blocs can be told apart here")
    joined = players_of(world, unions, what="union", fewest=0)
    if starts is not None and starts < 1:
        raise DataError(f"starts is {starts}; at least 1 is needed")
    if pairs < 0:
        raise DataError(f"pairs is {pairs}; give 0 for no search of pivots, or how many pairs to solve")
    # names are checked before the work
    choosers = choosers_of(world, chosen, joined)
    options = [leader.name for leader in chosen] + ([NEUTRAL] if leakage is not None else [])
    likes = affinities(affinity, choosers, options)
    bearing = _goods(world, goods)
    elasticities = elasticities or Elasticities.load(DEFAULT_SET, horizon)
    if progress is not None:
        progress("purging trade deficits")
    base = purge(world, elasticities=elasticities, horizon=horizon)
    board = Board(base, chosen, choosers, cost, kind, bearing, leakage, likes, elasticities, horizon)
    referee = Referee(board)
    first = _starts(board, len(chosen) + 1 if starts is None else starts, seed)
    paths = tuple(settle(referee, name, begin, order, PASSES, progress) for name, begin, order in first)
    stable = next((path for path in paths if path.ending in (Ending.STABLE, Ending.TIE)), None)
    found = pivots(referee, stable, pairs, progress) if stable is not None and pairs else None
    levels = {path.picks.tobytes(): referee.welfare(path.picks) for path in paths}
    return Alignment(
        origin=world,
        board=board,
        paths=paths,
        welfare=tuple(levels[path.picks.tobytes()] for path in paths),
        pivots=found,
        solves=referee.solves,
        seconds=time.perf_counter() - began,
    )


def _goods(world: World, goods: str | Sequence[str] | None) -> tuple[str, ...]:
    if goods is not None:
        return resolve_goods(goods, world.sectors)
    table = sector_table()
    found = tuple(code for code in world.sectors if code in table and table[code].kind == "goods")
    return found if found else world.sectors


def _starts(board: Board, count: int, seed: int) -> list[tuple[str, Picks, list[int]]]:
    """Return names, first maps and orders: by trade, everybody with each leader, then at random."""
    trade = board.trade()
    with_leader = np.stack([trade[:, leader.at(board.base)].sum(axis=1) for leader in board.leaders])
    most = [int(np.argmax(with_leader[:, c.at(board.base)].sum(axis=1))) for c in board.choosers]
    maps = [("by trade", most)]
    maps += [(f"all with {leader.name}", [n] * len(most)) for n, leader in enumerate(board.leaders)]
    random = np.random.default_rng(seed)
    while len(maps) < count:
        drawn = random.integers(0, len(board.options), len(most)).tolist()
        maps.append((f"random {len(maps) - len(board.leaders)}", drawn))
    return [
        (name, board.picks(chosen), random.permutation(len(most)).tolist()) for name, chosen in maps[:count]
    ]
