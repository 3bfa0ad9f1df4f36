"""The bundled tables of minerals as frozen records: what each is, who produces it, who uses it, who controls it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from blocs.data import store
from blocs.errors import DataError, unknown

BASE_PRICE_YEAR = 2023  # the last year before most of the controls
LATEST = "2024"
PRICE_YEARS = (2021, 2022, 2023, 2024, 2025)
FOLDER = "minerals"
CHINA = "CHN"
CLAY = ("MMR", "LAO", "THA", "VNM", "MYS")  # mine ion-adsorption clays and send their concentrates to China
ALIASES = {"graphite": "C", "Graphite": "C"}


@dataclass(frozen=True)
class Mineral:
    """One mineral: tonnes are of `unit`, prices US$ per tonne of it by year, `missing` names what no source has."""

    symbol: str
    name: str
    chain: str  # metal: bought by the industries of `uses`; ore: bought by smelters
    stage: str
    unit: str
    parent: str  # industry that sells it
    host: str  # what it is a by-product of
    rare_earth: bool
    price: dict[int, float]
    recycled: float | None  # share of use that comes from end-of-life scrap
    traded: bool  # whether a trade code is at hand
    missing: tuple[str, ...]

    @property
    def base_price(self) -> float:
        """US$ per tonne in `BASE_PRICE_YEAR`; DataError where no price is published."""
        if BASE_PRICE_YEAR not in self.price:
            raise DataError(
                f"{self.name} ({self.symbol}) has no published price of {BASE_PRICE_YEAR}; nothing is put in its "
                "place. Leave it out, or add a price to minerals/minerals.csv with its source"
            )
        return self.price[BASE_PRICE_YEAR]

    @property
    def modelled(self) -> bool:
        """Whether production and a price are published, so that a market can be solved."""
        return not {"production", "price"} & set(self.missing)


@dataclass(frozen=True)
class Use:
    """An industry's share of a mineral's use, with its range."""

    industry: str
    share: float
    low: float
    high: float
    status: str
    source: str


@dataclass(frozen=True)
class Announcement:
    """One announced export control of China."""

    announced: str
    effective: str
    instrument: str
    items: str
    target: str
    status: str
    verification: str
    symbols: tuple[str, ...]

    @property
    def ban(self) -> bool:
        """Whether it bans rather than licenses."""
        return self.status.startswith("ban") or self.status.startswith("export ban")

    @property
    def suspended(self) -> bool:
        """Whether it is wholly or partly suspended, with the dates in `status`."""
        return "suspended 20" in self.status or self.status.startswith("suspended")


@lru_cache(maxsize=1)
def minerals() -> dict[str, Mineral]:
    """Return every mineral by symbol."""
    return {row["symbol"]: _mineral(row) for row in store.rows(f"{FOLDER}/minerals.csv")}


def _mineral(row: dict[str, str]) -> Mineral:
    return Mineral(
        row["symbol"], row["name"], row["chain"], row["stage"], row["unit"], row["parent"], row["host"],
        row["rare_earth"] == "True",
        {year: float(row[f"price_{year}"]) for year in PRICE_YEARS if row[f"price_{year}"]},
        float(row["recycled"]) if row["recycled"] else None, bool(row["hs"]),
        tuple(part for part in row["missing"].split("; ") if part),
    )  # fmt: skip


def find(name: str) -> Mineral:
    """Return the mineral of a symbol or a name, in any case; DataError with the nearest otherwise."""
    table = minerals()
    wanted = ALIASES.get(name, name)
    if wanted in table:
        return table[wanted]
    by_name = {mineral.name: mineral for mineral in table.values()}
    lower = {symbol.lower(): mineral for symbol, mineral in table.items()} | by_name
    if wanted.lower() in lower:
        return lower[wanted.lower()]
    raise DataError(unknown("mineral", name, [*table, *by_name]))


@lru_cache(maxsize=1)
def production() -> dict[str, dict[str, dict[str, float]]]:
    """Return tonnes by symbol, country and year (`usgs`: the figure of USGS for 2024); absent where not published."""
    out: dict[str, dict[str, dict[str, float]]] = {}
    for row in store.rows(f"{FOLDER}/production.csv"):
        years = {key: float(row[key]) for key in row if key[:2] == "20" and row[key]}
        if row["usgs_2024"]:
            years["usgs"] = float(row["usgs_2024"])
        out.setdefault(row["symbol"], {})[row["country"]] = years
    return out


@lru_cache(maxsize=1)
def capacity() -> dict[str, dict[str, float]]:
    """Return tonnes a year that could be refined in 2025 by symbol and country; no entry where none is published."""
    out: dict[str, dict[str, float]] = {}
    for row in store.rows(f"{FOLDER}/capacity.csv"):
        out.setdefault(row["symbol"], {})[row["country"]] = float(row["tonnes"])
    return out


def shares(symbol: str, year: str = LATEST) -> dict[str, float]:
    """Return each country's share of a mineral's production, largest first; empty where none is published."""
    tonnes = {country: values.get(year, 0.0) for country, values in production().get(symbol, {}).items()}
    total = sum(tonnes.values())
    ranked = sorted(tonnes, key=lambda country: -tonnes[country])
    return {country: tonnes[country] / total for country in ranked if tonnes[country] > 0.0} if total else {}


def share_range(symbol: str, country: str) -> tuple[float, float]:
    """Return the lowest and highest share of `country` in 2024 among World Mining Data and USGS.

    Of a single rare earth: among the ores' baskets and the other ores each could be (`_other_ores`).
    """
    ours = shares(symbol).get(country, 0.0)
    if from_basket(symbol):
        found = [ours, *(made.get(country, 0.0) for made in _other_ores(symbol))]
        return min(found), max(found)
    other = {c: v["usgs"] for c, v in production().get(symbol, {}).items() if "usgs" in v}
    if country not in other or not sum(other.values()):
        return ours, ours
    theirs = other[country] / sum(other.values())
    return min(ours, theirs), max(ours, theirs)


@lru_cache(maxsize=1)
def baskets() -> dict[str, dict[str, float]]:
    """Return the part of all rare-earth oxides that each element has, by kind of ore."""
    return {
        row["element"]: {kind: float(value) / 100.0 for kind, value in row.items() if kind != "element"}
        for row in store.rows(f"{FOLDER}/baskets.csv")
    }


@lru_cache(maxsize=1)
def ore_mix() -> dict[str, dict[str, tuple[float, float]]]:
    """Return the part of each ore in a country's rare earths of 2024, and at the other end of its range."""
    out: dict[str, dict[str, tuple[float, float]]] = {}
    for row in store.rows(f"{FOLDER}/ore-mix.csv"):
        out.setdefault(row["country"], {})[row["ore"]] = float(row["share"]), float(row["share_other"])
    return out


