"""The lab for everybody: keyboard alone, screen readers, dark pages, telephones, and who may not come in."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from conftest import RESULT, WAIT, colours, part, settled
from test_lab import SMALL, WORLD_TARIFF, link

from blocs.web.assets import FOLDER

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
PARTS = (
    "Lab", "Compare", "Power", "Games", "Minerals", "Payments", "Debt", "Bubbles", "Claims", "Assumptions",
)  # fmt: skip
SERIOUS = {"serious", "critical"}


def tab_to(page, wanted: str, most: int = 120) -> None:
    """Press Tab until the element whose label is `wanted` has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        label = page.evaluate(
            """() => { const e = document.activeElement;
                return e.getAttribute('aria-label') || e.labels?.[0]?.textContent || e.textContent; }"""
        )
        if wanted in (label or ""):
            return
    raise AssertionError(f"{wanted!r} cannot be reached with the Tab key")


def serious(page, where: str) -> list[tuple[str, ...]]:
    """What axe objects to seriously: where, which rule, the first element and why."""
    result = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        (where, one["id"], one["nodes"][0]["html"][:160], one["nodes"][0].get("failureSummary", "")[:300])
        for one in result["violations"]
        if one["impact"] in SERIOUS
    ]


def test_the_lab_works_with_the_keyboard_alone(visit):
    page = visit(link(SMALL))
    settled(page)
    before = colours(page)
    tab_to(page, WORLD_TARIFF)
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    settled(page)
    assert colours(page) != before
    page.keyboard.press("Control+Home")
    page.evaluate("document.activeElement.blur()")
    tab_to(page, "World map of")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")
    spoken = page.locator(".map-box [aria-live]").first.inner_text()
    assert "%" in spoken
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=f"Closer: {spoken.split(':')[0]}").wait_for()


def test_a_dialog_keeps_the_focus_and_escape_closes_it(visit):
    page = visit(link(SMALL))
    page.get_by_role("button", name="Share & download").click()
    for _ in range(40):
        page.keyboard.press("Tab")
        focus = page.evaluate(
            "() => document.activeElement.closest('dialog') ? 'dialog' : document.activeElement.tagName"
        )
        assert focus in ("dialog", "BODY")  # the browser's own bars stand between the last and the first
    page.keyboard.press("Escape")
    page.locator("dialog").wait_for(state="detached")


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: npm ci in web/")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_any_part(visit, scheme):
    page = visit(link(SMALL), scheme=scheme)
    settled(page)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = []
    for name in PARTS:
        if name != "Lab":
            part(page, name)
        else:
            page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
            page.wait_for_load_state("networkidle")
        found += serious(page, name)
    page.get_by_role("button", name="Share & download").click()
    page.wait_for_selector("dialog pre")
    found += serious(page, "dialog")
    assert found == []


@pytest.mark.parametrize("width", [390, 320])
def test_a_telephone_shows_everything_without_scrolling_sideways(visit, width):
    page = visit(link(SMALL), width=width, height=800)
    settled(page)
    for name in PARTS:
        if name != "Lab":
            part(page, name)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name


def test_a_finger_reads_a_cell_and_the_open_part_is_in_sight(visit):
    page = visit(width=390, height=844, touch=True)
    part(page, "Power")
    page.wait_for_selector(".heat canvas", timeout=120_000)
    canvas = page.locator(".heat canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.touchscreen.tap(box["x"] + 0.5 * box["width"], box["y"] + 0.45 * box["height"])
    assert re.search(
        r"if it happens in .+, effect on .+: [+−].*%", page.locator(".heat .reading").inner_text()
    )
    part(page, "Assumptions")
    nav, button = page.locator("nav"), page.locator("nav [aria-current]")
    right = nav.bounding_box()["x"] + nav.bounding_box()["width"]
    assert button.inner_text() == "Assumptions"
    assert button.bounding_box()["x"] + button.bounding_box()["width"] <= right + 1


def test_levers_on_a_telephone_leave_the_map_in_sight(visit):
    page = visit(link(SMALL), width=390, height=800)
    settled(page)
    page.get_by_role("button", name="Levers", exact=True).click()
    page.wait_for_timeout(300)
    slider = page.get_by_role("slider", name=WORLD_TARIFF)
    slider.scroll_into_view_if_needed()
    drawn, lever = page.locator("svg.map").first.bounding_box(), slider.bounding_box()
    assert drawn is not None
    assert lever is not None
    assert drawn["y"] >= 0
    assert drawn["y"] + drawn["height"] <= lever["y"]
    assert lever["y"] + lever["height"] <= 800


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_follows_the_systems_scheme_and_the_readers_choice(visit, scheme):
    page = visit(link(SMALL), scheme=scheme)
    brightness = """() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g)
        .slice(0, 3).reduce((sum, one) => sum + Number(one), 0)"""
    assert (page.evaluate(brightness) > 380) == (scheme == "light")
    page.get_by_role("button", name="Dark page" if scheme == "light" else "Light page").click()
    assert (page.evaluate(brightness) > 380) == (scheme == "dark")


def test_without_the_token_the_page_asks_for_it_and_takes_the_address(chromium, origin, served):
    context = chromium.new_context()
    context.set_default_timeout(WAIT)
    page = context.new_page()
    page.goto(f"{origin}/")
    page.get_by_role("heading", name="This lab needs its key").wait_for()
    page.get_by_role("textbox", name="Address or token").fill(served)
    page.get_by_role("button", name="Open").click()
    page.wait_for_selector(RESULT)
    assert "token" not in page.url
    context.close()


def test_the_script_is_small():
    scripts = [gzip.compress(file.read_bytes(), 9) for file in (FOLDER / "assets").glob("*.js")]
    assert scripts
    assert sum(map(len, scripts)) <= 250_000


def test_a_chart_is_read_with_arrow_keys(visit):
    page = visit(link(SMALL))
    settled(page)
    chart = page.get_by_role("group", name="Welfare over time")
    chart.focus()
    page.keyboard.press("ArrowLeft")
    reading = page.locator(".lines", has=chart).locator("figcaption")
    assert reading.inner_text().startswith("2026")
    assert "%" in reading.inner_text()
