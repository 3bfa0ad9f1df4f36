"""Every kind of malformed scenario gets one error that names place, value, alternatives and the fix."""

from __future__ import annotations

import pytest

from blocs.errors import ScenarioError
from blocs.scenario.io import load, parse
from blocs.scenario.schema import Scenario
from blocs.study.run import run

HEAD = "name: x\nyears: 2025-2027\n"
SCHEDULE = "{type: tariff_schedule, table: "


def one(measure: str, head: str = HEAD) -> str:
    return f"{head}measures:\n  - {measure}\n"


# text, line that must be named (None: no single line), words the message must hold
PARSED = {
    "empty file": ("", None, ["empty", "blocs new"]),
    "a list": ("- a\n- b\n", 1, ["a list", "mapping"]),
    "bare text": ("hello", 1, ["'hello'", "mapping"]),
    "broken yaml": ("name: x\nyears: [2025\n", None, ["not valid YAML", "check indentation"]),
    "tab indentation": ("name: x\n\tyears: 2025\n", 2, ["not valid YAML"]),
    "duplicate key": ("name: x\nname: y\nyears: 2025\n", 2, ["not valid YAML", "duplicate"]),
    "python object": ("name: !!python/object:os.system x\nyears: 2025\n", None, []),
    "unknown key": (HEAD + "elasticites: fontagne2022\n", 3, ["elasticites", "did you mean 'elasticities'?"]),
    "no name": ("years: 2025\n", 1, ["name is missing", "needs name, years"]),
    "no years": ("name: x\n", 1, ["years is missing"]),
    "path as name": ("name: ../../etc/passwd\nyears: 2025\n", 1, ["name", "../../etc/passwd"]),
    "years backwards": ("name: x\nyears: 2030-2025\n", 2, ["ends before it begins", "2025-2030"]),
    "years open": ("name: x\nyears: 2025-\n", 2, ["no end", "2025-2030"]),
    "years in words": ("name: x\nyears: soon\n", 2, ["'soon'", "2025-2032"]),
    "years too long": ("name: x\nyears: 2000-2199\n", 2, ["200 years", "at most"]),
    "years a boolean": ("name: x\nyears: true\n", 2, ["True"]),
    "unknown world": (HEAD + "world: 82x50\n", 3, ["'82x50'", "81x50"]),
    "unknown elasticities": (HEAD + "elasticities: fontagne22\n", 3, ["fontagne22", "did you mean 'fontagne2022'"]),
    "unknown closure": (HEAD + "closure: floating\n", 3, ["'floating'", "fixed", "balanced"]),
    "unknown sourcing": (HEAD + "sourcing: per_user\n", 3, ["'per_user'", "did you mean 'by_user'?"]),
    "by user without users": (HEAD + "sourcing: by_user\n", None, ["81x50 does not", "world: 81x28"]),
    "habits by user": (HEAD + "world: 81x28\nsourcing: by_user\nhorizon: path\n", None, ["no path", "horizon: short"]),
    "demand without numbers": (HEAD + "closure: demand\n", None, ["propensity", "pass_through"]),
    "numbers without demand": (
        HEAD + "demand: {propensity: 0.4, pass_through: 0.5}\n", None, ["read only with closure: demand"]
    ),
    "propensity of all": (HEAD + "closure: demand\ndemand: {propensity: 1, pass_through: 0}\n", 4, ["less than 1"]),
    "pass-through above all": (
        HEAD + "closure: demand\ndemand: {propensity: 0.4, pass_through: 2}\n", 4, ["equal to 1"]
    ),
    "half of demand": (HEAD + "closure: demand\ndemand: {propensity: 0.4}\n", 4, ["pass_through"]),
    "horizon for ever": (HEAD + "horizon: forever\n", 3, ["'forever'", "short", "path"]),
    "growth before the base": (HEAD.replace("2025", "2010") + "baseline: growth\n", None, ["baseline: static"]),
    "unknown base year": (HEAD + "base: 2010\n", 3, ["2010", "2017", "2022"]),
    "unknown measure": (one("{type: tarif, by: USA, on: CHN, rate: 0.1}"), 4, ["'tarif'", "did you mean 'tariff'"]),
    "measure without type": (one("{by: USA, on: CHN, rate: 0.1}"), 4, ["no `type`", "tariff", "embargo"]),
    "unknown measure key": (one("{type: tariff, by: USA, on: CHN, rat: 0.1}"), 4, ["'rat'", "did you mean 'rate'?"]),
    "measure lacks a key": (one("{type: tariff, by: USA, on: CHN}"), 4, ["rate is missing", "needs by, on, rate"]),
    "rate in words": (one("{type: tariff, by: USA, on: CHN, rate: ten}"), 4, ["'ten'", "0.25 is 25%"]),
    "rate as percent": (one("{type: tariff, by: USA, on: CHN, rate: 25}"), 4, ["25", "equal to 10", "0.25"]),
    "rate a percent sign": (one("{type: tariff, by: USA, on: CHN, rate: 25%}"), 4, ["'25%'", "0.25 is 25%"]),
    "rate below minus one": (one("{type: tariff, by: USA, on: CHN, rate: -2}"), 4, ["-2", "-0.99"]),
    "rate not a number": (one("{type: tariff, by: USA, on: CHN, rate: .nan}"), 4, ["nan"]),
    "rate infinite": (one("{type: tariff, by: USA, on: CHN, rate: .inf}"), 4, ["inf"]),
    "regions a number": (one("{type: tariff, by: 5, on: CHN, rate: 0.1}"), 4, ["by", "5"]),
    "regions empty": (one("{type: tariff, by: [], on: CHN, rate: 0.1}"), 4, ["by", "at least 1"]),
    "three sides": (one("{type: embargo, between: [USA, CHN, RUS]}"), 4, ["between"]),
    "both forms": (one("{type: embargo, between: [USA, CHN], by: USA, on: CHN}"), 4, ["either `between"]),
    "half a form": (one("{type: embargo, by: USA}"), 4, ["either `between", "`by: A` and `on: B`"]),
    "measure out of time": (one("{type: embargo, between: [USA, CHN], years: 2040-}"), 4, ["2040-", "outside"]),
    "measures a mapping": (HEAD + "measures: {type: tariff}\n", 3, ["measures", "list"]),
    "intensity above one": (one("{type: embargo, between: [G7, CHN], intensity: 1.5}"), 4, ["1.5", "equal to 1"]),
    "intensity of nothing": (one("{type: embargo, between: [G7, CHN], intensity: 0}"), 4, ["0", "greater than 0"]),
    "intensity in per cent": (one("{type: embargo, between: [G7, CHN], intensity: 50%}"), 4, ["'50%'", "1 is all"]),
    "rent without trade": (one("{type: embargo, between: [G7, CHN], rent: nobody}"), 4, ["rent: nobody", "below 1"]),
    "unknown rent": (one("{type: quota, between: [G7, CHN], volume: 0.5, rent: importers}"), 4, ["'importer'"]),
    "flows with between": (one("{type: quota, between: [G7, CHN], volume: 0.5, flows: exports}"), 4, ["`flows` needs"]),
    "unknown flows": (one("{type: quota, by: G7, on: CHN, volume: 0.5, flows: export}"), 4, ["'export'", "'exports'"]),
    "quota without volume": (one("{type: quota, between: [G7, CHN]}"), 4, ["volume is missing", "needs volume"]),
    "quota below nothing": (one("{type: quota, between: [G7, CHN], volume: -0.1}"), 4, ["-0.1", "equal to 0"]),
    "quota in per cent": (one("{type: quota, between: [G7, CHN], volume: 80}"), 4, ["80", "0.8 is 80%"]),
    "quota half a form": (one("{type: quota, on: CHN, volume: 0.5}"), 4, ["either `between"]),
    "quota both forms": (one("{type: quota, between: [A, B], by: A, on: B, volume: 1}"), 4, ["either `between"]),
    "export tax between": (one("{type: export_tax, between: [G7, CHN], rate: 0.1}"), 4, ["no key 'between'", "by, on"]),
    "export tax without rate": (one("{type: export_tax, by: G7, on: CHN}"), 4, ["rate is missing"]),
    "export tax of minus all": (one("{type: export_tax, by: G7, on: CHN, rate: -1}"), 4, ["-1", "-0.99"]),
    "export tax in per cent": (one("{type: export_tax, by: G7, on: CHN, rate: 30}"), 4, ["30", "0.25 is 25%"]),
    "corridor without regions": (one("{type: corridor, cost: -0.02}"), 4, ["along is missing"]),
    "corridor that costs": (one("{type: corridor, along: [CHN, DEU], cost: 0.02}"), 4, ["0.02", "-0.02 is 2% cheaper"]),
    "corridor for nothing": (one("{type: corridor, along: [CHN, DEU], cost: -1}"), 4, ["-1", "greater than -1"]),
    "sanction on nothing": (one("{type: sanction, by: G7, on: RUS}"), 4, ["goods is missing", "needs by, on, goods"]),
    "sanction that leaks all": (one("{type: sanction, by: G7, on: RUS, goods: fuels, leakage: 1}"), 4, ["less than 1"]),
    "leakage in per cent": (one("{type: sanction, by: G7, on: RUS, goods: fuels, leakage: 9}"), 4, ["9", "0.1 is 10%"]),
    "financial gain": (one("{type: sanction, by: G7, on: RUS, goods: fuels, financial_cost: -0.1}"), 4, ["-0.1"]),
    "unknown table": (one("{type: tariff_schedule, table: us-tarifs, date: 1}"), 4, ["'us-tarifs'", "us-tariffs-2025"]),
    "unknown date": (one(SCHEDULE + "us-tariffs-2025-26, date: 2025-04-10}"), 4, ["2025-04-10", "2025-04-09"]),
    "date of another table": (one(SCHEDULE + "us-china-2018-20, date: 2025}"), 4, ["2025", "2018, 2019, 2020"]),
    "schedule without date": (one(SCHEDULE + "us-china-2018-20}"), 4, ["date is missing"]),
    "schedule with a rate": (one(SCHEDULE + "us-china-2018-20, date: 2018, rate: 1}"), 4, ["no key 'rate'"]),
}  # fmt: skip

