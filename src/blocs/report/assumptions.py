"""What a reader must know to judge a run: how it ended, what the model assumes, where its numbers come from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from blocs import Anderson
from blocs.data import store
from blocs.engine.elasticities import Closure, Horizon, Sourcing
from blocs.report.cases import goods_rows
from blocs.report.words import fixed, sector_name, spans
from blocs.study.document import status_of
from blocs.study.run import Run
from blocs.world.tables import REST

# what the bundled worlds and the maps are made of (keys of parameters/sources.yaml)
WORLD_SOURCES = ("oecd_icio_2025", "teti_tariffs", "tradewartracker", "piie_us_china_2022", "pwt1001")
MAP_SOURCES = ("natural_earth",)
_NESTS = {
    "sigma_M": "across intermediate goods",
    "sigma_Q": "value added against intermediates",
    "sigma_V": "labour against capital",
    "sigma_C": "across final goods",
}
_CLOSURES = {
    Closure.FIXED: "Trade deficits keep their share of world income. Where a region would lose more than half of its "
    "trade, deficits are purged first and results compare with the balanced base (the status says so).",
    Closure.BALANCED: "Trade is balanced: deficits are purged first, and results compare with the balanced base.",
    Closure.DEMAND: "Nominal spending is anchored and wages have a floor, so people may be out of work; trade balances "
    "follow. A slump is net of what monetary policy offsets.",
    Closure.PROPORTIONAL: "A region's spending keeps its ratio to its output, up to one factor for the world.",
}
_SOURCING = {
    Sourcing.POOLED: "All users of a good in a region buy it from the same origins in the same shares.",
    Sourcing.BY_USER: "Each industry, and final use, buys a good from origins in shares of its own.",
}
_HORIZONS = {
    Horizon.LONG: "Long run: labour and capital move freely between a region's industries, not between regions; "
    "trade elasticities are the published, long-run ones.",
    Horizon.MEDIUM: "Medium run: capital stays in its industry, labour moves within its region; elasticities lie "
    "between short and long run.",
    Horizon.SHORT: "Short run: capital stays in its industry, labour moves within its region; elasticities are those "
    "of a first year.",
}
_PATH = (
    "Path: a shock's first year is short-run (capital stays in its industry, elasticities of a first year). From "
    "year to year trade follows habits with the age of each flow's own shock, capital moves between industries, and "
    "elasticities grow, until all is long-run."
)
_STATICS = (
    "Comparative statics: each year is an equilibrium under that year's measures. There are no adjustment costs, no "
    "unemployment, no accumulation of capital and no expectations; the path between two equilibria is not modelled."
)
_ADJUSTMENT = (
    "Each year is an equilibrium given habits and where capital stands. Nobody looks ahead, saves or invests, nobody "
    "is unemployed, and the world does not grow."
)
_LIMITS = (
    "Employment in total is fixed in each region: measures move it between industries only.",
    "One number per region: nothing is said about who within a region gains or loses.",
    "A region's industries and households buy an industry's goods from the same mix of origins (pooled sourcing).",
    "Elasticities are estimates with wide margins. This report shows one set; an ensemble shows the spread.",
)


@dataclass(frozen=True)
class Source:
    """A source as the report cites it; `url` only if it is a web address."""

    citation: str
    licence: str
    url: str | None


def status_lines(run: Run) -> list[tuple[str, str]]:
    """Return how the run ended as (what, value)."""
    status = status_of(run)
    done = [year for year, outcome in zip(run.years, run.outcomes, strict=True) if outcome.status.converged]
    closure = run.scenario.model_choices.closure
    equilibria = len({id(outcome) for outcome in run.outcomes})
    residual = "none" if status.residual is None else _science(status.residual)
    return [
        (
            "Converged",
            f"all years, {spans(run.years)}"
            if run.converged
            else f"{spans(done)} only"
            if done
            else "no year",
        ),
        (
            "Largest residual",
            f"{residual} (bar: {_science(Anderson().tolerance)}, relative to output and prices)",
        ),
        ("Iterations", f"{status.iterations} over {equilibria} equilibri{'um' if equilibria == 1 else 'a'}"),
        ("Closure", closure.value),
        ("Deficits purged", _purged(run)),
    ]


def _science(value: float) -> str:
    digits, exponent = f"{value:.1e}".split("e")
    return f"{digits}e{int(exponent)}".replace("-", "−")


def _purged(run: Run) -> str:
    years = [
        year
        for year, o in zip(run.years, run.outcomes, strict=True)
        if o.status.converged and o.base is not o.origin
    ]
    return f"in {spans(years)}: results of these years compare with the balanced base" if years else "no"


def failures(run: Run) -> list[tuple[str, str]]:
    """Return (years, message) for every way in which years did not converge."""
    by_message: dict[str, list[int]] = {}
    for year, outcome in zip(run.years, run.outcomes, strict=True):
        if not outcome.status.converged:
            by_message.setdefault(str(outcome.status), []).append(year)
    return [(spans(years), message) for message, years in by_message.items()]


def model_lines(run: Run) -> list[tuple[str, str]]:
    """Return the model's choices as (what, words)."""
    _, closure, horizon, _, sourcing = run.scenario.model_choices
    world = run.world
    lines = [
        ("Model", "Multi-region, multi-industry general equilibrium with input-output linkages, solved exactly (not "
         "linearised): nested constant elasticity of substitution, perfect competition, constant returns."),
        ("Trade elasticities", _trade_elasticities(run)),
        ("Other elasticities", _nests(run)),
        ("Closure", _CLOSURES[closure]),
        ("Horizon", _PATH if run.scenario.follows_path else _HORIZONS[horizon]),
        ("Sourcing", _SOURCING[sourcing]),
        ("Base", f"World {world.name}: {len(world.regions)} regions, {len(world.sectors)} industries, base year "
         f"{world.year or 'not stated'}, basic prices. {' '.join(world.notes)}".strip()),
        ("Welfare", "Equivalent variation: what the change is worth to final users at base prices, in % of base "
         "absorption (all consumption, public spending and investment). US$ are those of the base year, per year."),
        ("Percentages", "Every percentage compares a year with the same year without measures."),
        ("Volumes", "Trade and output in US$ are volumes at base prices, so that they do not depend on a numeraire; "
         "trade is counted as it leaves its origin."),
    ]  # fmt: skip
    if REST in world.regions:
        lines.append(
            ("Rest of the world", "All countries without a region of their own are one region. Its figure says nothing "
             "about any one of them.")
        )  # fmt: skip
    return lines


