"""Reads the accounts of a world from a .npz file and refuses a file that is none, naming what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from blocs.data import npz
from blocs.errors import DataError
from blocs.world.accounts import Accounts, check, frozen, place

# array -> (kinds of NumPy dtype, what that is in words)
ARRAYS = {
    "regions": ("U", "text"),
    "sectors": ("U", "text"),
    "year": ("iu", "a whole number"),
    "flows": ("f", "floating-point numbers"),
    "use_share": ("f", "floating-point numbers"),
    "labour_share": ("f", "floating-point numbers"),
    "tariff": ("f", "floating-point numbers"),
}
ROUNDING = 1e-5  # by which float32 shares of one good may sum above one


@dataclass(frozen=True, eq=False)
class Stored:
    """What a world file holds: labels, base year and checked accounts in float64."""

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    year: int
    accounts: Accounts


def read_world(path: Path) -> Stored:
    """Read a world written by `blocs data build icio`, and check it.

    The file holds regions[R], sectors[S], year, flows[S,R,R] (US$ mn, basic prices), use_share[S,S,R] (share of
    duty-inclusive spending on a good that each industry buys), labour_share[S,R], tariff[G,R,R] of the first G
    sectors (the others have none). Raises DataError for a missing, damaged or foreign file, missing arrays, wrong
    types or shapes, NaN, negative values, and accounts that do not balance.
    """
    _check_headers(path)
    table = npz.read(path, list(ARRAYS))
    regions, sectors = (_labels(path, kind, table[kind]) for kind in ("regions", "sectors"))
    try:
        accounts = _accounts(table, regions, sectors)
        check(accounts, regions, sectors)
    except DataError as error:
        raise DataError(f"{path.name}: {error}") from error
    return Stored(regions, sectors, int(table["year"]), accounts)


def _check_headers(path: Path) -> None:
    """Raise DataError unless the file has every array, of the right kind and of shapes that fit together."""
    found = npz.headers(path)
    missing = [name for name in ARRAYS if name not in found]
    if missing:
        have = ", ".join(sorted(found)) or "nothing"
        raise DataError(
            f"{path.name} is no world: it lacks {', '.join(missing)} (it holds {have}); a world is written by "
            "`blocs data build icio`, or built in Python with World.from_flows"
        )
    for name, (kinds, words) in ARRAYS.items():
        if found[name].dtype.kind not in kinds:
            raise DataError(f"{path.name}: {name} has dtype {found[name].dtype}; {words} is needed")
    for name in ("regions", "sectors"):
        if len(found[name].shape) != 1 or found[name].shape[0] == 0:
            raise DataError(f"{path.name}: {name} has shape {found[name].shape}; one list of codes is needed")
    r, s = found["regions"].shape[0], found["sectors"].shape[0]
    covered = found["tariff"].shape[0] if found["tariff"].shape else 0
    shapes = {
        "year": (),
        "flows": (s, r, r),
        "use_share": (s, s, r),
        "labour_share": (s, r),
        "tariff": (min(covered, s), r, r),
    }
    for name, shape in shapes.items():
        if found[name].shape != shape:
            raise DataError(
                f"{path.name}: {name} has shape {found[name].shape}; with {s} sectors and {r} regions {shape} is needed"
            )


def _labels(path: Path, kind: str, codes: np.ndarray) -> tuple[str, ...]:
    labels = tuple(str(code) for code in codes)
    twice = sorted({code for code in labels if labels.count(code) > 1})
    if twice or not all(labels):
        what = f"repeats {', '.join(twice)}" if twice else "has an empty code"
        raise DataError(f"{path.name}: {kind} {what}; every code must be there once")
    return labels


def _accounts(table: dict[str, np.ndarray], regions: tuple[str, ...], sectors: tuple[str, ...]) -> Accounts:
    """Derive the accounts in float64, so that the identities hold to rounding."""
    _check_finite(table, regions, sectors)
    flows = table["flows"].astype(np.float64)
    tariff = np.zeros_like(flows)
    tariff[: len(table["tariff"])] = table["tariff"]
    share = table["use_share"].astype(np.float64)
    if (share < 0.0).any():
        where = np.argwhere(share < 0.0)[0]
        cell = place("use", where, regions, sectors)
        raise DataError(f"use_share is {share[tuple(where)]:.6g} at {cell}; a share is not below zero")
    total = share.sum(axis=1, keepdims=True)
    if (total > 1.0 + ROUNDING).any():
        s, _, j = np.argwhere(total > 1.0 + ROUNDING)[0]
        raise DataError(
            f"industries of {regions[j]} take {total[s, 0, j]:.6g} of its spending on {sectors[s]}; shares of one good "
            "must not sum above 1"
        )
    share /= np.maximum(total, 1.0)  # rounding to float32 may carry a full share past one
    spending = (flows * (1.0 + tariff)).sum(axis=1)
    return Accounts(
        flows=frozen(flows),
        use=frozen(share * spending[:, None, :]),
        tariff=frozen(tariff),
        labour_share=frozen(table["labour_share"]),
    )


def _check_finite(table: dict[str, np.ndarray], regions: tuple[str, ...], sectors: tuple[str, ...]) -> None:
    for name in ("flows", "use_share", "labour_share", "tariff"):
        finite = np.isfinite(table[name])
        if not finite.all():
            where = np.argwhere(~finite)[0]
            cell = place("use" if name == "use_share" else name, where, regions, sectors)
            raise DataError(
                f"{name} is {table[name][tuple(where)]} at {cell}; nothing is filled in, give a number"
            )
