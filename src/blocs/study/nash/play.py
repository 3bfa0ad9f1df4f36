"""Plays games of trade policy: optimal tariffs, equilibria from many starts, retaliation and cooperation."""

from __future__ import annotations

import time
from collections.abc import Sequence
from enum import Enum

import numpy as np

from blocs.engine.elasticities import DEFAULT_SET, Elasticities, Horizon
from blocs.engine.solve import purge
from blocs.errors import DataError
from blocs.study.nash.certificate import certify
from blocs.study.nash.climb import Climb, Progress, climb
from blocs.study.nash.game import Game, Point, bargain, each_for_itself, together
from blocs.study.nash.instruments import Bounds, Partners, instruments
from blocs.study.nash.result import Deal, Equilibrium, Move, Nash
from blocs.study.players import Named, players_of
from blocs.world.accounts import Floats
from blocs.world.world import World

SAME = 1e-3  # equilibria whose rates all differ by less, where trade is not negligible, are one
QUIET = 1e-4  # a mover that changes no rate by more has nothing left to retaliate
NEGLIGIBLE = 1e-6  # share of a player's taxed trade below which a rate does not tell equilibria apart


class Cooperation(Enum):
    """How players agree: JOINT maximises their summed welfare in US$, WORLD everybody's, BARGAIN the Nash product of
    their gains over the Nash equilibrium. No transfers are paid."""

    JOINT = "joint"
    WORLD = "world"
    BARGAIN = "bargain"


def nash(
    world: World | None = None,
    players: Named | str = ("USA", "CHN", "EU27"),
    *,
    goods: str | Sequence[str] | None = None,
    uniform: bool = False,
    partners: Partners = Partners.MFN,
    export_taxes: bool = False,
    bounds: Bounds | tuple[float, float] | None = None,
    starts: int = 1,
    seed: int = 0,
    certificate: bool = True,
    alone: bool = True,
    rounds: int = 0,
    cooperation: Cooperation | None = None,
    elasticities: Elasticities | None = None,
    horizon: Horizon = Horizon.LONG,
    progress: Progress | None = None,
) -> Nash:
    """Return the Nash equilibrium of trade policy among `players`, everybody else keeping the base's tariffs.

    players: regions or unions (see `blocs.study.players`); a union has one external tariff, none inside, and maximises
    the sum of its members' equivalent variation in US$. Rates are by good (or one for all with `uniform`), most
    favoured nation or by `partners`, on `goods` (default merchandise), within `bounds`. starts: the first begins at the
    base's rates, the second at free trade, others at random ones of `seed`. certificate: re-optimise every player
    with L-BFGS-B against the others, from free trade and from doubled rates. alone: each player's optimal tariff
    against rivals who keep the base's. rounds: how often the players take turns in replying, in their order.
    Deficits are purged first and results compare with that base. Raises DataError for players that cannot play,
    ConvergenceError if the purged base does not exist.
    """
    from blocs.world.load import load_world

    began = time.perf_counter()
    world = load_world() if world is None else world
    bounds = Bounds(*bounds) if isinstance(bounds, tuple) else Bounds() if bounds is None else bounds
    _check(starts, rounds, partners, cooperation, bounds)
    chosen = players_of(world, players)
    elasticities = elasticities or Elasticities.load(DEFAULT_SET, horizon)
    _tell(progress, "purging trade deficits")
    base = purge(world, elasticities=elasticities, horizon=horizon)
    rates = instruments(
        base,
        chosen,
        goods=goods,
        uniform=uniform,
        partners=partners,
        export_taxes=export_taxes,
        bounds=bounds,
    )
    game = Game.of(chosen, rates, elasticities, horizon)
    found = tuple(
        _equilibrium(game, name, begin, progress) for name, begin in _starts(game, starts, bounds, seed)
    )
    best = next((one for one in found if one.climb.converged), found[0])
    settled = best.climb.converged
    point = best.climb.point
    replies = ()
    if certificate and settled:
        tries = (np.zeros(len(rates.slots)), np.clip(2.0 * point.rates + 0.1, rates.low, rates.high))
        replies = certify(game, point, tries, progress=progress)
    return Nash(
        origin=world,
        game=game,
        found=found,
        distinct=_distinct(game, found),
        certificate=replies,
        alone=tuple(_alone(game, n, progress) for n in range(len(chosen))) if alone else (),
        path=_retaliation(game, rounds, progress) if rounds else (),
        deal=_deal(game, cooperation, point, progress) if cooperation is not None and settled else None,
        bounds=bounds,
        seconds=time.perf_counter() - began,
    )