def _trade_elasticities(run: Run) -> str:
    elasticities = run.scenario.model_choices.elasticities
    world = run.world
    theta = elasticities.of(world)[goods_rows(run.outcomes[-1])]
    goods = [world.sectors[n] for n in goods_rows(run.outcomes[-1])]
    low, high = int(np.argmin(theta)), int(np.argmax(theta))
    return (
        f"{_entry(run.scenario.elasticities)['citation']}. Over goods from {fixed(theta[low], 2)} "
        f"({sector_name(goods[low])}) to {fixed(theta[high], 2)} ({sector_name(goods[high])}), median "
        f"{fixed(float(np.median(theta)), 2)}. Services take one value that no study estimates."
    )


def limits(run: Run) -> tuple[str, ...]:
    """Return what the model leaves out, one sentence or two each."""
    return (_ADJUSTMENT if run.scenario.follows_path else _STATICS, *_LIMITS)


def _nests(run: Run) -> str:
    horizon = run.scenario.model_choices.horizon
    ranges = "in brackets the range an ensemble draws from"
    if run.scenario.follows_path:
        first, last = (_substitution(h) for h in (Horizon.SHORT, Horizon.LONG))
        return f"Substitution in the first year: {first}; in the long run: {last}; {ranges}."
    return f"Substitution {_substitution(horizon)}; {ranges}."


def _substitution(horizon: Horizon) -> str:
    entries = _table("parameters/nests.yaml")[horizon.value]
    return ", ".join(f"{words} {_nest(entries[name])}" for name, words in _NESTS.items())


def _nest(entry: dict[str, Any]) -> str:
    low, high = entry["range"]
    return f"{float(entry['value']):g} ({float(low):g}–{float(high):g})"


def sources(run: Run) -> list[Source]:
    """Return the sources of the world, the elasticities and the map, each with its licence."""
    horizon = run.scenario.model_choices.horizon
    bundled = [_entry(key) for key in (*WORLD_SOURCES, run.scenario.elasticities, *MAP_SOURCES)]
    nests = _table("parameters/nests.yaml")[horizon.value]
    scaled = ["theta_scale"] if horizon is not Horizon.LONG else []
    drawn = [nests[name]["source"] | {"licence": "figures cited"} for name in (*_NESTS, *scaled)]
    corridors = any(measure.type == "corridor" for measure in run.scenario.measures)
    if corridors:
        drawn.append(
            _table("parameters/trade.yaml")["corridor"]["cost"]["source"] | {"licence": "figures cited"}
        )
    found = {entry["citation"]: _source(entry) for entry in [*bundled, *drawn]}
    return list(found.values())


def _source(entry: dict[str, Any]) -> Source:
    url = str(entry.get("url") or "")
    return Source(
        entry["citation"], entry["licence"], url if url.startswith(("https://", "http://")) else None
    )


def _entry(key: str) -> dict[str, Any]:
    return _table("parameters/sources.yaml")[key]


@cache
def _table(name: str) -> Any:
    return store.mapping(name)
