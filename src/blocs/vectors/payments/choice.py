"""How a corridor spreads its payments over rails: a logit over weights, with an outside option that caps the cost.

    C[i,j]  = -(1/mu) ln( sum_r w[r,i,j] exp(-mu c[r,i,j]) + exp(-mu cap) )      cost, log-sum over mu
    s[r,i,j] = w exp(-mu c) / (sum over rails + exp(-mu cap))                    share of rail r

w >= 0 is a rail's weight: its share in the base times what reach and participation have done to it since; c its cost
above the base, a fraction of the value paid; mu the scale, 1 over a fraction; cap the cost of settling without any
rail (cash, barter, a bank in a third country). A rail that is cut has w = 0.
"""

from __future__ import annotations

import numpy as np

from blocs.world.accounts import Floats


def log_sum_cost(weights: Floats, cost: Floats, mu: float, cap: float) -> Floats:
    """Return C[i,j], a fraction of the value paid; `weights` and `cost` are (rail, region, region)."""
    return -np.log(_attraction(weights, cost, mu).sum(axis=0) + np.exp(-mu * cap)) / mu


def shares(weights: Floats, cost: Floats, mu: float, cap: float) -> Floats:
    """Return s (rail + 1, region, region): the rails, then the outside option; sums to one over the first axis."""
    rails = _attraction(weights, cost, mu)
    outside = np.full((1, *rails.shape[1:]), np.exp(-mu * cap))
    every = np.concatenate([rails, outside])
    return every / every.sum(axis=0)


def cost_change(weights: Floats, cost: Floats, before: Floats, mu: float, cap: float) -> Floats:
    """Return C[i,j] under `weights` and `cost` less C[i,j] under the weights `before` at no cost.

    Exactly zero where nothing changed; never above cap + (1/mu) ln(1 + exp(-mu cap)) where `before` sums to one.
    """
    unchanged = (weights == before).all(axis=0) & (cost == 0.0).all(axis=0)
    change = log_sum_cost(weights, cost, mu, cap) - log_sum_cost(before, np.zeros_like(before), mu, cap)
    return np.where(unchanged, 0.0, change)


def _attraction(weights: Floats, cost: Floats, mu: float) -> Floats:
    return weights * np.exp(-mu * cost)
