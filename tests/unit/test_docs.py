"""The committed pages that are made from data say what the data say now."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

import blocs

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def generate():
    """`docs/generate.py` as a module."""
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_assumptions_are_not_stale(generate) -> None:
    committed = (DOCS / "assumptions.md").read_text(encoding="utf-8")
    assert committed == generate.page(), "run `python docs/generate.py` and commit docs/assumptions.md"


def test_assumptions_name_every_parameter_and_source(generate) -> None:
    page = generate.page()
    nests = generate.store.mapping("parameters/nests.yaml")
    for name in (*nests["short"], *nests["dynamics"]):
        assert f"### `{name}`" in page
    for name in generate.store.mapping("parameters/sources.yaml"):
        assert f"**`{name}`**" in page
    assert page.count("*Why:*") == len(generate.store.rows("worlds/repairs.csv"))


def test_every_page_is_in_the_table_of_contents() -> None:
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    for page in DOCS.glob("*.md"):
        assert page.name == "index.md" or f"\n{page.stem}\n" in index, f"{page.name} is in no toctree"


def test_every_public_name_is_in_the_api_reference() -> None:
    api = (DOCS / "api.md").read_text(encoding="utf-8")
    missing = [name for name in blocs.__all__ if f"blocs.{name}\n" not in api]
    assert not missing, f"docs/api.md lacks {', '.join(missing)}"
