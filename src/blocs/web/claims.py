"""The ledger of claims, where this version of blocs has one."""

from __future__ import annotations

from typing import Any

from blocs.web.errors import Refusal


def all_claims() -> dict[str, Any]:
    """Return what `blocs claims --json` prints. Raises Refusal 501 where there is no ledger."""
    raise Refusal(501, "unavailable", "this version of blocs has no ledger of claims; a later one does")


def one_claim(name: str) -> dict[str, Any]:
    """Return one claim with its checks. Raises Refusal 404 for an unknown one."""
    raise Refusal(501, "unavailable", "this version of blocs has no ledger of claims; a later one does")
