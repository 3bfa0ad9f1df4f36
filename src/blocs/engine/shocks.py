"""What a scenario changes in one year, as arrays that add up.

Every field has a neutral element, held as None so that an idle vector costs nothing. Rates (`tariff`,
`export_tax`, `output_tax`) and `transfer` add; hats (`trade_cost`, `availability`, `productivity`,
`input_cost`, `demand_shift`, `labour`, `capital`) multiply; `wage_floor` takes the maximum; of two quotas the
tighter one holds, with its rent.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from blocs.engine import bills
from blocs.errors import DataError
from blocs.world.accounts import Floats, place
from blocs.world.labels import align
from blocs.world.world import World

TRADE = ("good", "origin", "destination")
INDUSTRY = ("user", "region")
AXES: dict[str, tuple[str, ...]] = {
    "tariff": TRADE,
    "export_tax": TRADE,
    "trade_cost": TRADE,
    "availability": TRADE,
    "output_tax": INDUSTRY,
    "productivity": INDUSTRY,
    "input_cost": INDUSTRY,
    "capital": INDUSTRY,
    "demand_shift": ("good", "region"),
    "labour": ("region",),
    "transfer": ("region",),
    "wage_floor": ("region",),
    "quota": TRADE,
    "quota_rent": TRADE,
    "bill_share": ("channel", "user", "region"),
    "bill_income": ("channel", "origin", "destination"),
    "bill_goods": ("channel", "good", "region"),
}
ADDITIVE = frozenset({"tariff", "export_tax", "output_tax", "transfer"})
# fields whose values must be above zero; availability and demand may be zero
_POSITIVE = frozenset({"trade_cost", "productivity", "input_cost", "labour", "capital", "wage_floor"})


@dataclass(frozen=True, eq=False)
class Shocks:
    """Changes against the base, (good, origin, destination) for trade and (user or good, region) else.

    tariff, export_tax, output_tax: ad-valorem rates added to the base; transfer: US$ mn received, in units of
    the numeraire, summing to zero; wage_floor: hat of the lowest wage (demand closure only). quota: largest volume
    as a ratio to the base (inf: no cap); quota_rent: who keeps a quota's rent (0 exporter, 1 importer, 2 nobody).
    bill_share, bill_income, bill_goods: what industries pay outside the table and who gets it (`bills`).
    The others are hats (1 = no change; availability 0 is an embargo).
    """

    tariff: Floats | None = None
    export_tax: Floats | None = None
    trade_cost: Floats | None = None
    availability: Floats | None = None
    output_tax: Floats | None = None
    productivity: Floats | None = None
    input_cost: Floats | None = None
    capital: Floats | None = None
    demand_shift: Floats | None = None
    labour: Floats | None = None
    transfer: Floats | None = None
    wage_floor: Floats | None = None
    quota: Floats | None = None
    quota_rent: Floats | None = None
    bill_share: Floats | None = None
    bill_income: Floats | None = None
    bill_goods: Floats | None = None

    @classmethod
    def neutral(cls) -> Shocks:
        """Return the shocks that change nothing."""
        return cls()

    @classmethod
    def of(cls, world: World, **changes: Any) -> Shocks:
        """Check and align arrays (labelled, or bare in world order) and return them as shocks."""
        given = {name: value for name, value in changes.items() if value is not None}
        arrays = {name: aligned(world, name, value) for name, value in given.items()}
        shocks = cls(**arrays)
        check(shocks, world)
        return shocks

    def digest(self) -> str:
        """Return a hash of all arrays: equal for equal shocks, whatever measures they came from."""
        state = hashlib.blake2b(digest_size=16)
        for field in fields(self):
            array = getattr(self, field.name)
            if array is not None:
                state.update(field.name.encode())
                state.update(np.ascontiguousarray(array).tobytes())
        return state.hexdigest()

    @property
    def is_neutral(self) -> bool:
        """Whether nothing changes."""
        return all(getattr(self, field.name) is None for field in fields(self))


def aligned(world: World, name: str, array: Any) -> Floats:
    """Return `array`, labelled or bare, in the world's order with the axes of the field `name`."""
    axes = {
        "good": world.sectors, "user": world.sectors, "region": world.regions,
        "origin": world.regions, "destination": world.regions, "channel": bills.CHANNELS,
    }  # fmt: skip
    return align(name, array, AXES[name], axes)


