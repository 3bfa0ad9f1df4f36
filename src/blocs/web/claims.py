"""The ledgers of claims: at once what data alone decide, in a job what has to be solved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from blocs.claims.check import check_claims, solves
from blocs.claims.computation import Context
from blocs.claims.document import document
from blocs.claims.ledger import DEFAULT, Read, ledgers, load
from blocs.errors import unknown
from blocs.web.errors import Refusal


def claims(ledger: str | None, claim: str | None = None) -> dict[str, Any]:
    """Return `blocs.claims/1` of a bundled ledger, or of one of its claims, as far as data alone decide.

    Raises Refusal 404 for an unknown ledger or claim, 409 for one claim that has to be solved.
    """
    read = bundled(ledger)
    if claim is None:
        return document(check_claims(read, data_only=True))
    found = {one.id: one for one in read.ledger.claims}
    if claim not in found:
        raise Refusal(404, "not_found", unknown("claim", claim, found))
    if any(solves(part) for part in found[claim].computation):
        raise Refusal(
            409, "request", f'{claim} solves the model; start a job: {{"kind": "claims", "ids": ["{claim}"]}}'
        )
    return document(check_claims(read, [claim]))


def solved(ledger: str | None, ids: list[str], draws: int, tell: Callable[[str], None]) -> dict[str, Any]:
    """Return the same with the claims that solve the model: minutes where nothing was kept from before."""
    return document(check_claims(bundled(ledger), ids, context=Context(draws, progress=tell)))


def bundled(name: str | None) -> Read:
    """Return a ledger that comes with blocs; a name is never taken for a file."""
    if name is not None and name not in ledgers():
        raise Refusal(404, "not_found", unknown("ledger", name, ledgers()))
    return load(DEFAULT if name is None else name)
