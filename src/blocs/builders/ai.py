"""The observatory of AI: chips, data centres, capex, models, electricity, strategic sectors, from `ai/` and `macro/`.

`blocs data build ai --source FOLDER`. Nothing is estimated here: quarters are cumulative totals as Epoch AI
publishes them, with
its 5th and 95th percentiles; a model of several countries is split among them in equal parts; a data-centre date after
`VINTAGE` is a projection of the publisher. Strategic sectors are mapped by hand to whole ICIO industries
(`SECTORS`), with weights
computed by rule from the bundled world.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import datetime
from pathlib import Path

from blocs.builders.ai_sectors import sector_rows
from blocs.builders.nowcast import write_rows
from blocs.errors import DataError
from blocs.world.tables import region_table

VINTAGE = "2025-12-11"
"""Of the data-centre file, from the time stamps in it."""
MAKERS = {
    "Nvidia": "nvidia_cumulative_totals.csv",
    "AMD": "amd_cumulative_totals.csv",
    "Google": "tpu_cumulative_totals.csv",
    "Amazon": "trainium_cumulative_totals.csv",
}
COUNTRIES = {
    "Argentina": "ARG", "Australia": "AUS", "Austria": "AUT", "Belgium": "BEL", "Canada": "CAN", "China": "CHN",
    "Czechia": "CZE", "Denmark": "DNK", "Finland": "FIN", "France": "FRA", "Germany": "DEU", "Hong Kong": "HKG",
    "India": "IND", "Iran (Islamic Republic of)": "IRN", "Ireland": "IRL", "Israel": "ISR", "Italy": "ITA",
    "Japan": "JPN", "Korea (Republic of)": "KOR", "Malaysia": "MYS", "Multinational": "multinational",
    "Netherlands": "NLD", "Norway": "NOR", "Poland": "POL", "Russia": "RUS", "Saudi Arabia": "SAU",
    "Singapore": "SGP", "Spain": "ESP", "Sweden": "SWE", "Switzerland": "CHE", "Taiwan": "TWN",
    "United Arab Emirates": "ARE", "United Kingdom of Great Britain and Northern Ireland": "GBR",
    "United States of America": "USA",
}  # fmt: skip
OPENNESS = {
    "Open weights (unrestricted)": "open",
    "Open weights (restricted use)": "open_restricted",
    "Open weights (non-commercial)": "open_restricted",
    "API access": "closed_access",
    "Hosted access (no API)": "closed_access",
    "Unreleased": "unreleased",
    "": "unknown",
}
_H100E = ("Compute estimate in H100e (5th percentile)", "H100e (5th percentile)")
_H100E_HIGH = ("Compute estimate in H100e (95th percentile)", "H100e (95th percentile)")
_MEDIAN = ("Compute estimate in H100e (median)",)
_UNITS = ("Number of units (median)", "Number of Units")
_POWER = ("Power in MW (median)",)


def build_ai(source: Path, folder: Path) -> None:
    """Write the tables of `data/ai/` into `folder`; DataError if a source file is missing or not as published."""
    ai = folder / "ai"
    write_rows(ai / "chips-by-maker.csv", _chips_by_maker(source))
    write_rows(ai / "chips-by-owner.csv", _chips_by_owner(source))
    write_rows(ai / "data-centres.csv", _data_centres(source))
    write_rows(ai / "capex.csv", _capex(source))
    write_rows(ai / "model-releases.csv", _releases(source))
    write_rows(ai / "electricity.csv", _electricity(source))
    write_rows(ai / "strategic-sectors.csv", sector_rows())


def _read(source: Path, name: str) -> list[dict[str, str]]:
    path = source / name
    if not path.is_file():
        raise DataError(f"no {name} in {source}; give the folder that holds ai/ and macro/")
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def _chips_by_maker(source: Path) -> list[dict[str, object]]:
    rows = [
        {"maker": maker, **_quarter(row)}
        for maker, name in MAKERS.items()
        for row in _read(source, f"ai/{name}")
    ]
    return sorted(rows, key=lambda row: (str(row["maker"]), str(row["quarter_end"])))


def _chips_by_owner(source: Path) -> list[dict[str, object]]:
    rows = [
        {"owner": row["Owner"], "maker": row["Chip manufacturer"], **_quarter(row)}
        for row in _read(source, "ai/nvidia_owners_cumulative_totals.csv")
    ]
    return sorted(rows, key=lambda row: (str(row["owner"]), str(row["quarter_end"])))


def _quarter(row: dict[str, str]) -> dict[str, object]:
    return {
        "since": _day(row["Start date"]),
        "quarter_end": _day(row["End date"]),
        "h100e_low": _whole(row, _H100E),
        "h100e": _whole(row, _MEDIAN),
        "h100e_high": _whole(row, _H100E_HIGH),
        "units": _whole(row, _UNITS),
        "power_mw": _whole(row, _POWER),
        "complete": "no" if row.get("Incomplete") else "yes",
    }


def _whole(row: dict[str, str], names: tuple[str, ...]) -> int:
    for name in names:
        if row.get(name):
            return round(float(row[name]))
    raise DataError(f"a row of the chip totals has none of {', '.join(names)}; use the publisher's file")


def _day(text: str) -> str:
    return datetime.strptime(text, "%m/%d/%Y").date().isoformat()


def _data_centres(source: Path) -> list[dict[str, object]]:
    places = {row["Handle"]: row for row in _read(source, "ai/data_centers.csv")}
    rows: list[dict[str, object]] = []
    for row in _read(source, "ai/data_center_timelines.csv"):
        name = row["Data center"]
        if name not in places:
            raise DataError(f"data centre {name!r} has a timeline but no entry; use files of one download")
        owner, _, trust = places[name]["Owner"].partition(" #")
        day = _day(row["Date"])
        rows.append(
            {
                "data_centre": places[name]["Title"],
                "country": _country_of(places[name]["Address"]),
                "owner": owner,
                "owner_certainty": trust or "unknown",
                "date": day,
                "status": "projected" if day > VINTAGE else "observed",
                "power_mw": _number(row["Power (MW)"], 0),
                "h100e": _number(row["H100 equivalents"], 0),
                "capital_cost_usd_bn": _number(row["Total capital cost (2025 USD billions)"], 2),
            }
        )
    return sorted(rows, key=lambda row: (str(row["data_centre"]), str(row["date"])))


def _number(cell: str, digits: int) -> object:
    """Return a rounded number, and nothing where the publisher says nothing."""
    return "" if cell == "" else round(float(cell), digits or None)


def _country_of(address: str) -> str:
    if "China" in address:
        return "CHN"
    return "ARE" if "United Arab Emirates" in address else "USA"


def _capex(source: Path) -> list[dict[str, object]]:
    """Return capex by company and year; the four together from the third party's annual file where it has a year."""
    rows: list[dict[str, object]] = []
    for row in _read(source, "ai/hyperscaler_capex_cash_ppe.csv"):
        if row["company"].startswith("Big4"):
            continue
        value = float(row["usd_bn"])
        low, high = _guided(row["status"], value)
        kind = "guidance" if "guidance" in row["status"] else "reported"
        status = "third_party" if "unverified" in row["status"] else "transcribed"
        rows.append(_spent(row["company"], int(row["year"]), value, low, high, kind, status, row["status"]))
    for row in _read(source, "ai/big4_capex_annual.csv"):
        value = float(row["VALUE"])
        note = "sum of Amazon, Alphabet, Meta and Microsoft as a third party gives it; definitions may differ"
        rows.append(
            _spent("Four together", int(row["YEAR"]), value, value, value, "reported", "third_party", note)
        )
    return sorted(rows, key=lambda row: (str(row["company"]), str(row["year"])))


