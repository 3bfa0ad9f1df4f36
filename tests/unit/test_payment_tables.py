"""Payments as CSV and Parquet, money as text, events of the day: exact, or refused by line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.payment_messages import HEAD, reader

from blocs.errors import DataError
from blocs.settlement.accounts_file import read_events
from blocs.settlement.files import read
from blocs.settlement.generate import Synthetic, generate
from blocs.settlement.intake import _repeated
from blocs.settlement.money import decimal_text, minor
from blocs.settlement.write import write_payments


@pytest.fixture
def load(tmp_path: Path):
    """Read text as a file of payments."""
    return reader(tmp_path)


def test_csv_lines_are_payments_or_rejects(load) -> None:
    lines = [
        "a,09:00:00,X,Y,1.00,CNY", "b,9:00,X,Y,1.00,CNY", "c,09:00:00,X,Y,-1,CNY", "d,09:00:00,X,Y,1.005,CNY",
        "e,09:00:00,X,Y,1,EUR", "f,09:00:00,X,X,1,CNY", "a,09:00:00,X,Y,1,CNY", "g,09:00:00,X", ",09:00:00,X,Y,1,CNY",
        'h,09:00:00,"X, the bank",Y,1,CNY', "i,09:00:00,,Y,1,CNY",
    ]  # fmt: skip
    got = load(HEAD + "\n".join(lines), name="day.csv")
    assert got.payments["CNY"].ids.tolist() == [b"a", b"h"]
    assert got.count == len(lines)
    assert sorted(r.code for r in got.rejects) == sorted(
        ["DT01", "AM12", "AM12", "AM03", "RC01", "AM05", "FF01", "FF01", "RC01"]
    )
    assert {r.place for r in got.rejects if r.code == "DT01"} == {"line 3"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,time,payer,payee,amount\n", "no column 'currency'"),
        (HEAD.replace("amount", "amout"), "no column 'amount'"),
        (HEAD + "a,\xff", "UTF-8"),
        (HEAD + 'a,09:00:00,"X,Y,1,CNY\n' * 2, "quotation"),
    ],
)
def test_a_csv_file_that_is_no_table_is_one_clear_error(load, text: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        load(text.encode("latin-1"), name="day.csv")


@pytest.mark.parametrize("kind", ["csv", "xml", "parquet"])
def test_what_is_written_is_read_back(tmp_path: Path, kind: str) -> None:
    if kind == "parquet":
        pytest.importorskip("pyarrow")
    payments, _ = generate(Synthetic(payments=500, banks=6, core=2, seed=4))
    write_payments(payments, tmp_path / f"day.{kind}")
    got = read(tmp_path / f"day.{kind}")
    back = got.payments["CNY"]
    assert got.rejects == ()
    for name in ("ids", "time", "amount"):
        assert np.array_equal(getattr(back, name), getattr(payments, name))
    names = np.array(back.participants), np.array(payments.participants)
    assert np.array_equal(names[0][back.payee], names[1][payments.payee])


def test_floating_point_money_is_refused(tmp_path: Path) -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    columns = {
        "id": ["a"],
        "time": ["09:00:00"],
        "payer": ["X"],
        "payee": ["Y"],
        "amount": [1.1],
        "currency": ["CNY"],
    }
    pq.write_table(pa.table(columns), tmp_path / "day.parquet")
    with pytest.raises(DataError, match="floating point"):
        read(tmp_path / "day.parquet")


def test_broken_parquet_is_one_clear_error(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    (tmp_path / "day.parquet").write_bytes(b"PAR1" + b"\x00" * 100)
    with pytest.raises(DataError, match="Parquet"):
        read(tmp_path / "day.parquet")


@given(st.integers(0, 10**17), st.integers(0, 4))
def test_money_survives_text(value: int, places: int) -> None:
    assert minor(decimal_text(value, places), places) == value


def test_equal_hashes_are_not_equal_ids() -> None:
    ids = np.array([b"a", b"b", b"a", b"c", b"b", b"a"])
    assert _repeated(ids, np.ones(6, bool)) == [(2, 0), (4, 1), (5, 0)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("time,event,participant\n09:00:00,cutoff,X\n", "cut_off"),
        ("time,event,participant\n09:00,open,X\n", "2: time"),
        ("time,event\n", "no column 'participant'"),
    ],
)
def test_events_that_are_wrong_name_the_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "events.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=said):
        read_events(tmp_path / "events.csv", "CNY")