# what only a world can refuse
RUN = {
    "unknown region": ("{type: tariff, by: USA, on: CHI, rate: 0.1}", ["'CHI'", "did you mean"]),
    "lower case": ("{type: tariff, by: usa, on: CHN, rate: 0.1}", ["'usa'", "'USA'"]),
    "country inside ROW": ("{type: embargo, between: [IRN, USA]}", ["IRN (Iran", "inside ROW", "no separate accounts"]),
    "unknown good": ("{type: tariff, by: USA, on: CHN, goods: steal, rate: 0.1}", ["'steal'", "'steel'"]),
    "two sides overlap": ("{type: embargo, between: [G7, USA]}", ["G7", "USA", "is on both"]),
    "no pair": ("{type: tariff, by: USA, on: USA, rate: 0.1}", ["acts on no pair", "name different regions"]),
    "inside a customs union": ("{type: tariff, by: DEU, on: FRA, rate: 0.1}", ["customs union"]),
    "nothing left": ("{type: tariff, by: USA, on: [CHN, -CHN], rate: 0.1}", ["no region is left"]),
    "minus in vain": ("{type: tariff, by: USA, on: [G7, -CHN], rate: 0.1}", ["'-CHN' takes nothing away"]),
    "quota on itself": ("{type: quota, by: G7, on: [USA, CHN], volume: 0.5}", ["USA", "is on both"]),
    "sanction on itself": ("{type: sanction, by: BRICS, on: RUS, goods: fuels}", ["RUS", "is on both"]),
    "sanction on ROW's member": ("{type: sanction, by: G7, on: IRN, goods: fuels}", ["IRN (Iran", "inside ROW"]),
    "corridor of one": ("{type: corridor, along: CHN}", ["acts on no pair"]),
    "corridor to nowhere": ("{type: corridor, along: [CHN, XYZ]}", ["'XYZ'"]),
    "export tax inside a union": ("{type: export_tax, by: DEU, on: FRA, rate: 0.1}", ["customs union"]),
    "unknown good of a quota": ("{type: quota, between: [G7, CHN], volume: 0.5, goods: chips}", ["'chips'"]),
}  # fmt: skip

