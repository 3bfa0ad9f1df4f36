"""Forms for measures and scenarios, generated from their pydantic models: names, kinds, ranges, help."""

from __future__ import annotations

import re
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo as Field

from blocs.scenario.schema import Scenario
from blocs.vectors.base import Vector
from blocs.web.contract import FieldInfo, MeasureInfo
from blocs.world.measure import Measure, YearSpan

UNITS = {
    "capex_usd_bn": "US$ bn", "equity_usd_trn": "US$ trn", "months": "months", "lead": "months", "over": "months",
    "from_month": "month", "boost": "log points", "speed": "1/year", "leakage_cost": "times the price",
    "reaction": "points per point", "anchor": "debt over GDP",
}  # fmt: skip
_SUBJECT: dict[str, Any] = {
    "goods": "goods",
    "minerals": "minerals",
    "holders": "holders",
    "country": "country",
}
_ASSUMPTION = re.compile(r"\b((?:nests|trade|industry|minerals|payments|debt|ai|growth|alignment)(?:\.\w+)+)")
_LEFT_OUT = frozenset({"type"})


def measure_info(vector: Vector, model: type[Measure]) -> MeasureInfo:
    """Return the form of one type of measure."""
    kind = model.model_fields["type"].default
    return MeasureInfo(
        type=kind,
        vector=vector.name,
        title=kind.replace("_", " ").capitalize().replace("Ai ", "AI "),
        help=" ".join((model.__doc__ or "").split()),
        fields=fields_of(model, _LEFT_OUT),
        needs_closure=model.needs_closure,
    )


def scenario_fields() -> list[FieldInfo]:
    """Return the form of a scenario's own keys."""
    return fields_of(Scenario, frozenset({"measures", "assumptions", "demand"}))


def fields_of(model: type[BaseModel], without: frozenset[str]) -> list[FieldInfo]:
    """Return the fields of `model` in its order."""
    schema = model.model_json_schema(mode="validation")
    return [
        _field(name, field, schema["properties"][name])
        for name, field in model.model_fields.items()
        if name not in without
    ]


def _field(name: str, field: Field, schema: dict[str, Any]) -> FieldInfo:
    options = [option for option in schema.get("anyOf", [schema]) if option.get("type") != "null"]
    kind, shape = _kind(field.annotation), options[0] if len(options) == 1 else {}
    choices = [str(choice) for choice in shape.get("enum", schema.get("enum", []))]
    if kind == "text" and choices:
        kind = "choice"
    names = kind in ("names", "two_sides") and name != "sources"
    text = field.description or schema.get("description", "")
    found = _ASSUMPTION.search(text) if not field.is_required() and field.default is None else None
    return FieldInfo(
        name=name,
        kind=kind,
        of=_SUBJECT.get(name, "regions" if names else ""),
        help=text,
        required=field.is_required(),
        default=None if field.is_required() else schema.get("default"),
        unit=UNITS.get(name, "fraction" if kind == "number" else ""),
        low=shape.get("minimum", shape.get("exclusiveMinimum")),
        high=shape.get("maximum", shape.get("exclusiveMaximum")),
        low_open="exclusiveMinimum" in shape,
        high_open="exclusiveMaximum" in shape,
        choices=choices,
        assumption=found[1] if found else "",
    )


def _kind(annotation: Any) -> Any:
    """Return the kind of form field for a type; `X | None` is X."""
    parts = [part for part in get_args(annotation) if part is not type(None)]
    if type(None) in get_args(annotation) and len(parts) == 1:
        return _kind(parts[0])
    if get_origin(annotation) is not None and hasattr(annotation, "__metadata__"):
        return _kind(parts[0])
    simple = {bool: "switch", float: "number", int: "integer", YearSpan: "years", str: "text"}
    if annotation in simple:
        return simple[annotation]
    kinds = {list: "names", tuple: "two_sides"}
    return kinds.get(get_origin(annotation), "text")  # type: ignore[arg-type] - None for plain types, which is no key
