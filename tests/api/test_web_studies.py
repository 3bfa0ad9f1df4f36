"""The lab's studies: every document is what the command of the same name prints."""

from __future__ import annotations

import json
import math

import pytest
from api.lab_client import scenario
from click.testing import CliRunner

from blocs.cli.main import main


@pytest.mark.parametrize(
    ("route", "command"),
    [
        ("/api/minerals", ["minerals"]),
        ("/api/minerals/Ga?ban=false", ["minerals", "Ga", "--no-ban"]),
        ("/api/debt/deu?paths=500", ["debt", "DEU", "--paths", "500"]),
        ("/api/series", ["data", "series"]),
        ("/api/series/swift.share?currency=CNY", ["data", "series", "swift.share", "--where", "currency=CNY"]),
        ("/api/claims", ["claims", "--data-only"]),
        ("/api/claims?ledger=counter-2025", ["claims", "--ledger", "counter-2025", "--data-only"]),
    ],
)  # fmt: skip
def test_a_study_is_what_the_command_prints(client, route, command):
    printed = CliRunner().invoke(main, [*command, "--json"])
    assert printed.exit_code == 0
    assert client.get(route).json() == json.loads(printed.stdout)


@pytest.mark.parametrize(
    ("route", "asked", "command"),
    [
        pytest.param(
            "exposure", {"world": "81x28", "shock": "tariff", "origin": "CHN", "sectors": ["C26"]},
            ["exposure", "--world", "81x28", "--shock", "tariff", "--from", "CHN", "--sector", "C26"],
            marks=pytest.mark.slow,
        ),
        ("coalition", {"world": "81x28", "sides": ["USA", "CHN"], "goods": ["C26"], "attribution": False},
         ["coalition", "--world", "81x28", "--side", "USA", "--side", "CHN", "--goods", "C26", "--no-attribution"]),
        ("leverage", {"world": "81x28", "coalition": ["CHN"], "target": ["USA"], "goods": ["C26", "C27"]},
         ["leverage", "--world", "81x28", "--coalition", "CHN", "--target", "USA", "--goods", "C26", "--goods", "C27"]),
        pytest.param(
            "leverage",
            {"world": "81x28", "coalition": ["CHN"], "target": ["USA"], "by": "minerals", "minerals": ["Ga"]},
            ["leverage", "--world", "81x28", "--coalition", "CHN", "--target", "USA", "--by", "minerals",
             "--minerals", "Ga"],
            marks=pytest.mark.slow,
        ),
        ("corridor", {"one": "rus", "two": "deu"}, ["payments", "corridor", "RUS", "DEU"]),
    ],
)  # fmt: skip
def test_a_study_with_a_request_is_what_the_command_prints(client, route, asked, command):
    printed = CliRunner().invoke(main, [*command, "--json"])
    assert printed.exit_code == 0, printed.output
    mine, theirs = client.post(f"/api/{route}", json=asked).json(), json.loads(printed.stdout)
    for document in (mine, theirs):
        document.pop("status", None)  # holds the solver's seconds
    assert _close(mine, theirs), (mine, theirs)


def _close(one, two):
    if isinstance(one, dict):
        return one.keys() == two.keys() and all(_close(one[key], two[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(two) and all(map(_close, one, two))
    if isinstance(one, float):
        return math.isclose(one, two, rel_tol=1e-9, abs_tol=1e-9)
    return one == two


def test_what_does_not_belong_to_a_lever_is_refused(client):
    asked = {"coalition": ["CHN"], "target": ["USA"], "world": "81x28"}
    for more in (
        {"minerals": ["Ga"]},
        {"by": "rails", "goods": ["C26"]},
        {"year": 2},
        {"leakage": 0.1},
        {"by": "x"},
    ):
        assert client.post("/api/leverage", json=asked | more).status_code == 422
        assert client.post("/api/jobs", json=asked | more | {"kind": "leverage"}).status_code == 422


def test_claims_are_those_of_a_bundled_ledger_by_its_name(client):
    ledger = client.get("/api/claims").json()
    decided = ledger["claims"][0]["id"]
    assert client.get(f"/api/claims/{decided}").json()["claims"] == ledger["claims"][:1]
    assert client.get(f"/api/claims/{ledger['left_out'][0]}").status_code == 409
    for wrong in (
        "/api/claims/nobody-said-so",
        "/api/claims?ledger=/etc/passwd",
        "/api/claims?ledger=x.yaml",
    ):
        assert client.get(wrong).status_code == 404
    assert client.post("/api/jobs", json={"kind": "claims", "ledger": "../x.yaml"}).status_code == 404


def test_a_corridor_takes_the_measures_of_a_scenario(client):
    cut = scenario(years="2022-2024", measures=[{"type": "cut_off", "rail": "swift", "of": "RUS"}])
    found = client.post(
        "/api/corridor", json={"one": "RUS", "two": "DEU", "scenario": cut, "year": 2023}
    ).json()
    assert (found["year"], found["scenario"]) == (2023, "mine")
    assert found["rails"][0]["now"] < found["rails"][0]["base"]
    late = client.post("/api/corridor", json={"one": "RUS", "two": "DEU", "scenario": cut, "year": 2030})
    assert late.status_code == 422


def test_a_series_in_the_request_is_tested_as_a_file_is(client, tmp_path):
    csv = "day,price\n" + "".join(f"{n},{100 + n % 7 + 1.06 ** max(n - 40, 0)}\n" for n in range(60))
    (tmp_path / "series.csv").write_text(csv, encoding="utf-8")
    command = [
        "bubble",
        str(tmp_path / "series.csv"),
        "--replications",
        "100",
        "--bootstrap",
        "100",
        "--json",
    ]
    printed = CliRunner().invoke(main, command)
    found = client.post("/api/bubble", json={"csv": csv, "replications": 100, "bootstrap": 100}).json()
    assert found == json.loads(printed.stdout)


def test_a_test_that_takes_long_belongs_in_a_job(client):
    csv = "day,price\n" + "".join(f"{n},{100 + n % 7}\n" for n in range(1500))
    assert client.post("/api/bubble", json={"csv": csv}).status_code == 422
    assert client.post("/api/bubble", json={"csv": csv[:600], "lppls": True}).status_code == 422


def test_a_series_that_is_none_is_refused_without_naming_a_file(client):
    wrong = client.post("/api/bubble", json={"csv": "day,price\n1,x\n2,3\n"})
    assert wrong.status_code == 422
    assert "the series" in wrong.json()["error"]["message"]
    assert "/" not in wrong.json()["error"]["message"]
