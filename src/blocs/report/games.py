"""Tables and figures of the games: Nash tariffs by good, welfare, retaliation; stable maps and margins of alignment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from blocs.report.charts import Bars, bars_figure
from blocs.report.dots import Series, dots_figure, steps_figure
from blocs.report.figure import Figure
from blocs.report.maps import choropleth, robust_reach
from blocs.report.table import Column, Table, Unit
from blocs.report.words import region_name, sector_name
from blocs.study.alignment.result import Alignment
from blocs.study.nash.result import Nash
from blocs.world.tables import region_table

BYSTANDERS = 8  # regions shown for the largest losses and as many for gains
NARROWEST = 16  # margins shown

Rows = Sequence[dict[str, Any]]


def table_of(name: str, rows: Rows) -> Table:
    """Return rows of a study as a table; a column's unit is read from its ending (_pct, _usd_mn)."""
    names = list(rows[0]) if rows else []
    columns = tuple(Column(key, key.replace("_", " "), _unit(key)) for key in names)
    return Table(name, columns, tuple(tuple(row[key] for key in names) for row in rows))


def nash_tables(result: Nash) -> list[Table]:
    """Return a game's tables: players, tariffs, welfare, certificate, retaliation."""
    every = [
        ("players", result.player_rows()), ("tariffs", result.tariff_rows()), ("welfare", result.welfare_rows()),
        ("certificate", [vars(reply) for reply in result.certificate]), ("retaliation", result.path_rows()),
    ]  # fmt: skip
    return [table_of(name, rows) for name, rows in every if rows]


def nash_figures(result: Nash) -> dict[str, Figure]:
    """Return a game's figures by file name."""
    figures = {"tariffs": tariffs_figure(result), "welfare": nash_welfare_figure(result)}
    if result.path:
        figures["retaliation"] = retaliation_figure(result)
    return figures


def tariffs_figure(result: Nash) -> Figure:
    """Return base and Nash tariffs by good and player, %, as dots (partners weighted by base trade)."""
    rows = [row for row in result.tariff_rows() if row["kind"] == "tariff"]
    goods = list(dict.fromkeys(row["good"] for row in rows))
    labels = ["all goods" if good == "all" else sector_name(good) for good in goods]
    series = []
    for player in result.players:
        mine = [row for row in rows if row["player"] == player.name]
        series.append(
            Series(
                player.name,
                tuple(_mean(mine, good, "nash_pct") for good in goods),
                tuple(_mean(mine, good, "base_pct") for good in goods),
            )
        )
    return dots_figure(
        labels, series, table_of("tariffs", rows), title="Tariffs in the Nash equilibrium",
        subtitle=f"ad valorem, %; filled: Nash, hollow: base{_year(result)}; {_horizon(result.game.horizon.value)}",
        source=_source(result.origin.name, result.game.elasticities.name),
    )  # fmt: skip


def nash_welfare_figure(result: Nash) -> Figure:
    """Return welfare of players and of the bystanders that lose and gain most, %."""
    table = table_of("welfare", result.welfare_rows())
    players = [(row["player"], row["nash_welfare_pct"]) for row in result.player_rows()]
    others = sorted(
        ((row["region"], row["welfare_pct"]) for row in result.welfare_rows() if not row["player"]),
        key=lambda pair: pair[1],
    )
    kept = others if len(others) <= 2 * BYSTANDERS else others[:BYSTANDERS] + others[-BYSTANDERS:]
    about = "equivalent variation, % of base absorption"
    panels = [Bars("The players", about, *_columns([(_player(n), v) for n, v in players]), digits=2)]
    if kept:
        named = [(region_name(code), value) for code, value in kept]
        panels.append(Bars("Bystanders: hardest and least hit", about, *_columns(named), digits=2))
    return bars_figure(panels, table, title="Welfare in the Nash equilibrium")


