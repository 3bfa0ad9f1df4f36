"""Claims: verdicts follow from data by rules; change the data and they change; memory decides nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from blocs.claims import cache
from blocs.claims.check import Checked, check_claims, solves
from blocs.claims.computation import Context
from blocs.claims.ledger import Read, ledgers, load, parse
from blocs.claims.reading import Evidence
from blocs.claims.registry import COMPUTATIONS
from blocs.claims.verdict import used
from blocs.data import store
from blocs.errors import DataError, LedgerError
from blocs.report.claims import figures
from blocs.study.ensemble.backends import InProcess
from blocs.study.ensemble.run import ensemble

Rows = list[dict[str, str]]


def one(ledger: str, name: str) -> Checked:
    return check_claims(ledger, [name]).claims[0]


@pytest.fixture
def edited(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str, Callable[[Rows], None]], None]:
    """Replace one bundled table by an edited copy."""
    original = store.path

    def edit(table: str, change: Callable[[Rows], None]) -> None:
        rows = store.rows(table)
        change(rows)
        stream = io.StringIO()
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        file = tmp_path / Path(table).name
        file.write_text(stream.getvalue(), encoding="utf-8")
        monkeypatch.setattr(store, "path", lambda name: file if name == table else original(name))

    return edit


def setting(column: str, value: str, **where: str) -> Callable[[Rows], None]:
    """Return an edit that sets `column` where all columns in `where` are as given; it must hit a row."""

    def change(rows: Rows) -> None:
        hit = [row for row in rows if all(row[key] == text for key, text in where.items())]
        assert hit
        for row in hit:
            row[column] = value

    return change


def both(*edits: Callable[[Rows], None]) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        for edit in edits:
            edit(rows)

    return change


def swapped(column: str, first: str, second: str) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        names = {first: second, second: first}
        for row in rows:
            row[column] = names.get(row[column], row[column])

    return change


RIGHT_DEBT = both(
    setting("debt_gross", "21400", fiscal_year="2019"), setting("interest_gross", "310", fiscal_year="2019"),
    setting("interest_gross", "1290", fiscal_year="2025"),
)  # fmt: skip
PLAIN = both(
    setting("symbols", "", symbols="Ho Er Tm Eu Yb"),
    setting("symbols", "W Te Bi Mo In Co Li V Ta Nb Be", symbols="W Te Bi Mo In"),
)  # fmt: skip
HISTORY, SWIFT, CONTROLS = "debt/us-history.csv", "payments/swift-shares.csv", "minerals/controls.csv"
POWER, NOW_USA = "ai/data-centre-electricity.csv", {"publisher": "IEA", "year": "2030", "region": "USA"}
CASES = [
    ("interest-over-defence", "supported", HISTORY, setting("defence", "990", fiscal_year="2025"), "depends"),
    ("interest-over-defence", "supported", HISTORY, setting("defence", "1500", fiscal_year="2025"), "contradicted"),
    ("debt-2019-2025", "contradicted", HISTORY, RIGHT_DEBT, "supported"),
    ("dollar-crisis", "contradicted", "payments/reserves.csv",
     setting("share", "50", quarter="2025-Q1", currency="USD"), "depends"),
    ("usd-swift", "supported", SWIFT, setting("share", "52.1", month="2025-09", currency="USD"), "depends"),
    ("cny-swift", "supported", SWIFT, setting("share", "3.11", month="2025-08", currency="CNY"), "contradicted"),
    ("cny-swift", "supported", SWIFT, setting("status", "memory", month="2024-07", currency="CNY"), "open"),
    ("cips-growth", "depends", "payments/cips.csv", setting("transactions", "5790000", year="2023"), "supported"),
    ("ga-ge-controls", "depends", CONTROLS, setting("effective", "2023-07-15", announced="2023-07-03"), "supported"),
    ("controls-21", "contradicted", CONTROLS, PLAIN, "supported"),
    ("open-models-lead", "supported", "ai/model-releases.csv", swapped("country", "CHN", "USA"), "contradicted"),
    ("power-constraint", "supported", POWER, setting("twh", "190", **NOW_USA), "depends"),
    ("power-constraint", "supported", POWER, setting("twh", "9000", **NOW_USA | {"region": "CHN"}), "contradicted"),
    ("ppp-largest", "depends", "macro/gdp-ppp-imf.csv",
     setting("trn", "20", region="CHN", year="2024"), "contradicted"),
]  # fmt: skip


@pytest.fixture(scope="module")
def op_ed() -> Read:
    """The built-in ledger, parsed once: its data are read anew at every check."""
    return load("op-ed-2025")


@pytest.fixture(scope="module")
def now(op_ed: Read) -> dict[str, str]:
    """The verdicts of all data claims."""
    return {one.claim.id: one.judgement.verdict for one in check_claims(op_ed, data_only=True).claims}


@pytest.mark.parametrize(("name", "before", "table", "change", "then"), CASES)
def test_changed_data_change_the_verdict(op_ed, now, edited, name, before, table, change, then) -> None:
    assert now[name] == before
    edited(table, change)
    assert check_claims(op_ed, [name]).claims[0].judgement.verdict == then


def removing(**where: str) -> Callable[[Rows], None]:
    """Return an edit that removes the rows whose columns are as given; it must hit one."""

    def change(rows: Rows) -> None:
        left = [row for row in rows if not all(row[key] == text for key, text in where.items())]
        assert len(left) < len(rows)
        rows[:] = left

    return change


@pytest.mark.parametrize(
    ("name", "table", "change"),
    [
        ("cips-growth", "payments/cips-reach.csv", removing(period="2025-09")),
        ("cips-growth", "payments/cips-reach.csv", setting("status", "memory", period="2025-09")),
        ("controls-21", "minerals/controls.csv",
         setting("verification", "rest memory", instrument="MOFCOM/GAC No.39 of 2023")),
    ],
)  # fmt: skip
def test_no_verdict_rests_on_what_a_third_party_quotes(op_ed, now, edited, name, table, change) -> None:
    edited(table, change)
    assert check_claims(op_ed, [name]).claims[0].judgement.verdict == now[name]


def test_data_that_are_gone_are_named_with_the_line_of_the_claim(op_ed, edited) -> None:
    edited("payments/swift-shares.csv", removing(month="2024-07", currency="CNY"))
    with pytest.raises(LedgerError, match="unknown time '2024-07'") as caught:
        check_claims(op_ed, ["cny-swift"])
    assert caught.value.line is not None
    assert op_ed.file in str(caught.value)


def test_a_figure_from_memory_is_shown_and_decides_nothing(edited) -> None:
    before = one("op-ed-2025", "cny-swift")
    assert before.judgement.missing == ()
    edited("payments/swift-shares.csv", setting("status", "memory", month="2024-07", currency="CNY"))
    after = one("op-ed-2025", "cny-swift")
    assert after.judgement.verdict == "open"
    assert [reading.status for reading in after.evidence.readings] == ["memory", "transcribed", "memory"]
    assert "from memory only" in after.judgement.missing[0]


@pytest.mark.parametrize("name", sorted(ledgers()))
def test_no_verdict_rests_on_memory_and_data_claims_are_stable_to_rounding(name: str) -> None:
    for checked in check_claims(name, data_only=True).claims:
        readings = {reading.name: reading for reading in checked.evidence.readings}
        rests_on = [readings[used_name] for used_name in used(checked.claim.rule)]
        if checked.judgement.verdict in ("supported", "contradicted", "depends"):
            assert any(reading.evidence for reading in rests_on)
        else:
            assert checked.judgement.missing or checked.judgement.reasons
        assert checked.judgement.stable in (True, None), checked.claim.id


@pytest.mark.parametrize("name", sorted(ledgers()))
def test_no_ledger_types_a_verdict_in(name: str) -> None:
    for claim in load(name).ledger.claims:
        assert claim.rule.true_if is not None or claim.rule.each or claim.rule.open or claim.rule.untestable
        assert claim.computation or claim.rule.untestable
        assert claim.would_change or claim.rule.untestable
        assert claim.thresholds or not (claim.rule.true_if or claim.rule.each)


def test_the_built_in_ledger_holds_the_data_claims() -> None:
    held = {claim.id for claim in load().ledger.claims}
    wanted = {
        "us-export-share", "debt-2019-2025", "interest-over-defence", "dollar-crisis", "usd-swift", "cny-swift",
        "cips-growth", "ga-ge-controls", "controls-21", "open-models-lead", "power-constraint", "ppp-largest",
    }  # fmt: skip
    assert wanted <= held


def test_both_sides_meet_the_same_threshold(op_ed: Read) -> None:
    theirs = {claim.id: claim for claim in op_ed.ledger.claims}["open-models-lead"].rule
    ours = {claim.id: claim for claim in load("counter-2025").ledger.claims}["american-open-models"].rule
    assert theirs == ours


def test_every_computation_says_its_parameters() -> None:
    for computation in COMPUTATIONS:
        assert computation.words.endswith(".")
        assert computation.function.__doc__
        assert computation.parameters.model_fields is not None
    assert len({computation.name for computation in COMPUTATIONS}) == len(COMPUTATIONS)


def test_an_unknown_claim_names_the_nearest() -> None:
    with pytest.raises(DataError, match="did you mean 'controls-21'"):
        check_claims("op-ed-2025", ["control-21"])


LEDGER = """schema: blocs.ledger/1
title: Mine
{series}claims:
  - id: mine
    statement: Something is so.
    source: somebody
    vector: trade
    computation:
{computation}
    rule:
      {rule}
