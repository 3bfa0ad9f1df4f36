"""What the payments vector watches in a year: what can settle, on which rails, in which currencies, at what cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from blocs.data.assumptions import Assumptions
from blocs.vectors.payments.blocs_of import Blocs, blocs_of, game_of
from blocs.vectors.payments.invoicing import Game, equilibria
from blocs.vectors.payments.network import Corridors
from blocs.vectors.payments.rails import (
    BILATERAL,
    CIPS,
    OUTSIDE,
    RAILS,
    SWIFT,
    Base,
    currency_shares,
    number,
    shares_of_rows,
    trade_between,
)
from blocs.world.accounts import Floats
from blocs.world.world import World

if TYPE_CHECKING:
    import xarray as xr

    from blocs.engine.outcome import Outcome

EVERY_RAIL = (*RAILS, OUTSIDE)


def indicators(
    world: World,
    base: Base,
    base_trade: Floats,
    record: Corridors,
    assumptions: Assumptions,
    outcome: Outcome,
) -> xr.Dataset:
    """Return indicators of one year over `region`, `rail`, `currency` and `bloc`; shares are fractions.

    Weights are the year's trade both ways at producer prices, but for `can_settle` and `without_swift`: these ask about
    the trade of the base, so that a corridor that trade has left counts as one that could not settle.
    """
    import xarray as xr

    blocs = blocs_of(world, base_trade)
    trade = trade_between(outcome.bare_flows)
    weight = shares_of_rows(trade)
    shares = record.shares
    by_region = np.einsum("rij,ij->ri", shares, weight)
    together = np.einsum("rij,ij->r", shares, trade) / trade.sum()
    flows = outcome.bare_flows.sum(axis=0)
    np.fill_diagonal(flows, 0.0)
    renminbi = shares[number(CIPS)]
    flags = np.stack(equilibria(_game(blocs, assumptions, world)))
    names, money = _currencies(together)
    data = {
        "can_settle": ("region", (base.trade_share * record.capacity).sum(axis=1),
                       "share of base trade for which a rail is there"),
        "without_swift": ("region", (base.trade_share * record.without_swift).sum(axis=1),
                          "share of base trade for which a rail other than SWIFT is there"),
        "rail_share": (("rail", "region"), by_region, "share of payments for trade by rail"),
        "rail_share_world": ("rail", together, "share of the world's payments for trade by rail"),
        "concentration": ("region", (by_region**2).sum(axis=0), "Herfindahl index of rail shares"),
        "settlement_cost": ("region", 100.0 * (weight * record.change).sum(axis=1),
                            "change of the settlement cost, % of trade"),
        "renminbi_imports": ("region", (renminbi * flows).sum(axis=0) / flows.sum(axis=0),
                             "share of renminbi (CIPS) in payments for imports"),
        "renminbi_exports": ("region", (renminbi * flows).sum(axis=1) / flows.sum(axis=1),
                             "share of renminbi (CIPS) in payments for exports"),
        "participation": (("rail_without_outside", "region"), record.participation,
                          "share of banks that can use the rail"),
        "currency_share": ("currency", money, "share of the world's payments for trade by currency"),
        "invoicing_equilibria": ((), float(len(flags)), "number of equilibria of the renminbi invoicing game"),
        "invoicing_least": ("bloc", flags[0].astype(np.float64), "invoices in renminbi in the least equilibrium"),
        "invoicing_greatest": ("bloc", flags[-1].astype(np.float64),
                               "invoices in renminbi in the greatest equilibrium"),
    }  # fmt: skip
    coords = {
        "region": list(world.regions), "rail": list(EVERY_RAIL), "rail_without_outside": list(RAILS),
        "currency": names, "bloc": list(blocs.names),
    }  # fmt: skip
    fields = {
        name: (dims, values, {"long_name": about, "unit": "%" if name == "settlement_cost" else "fraction"})
        for name, (dims, values, about) in data.items()
    }
    fields["invoicing_equilibria"][2]["unit"] = "number"
    return xr.Dataset(fields, coords=coords)


def _game(blocs: Blocs, assumptions: Assumptions, world: World) -> Game:
    return game_of(
        blocs, assumptions["payments.invoicing.threshold"], np.zeros(len(world.regions), dtype=bool)
    )


def _currencies(together: Floats) -> tuple[list[str], Floats]:
    """Return currencies and their shares: CNY over CIPS, local ones bilateral, SWIFT's split as it reports."""
    on_swift = {name: share for name, share in currency_shares().items() if name != "CNY"}
    rest = together[number(SWIFT)]
    known = sum(on_swift.values())
    named = {name: rest * share for name, share in on_swift.items()}
    named["CNY"] = together[number(CIPS)]
    named["local"] = together[number(BILATERAL)]
    named["other"] = rest * (1.0 - known) + together[len(RAILS)] + together[number("bridge")]
    return list(named), np.array(list(named.values()))
