"""Checks claims: computes what each is bound to, keeps what was costly, and asks the rule for the verdict."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from blocs.claims import cache
from blocs.claims.computation import Context, QueryError
from blocs.claims.ledger import DEFAULT, Read, load
from blocs.claims.reading import Evidence, Reading
from blocs.claims.registry import computation
from blocs.claims.scenario_query import scenario_evidence, scenario_of
from blocs.claims.schema import Claim, FunctionCall, Ledger, SeriesQuery
from blocs.claims.series_query import series_evidence
from blocs.claims.summary import check_gaps, filled
from blocs.claims.verdict import Judgement, judge
from blocs.errors import DataError, LedgerError, unknown

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Checked:
    """A claim with its evidence and its verdict."""

    claim: Claim
    evidence: Evidence
    judgement: Judgement

    @property
    def headline(self) -> Reading | None:
        """The reading that stands for the claim; None where there is none."""
        by_name = {reading.name: reading for reading in self.evidence.readings}
        first = next(iter(self.evidence.readings), None)
        return by_name.get(self.claim.headline, first)

    @property
    def summary(self) -> str:
        """Its numbers in a sentence, as the ledger words it; empty where it does not."""
        return filled(self.claim.summary, {reading.name: reading for reading in self.evidence.readings})

    @property
    def sources(self) -> tuple[str, ...]:
        """All sources of its readings, each once."""
        return tuple(dict.fromkeys(text for r in self.evidence.readings for text in r.sources))


@dataclass(frozen=True)
class Checks:
    """A ledger with every claim that was asked for, checked. left_out: ids of claims that solve the model."""

    ledger: Ledger
    claims: tuple[Checked, ...]
    draws: int
    left_out: tuple[str, ...] = ()


def check_claims(
    ledger: str | Path | Read = DEFAULT,
    ids: Sequence[str] = (),
    *,
    context: Context | None = None,
    data_only: bool = False,
    keep: bool = True,
) -> Checks:
    """Check the claims of `ledger` (a bundled name or a YAML file), all or those in `ids`, and return the verdicts.

    context: draws, workers and progress. data_only: leave out what solves the model. keep: read and write the cache of
    model results. Raises LedgerError for what is wrong with the ledger, before anything is computed where it can be
    known; DataError for an unknown id.
    """
    read = ledger if isinstance(ledger, Read) else load(ledger)
    context = replace(context or Context(), observatory=read.observatory, shared={})
    known = [claim.id for claim in read.ledger.claims]
    for name in ids:
        if name not in known:
            raise DataError(unknown("claim", name, known))
    chosen = [(n, claim) for n, claim in enumerate(read.ledger.claims) if not ids or claim.id in ids]
    costly = [
        claim.id for _, claim in chosen if data_only and any(solves(part) for part in claim.computation)
    ]
    with closing(context):
        found = tuple(
            _checked(read, n, claim, context, keep) for n, claim in chosen if claim.id not in costly
        )
    return Checks(read.ledger, found, context.draws, tuple(costly))


def solves(part: Any) -> bool:
    """Whether a computation solves the model, rather than reads data."""
    if isinstance(part, SeriesQuery):
        return False
    return computation(part.function).model if isinstance(part, FunctionCall) else True


def _checked(read: Read, n: int, claim: Claim, context: Context, keep: bool) -> Checked:
    evidence = Evidence(())
    listed = isinstance(read.content["claims"][n].get("computation"), list)
    for k, part in enumerate(claim.computation):
        loc = ("claims", n, "computation", *((k,) if listed else ()))
        try:
            evidence += _evidence(read, part, context, keep)
        except QueryError as error:
            raise read.error(str(error), *loc, *error.key) from None
        except LedgerError:
            raise
        except DataError as error:
            raise read.error(str(error), *loc) from error
    try:
        judgement = judge(claim.rule, evidence)
    except DataError as error:
        raise read.error(str(error), "claims", n, "rule") from None
    names = [reading.name for reading in evidence.readings]
    if claim.headline and claim.headline not in names and not evidence.missing:
        raise read.error(unknown("reading", claim.headline, names), "claims", n, "headline")
    if not evidence.missing:
        try:
            check_gaps(claim.summary, names)
        except DataError as error:
            raise read.error(str(error), "claims", n, "summary") from None
    return Checked(claim, evidence, judgement)


def _evidence(read: Read, part: Any, context: Context, keep: bool) -> Evidence:
    if isinstance(part, SeriesQuery):
        return series_evidence(context, part)
    if not solves(part):
        return computation(part.function).run(context, part.with_)
    what = {"kind": type(part).__name__, **part.model_dump(mode="json"), "series": _own_series(read)}
    if not isinstance(part, FunctionCall):
        what["scenario"] = scenario_of(part, read.folder).model_dump(mode="json")
    name = cache.key(what, context.draws)
    known = cache.read(name) if keep else None
    if known is not None:
        log.info("%s: kept before as %s", what.get("function", "scenario"), name)
        return known
    if isinstance(part, FunctionCall):
        context.say(f"computing {part.function}")
        found = computation(part.function).run(context, part.with_)
    else:
        found = scenario_evidence(context, part, read.folder)
    if keep:
        cache.keep(name, found)
    return found


def _own_series(read: Read) -> list[str]:
    """Return digests of the series a ledger brings, so that a changed file is computed anew."""
    import hashlib

    entries = read.observatory.entries.values()
    tables = sorted({str(Path(entry.file).parent / entry.table) for entry in entries if entry.file})
    return [hashlib.sha256(Path(table).read_bytes()).hexdigest() for table in tables]
