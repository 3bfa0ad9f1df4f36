"""The observatory: every series reads and says how it is known; a user's own series join it or are refused by line."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from source_data import SOURCE

import blocs
from blocs.builders.macro import build_macro
from blocs.data import store
from blocs.errors import BlocsError, DataError
from blocs.world.series import Observatory
from blocs.world.series_file import SeriesError

KNOWN = {"file", "transcribed", "third_party", "derived", "memory"}
OBSERVATORY = Observatory.bundled()


def chosen(name: str, last: bool = False) -> dict[str, str]:
    found: dict[str, str] = {}
    for column in OBSERVATORY.entries[name].by:
        found[column] = OBSERVATORY.choices(name, column, **found)[-1 if last else 0]
    return found


@pytest.mark.parametrize("name", sorted(OBSERVATORY.entries))
def test_every_series_reads_in_order_with_unit_source_and_status(name: str) -> None:
    for last in (False, True):
        found = OBSERVATORY.series(name, memory=True, **chosen(name, last))
        assert found.points
        assert found.unit
        assert found.source
        assert [p.time for p in found.points] == sorted(p.time for p in found.points)
        assert all(math.isfinite(p.value) and p.status in KNOWN and p.source for p in found.points)


def test_every_table_of_observations_is_behind_a_series() -> None:
    """No vector keeps observations that the catalogue does not know."""
    behind = {entry.table for entry in OBSERVATORY.entries.values()}
    derived = {"minerals/production.csv"}
    for folder in ("payments", "macro"):
        for path in (store.folder() / folder).glob("*.csv"):
            assert path.relative_to(store.folder()).as_posix() in behind | derived


def test_trade_sums_over_partners_and_industries() -> None:
    def sold(importer: str, industry: str) -> float:
        return (
            blocs.series("trade.exports", exporter="CHN", importer=importer, industry=industry)
            .points[-1]
            .value
        )

    assert sold("all", "goods") + sold("all", "services") == pytest.approx(sold("all", "all"), rel=1e-9)
    regions = [
        code for code in OBSERVATORY.choices("trade.exports", "importer") if code not in ("all", "CHN")
    ]
    one_by_one = sum(sold(code, "C26") for code in regions[:5])
    assert 0.0 < one_by_one < sold("all", "C26")
    assert 100.0 * sold("USA", "goods") / sold("all", "goods") == pytest.approx(
        16.3, abs=0.05
    )  # the source's README


def test_concentration_sums_to_the_world() -> None:
    countries = OBSERVATORY.choices("minerals.concentration", "country")
    total = sum(
        point.value
        for code in countries
        for point in blocs.series("minerals.concentration", symbol="Ga", country=code).points
        if point.time == "2024"
    )
    assert total == pytest.approx(100.0)


def test_a_break_splits_a_series() -> None:
    parts = blocs.series("swift.share", currency="USD").parts()
    assert [label for label, _ in parts] == ["USD, before", "USD, since 2023-07"]
    assert sum(len(points) for _, points in parts) == len(blocs.series("swift.share", currency="USD").points)


def test_rounding_is_half_a_last_digit() -> None:
    assert blocs.series("swift.share", currency="CNY").at("2025-08").rounding == pytest.approx(0.005)
    assert blocs.series("cips.countries").points[-1].rounding == 0.5


@pytest.mark.parametrize(
    ("name", "where", "words"),
    [
        ("swift.shar", {}, "did you mean 'swift.share'"),
        ("swift.share", {}, "give currency=..., one of"),
        ("swift.share", {"currency": "CNX"}, "CNY"),
        ("swift.share", {"currncy": "CNY"}, "currency"),
        ("cips.value", {"currency": "CNY"}, "unknown column"),
        ("trade.exports", {"exporter": "CHI", "importer": "all", "industry": "all"}, "CHN"),
        ("trade.exports", {"exporter": "CHN", "importer": "all", "industry": "good"}, "goods"),
    ],
)
def test_what_is_not_there_is_refused_with_the_nearest(name, where, words) -> None:
    with pytest.raises(DataError, match=words):
        blocs.series(name, **where)


# --- a user's own -------------------------------------------------------------------------------------------

OWN = """my.price:
  title: Price of tea
  unit: US$ a kg
  source: a market
  table: tea.csv
  time: month
  value: price
  by: [kind]
  status: transcribed