def _spent(
    company: str, year: int, value: float, low: float, high: float, kind: str, status: str, note: str
) -> dict[str, object]:
    if note.startswith("verified_in_text ("):
        note = note.removeprefix("verified_in_text (").removesuffix(")")
    return {
        "company": company, "year": year, "usd_bn": value, "usd_bn_low": low, "usd_bn_high": high,
        "kind": kind, "status": status, "note": note.replace(" xmanatsf", ""),
    }  # fmt: skip


def _guided(status: str, value: float) -> tuple[float, float]:
    """Return the ends of a guided range such as 'guidance 175-185', else the value twice."""
    words = status.split()
    if len(words) == 2 and words[0] == "guidance" and words[1].count("-") == 1:
        low, high = words[1].split("-")
        return float(low), float(high)
    return value, value


def _releases(source: Path) -> list[dict[str, object]]:
    """Return models published by year, country and openness; a model of n countries counts 1/n in each."""
    counts: dict[tuple[str, int, str, str], float] = defaultdict(float)
    for collection, name in (("large", "large_scale_ai_models.csv"), ("notable", "notable_ai_models.csv")):
        for row in _read(source, f"ai/{name}"):
            if not row["Publication date"]:
                continue
            year = int(row["Publication date"][:4])
            if year < 2017:
                continue
            named = sorted({part.strip() for part in row["Country (of organization)"].split(",")} - {""})
            openness = _known(OPENNESS, row["Model accessibility"], "accessibility")
            for country in named or ["unknown"]:
                code = "unknown" if country == "unknown" else _known(COUNTRIES, country, "country")
                counts[collection, year, code, openness] += 1.0 / max(len(named), 1)
    return [
        {
            "collection": collection,
            "year": year,
            "country": country,
            "openness": openness,
            "models": round(n, 4),
        }
        for (collection, year, country, openness), n in sorted(counts.items())
    ]


def _known(table: dict[str, str], word: str, what: str) -> str:
    if word not in table:
        raise DataError(f"{what} {word!r} is new in the source; say in builders/ai.py what it is")
    return table[word]


def _electricity(source: Path) -> list[dict[str, object]]:
    """Return generation, TWh, by region of the bundled world and for the world (code WLD), from 2000."""
    wanted = {code: code for code in region_table()} | {"OWID_WRL": "WLD"}
    value = "Electricity generation - TWh"
    found = sorted(
        (wanted[row["Code"]], int(row["Year"]), round(float(row[value]), 3))
        for row in _read(source, "macro/electricity-generation.csv")
        if row["Code"] in wanted and int(row["Year"]) >= 2000 and row[value]
    )
    return [{"region": region, "year": year, "twh": twh} for region, year, twh in found]
