"""A posterior over the market's numbers from prices after China's controls, and forecasts of minerals left out.

Data: yearly prices outside China of gallium, germanium and tungsten (U.S. Geological Survey 2026) around the licences
of 2023-08 and 2025-02 and the ban of 2024-12, as ratios of years. Likelihood: the log of each ratio is normal around
the model's with a standard deviation read off minerals without a control in the same years. Sampler: importance
sampling from the prior, seeded. One or two ratios a mineral can tell a tight market from a loose one, and little more.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.random import Generator

from blocs.data.assumptions import Assumptions
from blocs.vectors.minerals import market, tables
from blocs.vectors.minerals.base import Base, base_of
from blocs.vectors.minerals.market import MarketState
from blocs.world.accounts import Floats
from blocs.world.world import World

FIRST, MONTHS = 2023, 36  # January 2023 to December 2025
CHINA = "CHN"
CUTS = ("cut_licence", "cut_tight")  # share of base tonnes that stops under licences, and after 2024-12
FITTED = ("Ga", "Ge", "W")
# ratios of yearly prices: (later year, earlier year)
RATIOS: dict[str, tuple[tuple[int, int], ...]] = {
    "Ga": ((2024, 2023), (2025, 2023)),
    "Ge": ((2024, 2023), (2025, 2023)),
    "W": ((2025, 2024),),
}
# left out of the fit: month (from January 2023) in which the control begins
LEFT_OUT: dict[str, int] = {
    "C": 11, "Sb": 20, "Bi": 25, "In": 25, "Te": 25, "Mo": 25,
    "Sm": 27, "Gd": 27, "Tb": 27, "Dy": 27, "Lu": 27, "Y": 27,
}  # fmt: skip
BEGINS = {"Ga": 7, "Ge": 7, "W": 25} | LEFT_OUT
TIGHT_FROM = {
    "Ga": 23,
    "Ge": 23,
    "Sb": 23,
}  # the ban of December 2024; for the others licences are all there is
# what China's exports say of the cut itself: germanium January–September 36,656 kg (2023), 18,787 (2024), 7,520 (2025)
EXPORTS_CUT = {"Ge": (1.0 - 18787.0 / 36656.0, 1.0 - 7520.0 / 36656.0)}
GROUPS = ("CHN", "USA", "JPN", "KOR", "DEU", "")  # buyers apart; "" for all others


def _uniform(low: float, high: float) -> Callable[[Generator, int], Floats]:
    return lambda random, n: random.uniform(low, high, n)


def _log_uniform(low: float, high: float) -> Callable[[Generator, int], Floats]:
    return lambda random, n: np.exp(random.uniform(math.log(low), math.log(high), n))


# wide on purpose; where an assumption has a published range it is the prior
PRIOR: dict[str, Callable[[Generator, int], Floats]] = {
    "demand.short": _log_uniform(0.03, 0.80),
    "demand.long": _uniform(0.20, 1.50),
    "demand.speed": _uniform(0.02, 0.08),
    "supply.short": _log_uniform(0.02, 0.60),
    "supply.spare": _uniform(0.0, 0.9),
    "sourcing": _uniform(3.4, 10.6),
    "backstop": _log_uniform(5.0, 26.0),
    "stocks.months": _uniform(1.5, 5.3),
    "stocks.draw": _uniform(0.10, 0.50),
    "leakage.share": _uniform(0.0, 0.9),
    "leakage.cost": _uniform(0.1, 1.5),
    "cut_licence": _uniform(0.1, 0.9),
    "cut_tight": _uniform(0.3, 1.0),
}


@dataclass(frozen=True, eq=False)
class Posterior:
    """Draws of every number of `PRIOR` with equal weights, the effective number of draws, and the noise of prices."""

    draws: dict[str, Floats]
    effective: float
    tried: int
    noise: float


def noise_of_prices() -> float:
    """Return the standard deviation of the log of two-year price ratios 2023–2025 of minerals without a control."""
    named = {symbol for one in tables.announcements() for symbol in one.symbols}
    changes = [
        math.log(mineral.price[2025] / mineral.price[2023])
        for symbol, mineral in tables.minerals().items()
        # lithium and rhodium fell from bubbles of 2021–22 that have nothing to do with supply here
        if symbol not in named and {2023, 2025} <= set(mineral.price) and symbol not in ("Li", "Rh")
    ]
    return float(np.std(changes, ddof=1))


def observed(symbol: str, later: int, earlier: int) -> float:
    """Return an observed ratio of yearly prices."""
    price = tables.find(symbol).price
    return price[later] / price[earlier]


def small_base(world: World, symbols: tuple[str, ...], assumptions: Assumptions) -> Base:
    """Return the base with buyers merged into `GROUPS`: prices outside China need no more, and it is much faster."""
    base = base_of(world, symbols, assumptions)
    group = np.array([GROUPS.index(code) if code in GROUPS else len(GROUPS) - 1 for code in base.regions])
    merge = np.zeros((len(base.regions), len(GROUPS)))
    merge[np.arange(len(base.regions)), group] = 1.0
    return replace(
        base, flows=base.flows @ merge, use=base.use @ merge, recycled=base.recycled @ merge, regions=GROUPS,
        output=(base.flows @ merge).sum(axis=2),
    )  # fmt: skip


def simulate(
    base: Base, china: int, draw: Mapping[str, float], assumptions: Assumptions
) -> tuple[Floats, Floats]:
    """Return prices outside China (year, m), mean of months weighed by use, and China's exports (year, m), tonnes.

    base: of `small_base`; china: the number of China among the regions of the world the origins are numbered in.
    """
    names = {f"minerals.{k}": float(v) for k, v in draw.items() if k not in (*CUTS, "leakage.share")}
    names["minerals.demand.long"] = max(names["minerals.demand.long"], names["minerals.demand.short"])
    assumed = assumptions.replace(names)
    policy = market.idle(base, MONTHS, assumed)
    abroad = [j for j, code in enumerate(base.regions) if code != CHINA]
    for m, symbol in enumerate(base.symbols):
        begins, tight = BEGINS[symbol], TIGHT_FROM.get(symbol, MONTHS)
        first, second = EXPORTS_CUT.get(symbol, (draw["cut_licence"], draw["cut_tight"]))
        for n in np.flatnonzero(base.origin[m, : base.origins[m]] == china):
            policy.cut[begins:, m, n, abroad] = first
            policy.cut[tight:, m, n, abroad] = max(first, second)
            policy.leaked[:, m, n, abroad] = draw["leakage.share"]
    rest = MarketState.rest(base, assumed)
    yearly, exports, state = [], [], rest
    for start in range(0, MONTHS, 12):
        part = replace(
            policy, cut=policy.cut[start : start + 12], leaked=policy.leaked[start : start + 12],
            extra=policy.extra[:12], public=policy.public[:12], recycled=policy.recycled[:12],
        )  # fmt: skip
        state, year = market.run(base, state, part, np.ones_like(base.use), assumed)
        weight = base.use[:, abroad] / base.use[:, abroad].sum(axis=1, keepdims=True)
        yearly.append((year.paid[:, :, abroad] * weight).sum(axis=2).mean(axis=0))
        at_china = (base.origin == china) & (np.arange(base.origin.shape[1]) < base.origins[:, None])
        exports.append((year.tonnes[:, :, abroad].sum(axis=2) * at_china).sum(axis=1))
    return np.array(yearly), np.array(exports)


def posterior(world: World, tried: int = 4000, kept: int = 200, seed: int = 20261124) -> Posterior:
    """Return `kept` draws of equal weight from the posterior, resampled from `tried` draws of the prior."""
    random = np.random.default_rng(seed)
    prior = {name: sample(random, tried) for name, sample in PRIOR.items()}
    assumptions = Assumptions.default()
    base, noise = small_base(world, FITTED, assumptions), noise_of_prices()
    china, log_weight = world.regions.index(CHINA), np.full(tried, -np.inf)
    for number in range(tried):
        prices, _ = simulate(base, china, {name: float(v[number]) for name, v in prior.items()}, assumptions)
        gaps = [
            math.log(prices[later - FIRST, m] / prices[earlier - FIRST, m] / observed(symbol, later, earlier))
            for m, symbol in enumerate(FITTED)
            for later, earlier in RATIOS[symbol]
        ]
        log_weight[number] = -0.5 * sum((gap / noise) ** 2 for gap in gaps)
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    # systematic resampling: one uniform draw, equal steps
    steps = (random.uniform() + np.arange(kept)) / kept
    chosen = np.searchsorted(np.cumsum(weight), steps).clip(max=tried - 1)
    return Posterior(
        {name: values[chosen] for name, values in prior.items()}, float(1.0 / (weight**2).sum()), tried, noise
    )


def forecasts(world: World, found: Posterior, symbols: tuple[str, ...]) -> dict[str, Floats]:
    """Return draws of the price ratio 2025 to 2023 outside China, noise of prices included, for minerals not fitted."""
    random = np.random.default_rng(1)
    assumptions = Assumptions.default()
    base, china = small_base(world, symbols, assumptions), world.regions.index(CHINA)
    count = len(next(iter(found.draws.values())))
    out = np.zeros((count, len(symbols)))
    for number in range(count):
        draw = {name: float(values[number]) for name, values in found.draws.items()}
        prices, _ = simulate(base, china, draw, assumptions)
        out[number] = prices[2] / prices[0]
    out = out * np.exp(random.normal(0.0, found.noise, out.shape))
    return {symbol: out[:, m] for m, symbol in enumerate(symbols)}


def build_posterior(folder: Path, tried: int = 2000) -> None:
    """Write minerals/posterior.csv and minerals/forecasts.csv below `folder`, from the bundled world and tables."""
    from blocs.world.load import load_world

    world = load_world("81x50")
    found = posterior(world, tried)
    ahead = forecasts(world, found, (*FITTED, *LEFT_OUT))
    names = list(found.draws)
    lines = [",".join(["draw", *names])]
    for number in range(len(found.draws[names[0]])):
        lines.append(",".join([str(number), *(f"{found.draws[name][number]:.4g}" for name in names)]))
    rows = ["symbol,fitted,observed,low,middle,high"]
    for symbol, values in ahead.items():
        low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
        seen = observed(symbol, 2025, 2023)
        rows.append(f"{symbol},{symbol in FITTED},{seen:.3f},{low:.3f},{middle:.3f},{high:.3f}")
    target = folder / "minerals"
    target.mkdir(parents=True, exist_ok=True)
    for name, text in (("posterior.csv", lines), ("forecasts.csv", rows)):
        (target / name).write_text("\n".join(text) + "\n", encoding="utf-8", newline="")
