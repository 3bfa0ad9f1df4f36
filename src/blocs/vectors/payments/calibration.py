"""How the push of adoption and the reach of Russia's cut-off are fitted to what was seen between Russia and China.

Observed (EBRD): the renminbi's share in Russia's imports **from China** was 20% in 2021 and 63% at the end of 2022.
On one corridor the turn of Russia's trade towards China plays no part, so this is what is fitted:

    mean of 2022  = (share before + share at the end) / 2          end of 2022 = (model 2022 + model 2023) / 2

with model years as yearly averages. Two numbers are fitted to two targets: `push`, and the share of banks that the
cut-off reached. The share in **all** of Russia's imports (Bank of Russia: 4% in January 2022, 23% in December, 27% in
March 2023, 36.4% at the end of 2023) is not fitted; it is set beside the model as a check, with the imports of 2022 as
weights.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from blocs.data import store
from blocs.data.assumptions import Assumptions
from blocs.vectors.payments.measures import CutOff
from blocs.vectors.payments.network import begin, corridors
from blocs.vectors.payments.rails import CIPS, base_of, number, trade_between
from blocs.world.accounts import Floats
from blocs.world.world import World

YEARS = (2022, 2023)
SENDERS = "SANCTIONING_RUSSIA"


@dataclass(frozen=True)
class Fit:
    """What was fitted (push, intensity), and (model, observed) of everything it is measured by, fractions."""

    push: float
    intensity: float
    china_2022: tuple[float, float]
    china_end_2022: tuple[float, float]
    china_base: tuple[float, float]
    all_base: tuple[float, float]
    all_2022: tuple[float, float]
    all_2023: tuple[float, float]


def observed(measure: str) -> tuple[Floats, Floats]:
    """Return times (years and fractions) and shares (fractions) of `measure` in `payments/renminbi-use.csv`."""
    rows = [row for row in store.rows("payments/renminbi-use.csv") if row["measure"] == measure]
    return np.array([float(row["time"]) for row in rows]), np.array(
        [float(row["share"]) / 100.0 for row in rows]
    )


def fit(world: World, later: World, assumptions: Assumptions | None = None) -> Fit:
    """Return the fit; `world` of 2021, the last base without the shock, `later` of 2022, for its imports."""
    from scipy.optimize import least_squares

    given = Assumptions.default() if assumptions is None else assumptions
    before, end = (float(share) for share in observed("russia_imports_from_china")[1])
    goal = (0.5 * (before + end), end)

    def corridor(x: Floats) -> tuple[float, float]:
        one, two = (found[0] for found in _path(world, later, x, given))
        return one, 0.5 * (one + two)

    found = least_squares(
        lambda x: np.log(np.array(corridor(x)) / np.array(goal)),
        x0=[3.0, 0.8],
        bounds=([0.05, 0.05], [20.0, 1.0]),
    )
    year, end_model = corridor(found.x)
    base, *after = _base(world, later, given), *_path(world, later, found.x, given)
    means = _yearly(*observed("russia_imports"))
    return Fit(
        float(found.x[0]), float(found.x[1]), (year, goal[0]), (end_model, goal[1]), (base[0], before),
        (base[1], float(observed("russia_imports")[1][0])), (after[0][1], means[2022]), (after[1][1], means[2023]),
    )  # fmt: skip


def _path(world: World, later: World, x: Floats, given: Assumptions) -> list[tuple[float, float]]:
    """Return the renminbi's share in Russia's imports from China and from all, by year."""
    assumptions = given.replace({"payments.adoption.push": float(x[0])})
    trade = trade_between(world.accounts.flows)
    base, memory = base_of(world, assumptions), begin(world)
    cut = [CutOff(rail="swift", of=["RUS"], by=[SENDERS], intensity=float(x[1]))]
    out = []
    for year in YEARS:
        found, memory = corridors(world, base, trade, memory, cut, assumptions, year)
        out.append(_shares(found.shares[number(CIPS)], later))
    return out


def _base(world: World, later: World, given: Assumptions) -> tuple[float, float]:
    return _shares(base_of(world, given).shares[number(CIPS)], later)


def _shares(cips: Floats, world: World) -> tuple[float, float]:
    russia, china = world.regions.index("RUS"), world.regions.index("CHN")
    imports = np.array(world.accounts.flows.sum(axis=0)[:, russia])
    imports[russia] = 0.0
    return float(cips[china, russia]), float(cips[:, russia] @ imports / imports.sum())


def _yearly(when: Floats, share: Floats) -> dict[int, float]:
    grid = np.linspace(0.0, 1.0, 1001)
    return {year: float(np.interp(year + grid, when, share).mean()) for year in YEARS}
