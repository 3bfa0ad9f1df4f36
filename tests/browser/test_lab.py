"""The lab: a result at once, levers that move the map, presets, years, links and files, in a real browser."""

from __future__ import annotations

import base64
import json

import pytest
from conftest import colours, part, settled, slide

from blocs.report.tables import write_tables
from blocs.report.words import percent, region_name
from blocs.scenario.io import parse
from blocs.scenario.schema import Scenario
from blocs.study.run import run

WORLD_TARIFF = "US duty on everybody's goods"
SMALL = {
    "own": [
        {"type": "tariff", "by": ["USA"], "on": ["CHN"], "goods": ["manufacturing"], "rate": 0.25},
        {"type": "embargo", "between": [["USA"], ["CHN"]], "goods": ["vehicles"], "years": "2027-"},
    ],
    "model": {"name": "small", "title": "A small scenario", "years": "2026-2027"},
}


def link(content: dict) -> str:
    """Write a share link by hand, as the page does."""
    return "1." + base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def content_of(fragment: str) -> dict:
    body = fragment.split("s=1.", 1)[1].split(".")[0]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def test_the_first_visit_has_a_result_and_one_thing_to_drag(visit):
    page = visit("first")
    settled(page)
    assert page.locator("h1").inner_text() == Scenario.load("us-china-decoupling").title
    assert "The United States adds a duty" in page.locator(".words").inner_text()
    assert "%" in page.locator(".result").first.inner_text()
    assert len(set(colours(page).values())) > 20
    guide = page.get_by_role("complementary", name="A short tour")
    assert "Drag one slider" in guide.inner_text()
    before = colours(page)
    guide.get_by_role("button", name="for me").click()
    page.wait_for_function("() => document.querySelector('.guide')?.textContent.includes('2 of 4')")
    settled(page)
    assert colours(page) != before
    guide.get_by_role("button", name="End the tour").click()
    assert guide.count() == 0


def test_a_slider_moves_map_words_and_headline(visit):
    page = visit(link(SMALL))
    settled(page)
    before, headline = colours(page), page.locator(".result").first.inner_text()
    slide(page, WORLD_TARIFF, 0.1)
    settled(page)
    after = colours(page)
    assert sum(before[code] != after[code] for code in before) > 40
    assert page.locator(".result").first.inner_text() != headline
    page.wait_for_function("() => document.querySelector('.words').textContent.includes('10%')")


def test_the_latest_move_wins(visit):
    page = visit(link(SMALL))
    settled(page)
    for step in range(1, 9):
        slide(page, WORLD_TARIFF, step / 100)
    settled(page)
    assert page.get_by_role("slider", name=WORLD_TARIFF).input_value() == "0.08"
    shown = colours(page)
    page.reload()  # the address holds the draft: the same scenario, solved afresh
    page.wait_for_selector(".result:not(.waiting)")
    settled(page)
    assert page.get_by_role("slider", name=WORLD_TARIFF).input_value() == "0.08"
    assert colours(page) == shown


def test_while_a_slider_moves_nothing_but_the_map_is_asked_for(visit):
    page = visit(link(SMALL | {"model": {**SMALL["model"], "years": "2027"}}))  # one year: complete at once
    settled(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.split("/api/")[-1]))
    page.get_by_role("slider", name=WORLD_TARIFF).evaluate(
        """async (input) => {
            const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
            for (let n = 1; n <= 12; n += 1) {
                set.call(input, String(n / 100));
                input.dispatchEvent(new Event('input', {bubbles: true}));
                await new Promise((done) => setTimeout(done, 20));
            } }"""
    )
    settled(page)
    assert sum(url.startswith("solve?detail=map") for url in asked) >= 1
    assert asked.count("solve") <= 2  # the exact run, when the slider rests
    assert sum(url.startswith("table/") for url in asked) <= 4


def test_a_request_that_was_overtaken_is_asked_again(visit):
    page = visit(link(SMALL), refused="409")
    settled(page)
    refused = []

    def overtake(route):
        if refused:
            return route.continue_()
        refused.append(route.request.url)
        error = {"kind": "superseded", "message": "a newer request took its place", "place": ""}
        return route.fulfill(status=409, json={"schema": "blocs.error/1", "error": error})

    page.route("**/api/solve?detail=map*", overtake)
    before = colours(page)
    slide(page, WORLD_TARIFF, 0.1)
    settled(page)
    assert refused
    assert colours(page) != before
    assert page.locator(".problem").count() == 0


def test_another_world_in_the_middle_of_a_drag(visit):
    page = visit(link(SMALL))
    settled(page)
    page.get_by_role("heading", name="Years and model").click()
    for step in range(1, 7):
        slide(page, WORLD_TARIFF, step / 100)
        if step == 3:
            page.get_by_role("combobox", name="world").select_option("81x28")
    settled(page)
    shown = colours(page)
    held = content_of(page.url)
    assert (held["levers"], held["model"]["world"]) == ({"us-world-tariff": 0.06}, "81x28")
    page.reload()
    page.wait_for_selector(".result:not(.waiting)")
    settled(page)
    assert colours(page) == shown


