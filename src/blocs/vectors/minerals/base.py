"""The base of the markets on a world: who sells and buys how many tonnes a month, and what share of cost that is.

Origins are regions with at least `SMALLEST` of world production; the others are counted in ROW. Flows between regions
are balanced to production and use (RAS) from a seed: trade by partner where a code is at hand, proportional where none
is (gallium, germanium, indium, rhenium), which is an imputation.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from blocs.data.assumptions import Assumptions
from blocs.errors import DataError
from blocs.vectors.minerals import tables
from blocs.world.accounts import Floats
from blocs.world.tables import REST, country_table
from blocs.world.world import World

SMALLEST = 0.002
UNKNOWN_PAIR = 1e-3  # weight of pairs the trade data do not show, against proportional trade
HOME_FLOOR = 0.05  # of what a region could sell at home at most, where exports seem to take all
SEND_ANTIMONY = frozenset({"RUS", "TJK", "MMR", "THA"})  # their concentrates go to smelters in China
WIDEST_SHARE = 0.25
SHARES_WIDEST = 0.5  # a mineral is at most this share of the cost of the goods it is embodied in


@dataclass(frozen=True, eq=False)
class Base:
    """Tonnes a month; m mineral, n origin, k industry, j region.

    flows (m,n,j) purchases at base prices; output, capacity (m,n); use (m,j) with recycled (m,j) in it; users (m,k,j)
    the industries' part of a region's use; cost_share (m,k,j) of output; embodied (m,k,j) share of output that contains
    the mineral; price (m,) US$ a tonne; origin (m,n) region numbers, of which the first `origins[m]` are real.
    """

    symbols: tuple[str, ...]
    regions: tuple[str, ...]
    origins: np.ndarray
    origin: np.ndarray
    flows: Floats
    output: Floats
    use: Floats
    recycled: Floats
    users: Floats
    cost_share: Floats
    embodied: Floats
    price: Floats
    parent: tuple[str, ...]

    def index(self, symbol: str) -> int:
        """Return the number of a mineral."""
        return self.symbols.index(symbol)


def base_of(
    world: World,
    symbols: tuple[str, ...],
    assumptions: Assumptions,
    newcomers: tuple[tuple[str, tuple[str, ...]], ...] = (),
) -> Base:
    """Return the base of the markets for `symbols`, with origins for `newcomers` (symbol, regions).

    Raises DataError if the world has other regions or lacks an industry.
    """
    known = set(country_table()) | {REST}
    odd = [code for code in world.regions if code not in known]
    if odd or REST not in world.regions:
        raise DataError(
            f"minerals need a world of countries with {REST} for the others, and {world.name} has "
            f"{', '.join(odd[:3]) or 'no ' + REST}; use 81x50 or 81x28"
        )
    parts = [
        _one(world, symbol, tuple(_supplied(symbol, assumptions).items()), dict(newcomers).get(symbol, ()))
        for symbol in symbols
    ]
    widest = max(len(part[0]) for part in parts)
    regions, industries = len(world.regions), len(world.sectors)
    m = len(parts)
    origin, flows = np.zeros((m, widest), dtype=np.int64), np.zeros((m, widest, regions))
    users, use, recycled = np.zeros((m, industries, regions)), np.zeros((m, regions)), np.zeros((m, regions))
    for number, (rows, cube, bought, again, by_industry) in enumerate(parts):
        origin[number, : len(rows)] = rows
        flows[number, : len(rows)] = cube
        use[number], recycled[number], users[number] = bought, again, by_industry
    price = np.array([tables.find(symbol).base_price for symbol in symbols])
    output = world.accounts.output
    spent = 12.0 * users * use[:, None, :] * price[:, None, None] / 1e6
    share = np.divide(spent, output[None], out=np.zeros_like(spent), where=output[None] > 0.0)
    # a tiny industry beside a large smelter: no more than a quarter of its output
    share = np.minimum(share, WIDEST_SHARE)
    least = np.minimum(share / SHARES_WIDEST, 1.0)
    with np.errstate(divide="ignore"):
        embodied = np.where(share > 0.0, least ** (1.0 - assumptions["minerals.embodied.position"]), 1.0)
    return Base(
        symbols, world.regions, np.array([len(part[0]) for part in parts]), origin, flows, flows.sum(axis=2), use,
        recycled, users, share, embodied, price, tuple(_parent(world, symbol) for symbol in symbols),
    )  # fmt: skip


def _parent(world: World, symbol: str) -> str:
    return _industry(world, tables.find(symbol).parent)


def _industry(world: World, code: str) -> str:
    if code in world.sectors:
        return code
    if "SERV" in world.sectors and code in ("D", "E", "F"):
        return "SERV"
    raise DataError(f"{world.name} has no industry {code}, which buys or sells minerals; use 81x50 or 81x28")


# scenarios and draws differ in which minerals they name and in a few producers' tonnes: the others are the same
@lru_cache(maxsize=64)
def _one(
    world: World, symbol: str, supplied: tuple[tuple[str, float], ...], newcomers: tuple[str, ...]
) -> tuple[np.ndarray, Floats, Floats, Floats, Floats]:
    """Return origins, flows (n,j), use (j,), recycled (j,) and users (k,j) of one mineral, tonnes a month.

    supplied: tonnes a year by country.
    """
    mineral = tables.find(symbol)
    made = _by_region(world, dict(supplied)) / 12.0
    small = (made > 0.0) & (made < SMALLEST * made.sum())
    rest = world.regions.index(REST)
    small[rest] = False
    made[rest] += made[small].sum()
    made[small] = 0.0
    rows = np.flatnonzero((made > 0.0) | np.isin(world.regions, newcomers))
    pairs = _pairs(world, symbol)
    if mineral.chain == "ore":
        users, bought = _smelters(world, symbol, made, pairs)
        again = np.zeros(len(bought))
    else:
        users, bought = _industries(world, symbol)
        bought = bought * made.sum()
        kept = mineral.recycled or 0.0
        again = bought * kept / (1.0 - kept)
    flows = _balanced(made[rows], bought, _seed(made, bought, pairs)[rows])
    bought = flows.sum(axis=0)
    return rows, flows, bought + again, again, users


def _supplied(symbol: str, assumptions: Assumptions) -> dict[str, float]:
    """Return tonnes of 2024 by country at the stage that users buy: separated rare earths, smelted antimony.

    Where World Mining Data and USGS differ on a country the two are weighted by `minerals.production.usgs_weight`.
    """
    weight = assumptions["minerals.production.usgs_weight"]
    tonnes = {}
    for country, values in tables.production()[symbol].items():
        ours = values.get(tables.LATEST, 0.0)
        tonnes[country] = ours if "usgs" not in values else (1.0 - weight) * ours + weight * values["usgs"]
    if symbol == "Sb":
        away = assumptions["minerals.antimony.smelted_in_china"]
        for country in sorted(SEND_ANTIMONY & set(tonnes)):  # sums in one order in every process
            tonnes["CHN"] += away * tonnes[country]
            tonnes[country] *= 1.0 - away
    if not tables.find(symbol).rare_earth:
        return tonnes
    total, china = sum(tonnes.values()), assumptions["minerals.rare_earths.separated_in_china"]
    others = {country: value for country, value in tonnes.items() if country not in (*tables.CLAY, "CHN")}
    scale = (1.0 - china) * total / sum(others.values())
    return {"CHN": china * total} | {country: value * scale for country, value in others.items()}


def _by_region(world: World, tonnes: dict[str, float]) -> Floats:
    table, out = country_table(), np.zeros(len(world.regions))
    for country, value in tonnes.items():
        region = table[country].region if country in table else REST
        out[world.regions.index(region if region in world.regions else REST)] += value
    return out


@lru_cache(maxsize=64)
def _pairs(world: World, symbol: str) -> Floats | None:
    """Return tonnes a month between regions by trade value over the base price; None without a trade code."""
    values = tables.trade().get(symbol)
    if not values:
        return None
    out = np.zeros((len(world.regions), len(world.regions)))
    for (exporter, importer), value in values.items():
        i, j = (world.regions.index(code if code in world.regions else REST) for code in (exporter, importer))
        if i != j:
            out[i, j] += value * 1e3 / tables.find(symbol).base_price / 12.0
    return out


def _industries(world: World, symbol: str) -> tuple[Floats, Floats]:
    """Return each industry's part of a region's use (k,j) and each region's share of world use (j,)."""
    output, weight = world.accounts.output, np.zeros_like(world.accounts.output)
    for use in tables.uses()[symbol]:
        k = world.sectors.index(_industry(world, use.industry))
        weight[k] += use.share * output[k] / output[k].sum()
    by_region = weight.sum(axis=0)
    users = np.divide(weight, by_region, out=np.zeros_like(weight), where=by_region > 0.0)
    return users, by_region / by_region.sum()


