"""Reads who plays: names of regions, groups and unions become disjoint sets of regions of one world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from blocs.errors import DataError
from blocs.world.accounts import Floats
from blocs.world.groups import resolve_regions
from blocs.world.tables import REST
from blocs.world.world import World

# "USA", "EU27", "USA+CAN+MEX", ["USA", "CAN"] or {"NAFTA": ["USA", "CAN", "MEX"]}
Named: TypeAlias = Sequence[str | Sequence[str]] | Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Player:
    """One region, or a union of regions that decides as one; `coverage` says what the world has of its groups."""

    name: str
    members: tuple[str, ...]
    coverage: tuple[str, ...] = ()

    def at(self, world: World) -> list[int]:
        """Return the positions of the members in `world`."""
        return [world.regions.index(code) for code in self.members]


def players_of(
    world: World, named: Named | str, *, what: str = "player", fewest: int = 1
) -> tuple[Player, ...]:
    """Return the players that `named` means, in its order.

    A text is a list with commas; each entry is a region or a group, or several joined by `+` (a minus takes away:
    `EU27+-HUN`), with a name of its own before `=`: `NAFTA=USA+CAN+MEX`. Raises DataError for an unknown name, a
    country inside ROW, ROW itself, a region in two players, two players of one name, fewer than `fewest`, and a
    player that leaves nobody to trade with.
    """
    entries = _entries(named)
    if len(entries) < fewest:
        have = ", ".join(name for name, _ in entries) or "none"
        raise DataError(f"at least {fewest} {what}s are needed, not {len(entries)} ({have}); name more")
    players: list[Player] = []
    taken: dict[str, str] = {}
    for name, parts in entries:
        player = _player(world, name, parts, what)
        if any(player.name == other.name for other in players):
            raise DataError(f"{what} {player.name} is named twice; name each {what} once")
        for code in player.members:
            if code in taken:
                raise DataError(
                    f"{code} is in two {what}s, {taken[code]} and {player.name}; a region can decide only once: take "
                    f"it out of one, e.g. {player.name}+-{code}"
                )
            taken[code] = player.name
        players.append(player)
    return tuple(players)


def membership(world: World, players: Sequence[Player]) -> Floats:
    """Return 1 where a region belongs to a player, (player, region)."""
    weights = np.zeros((len(players), len(world.regions)))
    for row, player in zip(weights, players, strict=True):
        row[player.at(world)] = 1.0
    return weights


def _entries(named: Named | str) -> list[tuple[str, list[str]]]:
    if isinstance(named, Mapping):
        return [(str(name), _parts(parts)) for name, parts in named.items()]
    listed = named.split(",") if isinstance(named, str) else list(named)
    found = []
    for entry in listed:
        if isinstance(entry, str) and not entry.strip():
            continue
        name, _, rest = entry.partition("=") if isinstance(entry, str) else ("", "", "")
        parts = _parts(rest if rest else entry)
        found.append((name.strip() if rest else "+".join(parts), parts))
    return found


def _parts(entry: str | Sequence[str]) -> list[str]:
    parts = entry.split("+") if isinstance(entry, str) else list(entry)
    return [part.strip() for part in parts if not isinstance(part, str) or part.strip()]


def _player(world: World, name: str, parts: list[str], what: str) -> Player:
    if not parts:
        raise DataError(
            f"{what} {name!r} has no members; name regions or groups, e.g. {name or 'NAFTA'}=USA+CAN+MEX"
        )
    try:
        chosen = resolve_regions(parts, world.regions)
    except DataError as error:
        raise DataError(f"{what} {name}: {error}") from None
    if REST in chosen.codes:
        raise DataError(
            f"{what} {name} holds {REST}, which is many countries in one row of the accounts and decides nothing; "
            f"leave it out, e.g. {name}+-{REST}"
        )
    if len(chosen.codes) == len(world.regions):
        raise DataError(f"{what} {name} is the whole world; leave out somebody to trade with")
    return Player(name, chosen.codes, chosen.coverage)