def _check(starts: int, rounds: int, partners: object, cooperation: object, bounds: object) -> None:
    if starts < 1:
        raise DataError(f"starts is {starts}; at least 1 is needed")
    if rounds < 0:
        raise DataError(f"rounds is {rounds}; give 0 for none, or how often players take turns")
    for value, kind, name in (
        (partners, Partners, "partners"),
        (bounds, Bounds, "bounds"),
        (cooperation, Cooperation, "cooperation"),
    ):
        if value is not None and not isinstance(value, kind):
            raise DataError(f"{name} is {value!r}; give a blocs.study.nash {kind.__name__}")


def _starts(game: Game, count: int, bounds: Bounds, seed: int) -> list[tuple[str, Floats]]:
    chosen = game.instruments
    found = [("base rates", chosen.base_rates()), ("free trade", np.zeros(len(chosen.slots)))]
    random = np.random.default_rng(seed)
    top = min(bounds.high, 1.0)
    while len(found) < count:
        drawn = random.uniform(max(bounds.low, 0.0), top, len(chosen.slots))
        found.append((f"random rates {len(found) - 1}", drawn))
    return [(name, np.clip(rates, chosen.low, chosen.high)) for name, rates in found[:count]]


def _equilibrium(game: Game, name: str, begin: Floats, progress: Progress | None) -> Equilibrium:
    _tell(progress, f"Nash equilibrium from {name}")
    return Equilibrium(name, climb(game, begin, each_for_itself(game), progress=progress))


def _distinct(game: Game, found: Sequence[Equilibrium]) -> tuple[Equilibrium, ...]:
    """Return converged equilibria that differ from each other by more than `SAME` in a rate that matters."""
    chosen = game.instruments
    trade = chosen.trade(game.base.accounts.flows)
    whole = np.bincount(chosen.owner, weights=trade, minlength=len(game.players))[chosen.owner]
    matters = trade > NEGLIGIBLE * whole
    kept: list[Equilibrium] = []
    for one in found:
        rates = one.climb.point.rates[matters]
        if one.climb.converged and all(
            np.abs(rates - other.climb.point.rates[matters]).max(initial=0.0) > SAME for other in kept
        ):
            kept.append(one)
    return tuple(kept)


def _alone(game: Game, n: int, progress: Progress | None) -> Climb:
    _tell(progress, f"optimal rates of {game.players[n].name} alone")
    return climb(
        game.among([n]), game.instruments.base_rates(), each_for_itself(game, [n]), progress=progress
    )


def _retaliation(game: Game, rounds: int, progress: Progress | None) -> tuple[Move, ...]:
    """Return the moves of players who take turns in replying best, from the base, until nobody changes anything."""
    rates = np.clip(game.instruments.base_rates(), game.instruments.low, game.instruments.high)
    moves: list[Move] = []
    silent = 0
    for turn in range(rounds * len(game.players)):
        n = turn % len(game.players)
        _tell(progress, f"round {turn // len(game.players) + 1}: {game.players[n].name} replies")
        # who has not moved yet keeps the base's rates, which differ by partner
        moved = range(min(turn + 1, len(game.players)))
        done = climb(game.among(moved), rates, each_for_itself(game, [n]))
        changed = float(np.abs(done.point.rates - rates).max(initial=0.0))
        rates = done.point.rates
        moves.append(Move(turn // len(game.players) + 1, game.players[n].name, done, changed))
        silent = silent + 1 if changed <= QUIET else 0
        if silent >= len(game.players):
            break
    return tuple(moves)


def _deal(game: Game, rule: Cooperation, threat: Point, progress: Progress | None) -> Deal:
    _tell(progress, f"cooperation: {rule.value}")
    if rule is Cooperation.BARGAIN:
        begin = _joint_start(game, threat)
        return Deal(rule.value, climb(game, begin, bargain(game, threat.payoffs), progress=progress))
    weights = game.weights.sum(axis=0) if rule is Cooperation.JOINT else np.ones(game.weights.shape[1])
    return Deal(rule.value, climb(game, threat.rates, together(game, weights), progress=progress))


def _joint_start(game: Game, threat: Point) -> Floats:
    """Return rates on the way from the Nash equilibrium to free trade at which every player gains, if there are any."""
    for keep in (0.5, 0.7, 0.85, 0.95):
        rates = keep * threat.rates
        if (game.payoffs(game.solve(rates, threat.outcome)) > threat.payoffs).all():
            return rates
    return threat.rates


def _tell(progress: Progress | None, words: str) -> None:
    if progress is not None:
        progress(words)
