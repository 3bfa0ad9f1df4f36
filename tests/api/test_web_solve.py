"""The lab's solves: the command line's document, the chosen year first, and the newest request of a page wins."""

from __future__ import annotations

import json
import threading

import pytest
from api.lab_client import TWO_YEARS, scenario

from blocs.scenario.schema import Scenario
from blocs.study.one_year import alone, run_until
from blocs.study.run import run


def test_solve_is_the_document_of_the_command_line(client, printed):
    document = client.post("/api/solve", json=TWO_YEARS).json()
    _, theirs = printed
    assert document["status"] | {"seconds": 0} == theirs["status"] | {"seconds": 0}
    assert document | {"status": None} == theirs | {"status": None}


def test_the_map_agrees_with_the_document(client):
    document = client.post("/api/solve", json=scenario()).json()
    painted = client.post("/api/solve?detail=map", json=scenario(name="other")).json()
    assert painted["complete"]
    assert [year["year"] for year in painted["years"]] == document["years"]
    for n, year in enumerate(painted["years"]):
        for metric, values in year["values"].items():
            exact = [document[metric][region][n] for region in painted["regions"]]
            assert values == pytest.approx(exact, abs=2e-6)


def test_the_chosen_year_comes_alone_and_agrees_with_the_whole_run(client):
    whole = client.post("/api/solve?detail=map", json=scenario(name="whole")).json()
    one = client.post("/api/solve?detail=map&year=2026", json=scenario(name="one")).json()
    assert [year["year"] for year in one["years"]] == [2026]
    assert not one["complete"]
    assert one["years"][0]["values"]["welfare"] == pytest.approx(
        whole["years"][1]["values"]["welfare"], abs=2e-6
    )


def test_a_year_alone_knows_that_another_year_purges_deficits(lab):
    content = scenario(
        measures=[
            {"type": "tariff", "by": "USA", "on": "CHN", "rate": 0.25},
            {"type": "embargo", "by": "SGP", "on": ["all", "-SGP"], "goods": "all", "years": "2027-"},
        ]
    )
    asked = Scenario.from_dict(content)
    assert alone(asked)
    world = lab[1].solver.world(asked)
    whole, one = run(world, asked), run_until(world, asked, 2025)
    assert any("balanced" in note for note in whole.notes)
    assert one.years == (2025,)
    assert one.regional("welfare")[0] == pytest.approx(whole.regional("welfare")[0], abs=1e-6)


def test_where_years_depend_on_each_other_all_up_to_the_chosen_one_are_solved(lab):
    asked = Scenario.from_dict(scenario(horizon="path"))
    assert not alone(asked)
    world = lab[1].solver.world(asked)
    part = run_until(world, asked, 2026)
    assert part.years == (2025, 2026)
    assert part.regional("welfare")[1] == pytest.approx(run(world, asked).regional("welfare")[1], abs=1e-6)


def test_years_are_sent_one_a_line_the_chosen_one_first(client):
    lines = _lines(client.post("/api/years?year=2027", json=scenario(name="stream")))
    assert [line["kind"] for line in lines] == ["year"] * 3 + ["done"]
    assert [line["year"]["year"] for line in lines[:-1]] == [2027, 2025, 2026]
    assert len(lines[0]["regions"]) == 81
    again = _lines(client.post("/api/years?year=2027", json=scenario(name="stream")))
    assert [line["year"]["year"] for line in again[:-1]] == [2027, 2025, 2026]
    for before, after in zip(lines[:-1], again[:-1], strict=True):
        assert after["year"]["values"]["gdp"] == pytest.approx(before["year"]["values"]["gdp"], abs=2e-6)


def test_a_stream_that_cannot_be_solved_ends_with_the_error(client):
    wrong = scenario(measures=[{"type": "tariff", "by": "USB", "on": "CHN", "rate": 0.1}])
    (line,) = _lines(client.post("/api/years", json=wrong))
    assert line["kind"] == "error"
    assert "USB" in line["error"]["message"]


def _lines(answer):
    assert answer.status_code == 200
    return [json.loads(line) for line in answer.text.splitlines()]


def test_two_scenarios_compare_as_two_runs_do(client):
    first, second = scenario(), scenario(name="none", measures=[])
    found = client.post("/api/compare?metric=gdp&year=2026", json={"first": first, "second": second}).json()
    assert (found["first"], found["second"], found["table"]) == ("mine", "none", "gdp-2026")
    row = next(row for row in found["rows"] if row["region"] == "CHN")
    document = client.post("/api/solve", json=first).json()
    assert row["first"] == document["gdp"]["CHN"][1]
    assert row["difference"] == pytest.approx(-row["first"], abs=1e-7)


def test_what_does_not_converge_is_null_and_no_error(client):
    cut = [{"type": "embargo", "by": "LUX", "on": ["all", "-LUX"], "goods": "all"}]
    answer = client.post("/api/solve", json=scenario(measures=cut, years="2025"))
    assert answer.status_code == 200
    document = answer.json()
    if not document["status"]["converged"]:
        assert all(value[0] is None for value in document["welfare"].values())
    painted = client.post("/api/solve?detail=map", json=scenario(measures=cut, years="2025")).json()
    assert painted["years"][0]["converged"] == document["status"]["converged"]


def test_a_newer_request_of_a_client_replaces_the_older(lab):
    client, server = lab
    begun, release = _block(server.solves)
    begun.wait(10)
    older = server.solves.submit(lambda _: 1, "page")
    newer = server.solves.submit(lambda _: 2, "page")
    other = server.solves.submit(lambda _: 3, "page-b")
    with pytest.raises(Exception, match="newer request"):
        older.answer.result(1)
    release.set()
    assert (newer.answer.result(10), other.answer.result(10)) == (2, 3)
    assert client.post("/api/solve", json=scenario(), headers={"Blocs-Client": "a b"}).status_code == 422


def _block(lane):
    """Keep the lane's worker busy until the second event is set."""
    begun, release = threading.Event(), threading.Event()

    def work(_):
        begun.set()
        release.wait(10)

    lane.submit(work)
    return begun, release
