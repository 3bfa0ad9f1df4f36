"""Elasticity sets by name, uniform ones, and horizons (docs/engine.md)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache

import numpy as np

from blocs.data import store
from blocs.data.assumptions import SERVICES, Assumptions
from blocs.errors import DataError, unknown
from blocs.world.accounts import Floats
from blocs.world.world import World

DEFAULT_SET = "fontagne2022"


class Horizon(Enum):
    """How long markets have had: sets factor mobility and, for the default elasticities, their size."""

    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"

    @property
    def mobile_capital(self) -> bool:
        """Whether capital moves between a region's industries until it earns one rental."""
        return self is Horizon.LONG


class Closure(Enum):
    """What happens to trade deficits D.

    FIXED: D stays its share of world value added. BALANCED: D is purged first, results are against the purged
    base. PROPORTIONAL: a region's total spending over its gross output keeps its base ratio times one world
    factor (only without tariffs). DEMAND: nominal spending is anchored, wages have a floor and people may be out of
    work; needs `Demand`.
    """

    FIXED = "fixed"
    BALANCED = "balanced"
    PROPORTIONAL = "proportional"
    DEMAND = "demand"


class Sourcing(Enum):
    """Who buys from whom. POOLED: all users of a good in a region buy from the same origins in the same shares.

    BY_USER: each industry and final use have import shares of their own; only for a World that carries them (`Z`).
    """

    POOLED = "pooled"
    BY_USER = "by_user"


@dataclass(frozen=True)
class Demand:
    """The demand closure's two numbers, to be chosen: E' = (1-m) E kappa + m E Inc'/Inc, wage >= (labour demand)^psi.

    propensity: m, the marginal propensity to spend out of income, 0 <= m < 1. pass_through: psi, how far wages (in
    foreign currency) follow a fall of labour demand: 0 a peg with rigid wages, 1 a float without unemployment.
    """

    propensity: float
    pass_through: float

    def __post_init__(self) -> None:
        if not 0.0 <= self.propensity < 1.0:
            raise DataError(f"propensity is {self.propensity}; a marginal propensity to spend lies in [0, 1)")
        if not 0.0 <= self.pass_through <= 1.0:
            raise DataError(f"pass_through is {self.pass_through}; it lies between 0 (peg) and 1 (float)")


@dataclass(frozen=True)
class Elasticities:
    """Trade elasticities theta (= sigma - 1 of the Armington nest) by good, and four nest elasticities.

    theta: one number for all goods, or a mapping from sector codes. sigma_materials: across intermediate goods
    (sigma_M); sigma_output: value added against materials (sigma_Q); sigma_factors: labour against capital
    (sigma_V); sigma_final: across final goods (sigma_C). Dimensionless. theta must be above zero.
    """

    theta: float | Mapping[str, float]
    sigma_materials: float = 1.0
    sigma_output: float = 1.0
    sigma_factors: float = 1.0
    sigma_final: float = 1.0
    name: str = field(default="custom", compare=False)

    def __post_init__(self) -> None:
        thetas = self.theta if isinstance(self.theta, Mapping) else {"every good": self.theta}
        for good, value in thetas.items():
            if not np.isfinite(value) or value <= 0.0:
                raise DataError(
                    f"trade elasticity theta of {good} is {value}; it must be above 0 (theta = sigma - 1, "
                    "published values lie between about 0.6 and 65)"
                )
        for nest in ("sigma_materials", "sigma_output", "sigma_factors", "sigma_final"):
            value = getattr(self, nest)
            if not np.isfinite(value) or value < 0.0:
                raise DataError(
                    f"{nest} is {value}; an elasticity of substitution is at least 0 (1 is Cobb-Douglas)"
                )

    @classmethod
    def load(
        cls, name: str, horizon: Horizon = Horizon.LONG, assumptions: Assumptions | None = None
    ) -> Elasticities:
        """Return a published set of trade elasticities with the nest elasticities of `horizon`.

        Published sets are long-run; at shorter horizons theta is scaled by the ratio of short-run to long-run
        estimates of Boehm, Levchenko and Pandalai-Nayar (2023), see `parameters/nests.yaml`. Names: `available()`.
        assumptions: default those of the parameter files.
        """
        table = published()
        if name not in table:
            raise DataError(unknown("elasticity set", name, table))
        assumed = assumptions or Assumptions.default()
        scale, nests = horizon_values(horizon, assumed)
        own, common = assumed.under("trade.elasticity.own"), assumed["trade.elasticity.common"]
        shift = {good: common + own.get(good, own[SERVICES]) for good in table[name]}
        return cls(
            theta={good: scale * theta * math.exp(shift[good]) for good, theta in table[name].items()},
            name=name,
            **nests,
        )

    @classmethod
    def uniform(cls, theta: float = 4.0, sigma: float = 1.0) -> Elasticities:
        """Return one trade elasticity for every good and one elasticity for every nest."""
        return cls(theta, sigma, sigma, sigma, sigma, name="uniform")

    @staticmethod
    def available() -> tuple[str, ...]:
        """Return the names `load` takes."""
        return tuple(published())

    def of(self, world: World) -> Floats:
        """Return theta by sector of `world`; an aggregated sector gets its members' trade-weighted mean."""
        if not isinstance(self.theta, Mapping):
            return np.full(len(world.sectors), float(self.theta))
        theta = self.theta
        return np.array([theta.get(sector) or self._of_sector(sector, world) for sector in world.sectors])

    def _of_sector(self, sector: str, world: World) -> float:
        assert isinstance(self.theta, Mapping)
        if sector in self.theta:
            return float(self.theta[sector])
        members = world.composition.get(sector)
        if members and all(code in self.theta for code in members):
            return float(sum(weight * self.theta[code] for code, weight in members.items()))
        raise DataError(
            f"elasticity set {self.name!r} has no trade elasticity for sector {sector!r} of world {world.name}; "
            "give Elasticities(theta={...}) with every sector, or Elasticities.uniform(theta=4.0)"
        )


@lru_cache(maxsize=1)
def published() -> dict[str, dict[str, float]]:
    """Return the bundled sets: {set: {sector code: theta}}, long-run; every service takes the set's services value."""
    services = [row["code"] for row in store.rows("sectors.csv") if row["kind"] == "services"]
    table: dict[str, dict[str, float]] = {}
    for row in store.rows("elasticities.csv"):
        table.setdefault(row["set"], {})[row["good"]] = float(row["theta"])
    for thetas in table.values():
        thetas.update(dict.fromkeys(services, thetas["SERV"]))
    return table


def horizon_values(horizon: Horizon, assumptions: Assumptions) -> tuple[float, dict[str, float]]:
    """Return the scale of theta and the nest elasticities of `horizon`."""
    entries = assumptions.under(f"nests.{horizon.value}")
    names = {
        "sigma_materials": "sigma_M",
        "sigma_output": "sigma_Q",
        "sigma_factors": "sigma_V",
        "sigma_final": "sigma_C",
    }
    return entries["theta_scale"], {ours: entries[symbol] for ours, symbol in names.items()}
