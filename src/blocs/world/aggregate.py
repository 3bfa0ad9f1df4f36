"""Exact aggregation: a coarser world whose accounts are the sums of the finer one's.

Flows and uses add up; the tariff of an aggregate cell is its duty over its flow, so duty receipts are kept to
the cent (trade inside an aggregate region becomes home sales and keeps its duty); labour shares are weighted
by value added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from blocs.errors import DataError, unknown
from blocs.world.accounts import Accounts, Floats, check, frozen
from blocs.world.world import World

Groups = Mapping[str, Sequence[str]]


def aggregate(world: World, regions: Groups | None, sectors: Groups | None) -> World:
    """Aggregate `world` to the groups named: {new name: [old names]}.

    Each old name may appear once; names left out stay as they are, in their old order, after the groups.
    Raises DataError for unknown, repeated or clashing names.
    """
    region_of, region_names = _membership("region", world.regions, regions)
    sector_of, sector_names = _membership("sector", world.sectors, sectors)
    old = world.accounts
    flows = _sum(_sum(_sum(old.flows, sector_of, 0), region_of, 1), region_of, 2)
    duty = _sum(_sum(_sum(old.flows * old.tariff, sector_of, 0), region_of, 1), region_of, 2)
    use = _sum(_sum(_sum(old.use, sector_of, 0), sector_of, 1), region_of, 2)
    labour = _sum(_sum(old.labour_share * old.value_added, sector_of, 0), region_of, 1)
    value_added = _sum(_sum(old.value_added, sector_of, 0), region_of, 1)
    accounts = Accounts(
        flows=frozen(flows),
        use=frozen(use),
        tariff=frozen(_ratio(duty, flows)),
        labour_share=frozen(np.clip(_ratio(labour, value_added, empty=0.5), 0.0, 1.0)),
    )
    check(accounts, region_names, sector_names)
    return World(
        regions=region_names,
        sectors=sector_names,
        accounts=accounts,
        name=f"{world.name}→{len(region_names)}x{len(sector_names)}",
        year=world.year,
        notes=(*world.notes, f"aggregated from {world.name}"),
        composition=_composition(world, sector_of, sector_names),
    )


def _membership(kind: str, names: Sequence[str], groups: Groups | None) -> tuple[list[int], tuple[str, ...]]:
    taken: dict[str, str] = {}
    for group, members in (groups or {}).items():
        if isinstance(members, str):
            raise DataError(f"{kind} group {group!r} is the text {members!r}; give a list of {kind} codes")
        for name in members:
            if name not in names:
                raise DataError(f"{kind} group {group!r}: {unknown(kind, name, names)}")
            if name in taken:
                raise DataError(
                    f"{kind} {name} is in both {taken[name]!r} and {group!r}; each may be in one group"
                )
            taken[name] = group
        if not members:
            raise DataError(f"{kind} group {group!r} is empty; name its members")
    rest = [name for name in names if name not in taken]
    new = (*(groups or {}), *rest)
    if len(set(new)) != len(new):
        clash = sorted({name for name in new if new.count(name) > 1})
        raise DataError(f"{kind} group {clash[0]!r} has the name of a {kind} outside it; choose another name")
    return [new.index(taken.get(name, name)) for name in names], new


def _sum(array: Floats, index: Sequence[int], axis: int) -> Floats:
    moved = np.moveaxis(array, axis, 0)
    out = np.zeros((max(index) + 1, *moved.shape[1:]))
    np.add.at(out, list(index), moved)
    return np.moveaxis(out, 0, axis)


def _ratio(part: Floats, whole: Floats, empty: float = 0.0) -> Floats:
    return np.divide(part, whole, out=np.full_like(part, empty), where=whole > 0.0)


def _composition(world: World, sector_of: Sequence[int], names: Sequence[str]) -> dict[str, dict[str, float]]:
    """Weights of the original sectors in each new one, by international trade (output where none is traded)."""
    flows = world.accounts.flows
    traded = flows.sum(axis=(1, 2)) - np.einsum("sii->s", flows)
    out: dict[str, dict[str, float]] = {name: {} for name in names}
    for new, name in enumerate(names):
        members = [s for s, target in enumerate(sector_of) if target == new]
        weight = traded[members] if traded[members].sum() > 0 else np.ones(len(members))
        for s, share in zip(members, weight / weight.sum(), strict=True):
            old = world.sectors[s]
            for code, inner in world.composition.get(old, {old: 1.0}).items():
                out[name][code] = out[name].get(code, 0.0) + float(share * inner)
    return out
