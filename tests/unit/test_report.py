"""The report says what the tables say, loads nothing, escapes what it is given, and never shows a failed year."""

from __future__ import annotations

import csv
import dataclasses
import math
import re
from html.parser import HTMLParser

import numpy as np
import pytest

import blocs
from blocs.engine.outcome import REGIONAL
from blocs.engine.status import Status, Verdict
from blocs.errors import DataError
from blocs.report import cases, tables
from blocs.report.findings import findings
from blocs.report.html import report, write_report
from blocs.report.table import Column, Table
from blocs.report.words import by_name, dollars, fixed, folded, percent, spans
from blocs.scenario.schema import Scenario
from blocs.study.run import Run, run

VOID = {"meta", "br", "hr", "img", "input", "link"}
HOSTILE = '<script>alert(1)</script> & "quoted" <img src=http://evil.example/x>'


@pytest.fixture(scope="module")
def split() -> Run:
    """Tariffs in 2025, an embargo in 2026 and 2027."""
    return run(None, scenario())


@pytest.fixture(scope="module")
def idle() -> Run:
    return run(
        None, Scenario.from_dict({"name": "idle", "world": "81x28", "years": "2025-2026", "measures": []})
    )


def scenario(**changes) -> Scenario:
    content = {
        "name": "split",
        "title": "Two giants part",
        "description": "Tariffs, then nothing.",
        "leaves_out": "Everything else.",
        "sources": ["Made up for a test."],
        "world": "81x28",
        "years": "2025-2027",
        "measures": [
            {"type": "tariff", "by": "USA", "on": "CHN", "goods": "goods", "rate": 0.25, "years": "2025"},
            {"type": "embargo", "between": ["USA", "CHN"], "goods": "goods", "years": "2026-"},
        ],
    }
    return Scenario.from_dict(content | changes)


def failed(run: Run, *years: int) -> Run:
    """Return `run` as if `years` had stalled."""
    status = Status(Verdict.STALLED, 0.01, 500, 1.0, "no equilibrium within 500 iterations")
    broken = tuple(
        dataclasses.replace(outcome, status=status) if year in years else outcome
        for year, outcome in zip(run.years, run.outcomes, strict=True)
    )
    return dataclasses.replace(run, outcomes=broken)


