"""The build hook of the page: when it builds, when it says no, and that it never stands in the way unasked."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

pytest.importorskip("hatchling", reason="the hook is hatchling's")

ROOT = Path(__file__).parents[2]
if not (ROOT / "hatch_build.py").is_file():
    pytest.skip("not a source checkout", allow_module_level=True)

NPM = """#!/bin/sh
echo "npm $*" >> "$PWD/../calls"
[ "$1" = run ] || exit 0
[ -e ../broken ] && exit 3
mkdir -p ../src/blocs/web/assets && echo "<html>" > ../src/blocs/web/assets/index.html
"""


@pytest.fixture
def hook():
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout with page sources, and a path with an npm that notes what it is asked."""
    web, tools = tmp_path / "web", tmp_path / "tools"
    (web / "src").mkdir(parents=True)
    (web / "package-lock.json").write_text("{}", encoding="utf-8")
    (web / "src" / "main.ts").write_text("1", encoding="utf-8")
    tools.mkdir()
    (tools / "npm").write_text(NPM, encoding="utf-8")
    (tools / "npm").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}/usr/bin{os.pathsep}/bin")
    return tmp_path


@pytest.fixture
def built(hook, checkout):
    """Build, and return what was said and what npm was asked."""

    def build(wish=""):
        said = []
        hook.build(checkout, wish, said.append)
        calls = checkout / "calls"
        return said, calls.read_text().splitlines() if calls.is_file() else []

    return build


def test_it_builds_what_the_lock_file_names(built, checkout):
    said, calls = built()
    assert said == []
    assert calls == ["npm ci --no-audit --no-fund", "npm run build"]
    assert (checkout / "src/blocs/web/assets/index.html").is_file()


def test_it_builds_again_only_when_sources_changed(built, checkout):
    built()
    said, calls = built()
    assert len(calls) == 2
    assert "not changed" in said[0]
    (checkout / "web" / "node_modules").mkdir()
    (checkout / "web" / "node_modules" / "x.js").write_text("2", encoding="utf-8")
    assert len(built("1")[1]) == 2
    (checkout / "web" / "src" / "main.ts").write_text("2", encoding="utf-8")
    assert len(built()[1]) == 4


def test_told_never_it_never_builds(built):
    said, calls = built("0")
    assert calls == []
    assert len(said) == 1


def test_without_npm_it_goes_on_with_one_line_and_fails_only_when_told_to(hook, built, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    said, _ = built()
    assert len(said) == 1
    assert "npm is not on the path" in said[0]
    with pytest.raises(hook.WebBuildError, match="npm is not on the path"):
        built("1")


def test_a_broken_build_leaves_no_stamp_and_stops_nobody_unasked(hook, built, checkout):
    (checkout / "broken").touch()
    said, _ = built()
    assert "ended with 3" in said[0]
    with pytest.raises(hook.WebBuildError, match="ended with 3"):
        built("1")
    (checkout / "broken").unlink()
    assert built()[0] == []


def test_without_sources_there_is_nothing_to_build(hook, built, checkout):
    (checkout / "web" / "package-lock.json").unlink()
    assert "not here" in built()[0][0]
    with pytest.raises(hook.WebBuildError, match="not here"):
        built("1")


def test_another_wish_is_refused(hook, built):
    with pytest.raises(hook.WebBuildError, match="BLOCS_BUILD_WEB is 'yes'"):
        built("yes")
