"""The verdicts that the documentation prints are those of a run: page, record and ledger agree."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from blocs.claims.check import check_claims
from blocs.claims.computation import Context
from blocs.claims.document import document
from blocs.claims.ledger import load

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def writer() -> Any:
    """`docs/claims_record.py` as a module."""
    spec = importlib.util.spec_from_file_location("docs_claims_record", DOCS / "claims_record.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def record() -> dict[str, Any]:
    return json.loads((DOCS / "claims-record.json").read_text(encoding="utf-8"))


def test_the_page_says_what_the_record_says(writer, record) -> None:
    page = (DOCS / "claims-model.md").read_text(encoding="utf-8")
    assert page == writer.written(page, record), "run `python docs/claims_record.py` and commit the page"
    other = json.loads(json.dumps(record))
    other["claims"][0]["verdict"] = "untestable"
    assert writer.written(page, other) != page


def test_the_record_is_of_the_ledger_as_it_stands(record) -> None:
    from blocs.claims.document import rule_in_words

    ledger = load().ledger
    assert [one["id"] for one in record["claims"]] == [claim.id for claim in ledger.claims]
    assert record["draws"] >= 200
    for one, claim in zip(record["claims"], ledger.claims, strict=True):
        assert one["rule"] == rule_in_words(claim.rule), (
            f"{claim.id}: run all claims and docs/claims_record.py"
        )


def test_the_record_has_the_data_claims_of_today(writer, record) -> None:
    kept = {one["id"]: one for one in record["claims"]}
    fresh = writer.record_of(document(check_claims(data_only=True)))["claims"]
    assert len(fresh) >= 11
    for one in fresh:
        assert json.loads(json.dumps(one)) == kept[one["id"]]


@pytest.mark.slow
def test_the_record_is_what_a_run_finds(writer, record) -> None:
    context = Context(draws=record["draws"], workers=1)
    fresh = writer.record_of(document(check_claims(context=context, keep=False)))["claims"]
    for one, kept in zip(fresh, record["claims"], strict=True):
        assert (one["id"], one["verdict"], one["answers"]) == (kept["id"], kept["verdict"], kept["answers"])
        if isinstance(one["value"], float):
            assert one["value"] == pytest.approx(kept["value"], rel=1e-4, abs=1e-6)
