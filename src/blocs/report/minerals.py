"""What `blocs minerals` says: all minerals, and one mineral's page with map, price path, uses and a ban's bill."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from blocs.data.assumptions import Assumptions
from blocs.report.figure import Figure
from blocs.report.table import Column, Table
from blocs.report.words import region_name, sector_name
from blocs.vectors.minerals import indicators, market, tables
from blocs.vectors.minerals.base import Base, base_of
from blocs.vectors.minerals.market import MarketState
from blocs.world.tables import country_table, region_table
from blocs.world.world import World

MONTHS = 36
SHOWN = 8  # rows of losers on a page
SOURCE = "World Mining Data; U.S. Geological Survey (2025, 2026); own model"


@dataclass(frozen=True, eq=False)
class Ban:
    """What a full stop of the leader's exports to everybody does: prices by month, welfare in its first year."""

    by: str
    outside: tuple[float, ...]  # price over the base outside the leader, by month
    inside: tuple[float, ...]
    low: tuple[float, ...]  # the same outside with the posterior's draws, 5 and 95%
    high: tuple[float, ...]
    losses: tuple[tuple[str, float, float], ...]  # region, welfare %, US$ mn; worst first
    world: float  # US$ mn


def overview() -> list[dict[str, Any]]:
    """Return one record a mineral: leader and its share, price, control."""
    out = []
    for symbol, mineral in tables.minerals().items():
        shares, control = tables.shares(symbol), tables.control_of(symbol)
        leader = next(iter(shares), None)
        last = max(mineral.price, default=None)
        out.append({
            "symbol": symbol,
            "name": mineral.name,
            "leader": leader,
            "leader_share": None if leader is None else shares[leader],
            "leader_share_range": None if leader is None else list(tables.share_range(symbol, leader)),
            "production_status": "derived" if tables.from_basket(symbol) else "transcribed",
            "price": None if last is None else mineral.price[last],
            "price_year": last,
            "price_unit": f"US$/t {mineral.unit}",
            "control": None if control is None else control.status,
            "control_since": None if control is None else control.effective,
            "missing": list(mineral.missing),
        })  # fmt: skip
    return out


def page(name: str, world: World | None, assumptions: Assumptions | None = None) -> dict[str, Any]:
    """Return everything about one mineral; with a `world`, what the leader's ban does to prices and welfare.

    Raises DataError for an unknown mineral.
    """
    mineral = tables.find(name)
    symbol = mineral.symbol
    record = next(row for row in overview() if row["symbol"] == symbol)
    shares = tables.shares(symbol)
    record |= {
        "stage": mineral.stage,
        "unit": mineral.unit,
        "by_product_of": mineral.host or None,
        "sold_by_industry": mineral.parent,
        "recycled_share": mineral.recycled,
        "concentration": indicators.concentration(symbol) if shares else None,
        "prices": {str(year): value for year, value in mineral.price.items()},
        "production": [
            {"country": country, "share": share, "tonnes": tables.production()[symbol][country][tables.LATEST],
             "usgs_tonnes": tables.production()[symbol][country].get("usgs")}
            for country, share in shares.items()
        ],
        "capacity": [
            {"country": country, "tonnes": tonnes}
            for country, tonnes in sorted(tables.capacity().get(symbol, {}).items(), key=lambda row: -row[1])
        ],
        "uses": [
            {"industry": use.industry, "share": use.share, "range": [use.low, use.high], "status": use.status,
             "source": use.source}
            for use in tables.uses()[symbol]
        ],
        "announcements": [
            {"announced": one.announced, "effective": one.effective, "instrument": one.instrument, "items": one.items,
             "target": one.target, "status": one.status, "verification": one.verification}
            for one in tables.announcements() if symbol in one.symbols
        ],
        "trade": "by partner, CEPII BACI" if mineral.traded else "no trade code: flows are imputed in proportion",
    }  # fmt: skip
    record["ban"] = None
    if world is not None and mineral.modelled:
        found = ban(symbol, world, assumptions or Assumptions.default())
        record["ban"] = {
            "by": found.by,
            "price_outside": list(found.outside), "price_outside_low": list(found.low),
            "price_outside_high": list(found.high), "price_inside": list(found.inside),
            "welfare": [{"region": r, "percent": p, "usd_mn": d} for r, p, d in found.losses],
            "world_usd_mn": found.world,
        }  # fmt: skip
    return record


