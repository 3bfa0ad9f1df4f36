"""`blocs payments` as a user calls it: corridors, in words and as JSON, and wrong input."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from blocs.cli.main import main


def call(*args: str):
    return CliRunner().invoke(main, ["payments", *args])


def test_a_corridor_in_json_is_one_document_that_adds_up() -> None:
    found = call("corridor", "CHN", "DEU", "--json")
    assert found.exit_code == 0
    document = json.loads(found.stdout)
    assert document["schema"] == "blocs.corridor/1"
    for column in ("base", "now", "without_swift"):
        assert sum(rail[column] for rail in document["rails"]) == pytest.approx(1.0)
    low, middle, high = document["cost_percent"]
    assert (low["mu"], high["mu"]) == (20.0, 300.0)
    assert low["without_swift"][0] > middle["without_swift"][0] > high["without_swift"][0] > 0.0
    assert low["with_measures"] == 0.0
    assert len(document["years_without_swift"]) == len(low["without_swift"])


def test_a_corridor_is_the_same_seen_from_both_ends_but_for_who_is_cut_off() -> None:
    one, two = (
        json.loads(call("corridor", *pair, "--json").stdout) for pair in (("CHN", "BRA"), ("BRA", "CHN"))
    )
    assert one["trade_usd_mn"] == two["trade_usd_mn"]
    assert [rail["base"] for rail in one["rails"]] == pytest.approx([rail["base"] for rail in two["rails"]])


def test_a_scenario_s_measures_are_in_force() -> None:
    text = call("corridor", "CHN", "DEU", "--scenario", "china-off-swift", "--year", "2024").stdout
    assert "2024, under china-off-swift" in text
    assert "correspondent banks with SWIFT messages" in text


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("corridor", "CHN", "DUE"), "did you mean 'DEU'"),
        (("corridor", "CHN", "CHN"), "one country"),
        (("corridor", "CHN", "DEU", "--year", "1990"), "choose one from"),
        (("corridor", "CHN", "DEU", "--scenario", "china-of-swift"), "china-off-swift"),
        (("corridr",), "corridor"),
    ],
)
def test_wrong_input_is_one_line_and_code_2(args, words) -> None:
    found = call(*args)
    assert found.exit_code == 2
    assert words in found.stderr
    assert "Traceback" not in found.stderr
