"""Builds the tables of minerals: production by country, prices, uses, trade, controls and governance.

Sources: World Mining Data (production 2018–2024), USGS Mineral Commodity Summaries 2025 and 2026 (production beside it,
prices), CEPII BACI (trade by partner) and a list of Chinese export controls. What a source does not have is left empty
and named in the column `missing`; nothing is filled with zero.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from blocs.builders import minerals_baskets
from blocs.builders.minerals_selection import (
    APPLICATION,
    ENTRIES,
    LISTED,
    PUBLISHED,
    SMELTER,
    SMELTS,
    USGS_WORLD,
    Entry,
)
from blocs.data import store
from blocs.errors import DataError

YEARS = tuple(str(year) for year in range(2018, 2025))
LATEST = YEARS[-1]
PRICE_YEARS = ("2021", "2022", "2023", "2024", "2025")
TRADE_YEARS = (2022, 2023, 2024)
SMALLEST = 0.001  # a pair with a smaller share of a mineral's trade is left out
USGS_NAMES = {"Burma": "MMR", "Korea, Republic of": "KOR", "Korea, North": "PRK", "Congo (Kinshasa)": "COD",
              "Turkey": "TUR", "Laos": "LAO", "Russia": "RUS", "Vietnam": "VNM", "Bolivia": "BOL", "Tajikistan": "TJK",
              "Kyrgyzstan": "KGZ", "Iran": "IRN", "Czechia": "CZE"}  # fmt: skip
Row = dict[str, Any]
# read in November 2026; see the column `verification` of controls.csv
READ = {
    "MOFCOM/GAC No.23 of 2023": "number, date and items seen in text (China Justice Observer, 2 October 2023); "
    "effective date seen in text (USGS MCS2026)",
    "MOFCOM/GAC No.39 of 2023": "items, date and force seen in texts (Xinhua, 20 October 2023, "
    "english.news.cn/20231020/b218269f9f9e4c708aae37c0ad3d4fe1; IEA policy 17933); number seen in a trader's note "
    "(juxingtansu.com/q_1017)",
    "MOFCOM/GAC No.33 of 2024": "number, date and items seen in text (translation of the announcement); effective date "
    "seen in text",
    "MOFCOM/GAC No.10 of 2025": "items and date seen in text (USGS MCS2026 for tungsten); number not seen",
    "MOFCOM/GAC No.57 of 2025": "number, items, effective date seen in text (SiliconExpert, 17 October 2025); "
    "suspension seen in text (ChemRadar on No.70 of 2025)",
    "MOFCOM No.61 of 2025": "number, rule and effective date seen in text (translation; ChemRadar, October 2025)",
}


def build_minerals(source: Path, folder: Path) -> None:
    """Write the tables below `folder`/minerals."""
    (folder / "minerals").mkdir(parents=True, exist_ok=True)
    for name, text in tables_from(source).items():
        (folder / "minerals" / name).write_text(text, encoding="utf-8", newline="")


def tables_from(source: Path) -> dict[str, str]:
    """Return the text of every table by its name under `data/minerals`."""
    folder = source / "minerals"
    if not folder.is_dir():
        raise DataError(f"{folder} is missing; give the folder that holds minerals/")
    mined = production(folder)
    oxides = {
        row["Country_ISO"]: _number(row[LATEST], 1.0) or 0.0
        for row in _read(folder / "wmd_production_2018_2024_long.csv")
        if row["mineral"] == "Rare Earths (REO)"
    }
    return {
        "baskets.csv": _text(minerals_baskets.basket_rows()),
        "ore-mix.csv": _text(minerals_baskets.mix_rows({c: t for c, t in oxides.items() if t > 0.0})),
        "minerals.csv": _text(list(properties(folder, mined))),
        "production.csv": _text(mined),
        "uses.csv": _text(list(uses())),
        "trade.csv": _text(trade(folder)),
        "controls.csv": _text(list(controls(folder))),
        "capacity.csv": _text(capacity(folder)),
    }


def production(folder: Path) -> list[Row]:
    """Return tonnes by mineral, country and year, with the figure of USGS for 2024 beside them where there is one."""
    mined: dict[str, dict[str, dict[str, float | None]]] = defaultdict(dict)
    for row in _read(folder / "wmd_production_2018_2024_long.csv"):
        scale = 1e-3 if row["unit"] == "kg" else 1.0
        mined[row["mineral"]][row["Country_ISO"]] = {y: _number(row[y], scale) for y in YEARS}
    beside = _usgs(folder)
    rows: list[Row] = []
    for entry in ENTRIES:
        if not entry.production:
            continue
        by_country = (
            _element(mined["Rare Earths (REO)"], entry.symbol)
            if entry.production == "REE"
            else mined[entry.production]
        )
        for country in sorted(set(by_country) | set(beside.get(entry.symbol, {}))):
            values = by_country.get(country, dict.fromkeys(YEARS))
            other = beside.get(entry.symbol, {}).get(country)
            if any(values.values()) or other:
                cells = {y: _shown(values[y]) for y in YEARS}
                rows.append({"symbol": entry.symbol, "country": country, **cells, "usgs_2024": _shown(other)})
    return rows


def _element(oxides: dict[str, dict[str, float | None]], element: str) -> dict[str, dict[str, float | None]]:
    """Return tonnes of one rare-earth oxide by country: all oxides times the basket of the country's ores."""
    baskets = minerals_baskets.baskets()

    def made(country: str, total: float | None) -> float | None:
        if total is None:
            return None
        ores = minerals_baskets.mix(country, total)
        return total * sum(part * baskets[ore][element] for ore, part in ores.items())

    return {country: {y: made(country, v) for y, v in values.items()} for country, values in oxides.items()}


