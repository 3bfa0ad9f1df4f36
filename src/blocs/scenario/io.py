"""Reads and writes scenarios: YAML 1.2 with line numbers, errors in plain words, nothing half-written."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML

from blocs.data import marked
from blocs.data.store import folder
from blocs.errors import DataError, ScenarioError, nearest, unknown
from blocs.scenario.schema import Place, Scenario
from blocs.vectors.registry import measure_types

LIBRARY = folder().parent / "scenario" / "library"
SUFFIXES = (".yaml", ".yml")


def library() -> dict[str, Path]:
    """Return the bundled scenarios by name."""
    return {path.stem: path for path in sorted(LIBRARY.glob("*.yaml"))}


def load(source: str | Path) -> Scenario:
    """Return a library scenario by name or one from a YAML file (see `Scenario.load`)."""
    path = _find(source)
    return parse(marked.read_text(path, ScenarioError, "a scenario"), str(path))


def parse(text: str, file: str | None = None) -> Scenario:
    """Return the scenario in YAML `text`; `file` is named in errors."""
    content = marked.parse(text, file, ScenarioError, "`blocs new NAME`")
    return validate(content, file)


def validate(content: Any, file: str | None = None) -> Scenario:
    """Return the scenario in parsed `content`, or raise the first thing wrong with it as ScenarioError."""
    if not isinstance(content, Mapping):
        kind = "a list" if isinstance(content, Sequence) and not isinstance(content, str) else repr(content)
        raise ScenarioError(
            f"holds {kind}; a scenario is a mapping with name, years and measures", file=file, line=1
        )
    try:
        scenario = Scenario.model_validate(marked.plain(content))
        lines = tuple(_line(content, ("measures", n)) for n in range(len(scenario.measures)))
        scenario._place = Place(file, lines)
        return scenario
    except ValidationError as error:
        # a misspelt key is also a missing one: name what was written, not what was not
        first = min(
            error.errors(), key=lambda e: (_line(content, e["loc"]) or 0, e["type"] != "extra_forbidden")
        )
        raise ScenarioError(
            _in_words(first), file=file, line=_line(content, first["loc"], first["msg"])
        ) from None
    except DataError as error:
        raise ScenarioError(str(error), file=file, line=_key_line(content, "elasticities")) from None


def dump(scenario: Scenario) -> str:
    """Return the scenario as YAML, defaults left out."""
    content = scenario.model_dump(mode="json", exclude_defaults=True)
    for measure, model in zip(content.get("measures", []), scenario.measures, strict=True):
        measure |= {"type": model.type}
    ordered = {key: content[key] for key in Scenario.model_fields if key in content}
    ordered["measures"] = [
        {
            "type": m.pop("type"),
            **{k: v[0] if isinstance(v, list) and len(v) == 1 else v for k, v in m.items()},
        }
        for m in content.get("measures", [])
    ]
    stream = io.StringIO()
    writer = YAML()
    writer.default_flow_style = False
    writer.width = 110
    writer.dump(ordered, stream)
    return stream.getvalue()


def save(scenario: Scenario, path: str | Path) -> None:
    """Write the scenario to `path` in one move: the file is whole or not there."""
    write_whole(Path(path), dump(scenario))


def write_whole(path: Path, text: str) -> None:
    """Write `text` to a temporary file beside `path`, then rename it."""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".partial")
    except OSError as error:
        raise ScenarioError(f"cannot be written: {error.strerror}", file=str(path)) from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise ScenarioError(f"cannot be written: {error.strerror}", file=str(path)) from None


def _find(source: str | Path) -> Path:
    path = Path(source)
    there = marked.is_there(path)
    if there == "folder":
        raise ScenarioError("is a folder; name a YAML file or a scenario of the library", file=str(path))
    if there == "file":
        return path
    if str(source) in library():
        return library()[str(source)]
    if path.suffix in SUFFIXES or path.parent != Path():
        raise ScenarioError("there is no such file; `blocs scenarios` lists the library", file=str(path))
    raise ScenarioError(f"{unknown('scenario', str(source), library())}, or give the path of a YAML file")


def _line(content: Any, loc: Sequence[int | str], message: str = "") -> int | None:
    if not loc and message.startswith("Value error, measures["):
        loc = ("measures", int(message.split("[")[1].split("]")[0]))
    return marked.line_of(content, loc)


def _key_line(content: Any, key: str) -> int | None:
    return _line(content, (key,))


def _in_words(error: Any) -> str:
    """Return one pydantic error as place, value, valid alternatives and fix."""
    kind, loc = error["type"], [part for part in error["loc"] if part not in measure_types()]
    place = marked.place(loc)
    value, context = error.get("input"), error.get("ctx", {})
    if kind == "extra_forbidden":
        return f"{place}: {_unknown_key(error['loc'])}"
    if kind == "missing":
        return f"{place} is missing; {_needs(error['loc'])}"
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        if kind == "union_tag_not_found":
            return f"{place} has no `type`; give one of {', '.join(measure_types())}"
        return f"{place}: {unknown('measure type', context.get('tag'), measure_types())}"
    if kind == "literal_error":
        valid = [word.strip("' ") for word in str(context["expected"]).replace(" or ", ",").split(",")]
        return f"{place}: {unknown('value', value, valid)}"
    message = str(error["msg"]).removeprefix("Value error, ")
    if kind == "value_error":
        return message if message.startswith("measures[") or not place else f"{place}: {message}"
    shown = repr(value) if not isinstance(value, (dict, list)) else type(value).__name__
    return f"{place} is {shown}; {message[0].lower()}{message[1:]}{_range_hint(error['loc'])}"


@lru_cache(maxsize=1)
def _models() -> dict[str, type[BaseModel]]:
    return dict(measure_types())


def _model_at(loc: Sequence[int | str]) -> type[BaseModel]:
    tag = next((str(part) for part in loc if part in _models()), None)
    return _models()[tag] if tag else Scenario


def _unknown_key(loc: Sequence[int | str]) -> str:
    model = _model_at(loc)
    owner = "a scenario" if model is Scenario else f"a measure of type {model.model_fields['type'].default}"
    valid = list(model.model_fields)
    close = nearest(str(loc[-1]), valid)
    hint = f"did you mean {close[0]!r}? " if close else ""
    return f"{owner} has no key {loc[-1]!r}; {hint}valid: {', '.join(valid)}"


def _needs(loc: Sequence[int | str]) -> str:
    model = _model_at(loc)
    owner = "a scenario" if model is Scenario else f"a measure of type {model.model_fields['type'].default}"
    required = [name for name, field in model.model_fields.items() if field.is_required()]
    return f"{owner} needs {', '.join(required)}"


def _range_hint(loc: Sequence[int | str]) -> str:
    field = _model_at(loc).model_fields.get(str(loc[-1])) if loc else None
    return f" ({field.description})" if field is not None and field.description else ""