"""


def write(
    folder: Path, text: str = OWN, table: str = "month,kind,price\n2025-01,green,4.5\n2025-02,green,4.75\n"
) -> Path:
    (folder / "tea.csv").write_text(table)
    (folder / "tea.yaml").write_text(text)
    return folder / "tea.yaml"


def test_a_user_s_series_joins(tmp_path: Path) -> None:
    found = blocs.series("my.price", file=write(tmp_path), kind="green")
    assert [(p.time, p.value, p.status) for p in found.points] == [
        ("2025-01", 4.5, "transcribed"),
        ("2025-02", 4.75, "transcribed"),
    ]


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = write(tmp_path)
    assert blocs.series("my.price", file=path, kind="green").points[-1].value == 4.75
    (tmp_path / "tea.csv").write_text("month,kind,price\n2025-02,green,9\n")
    assert blocs.series("my.price", file=path, kind="green").points[-1].value == 9.0


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("  unit: US$ a kg\n", "", 1, "unit is missing"),
        ("  time: month", "  tim: month", 6, "did you mean 'time'"),
        ("  time: month", "  time: mont", 6, "did you mean 'month'"),
        ("  value: price", "  value: prise", 7, "did you mean 'price'"),
        ("by: [kind]", "by: [sort]", 8, "unknown column 'sort'"),
        ("status: transcribed", "status: heard", 9, "transcribed"),
        ("  status: transcribed\n", "", 1, "say how the values are known"),
        ("table: tea.csv", "table: coffee.csv", None, "coffee.csv: cannot be read"),
        ("my.price:", "swift.share:", None, "exists already"),
        ("title: Price of tea", "title: [a", 3, "is not valid YAML"),
        ("table: tea.csv", "derive: exports", 5, "derive is for bundled series"),
    ],
)
def test_a_wrong_catalogue_is_refused_by_line(tmp_path, old, new, line, words) -> None:
    path = write(tmp_path, OWN.replace(old, new))
    with pytest.raises(BlocsError, match=words) as caught:
        Observatory.bundled().with_files(path)
    if line is not None:
        assert isinstance(caught.value, SeriesError)
        assert caught.value.line == line
        assert caught.value.file == str(path)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("month,kind,price\n2025-01,green,cheap\n", "'cheap' is no number"),
        ("month,kind,price\n2025-01,green,nan\n", "no finite number"),
        ("month,kind,price\n2025-01,green,1\n2025-01,green,2\n", "two rows for 2025-01"),
        ("month,kind,price\n", "has no rows"),
    ],
)
def test_a_wrong_table_is_refused(tmp_path, table, words) -> None:
    with pytest.raises(BlocsError, match=words):
        blocs.series("my.price", file=write(tmp_path, table=table), kind="green")


def test_the_builder_of_gdp_gives_the_bundled_tables(tmp_path: Path) -> None:
    if not (SOURCE / "macro").is_dir():
        pytest.skip("no source data: set BLOCS_SOURCE_DATA to the folder that holds macro/")
    for path in build_macro(SOURCE, tmp_path):
        assert path.read_bytes() == store.path(f"macro/{path.name}").read_bytes()


def test_calendar_and_fiscal_years_are_not_the_same_series() -> None:
    fiscal = blocs.series("us.debt.gross").at("2019").value
    calendar = blocs.series("us.debt.gross.calendar").at("2019").value
    assert calendar > fiscal  # three more months of deficits
    assert blocs.series("us.interest.calendar").points[-1].time == "2023"  # the last year that is whole
