"""The studies of power as JSON documents: one versioned shape each, % and US$ mn, null for what does not exist."""

from __future__ import annotations

import math
from typing import Any

from blocs.study.backtest import Backtest
from blocs.study.blame import Blame
from blocs.study.coalition import Coalition, Party
from blocs.study.exposure import SHOCKS, Exposure
from blocs.study.leverage import Leverage, Withheld
from blocs.study.members import Setting
from blocs.study.smallest import Smallest, Step

Document = dict[str, Any]
SHOWN = 8  # friends and enemies named


def exposure_document(study: Exposure, origin: str | None = None) -> Document:
    """Return `blocs.exposure/1`: the matrix by origin, or the row of `origin` with its effects by sector."""
    base = study.setting.base
    wanted = base.regions if origin is None else (base.regions[base.region_index(origin)],)
    document = _head("exposure", study.setting) | {
        "shock": study.shock,
        "meaning": SHOCKS[study.shock],
        "goods": list(study.goods),
        "unit": study.matrix.attrs["unit"],
        "effects": {i: _row(base.regions, study.matrix.values[base.regions.index(i)]) for i in wanted},
        "friends": {i: [list(pair) for pair in reversed(study.effects(i)[-SHOWN:])] for i in wanted},
        "enemies": {i: [list(pair) for pair in study.effects(i)[:SHOWN]] for i in wanted},
        "order": list(study.order),
        "notes": list(study.notes),
    }
    if origin is not None and study.shock != "labour":
        cells = study.by_sector.values[:, base.regions.index(wanted[0])]
        document["by_sector"] = {
            code: _row(base.regions, cells[base.sectors.index(code)]) for code in study.goods
        }
    return document


def coalition_document(study: Coalition, *, attribute: bool = True) -> Document:
    """Return `blocs.coalition/1`; `attribution` shares out every member's loss unless `attribute` is False."""
    document = _head("coalition", study.setting) | {
        "goods": list(study.goods),
        "intensity": study.intensity,
        "flows": study.flows,
        "rent": study.rent,
        "sides": [_party(side) for side in study.sides],
        "bystanders": _party(study.bystanders),
        "loss_ratio": study.loss_ratio,
        "status": str(study.outcome.status),
        "notes": list(study.notes),
    }
    if attribute:
        document["attribution"] = {party: _blame(study.blame, party) for party in study.blame.parties}
    return document


def smallest_document(study: Smallest) -> Document:
    """Return `blocs.smallest-coalition/1`; `best` is null where no coalition of the candidates does it."""
    return _head("smallest-coalition", study.setting) | {
        "target": list(study.target),
        "candidates": list(study.candidates),
        "ratio": study.ratio,
        "least_loss": study.least_loss,
        "measure": study.measure,
        "method": study.method,
        "solves": study.solves,
        "best": None if study.best is None else _step(study.best),
        "path": [_step(step) for step in study.path],
        "notes": list(study.notes),
    }


def leverage_document(study: Leverage) -> Document:
    """Return `blocs.leverage/1`."""
    return _head("leverage", study.setting) | {
        "lever": study.lever.name,
        "coalition": _party(study.coalition),
        "target": _party(study.target),
        "bystanders": _party(study.bystanders),
        "ratio": study.ratio,
        "withheld_year": study.lever.years,
        "bound": study.bound,
        "no_trade": study.no_trade,
        "items": [{name: getattr(item, name) for name in item.__dataclass_fields__} for item in study.items],
        "chokepoints": [_named(study, one) for one in study.chokepoints],
        "industries": [
            {"industry": code, "output_pct": percent, "output_usd_mn": usd}
            for code, percent, usd in study.industries
        ],
        "measures": [one.model_dump(mode="json", exclude_none=True) for one in study.measures],
        "status": str(study.outcome.status),
        "notes": list(study.notes),
    }


def backtest_document(study: Backtest) -> Document:
    """Return `blocs.backtest/1`."""
    return {
        "schema": "blocs.backtest/1",
        "case": study.case,
        "horizon": study.horizon.value,
        "elasticities": study.elasticities,
        "headline": _fields(study.headline()),
        "scores": [_fields(score) for score in study.scores],
        "placebo_pairs": [
            {"pair": [one, other], "slope": _finite(value)} for one, other, value in study.pairs
        ],
        "placebo_pairs_above": study.pair_rank,
        "source": study.source,
        "notes": list(study.notes),
    }


def _head(name: str, place: Setting) -> Document:
    return {
        "schema": f"blocs.{name}/1",
        "world": place.base.name,
        "year": place.base.year,
        "horizon": place.horizon.value,
        "elasticities": place.elasticities.name,
    }


def _named(study: Leverage, one: Withheld) -> str:
    """Return the item; with the lever before it where several are pulled."""
    return one.item if study.lever.name == one.lever else f"{one.lever}:{one.item}"


def _party(party: Party) -> Document:
    return {
        "members": list(party.members),
        "welfare": party.welfare,
        "welfare_usd_mn": party.welfare_usd,
        "total": party.total,
        "total_usd_mn": party.total_usd_mn,
    }


def _blame(blame: Blame, party: str) -> Document:
    n = blame.parties.index(party)
    return {
        "total": float(blame.totals[n]),
        "by_flow": blame.by_flow(party),
        "by_good": blame.by_good(party),
        "by_partner": blame.by_partner(party),
        "remainder": float(blame.remainder[n]),
    }


def _step(step: Step) -> Document:
    return _fields(step) | {"ratio_percent": step.ratio("percent"), "ratio_usd": step.ratio("usd")}


def _fields(thing: Any) -> Document:
    found = {name: getattr(thing, name) for name in thing.__dataclass_fields__}
    return {
        name: list(v) if isinstance(v, tuple) else _finite(v) if isinstance(v, float) else v
        for name, v in found.items()
    }


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _row(regions: tuple[str, ...], values: Any) -> dict[str, float]:
    return {code: float(v) for code, v in zip(regions, values, strict=True)}
