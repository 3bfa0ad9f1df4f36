"""Reads ledgers: YAML with line numbers; what is wrong is said with file, line, valid alternatives and the fix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from blocs.claims.computation import Context, QueryError
from blocs.claims.reading import Evidence
from blocs.claims.registry import computation
from blocs.claims.rule import Condition, check_names
from blocs.claims.scenario_query import scenario_of
from blocs.claims.schema import (
    SCHEMA,
    Claim,
    FunctionCall,
    Ledger,
    Over,
    Rule,
    ScenarioQuery,
    ScenarioReading,
    SeriesQuery,
    SeriesReading,
)
from blocs.claims.series_query import series_evidence
from blocs.claims.summary import check_gaps, gaps
from blocs.claims.verdict import judge
from blocs.data import marked
from blocs.errors import DataError, LedgerError, ScenarioError, nearest, unknown
from blocs.world.series import Observatory

BUILT_IN = Path(__file__).parent / "ledgers"
DEFAULT = "op-ed-2025"
NEW = "`blocs claims new NAME`"
_INSIDE: dict[type[BaseModel], dict[str, type[BaseModel]]] = {
    Ledger: {"claims": Claim},
    Claim: {"rule": Rule},
    Rule: {"true_if": Condition, "false_if": Condition, "each": Condition},
    SeriesQuery: {"readings": SeriesReading},
    SeriesReading: {"over": Over},
    ScenarioQuery: {"readings": ScenarioReading},
}
_UNION = ("str", "dict[str,any]")  # names that pydantic puts into the place of a scenario
_WANTED = {
    "model_type": "give a mapping of keys and values",
    "dict_type": "give a mapping of keys and values",
    "list_type": "give a list, e.g. [one, another]",
    "tuple_type": "give two values, e.g. [2019, 2025]",
    "too_short": "give at least one entry",
    "string_type": "give text",
    "bool_parsing": "give true or false",
}
_QUERIES = {"function": FunctionCall, "series": SeriesQuery, "scenario": ScenarioQuery}


@dataclass(frozen=True)
class Read:
    """A ledger with the file it came from, for errors that only computing can find."""

    ledger: Ledger
    file: str
    content: Any

    @property
    def folder(self) -> Path:
        """Where the file is."""
        return Path(self.file).resolve().parent

    @cached_property
    def observatory(self) -> Observatory:
        """The bundled series and those the ledger brings."""
        return Observatory.bundled().with_files(*(self.folder / name for name in self.ledger.series))

    def error(self, message: str, *loc: str | int) -> LedgerError:
        """Return the error about the place `loc` of the file."""
        where = marked.place(loc)
        return LedgerError(
            f"{where}: {message}" if where else message,
            file=self.file,
            line=marked.line_of(self.content, loc),
        )


def ledgers() -> dict[str, Path]:
    """Return the ledgers that come with blocs, by name."""
    return {path.stem: path for path in sorted(BUILT_IN.glob("*.yaml"))}


def load(source: str | Path = DEFAULT) -> Read:
    """Return a bundled ledger by name, or one from a YAML file. Raises LedgerError with file, line and fix."""
    path = Path(source)
    there = marked.is_there(path)
    if there == "folder":
        raise LedgerError("is a folder; name a YAML file", file=str(path))
    if not there and str(source) in ledgers():
        path, there = ledgers()[str(source)], "file"
    if not there:
        if path.suffix or path.parent != Path():
            raise LedgerError(f"there is no such file; {NEW} writes one to start from", file=str(path))
        raise LedgerError(f"{unknown('ledger', str(source), ledgers())}, or give the path of a YAML file")
    return parse(marked.read_text(path, LedgerError, "a ledger"), str(path))


def parse(text: str, file: str) -> Read:
    """Return the ledger in YAML `text`; computing starts only after everything in it has been checked."""
    content = marked.parse(text, file, LedgerError, NEW)
    if not isinstance(content, Mapping):
        raise LedgerError("a ledger is a mapping with schema, title and claims", file=file, line=1)
    if "schema" not in content:
        raise LedgerError(f"schema is missing; the first line is `schema: {SCHEMA}`", file=file, line=1)
    plain = marked.plain(content)
    _choose_kinds(plain, content, file)
    try:
        ledger = Ledger.model_validate(plain)
    except ValidationError as error:
        # a misspelt key is also a missing one: name what was written, not what was not
        first = min(error.errors(), key=lambda e: (e["type"] != "extra_forbidden", _line(content, e["loc"])))
        raise LedgerError(_in_words(first), file=file, line=_line(content, first["loc"])) from None
    read = Read(ledger, file, content)
    _check(read)
    return read


def _line(content: Any, loc: Sequence[int | str]) -> int:
    return marked.line_of(content, loc) or 1


# --- what a computation is ----------------------------------------------------------------------------------


def _choose_kinds(plain: dict[str, Any], content: Any, file: str) -> None:
    """Refuse computations that are of no kind or of two, in plain words, before pydantic tries them all."""
    claims = plain.get("claims")
    for n, claim in enumerate(claims if isinstance(claims, list) else []):
        if not isinstance(claim, dict):
            continue
        given = claim.get("computation")
        parts = given if isinstance(given, list) else [given] if given is not None else []
        for k, part in enumerate(parts):
            loc = ("claims", n, "computation", *((k,) if isinstance(given, list) else ()))
            line = marked.line_of(content, loc)
            where = marked.place(loc)
            if not isinstance(part, dict):
                raise LedgerError(
                    f"{where} is {part!r}; a computation is a mapping with function, series or scenario",
                    file=file, line=line,
                )  # fmt: skip
            kinds = [kind for kind in _QUERIES if kind in part]
            if len(kinds) != 1:
                close = [key for key in part if nearest(key, _QUERIES, limit=1)]
                hint = (
                    f" ({close[0]!r}: did you mean {nearest(close[0], _QUERIES, limit=1)[0]!r}?)"
                    if close
                    else ""
                )
                raise LedgerError(
                    f"{where} has {' and '.join(kinds) or 'no kind'}; give exactly one of function, series, "
                    f"scenario{'' if kinds else hint}",
                    file=file, line=line,
                )  # fmt: skip
            try:
                parts[k] = _QUERIES[kinds[0]].model_validate(part)
            except ValidationError as error:
                first = min(error.errors(), key=lambda e: e["type"] != "extra_forbidden")
                words = _in_words(first, loc, _QUERIES[kinds[0]])
                raise LedgerError(words, file=file, line=_line(content, (*loc, *first["loc"]))) from None
        if given is not None:
            claim["computation"] = parts


def _check(read: Read) -> None:
    """Check what the schema cannot: names of functions and their parameters, series, scenarios, readings, ids."""
    for k, name in enumerate(read.ledger.series):
        if marked.is_there(read.folder / name) != "file":
            raise read.error(f"there is no file {name!r}; the path is relative to this file", "series", k)
    seen: dict[str, int] = {}
    for n, claim in enumerate(read.ledger.claims):
        if claim.id in seen:
            raise read.error(
                f"the id {claim.id!r} is taken by claims[{seen[claim.id]}]; choose another", "claims", n, "id"
            )
        seen[claim.id] = n
        listed = isinstance(read.content["claims"][n].get("computation"), list)
        known: list[Evidence | None] = []
        for k, part in enumerate(claim.computation):
            loc = ("claims", n, "computation", *((k,) if listed else ()))
            known.append(_check_part(read, part, loc))
        _check_rule(read, claim, n)
        if known and None not in known:
            try:  # what the claim rests on is at hand: units and dates must fit, too
                judge(claim.rule, sum((one for one in known if one is not None), Evidence(())))
            except DataError as error:
                raise read.error(str(error), "claims", n, "rule") from None


def _check_part(read: Read, part: Any, loc: tuple[int | str, ...]) -> Evidence | None:
    """Check one computation; return the evidence of a series, which is at hand."""
    if isinstance(part, FunctionCall):
        try:
            named = computation(part.function)
        except DataError as error:
            raise read.error(str(error), *loc, "function") from None
        try:
            named.parameters.model_validate(part.with_)
        except ValidationError as error:
            first = error.errors()[0]
            raise read.error(_parameter_words(part.function, named.parameters, first), *loc, "with",
                             *first["loc"][:1]) from None  # fmt: skip
    elif isinstance(part, SeriesQuery):
        try:
            return series_evidence(Context(observatory=read.observatory), part)
        except QueryError as error:
            raise read.error(str(error), *loc, *error.key) from None
        except DataError as error:
            raise read.error(str(error), *loc) from None
    else:
        _check_scenario(read, part, loc)
    return None


def _check_scenario(read: Read, query: ScenarioQuery, loc: tuple[int | str, ...]) -> None:
    try:
        if isinstance(query.scenario, dict):
            from blocs.scenario.io import validate

            here: Any = read.content
            for step in (*loc, "scenario"):
                here = here[step]
            validate(here, read.file)
        scenario = scenario_of(query, read.folder)
    except ScenarioError as error:
        if error.file == read.file and error.line is not None:
            raise LedgerError(
                f"{marked.place((*loc, 'scenario'))}: {error.reason}", file=read.file, line=error.line
            ) from None
        key = "change" if query.change and "scenario" not in str(error) else "scenario"
        raise read.error(str(error), *loc, key) from None
    for n, asked in enumerate(query.readings):
        place = (*loc, "readings", n)
        if (asked.outcome == "trade") != (asked.trade is not None):
            raise read.error("outcome: trade and trade: [exporter, importer] go together", *place)
        if asked.year is not None and asked.year not in scenario.each_year:
            raise read.error(
                f"year {asked.year} is outside {scenario.name}'s {scenario.years}; choose one inside",
                *place,
                "year",
            )
        if "." not in asked.outcome and asked.outcome != "trade":
            _check_regional(read, asked, scenario, place)


def _check_regional(read: Read, asked: ScenarioReading, scenario: Any, place: tuple[int | str, ...]) -> None:
    from blocs.world.load import load_world

    names = ("welfare", "real_income", "real_wage", "cpi", "gdp", "exports", "imports", "terms_of_trade")
    if asked.outcome not in names:
        raise read.error(
            f"{unknown('outcome', asked.outcome, [*names, 'trade'])}, or VECTOR.INDICATOR", *place, "outcome"
        )
    regions = load_world(scenario.world).regions
    if asked.of not in regions:
        raise read.error(unknown("region", asked.of, regions), *place, "of" if asked.of else "outcome")


def _check_rule(read: Read, claim: Claim, n: int) -> None:
    """Check names of readings where the ledger itself says what readings there are."""
    try:
        gaps(claim.summary)
    except DataError as error:
        raise read.error(str(error), "claims", n, "summary") from None
    queries = [part for part in claim.computation if not isinstance(part, FunctionCall)]
    if len(queries) < len(claim.computation):
        return  # a function says its readings when it has run
    names = [asked.name for part in queries for asked in part.readings]
    for name in names:
        if names.count(name) > 1:
            raise read.error(f"two readings are called {name!r}; rename one", "claims", n, "computation")
    if claim.headline and claim.headline not in names:
        raise read.error(unknown("reading", claim.headline, names), "claims", n, "headline")
    try:
        check_gaps(claim.summary, names)
    except DataError as error:
        raise read.error(str(error), "claims", n, "summary") from None
    for k, condition in enumerate(claim.rule.each):
        try:
            check_names(condition, names, over=False)
        except DataError as error:
            raise read.error(str(error), "claims", n, "rule", "each", k) from None
    if claim.rule.true_if is None:
        return
    for k, name in enumerate(claim.rule.over):
        if name not in names:
            raise read.error(unknown("reading", name, names), "claims", n, "rule", "over", k)
    for key in ("true_if", "false_if"):
        condition = getattr(claim.rule, key)
        if condition is not None:
            try:
                check_names(condition, names, bool(claim.rule.over))
            except DataError as error:
                raise read.error(str(error), "claims", n, "rule", key) from None


# --- errors in words ----------------------------------------------------------------------------------------


def _in_words(error: Any, inside: Sequence[int | str] = (), root: type[BaseModel] = Ledger) -> str:
    """Return one pydantic error on `root` as place, value, valid alternatives and fix; `inside` is where root is."""
    kind, value = error["type"], error.get("input")
    place = marked.place([*inside, *(part for part in error["loc"] if part not in _UNION)])
    model = _model_at(error["loc"], root)
    if kind == "extra_forbidden":
        valid = [field.alias or name for name, field in model.model_fields.items()]
        close = nearest(str(error["loc"][-1]), valid)
        hint = f"did you mean {close[0]!r}? " if close else ""
        return f"{place}: there is no key {error['loc'][-1]!r} here; {hint}valid: {', '.join(valid)}"
    if kind == "missing" and isinstance(error["loc"][-1], int):
        return f"{marked.place([*inside, *error['loc'][:-1]])}: give two values, e.g. [2019, 2025]"
    if kind == "missing":
        needed = [f.alias or name for name, f in model.model_fields.items() if f.is_required()]
        return f"{place} is missing; needed here: {', '.join(needed)}"
    if kind == "literal_error":
        valid = [word.strip("' ") for word in str(error["ctx"]["expected"]).replace(" or ", ",").split(",")]
        return f"{place}: {unknown('value', value, valid)}"
    if kind == "string_pattern_mismatch":
        return (
            f"{place} is {value!r}; use lower-case letters, digits, - and _, beginning with a letter or digit"
        )
    message = str(error["msg"]).removeprefix("Value error, ")
    if kind == "value_error":
        return f"{place}: {message}" if place else message
    shown = (
        repr(value)
        if not isinstance(value, dict | list)
        else "a mapping"
        if isinstance(value, dict)
        else "a list"
    )
    return f"{place} is {shown}; {_WANTED.get(kind) or message[0].lower() + message[1:]}"


def _model_at(loc: Sequence[int | str], root: type[BaseModel]) -> type[BaseModel]:
    """Return the model that holds the last part of `loc`."""
    here = root
    for part in loc[:-1]:
        here = _INSIDE.get(here, {}).get(str(part), here)
    return here


def _parameter_words(function: str, model: type[BaseModel], error: Any) -> str:
    name = str(error["loc"][0]) if error["loc"] else ""
    valid = list(model.model_fields)
    if error["type"] == "extra_forbidden":
        return f"{function} has no parameter {name!r}; " + (
            f"valid: {', '.join(valid)}" if valid else "it takes none"
        )
    if error["type"] == "missing":
        return f"{function} needs {name}; give it under with"
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{function}: {name} is {error.get('input')!r}; {message[0].lower()}{message[1:]}"