def ban(symbol: str, world: World, assumptions: Assumptions) -> Ban:
    """Return what happens if the largest origin sells nothing abroad: 36 months of prices, one year of welfare."""
    from blocs.scenario.schema import Scenario
    from blocs.study.run import run

    base = base_of(world, (symbol,), assumptions)
    leader = int(base.origin[0, base.output[0].argmax()])
    code = world.regions[leader]
    outside, inside = _path(base, leader, assumptions)
    bands = np.array([_path(base, leader, assumed)[0] for assumed in draws(assumptions)])
    scenario = Scenario.from_dict({
        "name": "ban", "title": "ban", "years": "2025",
        "measures": [
            {"type": "export_control", "by": code, "on": ["all", f"-{code}"], "minerals": [symbol], "cut": 1.0}
        ],
        "assumptions": dict(assumptions.changed),
    })  # fmt: skip
    outcome = run(world, scenario, strict=True).outcomes[0]
    percent, dollars = outcome.regional("welfare"), outcome.welfare_usd.values
    order = np.argsort(dollars)
    losses = tuple((world.regions[n], float(percent[n]), float(dollars[n])) for n in order)
    low, high = np.quantile(bands, [0.05, 0.95], axis=0)
    return Ban(code, tuple(outside), tuple(inside), tuple(low), tuple(high), losses, float(dollars.sum()))


def draws(assumptions: Assumptions, every: int = 5) -> list[Assumptions]:
    """Return assumptions with the market's numbers from the posterior, every fifth of its draws."""
    from blocs.data import store

    out = []
    for row in store.rows("minerals/posterior.csv")[::every]:
        named = {
            f"minerals.{key}": float(value) for key, value in row.items() if f"minerals.{key}" in assumptions
        }
        named["minerals.demand.long"] = max(named["minerals.demand.long"], named["minerals.demand.short"])
        out.append(assumptions.replace(named))
    return out


def _path(base: Base, leader: int, assumptions: Assumptions) -> tuple[np.ndarray, np.ndarray]:
    """Return monthly prices outside (by use) and inside the leader under its full stop of exports."""
    policy = market.idle(base, MONTHS, assumptions)
    n = int(np.flatnonzero(base.origin[0, : base.origins[0]] == leader)[0])
    others = np.arange(len(base.regions)) != leader
    policy.cut[:, 0, n, others] = 1.0
    _, year = market.run(
        base, MarketState.rest(base, assumptions), policy, np.ones_like(base.use), assumptions
    )
    weight = base.use[0, others] / base.use[0, others].sum()
    return year.paid[:, 0, others] @ weight, year.origin_price[:, 0, n]


def supply_map(symbol: str) -> str:
    """Return the map of production shares in 2024 as SVG."""
    from blocs.report.maps import Palette, choropleth

    # World Mining Data lists every producer: who is not in it makes none. A producer without a figure of the year has
    # no value, which is not zero.
    by_region: dict[str, float | None] = dict.fromkeys(region_table(), 0.0)
    found = tables.shares(symbol)
    silent = [
        code for code, years in tables.production().get(symbol, {}).items() if tables.LATEST not in years
    ]
    for country in (*silent, *found):
        region = country_table()[country].region if country in country_table() else "ROW"
        by_region[region] = (by_region[region] or 0.0) + 100.0 * found[country] if country in found else None
    title = f"Where {tables.find(symbol).name} comes from, {tables.LATEST}"
    return choropleth(
        by_region, title=title, unit="% of production", limits=(0.0, 100.0), palette=Palette.SEQUENTIAL
    )


def price_figure(record: dict[str, Any]) -> Figure:
    """Return the price path of a ban on `record`'s mineral: outside with the range of the posterior, and inside."""
    from blocs.report.mineral_chart import price_chart

    found = record["ban"]
    rows = tuple(
        (month + 1, 100.0 * o, 100.0 * lo, 100.0 * hi, 100.0 * i)
        for month, (o, lo, hi, i) in enumerate(
            zip(found["price_outside"], found["price_outside_low"], found["price_outside_high"], found["price_inside"],
                strict=True)
        )
    )  # fmt: skip
    columns = (
        Column("month", "Month"), Column("outside", "Outside", "%"), Column("low", "Outside, 5% of draws", "%"),
        Column("high", "Outside, 95% of draws", "%"), Column("inside", f"Inside {found['by']}", "%"),
    )  # fmt: skip
    table = Table("price", columns, rows)
    return price_chart(table, record["name"], region_name(found["by"]), SOURCE)


