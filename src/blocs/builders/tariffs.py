"""Applied tariffs of the base: Teti's averages where they are sane, repaired by stated rules elsewhere.

Three repairs: services carry no duty; food duties (C10T12) swollen by prohibitive specific rates are capped;
the duties of the 2018-19 trade war, absent from the source, are added to both sides.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from blocs.builders import source as src
from blocs.builders.repairs import Repair
from blocs.data import store
from blocs.errors import DataError

FOOD = "C10T12"
FOOD_CAP = 1.2
"""Highest ratio of an importer's food duty to its highest other goods duty in Caliendo and Parro's
effectively applied tariffs of 2005: 17 importers, 90th percentile over partners, India (2.8) apart. The
median is 0.65."""
US_FOOD_LEVEL = 0.021
"""United States: median food duty in the same study. What the tracker's food-heavy partners (New Zealand,
Argentina) pay in 2024 leaves 0-1% for food; the general cap would give 11%."""

TRADE_WAR_TABLE = "trade-war-2018-2020.csv"
TRADE_WAR_URL = "https://github.com/mwaugh0328/tradewar-tracker (data/{imports,exports}_by_naics.csv; MIT)"
NAICS = {
    "A01": ("111", "112"),
    "A02": ("113",),
    "A03": ("114",),
    "B05": ("212",),
    "B06": ("211",),
    "B07": ("212",),
    "B08": ("212",),
    "C10T12": ("311", "312"),
    "C13T15": ("313", "314", "315", "316"),
    "C16": ("321",),
    "C17_18": ("322", "323"),
    "C19": ("324",),
    "C20": ("325",),
    "C21": ("325",),
    "C22": ("326",),
    "C23": ("327",),
    "C24A": ("331",),
    "C24B": ("331",),
    "C25": ("332",),
    "C26": ("334",),
    "C27": ("335",),
    "C28": ("333",),
    "C29": ("336",),
    "C301": ("336",),
    "C302T309": ("336",),
    "C31T33": ("337", "339"),
}
_EU27 = """AUT BEL BGR HRV CYP CZE DNK EST FIN FRA DEU GRC HUN IRL ITA LVA LTU LUX MLT NLD POL PRT ROU SVK
    SVN ESP SWE"""
EU27 = tuple(_EU27.split())
TRACKER_NAMES = {
    "EUROPEAN UNION": "EU27",
    "MEXICO": "MEX",
    "CHINA": "CHN",
    "CANADA": "CAN",
    "JAPAN": "JPN",
    "VIETNAM": "VNM",
    "KOREA, SOUTH": "KOR",
    "TAIWAN": "TWN",
    "INDIA": "IND",
    "UNITED KINGDOM": "GBR",
    "THAILAND": "THA",
    "SWITZERLAND": "CHE",
    "MALAYSIA": "MYS",
    "BRAZIL": "BRA",
    "SINGAPORE": "SGP",
    "INDONESIA": "IDN",
    "ISRAEL": "ISR",
    "COLOMBIA": "COL",
    "AUSTRALIA": "AUS",
    "TURKEY": "TUR",
    "CHILE": "CHL",
    "SOUTH AFRICA": "ZAF",
    "PHILIPPINES": "PHL",
    "CAMBODIA": "KHM",
    "SAUDI ARABIA": "SAU",
    "COSTA RICA": "CRI",
    "PERU": "PER",
    "BANGLADESH": "BGD",
    "ARGENTINA": "ARG",
    "UNITED ARAB EMIRATES": "ARE",
    "NORWAY": "NOR",
    "NIGERIA": "NGA",
    "HONG KONG": "HKG",
    "NEW ZEALAND": "NZL",
    "PAKISTAN": "PAK",
    "RUSSIA": "RUS",
    "EGYPT": "EGY",
    "ANGOLA": "AGO",
    "JORDAN": "JOR",
    "MOROCCO": "MAR",
    "TUNISIA": "TUN",
    "UKRAINE": "UKR",
    "KAZAKHSTAN": "KAZ",
    "ICELAND": "ISL",
    "COTE D'IVOIRE": "CIV",
    "LAOS": "LAO",
    "BURMA": "MMR",
}
"""Country names of the US tariff tracker. A name that is not here is in `ROW`, Slovakia's in the EU."""


@dataclass(frozen=True)
class Tariffs:
    """Repaired ad-valorem rates and what the repairs did."""

    rates: np.ndarray  # [27, 81, 81] good, exporter, importer; fractions
    coverage: float  # share of the statutory trade-war increase that is collected
    food_factor: dict[str, float]  # importer -> factor on its food duties, where below one
    repairs: list[Repair]


