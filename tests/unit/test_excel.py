"""The workbook holds the same numbers as the CSV tables, as numbers, with units."""

from __future__ import annotations

from pathlib import Path

import pytest

import blocs
from blocs.report import excel
from blocs.report.tables import all_tables


@pytest.fixture(scope="module")
def outcome() -> blocs.Outcome:
    world = blocs.load_world("81x28")
    tariff = world.accounts.tariff.copy()
    tariff[:, world.region_index("CHN"), world.region_index("USA")] += 0.25
    return blocs.solve(world, tariff=tariff)


def test_every_table_is_a_sheet_with_its_numbers(outcome: blocs.Outcome, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(excel.write_excel(outcome, tmp_path / "t.xlsx"), read_only=True)
    tables = all_tables(outcome)
    assert book.sheetnames == [table.name for table in tables]
    for table in tables:
        rows = list(book[table.name].iter_rows(values_only=True))
        assert len(rows) == len(table) + 1
        assert any("US$ mn" in str(head) for head in rows[0])
        for cell, value in zip(rows[1], table.rows[0], strict=True):
            same = value if isinstance(value, str) or value is None else pytest.approx(value, rel=1e-14)
            assert cell == same
    welfare = book["regions"]["D2"]
    assert isinstance(welfare.value, float)
    assert welfare.number_format == "0.00"


def test_a_table_longer_than_a_sheet_goes_on(
    outcome: blocs.Outcome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    monkeypatch.setattr(excel, "MOST_ROWS", 4_001)
    book = openpyxl.load_workbook(excel.write_excel(outcome, tmp_path / "t.xlsx"), read_only=True)
    assert "bilateral (2)" in book.sheetnames
    assert len(list(book["bilateral (2)"].iter_rows())) == 81 * 80 - 4_000 + 1