def html(record: dict[str, Any]) -> str:
    """Return the page of one mineral as self-contained HTML without scripts."""
    title = f"{record['name'].capitalize()} ({record['symbol']})"
    parts = [f"<h1>{escape(title)}</h1>", f"<p>{escape(sentence(record))}</p>"]
    if record["production"]:
        parts.append(f"<figure>{supply_map(record['symbol'])}</figure>")
    if record["ban"] is not None:
        parts += [
            f"<h2>If {region_name(record['ban']['by'])} sold none abroad</h2>",
            f"<figure>{price_figure(record).svg}</figure>",
            _html_table(["Region", "Welfare %", "US$ mn a year"], [
                [region_name(row["region"]), f"{row['percent']:.4f}", f"{row['usd_mn']:,.0f}"]
                for row in record["ban"]["welfare"][:SHOWN]
            ]),
            f"<p>World: {record['ban']['world_usd_mn']:,.0f} million US$ in the first year.</p>",
        ]  # fmt: skip
    if record["capacity"]:
        parts += [
            "<h2>Capacity, 2025</h2>",
            _html_table(["Country", "Tonnes a year"], [
                [country_table()[row["country"]].name, f"{row['tonnes']:,.0f}"] for row in record["capacity"]
            ]),
            "<p class='source'>USGS 2026; countries without a published figure are not in it.</p>",
        ]  # fmt: skip
    parts += [
        "<h2>Uses</h2>",
        _html_table(["Industry", "Share", "Range", "Status", "Source"], [
            [f"{use['industry']} {sector_name(use['industry'])}", f"{use['share']:.2f}",
             f"{use['range'][0]:.2f}–{use['range'][1]:.2f}", use["status"],
             use["source"]] for use in record["uses"]
        ]),
        "<h2>Controls</h2>",
        _html_table(["Effective", "Instrument", "Target", "Status", "Checked"], [
            [one["effective"], one["instrument"], one["target"], one["status"], one["verification"]]
            for one in record["announcements"]
        ]) if record["announcements"] else "<p>China has announced no export control on it.</p>",
        f"<p class='source'>Sources: {escape(SOURCE)}; CEPII BACI; World Bank. Missing: "
        f"{escape(', '.join(record['missing']) or 'nothing')}.</p>",
    ]  # fmt: skip
    style = (
        "body{font-family:system-ui,sans-serif;max-width:960px;margin:2rem auto;padding:0 1rem;color:#22282e}"
        "table{border-collapse:collapse;margin:1rem 0}td,th{padding:.25rem .7rem;border-bottom:1px solid #d9dde0;"
        "text-align:left;vertical-align:top}figure{margin:1rem 0}svg{max-width:100%;height:auto}.source{color:#5b646b}"
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<meta name='viewport' content='width=device-width, initial-scale=1'><style>{style}</style></head>"
        f"<body>{''.join(parts)}</body></html>\n"
    )


def sentence(record: dict[str, Any]) -> str:
    """Say in a sentence or two who makes it, what it costs and whether it is controlled."""
    if record["leader"] is None:
        made = "Its production by country is not published."
    else:
        low, high = record["leader_share_range"]
        basis = "by ore" if record["production_status"] == "derived" else "by source"
        spread = "" if high - low < 0.01 else f" ({100 * low:.0f}–{100 * high:.0f}% {basis})"
        name = country_table()[record["leader"]].name
        made = f"{name} makes {100 * record['leader_share']:.0f}% of the world's{spread}."
    price = "No price is published." if record["price"] is None else (
        f"Its price was {record['price']:,.0f} {record['price_unit']} in {record['price_year']}."
    )  # fmt: skip
    control = f" Control: {record['control']}." if record["control"] else ""
    return f"{made} {price}{control}"


def document(content: dict[str, Any]) -> str:
    """Return `content` as one line of JSON, what is not finite as null."""
    return json.dumps(_finite(content), ensure_ascii=False, allow_nan=False)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_finite(entry) for entry in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _html_table(head: list[str], rows: list[list[str]]) -> str:
    top = "".join(f"<th scope='col'>{escape(cell)}</th>" for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