CONTRADICTIONS = {
    "set tariffs": (
        ["{type: tariff, by: USA, on: CHN, rate: 0.10, set: true}",
         "{type: tariff, by: USA, on: [CHN, VNM], goods: steel, rate: 0.25, set: true}"],
        ["two measures set the duty of USA on C24A from CHN", "0.1 and 0.25", "drop `set`"],
    ),
    "set export taxes": (
        ["{type: export_tax, by: CHN, on: USA, rate: 0.10, set: true}",
         "{type: export_tax, by: BRICS, on: USA, goods: steel, rate: 0.2, set: true}"],
        ["two measures set the export tax of CHN on C24A to USA", "0.1 and 0.2"],
    ),
    "two keepers of one rent": (
        ["{type: quota, between: [USA, CHN], volume: 0.5, rent: importer}",
         "{type: embargo, between: [G7, CHN], intensity: 0.5, goods: steel}"],
        ["leave 0.5 of the base volume of C24A", "name one `rent`"],
    ),
    "a leak that someone keeps": (
        ["{type: quota, by: G7, on: RUS, volume: 0.1, goods: fuels}",
         "{type: sanction, by: G7, on: RUS, leakage: 0.1, goods: fuels}"],
        ["leave 0.1 of the base volume", "different parties"],
    ),
    "two dates of one table": (
        ["{type: tariff_schedule, table: us-tariffs-2025-26, date: 2025-05-12}",
         "{type: tariff_schedule, table: us-tariffs-2025-26, date: 2026-08-19}"],
        ["as of 2025-05-12 and of 2026-08-19", "keep one a year"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", PARSED)
def test_a_malformed_scenario_is_refused_with_place_and_fix(case: str) -> None:
    text, line, words = PARSED[case]
    with pytest.raises(ScenarioError) as caught:
        parse(text, "file.yaml")
    message = str(caught.value)
    assert message.startswith("file.yaml:")
    assert "\n" not in message
    if line is not None:
        assert caught.value.line == line, message
    for word in words:
        assert word in message


@pytest.mark.parametrize("case", RUN)
def test_a_scenario_that_does_not_fit_the_world_is_refused(case: str, world28) -> None:
    measure, words = RUN[case]
    scenario = parse(one(measure), "file.yaml")
    with pytest.raises(ScenarioError) as caught:
        run(world28, scenario)
    assert str(caught.value).startswith("file.yaml:4: measures[0]: ")
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize("case", CONTRADICTIONS)
def test_measures_that_contradict_each_other_are_refused_at_the_second(case: str, world28) -> None:
    measures, words = CONTRADICTIONS[case]
    text = HEAD + "measures:\n" + "".join(f"  - {measure}\n" for measure in measures)
    with pytest.raises(ScenarioError) as caught:
        run(world28, parse(text, "file.yaml"))
    assert str(caught.value).startswith("file.yaml:5: measures[1]: ")
    for word in words:
        assert word in str(caught.value)


def test_a_missing_file_a_folder_and_a_binary_are_refused(tmp_path) -> None:
    with pytest.raises(ScenarioError, match="no such file"):
        load(tmp_path / "nothing.yaml")
    with pytest.raises(ScenarioError, match="is a folder"):
        load(tmp_path)
    binary = tmp_path / "b.yaml"
    binary.write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(ScenarioError, match="not UTF-8"):
        load(binary)
    with pytest.raises(ScenarioError, match=r"unknown scenario 'us-china'.*'us-china-decoupling'"):
        load("us-china")


def test_norway_is_norway_and_yaml_1_2_booleans_are_only_true_and_false() -> None:
    scenario = parse(
        HEAD + "title: NO\nmeasures:\n  - {type: tariff, by: [USA], on: NOR, rate: 0.1, note: yes}\n"
    )
    assert scenario.title == "NO"
    assert scenario.measures[0].note == "yes"


@pytest.mark.filterwarnings("error")
def test_an_anchor_may_be_given_anew_without_a_word() -> None:
    first, second = (f"  - {{type: tariff, by: &levies {by}, on: CHN, rate: 0.1}}\n" for by in ("USA", "JPN"))
    third = "  - {type: tariff, by: *levies, on: KOR, rate: 0.2}\n"
    measures = parse(HEAD + "measures:\n" + first + second + third).measures
    assert [measure.model_dump()["by"] for measure in measures] == [["USA"], ["JPN"], ["JPN"]]


def test_a_scenario_survives_writing_and_reading(tmp_path) -> None:
    from blocs.scenario.io import library

    for name in library():
        scenario = Scenario.load(name)
        scenario.save(tmp_path / "copy.yaml")
        assert Scenario.load(tmp_path / "copy.yaml") == scenario
