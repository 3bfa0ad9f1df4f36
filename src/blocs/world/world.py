"""The benchmark world: labelled, immutable accounts of regions and industries in one year."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from blocs.errors import DataError
from blocs.world.accounts import Accounts, Floats, check, check_by_user, frozen
from blocs.world.labels import align, labelled

if TYPE_CHECKING:
    import xarray as xr

    from blocs.data.assumptions import Assumptions

Composition = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, eq=False, repr=False)
class World:
    """A balanced world; build one with `load_world` or `World.from_flows`.

    Arrays are xarray objects over read-only memory: `flows` (good, origin, destination; US$ mn at basic prices),
    `use` (good, user, region; duty-inclusive), `final` (good, region; duty-inclusive), `output`,
    `value_added`, `labour_share` (user, region), `tariff` (good, origin, destination; rate), `deficit`
    (region). `accounts` holds the same as bare float64 arrays for the kernels.
    """

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    accounts: Accounts
    name: str = "custom"
    year: int | None = None
    notes: tuple[str, ...] = ()
    # what an aggregated sector is made of: weights by international trade of the sectors it came from
    composition: Composition = field(default_factory=dict)
    # flows by user (good, origin, user, destination), or how to make them from the accounts
    intermediate: Floats | Callable[[Accounts], Floats] | None = None

    @classmethod
    def from_flows(
        cls,
        flows: Any,
        use: Any,
        *,
        value_added: Any = None,
        tariff: Any = None,
        labour_share: Any = None,
        regions: Sequence[str] | None = None,
        sectors: Sequence[str] | None = None,
        Z: Any = None,
        name: str = "custom",
        year: int | None = None,
    ) -> World:
        """Check accounts and build a world from them.

        flows: (good, origin, destination), US$ mn at basic prices, home sales on the diagonal.
        use: (good, user, region), duty-inclusive purchases of industries; what is left of spending is final use.
        value_added: (user, region); if given it must equal output - sum over goods of `use`.
        tariff: (good, origin, destination) rates, default none. labour_share: (user, region) share of value
        added, default 1 (one factor). Z: (good, origin, user, destination) at basic prices; its sum over
        origins plus duty must equal `use`. regions, sectors: labels, taken from `flows` if it is labelled.
        Raises DataError naming the first cell that is missing, negative, misaligned or out of balance.
        """
        regions, sectors = _labels(flows, regions, sectors)
        axes = {
            "good": sectors,
            "user": sectors,
            "origin": regions,
            "destination": regions,
            "region": regions,
        }
        flow_axes = ("good", "origin", "destination")
        cube = align("flows", flows, flow_axes, axes)
        zero = np.zeros_like(cube)
        accounts = Accounts(
            flows=frozen(cube),
            use=frozen(align("use", use, ("good", "user", "region"), axes)),
            tariff=frozen(zero if tariff is None else align("tariff", tariff, flow_axes, axes)),
            labour_share=frozen(
                np.ones(cube.shape[:2])
                if labour_share is None
                else align("labour_share", labour_share, ("user", "region"), axes)
            ),
        )
        check(accounts, regions, sectors)
        if value_added is not None:
            _check_value_added(
                accounts, align("value_added", value_added, ("user", "region"), axes), regions, sectors
            )
        by_user = None
        if Z is not None:
            by_user = frozen(align("Z", Z, ("good", "origin", "user", "destination"), axes))
            check_by_user(by_user, accounts, regions, sectors)
        return cls(regions, sectors, accounts, name=name, year=year, intermediate=by_user)

    @classmethod
    def from_mrio(cls, table: Any, **choices: Any) -> World:
        """Return the world of a table in pymrio's layout (`Z`, `Y`); see `blocs.world.mrio.from_mrio`."""
        from blocs.world.mrio import from_mrio

        return from_mrio(table, **choices)

    # labelled views ---------------------------------------------------------------------------------------

    @cached_property
    def flows(self) -> xr.DataArray:
        """Sales X (good, origin, destination), US$ mn at basic prices."""
        return self._label("flows", self.accounts.flows, ("good", "origin", "destination"))

    @cached_property
    def use(self) -> xr.DataArray:
        """Intermediate use (good, user, region), US$ mn, duty-inclusive."""
        return self._label("use", self.accounts.use, ("good", "user", "region"))

    @cached_property
    def final(self) -> xr.DataArray:
        """Final use (good, region), US$ mn, duty-inclusive."""
        return self._label("final", self.accounts.final, ("good", "region"))

    @cached_property
    def output(self) -> xr.DataArray:
        """Gross output (user, region), US$ mn at basic prices."""
        return self._label("output", self.accounts.output, ("user", "region"))

    @cached_property
    def value_added(self) -> xr.DataArray:
        """Value added (user, region), US$ mn at basic prices."""
        return self._label("value_added", self.accounts.value_added, ("user", "region"))

    @cached_property
    def labour_share(self) -> xr.DataArray:
        """Labour's share of value added (user, region)."""
        return self._label("labour_share", self.accounts.labour_share, ("user", "region"), unit="1")

    @cached_property
    def tariff(self) -> xr.DataArray:
        """Applied ad-valorem tariff (good, origin, destination), a rate."""
        return self._label("tariff", self.accounts.tariff, ("good", "origin", "destination"), unit="1")

    @cached_property
    def deficit(self) -> xr.DataArray:
        """Absorption less income (region), US$ mn; sums to zero."""
        return self._label("deficit", self.accounts.deficit, ("region",))

    @cached_property
    def Z(self) -> xr.DataArray | None:
        """Intermediate flows (good, origin, user, destination), US$ mn at basic prices, where the world has them."""
        source = self.intermediate
        if source is None:
            return None
        array = source(self.accounts) if callable(source) else source
        return self._label("Z", array, ("good", "origin", "user", "destination"))

    def _label(self, name: str, array: Floats, dims: tuple[str, ...], unit: str = "US$ mn") -> xr.DataArray:
        return labelled(name, array, dims, self.regions, self.sectors, unit)

    # indices and derived worlds -----------------------------------------------------------------------------

    def region_index(self, code: str) -> int:
        """Return the position of region `code`; DataError with the nearest names if there is none."""
        if code in self.regions:
            return self.regions.index(code)
        from blocs.world.groups import resolve_regions

        resolve_regions([code], self.regions, None)  # says why: unknown, inside ROW, or a group
        raise DataError(f"{code!r} names a group of regions; one region is needed here")

    def aggregate(
        self,
        regions: Mapping[str, Sequence[str]] | None = None,
        sectors: Mapping[str, Sequence[str]] | None = None,
    ) -> World:
        """Return the exact coarser world; see `blocs.world.aggregate`."""
        from blocs.world.aggregate import aggregate

        return aggregate(self, regions, sectors)

    def at(self, year: int) -> World:
        """Return the base of `year` (2017–2022); see `blocs.world.history`."""
        from blocs.world.history import at

        return at(self, year)

    def nowcast(self, year: int) -> World:
        """Return this world scaled to `year`'s national GDP (2023); see `blocs.world.history`."""
        from blocs.world.history import nowcast

        return nowcast(self, year)

    def grown(self, year: int, assumptions: Assumptions | None = None) -> World:
        """Return this world grown to `year` by a stated rule; see `blocs.world.growing`."""
        from blocs.world.growing import grown

        return grown(self, year, assumptions)

    def __repr__(self) -> str:
        year = f", {self.year}" if self.year else ""
        return f"<World {self.name}{year}: {len(self.regions)} regions x {len(self.sectors)} sectors>"

    def _repr_html_(self) -> str:
        from blocs.world.display import panel

        accounts = self.accounts
        sold = accounts.flows.sum(axis=0)
        gdp = accounts.value_added.sum(axis=0) / 1e6
        rows = (
            ("regions", f"{len(self.regions)}: {', '.join(self.regions[:6])}, …"),
            ("sectors", f"{len(self.sectors)}: {', '.join(self.sectors[:6])}, …"),
            (
                "value added",
                f"US$ {gdp.sum():,.1f} trn, largest {self.regions[int(gdp.argmax())]} ({gdp.max():,.1f})",
            ),
            ("trade between regions", f"US$ {(sold.sum() - np.trace(sold)) / 1e6:,.1f} trn"),
        )
        return panel(f"World {self.name}{f', {self.year}' if self.year else ''}", (), rows, self.notes)


