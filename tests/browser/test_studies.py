"""The studies of the page, each as a real job made small: what is asked, what is shown, cancel and failure."""

from __future__ import annotations

import json

import pytest
from conftest import colours, part, settled
from test_lab import SMALL, content_of, link

from blocs.report.words import percent


def smaller(page, **changes) -> None:
    """Let the page's next jobs ask for less, so that they end soon; everything else is as the page asks it."""

    def shrink(route):
        if route.request.method != "POST":
            return route.continue_()
        return route.continue_(post_data=json.dumps(json.loads(route.request.post_data) | changes))

    page.route("**/api/jobs", shrink)


def found(page, button: str) -> dict:
    """Press `button` and return the document that its job leaves."""
    with page.expect_response(lambda answer: answer.url.endswith("/result"), timeout=180_000) as answer:
        page.get_by_role("button", name=button, exact=True).click()
    return answer.value.json()


def shown(page, section: str) -> str:
    page.locator(f"section[aria-labelledby={section}] .result").wait_for()
    return page.locator(f"section[aria-labelledby={section}]").inner_text()


def test_leverage_says_what_each_side_loses_and_goes_to_the_lab(visit):
    page = visit(link(SMALL))
    part(page, "Power")
    smaller(page, world="81x28", goods=["C26", "C28"])
    page.get_by_label("Coalition that withholds").fill("USA, JPN")
    document = found(page, "Withhold")
    text = shown(page, "leverage")
    assert f"China loses {percent(-document['target']['total'])}" in text
    assert f"United States and Japan loses {percent(-document['coalition']['total'])}" in text
    for item in document["items"]:
        assert percent(item["loss"]) in text
    assert "--coalition USA --coalition JPN --target CHN" in page.locator("#main").text_content()
    page.get_by_role("button", name="chokepoints").click()
    page.get_by_role("button", name="Show it on the map of the lab").click()
    page.wait_for_function("() => document.querySelector('.words')?.textContent.includes('Japan')")
    settled(page)
    held = content_of(page.url)
    assert [measure["type"] for measure in held["own"]] == ["embargo"]
    assert held["model"] == {"horizon": "long", "closure": "balanced"}


def test_a_tariff_war_shows_duties_welfare_and_bystanders(visit):
    page = visit(link(SMALL))
    part(page, "Games")
    smaller(page, certificate=False)
    page.get_by_label("Players, with commas").fill("USA, CHN")
    page.get_by_label("Duties", exact=True).select_option("one")
    document = found(page, "Play")
    text = shown(page, "war")
    for player in ("USA", "CHN"):
        results = document["players"][player]["results"]
        assert f"from {results['base_tariff_pct']:.1f}% to {results['nash_tariff_pct']:.1f}%" in text
        assert percent(results["nash_welfare_pct"]) in text
    worst = min(document["bystanders"].items(), key=lambda pair: pair[1])
    assert percent(worst[1]) in text


def test_sides_are_drawn_and_close_calls_named(visit):
    page = visit(link(SMALL))
    part(page, "Games")
    smaller(page, starts=1, pairs=0)
    document = found(page, "Choose sides")
    text = shown(page, "sides")
    first = document["maps"][0]
    assert f"{first['summary']['members_CHN']} economies" in text
    fills = colours(page)
    assert fills["USA"] != fills["CHN"]
    with_china = next(
        code for code, pick in first["picks"].items() if pick["pick"] == "CHN" and code in fills
    )
    assert fills[with_china] != fills["USA"]
    closest = min(first["picks"].values(), key=lambda pick: pick["margin_pct"])
    assert percent(closest["worth_USA"]) in text


def test_a_series_is_tested_and_its_stretches_marked(visit):
    page = visit(link(SMALL))
    part(page, "Bubbles")
    smaller(page, replications=200, bootstrap=99)
    page.get_by_label("Observed").select_option("us.debt.public")
    page.wait_for_function("() => document.querySelector('.paste').value.includes('2020,')")
    document = found(page, "Test it")
    text = shown(page, "test")
    assert f"{document['gsadf']['statistic']:.2f}" in text
    first = document["episodes"][0]
    assert str(first["start"]) in text
    assert page.locator(".lines .strong .line").count() == 1
    assert "CBO" in text  # where the figures come from


def test_what_is_no_series_is_refused_in_words_and_a_job_can_be_cancelled(visit):
    page = visit(link(SMALL))
    part(page, "Bubbles")
    page.get_by_role("textbox", name="The series as CSV").fill("day,price\n1,x\n")
    page.get_by_role("button", name="Test it").click()
    page.get_by_role("alert").wait_for(timeout=120_000)
    assert "the series" in page.get_by_role("alert").inner_text()
    rows = "\n".join(f"{n},{100 + n % 7}" for n in range(400))
    page.get_by_role("textbox", name="The series as CSV").fill(f"day,price\n{rows}\n")
    page.get_by_role("button", name="Test it").click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Cancel").wait_for(state="detached")
    assert page.get_by_role("alert").count() == 0
    assert page.get_by_role("button", name="Test it").is_enabled()


@pytest.mark.parametrize("part_of", ["presets", "levers"])
def test_a_link_of_another_version_says_what_it_left_out(visit, part_of):
    old = (
        {"presets": ["us-china-decoupling", "of-yore"]}
        if part_of == "presets"
        else SMALL | {"levers": {"of-yore": 1}}
    )
    page = visit(link(old))
    assert "of-yore" in page.get_by_role("alert").inner_text()
    page.get_by_role("button", name="Dismiss").click()
    assert page.get_by_role("alert").count() == 0