def combine(first: Shocks, second: Shocks) -> Shocks:
    """Return both shocks together: rates and transfers add, hats multiply."""
    merged = {}
    for field in fields(Shocks):
        one, two = getattr(first, field.name), getattr(second, field.name)
        if field.name in ("quota", "quota_rent"):
            continue
        if field.name in bills.FIELDS:
            if one is not None and two is not None:
                raise DataError("two vectors send bills; only one may, for their receivers do not add up")
            merged[field.name] = two if one is None else one
            continue
        if one is None or two is None:
            merged[field.name] = two if one is None else one
        elif field.name == "wage_floor":
            merged[field.name] = np.maximum(one, two)
        else:
            merged[field.name] = one + two if field.name in ADDITIVE else one * two
    return Shocks(**merged, **_tighter(first, second))


def _tighter(first: Shocks, second: Shocks) -> dict[str, Floats | None]:
    if first.quota is None or second.quota is None:
        only = first if second.quota is None else second
        return {"quota": only.quota, "quota_rent": only.quota_rent}
    tighter = second.quota < first.quota
    one, two = (np.zeros_like(s.quota) if s.quota_rent is None else s.quota_rent for s in (first, second))
    return {"quota": np.minimum(first.quota, second.quota), "quota_rent": np.where(tighter, two, one)}


def check(shocks: Shocks, world: World) -> None:
    """Raise DataError for values no market could face: rates at or below -1, hats at or below zero."""
    for field in fields(shocks):
        name, array = field.name, getattr(shocks, field.name)
        if array is None or name in bills.FIELDS:
            continue
        if name == "transfer":
            if not np.isfinite(array).all():
                raise DataError(
                    f"transfer is not finite for {world.regions[int(np.argmin(np.isfinite(array)))]}; give US$ mn"
                )
            if abs(array.sum()) > 1e-6 * max(1.0, float(np.abs(array).sum())):
                raise DataError(
                    f"transfer sums to {array.sum():.6g} over regions; what one gets another must give"
                )
            continue
        if name == "tariff":
            bad, rule = world.accounts.tariff + array <= -1.0, "the total rate must stay above -1 (-100%)"
        elif name in ADDITIVE:
            bad, rule = array <= -1.0, "a rate must stay above -1 (-100%)"
        elif name in _POSITIVE:
            bad, rule = array <= 0.0, "a hat is a ratio to the base and must be above 0 (1 = no change)"
        elif name == "quota_rent":
            bad, rule = ~np.isin(array, (0, 1, 2)), "rents go to 0 (exporter), 1 (importer) or 2 (nobody)"
        else:
            bad, rule = array < 0.0, "it must not be negative (1 = no change, 0 = none)"
        bad = bad | (np.isnan(array) if name == "quota" else ~np.isfinite(array))
        if bad.any():
            where = np.argwhere(bad)[0]
            cell = place(name, where, world.regions, world.sectors)
            value = array[tuple(where)] + (world.accounts.tariff[tuple(where)] if name == "tariff" else 0.0)
            raise DataError(f"{name} is {value:.6g} at {cell}; {rule}")
    _check_export_tax(shocks, world)
    _check_demand(shocks, world)
    _check_quota(shocks, world)
    bills.check(shocks, world)


def _check_quota(shocks: Shocks, world: World) -> None:
    if shocks.quota is None:
        if shocks.quota_rent is not None:
            raise DataError(
                "quota_rent says who keeps the rent of a quota, but no quota is given; give quota="
            )
        return
    home = np.einsum("sjj->sj", shocks.quota)
    if np.isfinite(home).any():
        s, j = np.argwhere(np.isfinite(home))[0]
        raise DataError(
            f"quota is {home[s, j]:.6g} on home sales of {world.sectors[s]} in {world.regions[j]}; a quota caps "
            "trade between regions, home sales need inf"
        )


def _check_export_tax(shocks: Shocks, world: World) -> None:
    if shocks.export_tax is None:
        return
    home = np.einsum("sjj->sj", shocks.export_tax)
    if (home != 0.0).any():
        s, j = np.argwhere(home != 0.0)[0]
        raise DataError(
            f"export_tax is {home[s, j]:.6g} on home sales of {world.sectors[s]} in {world.regions[j]}; "
            "tax home sales with output_tax"
        )


def _check_demand(shocks: Shocks, world: World) -> None:
    if shocks.demand_shift is None:
        return
    nothing = (world.accounts.final * shocks.demand_shift).sum(axis=0) <= 0.0
    if nothing.any():
        raise DataError(
            f"demand_shift leaves {world.regions[int(np.argmax(nothing))]} without any final demand; "
            "keep at least one good that it buys above 0"
        )
