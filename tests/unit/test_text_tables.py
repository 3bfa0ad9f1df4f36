"""Text tables are aligned, fit the width, keep numbers and words whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from blocs.cli.text import WIDTH, paragraph, table

words = st.lists(st.text(alphabet="abcdefgh", min_size=1, max_size=9), min_size=1, max_size=20).map(" ".join)


def test_columns_are_aligned() -> None:
    rows = [{"region": "USA", "%": "-1.25"}, {"region": "Türkiye", "%": "0.5"}]
    assert table(rows, ["region", "%"], "lr").splitlines() == [
        "region       %",
        "-------  -----",
        "USA      -1.25",
        "Türkiye    0.5",
    ]


def test_wide_characters_and_nothing_are_counted_right() -> None:
    lines = table([{"a": "中国", "b": 1}, {"a": None, "b": 2}], ["a", "b"]).splitlines()
    assert lines[2:] == ["中国  1", "      2"]


def test_text_below_a_row_is_indented() -> None:
    lines = table([{"a": 1}, {"a": 2}], ["a"], below=["first", ""]).splitlines()
    assert lines == ["a", "-", "1", "    first", "2"]


@given(st.lists(st.tuples(words, words, st.integers()), min_size=1, max_size=5))
def test_tables_of_words_fit_and_lose_nothing(cells: list[tuple[str, str, int]]) -> None:
    rows = [{"one": a, "two": b, "n": n} for a, b, n in cells]
    text = table(rows, ["one", "two", "n"], "llr")
    assert max(map(len, text.splitlines())) <= WIDTH
    for a, b, n in cells:
        assert set(a.split()) | set(b.split()) | {str(n)} <= set(text.split())


def test_a_paragraph_is_wrapped_but_addresses_stay_whole() -> None:
    address = "https://example.org/" + "a" * 90
    assert address in paragraph(f"see {address} for more", "  ").split()