def retaliation_figure(result: Nash) -> Figure:
    """Return every player's welfare after each move of the retaliation path, %."""
    rows = result.path_rows()
    ticks = ["start", *(f"{move.player}\n{n}" for n, move in enumerate(result.path, start=1))]
    lines = [
        (player.name, [0.0] + [row["welfare_pct"] for row in rows if row["player"] == player.name])
        for player in result.players
    ]
    return steps_figure(
        ticks, lines, table_of("retaliation", rows), title="Who replies, and what it does to everybody",
        subtitle="welfare after each move, % of base absorption; below: who moves",
        source=_source(result.origin.name, result.game.elasticities.name),
    )  # fmt: skip


def align_tables(result: Alignment) -> list[Table]:
    """Return an alignment's tables: maps, picks, welfare, cycles, pivots."""
    every = [
        ("maps", result.map_rows()), ("picks", result.pick_rows()), ("welfare", result.welfare_rows()),
        ("cycles", result.cycle_rows()), ("pivots", result.pivot_rows()),
    ]  # fmt: skip
    return [table_of(name, rows) for name, rows in every if rows]


def align_figures(result: Alignment) -> dict[str, Figure]:
    """Return an alignment's figures by file name: one map (two blocs only) and one of margins a stable map."""
    figures: dict[str, Figure] = {}
    for count in range(1, len(result.maps) + 1):
        figures[f"margins-{count}"] = margins_figure(result, count)
        if len(result.board.leaders) == 2 and set(result.board.base.regions) <= {*region_table(), "ROW"}:
            figures[f"map-{count}"] = advantage_map(result, count)
    return figures


def margins_figure(result: Alignment, count: int = 1) -> Figure:
    """Return the narrowest margins of stable map `count`: what the second-best pick would cost, %."""
    rows = sorted((r for r in result.pick_rows() if r["map"] == count), key=lambda r: r["margin_pct"])
    shown = rows[:NARROWEST]
    labels = tuple(f"{_player(row['chooser'])} → {row['pick']}" for row in shown)
    subtitle = "cost of the second-best pick, % of base absorption"
    bars = Bars(f"Narrowest margins, {_map_name(result, count)}", subtitle, labels, tuple(
        row["margin_pct"] for row in shown), digits=2)  # fmt: skip
    return bars_figure(
        [bars], table_of("picks", rows), title=f"Narrowest margins, {_map_name(result, count)}"
    )


def advantage_map(result: Alignment, count: int = 1) -> Figure:
    """Return a world map of what siding with the first leader is worth more than with the second, % of absorption."""
    first, second = (leader.name for leader in result.board.leaders)
    rows = [row for row in result.pick_rows() if row["map"] == count]
    by_name = {row["chooser"]: row[f"worth_{first}"] - row[f"worth_{second}"] for row in rows}
    values = {code: by_name[chooser.name] for chooser in result.board.choosers for code in chooser.members}
    reach = robust_reach(values.values())
    where = _map_name(result, count).capitalize()
    title = f"{where}: blue sides with {first}, red with {second}; advantage of {first}, %"
    svg = choropleth(values, title=title, unit="%", limits=(-reach, reach))
    return Figure(svg, title, table_of("picks", rows))


def _map_name(result: Alignment, count: int) -> str:
    return "the stable map" if len(result.maps) == 1 else f"stable map {count} of {len(result.maps)}"


def _columns(pairs: Sequence[tuple[str, float]]) -> tuple[tuple[str, ...], tuple[float, ...]]:
    return tuple(name for name, _ in pairs), tuple(value for _, value in pairs)


def _player(name: str) -> str:
    return region_name(name) if name in region_table() else name


def _mean(rows: Rows, good: str, key: str) -> float:
    here = [row for row in rows if row["good"] == good]
    weight = sum(row["base_trade_usd_mn"] for row in here)
    return sum(row[key] * row["base_trade_usd_mn"] for row in here) / weight if weight else float("nan")


def _year(result: Nash) -> str:
    return f" {result.origin.year}" if result.origin.year else ""


def _horizon(name: str) -> str:
    return f"{name} run"


def _source(world: str, elasticities: str) -> str:
    return f"Source: blocs on world {world}, trade deficits purged; trade elasticities {elasticities}."


def _unit(key: str) -> Unit:
    if key.endswith("_usd_mn"):
        return "US$ mn"
    return "%" if "_pct" in key or key.startswith("worth_") or key == "gain" else ""
