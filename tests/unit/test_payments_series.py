"""The payments tables and their series: months, breaks, status and what is left out."""

from __future__ import annotations

import pytest
from source_data import SOURCE

from blocs.builders.payments import build_payments, month_before, swift_shares
from blocs.data import store
from blocs.errors import DataError
from blocs.world.series import series


def test_the_trackers_report_month_is_one_later_than_its_data() -> None:
    assert month_before("2025-01") == "2024-12"
    dollar = {p.time: p.value for p in series("swift.share", currency="USD").points}
    assert dollar["2024-12"] == 49.12  # the report of January 2025
    yuan = {p.time: p.value for p in series("swift.share", currency="CNY").points}
    assert yuan["2025-08"] == 2.93


def test_a_series_says_where_it_breaks() -> None:
    found = series("swift.share", currency="USD")
    assert found.break_at == "2023-07"
    assert {p.time: p.after_break for p in found.points}["2023-05"] is False
    assert all(p.after_break for p in found.points if p.time >= "2023-07")


def test_memory_is_left_out_unless_asked_for() -> None:
    without, with_ = series("cips.value"), series("cips.value", memory=True)
    assert all(p.status != "memory" for p in without.points)
    assert len(with_.points) == 11 > len(without.points)
    assert {p.time: p.value for p in without.points}["2024"] == 175.49
    assert {p.time: p.value for p in without.points}["2025"] == 180.15


def test_reserve_shares_sum_to_one_hundred_in_recent_quarters() -> None:
    rows = [row for row in store.rows("payments/reserves.csv") if row["quarter"] == "2025-Q1"]
    assert sum(float(row["share"]) for row in rows) == pytest.approx(100.0, abs=0.05)


@pytest.mark.parametrize(
    ("name", "chosen", "words"),
    [
        ("swift.shar", {}, "did you mean 'swift.share'"),
        ("swift.share", {}, "give currency="),
        ("swift.share", {"currency": "CNX"}, "CNY"),
        ("cips.value", {"currency": "CNY"}, "unknown column"),
        ("invoicing.share", {"country": "DEU", "flow": "imprts", "currency": "USD"}, "imports"),
    ],
)
def test_a_wrong_choice_is_refused_in_words(name, chosen, words) -> None:
    with pytest.raises(DataError, match=words):
        series(name, **chosen)


def test_the_builder_gives_the_bundled_tables(tmp_path) -> None:
    if not (SOURCE / "payments").is_dir():
        pytest.skip("no source data: set BLOCS_SOURCE_DATA to the folder that holds payments/")
    build_payments(SOURCE, tmp_path)
    for file in (tmp_path / "payments").iterdir():
        assert file.read_bytes() == store.path(f"payments/{file.name}").read_bytes()


def test_a_missing_source_says_which_folder_is_meant(tmp_path) -> None:
    with pytest.raises(DataError, match="--source is the folder that holds payments/"):
        swift_shares(tmp_path)
