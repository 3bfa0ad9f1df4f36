"""The result document of `blocs align`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from blocs.study.alignment.result import Alignment

Row = dict[str, str | bool | int | float | None]

UNITS = {
    "worth_*, margin_pct, worst_pct, gain_pct, welfare_pct*": "% of base absorption (worth: welfare plus affinity)",
    "*_usd_mn": "US$ mn of the base year",
    "absorption_share_*": "fraction of world absorption",
}


class MapDocument(BaseModel):
    """One stable map: who picks what, by how much, and everybody's welfare."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    summary: Row
    picks: dict[str, Row] = Field(
        description="by chooser: pick, worth of every option, margin, dearest mistake"
    )
    welfare: dict[str, float | None] = Field(description="by region, % of base absorption")


class AlignmentDocument(BaseModel):
    """An alignment game as JSON, against the base without trade deficits and without any cost."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    schema_: Literal["blocs.align/1"] = Field(default="blocs.align/1", alias="schema")
    world: str
    horizon: str
    elasticities: str
    blocs: dict[str, list[str]] = Field(description="leaders by bloc")
    cost: float
    kind: str
    leakage: float | None
    verdict: str = Field(description="stable, tie, cycle or unfinished; mixed if starts ended differently")
    converged: bool
    solves: int
    seconds: float
    starts: list[Row]
    maps: list[MapDocument]
    cycles: list[list[Row]] = Field(description="the switches of each distinct cycle, in order")
    pivots: list[Row] = Field(description="on the first map: if mover went, follower would gain by going too")
    affinity_reach: float = Field(description="a margin below it may hang on affinity, % of absorption")
    units: dict[str, str] = Field(default_factory=lambda: dict(UNITS))
    notes: list[str]

    @classmethod
    def of(cls, result: Alignment) -> AlignmentDocument:
        """Return the document of `result`."""
        board = result.board
        picks, welfare, cycles = result.pick_rows(), result.welfare_rows(), result.cycle_rows()
        return cls(
            world=result.origin.name,
            horizon=board.horizon.value,
            elasticities=board.elasticities.name,
            blocs={leader.name: list(leader.members) for leader in board.leaders},
            cost=board.cost,
            kind=board.kind.value,
            leakage=board.leakage,
            verdict=result.verdict,
            converged=result.converged,
            solves=result.solves,
            seconds=result.seconds,
            starts=[
                {
                    "start": path.start,
                    "ending": path.ending.value,
                    "passes": path.passes,
                    "switches": len(path.moves),
                }
                for path in result.paths
            ],
            maps=[
                MapDocument(
                    summary=_finite(row),
                    picks={
                        p["chooser"]: _finite(_without(p, "map", "chooser"))
                        for p in picks
                        if p["map"] == row["map"]
                    },
                    welfare={
                        w["region"]: _number(w["welfare_pct"]) for w in welfare if w["map"] == row["map"]
                    },
                )
                for row in result.map_rows()
            ],
            cycles=[
                [_finite(_without(row, "cycle")) for row in cycles if row["cycle"] == count]
                for count in range(1, len(result.cycles) + 1)
            ],
            pivots=[_finite(row) for row in result.pivot_rows()],
            affinity_reach=result.reach,
            notes=list(result.notes),
        )

    def to_json(self) -> str:
        """Return the document as JSON text."""
        return self.model_dump_json(by_alias=True)


def _without(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in names}


def _finite(row: Mapping[str, Any]) -> Row:
    return {key: _number(value) if isinstance(value, float) else value for key, value in row.items()}


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