"""


def mine(folder: Path, computation: str, rule: str, series: str = "") -> Path:
    lines = "\n".join("      " + line for line in computation.strip().splitlines())
    path = folder / "mine.yaml"
    path.write_text(LEDGER.format(computation=lines, rule=rule, series=series))
    return path


def test_every_way_to_read_a_series(tmp_path: Path) -> None:
    (tmp_path / "tea.csv").write_text("year,price\n2020,4\n2021,2\n2022,9\n2024,16\n")
    about = "unit: US$ a kg, source: a market, table: tea.csv, time: year, value: price, status: file"
    (tmp_path / "tea.yaml").write_text(f"tea: {{title: Tea, {about}}}\ncoffee: {{title: Coffee, {about}}}\n")
    computation = """
series: tea
readings:
  - {name: at, at: 2021}
  - {name: last, take: last}
  - {name: first, take: first}
  - {name: max, take: max}
  - {name: min, take: min}
  - {name: mean, take: mean}
  - {name: change, change: [2020, 2022]}
  - {name: growth, growth: [2020, 2022]}
  - {name: yearly, yearly: [2020, 2024]}
  - {name: ratio, at: 2022, over: {series: coffee}}
"""
    path = mine(tmp_path, computation, "true_if: {reading: last, above: 1}", "series: [tea.yaml]\n")
    found = {reading.name: reading for reading in check_claims(path).claims[0].evidence.readings}
    values = {name: reading.value for name, reading in found.items()}
    assert values == pytest.approx(
        {"at": 2, "last": 16, "first": 4, "max": 16, "min": 2, "mean": 7.75, "change": 5, "growth": 125,
         "yearly": 100 * (4**0.25 - 1), "ratio": 100}
    )  # fmt: skip
    assert found["growth"].unit == found["ratio"].unit == "%"
    # 4 lies in [3.5, 4.5] and 9 in [8.5, 9.5]: growth is uncertain by about 125% x (0.5/4 + 0.5/9) of its ratio
    assert found["growth"].rounding == pytest.approx(225 * (0.125 + 0.5 / 9))


def test_a_scenario_gives_results_trade_and_indicators(tmp_path: Path) -> None:
    computation = """
