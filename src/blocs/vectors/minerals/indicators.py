"""What an analyst watches: concentration, import reliance, supply risk, control coverage and days of stock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from blocs.errors import DataError
from blocs.vectors.minerals import tables
from blocs.vectors.minerals.base import Base
from blocs.world.accounts import Floats

if TYPE_CHECKING:
    import xarray as xr

    from blocs.engine.outcome import Outcome
    from blocs.vectors.minerals.vector import MineralsState

DAYS_IN_MONTH = 365.25 / 12.0


def concentration(symbol: str, year: str = tables.LATEST) -> float:
    """Return the Herfindahl index of production by country, 0 to 1; DataError where none is published."""
    shares = tables.shares(symbol, year)
    if not shares:
        raise DataError(
            f"no production of {symbol} by country in {year} is published, so it has no concentration"
        )
    return float(sum(share**2 for share in shares.values()))


def instability(country: str) -> float:
    """Return the World Bank's political stability as 0 (stable) to 1: (2.5 - estimate)/5, as GeoPolRisk does."""
    stability = tables.stability()
    if country not in stability:
        raise DataError(
            f"no political-stability estimate for {country} is bundled; it is not put at a middle value"
        )
    return float(np.clip((2.5 - stability[country]) / 5.0, 0.0, 1.0))


def supply_risk(
    concentration: float, imports: dict[str, float], made: float, instability: dict[str, float]
) -> float:
    """Return the GeoPolRisk score: HHI * sum_i g_i f_i / (sum_i f_i + production).

    imports: tonnes by origin f_i; made: domestic production, tonnes; instability: g_i, 0 to 1. Source: Gemechu, E. D.,
    Helbig, C., Sonnemann, G., Thorenz, A. and Tuma, A. (2016), Journal of Industrial Ecology 20(1), 154–165.
    """
    bought = sum(imports.values()) + made
    if bought <= 0.0:
        return 0.0
    return concentration * sum(instability[i] * tonnes for i, tonnes in imports.items()) / bought


def import_reliance(base: Base) -> Floats:
    """Return the share of a region's purchases that come from abroad (m,j), base year."""
    home = np.zeros(base.use.shape)
    for n in range(base.origin.shape[1]):
        real = np.flatnonzero(n < base.origins)
        home[real, base.origin[real, n]] += base.flows[real, n, base.origin[real, n]]
    bought = base.flows.sum(axis=1)
    return np.divide(bought - home, bought, out=np.zeros_like(bought), where=bought > 0.0)


def regional_risk(base: Base) -> Floats:
    """Return the supply-risk score of each region (m,j), from the base flows and the stability of origins."""
    table = tables.stability()
    risk = np.array([instability(r) if r in table else np.nan for r in base.regions])
    if not np.isfinite(
        risk
    ).all():  # ROW and others without an estimate: the mean of countries without a region
        inside = [c for c in table if c not in base.regions]
        risk = np.where(np.isfinite(risk), risk, np.mean([instability(c) for c in inside]))
    out = np.zeros(base.use.shape)
    for m, symbol in enumerate(base.symbols):
        hhi = concentration(symbol)
        for n in range(base.origins[m]):
            i = base.origin[m, n]
            out[m] += hhi * risk[i] * np.where(np.arange(len(base.regions)) == i, 0.0, base.flows[m, n])
    bought = base.flows.sum(axis=1)
    return np.divide(out, bought, out=np.zeros_like(out), where=bought > 0.0)


def dataset(state: MineralsState, outcome: Outcome) -> xr.Dataset:
    """Return a year's indicators: prices and use over the base, days of stock, and the standing risk measures."""
    import xarray as xr

    if state.base is None or state.last is None:
        return xr.Dataset(coords={"region": list(outcome.base.regions)})
    base, year = state.base, state.last
    use = base.use * 12.0
    a_day = year.used / 365.25
    days = np.divide(year.stock[-1], a_day, out=np.full_like(a_day, np.nan), where=a_day > 0.0)
    price = year.paid.mean(axis=0)
    fields = {
        "price": (price, "ratio to the base", "price that buyers pay, mean of the months"),
        "use": (
            np.divide(year.used, use, out=np.ones_like(use), where=use > 0.0), "ratio to the base", "tonnes used",
        ),
        "days_of_stock": (days, "days of the year's use", "stocks of users at the end of the year"),
        "import_reliance": (import_reliance(base), "fraction", "purchases from abroad over all, base year"),
        "supply_risk": (regional_risk(base), "0 to 1", "concentration times instability of origins (GeoPolRisk)"),
    }  # fmt: skip
    data: dict[str, tuple[tuple[str, ...], np.ndarray, dict[str, str]]] = {
        name: (("mineral", "region"), values, {"unit": unit, "long_name": words})
        for name, (values, unit, words) in fields.items()
    }
    data["concentration"] = (
        ("mineral",), np.array([concentration(s) for s in base.symbols]),
        {"unit": "0 to 1", "long_name": "Herfindahl index of production by country"},
    )  # fmt: skip
    data["controlled"] = (
        ("mineral",), np.array([s in state.controlled for s in base.symbols]),
        {"unit": "true or false", "long_name": "under an export control of the scenario in this year"},
    )  # fmt: skip
    return xr.Dataset(data, coords={"mineral": list(base.symbols), "region": list(base.regions)})