def test_todays_value_is_marked_and_said(visit):
    page = visit()
    slider = page.get_by_role("slider", name=WORLD_TARIFF)
    assert "today" in slider.get_attribute("aria-valuetext")
    assert page.locator(".slider", has=slider).locator(".now").count() == 1


def test_presets_stack_reset_and_undo(visit):
    page = visit()
    page.get_by_role("button", name="Library").click()
    page.get_by_role("searchbox", name="Search the scenarios").fill("universal")
    page.get_by_role("button", name="Put on top").first.click()
    settled(page)
    assert page.locator(".stack li").count() == 2
    reset = page.get_by_role("button", name="Reset to preset")
    slide(page, WORLD_TARIFF, 0.05)
    assert reset.is_enabled()
    reset.click()
    assert page.get_by_role("slider", name=WORLD_TARIFF).input_value() == "0"
    page.get_by_role("button", name="Undo").click()
    assert page.get_by_role("slider", name=WORLD_TARIFF).input_value() == "0.05"
    page.get_by_role("button", name="Default", exact=True).click()
    assert page.locator(".stack li").count() == 1
    settled(page)


def test_a_measure_is_changed_taken_away_and_added(visit):
    page = visit(link(SMALL))
    page.get_by_role("button", name="Take away Embargo").click()
    settled(page)
    page.get_by_text("Any other measure").click()
    page.get_by_label("by", exact=True).fill("EU27")
    page.get_by_label("on", exact=True).fill("CHN")
    page.get_by_label("rate", exact=True).fill("0.3")
    page.get_by_role("button", name="Add it").click()
    page.wait_for_function("() => document.querySelector('.words').textContent.includes('EU27')")
    settled(page)
    held = content_of(page.url)["own"]
    assert [measure["type"] for measure in held] == ["tariff", "tariff"]
    assert held[1] == {"type": "tariff", "by": ["EU27"], "on": ["CHN"], "rate": 0.3}


def test_what_is_wrong_is_said_in_the_servers_words_and_heals(visit):
    page = visit(link(SMALL), refused="422")
    settled(page)
    shown = colours(page)
    page.get_by_text("Any other measure").click()
    page.get_by_label("by", exact=True).fill("EU72")
    page.get_by_label("on", exact=True).fill("CHN")
    page.get_by_label("rate", exact=True).fill("0.3")
    page.get_by_role("button", name="Add it").click()
    problem = page.locator(".problem")
    problem.wait_for()
    assert "EU72" in problem.inner_text()
    assert "EU27" in problem.inner_text()
    assert "still those of the scenario before" in problem.inner_text()
    page.get_by_role("button", name="Undo").click()
    problem.wait_for(state="detached")
    settled(page)
    assert colours(page) == shown


def test_a_form_says_what_is_still_needed(visit):
    page = visit(link(SMALL))
    page.get_by_text("Any other measure").click()
    page.get_by_role("button", name="Add it").click()
    assert "Still needed: by, on, rate" in page.get_by_role("alert").inner_text()


def test_years_play(visit):
    page = visit(link(SMALL))
    settled(page)
    year = page.get_by_role("slider", name="Year")
    assert year.input_value() == "2027"
    last = colours(page)
    page.get_by_role("button", name="Play the years").click()
    page.wait_for_function("() => document.querySelector('[aria-label=Year]').value === '2026'")
    assert colours(page) != last
    page.wait_for_function("() => document.querySelector('[aria-label=Year]').value === '2027'")
    page.wait_for_selector("[aria-label='Play the years']")
    assert colours(page) == last


def test_a_link_brings_everything_back_and_holds_no_token(visit, token):
    page = visit(link(SMALL))
    settled(page)
    slide(page, WORLD_TARIFF, 0.07)
    page.get_by_label("Result on the map").select_option("real_wage")
    settled(page)
    page.get_by_role("button", name="Share & download").click()
    address = page.get_by_role("textbox", name="Link to this scenario").input_value()
    assert token not in address
    assert token not in page.url
    held = content_of(address)
    assert held["levers"] == {"us-world-tariff": 0.07}
    assert set(held) == {"own", "levers", "model", "view"}
    shown = colours(page)
    again = visit(address.split("s=", 1)[1])
    settled(again)
    assert colours(again) == shown
    assert again.get_by_label("Result on the map").input_value() == "real_wage"
    assert again.get_by_role("slider", name=WORLD_TARIFF).input_value() == "0.07"


def test_an_untouched_preset_is_a_short_link(visit):
    page = visit()
    settled(page)
    page.wait_for_function("() => location.hash.startsWith('#s=')")
    assert content_of(page.url) == {"presets": ["us-china-decoupling"]}


@pytest.mark.parametrize("shared", ["1.e30x", "9.e30", "1.%%%"])
def test_a_damaged_link_says_so_and_shows_the_default(visit, shared):
    page = visit(shared)
    assert "link" in page.get_by_role("alert").inner_text()
    assert page.locator("h1").inner_text() == Scenario.load("us-china-decoupling").title