def _labels(
    flows: Any, regions: Sequence[str] | None, sectors: Sequence[str] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    axes = ("good", "origin", "destination")
    if set(getattr(flows, "dims", ())) == set(axes):
        flows = flows.transpose(*axes)
    shape = np.shape(flows)
    if len(shape) != 3 or shape[1] != shape[2]:
        raise DataError(
            f"flows has shape {shape}; it must be (good, origin, destination) with as many origins as destinations"
        )
    coords = getattr(flows, "coords", None)
    if regions is None and coords is not None and "origin" in coords:
        regions = [str(code) for code in coords["origin"].values]
    if sectors is None and coords is not None and "good" in coords:
        sectors = [str(code) for code in coords["good"].values]
    regions = tuple(regions) if regions is not None else tuple(f"R{n + 1}" for n in range(shape[1]))
    sectors = tuple(sectors) if sectors is not None else tuple(f"S{n + 1}" for n in range(shape[0]))
    for kind, names, length in (("regions", regions, shape[1]), ("sectors", sectors, shape[0])):
        if len(set(names)) != len(names):
            twice = sorted({name for name in names if names.count(name) > 1})
            raise DataError(f"{kind} repeats {', '.join(twice)}; every label must be unique")
        if len(names) != length:
            raise DataError(
                f"{len(names)} {kind} are named, but flows has {length} ({shape}); make them agree"
            )
    return regions, sectors


def _check_value_added(
    accounts: Accounts, given: Floats, regions: Sequence[str], sectors: Sequence[str]
) -> None:
    gap = np.abs(given - (accounts.output - accounts.use.sum(axis=0)))
    limit = 1e-6 * np.maximum(accounts.output, 1.0)
    if not (gap <= limit).all():
        k, j = np.argwhere(~(gap <= limit))[0]
        raise DataError(
            f"value_added of {sectors[k]} in {regions[j]} is {given[k, j]:.8g}, but output - use is "
            f"{accounts.output[k, j] - accounts.use[:, k, j].sum():.8g}; they must agree to 1e-6 of output "
            "(leave value_added out to have it derived)"
        )
