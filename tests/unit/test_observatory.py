"""The AI observatory says what its sources say: totals, percentiles, shares that sum, and who is missing."""

from __future__ import annotations

import json
import math
import os
from collections import defaultdict
from pathlib import Path

import pytest
from click.testing import CliRunner

from blocs.builders.ai_sectors import SECTORS, sector_rows
from blocs.cli.main import main
from blocs.data import store
from blocs.errors import DataError
from blocs.report.ai import figures
from blocs.world import observatory as ai
from blocs.world.tables import sector_table

SOURCE = Path(os.environ.get("BLOCS_SOURCE_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))


def test_chips_are_cumulative_and_inside_their_percentiles() -> None:
    for totals in (ai.chips_by_maker(), ai.chips_by_owner()):
        before: dict[str, int] = {}
        for total in totals:
            assert total.h100e_low < total.h100e < total.h100e_high
            assert total.h100e >= before.get(total.who, 0)
            before[total.who] = total.h100e


def test_owners_hold_no_more_than_nvidia_sold() -> None:
    sold = {t.quarter_end: t.h100e for t in ai.chips_by_maker() if t.who == "Nvidia"}
    held: dict[str, int] = defaultdict(int)
    for total in ai.chips_by_owner():
        held[total.quarter_end] += total.h100e
    assert held
    assert all(held[quarter] < sold[quarter] for quarter in held)


def test_the_last_complete_quarter_leaves_out_what_the_source_calls_incomplete() -> None:
    assert ai.latest(ai.chips_by_maker())["Nvidia"].quarter_end == "2025-12-31"
    assert any(not total.complete for total in ai.chips_by_maker())


def test_projections_are_told_from_observations() -> None:
    states = ai.data_centres()
    assert {state.status for state in states} == {"observed", "projected"}
    assert all((state.date > "2025-12-11") == (state.status == "projected") for state in states)
    assert {state.country for state in states} == {"USA", "CHN", "ARE"}


def test_models_are_counted_once() -> None:
    """Epoch AI's files have 471 large models, all dated from 2019 on."""
    assert math.fsum(row.models for row in ai.releases("large")) == pytest.approx(471, abs=0.01)
    assert {row.openness for row in ai.releases("notable")} == set(ai.OPENNESS)
    with pytest.raises(DataError, match="did you mean 'large'"):
        ai.releases("larg")


def test_generation_grows_as_its_ends_say() -> None:
    years = ai.electricity()["CHN"]
    growth = ai.electricity_growth("CHN", 2013, 2023)
    assert years[2013] * (1 + growth) ** 10 == pytest.approx(years[2023])
    assert growth > 10 * ai.electricity_growth("USA", 2013, 2023)
    for arguments, says in (
        (("CHX", 2013, 2023), "CHX"),
        (("CHN", 2013, 2030), "2030"),
        (("CHN", 2023, 2013), "later"),
    ):
        with pytest.raises(DataError, match=says):
            ai.electricity_growth(*arguments)


def test_strategic_sectors_are_icio_industries_with_weights_that_sum_to_one() -> None:
    sums: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row in ai.strategic_sectors():
        assert row.industry in sector_table()
        assert row.caveat
        sums[row.plan, row.sector][0] += row.weight
        sums[row.plan, row.sector][1] += row.weight_equal
    assert {plan: len(sectors) for plan, sectors in SECTORS.items()} == {
        "Made in China 2025": 10,
        "15th Five-Year Plan": 6,
    }
    assert len(sums) == 16
    for pair in sums.values():
        assert pair == pytest.approx([1.0, 1.0], abs=3e-4)
    with pytest.raises(DataError, match="Made in China 2025"):
        ai.strategic_sectors("Made in China 2026")


def test_the_bundled_weights_are_those_of_the_bundled_world() -> None:
    bundled = store.rows("ai/strategic-sectors.csv")
    assert [{k: str(v) for k, v in row.items()} for row in sector_rows()] == bundled


def test_capex_says_how_it_is_known() -> None:
    rows = ai.capex()
    assert {row.status for row in rows} == {"transcribed", "third_party"}
    assert all(row.usd_bn_low <= row.usd_bn <= row.usd_bn_high for row in rows)
    assert [(r.usd_bn_low, r.usd_bn_high) for r in rows if (r.company, r.year) == ("Meta", 2026)] == [
        (115.0, 135.0)
    ]


def test_figures_are_drawn_from_their_tables() -> None:
    for name, figure in figures().items():
        assert figure.svg.startswith("<svg"), name
        assert len(figure.table) > 3


def test_the_command_prints_tables_json_and_files(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["ai", "--json"])
    assert result.exit_code == 0
    assert result.stdout.count("\n") == 1
    found = json.loads(result.stdout)
    assert found["schema"] == "blocs.ai/1"
    assert any("Epoch AI" in source for source in found["sources"])
    shown = CliRunner().invoke(main, ["ai", "chips", "--out", str(tmp_path / "figures")])
    assert "Nvidia" in shown.stdout
    assert len(list((tmp_path / "figures").glob("*.svg"))) == 5
    wrong = CliRunner().invoke(main, ["ai", "chip"])
    assert wrong.exit_code == 2
    assert "did you mean 'chips'" in wrong.stderr


@pytest.mark.skipif(
    not (SOURCE / "ai").is_dir(), reason="no source folder: set BLOCS_SOURCE_DATA to rebuild tables"
)
def test_the_builder_gives_the_bundled_tables(tmp_path: Path) -> None:
    from blocs.builders.ai import build_ai

    build_ai(SOURCE, tmp_path)
    for path in sorted((tmp_path / "ai").iterdir()):
        assert path.read_bytes() == store.path(f"ai/{path.name}").read_bytes(), path.name


def test_a_missing_source_is_named(tmp_path: Path) -> None:
    from blocs.builders.ai import build_ai

    with pytest.raises(DataError, match=r"no ai/nvidia_cumulative_totals\.csv"):
        build_ai(tmp_path, tmp_path)
