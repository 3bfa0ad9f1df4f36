"""The committed pages that are made from data say what the data say now."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

import blocs

DOCS = Path(__file__).parents[2] / "docs"


def script(name: str):
    """A script of `docs/` as a module."""
    spec = importlib.util.spec_from_file_location(f"docs_{name}", DOCS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def generate():
    """`docs/generate.py` as a module."""
    return script("generate")


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


def test_the_gallery_is_not_stale_and_shows_every_scenario() -> None:
    from blocs.scenario.io import library

    page = script("gallery").page()
    assert (DOCS / "gallery.md").read_text(encoding="utf-8") == page, (
        "run `python docs/gallery.py` and commit docs/gallery.md"
    )
    for name in library():
        assert page.count(f'scene("{name}")') == 1


def test_every_page_is_in_the_table_of_contents() -> None:
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    pages = [*DOCS.glob("*.md"), *DOCS.glob("tutorials/*.md"), *DOCS.glob("how-to/*.md")]
    for page in pages:
        name = page.relative_to(DOCS).with_suffix("").as_posix()
        assert name == "index" or f"\n{name}\n" in index, f"{name} is in no toctree"


def test_every_vector_has_a_page_with_equations_symbols_limits_and_sources() -> None:
    from blocs.vectors.registry import VECTORS

    for vector in VECTORS:
        page = (DOCS / "vectors" / f"{vector.name}.md").read_text(encoding="utf-8")
        for part in ("$$", "| symbol | meaning |", "```{code-cell}", "What it can", "## Sources"):
            assert part in page, f"{vector.name}.md lacks {part!r}"


def test_every_public_name_is_in_the_api_reference() -> None:
    api = (DOCS / "api.md").read_text(encoding="utf-8")
    missing = [name for name in blocs.__all__ if f"blocs.{name}\n" not in api]
    assert not missing, f"docs/api.md lacks {', '.join(missing)}"