class Page(HTMLParser):
    """Collects tags, ids, addresses and text of a page, and insists that every element is closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.loaded: list[tuple[str, str]] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            assert not name.startswith("on"), f"{tag} has a handler {name}"
            if name == "id":
                self.ids.append(value or "")
            if name in ("src", "href", "xlink:href", "srcset", "data", "action"):
                (self.links if tag == "a" else self.loaded).append(
                    (tag, value or "") if tag != "a" else value or ""
                )
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open, f"</{tag}> without a start"
            assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style",):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


# --- the page -----------------------------------------------------------------------------------------------


def test_the_page_is_well_formed_and_its_ids_are_unique(split):
    page = Page(report(split))
    assert page.tags.count("h1") == 1
    assert len(page.ids) == len(set(page.ids))
    assert page.tags.count("svg") >= 8


def test_every_reference_inside_the_page_has_its_target(split):
    text = report(split)
    page = Page(text)
    used = set(re.findall(r"url\(#([^)]+)\)", text)) | {v[1:] for _, v in page.loaded if v.startswith("#")}
    for names in re.findall(r'aria-labelledby="([^"]+)"', text):
        used |= set(names.split())
    assert used
    assert used <= set(page.ids)


def test_the_page_loads_nothing_and_runs_no_script(split):
    text = report(split)
    page = Page(text)
    assert all(address.startswith("#") for _, address in page.loaded)
    assert all(address.startswith(("https://", "http://")) for address in page.links)
    assert not {"script", "iframe", "object", "embed", "link", "img", "form", "base"} & set(page.tags)
    assert "default-src 'none'" in text
    assert "@import" not in text
    assert not re.search(r"url\((?!#)", text)


def test_the_sankey_stands_beside_the_rerouting_panels_for_both_screens(split):
    text = report(split)
    assert 'id="floww-' in text
    assert 'id="flown-' in text
    assert Page(text).text.count("Who sells to whom, before and after") >= 2


def test_two_reports_of_one_run_are_equal_bytes(split, tmp_path):
    first = write_report(split, tmp_path / "deep" / "one.html").read_bytes()
    second = write_report(split, tmp_path / "two.html").read_bytes()
    assert first == second
    again = run(None, scenario())
    assert write_report(again, tmp_path / "three.html").read_bytes() == first


def test_hostile_text_is_shown_not_obeyed(split):
    hostile = scenario(title=HOSTILE, description=HOSTILE, leaves_out=HOSTILE, sources=[HOSTILE])
    text = report(dataclasses.replace(split, scenario=hostile, notes=(HOSTILE,)))
    assert "<script" not in text
    assert "<img" not in text
    page = Page(text)
    assert page.text.count("<script>alert(1)</script>") >= 5
    assert "http://evil.example/x" not in " ".join(page.links)


def test_the_page_says_scenario_assumptions_sources_and_how_to_repeat(split):
    text = Page(report(split)).text
    for needed in (
        "Two giants part", "Tariffs, then nothing.", "Everything else.", "Made up for a test.",
        "The United States adds a duty", "(from 2026)", "Fontagné", "OECD Inter-Country Input-Output", "Licence:",
        "Comparative statics", "Rest of the world", "blocs run split.yaml", "Save the scenario below as split.yaml",
        "type: embargo",
    ):  # fmt: skip
        assert needed in text, needed


def test_a_scenario_of_the_library_is_repeated_by_its_name():
    from blocs.report.html import _how

    library = Scenario.load("universal-tariff-10")
    world = blocs.load_world("81x50")
    known = Run(library, world, (2025,), (), ())
    assert _how(known)["cli"] == "blocs run universal-tariff-10"
    changed = library.model_copy(update={"base": 2021})
    assert "universal-tariff-10.yaml" in _how(dataclasses.replace(known, scenario=changed))["cli"]
    assert "81x28" in _how(dataclasses.replace(known, world=blocs.load_world("81x28")))["before"]


# --- numbers ------------------------------------------------------------------------------------------------


def test_key_findings_are_the_numbers_of_the_table(split):
    rows = tables.regional_table(split).where("year", 2027).records()
    text = " ".join(findings(split, cases.case(split)))
    shown = Page(report(split)).text
    for line in findings(split, cases.case(split)):
        assert " ".join(line.split()) in shown
    by_code = {row["region"]: row for row in rows}
    for code in ("USA", "CHN"):
        assert percent(by_code[code]["welfare"]) in text
        assert dollars(by_code[code]["welfare_usd"]) in text
    losers = sum(row["welfare"] < -1e-6 for row in rows)
    assert f"{losers} of 81 regions lose" in text
    worst = min(rows, key=lambda row: row["welfare"])
    best = max(rows, key=lambda row: row["welfare_usd"])
    assert percent(worst["welfare"]) in text
    assert dollars(best["welfare_usd"]) in text
    world = sum(row["welfare_usd"] for row in rows)
    assert dollars(abs(world)) in text
    flow = next(
        row
        for row in tables.bilateral_table(split).records()
        if (row["origin"], row["destination"]) == ("CHN", "USA")
    )
    assert f"goods from China to the United States fall by {dollars(-flow['change_usd'])} (−100%)" in text


def test_regional_table_agrees_with_the_run(split):
    frame = tables.regional_table(split).frame()
    assert list(frame.columns[:5]) == ["year", "region", "name", "welfare", "welfare_usd"]
    assert set(REGIONAL) <= set(frame.columns)
    for name in REGIONAL:
        assert np.array_equal(frame[name].to_numpy().reshape(3, 81), split.regional(name))
    outcome = split.at(2027)
    assert np.allclose(frame[frame.year == 2027].welfare_usd, outcome.welfare_usd.values, rtol=1e-12)


def test_sector_table_adds_up_to_output_volumes(split):
    frame = tables.sector_table(split, 2025).frame()
    outcome = split.at(2025)
    base = outcome.base.accounts.output
    assert len(frame) == int((base > 0.0).sum())
    assert math.isclose(frame.base_usd.sum(), base.sum(), rel_tol=1e-9)
    assert math.isclose(frame.outcome_usd.sum(), outcome.volumes.shipped.sum(), rel_tol=1e-9)
    one = frame[(frame.region == "USA") & (frame.sector == "C26")].iloc[0]
    assert one.output_volume == pytest.approx(float(outcome.output_volume.sel(user="C26", region="USA")))
    assert one.sector_name == "Electronics"


def test_bilateral_goods_trade_is_embargoed_and_leaves_services_out(split):
    frame = tables.bilateral_table(split).frame()
    assert len(frame) == 81 * 80
    world = split.world
    goods = [n for n, code in enumerate(world.sectors) if code != "SERV"]
    trade = world.accounts.flows[goods].sum(axis=0)
    assert math.isclose(frame.base_usd.sum(), trade.sum() - np.trace(trade), rel_tol=1e-9)
    cut = frame[(frame.origin == "CHN") & (frame.destination == "USA")].iloc[0]
    assert cut.outcome_usd == 0.0
    assert cut.change == -100.0


def test_rerouting_sides_add_up_to_all_partners(split):
    table = tables.rerouting_table(split)
    sides = list(dict.fromkeys((row["region"], row["side"]) for row in table.records()))
    assert set(sides) == {("USA", "imports"), ("CHN", "exports"), ("CHN", "imports"), ("USA", "exports")}
    goods = [n for n, code in enumerate(split.world.sectors) if code != "SERV"]
    at = split.world.regions.index("USA")
    bought = split.at(2027).volumes.shipped[goods].sum(axis=0)[:, at].sum()
    here = table.where("region", "USA").where("side", "imports")
    assert math.isclose(sum(here.column("outcome_usd")), bought, rel_tol=1e-9)
    assert here.column("partner")[-1] == ""
    changes = here.column("change_usd")[:-1]
    assert changes == sorted(changes, reverse=True)


def test_csv_files_are_tidy_and_repeatable(split, tmp_path):
    names = [path.name for path in tables.write_tables(split, tmp_path / "a")]
    tables.write_tables(split, tmp_path / "b")
    assert names == ["regions.csv", "sectors.csv", "bilateral.csv", "rerouting.csv"]
    for name in names:
        content = (tmp_path / "a" / name).read_bytes()
        assert content == (tmp_path / "b" / name).read_bytes()
        assert b"\r" not in content
        assert not re.search(rb",-0\.0+(,|\n)", content)
    with (tmp_path / "a" / "regions.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 3 * 81
    assert {row["year"] for row in rows} == {"2025", "2026", "2027"}
    assert all(re.fullmatch(r"-?\d+\.\d{6}", row["welfare"]) for row in rows)
    assert all(re.fullmatch(r"-?\d+\.\d{3}", row["welfare_usd"]) for row in rows)


def test_numbers_are_written_with_care():
    assert fixed(-1e-9, 1) == "0.0"
    assert fixed(-1234.5, 1) == "−1,234.5"
    assert fixed(math.nan, 1) == fixed(None, 2) == "–"
    assert percent(-1e-9) == "0.0%"
    assert [percent(v) for v in (-100.0, -12.34, 1.234, -0.0834)] == ["−100%", "−12.3%", "1.23%", "−0.083%"]
    assert dollars(-31_200.0) == "US$\u00a0−31.2\u00a0bn"
    assert [dollars(v) for v in (999_600.0, 7.0)] == ["US$\u00a01.00\u00a0trn", "US$\u00a07.0\u00a0mn"]
    assert by_name("USA taxes CHN and XXX") == "The United States taxes China and XXX"
    assert spans([2025, 2026, 2028]) == "2025–2026, 2028"
    table = Table("t", (Column("a", "A", "%"), Column("b", "B")), ((-1e-9, "x"), (math.nan, "y")))
    assert table.csv() == "a,b\n0.000000,x\n,y\n"
    assert table.texts() == [["0.00", "x"], ["–", "y"]]
    with pytest.raises(KeyError, match="columns: a, b"):
        table.column("c")


# --- runs that went wrong, and runs in which nothing happens ---------------------------------------------------


def test_a_failed_year_is_named_and_no_number_of_it_is_shown(split, tmp_path):
    partial = failed(split, 2026, 2027)
    page = Page(report(partial)).text
    assert "Not all years converged" in page
    assert "By year" not in page
    assert "2026–2027 : stalled: no equilibrium within 500 iterations" in page
    assert "Key findings, 2025" in page
    assert "Key findings, 2026" not in page
    for code in ("USA", "CHN"):
        at = split.world.regions.index(code)
        assert percent(float(split.regional("welfare")[1, at])) not in " ".join(
            findings(partial, cases.case(partial))
        )
    tables.write_tables(partial, tmp_path)
    for name in ("regions", "sectors", "bilateral"):
        with (tmp_path / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
            rows = [row for row in csv.DictReader(lines) if row["year"] == "2026"]
        told = {"regions": "welfare", "sectors": "outcome_usd", "bilateral": "change_usd"}[name]
        assert rows
        assert all(row[told] == "" for row in rows)
    with pytest.raises(DataError, match="2026: there is nothing to draw"):
        blocs.plot.winners(partial, year=2026)


def test_a_run_that_failed_altogether_still_explains_itself(split, tmp_path):
    lost = failed(split, 2025, 2026, 2027)
    page = Page(report(lost))
    assert "No year converged" in page.text
    assert "svg" not in page.tags
    assert "Key findings" not in page.text
    assert "How to reproduce this" in page.text
    tables.write_tables(lost, tmp_path)
    assert (tmp_path / "rerouting.csv").read_text(encoding="utf-8").count("\n") == 1
    with pytest.raises(DataError, match="no year of split converged"):
        blocs.plot.map(lost)


def test_a_run_without_measures_reports_that_nothing_changes(idle):
    page = Page(report(idle)).text
    assert "The scenario has no measures" in page
    assert "Nothing changes in 2026" in page
    assert "Welfare changes by 0.0% in all 81 regions" in page
    assert "No region gains or loses." in page
    assert "No trade in goods is rerouted." in page
    assert "−0.0 " not in page
    assert "−0.00" not in page
    assert len(tables.rerouting_table(idle)) == 0
    assert len(tables.flow_table(idle)) == 0
    assert "Who sells to whom" not in page
    with pytest.raises(DataError, match="nothing changes"):
        blocs.plot.winners(idle)


def test_a_world_of_the_callers_own_has_a_report_without_a_map():
    world = blocs.load_world("81x28")
    rest = [code for code in world.regions if code not in ("USA", "CHN")]
    small = world.aggregate(regions={"USA": ["USA"], "CHN": ["CHN"], "OTHERS": rest})
    measures = [{"type": "tariff", "by": "USA", "on": "CHN", "rate": 0.25}]
    split_in_a_year = scenario(horizon="short", closure="balanced", years="2025", measures=measures)
    content = Page(report(run(small, split_in_a_year))).text
    assert "There is no map: this world has regions of its own." in content
    assert "OTHERS" in content
    assert "in 2025: results of these years compare with the balanced base" in content
    assert "Boehm" in content
    assert "give it in place of None" in content


def test_the_headline_is_the_last_year_with_a_measure_in_force(idle):
    passing = scenario(
        years="2025-2026",
        measures=[{"type": "tariff", "by": "USA", "on": "CHN", "rate": 0.1, "years": "2025"}],
    )
    assert cases.headline_year(dataclasses.replace(idle, scenario=passing)) == 2025
    assert cases.headline_year(idle) == 2026


# --- parties and notes ---------------------------------------------------------------------------------------


def test_main_regions_are_those_named_then_the_largest(split):
    outcome = split.at(2027)
    main = cases.main_regions(split, outcome, 4)
    assert main[:2] == ["USA", "CHN"]
    assert len(set(main)) == 4
    assert cases.named_regions(split) == ["USA", "CHN"]
    largest = cases.main_regions(outcome, outcome, 1)
    gains = cases.welfare_usd(outcome)
    assert largest == [split.world.regions[int(np.argmax(np.abs(gains)))]]


def test_groups_are_parties_with_the_sum_of_their_members(split):
    grouped = scenario(measures=[{"type": "tariff", "by": "g7", "on": ["BRICS", "-ZAF"], "rate": 0.1}])
    run = dataclasses.replace(split, scenario=grouped)
    outcome = split.at(2027)
    members = [outcome.base.regions.index(code) for code in ("CAN", "DEU", "FRA", "GBR", "ITA", "JPN", "USA")]
    total = cases.welfare_usd(outcome)[members].sum()
    change = 100.0 * total / outcome.base.accounts.absorption[members].sum()
    assert set(cases.named_groups(run, 2027)) == {"G7", "BRICS"}
    assert f"name: G7 {percent(change)} ({dollars(total)}) and BRICS" in findings(run, cases.case(run))[0]


def test_notes_that_differ_only_by_year_are_folded():
    notes = ["G7 2026: all", "BRICS 2026: 8 of 10", "G7 2027: all", "2027: purged.", "2028: purged.", "plain"]
    assert folded(notes) == ["G7 2026–2027: all", "BRICS 2026: 8 of 10", "2027–2028: purged.", "plain"]
