"""Campos, Estefania-Flores, Furceri and Timini (2023), the world falling apart into three blocs.

Source: R. G. Campos, J. Estefania-Flores, D. Furceri, J. Timini, "Geopolitical fragmentation and trade",
Journal of Comparative Economics 51(4), 2023; their trade matrix of 2019 (151 countries, one good), bloc trade
costs `tau_hat_1` and results `fragmentation_1.csv`. theta = 3.8; roundabout production with value-added share
1/(1 + psi), psi = 1.2397891963; a region's total spending over its gross output keeps its base ratio times one
world factor (Closure.PROPORTIONAL). Their "welfare" is the real wage. Tolerance: 1e-8 relative.

One country (COG) needs more materials in the model than it buys of anything in the data, so that final use
would be negative, which a world refuses. It gets materials of nine tenths of its spending, and the rest of the
roundabout through the productivity it is worth: cost w^(1-m) P^m / A equals w^b P^(1-b) at A = (w/P)^(1-b-m).
"""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

import numpy as np
from source_data import validation

import blocs
from blocs.world.accounts import Floats

THETA, PSI = 3.8, 1.2397891963
ELASTICITIES = blocs.Elasticities(THETA)
TIGHT = blocs.Anderson(tolerance=1e-12)
PROPORTIONAL = blocs.Closure.PROPORTIONAL


def test_real_wages_of_three_blocs_are_the_published_welfare_of_all_countries() -> None:
    folder = validation("campos2023")
    published = _column(folder / "fragmentation_1.csv", "Welfare")
    wages = _three_blocs(folder)
    names = _world(folder)[0].regions
    gaps = np.array([wages[names.index(code)] - value for code, value in published.items()])
    assert len(published) == 151
    assert np.abs(gaps).max() < 1e-8
    for code, value in {
        "USA": -0.1264,
        "CHN": -1.5224,
        "RUS": -2.5470,
        "DEU": -0.8123,
        "KOR": -2.2229,
    }.items():
        assert round(wages[names.index(code)], 4) == value


def test_autarky_of_russia_is_the_closed_form() -> None:
    """-9.43673 is lambda^((1 + psi)/theta) - 1 with Russia's own share of its spending.

    A region whose spending is a fixed ratio of its output has no equilibrium alone unless that ratio is one: the
    published number is the formula at the home share of the data. The engine purges deficits first and meets the
    same formula at the purged home share, to 1e-8.
    """
    world, _ = _world(validation("campos2023"))
    russia = world.regions.index("RUS")
    flows = world.accounts.flows[0]
    published = 100.0 * ((flows[russia, russia] / flows[:, russia].sum()) ** ((1.0 + PSI) / THETA) - 1.0)
    assert round(published, 5) == -9.43673
    base = blocs.purge(world, elasticities=ELASTICITIES, solver=TIGHT)
    closed = np.ones((1, len(base.regions), len(base.regions)))
    closed[:, russia, :] = closed[:, :, russia] = 0.0
    closed[:, russia, russia] = 1.0
    outcome = blocs.solve(base, availability=closed, elasticities=ELASTICITIES, solver=TIGHT)
    home = base.accounts.flows[0, russia, russia] / base.accounts.spending[0, russia]
    share = base.accounts.value_added[0, russia] / base.accounts.output[0, russia]
    exact = home ** (1.0 / (THETA * share))
    assert abs(1.0 + outcome.real_wage.values[russia] / 100.0 - exact) < 1e-8


@lru_cache(maxsize=1)
def _three_blocs(folder: Path) -> Floats:
    """Return real wages, %, with the outer loop over the productivity that stands for missing materials."""
    world, missing = _world(folder)
    cost = _matrix(folder / "tau_hat.csv", "tau_hat_1", ",", world.regions)[None]
    productivity = np.ones((1, len(world.regions)))
    outcome = None
    for _ in range(100):
        outcome = blocs.solve(
            world, trade_cost=cost, productivity=productivity, closure=PROPORTIONAL, elasticities=ELASTICITIES,
            solver=TIGHT, start=outcome,
        )  # fmt: skip
        assert outcome.status.converged, outcome.status
        implied = (1.0 + outcome.real_wage.values / 100.0) ** missing
        if np.abs(np.log(implied / productivity)).max() < 1e-13:
            break
        productivity = implied[None, :]
    return outcome.real_wage.values


@lru_cache(maxsize=1)
def _world(folder: Path) -> tuple[blocs.World, Floats]:
    """Return the world, and by region the share of cost in materials that its accounts cannot hold."""
    with (folder / "def_blocs.csv").open() as lines:
        regions = tuple(sorted(row["iso"] for row in csv.DictReader(lines, delimiter=";")))
    flows = _matrix(folder / "trade_2019.csv", "trade", ";", regions)
    output, spending = flows.sum(axis=1), flows.sum(axis=0)
    wanted = PSI / (1.0 + PSI)
    share = np.where(wanted * output < spending, wanted, 0.9 * spending / output)
    world = blocs.World.from_flows(flows[None], (share * output)[None, None], regions=regions)
    return world, wanted - share


def _matrix(path: Path, column: str, delimiter: str, regions: tuple[str, ...]) -> Floats:
    """Return (origin, destination) of one column; an empty cell is no trade."""
    at = {code: n for n, code in enumerate(regions)}
    out = np.zeros((len(regions), len(regions)))
    with path.open() as lines:
        for row in csv.DictReader(lines, delimiter=delimiter):
            out[at[row["iso_o"]], at[row["iso_d"]]] = float(row[column] or 0.0)
    return out


def _column(path: Path, name: str) -> dict[str, float]:
    with path.open() as lines:
        return {row["iso"]: float(row[name]) for row in csv.DictReader(lines)}
