"""What every test shares: reproducible hypothesis profiles and the folder of published inputs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

# helpers (`source_data`, `property.worlds`, …) are imported by name from the tests folder
sys.path.insert(0, str(Path(__file__).parent))

settings.register_profile("ci", derandomize=True, deadline=None, max_examples=25)
settings.register_profile("long", derandomize=True, deadline=None, max_examples=300)
settings.load_profile("ci")


@pytest.fixture(scope="session")
def world50():
    """The bundled 81 x 50 world."""
    from blocs import load_world

    return load_world("81x50")


@pytest.fixture(scope="session")
def world28():
    """The bundled 81 x 28 world."""
    from blocs import load_world

    return load_world("81x28")


@pytest.fixture(scope="session")
def chromium():
    """Debian's Chromium, one for all browser tests: Playwright's loop cannot be entered twice."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("BLOCS_CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        yield browser
        browser.close()
