"""The report in a real browser: it opens from a file, asks the network for nothing, and fits a telephone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from blocs.report.html import write_report
from blocs.scenario.schema import Scenario
from blocs.study.run import run

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = Path(os.environ.get("BLOCS_CHROMIUM", "/usr/bin/chromium"))

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.is_file(), reason=f"no browser at {CHROMIUM}; set BLOCS_CHROMIUM"),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    content = {
        "name": "split",
        "title": "Two giants part",
        "world": "81x28",
        "years": "2025-2026",
        "measures": [
            {"type": "tariff", "by": "USA", "on": "CHN", "rate": 0.25, "years": "2025"},
            {"type": "embargo", "between": ["USA", "CHN"], "years": "2026-"},
        ],
    }
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_report(run(None, Scenario.from_dict(content)), path)
    return path.as_uri()


@pytest.fixture
def visit(chromium, address):
    """Open the report at a width; at the end insist that nothing was complained about or asked for."""
    complaints, asked, pages = [], [], []

    def open_at(width: int):
        page = chromium.new_page(viewport={"width": width, "height": 900})
        pages.append(page)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda request: complaints.append(f"failed: {request.url}"))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        return page

    yield open_at
    for page in pages:
        page.close()
    assert complaints == []
    assert set(asked) <= {address}


def test_it_opens_without_complaint_and_asks_for_nothing(visit):
    page = visit(1200)
    assert page.title() == "Two giants part"
    assert page.locator("h1").inner_text() == "Two giants part"
    assert page.locator("main").count() == 1


@pytest.mark.parametrize(("width", "seen"), [(1200, "wide"), (400, "narrow")])
def test_the_map_that_fits_is_drawn(visit, width, seen):
    page = visit(width)
    maps = page.locator("figure.map svg:visible")
    assert maps.count() == 1
    assert page.locator(f"figure.map .{seen}:visible svg path[data-code]").count() > 150
    colours = page.eval_on_selector_all(
        f"figure.map:visible .{seen} path[data-code=USA]", "paths => paths.map(p => getComputedStyle(p).fill)"
    )
    assert colours
    assert all(colour not in ("none", "rgb(0, 0, 0)") for colour in colours)


@pytest.mark.parametrize("width", [1200, 400])
def test_every_figure_is_visible_within_the_page(visit, width):
    page = visit(width)
    shown = 0
    for figure in page.locator("figure:visible").all():
        drawn = figure.locator("svg:visible")
        assert drawn.count() == 1
        box = drawn.bounding_box()
        assert box is not None
        assert box["width"] > 200
        assert box["height"] > 80
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        shown += 1
    assert shown >= 8


@pytest.mark.parametrize("width", [1200, 400])
def test_no_text_of_a_chart_leaves_its_figure(visit, width):
    page = visit(width)
    beyond = page.evaluate(
        """() => [...document.querySelectorAll('figure svg')].filter(s => s.getBoundingClientRect().width > 0)
            .flatMap(s => { const edge = s.getBoundingClientRect();
                return [...s.querySelectorAll('text')].filter(t => { const r = t.getBoundingClientRect();
                    return r.left < edge.left - 1 || r.right > edge.right + 1 || r.bottom > edge.bottom + 1; })
                    .map(t => t.textContent); })"""
    )
    assert beyond == []


@pytest.mark.parametrize("width", [1200, 400, 320])
def test_nothing_overflows_sideways_even_with_all_details_open(visit, width):
    page = visit(width)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_prints_with_maps_and_tables(visit):
    page = visit(1200)
    page.emulate_media(media="print")
    assert page.locator("figure.map .wide svg:visible").count() >= 1
    assert page.locator("table:visible").count() >= 1
    assert len(page.pdf(prefer_css_page_size=True)) > 20_000