scenario:
  name: mine
  world: 81x28
  years: 2025-2025
  measures:
    - {type: tariff, by: USA, on: CAN, goods: manufacturing, rate: 0.25}
readings:
  - {name: canada, outcome: welfare, of: CAN}
  - {name: usa, outcome: exports, of: USA}
  - {name: sold, outcome: trade, trade: [CAN, USA]}
"""
    path = mine(
        tmp_path, computation, "true_if: {all: [{reading: canada, below: 0 %}, {reading: sold, below: -5 %}]}"
    )
    checked = check_claims(path, keep=False).claims[0]
    assert checked.judgement.verdict == "supported"
    assert {reading.status for reading in checked.evidence.readings} == {"model"}
    unknown = path.read_text().replace("outcome: exports, of: USA", "outcome: debt.nothing, of: USA")
    with pytest.raises(LedgerError, match="unknown indicator of debt") as caught:
        check_claims(parse(unknown, str(path)), keep=False)
    assert caught.value.line == 17


class TwoDraws(Context):
    """Ensembles in this process, two draws each: what a test can afford."""

    def ensemble(self, *scenarios, world=None, draws=None):
        return ensemble(world, list(scenarios), draws=2, backend=InProcess())


def test_a_scenario_over_draws_gives_medians_with_quantiles(tmp_path: Path) -> None:
    computation = """
