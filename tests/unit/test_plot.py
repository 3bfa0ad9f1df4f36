"""Figures are repeatable SVG drawn from their table, work for runs and static outcomes, and refuse misuse."""

from __future__ import annotations

import sys
from itertools import pairwise

import pytest

import blocs
from blocs.errors import DataError
from blocs.report.sankey import Band, _layout, _places
from blocs.report.tables import bilateral_table
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


@pytest.mark.parametrize("name", ["map", "winners", "sectors", "rerouting", "sankey", "paths"])
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


def test_the_sankey_draws_the_flows_that_change_most(split):
    """Its rows are the largest falls and rises of the bilateral table, and its bars add up the bands drawn."""
    figure = blocs.plot.sankey(split, year=2027)
    drawn = figure.table.records()
    every = bilateral_table(split, 2027).records()
    assert [row for row in every if row in drawn] == sorted(drawn, key=every.index)
    by_change = sorted(every, key=lambda row: row["change_usd"])
    assert drawn == [*by_change[:8], *by_change[-8:]]
    sold = sum(row["change_usd"] for row in drawn if row["origin"] == "CHN") / 1e3
    assert f">{fixed(sold, 1)}<" in figure.svg
    share = sum(abs(row["change_usd"]) for row in drawn) / sum(abs(row["change_usd"]) for row in every)
    assert f"{100 * share:.0f}% of all change" in figure.svg
    for row in drawn:
        assert f"{row['origin_name']} to {row['destination_name']} " in figure.svg


def test_widths_of_bands_and_bars_agree():
    bands = [Band("A", "B", -4.0), Band("C", "B", 3.0), Band("A", "D", 0.5), Band("D", "B", -1e-9)]
    layout = _layout(bands, 0.2)
    for side in (layout.origins, layout.destinations):
        assert sum(node.tall for node in side.values()) == pytest.approx(7.5 * layout.scale)
        nodes = sorted(side.values(), key=lambda node: node.top)
        middles = [node.top + node.tall / 2 for node in nodes]
        assert all(below - above >= 0.2 for above, below in pairwise(middles))
        assert all(above.top + above.tall < below.top for above, below in pairwise(nodes))
        assert nodes[-1].top + nodes[-1].tall <= layout.height
    assert layout.origins["A"].net == -3.5
    tops = _places(bands, layout.destinations, layout.origins, layout.scale, "destination", "origin")
    assert tops[0] == pytest.approx(layout.destinations["B"].top)
    ends = sorted((tops[n], abs(bands[n].change) * layout.scale) for n in (0, 1, 3))
    assert all(a + tall == pytest.approx(b) for (a, tall), (b, _) in pairwise(ends))


def test_a_sankey_of_nothing_is_refused():
    idle = Scenario.from_dict({"name": "idle", "world": "81x28", "years": "2025-2026", "measures": []})
    with pytest.raises(DataError, match="no trade in goods changes"):
        blocs.plot.sankey(run(None, idle))


def test_figures_work_for_a_static_outcome(split):
    outcome = split.at(2027)
    for name in ("map", "winners", "sectors", "rerouting", "sankey"):
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
