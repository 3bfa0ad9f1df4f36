"""A context whose world is small, and short forms of readings and rules: what tests of model claims share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from blocs.claims.computation import Context
from blocs.claims.computations.places import (
    GAME_REGIONS,
)
from blocs.claims.reading import Evidence
from blocs.claims.schema import Rule
from blocs.world.load import load_world
from blocs.world.world import World


@cache
def small_world() -> World:
    """Fifteen regions by all fifty industries, which goods, minerals and AI are named by."""
    regions = {code: list(members) for code, members in GAME_REGIONS.items() if len(members) > 1}
    return load_world("81x50").aggregate(regions=regions)


@dataclass(frozen=True)
class Small(Context):
    """A context whose world is small; draws are few and in this process."""

    draws: int = 4
    workers: int | None = 1

    def world(self, name: str = "81x50") -> World:
        return small_world()


def values(evidence: Evidence) -> dict[str, float]:
    return {reading.name: float(reading.value) for reading in evidence.readings}


def rule(*conditions: Mapping[str, Any]) -> Rule:
    return Rule.model_validate({"each": list(conditions)})
