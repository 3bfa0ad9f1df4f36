"""How participation in a rail grows: logistic, faster where trade loses its usual rail, and worth more with reach.

    logit m[r,i,t]  = logit m[r,i,0] + drift t + push[i]  banks of i on rail r, t years after the base
    push[i,t+1]     = push[i,t] + psi p[i,t]              what lost capacity adds
    p[i,t]          = -ln( remaining[i,t] )               remaining: trade-weighted capacity left after cuts
    reach[r,i]      = sum_j T[i,j] m[r,j]                 share of i's trade with partners on the rail
    w[r,i,j] / w0   = (m_i m_j / m0_i m0_j) · (reach_i reach_j / reach0_i reach0_j)^(eta/2)

A year counts half of its own push: figures are yearly averages. Adoption under pressure heals, it does not
enrich: had it paid before, it would have happened before. So it fills a corridor at most to the capacity that the
corridor would have had without the cut.
"""

from __future__ import annotations

import numpy as np

from blocs.world.accounts import Floats

FLOOR = 1e-4  # of remaining capacity: a country without any rail is under finite pressure


def participation(start: Floats, years: float, drift: float, push: Floats | float = 0.0) -> Floats:
    """Return m (region) in (0, 1] after `years` of drift and with `push` on the logit; 1 stays 1.

    start: m in the base year. drift: a year, on the logit.
    """
    with np.errstate(divide="ignore"):
        logit = np.log(start) - np.log1p(-start)
    return 1.0 / (1.0 + np.exp(-(logit + drift * years + push)))


def reach(members: Floats, trade_share: Floats) -> Floats:
    """Return the share of each region's trade that is with partners on the rail; `trade_share` rows sum to one."""
    return trade_share @ members


def growth(now: Floats, base: Floats, trade_share: Floats, elasticity: float) -> Floats:
    """Return w/w0 (region, region) from participation `now` against `base`, both (region); symmetric."""
    gained = now / base * (reach(now, trade_share) / reach(base, trade_share)) ** (0.5 * elasticity)
    return np.outer(gained, gained)


def pressure(left: Floats, trade_share: Floats) -> Floats:
    """Return p (region) from the share of capacity `left` on each corridor (region, region)."""
    remaining = (trade_share * np.minimum(left, 1.0)).sum(axis=1)
    return -np.log(np.clip(remaining, FLOOR, 1.0))


def healed(calm: Floats, pressed: Floats, before: Floats) -> Floats:
    """Return weights (rail, region, region) with adoption under pressure, filled at most to the capacity `before`.

    calm: without the push. pressed: with it, nowhere below calm. before: the year's weights without measures.
    """
    total = calm.sum(axis=0)
    gain = pressed.sum(axis=0) - total
    room = np.maximum(before.sum(axis=0) - total, 0.0)
    part = np.minimum(1.0, np.divide(room, gain, out=np.zeros_like(gain), where=gain > 0.0))
    return calm + part * (pressed - calm)
