"""A closed-form check of leverage: the loss of a target if every other price stayed where it is.

With supplier prices abroad and factor prices at home unchanged, losing the coalition's share pi_C of good s makes the
good dearer by the CES formula

    P[s] = (pi_home c[s]^(-theta) + pi_others)^(-1/theta)          (c = 1: (1 - pi_C)^(-1/theta))

which spreads through the target's own input-output table, c[k] = (beta + (1 - beta) PM^(1-sigma_Q))^(1/(1-sigma_Q))
with PM the materials index, until prices are consistent. The loss is 1 - (1 - d)/PC with PC the consumer price index
and d the duty no longer collected on what is withheld, over absorption. In one sector without materials and duty it is
the formula of Arkolakis, Costinot and Rodriguez-Clare (2012) at constant relative wages. It bounds the exact loss from
above as long as the target's terms of trade do not worsen: it buys less abroad, which helps it, but pays other
suppliers more for substitutes, which hurts. An exact loss above the bound says that the second weighs more.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from blocs.study.members import Setting
from blocs.world.accounts import Floats

PRICE_TOLERANCE = 1e-12
MOST_SWEEPS = 500


def ces_bounds(
    place: Setting, coalition: Sequence[str], target: Sequence[str], goods: Sequence[str]
) -> tuple[dict[str, float], float]:
    """Return the bound of every good withheld alone, and of all of `goods` together, % of the target's absorption."""
    sectors = place.base.sectors
    single = {good: _bound(place, coalition, target, [sectors.index(good)]) for good in goods}
    return single, _bound(place, coalition, target, [sectors.index(good) for good in goods])


def _bound(place: Setting, coalition: Sequence[str], target: Sequence[str], goods: Sequence[int]) -> float:
    absorption, ours = place.base.accounts.absorption, place.indices(coalition)
    lost = size = 0.0
    for j in place.indices(target):
        lost += consumer_loss(place, ours, j, goods) * absorption[j]
        size += absorption[j]
    return float(100.0 * lost / size)


def consumer_loss(place: Setting, ours: Sequence[int], j: int, goods: Sequence[int]) -> float:
    """Return the loss (fraction) of region index `j` that loses `goods` of suppliers `ours`; infinite prices at
    sigma > 1 drop out, at sigma <= 1 the loss is 1."""
    accounts, el = place.base.accounts, place.elasticities
    theta = el.of(place.base)
    spent = accounts.flows[:, :, j] * (1.0 + accounts.tariff[:, :, j])
    share = _over(spent, spent.sum(axis=1)[:, None])
    home = share[:, j].copy()
    others = share.sum(axis=1) - home
    for s in goods:
        others[s] -= share[s, ours].sum()
    others = np.maximum(others, 0.0)
    used = spent.sum(axis=1) > 0.0
    mu = _over(accounts.use[:, :, j], accounts.use[:, :, j].sum(axis=0)[None])
    beta = np.where(
        accounts.output[:, j] > 0.0, _over(accounts.value_added[:, j], accounts.output[:, j]), 1.0
    )
    log_cost = np.zeros(len(theta))
    for _ in range(MOST_SWEEPS):
        pull = home * np.exp(-theta * log_cost) + others
        with np.errstate(divide="ignore"):
            price = np.where(used, -np.log(pull) / theta, 0.0)
        materials = np.array([_index(mu[:, k], price, el.sigma_materials) for k in range(len(theta))])
        new = np.array(
            [
                _index(np.array([b, 1.0 - b]), np.array([0.0, p]), el.sigma_output)
                for b, p in zip(beta, materials, strict=True)
            ]
        )
        if not np.isfinite(new).all():
            return 1.0
        done = np.abs(new - log_cost).max() < PRICE_TOLERANCE
        log_cost = new
        if done:
            break
    final = accounts.final[:, j] / accounts.final[:, j].sum()
    consumer = _index(final, price, el.sigma_final)
    withheld = np.ix_(list(goods), list(ours), [j])
    duty = float((accounts.flows[withheld] * accounts.tariff[withheld]).sum() / accounts.absorption[j])
    return float(1.0 - (1.0 - duty) * np.exp(-consumer))


def _index(share: Floats, log_price: Floats, sigma: float) -> float:
    """Return the log price index of a CES nest."""
    bought = share > 0.0
    if not bought.any():
        return 0.0
    share, log_price = share[bought], log_price[bought]
    if sigma == 1.0:
        return float(share @ log_price)
    mean = float(share @ np.expm1((1.0 - sigma) * log_price))
    return float(np.log1p(mean) / (1.0 - sigma)) if mean > -1.0 else np.inf


def _over(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros(np.broadcast(part, whole).shape), where=whole > 0.0)
