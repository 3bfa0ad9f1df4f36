"""The lab's server under requests that mean no good: a clear 4xx, nothing of the disk, alive afterwards."""

from __future__ import annotations

import asyncio
import json
import threading

import pytest
from api.lab_client import HEADERS, PORT, TOKEN, scenario
from hypothesis import given
from hypothesis import strategies as st
from property.spoiled import spoiled, spoiled_tree

from blocs.web import guard
from blocs.web.cache import Cache
from blocs.web.errors import Refusal
from blocs.web.guard import Guard
from blocs.web.lane import Lane

KINDS = {"Content-Type": "application/json"}


@pytest.fixture(autouse=True)
def alive(client):
    """After whatever a test does the server answers."""
    yield
    assert client.get("/api/health").status_code == 200


def kind(answer):
    document = answer.json()
    assert document["schema"] == "blocs.error/1"
    assert document["error"]["message"]
    return answer.status_code, document["error"]["kind"]


# who may ask ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        f"Basic {TOKEN}",
        TOKEN,
        "Bearer é",
    ],
)
def test_without_the_token_nothing_under_api_answers(client, authorization):
    header = {"Authorization": authorization.encode("latin-1")}
    for route in ("/api/schema", "/api/health", "/api/claims", "/api/nope", "/api"):
        assert kind(client.get(route, headers=header)) == (401, "token")
    assert kind(client.post("/api/solve", json=scenario(), headers=header)) == (401, "token")


def test_the_token_in_the_address_is_not_enough(client):
    answer = client.get(f"/api/health?token={TOKEN}", headers={"Authorization": ""})
    assert kind(answer) == (401, "token")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "host", ["evil.example", f"127.0.0.1.evil.example:{PORT}", "127.0.0.1", "127.0.0.1:1", ""]
)
def test_another_host_is_refused(client, host):
    for route in ("/", "/api/health", "/api/docs"):
        assert kind(client.get(route, headers={"Host": host})) == (403, "host")


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", f"https://127.0.0.1:{PORT}", "http://127.0.0.1:1"]
)
def test_another_origin_is_refused(client, origin):
    assert kind(client.get("/api/health", headers={"Origin": origin})) == (403, "origin")
    assert kind(client.get("/", headers={"Origin": origin})) == (403, "origin")


def test_its_own_origin_is_let_in(client):
    for name in ("127.0.0.1", "localhost"):
        header = {"Host": f"{name}:{PORT}", "Origin": f"http://{name}:{PORT}"}
        assert client.get("/api/health", headers=header).status_code == 200


def test_no_answer_lets_another_page_read_it(client):
    for answer in (client.get("/api/health"), client.options("/api/solve"), client.get("/nope")):
        assert not [name for name in answer.headers if name.startswith("access-control")]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


# bodies ---------------------------------------------------------------------------------------------------------------


def test_a_huge_body_is_refused(client):
    body = b" " * (guard.LARGEST + 1)
    assert kind(client.post("/api/solve", content=body, headers=KINDS)) == (413, "too_large")
    parts = iter([b" " * 200_000] * 6)  # without a declared length
    assert kind(client.post("/api/solve", content=parts, headers=KINDS)) == (413, "too_large")


def test_too_many_measures_are_refused(client):
    measure = {"type": "tariff", "by": "USA", "on": "CHN", "rate": 0.1}
    assert kind(client.post("/api/solve", json=scenario(measures=[measure] * 201))) == (413, "too_large")


@pytest.mark.parametrize(
    "body", [b"{", b"", b"\xff\xfe", b"nul", b"[" * 100_000, b'{"name": "\xed\xa0\x80"}']
)
def test_what_is_no_json_is_refused(client, body):
    for route in ("/api/solve", "/api/jobs", "/api/exposure"):
        status, _ = kind(client.post(route, content=body, headers=KINDS))
        assert status in (400, 422)


@pytest.mark.parametrize("body", ["[]", "1", "null", '"x"', "true", '{"name": NaN}', '{"years": Infinity}'])
def test_json_that_is_no_scenario_is_refused(client, body):
    assert kind(client.post("/api/solve", content=body, headers=KINDS))[0] == 422


def test_only_json_is_taken(client):
    body = json.dumps(scenario())
    for content_type in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ):
        answer = client.post("/api/solve", content=body, headers={"Content-Type": content_type})
        assert kind(answer) == (415, "media_type")


