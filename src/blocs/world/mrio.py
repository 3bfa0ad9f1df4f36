"""A world from a multi-regional input–output table in pymrio's layout: WIOD, EXIOBASE, OECD ICIO, Eora, one's own.

The table is anything with `Z` and `Y`: data frames whose rows are (region, sector), the columns of `Z` (region, sector)
and of `Y` (region, category of final demand). pymrio reads publishers' files into this form; blocs needs none of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from blocs.errors import DataError
from blocs.world.accounts import Floats
from blocs.world.labels import align
from blocs.world.world import World

if TYPE_CHECKING:
    import pandas as pd

LEAST_VALUE_ADDED = 0.01  # share of output that an industry keeps whose inputs exceed its output
MARGIN = 1e-9  # of output; a table's own rounding


class Table(Protocol):
    """What `from_mrio` reads of a table."""

    Z: pd.DataFrame
    Y: pd.DataFrame


def from_mrio(
    table: Table,
    *,
    unit: float = 1.0,
    tariff: Any = None,
    labour_share: Any = None,
    by_user: bool = False,
    name: str = "mrio",
    year: int | None = None,
) -> World:
    """Return the world of `table`; its accounts balance exactly, and `notes` say what that took.

    unit: US$ mn in one unit of the table (1e-6 for US$; the exchange rate for a table in EUR mn). tariff: rates (good,
    origin, destination), default none. labour_share: (user, region), default 1. by_user: keep flows by user, which
    sourcing by user needs and which take goods² · regions² numbers.

    With Z[i,s;j,k] and final sales F[i,s;j] = sum over categories of Y,

        flows[s,i,j] = sum_k Z + F,      use[s,k,j] = sum_i (1 + tariff) Z,

    after these repairs: sales below zero (stocks run down) become none; where inputs exceed an industry's output they
    are scaled down to 99% of it, and the rest is final use. Value added follows as output less inputs; taxes less
    subsidies on products, where a table lists them apart, are in it. Raises DataError for labels that do not match,
    missing numbers, and a `Z` that is not square.
    """
    if isinstance(unit, bool) or not isinstance(unit, int | float) or not 0.0 < unit < float("inf"):
        raise DataError(f"unit is {unit!r}; give US$ mn in one unit of the table, above zero")
    regions, sectors = _labels(table)
    n, m = len(regions), len(sectors)
    inter = _numbers(table.Z, "Z") * unit
    final = _final(table, regions) * unit
    inter = inter.reshape(n, m, n, m)  # (i, s, j, k)
    final = final.reshape(n, m, n)
    notes = [_dropped(inter, "intermediate"), _dropped(final, "final")]
    inter, final = np.maximum(inter, 0.0), np.maximum(final, 0.0)
    flows = (inter.sum(axis=3) + final).transpose(1, 0, 2)
    rates = np.zeros_like(flows) if tariff is None else _rates(tariff, regions, sectors)
    users = inter.transpose(1, 0, 3, 2)  # (s, i, k, j)
    kept, note = _limited(users, flows, rates, regions, sectors)
    users = users * kept[None, None]
    use = ((1.0 + rates)[:, :, None, :] * users).sum(axis=1)
    world = World.from_flows(
        flows, use, tariff=None if tariff is None else rates, labour_share=labour_share, regions=regions,
        sectors=sectors, Z=users if by_user else None, name=name, year=year,
    )  # fmt: skip
    return _noted(world, [*notes, note])


def _labels(table: Table) -> tuple[tuple[str, ...], tuple[str, ...]]:
    for frame, which in ((table.Z, "Z"), (table.Y, "Y")):
        if not all(hasattr(frame, part) for part in ("index", "columns", "to_numpy")):
            raise DataError(
                f"{which} is {type(frame).__name__}; a data frame with labelled rows and columns is needed (pymrio's "
                "calc_all makes them)"
            )
        for axis, side in ((frame.index, "rows"), (frame.columns, "columns")):
            if axis.nlevels != 2:
                raise DataError(
                    f"the {side} of {which} have {axis.nlevels} level(s) of labels; give two: region, then sector "
                    "(in the columns of Y: category)"
                )
    rows = _pairs(table.Z.index)
    regions = tuple(dict.fromkeys(region for region, _ in rows))
    sectors = tuple(dict.fromkeys(sector for _, sector in rows))
    whole = [(region, sector) for region in regions for sector in sectors]
    _same(rows, whole, "the rows of Z")
    _same(_pairs(table.Z.columns), whole, "the columns of Z")
    _same(_pairs(table.Y.index), whole, "the rows of Y")
    if not whole:
        raise DataError("Z has no rows; a table needs at least one region and one sector")
    return regions, sectors


def _rates(tariff: Any, regions: tuple[str, ...], sectors: tuple[str, ...]) -> Floats:
    """Return tariff rates, their labels checked where they have some."""
    axes = {"good": sectors, "origin": regions, "destination": regions}
    rates = align("tariff", tariff, ("good", "origin", "destination"), axes)
    if not (np.isfinite(rates) & (rates > -1.0)).all():
        s, i, j = np.argwhere(~(np.isfinite(rates) & (rates > -1.0)))[0]
        raise DataError(
            f"tariff is {rates[s, i, j]} on {sectors[s]} from {regions[i]} to {regions[j]}; give a rate above -1, as a "
            "fraction: 0.25 is 25%"
        )
    return rates


def _pairs(index: Any) -> list[tuple[str, str]]:
    return [(str(region), str(sector)) for region, sector in index]


def _same(labels: list[tuple[str, str]], whole: list[tuple[str, str]], where: str) -> None:
    if labels == whole:
        return
    odd = sorted(set(labels) ^ set(whole))
    what = f"{odd[0]} is in one and not in the other" if odd else "the order differs or a label repeats"
    raise DataError(
        f"{where} must be every region with every sector, in the order of Z's rows: {what}; aggregate or reindex the "
        "table first"
    )


def _final(table: Table, regions: tuple[str, ...]) -> Floats:
    """Return final sales (row, region), summed over the categories of each region."""
    buyers = [region for region, _ in _pairs(table.Y.columns)]
    odd = sorted(set(buyers) ^ set(regions))
    if odd:
        raise DataError(
            f"the columns of Y must be of the same regions as Z: {odd[0]} is in one and not in the other"
        )
    values = _numbers(table.Y, "Y")
    belongs = np.array([[region == code for code in regions] for region in buyers], dtype=np.float64)
    return values @ belongs


def _numbers(frame: pd.DataFrame, which: str) -> Floats:
    raw = frame.to_numpy()
    try:
        if raw.dtype.kind not in "fiuO":
            raise TypeError
        values = raw.astype(np.float64)
    except (TypeError, ValueError):
        raise DataError(f"{which} holds what is no number; every cell needs one") from None
    if not np.isfinite(values).all():
        row, column = np.argwhere(~np.isfinite(values))[0]
        raise DataError(
            f"{which} is {values[row, column]} at row {frame.index[row]}, column {frame.columns[column]}; every cell "
            "needs a number"
        )
    return values


def _limited(
    users: Floats, flows: Floats, rates: Floats, regions: tuple[str, ...], sectors: tuple[str, ...]
) -> tuple[Floats, str]:
    """Return by which factor each industry's inputs are kept (user, region), and a note."""
    inputs = ((1.0 + rates)[:, :, None, :] * users).sum(axis=(0, 1))
    output = flows.sum(axis=2)
    over = inputs > output * (1.0 + MARGIN)
    if not over.any():
        return np.minimum(1.0, np.divide(output, inputs, out=np.ones_like(inputs), where=inputs > 0.0)), ""
    kept = np.where(over, (1.0 - LEAST_VALUE_ADDED) * output / np.where(over, inputs, 1.0), 1.0)
    k, j = np.argwhere(over)[0]
    moved = (inputs * (1.0 - kept)).sum() / output.sum()
    return kept, (
        f"{int(over.sum())} industries buy more than they sell (first {sectors[k]} in {regions[j]}); what is above "
        f"{1.0 - LEAST_VALUE_ADDED:.0%} of their output, {moved:.2g} of world output, is final use"
    )


def _dropped(sales: Floats, kind: str) -> str:
    below = -np.minimum(sales, 0.0).sum()
    return (
        f"negative {kind} sales, {below / np.abs(sales).sum():.2g} of all, were set to zero"
        if below > 0.0
        else ""
    )


def _noted(world: World, notes: Sequence[str]) -> World:
    from dataclasses import replace

    return replace(world, notes=(*world.notes, *(note for note in notes if note)))
