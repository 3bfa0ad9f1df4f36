"""Every kind of malformed scenario gets one error that names place, value, alternatives and the fix."""

from __future__ import annotations

import pytest

from blocs.errors import ScenarioError
from blocs.scenario.io import load, parse
from blocs.scenario.schema import Scenario
from blocs.study.run import run

HEAD = "name: x\nyears: 2025-2027\n"


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


def test_contradictory_set_tariffs_are_refused_with_both_rates(world28) -> None:
    text = HEAD + (
        "measures:\n"
        "  - {type: tariff, by: USA, on: CHN, rate: 0.10, set: true}\n"
        "  - {type: tariff, by: USA, on: [CHN, VNM], goods: steel, rate: 0.25, set: true}\n"
    )
    with pytest.raises(
        ScenarioError, match=r"two measures set the duty of USA on C24A from CHN.*0\.1 and 0\.25"
    ):
        run(world28, parse(text))


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


def test_a_scenario_survives_writing_and_reading(tmp_path) -> None:
    from blocs.scenario.io import library

    for name in library():
        scenario = Scenario.load(name)
        scenario.save(tmp_path / "copy.yaml")
        assert Scenario.load(tmp_path / "copy.yaml") == scenario
