"""An attribution as tables, figure and JSON document: who did it, alone and together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from blocs.report.charts import Bars, bars_figure
from blocs.report.figure import Figure
from blocs.report.table import Column, Table
from blocs.report.words import percent, region_name
from blocs.study.attribution import Attribution

SHOWN = 8  # pairs in the figure
LONGEST = 44  # characters of a measure's words in a figure


def attribution_tables(study: Attribution) -> list[Table]:
    """Return the shares of every player and the interactions of every pair, by region."""
    name = Column("player", study.by.capitalize())
    shares = tuple(
        (player, code, float(study.shapley[m, j]), float(study.alone[m, j]), float(study.last[m, j]))
        for m, player in enumerate(study.players)
        for j, code in enumerate(study.regions)
    )
    columns = (
        name, Column("region", "Region"), Column("shapley_pct", "Shapley value", "%"),
        Column("alone_pct", "Alone", "%"), Column("last_pct", "Added to all others", "%"),
    )  # fmt: skip
    pairs = tuple(
        (one, other, code, value) for code in study.regions for one, other, value in study.pairs(code)
    )
    together = (
        Column("one", "One"), Column("other", "Other"), Column("region", "Region"),
        Column("interaction_pct", "Interaction", "%"),
    )  # fmt: skip
    return [Table("attribution", columns, shares), Table("interactions", together, pairs)]


def attribution_figure(study: Attribution, regions: Sequence[str]) -> Figure:
    """Return, for each of `regions`, the Shapley values and the strongest interactions."""
    panels = []
    for code in regions:
        at = study.region(code)
        order = sorted(range(len(study.players)), key=lambda m: -abs(study.shapley[m, at]))
        whole = float(study.total[at])
        panels.append(
            Bars(
                f"{region_name(code)}, {study.year}: {percent(whole)} by {study.by}",
                f"{study.of.replace('_', ' ')}, % (Shapley values)",
                tuple(_short(study.players[m]) for m in order),
                tuple(float(study.shapley[m, at]) for m in order),
                3,
            )
        )
        pairs = study.pairs(code)[:SHOWN]
        if pairs:
            panels.append(
                Bars(
                    f"{region_name(code)}: what two do together",
                    "beyond what each does, % (interaction; source: blocs)",
                    tuple(f"{_short(one, 20)} + {_short(other, 20)}" for one, other, _ in pairs),
                    tuple(value for _, _, value in pairs),
                    3,
                )
            )
    title = f"{study.scenario.title or study.scenario.name}: who did it"
    return bars_figure(panels, attribution_tables(study)[0], title=title, columns=2)


def attribution_document(study: Attribution, regions: Sequence[str]) -> dict[str, Any]:
    """Return `blocs.attribution/1` for `regions`."""
    at = {code: study.region(code) for code in regions}

    def by_region(values: Any) -> dict[str, float]:
        return {code: float(values[j]) for code, j in at.items()}

    return {
        "schema": "blocs.attribution/1",
        "scenario": study.scenario.name,
        "year": study.year,
        "of": study.of,
        "unit": "%",
        "by": study.by,
        "total": by_region(study.total),
        "players": [
            {
                "name": player,
                "shapley": by_region(study.shapley[m]),
                "alone": by_region(study.alone[m]),
                "last": by_region(study.last[m]),
            }
            for m, player in enumerate(study.players)
        ],
        "interactions": [
            {"pair": [one, other], "value": by_region(study.together[m, n])}
            for m, one in enumerate(study.players)
            for n, other in enumerate(study.players)
            if m < n
        ],
        "cost": {"runs": study.runs, "years": study.years},
        "notes": list(study.notes),
    }


def _short(words: str, longest: int = LONGEST) -> str:
    return words if len(words) <= longest else f"{words[: longest - 1].rstrip()}…"
