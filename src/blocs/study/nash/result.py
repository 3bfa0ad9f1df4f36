"""What a game of trade policy found: equilibria, certificate, optimal tariffs, retaliation and cooperation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from blocs.engine.outcome import Outcome
from blocs.errors import ConvergenceError
from blocs.study.nash.certificate import Reply
from blocs.study.nash.climb import Climb
from blocs.study.nash.game import Game
from blocs.study.nash.instruments import Bounds, Kind
from blocs.study.players import Player
from blocs.world.accounts import Floats
from blocs.world.world import World

if TYPE_CHECKING:
    import pandas as pd

AT_BOUND = 1e-6
REGRET = 1e-4  # % of absorption: who could gain more by leaving is not in a Nash equilibrium


@dataclass(frozen=True, eq=False)
class Equilibrium:
    """Where the stacked first-order conditions led from one start."""

    start: str
    climb: Climb


@dataclass(frozen=True, eq=False)
class Move:
    """One turn of a retaliation path; `changed` is the largest change of a rate (fraction)."""

    round: int
    player: str
    climb: Climb
    changed: float


@dataclass(frozen=True, eq=False)
class Deal:
    """Rates the players agree on under a rule: joint, world or bargain."""

    rule: str
    climb: Climb


@dataclass(frozen=True, eq=False, repr=False)
class Nash:
    """A game's results against the purged base; `distinct` are the equilibria that differ, the first is reported."""

    origin: World
    game: Game
    found: tuple[Equilibrium, ...]
    distinct: tuple[Equilibrium, ...]
    certificate: tuple[Reply, ...]
    alone: tuple[Climb, ...]
    path: tuple[Move, ...]
    deal: Deal | None
    bounds: Bounds
    seconds: float

    @property
    def converged(self) -> bool:
        """Whether every start and everything else asked for converged, and the certificate, if any, holds."""
        climbs = [one.climb for one in self.found] + list(self.alone) + [move.climb for move in self.path]
        settled = all(c.converged for c in climbs) and (self.deal is None or self.deal.climb.converged)
        return settled and not self.tempted

    @property
    def tempted(self) -> tuple[Reply, ...]:
        """Players who could gain more than `REGRET` by other rates: first-order conditions hold, but not the best."""
        return tuple(reply for reply in self.certificate if reply.gain > REGRET)

    @property
    def players(self) -> tuple[Player, ...]:
        """Who plays."""
        return self.game.players

    @property
    def outcome(self) -> Outcome:
        """The world in the Nash equilibrium; raises ConvergenceError if no start reached one."""
        return self._settled.point.outcome

    @property
    def rates(self) -> Floats:
        """The Nash rates (slot,), fractions, in the order of `game.instruments.slots`."""
        return self._settled.point.rates

    @property
    def _settled(self) -> Climb:
        if not self.distinct:
            worst = min(one.climb.residual for one in self.found)
            raise ConvergenceError(
                f"no start reached a Nash equilibrium; the nearest leaves rates that want to move by {worst:.1e}",
                self.found[0].climb.point.outcome,
            )
        return self.distinct[0].climb

    @property
    def regret(self) -> float:
        """The most a player could gain by leaving the equilibrium, % of its absorption; NaN without certificate."""
        return max((reply.gain for reply in self.certificate), default=float("nan"))

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader must know."""
        lines = ["Trade deficits were purged first; results compare with the balanced base."]
        lines += [line for player in self.players for line in player.coverage]
        lines += self.game.instruments.notes
        held = self._bound_slots()
        if held:
            lines.append(
                f"{held} rates stop at a bound ({self.bounds.low:g} to {self.bounds.high:g}); wider bounds may move "
                "them."
            )
        for reply in self.tempted:
            lines.append(
                f"This is no Nash equilibrium: {reply.player} could gain {reply.gain:.2g}% of its absorption by other "
                "rates; try more starts."
            )
        if len(self.distinct) > 1:
            lines.append(f"{len(self.distinct)} different equilibria were found; the first is reported.")
        return tuple(lines)

    def _bound_slots(self) -> int:
        if not self.distinct:
            return 0
        chosen = self.game.instruments
        near = (self.rates - chosen.low < AT_BOUND) | (chosen.high - self.rates < AT_BOUND)
        return int((near & ~chosen.pinned).sum())

    # tables -----------------------------------------------------------------------------------------------------

    def tariff_rows(self) -> list[dict[str, Any]]:
        """Return one row a rate: whose, on what, base and Nash rate in %, base trade in US$ mn, alone and agreed."""
        chosen = self.game.instruments
        base, trade = chosen.base_rates(), chosen.trade(self.game.base.accounts.flows)
        rows = []
        for k, slot in enumerate(chosen.slots):
            row: dict[str, Any] = {
                "player": self.players[slot.player].name, "kind": slot.kind.value, "good": slot.good,
                "partner": slot.partner, "base_pct": 100.0 * base[k], "nash_pct": 100.0 * self.rates[k],
            }  # fmt: skip
            if self.alone:
                row["alone_pct"] = 100.0 * self.alone[slot.player].point.rates[k]
            if self.deal is not None:
                row["deal_pct"] = 100.0 * self.deal.climb.point.rates[k]
            row["base_trade_usd_mn"] = trade[k]
            row["held"] = bool(chosen.pinned[k])
            rows.append(row)
        return rows

    def player_rows(self) -> list[dict[str, Any]]:
        """Return one row a player: mean rates in % (weights: base trade) and welfare in % and US$ mn."""
        nash, percent = self._settled.point, self.game.percent
        rows = []
        for n, player in enumerate(self.players):
            row: dict[str, Any] = {
                "player": player.name,
                "base_tariff_pct": self.mean_rate(n, Kind.TARIFF, self.game.instruments.base_rates()),
                "nash_tariff_pct": self.mean_rate(n, Kind.TARIFF, nash.rates),
            }
            if len(self.game.instruments.export_tax.slot):
                row["nash_export_tax_pct"] = self.mean_rate(n, Kind.EXPORT_TAX, nash.rates)
            row["nash_welfare_pct"] = float(percent(nash.payoffs)[n])
            row["nash_welfare_usd_mn"] = float(nash.payoffs[n])
            if self.alone:
                here = self.alone[n].point
                row["alone_tariff_pct"] = self.mean_rate(n, Kind.TARIFF, here.rates)
                row["alone_welfare_pct"] = float(percent(here.payoffs)[n])
            if self.deal is not None:
                agreed = self.deal.climb.point
                row["deal_tariff_pct"] = self.mean_rate(n, Kind.TARIFF, agreed.rates)
                row["deal_welfare_pct"] = float(percent(agreed.payoffs)[n])
            rows.append(row)
        return rows

    def welfare_rows(self) -> list[dict[str, Any]]:
        """Return one row a region: equivalent variation in the Nash equilibrium, % and US$ mn."""
        percent = self.outcome.regional("welfare")
        usd = percent / 100.0 * self.game.base.accounts.absorption
        member = {code: player.name for player in self.players for code in player.members}
        return [
            {
                "region": code,
                "player": member.get(code, ""),
                "welfare_pct": float(p),
                "welfare_usd_mn": float(u),
            }
            for code, p, u in zip(self.game.base.regions, percent, usd, strict=True)
        ]

    def path_rows(self) -> list[dict[str, Any]]:
        """Return one row a move and player: the mover, and every player's welfare (%) and mean tariff (%) after it."""
        return [
            {
                "move": count, "round": move.round, "mover": move.player, "player": player.name,
                "tariff_pct": self.mean_rate(n, Kind.TARIFF, move.climb.point.rates),
                "welfare_pct": float(self.game.percent(move.climb.point.payoffs)[n]),
            }
            for count, move in enumerate(self.path, start=1)
            for n, player in enumerate(self.players)
        ]  # fmt: skip

    def mean_rate(self, player: int, kind: Kind, rates: Floats) -> float:
        """Return a player's mean rate of one kind in %, weighted by base trade; NaN if it has none."""
        chosen = self.game.instruments
        own = [k for k, slot in enumerate(chosen.slots) if slot.player == player and slot.kind is kind]
        trade = chosen.trade(self.game.base.accounts.flows)[own]
        return float(100.0 * rates[own] @ trade / trade.sum()) if trade.sum() > 0.0 else float("nan")

    @property
    def tariffs(self) -> pd.DataFrame:
        """`tariff_rows` as a DataFrame."""
        return _frame(self.tariff_rows())

    @property
    def summary(self) -> pd.DataFrame:
        """`player_rows` as a DataFrame indexed by player."""
        return _frame(self.player_rows()).set_index("player")

    @property
    def welfare(self) -> pd.DataFrame:
        """`welfare_rows` as a DataFrame indexed by region."""
        return _frame(self.welfare_rows()).set_index("region")

    def __repr__(self) -> str:
        names = ", ".join(player.name for player in self.players)
        state = f"regret {self.regret:.1e}%" if self.certificate else "no certificate"
        done = "converged" if self.converged else "not converged"
        return f"<Nash of {names} on {self.game.base.name}: {len(self.game.instruments.slots)} rates, {done}, {state}>"


def _frame(rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(list(rows))
