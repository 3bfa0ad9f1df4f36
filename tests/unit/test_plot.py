"""Figures are repeatable SVG drawn from their table, work for runs and static outcomes, and refuse misuse."""

from __future__ import annotations

import sys

import pytest

import blocs
from blocs.errors import DataError
from blocs.report.words import fixed
from blocs.scenario.schema import Scenario
from blocs.study.run import Run, run


@pytest.fixture(scope="module")
def split() -> Run:
    """Tariffs in 2026, an embargo in 2027."""
    content = {
        "name": "split",
        "world": "81x28",
        "years": "2026-2027",
        "measures": [
            {"type": "tariff", "by": "USA", "on": "CHN", "goods": "goods", "rate": 0.25, "years": "2026"},
            {"type": "embargo", "between": ["USA", "CHN"], "goods": "goods", "years": "2027-"},
        ],
    }
    return run(None, Scenario.from_dict(content))


@pytest.mark.parametrize("name", ["map", "winners", "sectors", "rerouting", "paths"])
def test_figures_are_repeatable_svg_drawn_from_their_table(split, tmp_path, name):
    figure = getattr(blocs.plot, name)(split)
    assert figure.svg == getattr(blocs.plot, name)(split).svg
    assert figure._repr_html_() == figure.svg
    assert len(figure.table) > 0
    assert 'role="img"' in figure.svg
    assert "<date>" not in figure.svg
    assert figure.save(tmp_path / "f.svg").read_text(encoding="utf-8").strip() == figure.svg
    if name == "map":
        with pytest.raises(DataError, match=r"saved as \.svg, not as \.png"):
            figure.save(tmp_path / "f.png")
    else:
        assert figure.save(tmp_path / "f.png").read_bytes().startswith(b"\x89PNG")
        assert "<text" in figure.svg
        assert "DejaVu" not in figure.svg


def test_bars_show_what_the_table_holds(split):
    figure = blocs.plot.winners(split)
    for row in figure.table.records():
        assert f">{row['name']}<" in figure.svg
    usa = next(row for row in figure.table.records() if row["region"] == "USA")
    assert f">{fixed(usa['welfare'], 2)}<" in figure.svg


def test_figures_work_for_a_static_outcome(split):
    outcome = split.at(2027)
    for name in ("map", "winners", "sectors", "rerouting"):
        assert "2027" not in getattr(blocs.plot, name)(outcome).title
    with pytest.raises(DataError, match="has no years"):
        blocs.plot.map(outcome, year=2027)
    with pytest.raises(DataError, match="at least two years"):
        blocs.plot.paths(outcome)


def test_misuse_of_figures_says_what_is_valid(split):
    with pytest.raises(DataError, match="did you mean 'welfare'"):
        blocs.plot.map(split, "wellfare")
    with pytest.raises(DataError, match="year 2050 was not run"):
        blocs.plot.map(split, year=2050)
    with pytest.raises(DataError, match="ZZZ"):
        blocs.plot.sectors(split, ["ZZZ"])
    assert set(blocs.plot.sectors(split, ["DEU"]).table.column("region")) == {"DEU"}


def test_the_callers_matplotlib_stays_as_it_is(split):
    import matplotlib

    before = dict(matplotlib.rcParams)
    with matplotlib.rc_context({"font.size": 30.0, "axes.facecolor": "black"}):
        styled = blocs.plot.winners(split).svg
    assert styled == blocs.plot.winners(split).svg
    assert dict(matplotlib.rcParams) == before


def test_importing_the_public_face_stays_light():
    import subprocess

    code = "import sys, blocs, blocs.plot; print(sorted({'matplotlib', 'jinja2', 'pandas', 'jax'} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