def test_numbers_that_are_none_are_refused(client):
    for rate in ("NaN", "Infinity", "-Infinity", "1e999"):
        body = json.dumps(scenario()).replace("0.25", rate)
        assert kind(client.post("/api/solve", content=body, headers=KINDS)) == (422, "scenario")


def test_an_unknown_lever_is_refused_with_the_nearest(client):
    answer = client.post("/api/solve", json=scenario(measures=[{"type": "tarif", "by": "USA"}]))
    assert kind(answer) == (422, "scenario")
    assert "'tariff'" in answer.json()["error"]["message"]
    assert answer.json()["error"]["place"] == "measures[0]"


@pytest.mark.parametrize(
    "query",
    ["?detail=all", "?year=x", "?detail=map&year=1900", "?year=2026", "?detail=map&year=9" + "9" * 5000],
)
def test_a_wrong_query_is_refused(client, query):
    assert kind(client.post(f"/api/solve{query}", json=scenario()))[0] == 422


# paths ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/../pyproject.toml", "/..%2f..%2fetc%2fpasswd", "/%2e%2e/%2e%2e/etc/passwd", "/assets/../../../etc/passwd",
        "//etc/passwd", "/assets/%00", "/.git/config", "/..\\..\\windows\\win.ini", "/levers.yaml",
        "/api/debt/..%2f..%2fx.csv", "/api/debt/%2fetc%2fpasswd.csv", "/api/minerals/..%2f..%2fetc%2fpasswd",
        "/api/claims/..%2fledger", "/api/series/..%2fseries.yaml", "/api/jobs/..%2f..", "/" + "a" * 5000,
    ],
)  # fmt: skip
def test_no_address_names_a_file(client, path):
    status, _ = kind(client.get(path))
    assert status == 404


def test_no_request_names_a_file(client):
    for body in (
        {"world": "/etc/passwd.npz"},
        {"world": "../worlds/world-81x28.npz"},
        {"name": "../../x"},
        {"name": "/etc/passwd"},
        {"elasticities": "../elasticities.csv"},
        {"measures": [{"type": "tariff_schedule", "table": "../../regions.csv", "date": "2025"}]},
    ):
        assert kind(client.post("/api/solve", json=scenario(**body))) == (422, "scenario")
    assert client.post("/api/download/..%2fx.yaml", json=scenario()).status_code in (404, 405, 422)
    assert client.post("/api/table/etc", json=scenario()).status_code == 422
    assert client.post("/api/exposure", json={"world": "/x.npz"}).status_code == 422
    assert (
        client.post("/api/scenario", json={"yaml": "!!python/object/apply:os.system [id]"}).status_code == 422
    )
    assert client.post("/api/bubble", json={"csv": "/etc/passwd"}).status_code == 422


@pytest.mark.parametrize(
    ("method", "route", "status"),
    [("PUT", "/api/solve", 405), ("GET", "/api/solve", 405), ("TRACE", "/api/health", 405), ("POST", "/api/nope", 404),
     ("POST", "/", 404), ("DELETE", "/api/docs", 405)],
)  # fmt: skip
def test_a_method_that_a_route_does_not_take(client, method, route, status):
    assert kind(client.request(method, route))[0] == status


# anything -------------------------------------------------------------------------------------------------------------

_scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
_json = st.recursive(
    _scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
_keys = st.sampled_from(
    [
        "name",
        "years",
        "measures",
        "world",
        "base",
        "closure",
        "demand",
        "horizon",
        "assumptions",
        "sources",
        "title",
    ]
)


@given(content=_json)
def test_any_json_is_answered_with_a_clear_refusal(client, content):
    text = json.dumps(content)
    for route in (
        "/api/solve",
        "/api/plain-words",
        "/api/jobs",
        "/api/coalition",
        "/api/compare",
        "/api/scenario",
    ):
        status, _ = kind(client.post(route, content=text, headers=KINDS))
        assert 400 <= status < 500


@given(key=_keys, value=_json)
def test_any_value_of_any_key_is_read_or_refused(client, key, value):
    text = json.dumps(scenario() | {key: value})
    answer = client.post("/api/plain-words", content=text, headers=KINDS)
    assert answer.status_code == 200 or kind(answer)[0] in (413, 422)


@given(key=st.sampled_from(["type", "by", "on", "goods", "rate", "set", "years", "note"]), value=_json)
def test_any_value_in_a_measure_is_read_or_refused(client, key, value):
    measure = {"type": "tariff", "by": "USA", "on": "CHN", "rate": 0.1} | {key: value}
    answer = client.post("/api/plain-words", content=json.dumps(scenario(measures=[measure])), headers=KINDS)
    assert answer.status_code == 200 or kind(answer)[0] == 422


SPOILT_YAML = spoiled(
    "name: mine\nworld: 81x28\nyears: 2025-2027\nmeasures:\n"
    "  - {type: tariff, by: [USA, EU27], on: CHN, goods: vehicles, rate: 0.25, years: 2026-}\n"
    "  - {type: embargo, between: [G7, RUS], intensity: 0.5}\n"
)


def posted(client, route, text):
    """Post `text`; what comes back is 200, or a clear refusal of one line. Returns the status."""
    answer = client.post(route, content=text, headers=KINDS)
    if answer.status_code != 200:
        status, _ = kind(answer)
        assert 400 <= status < 500
        assert len(answer.json()["error"]["message"].splitlines()) == 1
    return answer.status_code


@given(content=spoiled_tree(scenario()))
def test_a_spoiled_scenario_such_as_a_link_may_bring_is_read_or_refused(client, content):
    text = json.dumps(content)
    assert posted(client, "/api/plain-words", text) == posted(client, "/api/yaml", text)


@given(data=SPOILT_YAML)
def test_a_spoiled_file_is_read_or_refused_by_the_server(client, data):
    posted(client, "/api/scenario", json.dumps({"yaml": data.decode("utf-8", "surrogateescape")}))


# time and room --------------------------------------------------------------------------------------------------------


def test_a_body_that_never_arrives_is_given_up(monkeypatch):
    monkeypatch.setattr(guard, "PATIENCE", 0.05)
    sent = []

    async def app(*_):
        raise AssertionError("it never gets there")

    async def silent():
        await asyncio.sleep(60)

    async def send(message):
        sent.append(message)

    headers = [(b"host", f"127.0.0.1:{PORT}".encode()), (b"authorization", HEADERS["Authorization"].encode())]
    scope = {"type": "http", "method": "POST", "path": "/api/solve", "headers": headers}
    asyncio.run(Guard(app, token=TOKEN, port=PORT)(scope, silent, send))
    assert sent[0]["status"] == 408


def test_a_full_queue_refuses_more_and_the_first_are_answered():
    lane, gate = Lane("test", depth=3, seconds=10.0), threading.Event()
    begun = threading.Event()

    def first(_):
        begun.set()
        gate.wait(10)

    lane.submit(first)
    begun.wait(10)
    kept = [lane.submit(lambda _, n=n: n) for n in range(3)]
    with pytest.raises(Refusal, match="wait already") as refused:
        lane.submit(lambda _: None)
    assert (refused.value.status, refused.value.retry) == (429, 2)
    gate.set()
    assert [ticket.answer.result(10) for ticket in kept] == [0, 1, 2]
    lane.close()


def test_work_that_takes_too_long_is_ended_and_the_lane_goes_on():
    lane = Lane("test", depth=3, seconds=0.05)

    def endless(ticket):
        while True:
            ticket.check()

    with pytest.raises(Refusal, match="longer than") as ended:
        lane.submit(endless).answer.result(10)
    assert ended.value.status == 503
    assert lane.submit(lambda _: 1).answer.result(10) == 1
    lane.close()


def test_an_error_in_the_work_reaches_whoever_asked_and_the_lane_goes_on():
    lane = Lane("test", depth=3, seconds=10.0)

    def wrong(_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        lane.submit(wrong).answer.result(10)
    assert lane.submit(lambda _: 1).answer.result(10) == 1
    lane.close()
    with pytest.raises(Refusal, match="stopping"):
        lane.submit(lambda _: 1).answer.result(1)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.floats(0.0, 12.0)), max_size=40))
def test_a_cache_never_weighs_more_than_it_may(entries):
    cache: Cache[float] = Cache(10.0, lambda value: value)
    last: dict[str, float] = {}
    for key, weight in entries:
        cache.put(key, weight)
        last[key] = weight
        assert sum(cache.values()) <= 10.0 + 1e-9
        assert cache.get(key) == (weight if weight <= 10.0 else None)
    assert all(cache.get(key) in (None, weight) for key, weight in last.items())
