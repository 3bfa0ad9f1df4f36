"""The union of all measures, built from the registry of vectors."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Annotated, Any

from pydantic import Field

from blocs.vectors.registry import measure_types


def any_measure() -> Any:
    """Return the annotated union of every measure type, told apart by its `type` word."""
    models = list(measure_types().values())
    return Annotated[reduce(or_, models), Field(discriminator="type")] if len(models) > 1 else models[0]


AnyMeasure = any_measure()
