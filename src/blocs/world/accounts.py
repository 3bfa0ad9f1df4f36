"""The accounts of a benchmark world and the identities that tie them (docs/world.md), as pure arrays.

Values are US$ million at basic prices of the base year; "duty-inclusive" adds import duty. Axes are (good,
origin, destination) for flows and (good or user, region) for accounts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from blocs.errors import DataError

Floats = NDArray[np.float64]

IDENTITY_TOLERANCE = 1e-6  # relative to max(gross output, 1): the bar of docs/world.md


def frozen(array: object) -> Floats:
    """Return a read-only, contiguous float64 copy of `array`."""
    out = np.array(array, dtype=np.float64, order="C")
    out.flags.writeable = False
    return out


@dataclass(frozen=True, eq=False)
class Accounts:
    """What is given (flows, use, tariff, labour share) and what follows from it.

    flows[s,i,j] sales of good s from i to j; use[s,k,j] industry k's duty-inclusive purchases of s in j;
    tariff[s,i,j] ad-valorem rate; labour_share[k,j] labour's share of value added.
    """

    flows: Floats
    use: Floats
    tariff: Floats
    labour_share: Floats

    @cached_property
    def output(self) -> Floats:
        """Y[s,i] = sum_j flows[s,i,j]: gross output."""
        return frozen(self.flows.sum(axis=2))

    @cached_property
    def spending(self) -> Floats:
        """M[s,j] = sum_i flows (1 + tariff): duty-inclusive spending on good s."""
        return frozen(self.flows.sum(axis=1) + np.einsum("sij,sij->sj", self.flows, self.tariff))

    @cached_property
    def final(self) -> Floats:
        """F[s,j] = M - sum_k use: duty-inclusive final use."""
        return frozen(np.maximum(self.spending - self.use.sum(axis=1), 0.0))

    @cached_property
    def value_added(self) -> Floats:
        """VA[k,j] = Y - sum_s use: labour, capital and other taxes on production."""
        return frozen(np.maximum(self.output - self.use.sum(axis=0), 0.0))

    @cached_property
    def duty(self) -> Floats:
        """Import duty receipts[j] = sum_{s,i} tariff flows."""
        return frozen(np.einsum("sij,sij->j", self.flows, self.tariff))

    @cached_property
    def absorption(self) -> Floats:
        """E[j] = sum_s F."""
        return frozen(self.final.sum(axis=0))

    @cached_property
    def deficit(self) -> Floats:
        """D[j] = absorption - (value added + duty); sums to zero over regions."""
        return frozen(self.absorption - self.value_added.sum(axis=0) - self.duty)


def check(accounts: Accounts, regions: Sequence[str], sectors: Sequence[str]) -> None:
    """Raise DataError at the first account that is not finite, not positive where it must be, or not balanced."""
    _check_shapes(accounts, len(sectors), len(regions))
    _check_values(accounts, regions, sectors)
    _check_balance(accounts, regions, sectors)


def _check_shapes(accounts: Accounts, goods: int, regions: int) -> None:
    expected = {
        "flows": (goods, regions, regions),
        "use": (goods, goods, regions),
        "tariff": (goods, regions, regions),
        "labour_share": (goods, regions),
    }
    for name, shape in expected.items():
        found = getattr(accounts, name).shape
        if found != shape:
            raise DataError(
                f"{name} has shape {found}, but {goods} sectors and {regions} regions need {shape}; "
                f"axes are {'(good, user, region)' if name == 'use' else '(good, origin, destination)'}"
                f"{' or (user, region)' if name == 'labour_share' else ''}"
            )


def _check_values(accounts: Accounts, regions: Sequence[str], sectors: Sequence[str]) -> None:
    for name in ("flows", "use", "tariff", "labour_share"):
        array = getattr(accounts, name)
        if not np.isfinite(array).all():
            where = np.argwhere(~np.isfinite(array))[0]
            raise DataError(
                f"{name} is not finite at {place(name, where, regions, sectors)}; fill or drop it"
            )
    for name in ("flows", "use"):
        array = getattr(accounts, name)
        if (array < 0.0).any():
            where = np.argwhere(array < 0.0)[0]
            raise DataError(
                f"{name} is negative ({array[tuple(where)]:.6g}) at {place(name, where, regions, sectors)}; "
                "values are US$ million and cannot be below zero (move stocks and subsidies out first)"
            )
    if (accounts.tariff <= -1.0).any():
        where = np.argwhere(accounts.tariff <= -1.0)[0]
        raise DataError(
            f"tariff is {accounts.tariff[tuple(where)]:.6g} at {place('tariff', where, regions, sectors)}; a rate "
            "is a fraction (0.1 for 10%) above -1"
        )
    share = accounts.labour_share
    if (share < 0.0).any() or (share > 1.0).any():
        where = np.argwhere((share < 0.0) | (share > 1.0))[0]
        raise DataError(
            f"labour_share is {share[tuple(where)]:.6g} at {place('labour_share', where, regions, sectors)}; a "
            "share of value added lies between 0 and 1"
        )


def _check_balance(accounts: Accounts, regions: Sequence[str], sectors: Sequence[str]) -> None:
    slack = IDENTITY_TOLERANCE * np.maximum(accounts.output, 1.0)
    final = accounts.spending - accounts.use.sum(axis=1)
    scale = IDENTITY_TOLERANCE * np.maximum(accounts.spending, 1.0)
    if (final < -scale).any():
        s, j = np.argwhere(final < -scale)[0]
        raise DataError(
            f"industries in {regions[j]} use more {sectors[s]} than {regions[j]} buys: "
            f"{accounts.use[s, :, j].sum():.6g} against {accounts.spending[s, j]:.6g} (duty-inclusive); "
            "`use` must not exceed flows*(1+tariff) summed over origins"
        )
    value_added = accounts.output - accounts.use.sum(axis=0)
    if (value_added < -slack).any():
        k, j = np.argwhere(value_added < -slack)[0]
        raise DataError(
            f"value added of {sectors[k]} in {regions[j]} is negative ({value_added[k, j]:.6g}): it sells "
            f"{accounts.output[k, j]:.6g} and buys inputs for {accounts.use[:, k, j].sum():.6g} duty-inclusive"
        )
    for name, total in (("value added", value_added.sum(axis=0)), ("final use", final.sum(axis=0))):
        if (total <= 0.0).any():
            j = int(np.argwhere(total <= 0.0)[0][0])
            raise DataError(f"{name} of region {regions[j]} is {total[j]:.6g}; every region needs some")


def largest_error(accounts: Accounts) -> float:
    """Return the largest gap in the identities of docs/world.md, relative to output or spending (at least US$ 1 mn).

    Use and final use make up spending on every good in every region, use and value added the output of every
    industry, and deficits sum to zero over regions.
    """
    sold = accounts.use.sum(axis=1) + accounts.final - accounts.spending
    made = accounts.use.sum(axis=0) + accounts.value_added - accounts.output
    gaps = (
        np.abs(sold) / np.maximum(accounts.spending, 1.0),
        np.abs(made) / np.maximum(accounts.output, 1.0),
        np.abs(accounts.deficit.sum()) / accounts.output.sum(),
    )
    return float(max(np.max(gap) for gap in gaps))


def check_by_user(
    by_user: Floats, accounts: Accounts, regions: Sequence[str], sectors: Sequence[str]
) -> None:
    """Raise DataError unless Z[s,i,k,j] summed over origins, with duty, is `use`, and no origin oversells."""
    duty_inclusive = by_user.sum(axis=1) + np.einsum("sikj,sij->skj", by_user, accounts.tariff)
    gap = np.abs(duty_inclusive - accounts.use)
    limit = IDENTITY_TOLERANCE * np.maximum(accounts.spending, 1.0)[:, None, :]
    if not (gap <= limit).all():
        s, k, j = np.argwhere(~(gap <= limit))[0]
        raise DataError(
            f"Z summed over origins with duty is {duty_inclusive[s, k, j]:.8g} at "
            f"{place('use', (s, k, j), regions, sectors)}, but use is {accounts.use[s, k, j]:.8g}; they must agree"
        )
    excess = by_user.sum(axis=2) - accounts.flows
    if (excess > IDENTITY_TOLERANCE * np.maximum(accounts.flows, 1.0)).any():
        s, i, j = (int(n) for n in np.unravel_index(int(np.argmax(excess)), excess.shape))
        raise DataError(
            f"Z sells more than flows holds at {place('flows', (s, i, j), regions, sectors)}: "
            f"{by_user[s, i, :, j].sum():.8g} against {accounts.flows[s, i, j]:.8g}"
        )


def place(name: str, where: Sequence[int], regions: Sequence[str], sectors: Sequence[str]) -> str:
    """Name one cell of an account: `flows` at index (3, 0, 2) is 'B05, AGO -> ARG'."""
    if name == "use":
        s, k, j = where
        return f"good {sectors[s]}, user {sectors[k]}, region {regions[j]}"
    if len(where) == 3:
        s, i, j = where
        return f"good {sectors[s]}, {regions[i]} -> {regions[j]}"
    if len(where) == 2:
        return f"{sectors[where[0]]}, {regions[where[1]]}"
    return str(regions[where[0]])
