"""The players of the invoicing game: unions that trade as one, and every other region by itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from blocs.vectors.payments.invoicing import Game
from blocs.vectors.payments.rails import base_year, shares_of_rows
from blocs.world.accounts import Floats
from blocs.world.groups import members
from blocs.world.world import World

UNIONS = ("EU27", "USMCA", "ASEAN", "GCC", "EAEU", "MERCOSUR", "AFRICAN_UNION")
ISSUER = "CHN"


@dataclass(frozen=True, eq=False)
class Blocs:
    """Names of the players, who belongs where (bloc, region), and the blocs' trade with each other and inside."""

    names: tuple[str, ...]
    belongs: np.ndarray
    trade: Floats

    @property
    def trade_share(self) -> Floats:
        """Return trade shares (bloc, bloc); rows sum to one."""
        return shares_of_rows(self.trade)

    def regions_in(self, blocs: np.ndarray) -> np.ndarray:
        """Return the regions (bool) of `blocs` (bool)."""
        return np.asarray(self.belongs[blocs].any(axis=0))


def blocs_of(world: World, trade: Floats) -> Blocs:
    """Return the players in `world`; `trade` (region, region) is both ways."""
    of = [_bloc(region, base_year(world)) for region in world.regions]
    names = tuple(dict.fromkeys(of))
    belongs = np.array([[name == bloc for name in of] for bloc in names])
    sums = belongs.astype(np.float64)
    return Blocs(names, belongs, sums @ trade @ sums.T)


def game_of(blocs: Blocs, threshold: float, committed: np.ndarray) -> Game:
    """Return the game when the renminbi's issuer and `committed` regions (bool) invoice in it.

    A union is committed when more than half of its members are.
    """
    weight = blocs.belongs @ committed.astype(np.float64) / blocs.belongs.sum(axis=1)
    issuer = np.array([name == ISSUER for name in blocs.names])
    return Game(blocs.trade_share, threshold, (weight > 0.5) | issuer)


@cache
def _bloc(region: str, year: int) -> str:
    return next((union for union in UNIONS if region in members(union, year)), region)