scenario: {name: mine, world: 81x28, years: 2025-2025, measures: [{type: tariff, by: USA, on: CAN, rate: 0.25}]}
draws: true
readings:
  - {name: canada, outcome: welfare, of: CAN}
"""
    path = mine(tmp_path, computation, "true_if: {reading: canada, below: 0 %, share_of_draws: 95 %}")
    checked = check_claims(path, context=TwoDraws(), keep=False).claims[0]
    (reading,) = checked.evidence.readings
    assert checked.judgement.verdict == "supported"
    assert len(reading.draws) == 2
    assert reading.quantiles is not None
    assert reading.quantiles["0.05"] <= reading.value <= reading.quantiles["0.95"]
    assert reading.value == pytest.approx(sum(reading.draws) / 2)
    assert reading.draws[0] != reading.draws[1]
    page = figures(checked)
    assert [figure.table.name for figure in page] == ["mine-readings-0"]
    wrong = path.read_text().replace("outcome: welfare, of: CAN", "outcome: trade, trade: [CAN, USA]")
    with pytest.raises(LedgerError, match="trade is not kept draw by draw"):
        check_claims(parse(wrong, str(path)), context=TwoDraws(), keep=False)


def test_model_results_are_kept_and_a_changed_question_is_asked_anew(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    computation = """
scenario: {name: mine, world: 81x28, years: 2025-2025, measures: [{type: tariff, by: USA, on: MEX, rate: 0.1}]}
readings: [{name: mexico, outcome: welfare, of: MEX}]
"""
    path = mine(tmp_path, computation, "true_if: {reading: mexico, below: 0 %}")
    solved: list[str] = []
    context = Context(progress=solved.append)
    first = check_claims(path, context=context)
    second = check_claims(path, context=context)
    assert len(solved) == 1
    assert first.claims[0].evidence == second.claims[0].evidence
    path.write_text(path.read_text().replace("rate: 0.1", "rate: 0.2"))
    check_claims(path, context=context)
    assert len(solved) == 2


def test_a_home_that_cannot_be_written_costs_only_time(tmp_path, monkeypatch) -> None:
    (tmp_path / "home").write_text("a file where a folder should be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    cache.keep("name", Evidence(()))
    assert cache.read("name") is None


def test_a_summary_fills_its_gaps_in_readable_digits() -> None:
    from blocs.claims.reading import Reading, drawn
    from blocs.claims.summary import filled

    def one(name: str, value: float | str, unit: str) -> Reading:
        return Reading(name, name, value, unit, "2022", "derived", ("a test",))

    readings = {
        "share": one("share", -43.057, "% of GDP"), "money": one("money", 37637.6, "US$ bn"),
        "day": one("day", "2023-07-03", "date"), "never": one("never", 2061.0, "year"),
        "small": one("small", -0.00412, "points"), "none": one("none", -0.0, "%"),
        "spread": drawn("spread", "s", (1.0, 2.0, 3.0), "%", "2022", ("a test",)),
    }  # fmt: skip
    for text, words in (
        ("{share}", "−43% of GDP"), ("{share:bare}", "−43%"), ("{share:2}", "−43.06% of GDP"),
        ("{money:0}", "US$ 37,638 bn"), ("{day}", "2023-07-03"), ("{never}", "after 2060"),
        ("{small}", "−0.0041 points"), ("{none}", "0%"), ("{spread} ({spread:range})", "2.0% (1.10 to 2.90)"),
        ("{share:range}, {gone}", "no result, no result"),
    ):  # fmt: skip
        assert filled(text, readings) == words


@pytest.mark.parametrize("ledger", ledgers())
def test_every_claim_with_a_computation_says_its_numbers(ledger: str) -> None:
    from blocs.claims.summary import gaps

    for claim in load(ledger).ledger.claims:
        assert bool(gaps(claim.summary)) == bool(claim.computation), claim.id


def test_a_damaged_cache_is_not_believed(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    cache.keep("name", Evidence((), notes=("kept",)))
    assert cache.read("name") == Evidence((), notes=("kept",))
    (tmp_path / "blocs" / "claims" / "name.json").write_text("{")
    assert cache.read("name") is None


def test_data_claims_solve_nothing() -> None:
    data = [c.claim for c in check_claims("op-ed-2025", data_only=True).claims]
    assert len(data) >= 11
    assert not any(solves(part) for claim in data for part in claim.computation)
