"""Look-through content of an outcome: the bundled pattern of who buys from whom, balanced to what was solved.

Where each user has import shares of its own (sourcing by user), the outcome says which industry buys from whom, and
that is what is taken. With pooled sourcing the engine sources each good once for all its users. Assumed is then that
the pattern of the base holds: relative to what all users of a good in a region would buy from common origins, each cell
keeps its odds, and the table is balanced (RAS) to the outcome's flows and purchases. The base is treated alike, so that
a comparison of the two does not carry the balancing.
"""

from __future__ import annotations

import numpy as np

from blocs.data import store
from blocs.engine.elasticities import Sourcing
from blocs.engine.outcome import Outcome
from blocs.engine.quotas import NOBODY
from blocs.errors import DataError
from blocs.world.accounts import Floats
from blocs.world.by_user import BUNDLED, expand_by_user, flows_by_user
from blocs.world.look_through import leontief
from blocs.world.tables import region_table
from blocs.world.world import World

FITS = 1e-6  # of output or spending: what the parts of an outcome may miss their total by


def base_content(world: World) -> tuple[Floats, Floats]:
    """Return content (origin, user, region) and duty content of the base an outcome compares with."""
    _check(world)
    accounts = world.accounts
    flows = flows_by_user(accounts)
    duty = np.einsum("sikj,sij->kj", flows, accounts.tariff, optimize=True)
    return leontief(flows, accounts.output, accounts.value_added, duty)


def solved_content(outcome: Outcome) -> tuple[Floats, Floats]:
    """Return content (origin, user, region) and wedge content (user, region) of an outcome, shares of unit cost.

    Wedges are import duties, export taxes and rents of quotas on inputs. What an output tax or subsidy puts between
    cost and price belongs to nobody here: shares are of cost, which is output where there is none. Raises DataError for
    other worlds than 81x28 and where the parts do not add up.
    """
    _check(outcome.base)
    solution = outcome.solution
    assert solution is not None, "content is asked of outcomes that converged"
    landed = _landed(outcome)
    purchases = solution.flows * landed
    use, output = outcome.use.values, solution.output
    final = np.maximum(purchases.sum(axis=1) - use.sum(axis=1), 0.0)
    if outcome.sourcing is Sourcing.BY_USER:
        flows = outcome.by_user
        by_user = flows * landed[:, :, None, :]
        missing = np.abs(by_user.sum(axis=1) - use).max() / use.max()
        if missing > FITS:
            raise DataError(f"purchases by user miss the outcome's by {missing:.1e} of the largest")
    else:
        table = store.arrays(BUNDLED["81x28"])
        by_user = expand_by_user(
            table["codes"], float(table["step"]), purchases, np.concatenate([use, final[:, None, :]], axis=1)
        )[:, :, :-1]
        flows = by_user / landed[:, :, None, :]
    taxed = 0.0 if outcome.shocks.output_tax is None else outcome.shocks.output_tax
    cost = output / (1.0 + taxed)
    value_added = solution.labour_bill + solution.capital_bill
    gap = np.abs(use.sum(axis=0) + value_added - cost).max() / output.sum()
    if gap > FITS:
        raise DataError(f"inputs and value added of the outcome miss its cost by {gap:.1e} of the world's")
    return leontief(flows, cost, value_added, (by_user - flows).sum(axis=(0, 1)))


def _landed(outcome: Outcome) -> Floats:
    """Return what a buyer pays over the producer price (good, origin, destination)."""
    base, shocks = outcome.base.accounts, outcome.shocks
    tariff = base.tariff if shocks.tariff is None else base.tariff + shocks.tariff
    licence = outcome.licence_price.values / 100.0
    if (
        shocks.quota_rent is not None
    ):  # a rent that nobody keeps is used up in goods: it is in the flow itself
        licence = np.where(shocks.quota_rent == NOBODY, 0.0, licence)
    landed = (1.0 + tariff) * (1.0 + licence)
    if shocks.export_tax is not None:
        landed = landed * (1.0 + shocks.export_tax)
    solution = outcome.solution
    assert solution is not None
    paid = (solution.flows * landed).sum(axis=1)
    if np.abs(paid - solution.spending).max() > FITS * solution.spending.max():
        raise DataError(
            "purchases by origin do not add up to spending in this outcome; look-through content needs an outcome "
            "whose only wedges are duties, taxes and licences"
        )
    return landed


def _check(world: World) -> None:
    """Raise DataError unless the bundled pattern of purchases belongs to this world's regions and sectors."""
    if world.name != "81x28" or world.regions != tuple(region_table()):
        raise DataError(
            f"look-through content of an outcome needs purchases by user, which only the bundled 81x28 world has; "
            f"this is {world.name} ({len(world.regions)}x{len(world.sectors)}): run the scenario on 81x28"
        )
