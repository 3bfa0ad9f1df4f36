"""The lab as a user has it: `blocs serve` in a process of its own, and its page in a real browser."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from blocs.web.assets import FOLDER

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = Path(os.environ.get("BLOCS_CHROMIUM", "/usr/bin/chromium"))
WAIT = 60_000  # ms; a busy machine solves slowly, and no test here is about speed
RESULT = ".result:not(.waiting)"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM.is_file():
                item.add_marker(pytest.mark.skip(reason=f"no browser at {CHROMIUM}; set BLOCS_CHROMIUM"))
            if not (FOLDER / "index.html").is_file():
                item.add_marker(
                    pytest.mark.skip(reason="the page is not built: npm ci && npm run build in web/")
                )


@pytest.fixture(scope="session")
def served() -> Iterator[str]:
    """The address that `blocs serve` prints, token and all."""
    pytest.importorskip("fastapi", reason="the lab needs blocs[web]")
    command = [sys.executable, "-c", "from blocs.cli import main; main()"]
    server = subprocess.Popen(
        [*command, "serve", "--port", "0", "--no-browser"], stderr=subprocess.PIPE, text=True
    )
    assert server.stderr is not None
    seen: list[str] = []
    try:
        address = _address(server.stderr, seen, time.monotonic() + 60.0)
        # nobody reads on: the pipe must not fill up
        threading.Thread(target=server.stderr.read, daemon=True).start()
        yield address
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()


def _address(stream, seen: list[str], until: float) -> str:
    while time.monotonic() < until:
        line = stream.readline()
        seen.append(line)
        found = re.search(r"http://127\.0\.0\.1:\d+/#token=\S+", line)
        if found:
            return found.group()
        if not line:
            break
    raise AssertionError(f"blocs serve printed no address: {seen}")


@pytest.fixture(scope="session")
def origin(served) -> str:
    return served.split("/#", 1)[0]


@pytest.fixture(scope="session")
def token(served) -> str:
    return served.split("token=", 1)[1]


@pytest.fixture
def visit(chromium, served, origin, token):
    """Open the lab in a fresh browser; at the end insist that nothing was complained about or asked of others."""
    complaints, asked, contexts = [], [], []

    def open_lab(
        shared: str = "",
        *,
        width: int = 1280,
        height: int = 900,
        scheme: str = "light",
        refused: str = "",
        touch: bool = False,
    ):
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            reduced_motion="reduce",
            has_touch=touch,
        )
        contexts.append(context)
        context.set_default_timeout(WAIT)
        # the tour is for the first visit; tests of that visit let it be
        if shared != "first":
            context.add_init_script("localStorage.setItem('blocs.guided', 'done')")
        page = context.new_page()
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text)
                # the browser reports every answer that is not 2xx; some tests mean to be refused, with one status
                if message.type == "error" and not (refused and refused in message.text)
                else None
            ),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{served}&s={shared}" if shared not in ("", "first") else served)
        page.wait_for_selector(RESULT)
        return page

    yield open_lab
    for context in contexts:
        context.close()
    assert complaints == []
    assert {url.split("/", 3)[2] for url in asked if not url.startswith("blob:")} <= {origin.split("//")[1]}
    assert not [url for url in asked if token in url.split("#", 1)[0]]


def settled(page) -> None:
    """Wait until the results of all years are there and words have caught up."""
    page.wait_for_selector(".map-figure:not(.busy)")
    page.wait_for_function("() => document.querySelectorAll('.year-ends span:not(.here)').length === 0")
    page.wait_for_load_state("networkidle")


def part(page, name: str) -> None:
    """Open a part of the lab and wait until it is there."""
    page.get_by_role("navigation").get_by_role("button", name=name, exact=True).click()
    page.wait_for_selector("main.part h1")
    page.wait_for_function("() => !document.querySelector('main [role=status]')")


def slide(page, label: str, value: float):
    """Move a slider as a pointer does: the value, then the event."""
    slider = page.get_by_role("slider", name=label)
    slider.evaluate(
        """(input, value) => {
            Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(input, String(value));
            input.dispatchEvent(new Event('input', {bubbles: true})); }""",
        value,
    )
    return slider


def colours(page) -> dict[str, str]:
    """The colour of every country on the first map."""
    return page.locator("svg.map").first.evaluate(
        """map => Object.fromEntries([...map.querySelectorAll('[data-code]')]
            .map(one => [one.dataset.code, one.getAttribute('fill')]))"""
    )
