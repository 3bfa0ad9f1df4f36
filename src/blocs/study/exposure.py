"""Friends and enemies: how a small shock in one country moves the welfare of every other, all pairs at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from blocs.engine.elasticities import Elasticities, Horizon
from blocs.engine.sensitivity import RATES, lever_sensitivities
from blocs.engine.shocks import Shocks
from blocs.errors import DataError, unknown
from blocs.study.coalition import solve_in
from blocs.study.members import Names, Setting, goods_of, setting
from blocs.world.accounts import Floats
from blocs.world.labels import labelled
from blocs.world.world import World

if TYPE_CHECKING:
    import xarray as xr

# lever -> what one unit of it means, in plain words; `engine.sensitivity.LEVERS` says where it acts
SHOCKS: dict[str, str] = {
    "productivity": "productivity of the industries rises by 1%",
    "tariff": "duties on all imports rise by one percentage point",
    "tariff_on": "everybody's duties on its exports rise by one percentage point",
    "export_tax": "taxes on all exports rise by one percentage point",
    "trade_cost": "trading across the border, both ways, gets 1% dearer",
    "demand": "final demand shifts towards the goods: their taste weights rise by 1%",
    "capital": "the capital stock of the industries rises by 1%",
    "labour": "the labour force rises by 1%",
}
TRADED = ("tariff", "tariff_on", "export_tax", "demand")  # by default on goods only


@dataclass(frozen=True, eq=False, repr=False)
class Exposure:
    """Derivatives of welfare: `cells` (good, from, to), % of absorption per 1% or per percentage point.

    The matrix is their sum over `goods`. `labour` has no good: its cells are the same for all and one is taken.
    """

    setting: Setting
    shock: str
    goods: tuple[str, ...]
    cells: Floats
    notes: tuple[str, ...]

    @cached_property
    def matrix(self) -> xr.DataArray:
        """Effect of the shock in `origin` on welfare in `destination`, %."""
        return self._label(self._matrix, ("origin", "destination"))

    @cached_property
    def by_sector(self) -> xr.DataArray:
        """The same by `good` (origin, destination), %; summing over the goods of the study gives `matrix`."""
        if self.shock == "labour":
            raise DataError("labour moves between industries, so a shock to it has no sector; use `matrix`")
        return self._label(self.cells, ("good", "origin", "destination"))

    @cached_property
    def usd(self) -> xr.DataArray:
        """The matrix in US$ mn of the base year."""
        values = self._matrix * self.setting.base.accounts.absorption[None, :] / 100.0
        return labelled(
            "exposure_usd", values, ("origin", "destination"), self.setting.base.regions, self.setting.base.sectors,
            "US$ mn",
        )  # fmt: skip

    @cached_property
    def _matrix(self) -> Floats:
        if self.shock == "labour":
            return self.cells[0]
        return self.cells[[self.setting.base.sectors.index(code) for code in self.goods]].sum(axis=0)

    def effects(self, region: str) -> list[tuple[str, float]]:
        """Return (other region, % of its welfare) from a shock in `region`: enemies first, friends last."""
        n = self.setting.base.region_index(region)
        return self._ordered(self._matrix[n], n)

    def sources(self, region: str) -> list[tuple[str, float]]:
        """Return (other region, % of the welfare of `region`) from a shock there: enemies first, friends last."""
        n = self.setting.base.region_index(region)
        return self._ordered(self._matrix[:, n], n)

    def _ordered(self, values: Floats, skip: int) -> list[tuple[str, float]]:
        codes = self.setting.base.regions
        return [(codes[k], float(values[k])) for k in np.argsort(values, kind="stable") if k != skip]

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Regions ordered by similarity: average linkage on how alike they are moved (correlation of the columns, own
        effects left out), with the order of leaves that puts the most similar side by side."""
        from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering
        from scipy.spatial.distance import pdist

        regions = self.setting.base.regions
        if len(regions) < 3:
            return regions
        profile = self._matrix.T.copy()
        np.fill_diagonal(profile, np.nan)
        profile = np.where(np.isnan(profile), np.nanmean(profile, axis=1, keepdims=True), profile)
        spread = profile.std(axis=0)  # every source counts alike, large or small
        distance = pdist(profile / np.where(spread > 0.0, spread, 1.0))
        tree = optimal_leaf_ordering(linkage(distance, "average"), distance)
        return tuple(regions[n] for n in leaves_list(tree))

    def _label(self, values: Floats, dims: tuple[str, ...]) -> xr.DataArray:
        unit = "% of absorption per " + ("percentage point" if self.shock in RATES else "1%")
        base = self.setting.base
        return labelled(f"exposure_{self.shock}", values, dims, base.regions, base.sectors, unit)


def exposure(
    world: World | str | None = None,
    *,
    shock: str = "productivity",
    goods: Names | None = None,
    horizon: Horizon | str = Horizon.LONG,
    elasticities: Elasticities | str | None = None,
) -> Exposure:
    """Return the first-order effect of `shock` in every country on the welfare of every other.

    shock: one of `SHOCKS`. goods: where it acts; default all sectors, for duties, export taxes and demand all goods.
    Welfare is equivalent variation, % of absorption, at the balanced base; the implicit function theorem on the
    solver's own step gives all pairs and sectors from one linearisation (`engine.sensitivity`). Raises DataError for an
    unknown shock or sector and for a demand shift towards everything, which is none.
    """
    if shock not in SHOCKS:
        raise DataError(unknown("shock", shock, SHOCKS))
    place = setting(world, elasticities=elasticities, horizon=horizon)
    named = goods_of(_default(shock, place.base) if goods is None else goods, place.base)
    if shock == "demand" and len(named) == len(place.base.sectors):
        raise DataError(
            "demand shifts towards some goods away from others; towards all it is no shift: name goods"
        )
    if shock == "labour" and goods is not None:
        raise DataError("labour moves between industries, so a shock to it has no sector; leave goods out")
    outcome = solve_in(place, Shocks.neutral())
    rows = lever_sensitivities(outcome, np.eye(len(place.base.regions)), shock)  # (to, good, from)
    cells = rows.transpose(1, 2, 0) / 100.0
    notes = (
        f"In each country in turn, {SHOCKS[shock]}.",
        "First-order effect at the balanced base, in % of absorption; large shocks bend it.",
    )
    return Exposure(place, shock, named, np.ascontiguousarray(cells), notes)


def _default(shock: str, base: World) -> str:
    from blocs.world.tables import sector_table

    bundled = set(base.sectors) <= set(sector_table())
    return "goods" if shock in TRADED and bundled else "all"
