"""Who takes part in a study of power: names resolved to regions, sides kept apart, and the balanced base they share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from blocs.engine.elasticities import DEFAULT_SET, Elasticities, Horizon
from blocs.engine.solve import purge
from blocs.errors import DataError
from blocs.world.accounts import Floats
from blocs.world.groups import RegionSelection, resolve_goods, resolve_regions
from blocs.world.load import load_world
from blocs.world.tables import REST
from blocs.world.world import World

Names = str | Sequence[str]


@dataclass(frozen=True, eq=False)
class Setting:
    """The balanced base all numbers compare with, and the choices it was made under."""

    base: World
    elasticities: Elasticities
    horizon: Horizon

    def indices(self, codes: Sequence[str]) -> list[int]:
        """Return positions of regions."""
        return [self.base.regions.index(code) for code in codes]


def setting(
    world: World | str | None = None,
    *,
    elasticities: Elasticities | str | None = None,
    horizon: Horizon | str = Horizon.LONG,
) -> Setting:
    """Return the setting of a study: `world` (default the bundled 81x50) purged of deficits at its own tariffs.

    elasticities: a set's name (scaled to the horizon) or an `Elasticities` used as it is. Raises DataError for an
    unknown horizon or set, ConvergenceError if the purge fails.
    """
    found = horizon_of(horizon)
    loaded = world_named(world)
    if not isinstance(elasticities, Elasticities):
        elasticities = Elasticities.load(elasticities or DEFAULT_SET, found)
    return Setting(purge(loaded, elasticities=elasticities, horizon=found), elasticities, found)


def world_named(world: World | str | None) -> World:
    """Return a world as given, or the bundled or stored one of that name (default 81x50)."""
    return world if isinstance(world, World) else load_world(world or "81x50")


def horizon_of(horizon: Horizon | str) -> Horizon:
    """Return the horizon of that name; DataError for another word."""
    if isinstance(horizon, Horizon):
        return horizon
    words = [member.value for member in Horizon]
    if horizon not in words:
        raise DataError(f"unknown horizon {horizon!r}; valid: {', '.join(words)}")
    return Horizon(horizon)


def resolve(names: Names, world: World, what: str) -> RegionSelection:
    """Return the regions that `names` mean (groups, codes, comma-separated text; see `resolve_regions`).

    `what` names the party in errors. Raises DataError also for `ROW` named as a country: it is what is left of the
    world, no player.
    """
    listed = split(names)
    if not listed:
        raise DataError(f"{what} is empty; name countries or groups, such as G7 or USA,JPN")
    if REST in listed:
        raise DataError(
            f"{what} names {REST}: it is the sum of all countries without accounts of their own, and decides nothing "
            "as one; leave it out, or write all,-CHN to mean everybody but one"
        )
    try:
        return resolve_regions(listed, world.regions)
    except DataError as error:
        raise DataError(f"{what}: {error}") from error


def two_sides(sides: Sequence[Names], world: World) -> tuple[RegionSelection, RegionSelection]:
    """Return two sides that share no member; DataError if they do, or if there are not two."""
    if len(sides) != 2:
        raise DataError(
            f"{len(sides)} side{'' if len(sides) == 1 else 's'} given, two are needed: --side G7 --side CHN"
        )
    first, second = (resolve(names, world, f"side {n}") for n, names in enumerate(sides, 1))
    apart(first.codes, second.codes, "side 1", "side 2")
    return first, second


def apart(first: Sequence[str], second: Sequence[str], one: str, other: str) -> None:
    """Raise DataError if two parties share members."""
    both = [code for code in first if code in second]
    if both:
        minus = ",".join(f"-{code}" for code in both[:3])
        raise DataError(
            f"{', '.join(both)} would be on both sides ({one} and {other}); nobody can cut itself off: take it out "
            f"of one, for instance by writing ,{minus} after the group"
        )


def goods_of(names: Names, world: World) -> tuple[str, ...]:
    """Return the sectors that `names` mean; comma-separated text is a list."""
    return resolve_goods(split(names), world.sectors)


def share_of(intensity: float) -> float:
    """Return an intensity in % as a share; DataError outside 0–100 and for 0, which stops nothing."""
    if not 0.0 < intensity <= 100.0:
        raise DataError(
            f"intensity is {intensity:g}; it is the share of the volume that stops, above 0 and up to 100 %"
        )
    return intensity / 100.0


def total(welfare: Floats, absorption: Floats, members: Sequence[int]) -> tuple[float, float]:
    """Return the welfare change of `members` together: % of their absorption, and US$ mn.

    welfare: equivalent variation by region, % of absorption (US$ mn).
    """
    usd = float((welfare[list(members)] * absorption[list(members)]).sum()) / 100.0
    size = float(absorption[list(members)].sum())
    return (100.0 * usd / size if size > 0.0 else 0.0), usd


def split(names: Names) -> list[str]:
    """Return names as a list; comma-separated text is several."""
    listed = [names] if isinstance(names, str) else list(names)
    return [part.strip() for name in listed for part in str(name).split(",") if part.strip()]