def from_basket(symbol: str) -> bool:
    """Return whether production of `symbol` is derived: that of all rare earths times the ore baskets."""
    return symbol in baskets() and symbol in production()


def _other_ores(element: str) -> list[dict[str, float]]:
    """Return each country's share of a rare earth in 2024 with one ore at a time as it could also be.

    Ion-adsorption clay as either of its poles; northern China's ore as all bastnaesite or all monazite; monazite as
    that of Brazil; China's clay with the part of its rare earths that it had in 2021.
    """
    others = [{"clay": "clay_light"}, {"clay": "clay_heavy"}, {"mixed": "bastnaesite"}, {"mixed": "monazite"},
              {"monazite": "monazite_brazil"}]  # fmt: skip
    return [_made(element, swapped, 0) for swapped in others] + [_made(element, {}, 1)]


def _made(element: str, swapped: Mapping[str, str], end: int) -> dict[str, float]:
    """Return shares by country with ores `swapped` for others and the mix at its `end` (0 usual, 1 other)."""
    made, basket = production(), baskets()[element]
    tonnes = {}
    for country, ores in ore_mix().items():
        oxides = sum(made[one].get(country, {}).get(LATEST, 0.0) for one in baskets())
        tonnes[country] = oxides * sum(
            part[end] * basket[swapped.get(ore, ore)] for ore, part in ores.items()
        )
    total = sum(tonnes.values())
    return {country: part / total for country, part in tonnes.items()} if total else {}


@lru_cache(maxsize=1)
def uses() -> dict[str, tuple[Use, ...]]:
    """Return the end uses of every mineral by symbol."""
    out: dict[str, list[Use]] = {}
    for row in store.rows(f"{FOLDER}/uses.csv"):
        numbers = (float(row["share"]), float(row["low"]), float(row["high"]))
        out.setdefault(row["symbol"], []).append(Use(row["industry"], *numbers, row["status"], row["source"]))
    return {symbol: tuple(rows) for symbol, rows in out.items()}


@lru_cache(maxsize=1)
def trade() -> dict[str, dict[tuple[str, str], float]]:
    """Return trade of 2022–24, thousand US$ a year, by symbol and (exporter, importer) region; no code, no entry."""
    out: dict[str, dict[tuple[str, str], float]] = {}
    for row in store.rows(f"{FOLDER}/trade.csv"):
        out.setdefault(row["symbol"], {})[row["exporter"], row["importer"]] = float(row["kusd"])
    for symbol, mineral in minerals().items():  # the code of rare-earth compounds is one for most elements
        if mineral.rare_earth and symbol not in out:
            out[symbol] = out["La"]
    return out


@lru_cache(maxsize=1)
def announcements() -> tuple[Announcement, ...]:
    """Return the announced export controls of China since 2023, in order."""
    return tuple(
        Announcement(
            row["announced"], row["effective"], row["instrument"], row["items"], row["target"], row["status_note"],
            row["verification"], tuple(row["symbols"].split()),
        )
        for row in store.rows(f"{FOLDER}/controls.csv")
    )  # fmt: skip


def control_of(symbol: str) -> Announcement | None:
    """Return the announcement that now holds for a mineral: the last one that is not suspended, else the last."""
    named = [one for one in announcements() if symbol in one.symbols]
    active = [one for one in named if not one.suspended]
    return (active or named or [None])[-1]


@lru_cache(maxsize=1)
def stability() -> dict[str, float]:
    """Return political stability by country (World Bank estimate of 2024, about −2.5 weak to 2.5 strong)."""
    rows = store.rows(f"{FOLDER}/governance.csv")
    return {row["country"]: float(row["stability_2024"]) for row in rows if row["stability_2024"]}


def modelled(symbols: Iterable[str] | None = None) -> tuple[str, ...]:
    """Return the symbols whose market can be solved, in table order."""
    wanted = minerals() if symbols is None else symbols
    return tuple(symbol for symbol in wanted if minerals()[symbol].modelled)