def _usgs(folder: Path) -> dict[str, dict[str, float]]:
    names = {row["name"]: row["code"] for row in store.rows("countries.csv")} | USGS_NAMES
    table = list(_read(folder / "usgs_mcs2025_world.csv", "utf-8-sig"))
    out: dict[str, dict[str, float]] = {}
    for symbol, (commodity, kind, scale) in USGS_WORLD.items():
        found = {}
        for row in table:
            if not row["COMMODITY"].strip().startswith(commodity) or not row["TYPE"].startswith(kind):
                continue
            value, country = _number(row["PROD_EST_ 2024"], scale), names.get(row["COUNTRY"].strip())
            if value is not None and country is not None:
                found[country] = value
        out[symbol] = found
    return out


def capacity(folder: Path) -> list[Row]:
    """Return tonnes a year that could be refined in 2025 by country, where USGS has a figure."""
    names = {row["name"]: row["code"] for row in store.rows("countries.csv")} | USGS_NAMES
    table = list(_read(folder / "usgs_mcs2026.csv", "cp1252"))
    rows: list[Row] = []
    for entry in ENTRIES:
        for row in table:
            if row["MCS chapter"].strip() != entry.chapter or row["Year"] != "2025":
                continue
            if row["Statistics_detail"] not in ("Production capacity", "Refinery capacity"):
                continue
            value = _number(row["Value"], 1e-3 if row["Unit"] == "kilograms" else 1.0)
            if value and row["Country"].strip() in names:
                rows.append(
                    {
                        "symbol": entry.symbol,
                        "country": names[row["Country"].strip()],
                        "tonnes": _shown(value),
                    }
                )
    return rows


def properties(folder: Path, mined: list[Row]) -> Iterable[Row]:
    """Return one row a mineral: what it is, its prices in US$ per tonne, recycling, and what is missing."""
    prices = _prices(folder)
    recycling = {
        row["Sheet_name"]: (row["Supply Chain Stage"], row["EoL-RIR (2023)"])
        for row in _read(folder / "wmd_hs_code_map.csv")
    }
    world: dict[str, float] = defaultdict(float)
    for row in mined:
        world[row["symbol"]] += float(row["2024"] or 0.0)
    for entry in ENTRIES:
        stage, share = recycling.get(
            "Rare Earths (REO)" if entry.production == "REE" else entry.production, ("", "")
        )
        found = prices.get(entry.symbol, {})
        missing = [what for what, there in (
            ("production", world[entry.symbol] > 0.0), ("price", bool(found)),
            ("trade by partner", bool(entry.hs)), ("recycling", share != ""),
        ) if not there]  # fmt: skip
        yield {
            "symbol": entry.symbol, "name": entry.name, "chain": entry.chain, "stage": stage.lower() or "processing",
            "unit": entry.unit, "parent": entry.parent, "host": entry.host, "rare_earth": entry.production == "REE",
            **{f"price_{y}": _shown(found.get(y)) for y in PRICE_YEARS},
            "recycled": share, "hs": " ".join(entry.hs), "missing": "; ".join(missing),
        }  # fmt: skip


def _prices(folder: Path) -> dict[str, dict[str, float]]:
    table = list(_read(folder / "usgs_mcs2026.csv", "cp1252"))
    out: dict[str, dict[str, float]] = {}
    for entry in ENTRIES:
        if not entry.price:
            continue
        rows = [
            r
            for r in table
            if r["MCS chapter"].strip() == entry.chapter and r["Statistics_detail"].startswith(entry.price)
        ]
        series = sorted({r["Statistics_detail"] for r in rows})
        if not series:
            raise DataError(
                f"usgs_mcs2026.csv has no series {entry.price!r} in {entry.chapter!r} for {entry.symbol}"
            )
        found = {
            r["Year"]: _number(r["Value"], entry.per_tonne)
            for r in rows
            if r["Statistics_detail"] == series[0]
        }
        out[entry.symbol] = {y: v for y, v in found.items() if v is not None}
    return out