def test_files_hold_the_numbers_of_the_command_line(visit, tmp_path):
    page = visit(link(SMALL))
    settled(page)
    page.get_by_role("button", name="Share & download").click()

    def taken(file: str):
        with page.expect_download() as wait:
            page.locator(f"[data-file='{file}']").click()
        path = tmp_path / file
        wait.value.save_as(path)
        return path

    scenario = parse(taken("scenario.yaml").read_text(encoding="utf-8"))
    done = run(None, scenario)
    write_tables(done, tmp_path / "own")
    for name in ("regions.csv", "sectors.csv"):
        assert taken(name).read_bytes() == (tmp_path / "own" / name).read_bytes()
    assert taken("map.svg").read_text(encoding="utf-8").lstrip().startswith("<svg")
    for name in ("map.png", "sankey.png"):
        picture = taken(name).read_bytes()
        assert picture.startswith(b"\x89PNG")
        assert len(picture) > 20_000
    python = page.get_by_label("Python", exact=True).inner_text()
    assert "blocs.run" in python
    page.keyboard.press("Escape")
    # and the page shows the very numbers, rounded as the report rounds them
    page.get_by_text("The map as a table").click()
    row = page.locator("[aria-label='Results by region'] tbody tr")
    row.filter(has_text=region_name("ROW")).wait_for()
    shown = dict(text.split("\t")[:2] for text in row.all_inner_texts())
    values = done.welfare.sel(year=2027)
    for code in ("USA", "CHN", "MEX", "DEU", "ROW"):
        assert shown[region_name(code)].lstrip("+") == percent(float(values.sel(region=code)))


def test_a_scenario_file_is_opened(visit, tmp_path):
    page = visit()
    file = tmp_path / "mine.yaml"
    file.write_text(
        "name: mine\ntitle: From a file\nyears: 2026\nmeasures:\n"
        "  - {type: tariff, by: EU27, on: CHN, goods: vehicles, rate: 0.3}\n",
        encoding="utf-8",
    )
    page.get_by_role("button", name="Library").click()
    page.get_by_label("Open a scenario file…").set_input_files(file)
    page.wait_for_function("() => document.querySelector('h1').textContent === 'From a file'")
    settled(page)


def test_a_region_is_looked_at_closely(visit):
    page = visit(link(SMALL))
    settled(page)
    page.locator("svg.map [data-code=MEX]").first.click(force=True)
    page.get_by_role("heading", name="Closer: Mexico").wait_for()
    page.wait_for_function(
        "() => document.querySelectorAll('[aria-label=\"Industries of Mexico\"] li').length > 5"
    )
    page.get_by_role("heading", name="Rerouted trade").wait_for()
    assert page.locator(".sankey .flow").count() > 6


def test_two_scenarios_side_by_side(visit):
    page = visit(link(SMALL))
    settled(page)
    page.get_by_role("button", name="Keep as A").click()
    page.get_by_text("The two scenarios give the same.").wait_for()
    page.get_by_role("button", name="Change B in the lab").click()
    slide(page, WORLD_TARIFF, 0.1)
    settled(page)
    part(page, "Compare")
    page.locator("[aria-label='Worse in B'] li").first.wait_for()
    first, second = (
        page.get_by_role("region", name=f"Scenario {letter}")
        .locator("svg.map")
        .first.evaluate(
            "map => [...map.querySelectorAll('[data-code]')].map(p => p.getAttribute('fill')).join()"
        )
        for letter in "AB"
    )
    assert first != second
    assert "other" in content_of(page.url)


def test_an_assumption_travels_with_the_scenario(visit):
    page = visit(link(SMALL))
    settled(page)
    before = colours(page)
    part(page, "Assumptions")
    page.get_by_role("searchbox", name="Search the assumptions").fill("elasticity.common")
    field = page.get_by_label("trade.elasticity.common", exact=True)
    field.fill("-0.3")
    field.press("Enter")
    page.get_by_role("region", name="What differs from the default").wait_for()
    page.get_by_role("navigation").get_by_role("button", name="Lab", exact=True).click()
    settled(page)
    assert colours(page) != before
    assert content_of(page.url)["assumptions"] == {"trade.elasticity.common": -0.3}


def test_tiles_show_every_region(visit):
    page = visit(link(SMALL))
    page.get_by_role("button", name="Tiles").click()
    assert page.locator("g.tile").count() == 81


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        ("Power", ".heat canvas"),
        ("Minerals", ".picker .element"),
        ("Payments", ".lines"),
        ("Debt", ".lines .band"),
        ("Claims", ".claims li"),
    ],
)
def test_the_other_parts_open_with_figures(visit, name, sign):
    page = visit(link(SMALL))
    part(page, name)
    page.locator(sign).first.wait_for()


def test_an_ensemble_leaves_bands_and_says_what_decides(visit):
    page = visit(link(SMALL | {"model": {**SMALL["model"], "years": "2026-2027", "world": "81x28"}}))
    settled(page)
    page.get_by_label("Draws").select_option("50")
    page.get_by_role("button", name="Draw", exact=True).click()
    page.get_by_role("heading", name="What decides").wait_for(timeout=180_000)
    assert page.locator("#closer ~ .two .lines .band, .panel:has(#closer) .band").count() == 2
