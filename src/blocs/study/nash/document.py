"""The result document of `blocs nash`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from blocs.study.nash.result import Nash

Row = dict[str, str | bool | int | float | None]

UNITS = {
    "*_pct": "% (rates: ad valorem; welfare: equivalent variation, % of base absorption)",
    "*_usd_mn": "US$ mn of the base year",
    "gain": "% of the player's base absorption",
    "tariff_gap, weighted_gap": "fraction (0.01 is one percentage point)",
}


class PlayerDocument(BaseModel):
    """One player's members, mean rates and welfare."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    members: list[str]
    results: Row = Field(description="mean rates and welfare; null where a game was not asked for or settled")
    tariffs: dict[str, float | None] = Field(description="Nash rate in % by good (or good:partner)")
    export_taxes: dict[str, float | None] = Field(
        default_factory=dict, description="the same for export taxes"
    )


class NashDocument(BaseModel):
    """A game of trade policy as JSON, against the base without trade deficits."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    schema_: Literal["blocs.nash/1"] = Field(default="blocs.nash/1", alias="schema")
    world: str
    horizon: str
    elasticities: str
    converged: bool
    seconds: float
    players: dict[str, PlayerDocument]
    bystanders: dict[str, float | None] = Field(description="welfare in the Nash equilibrium, %")
    starts: list[Row] = Field(description="residual is the largest step a rate still wants, in log(1 + rate)")
    equilibria: int = Field(description="how many different ones the starts reached")
    certificate: list[Row]
    retaliation: list[Row]
    cooperation: str | None
    bounds: tuple[float, float]
    units: dict[str, str] = Field(default_factory=lambda: dict(UNITS))
    notes: list[str]

    @classmethod
    def of(cls, result: Nash) -> NashDocument:
        """Return the document of `result`; where no equilibrium was reached its numbers are null."""
        settled = bool(result.distinct)
        rows = {row["player"]: row for row in result.player_rows()} if settled else {}
        tariffs = result.tariff_rows() if settled else []
        inside = {code for player in result.players for code in player.members}
        welfare = result.welfare_rows() if settled else []
        return cls(
            world=result.origin.name,
            horizon=result.game.horizon.value,
            elasticities=result.game.elasticities.name,
            converged=result.converged,
            seconds=result.seconds,
            players={
                player.name: PlayerDocument(
                    members=list(player.members),
                    results=_finite({k: v for k, v in rows.get(player.name, {}).items() if k != "player"}),
                    tariffs=_rates(tariffs, player.name, "tariff"),
                    export_taxes=_rates(tariffs, player.name, "export_tax"),
                )
                for player in result.players
            },
            bystanders={
                row["region"]: _number(row["welfare_pct"]) for row in welfare if row["region"] not in inside
            },
            starts=[
                _finite({
                    "start": one.start, "converged": one.climb.converged, "residual": one.climb.residual,
                    "steps": one.climb.steps,
                })
                for one in result.found
            ],
            equilibria=len(result.distinct),
            certificate=[_finite(vars(reply)) for reply in result.certificate],
            retaliation=[_finite(row) for row in result.path_rows()],
            cooperation=result.deal.rule if result.deal is not None else None,
            bounds=(result.bounds.low, result.bounds.high),
            notes=list(result.notes),
        )  # fmt: skip

    def to_json(self) -> str:
        """Return the document as JSON text."""
        return self.model_dump_json(by_alias=True)


def _rates(rows: Iterable[Mapping[str, Any]], player: str, kind: str) -> dict[str, float | None]:
    return {
        row["good"] if row["partner"] == "all" else f"{row['good']}:{row['partner']}": _number(
            row["nash_pct"]
        )
        for row in rows
        if row["player"] == player and row["kind"] == kind
    }


def _finite(row: Mapping[str, Any]) -> Row:
    return {key: _number(value) if isinstance(value, float) else value for key, value in row.items()}


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