def uses() -> Iterable[Row]:
    """Return shares of end uses by industry: published where they are, else equal parts of the uses USGS lists."""
    for entry in ENTRIES:
        if entry.chain == "ore":
            yield _use(
                entry,
                SMELTER.get(entry.symbol, SMELTS),
                1.0,
                1.0,
                "derived",
                "ores are bought by smelters and works",
            )
            continue
        published = entry.symbol in PUBLISHED
        weights = PUBLISHED[entry.symbol] if published else dict.fromkeys(LISTED[entry.symbol], 1.0)
        by_industry: dict[str, float] = defaultdict(float)
        for application, weight in weights.items():
            for industry in APPLICATION[application]:
                by_industry[industry] += weight / len(APPLICATION[application])
        total = sum(by_industry.values())
        words = ", ".join(weights)
        for industry, weight in by_industry.items():
            status, spread = ("transcribed", 1.25) if published else ("ranking", 2.0)
            about = f"USGS: {words}" if published else f"USGS names, without shares: {words}; equal parts"
            yield _use(entry, industry, weight / total, spread, status, about)


def _use(entry: Entry, industry: str, share: float, spread: float, status: str, about: str) -> Row:
    return {
        "symbol": entry.symbol, "industry": industry, "share": f"{share:.4g}", "low": f"{share / spread:.4g}",
        "high": f"{min(1.0, share * spread):.4g}", "status": status, "source": about,
    }  # fmt: skip


def trade(folder: Path) -> list[Row]:
    """Return each pair's share of a mineral's trade value in 2022–2024, by region of the world; home is not trade."""
    import pandas as pd

    regions = {row["code"]: row["region"] for row in store.rows("countries.csv")}
    table: Any = pd.read_parquet(folder / "baci_minerals_2017_2024.parquet")
    table = table[table["year"].isin(TRADE_YEARS)]
    out: list[Row] = []
    by_code: dict[str, Any] = {}
    for entry in ENTRIES:
        if not entry.hs:
            continue
        key = " ".join(entry.hs)
        if key not in by_code:
            part = table[table["hs92"].astype(str).str.zfill(6).isin(entry.hs)]
            pairs = part.assign(
                exporter=part["exporter"].map(regions).fillna("ROW"),
                importer=part["importer"].map(regions).fillna("ROW"),
            )
            value = (
                pairs[pairs["exporter"] != pairs["importer"]]
                .groupby(["exporter", "importer"])["value_kusd"]
                .sum()
            )
            by_code[key] = value / len(TRADE_YEARS)
        value = by_code[key]
        if entry.production == "REE" and entry.symbol not in ("La", "Ce", "Y"):
            continue  # one code for all of them; it is kept once, under La
        kept = value[value >= SMALLEST * value.sum()]
        out += [
            {"symbol": entry.symbol, "exporter": i, "importer": j, "kusd": f"{v:.5g}"}
            for (i, j), v in kept.items()
        ]
    return out


def controls(folder: Path) -> Iterable[Row]:
    """Return the announcements of Chinese export controls as listed, with the symbols each one names.

    What was read in a text after the list was made takes the place of its note of verification.
    """
    for row in _read(folder / "china_export_controls.csv"):
        seen = READ.get(row["instrument"], row["verification"])
        yield {**row, "verification": seen, "symbols": " ".join(_named(row["items"]))}


def _named(items: str) -> list[str]:
    from blocs.builders.minerals_selection import SYMBOLS

    words = items.replace(";", " ").replace(":", " ").replace("(", " ").split()
    if items.startswith("graphite"):
        return ["C"]
    found = [word for word in words if word in SYMBOLS and f"{word} batteries" not in items]
    return [*found, *(["C"] if "graphite" in items and "anodes" not in items and "C" not in found else [])]


def _read(path: Path, encoding: str = "utf-8") -> list[dict[str, str]]:
    if not path.is_file():
        raise DataError(f"{path} is missing; give the folder of the source files")
    with path.open(encoding=encoding, newline="") as lines:
        return list(csv.DictReader(lines))


def _number(text: str | None, scale: float) -> float | None:
    """Return a figure times `scale`; None where there is none; the middle of a range such as 660–670."""
    cleaned = (text or "").replace(",", "").strip()
    parts = cleaned.replace("–", " ").split()
    try:
        values = [float(part) for part in parts]
    except ValueError:
        return None
    return scale * sum(values) / len(values) if values else None


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:.5g}"


def _text(rows: list[Row]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