def repair_tariffs(icio: src.Icio, tracker_china: float) -> Tariffs:
    """Return the applied tariffs of the base year on the 27 goods.

    `tracker_china` is the trade-weighted US rate on China (fraction) that the trade-war repair must
    reproduce. Rates of and on `ROW` stay zero (the source has none); diagonals and trade inside the EU27
    are zero.
    """
    rates = icio.tariff[: src.GOODS].copy()
    diagonal = np.arange(rates.shape[1])
    rates[:, diagonal, diagonal] = 0.0
    inside_eu = np.array([region in EU27 for region in icio.regions])
    rates[:, np.outer(inside_eu, inside_eu)] = 0.0
    factors = cap_food(rates, icio)
    increments, coverage = add_trade_war(rates, icio, tracker_china)
    return Tariffs(rates, coverage, factors, _records(icio, factors, increments, coverage))


def cap_food(rates: np.ndarray, icio: src.Icio) -> dict[str, float]:
    """Cap each importer's food duties in place; return the factors by which they fell.

    Level of a good = 90th percentile over exporters. Where the food level exceeds `FOOD_CAP` times the
    highest level among the importer's other goods, all its food rates are scaled down to that (preferences
    keep their proportions); the United States to `US_FOOD_LEVEL`.
    """
    food = icio.sectors.index(FOOD)
    others = [s for s in range(src.GOODS) if s != food]
    factors: dict[str, float] = {}
    for j, importer in enumerate(icio.regions[:80]):
        partners = [i for i in range(80) if i != j]
        levels = np.quantile(rates[:, partners, j], 0.9, axis=1)
        cap = US_FOOD_LEVEL if importer == "USA" else FOOD_CAP * float(levels[others].max())
        if levels[food] > cap and levels[food] > 0.01:
            factors[importer] = cap / float(levels[food])
            rates[food, :, j] *= factors[importer]
    return factors


def add_trade_war(
    rates: np.ndarray, icio: src.Icio, tracker_china: float
) -> tuple[dict[str, np.ndarray], float]:
    """Add the 2018-19 duties between the United States and China in place.

    The statutory increase by good is multiplied by one `coverage` that makes the trade-weighted US rate on
    China equal `tracker_china`; China's retaliation gets the same coverage. Returns the increments [27] added
    by each side and the coverage.
    """
    usa, chn = icio.regions.index("USA"), icio.regions.index("CHN")
    statutory = trade_war_increments(icio.sectors[: src.GOODS])
    imports = icio.flows[: src.GOODS, chn, usa]
    before = float(imports @ rates[:, chn, usa] / imports.sum())
    coverage = (tracker_china - before) / float(imports @ statutory["us_on_china"] / imports.sum())
    if not 0.0 < coverage <= 1.0:
        raise DataError(
            f"the tracker's US rate on China, {tracker_china:.4f}, needs {coverage:.2f} times the statutory "
            f"increase on top of {before:.4f}; valid is between 0 and 1: check the tracker file"
        )
    added = {side: coverage * increase for side, increase in statutory.items()}
    rates[:, chn, usa] += added["us_on_china"]
    rates[:, usa, chn] += added["china_on_us"]
    return added, coverage


