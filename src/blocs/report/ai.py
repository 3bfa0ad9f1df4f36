"""Tables and figures of the AI observatory: chips and owners, sites, spending, models, electricity."""

from __future__ import annotations

from blocs.report.charts import Bars, bars_figure, paths_figure
from blocs.report.figure import Figure
from blocs.report.table import Column, Table
from blocs.world import observatory as ai
from blocs.world.tables import region_table

EPOCH = "Source: Epoch AI (CC BY)"
FOUR = "Four together"
_WHO = {
    ("maker", "Google"): "Google (TPU)",
    ("maker", "Amazon"): "Amazon (Trainium)",
    ("owner", "China"): "owners in China",
    ("owner", "others"): "all others",
}
OPEN_WORDS = {
    "open": "open weights",
    "open_restricted": "open, restricted",
    "closed_access": "API or hosted only",
}


def figures() -> dict[str, Figure]:
    """Return the figures by topic, as `blocs ai --out FOLDER` writes them."""
    return {
        "chips": chips_figure(),
        "data-centres": data_centres_figure(),
        "capex": capex_figure(),
        "releases": releases_figure(),
        "electricity": electricity_figure(),
    }


def chips_figure() -> Figure:
    """Return cumulative chips at the last complete quarter, million H100 equivalents: by maker, Nvidia's by owner."""
    makers, owners = ai.latest(ai.chips_by_maker()), ai.latest(ai.chips_by_owner())
    held = {name: total.h100e for name, total in owners.items()}
    nvidia = next(
        t for t in ai.chips_by_maker() if t.who == "Nvidia" and t.quarter_end == owners["China"].quarter_end
    )
    held["others"] = nvidia.h100e - sum(held.values())
    rows = [("maker", who, t.quarter_end, t.h100e / 1e6) for who, t in makers.items()]
    rows += [("owner", who, nvidia.quarter_end, value / 1e6) for who, value in held.items()]
    panels = []
    for side, title in (("maker", "AI chips sold, by maker"), ("owner", "Nvidia's chips, by owner")):
        part = sorted((row for row in rows if row[0] == side), key=lambda row: -row[3])
        panels.append(
            Bars(
                title,
                f"cumulative to {part[0][2]}, million H100 equivalents. {EPOCH}",
                tuple(_WHO.get((side, row[1]), row[1]) for row in part),
                tuple(row[3] for row in part),
                digits=2,
            )
        )
    columns = (
        Column("side", ""),
        Column("who", "Who"),
        Column("quarter_end", "Until"),
        Column("h100e_mn", "Million H100e"),
    )
    return bars_figure(panels, Table("ai-chips", columns, tuple(rows)), title="AI chips", columns=2)


def data_centres_figure() -> Figure:
    """Return the power of the largest sites: the last observed state, and the furthest projection."""
    states = ai.data_centres()
    rows = []
    for name in sorted({state.data_centre for state in states}):
        mine = [state for state in states if state.data_centre == name and state.power_mw is not None]
        now = [state for state in mine if state.status == "observed"]
        rows.append(
            (name, mine[0].country, now[-1].power_mw if now else 0.0, mine[-1].power_mw, mine[-1].date)
        )
    shown = sorted(rows, key=lambda row: -(row[3] or 0.0))
    labels = tuple(row[0] for row in shown)
    panels = [
        Bars(
            "Power in December 2025",
            f"MW, observed. {EPOCH}",
            labels,
            tuple(row[2] or 0.0 for row in shown),
            0,
        ),
        Bars(
            "Power as projected",
            "MW, last date of the timeline",
            labels,
            tuple(row[3] or 0.0 for row in shown),
            0,
        ),
    ]
    columns = (
        Column("data_centre", "Data centre"), Column("country", "Country"), Column("observed_mw", "Observed MW"),
        Column("projected_mw", "Projected MW"), Column("projected_for", "For"),
    )  # fmt: skip
    return bars_figure(
        panels, Table("ai-data-centres", columns, tuple(shown)), title="Large AI data centres", columns=1
    )


def capex_figure() -> Figure:
    """Return capital spending of the four large cloud companies together, US$ bn a year."""
    spent = {row.year: row.usd_bn for row in ai.capex() if row.company == FOUR}
    years = sorted(spent)
    table = Table(
        "ai-capex",
        (Column("year", "Year"), Column("usd_bn", "US$ bn")),
        tuple((year, spent[year]) for year in years),
    )
    return paths_figure(
        years, [("four together", [spent[year] for year in years])], table, title="Capital spending",
        subtitle="Amazon, Alphabet, Meta, Microsoft; US$ bn a year, all purposes; third-party sums, unchecked",
    )  # fmt: skip


def releases_figure(collection: str = "large") -> Figure:
    """Return models published by the United States and China, open and closed, a year."""
    found = ai.releases(collection)
    years = list(range(2019, max(row.year for row in found) + 1))
    lines = []
    for code in ("USA", "CHN"):
        for openness in ("open", "closed_access"):
            values = [
                sum(r.models for r in found if (r.year, r.country, r.openness) == (year, code, openness))
                for year in years
            ]
            lines.append((f"{region_table()[code].name}, {OPEN_WORDS[openness]}", values))
    rows = tuple((year, name, values[n]) for name, values in lines for n, year in enumerate(years))
    columns = (Column("year", "Year"), Column("series", "Series"), Column("models", "Models"))
    return paths_figure(
        years, lines, Table("ai-releases", columns, rows), title="Large AI models published",
        subtitle=f"models a year over 1e23 FLOP of training; {years[-1]} to October. {EPOCH}",
    )  # fmt: skip


def electricity_figure() -> Figure:
    """Return electricity generation of five large countries, thousand TWh."""
    table = ai.electricity()
    years = sorted(table["USA"])
    lines = [
        (region_table()[code].name, [table[code][year] / 1e3 for year in years])
        for code in ("CHN", "USA", "IND", "JPN", "DEU")
    ]
    rows = tuple((year, name, values[n]) for name, values in lines for n, year in enumerate(years))
    columns = (Column("year", "Year"), Column("region", "Region"), Column("pwh", "1000 TWh"))
    return paths_figure(
        years, lines, Table("ai-electricity", columns, rows), title="Electricity generation",
        subtitle="thousand TWh a year. Source: Our World in Data, Ember (CC BY)",
    )  # fmt: skip
