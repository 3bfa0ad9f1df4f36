"""Builds the page into the package when a wheel is made: always, never, or when Node is there and the sources changed.

BLOCS_BUILD_WEB=1 builds or fails (releases, CI); 0 never builds; unset builds when npm is on the path and the sources
are not those the assets were built from, and otherwise skips with one line and never fails.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VARIABLE = "BLOCS_BUILD_WEB"
ASSETS = "src/blocs/web/assets"
STAMP = ".sources"  # what the assets were built from; written last, so that it stands for whole assets
NOT_SOURCES = frozenset({"node_modules", "dist", "coverage", "test-results"})


class WebBuildError(Exception):
    """The page cannot be built."""


class WebBuildHook(BuildHookInterface):
    """Runs before a wheel is put together, the wheel of an editable installation among them."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page or not, as the environment says."""
        root = Path(self.root)
        say = self.app.display_info
        build(root, os.environ.get(VARIABLE, ""), say)


def build(root: Path, wish: str, say: Any) -> None:
    """Bring ASSETS up to date with web/. Raises WebBuildError where `wish` is "1" and it cannot be done."""
    if wish not in ("", "0", "1"):
        raise WebBuildError(f"{VARIABLE} is {wish!r}; set it to 1 (build or fail), 0 (never), or not at all")
    if wish == "0":
        say(f"the page is not built: {VARIABLE}=0")
        return
    web, assets = root / "web", root / ASSETS
    try:
        if not (web / "package-lock.json").is_file():
            raise WebBuildError("the page's sources (web/) are not here")
        now = fingerprint(web)
        if _stamp(assets) == now:
            say("the page is built already: its sources have not changed")
            return
        npm = shutil.which("npm")
        if npm is None:
            raise WebBuildError("npm is not on the path; install Node 20 or later")
        _run(npm, web)
        if not (assets / "index.html").is_file():
            raise WebBuildError(f"the build left no {ASSETS}/index.html")
        (assets / STAMP).write_text(now + "\n", encoding="utf-8")
    except (WebBuildError, OSError, subprocess.SubprocessError) as error:
        if wish == "1":
            raise WebBuildError(f"{VARIABLE}=1, but the page cannot be built: {error}") from error
        first = str(error).splitlines()[0]
        say(f"the page is not built ({first}); `blocs serve` will say how")


def fingerprint(web: Path) -> str:
    """Return the hash of all sources of the page: names and contents."""
    state = hashlib.sha256()
    for file in sorted(web.rglob("*")):
        parts = file.relative_to(web).parts
        if file.is_file() and not NOT_SOURCES.intersection(parts):
            state.update("/".join(parts).encode() + b"\0" + file.read_bytes() + b"\0")
    return state.hexdigest()


def _stamp(assets: Path) -> str:
    file = assets / STAMP
    return file.read_text(encoding="utf-8").strip() if file.is_file() else ""


def _run(npm: str, web: Path) -> None:
    """Install what the lock file names and build; the output goes to stderr."""
    quiet = os.environ | {"CI": "1", "npm_config_fund": "false", "npm_config_audit": "false"}
    for command in ([npm, "ci", "--no-audit", "--no-fund"], [npm, "run", "build"]):
        try:
            subprocess.run(command, cwd=web, env=quiet, check=True, stdout=sys.stderr, timeout=900)
        except subprocess.CalledProcessError as error:
            raise WebBuildError(
                f"`npm {' '.join(command[1:])}` in web/ ended with {error.returncode}"
            ) from error
