"""A bad ledger is refused before anything is computed: file, line, the valid alternatives and the fix."""

from __future__ import annotations

from pathlib import Path

import pytest
from unit.small_ledger import GOOD

from blocs.claims.ledger import load, parse
from blocs.errors import LedgerError


def test_the_good_ledger_is_read() -> None:
    assert [claim.id for claim in parse(GOOD, "good.yaml").ledger.claims] == ["dollar", "models", "tariffs"]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        # the file
        (GOOD, "", None, "is empty; `blocs claims new NAME` writes a template"),
        (GOOD, "- a\n- b\n", 1, "a ledger is a mapping"),
        ("schema: blocs.ledger/1\n", "", 1, "schema is missing; the first line is"),
        ("blocs.ledger/1", "blocs.ledger/9", 1, "blocs.ledger/1"),
        ("title: A ledger", "title: [A ledger", 3, "is not valid YAML"),
        ("title: A ledger\n", "", 1, "title is missing"),
        ("title: A ledger", "titel: A ledger", 2, "did you mean 'title'"),
        # a claim
        ("  - id: models", "  - id: dollar", 17, "the id 'dollar' is taken by claims[0]"),
        ("  - id: dollar", "  - id: The Dollar", 4, "lower-case letters"),
        ("    vector: dollar", "    vector: dolar", 7, "did you mean 'dollar'"),
        ("    source: somebody\n    vector: ai", "    vector: ai", 17, "source is missing"),
        ("    statement: Most", "    statment: Most", 18, "did you mean 'statement'"),
        ("    vector: dollar", "    vector: dollar\n    summary: at {last}", 8, "did you mean 'latest'"),
        ("    vector: dollar", "    vector: dollar\n    summary: at {latest", 8, "a brace is open"),
        ("    vector: dollar", "    vector: dollar\n    summary: at {latest:x}", 8, "{latest:x} is no gap"),
        ("    vector: ai", "    vector: ai\n    summary: at {large", 21, "a brace is open"),
        # computations
        ("series: reserves.share", "serie: reserves.share", 8, "'serie': did you mean 'series'"),
        (
            "function: open-model-share",
            "function: open-model-share\n      series: cips.value",
            21,
            "function and series",
        ),
        ("series: reserves.share", "series: reserve.share", 9, "did you mean 'reserves.share'"),
        ("where: {currency: USD}", "where: {currency: USB}", 10, "did you mean 'USD'"),
        ("where: {currency: USD}", "where: {curency: USD}", 10, "did you mean 'currency'"),
        ("      where: {currency: USD}\n", "", 9, "give currency="),
        ("take: last", "take: latest", 12, "did you mean 'last'"),
        ("take: last}", "take: last, at: 2025-Q1}", 12, "at and take; give exactly one of"),
        ("{name: latest, take: last}", "{name: latest}", 12, "says nothing; give exactly one of"),
        ("change: [2020-Q1, 2025-Q1]", "change: [2020-Q1, 2035-Q1]", 13, "unknown time '2035-Q1'"),
        ("name: fall", "name: latest", 8, "two readings are called 'latest'"),
        ("function: open-model-share", "function: open-models-share", 22, "did you mean 'open-model-share'"),
        ("country: CHN, year: 2025", "country: CHN", 23, "needs year"),
        ("country: CHN, year: 2025", "country: CHN, year: 2025, month: 3", 23, "has no parameter 'month'"),
        ("country: CHN, year: 2025", "country: CHN, year: soon", 23, "year is 'soon'"),
        (
            "scenario: universal-tariff-10",
            "scenario: universal-tarif-10",
            31,
            "did you mean 'universal-tariff-10'",
        ),
        ("outcome: welfare", "outcome: wellfare", 33, "did you mean 'welfare'"),
        ("of: CAN", "of: CANADA", 33, "CAN"),
        ("of: CAN}", "of: CAN, year: 2060}", 33, "outside universal-tariff-10's"),
        ("outcome: welfare, of: CAN", "outcome: trade, of: CAN", 33, "go together"),
        ("{name: latest, take: last}", "{name: latest, change: [2020-Q1]}", 12, "change: give two values"),
        ("{name: latest, take: last}", "latest", 12, "readings[0] is 'latest'; give a mapping"),
        ("title: A ledger", "title: A ledger\nseries: [mine.yaml]", 3, "there is no file 'mine.yaml'"),
        ("scenario: universal-tariff-10", "scenario: 5", 31, "[0].scenario is 5; give text"),
        # rules
        ("over: [latest]", "over: latest", 15, "give a list"),
        (
            "    rule:\n      over: [latest]\n      true_if: {above: 50 %}",
            "    rule: yes",
            14,
            "give a mapping",
        ),
        ("{above: 50 %}", "{above: 50 EUR}", 14, "cannot be compared with a reading in '%'"),
        ("{above: 50 %}", "{above: 2024-01-01}", 14, "compare dates with dates"),
        ("    rule:\n      true_if: {reading: large, above: 50 %}\n", "", 17, "rule is missing"),
        (
            "true_if: {reading: large, above: 50 %}",
            "open: because\n      true_if: {above: 1}",
            24,
            "true_if and open",
        ),
        ("{above: 50 %}", "{above: half}", 16, "'half' is no threshold"),
        ("{above: 50 %}", "{abov: 50 %}", 16, "did you mean 'above'"),
        ("{above: 50 %}", "{above: }", 16, "above has no threshold"),
        ("{above: 50 %}", "{}", 16, "it has none of them"),
        ("{above: 50 %}", "{above: 50 %, below: 60 %}", 16, "it has below and above"),
        ("{above: 50 %}", "{between: [60 %, 50 %]}", 16, "is above the upper end"),
        ("{above: 50 %}", "{between: 50 %}", 16, "give two ends"),
        ("{above: 50 %}", "{above: 50 %, share_of_draws: 30 %}", 16, "more than 50 % and at most 100 %"),
        ("{above: 50 %}", "{above: {readin: fall}}", 16, "keys reading"),
        ("{above: 50 %}", "{above: {reading: fall, times: .nan}}", 16, "a finite factor"),
        ("{above: 50 %}", "{reading: fall, above: {reading: fall}}", 16, "fall is held against itself"),
        ("over: [latest]", "over: [last]", 15, "did you mean 'latest'"),
        ("      over: [latest]\n", "", 15, "a test names no reading"),
        ("reading: canada, below", "reading: canda, below", 35, "did you mean 'canada'"),
        (
            "      true_if:\n        all:\n          - {reading: canada",
            "      each:\n        - {reading: canda",
            36,
            "did you mean 'canada'",
        ),
    ],
)
def test_every_kind_of_mistake_has_line_and_fix(old, new, line, words) -> None:
    text = GOOD.replace(old, new, 1)
    assert text != GOOD
    with pytest.raises(LedgerError) as caught:
        parse(text, "bad.yaml")
    assert words in str(caught.value), str(caught.value)
    assert (caught.value.file, caught.value.line) == ("bad.yaml", line), str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_scenario_in_place_is_checked_line_by_line() -> None:
    inside = """scenario:
          name: mine
          years: 2025-2025
          measures:
            - {type: tarif, by: USA, on: CAN, rate: 0.1}"""
    with pytest.raises(LedgerError, match="tariff") as caught:
        parse(GOOD.replace("scenario: universal-tariff-10", inside), "bad.yaml")
    assert caught.value.line == 35


def test_a_change_across_a_break_is_refused() -> None:
    text = GOOD.replace("series: reserves.share", "series: swift.share").replace(
        "2020-Q1, 2025-Q1", "2023-05, 2025-08"
    )
    with pytest.raises(LedgerError, match="breaks at 2023-07") as caught:
        parse(text, "bad.yaml")
    assert caught.value.line == 13


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("op-ed-2026", "did you mean 'op-ed-2025'"),
        ("nowhere/mine.yaml", "there is no such file"),
        (".", "is a folder"),
    ],
)
def test_a_ledger_that_is_not_there(name: str, words: str) -> None:
    with pytest.raises(LedgerError, match=words):
        load(name)


def test_a_ledger_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(LedgerError, match="not UTF-8"):
        load(tmp_path / "mine.yaml")