def _smelters(world: World, symbol: str, made: Floats, pairs: Floats | None) -> tuple[Floats, Floats]:
    """Return users (k,j) and tonnes (j,) of an ore: apparent use, production plus net imports, where smelters are."""
    k = world.sectors.index(_industry(world, tables.uses()[symbol][0].industry))
    there = world.accounts.output[k] > 0.0
    apparent = made if pairs is None else made + pairs.sum(axis=0) - pairs.sum(axis=1)
    # trade is known by value: a region that seems to export all of its ore still smelts a little
    apparent = np.where(there, np.maximum(apparent, 0.02 * made), 0.0)
    users = np.zeros_like(world.accounts.output)
    users[k] = apparent > 0.0
    return users, apparent * made.sum() / apparent.sum()


def _seed(made: Floats, bought: Floats, pairs: Floats | None) -> Floats:
    proportional = made[:, None] * bought[None, :] / made.sum()
    if pairs is None:
        return proportional
    home = np.maximum(made - pairs.sum(axis=1), HOME_FLOOR * np.minimum(made, bought))
    return pairs + np.diag(home) + UNKNOWN_PAIR * proportional


def _balanced(rows: Floats, columns: Floats, seed: Floats) -> Floats:
    """Return the matrix with these margins nearest to `seed` (RAS); rows to a part in 10^10."""
    out = seed.copy()
    for _ in range(500):
        out *= np.divide(rows, out.sum(axis=1), out=np.zeros_like(rows), where=out.sum(axis=1) > 0.0)[:, None]
        total = out.sum(axis=0)
        out *= np.divide(columns, total, out=np.zeros_like(columns), where=total > 0.0)[None, :]
        if np.abs(out.sum(axis=1) - rows).max() <= 1e-10 * rows.sum():
            break
    return out


@lru_cache(maxsize=4)
def cached_base(
    world: World,
    symbols: tuple[str, ...],
    assumptions: Assumptions,
    newcomers: tuple[tuple[str, tuple[str, ...]], ...] = (),
) -> Base:
    """Return `base_of`, kept for worlds asked about again (worlds are immutable and compared by identity)."""
    return base_of(world, symbols, assumptions, newcomers)