def trade_war_increments(goods: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Return the statutory increases 2018-02 to 2020-03 by good as fractions: `us_on_china`, `china_on_us`.

    From the bundled three-digit NAICS averages, weighted by the trade of February 2018; a fall (Chinese cars:
    the most-favoured-nation cut) counts as zero. B09 has no counterpart and gets zero.
    """
    rows = {row["naics3"]: row for row in store.rows(TRADE_WAR_TABLE)}
    sides = {"us_on_china": "us_imports_from_china", "china_on_us": "us_exports_to_china"}
    out = {}
    for side, weight in sides.items():
        values = []
        for good in goods:
            codes = NAICS.get(good, ())
            weights = np.array([float(rows[code][weight]) for code in codes])
            rise = np.array(
                [float(rows[code][f"{side}_2020"]) - float(rows[code][f"{side}_2018"]) for code in codes]
            )
            values.append(float(weights @ np.maximum(rise, 0.0) / weights.sum()) / 100 if codes else 0.0)
        out[side] = np.array(values)
    return out


def read_tracker(source: Path) -> dict[str, tuple[float, float]]:
    """Read the US tracker: region or `EU27` -> (2024 tariff as a fraction, goods imports in US$ mn)."""
    table = src.read_csv(source, src.TRACKER)
    out = {}
    for name, imports, rate in zip(
        table["country_name"], table["total imports"], table["2024 tariff"], strict=True
    ):
        if name in TRACKER_NAMES:
            out[TRACKER_NAMES[name]] = (float(rate) / 100, float(imports) / 1e6)
    if "CHN" not in out or "EU27" not in out:
        raise DataError(
            f"{src.TRACKER} has no row for CHINA or EUROPEAN UNION; use the tracker's summary file"
        )
    return out


def compare_with_tracker(
    rates: np.ndarray, icio: src.Icio, tracker: dict[str, tuple[float, float]]
) -> list[dict[str, object]]:
    """Return one row per tracker partner: US goods imports and average duty there (2024) and here (2022).

    Imports are US$ mn: customs value in the tracker, basic prices by country of production in the ICIO. Rates
    are per cent, weighted by the trade of their own year.
    """
    usa = icio.regions.index("USA")
    rows: list[dict[str, object]] = []
    for partner, (rate, imports) in tracker.items():
        origins = [icio.regions.index(member) for member in (EU27 if partner == "EU27" else (partner,))]
        flows = icio.flows[: src.GOODS, origins, usa]
        here = float((flows * rates[:, origins, usa]).sum() / max(flows.sum(), 1e-9))
        rows.append(
            {
                "partner": partner,
                "imports_2024": round(imports),
                "imports_icio_2022": round(float(flows.sum())),
                "tariff_2024_pct": round(100 * rate, 2),
                "tariff_base_pct": round(100 * here, 2),
            }
        )
    return rows


def _records(
    icio: src.Icio, factors: dict[str, float], added: dict[str, np.ndarray], coverage: float
) -> list[Repair]:
    """List the tariff repairs."""
    usa, chn = icio.regions.index("USA"), icio.regions.index("CHN")
    means = {}
    for side, (i, j) in {"us_on_china": (chn, usa), "china_on_us": (usa, chn)}.items():
        trade = icio.flows[: src.GOODS, i, j]
        means[side] = 100 * float(trade @ added[side] / trade.sum())
    dropped = float((icio.flows[src.GOODS] * icio.tariff[src.GOODS]).sum())
    return [
        Repair(
            "tariff",
            "services, all pairs",
            "set to 0",
            f"drops US$ {dropped / 1e3:.0f} bn of spurious duties",
            "there are no import duties on services; the source carries small averages",
            "derived",
        ),
        Repair(
            "tariff",
            "of and on ROW, all goods",
            "left at 0",
            "0",
            "the source has no rates for ROW: duties of and on its countries are understated",
            "assumption",
        ),
        _food_record(factors),
        Repair(
            "tariff",
            "USA on CHN, 27 goods",
            f"plus {coverage:.3f} x the statutory rise 2018-02 to 2020-03 by three-digit NAICS; the "
            f"factor makes the trade-weighted rate equal the tracker's 2024 rate",
            f"+{means['us_on_china']:.2f} percentage points on average",
            f"the source lacks the Section 301 duties. Rates: {TRADE_WAR_URL}. C21 takes the average of "
            f"all chemicals",
            "transcribed",
        ),
        Repair(
            "tariff",
            "CHN on USA, 27 goods",
            f"plus {coverage:.3f} x China's statutory retaliation 2018-02 to 2020-03 by three-digit "
            f"NAICS; falls count as 0",
            f"+{means['china_on_us']:.2f} percentage points on average",
            f"the source lacks China's retaliation. Rates: {TRADE_WAR_URL}. No collected rate is at hand: "
            f"the ratio of collected to statutory duty is taken from the US side (range 0-1: since March "
            f"2020 China exempts products on request). Statutory average 21.1%: Bown, PIIE, "
            f"https://www.piie.com/research/piie-charts/2019/us-china-trade-war-tariffs-date-chart",
            "assumption",
        ),
    ]


def _food_record(factors: dict[str, float]) -> Repair:
    """Describe the cap on food duties."""
    capped = "; ".join(f"{region} x{factor:.3f}" for region, factor in sorted(factors.items()))
    return Repair(
        "tariff",
        f"{FOOD}, importers: {capped}",
        f"the importer's food level (90th percentile over exporters) capped at {FOOD_CAP} times its "
        f"highest other goods level, for USA at {US_FOOD_LEVEL}; all partners scaled alike",
        f"{len(factors)} importers; factors as listed",
        "simple averages over tariff lines are swollen by prohibitive specific duties (alcohol, tobacco, "
        "out-of-quota dairy and sugar) that carry little trade: US 91%, SAU 100%. The cap is the highest "
        "ratio in Caliendo and Parro's applied tariffs of 2005, India apart (median 0.65; range 0.65-2.8). "
        "Check against that study: EU 10% here, 9% there; CHN 12 and 15; MEX 18 and 20; JPN 14 and 11; "
        "TUR 23 and 28. For USA its median of 2005 is taken (range 0-0.11): the cap alone would leave NZL "
        "and ARG, half and a fifth of whose sales are food, at several times what they pay in the tracker. "
        "Switzerland, Norway and Iceland, which protect food for real, are probably too low now",
        "derived",
    )
