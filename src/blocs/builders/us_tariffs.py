"""US duties of 2025-26 by partner and good: `blocs data build us-tariffs --source FOLDER`.

The tracker gives, by date and partner, the increase of the average duty over 2024, and once the partner's imports of
steel, aluminium, vehicles and of exempt goods. The increase is spread over the 27 goods so that its mean over goods,
weighted by the imports of the bundled world, is the tracker's figure:

1. Metals (Section 232) pay `METALS` on the tracker's steel and aluminium imports: steel is put on C24A, aluminium on
   C24B, and what exceeds the partner's trade there (derivatives) on C25.
2. Vehicles pay 25% on the tracker's vehicle imports, put on C29. Partners with a lower rate (deals; parts of USMCA
   origin) get the rate that explains their increase on `ONLY_232`, when nothing but Section 232 was in force.
3. Exempt imports are fuels (B05, B06, C19), then ores (B07, B08), as far as the partner sells them.
4. The rest of the increase is one rate on all trade that is neither metal, vehicle nor exempt. Where metals and
   vehicles alone exceed the increase, they are scaled down to it and the rest pays nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from blocs.builders import source as src
from blocs.builders.nowcast import write_rows
from blocs.builders.tariffs import EU27, TRACKER_NAMES
from blocs.errors import DataError
from blocs.world.load import load_world
from blocs.world.world import World

TABLE = "us-tariffs-2025-26.csv"
BY_TIME = "world/us_tariffs_2025_26/country-by-time.csv"
DATES = ("2025-04-09", "2025-05-12", "2025-08-07", "2025-11-14", "2026-02-24", "2026-08-19")
ONLY_232 = "2026-02-20"
"""The emergency-powers duties had been struck down, their successor (Section 122) was not yet in force."""
METALS_DOUBLED = "2025-06-04"
METALS = (0.25, 0.50)
"""Steel and aluminium before and after `METALS_DOUBLED`; the first holds on for the United Kingdom."""
VEHICLES = 0.25
DEALS = "2025-08-08"
"""From here on partners with a deal pay their own rate on vehicles; Mexico and Canada from the start."""
ALWAYS_OWN = ("MEX", "CAN")
FUELS, ORES = ("B05", "B06", "C19"), ("B07", "B08")
SMALL = 20
"""US$ bn of imports in 2024: the mean of the partners below it stands for regions without a row."""


@dataclass(frozen=True)
class Partner:
    """What the tracker says of one partner: increases by date (fractions), and shares of its imports."""

    increase: Mapping[str, float]
    imports: float
    steel: float
    aluminium: float
    vehicles: float
    exempt: float


def build_us_tariffs(source: Path | str, out: Path | str) -> Path:
    """Write the table of duties added since 2024 (importer, exporter, good; a column per date) below `out`.

    Fractions ad valorem. Raises DataError if the tracker's files lack a date or a partner, or if a partner's mean
    over goods misses the tracker's increase.
    """
    world = load_world("81x28")
    partners = _partners(read_partners(Path(source)), world)
    usa = world.regions.index("USA")
    rates = np.zeros((len(DATES), src.GOODS, len(world.regions)))
    for members, (code, partner) in partners.items():
        at = [world.regions.index(region) for region in members]
        trade = world.accounts.flows[: src.GOODS, at, usa].sum(axis=1)
        for n, date in enumerate(DATES):
            spread = spread_over_goods(code, partner, date, trade, world.sectors[: src.GOODS])
            rates[n, :, at] = spread
    path = Path(out) / TABLE
    path.parent.mkdir(parents=True, exist_ok=True)
    write_rows(
        path,
        [
            _row(rates[:, s, i], exporter, good)
            for i, exporter in enumerate(world.regions)
            if exporter != "USA"
            for s, good in enumerate(world.sectors[: src.GOODS])
        ],
    )
    return path


def _row(rates: np.ndarray, exporter: str, good: str) -> dict[str, object]:
    by_date = {date: round(float(rate), 5) for date, rate in zip(DATES, rates, strict=True)}
    return {"importer": "USA", "exporter": exporter, "good": good, **by_date}


def read_partners(source: Path) -> dict[str, Partner]:
    """Read the tracker: its country names to what it says of them."""
    by_time, summary = src.read_csv(source, BY_TIME), src.read_csv(source, src.TRACKER)
    found: dict[str, Partner] = {}
    for row in summary.to_dict("records"):
        own = by_time[by_time["country_name"] == row["country_name"]]
        increase = dict(zip(own["date"], own["effective tariff"] / 100.0, strict=True))
        missing = [date for date in (*DATES, ONLY_232) if date not in increase]
        if missing:
            raise DataError(
                f"{BY_TIME} has no row for {row['country_name']} on {missing[0]}; use a newer file of the tracker"
            )
        found[row["country_name"]] = _partner(row, increase)
    if "EUROPEAN UNION" not in found or "CHINA" not in found:
        raise DataError(
            f"{src.TRACKER} has no row for EUROPEAN UNION or CHINA; use the tracker's summary file"
        )
    return found


def _partner(row: Mapping[str, Any], increase: Mapping[str, float]) -> Partner:
    imports = float(row["total imports"])
    columns = {
        "steel": "steel",
        "aluminium": "alu",
        "vehicles": "auto",
        "exempt": "expempt",
    }  # their spelling
    shares = {name: float(row[f"{column} imports"]) / imports for name, column in columns.items()}
    return Partner(increase, imports, **shares)


def _partners(rows: Mapping[str, Partner], world: World) -> dict[tuple[str, ...], tuple[str, Partner]]:
    """Return regions to (code, partner): one row each, EU27 without Slovakia, which has its own, and the rest.

    ROW gets the import-weighted mean of the rows of countries inside it; a region without a row that of all
    partners below `SMALL`.
    """
    named = {TRACKER_NAMES[name]: partner for name, partner in rows.items() if name in TRACKER_NAMES}
    named["SVK"] = rows["SLOVAKIA"]
    union = tuple(code for code in EU27 if code != "SVK")
    out: dict[tuple[str, ...], tuple[str, Partner]] = {}
    for code, partner in named.items():
        out[union if code == "EU27" else (code,)] = (code, partner)
    inside = [row for name, row in rows.items() if name not in TRACKER_NAMES and name != "SLOVAKIA"]
    out["ROW",] = ("ROW", _mean(inside))
    covered = {region for members in out for region in members}
    small = _mean([row for row in rows.values() if row.imports < SMALL * 1e9])
    for region in world.regions:
        if region not in covered and region != "USA":
            out[region,] = (region, small)
    return out


def _mean(rows: list[Partner]) -> Partner:
    """Return the import-weighted mean of partners."""
    weight = np.array([row.imports for row in rows])
    weight = weight / weight.sum()

    def mean(values: list[float]) -> float:
        return float(weight @ np.array(values))

    return Partner(
        {date: mean([row.increase[date] for row in rows]) for date in (*DATES, ONLY_232)},
        sum(row.imports for row in rows),
        mean([row.steel for row in rows]),
        mean([row.aluminium for row in rows]),
        mean([row.vehicles for row in rows]),
        mean([row.exempt for row in rows]),
    )


def spread_over_goods(
    code: str, partner: Partner, date: str, trade: np.ndarray, goods: tuple[str, ...]
) -> np.ndarray:
    """Return the duties [27] of one partner on `date` whose mean weighted by `trade` [27] is its increase."""
    total = partner.increase[date]
    if trade.sum() <= 0.0:
        return np.full(len(goods), total)
    share = trade / trade.sum()
    metals, vehicles = _metals(code, date), _vehicles(code, partner, date)
    # import shares under a sector duty, by good
    metal, vehicle = np.zeros(len(goods)), np.zeros(len(goods))
    over = _put(partner.steel, "C24A", metal, share, goods)
    over += _put(partner.aluminium, "C24B", metal, share, goods)
    _put(over, "C25", metal, share, goods)
    _put(partner.vehicles, "C29", vehicle, share, goods)
    duty = metals * metal + vehicles * vehicle  # as shares of all imports
    if duty.sum() > total:
        duty *= max(total, 0.0) / duty.sum()
    open_ = share - metal - vehicle
    exempt = partner.exempt
    for group in (FUELS, ORES):
        for good in group:
            exempt = _put(exempt, good, open_, share, goods, sign=-1.0)
    rest = total - duty.sum()
    duty = duty + rest * open_ / open_.sum()
    rates = np.divide(duty, share, out=np.full(len(goods), total), where=share > 0.0)
    if abs(float(rates @ share) - total) > 1e-9:
        raise DataError(
            f"duties of {code} on {date} average {rates @ share:.4f}, the tracker says {total:.4f}"
        )
    return rates


def _put(
    amount: float, good: str, onto: np.ndarray, share: np.ndarray, goods: tuple[str, ...], sign: float = 1.0
) -> float:
    """Put up to `amount` of imports on a good, as far as the partner's trade in it goes; return what is left."""
    s = goods.index(good)
    room = share[s] - onto[s] if sign > 0.0 else onto[s]
    put = min(amount, max(float(room), 0.0))
    onto[s] += sign * put
    return amount - put


def _metals(code: str, date: str) -> float:
    return METALS[0] if date < METALS_DOUBLED or code == "GBR" else METALS[1]


def _vehicles(code: str, partner: Partner, date: str) -> float:
    """Return the duty on vehicles: 25%, or what explains the increase when only Section 232 was in force."""
    if date < DEALS and code not in ALWAYS_OWN:
        return VEHICLES
    if partner.vehicles <= 0.0:
        return VEHICLES
    metals = _metals(code, ONLY_232) * (partner.steel + partner.aluminium)
    own = (partner.increase[ONLY_232] - metals) / partner.vehicles
    return min(max(own, 0.0), VEHICLES)
