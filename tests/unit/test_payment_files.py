"""Money, times, accounts, limits, events and payments: read to the last unit, refused by line, written whole."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from unit.payment_days import HOUR, book, three
from unit.payment_messages import HEAD, reader

from blocs.errors import DataError
from blocs.settlement.accounts_file import read_accounts, read_events, read_limits
from blocs.settlement.clock import DAY, milliseconds, time_text
from blocs.settlement.files import read
from blocs.settlement.generate import Synthetic, accounts_between, generate
from blocs.settlement.metrics import liquidity_bounds
from blocs.settlement.money import DECIMALS, LARGEST, decimal_text, decimals, minor, signed
from blocs.settlement.payments import Event, Payments
from blocs.settlement.write import write_accounts, write_payments

# money and times -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "places", "value"),
    [
        ("1", 2, 100), ("1.5", 2, 150), ("0.05", 2, 5), ("007", 0, 7), ("1.234", 3, 1234), ("0.0001", 4, 1),
        ("4611686018427387903", 0, LARGEST - 1), ("46116860184273879.03", 2, LARGEST - 1),
    ],
)  # fmt: skip
def test_money_is_read_to_the_last_unit(text: str, places: int, value: int) -> None:
    assert minor(text, places) == value
    assert signed(text, places) == value
    assert signed(f"-{text}", places) == -value


@pytest.mark.parametrize(
    ("text", "places", "said"),
    [
        ("-1", 2, "is negative"), ("+1", 2, "digits and one point"), ("1.", 2, "digits and one point"),
        (".5", 2, "digits and one point"), ("1.2.3", 2, "digits and one point"), ("", 2, "digits and one point"),
        ("1.5", 0, "has 1 decimals, the currency has 0"), ("1.005", 2, "has 3 decimals"),
        ("4611686018427387904", 0, "too large for exact"), ("46116860184273879.04", 2, "too large for exact"),
        ("9" * 19, 0, "too large for exact"), ("1" + "0" * 19, 0, "19 digits"), ("9" * 5000, 2, "19 digits"),
    ],
)  # fmt: skip
def test_what_is_no_money_is_refused_with_the_reason(text: str, places: int, said: str) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        minor(text, places)
    assert len(str(caught.value)) < 120


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [(12345, 2, "123.45"), (-5, 2, "-0.05"), (0, 2, "0.00"), (-7, 0, "-7"), (7, 0, "7"), (10, 4, "0.0010")],
)
def test_money_is_written_with_all_its_decimals(value: int, places: int, text: str) -> None:
    assert decimal_text(value, places) == text
    assert signed(text, places) == value


def test_currencies_have_the_decimals_of_iso_4217() -> None:
    assert {code: decimals(code) for code in ("JPY", "CNY", "KWD", "CLF")} == {
        "JPY": 0, "CNY": 2, "KWD": 3, "CLF": 4
    }  # fmt: skip
    with pytest.raises(DataError, match="unknown currency 'CNX'"):
        decimals("CNX")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("00:00:00", 0), ("00:00:01", 1000), ("00:01:00", 60_000), ("01:00:00", HOUR), ("23:59:59.999", DAY - 1),
        ("24:00:00", DAY), ("09:30:15.5", 34_215_500), ("09:30:15.123999999", 34_215_123),
    ],
)  # fmt: skip
def test_times_are_read_to_the_millisecond(text: str, value: int) -> None:
    assert milliseconds(text) == value
    assert milliseconds(time_text(value)) == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("9:00:00", "HH:MM:SS"), ("09:00", "HH:MM:SS"), ("09:00:00.", "HH:MM:SS"), ("09:00:00\n", "HH:MM:SS"),
        ("09:60:00", "no time"), ("09:00:60", "no time"), ("24:00:00.001", "no time"), ("25:00:00", "no time"),
    ],
)  # fmt: skip
def test_what_is_no_time_is_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        milliseconds(text)


def test_times_are_written_as_they_are_read() -> None:
    assert [time_text(t) for t in (0, 59_000, 60_000, HOUR + 1, DAY)] == [
        "00:00:00", "00:00:59", "00:01:00", "01:00:00.001", "24:00:00"
    ]  # fmt: skip


# files of accounts, limits and events --------------------------------------------------------------------------------


LONG = "".join(f"X{n},1\n" for n in range(9000))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("participant,balance\n,1\n", "2: an account needs a participant"),
        ("participant,balance,currency\nX,1,CNX\n", "2: unknown currency 'CNX'"),
        ("participant,balance\nX,1\n\nX,2\n", "4: X has an account already, in line 2"),
        ("participant,balance\n", "no account in it"),
        ("participant,balance,credit\nX,1,1\n", "1: unknown column 'credit'; did you mean 'credit_limit'"),
        ("participant,balance\nX,1,000\n", "2: 3 cells under 2 columns"),
        ("participant\nX\n", "1: no column 'balance'"),
        ("", "1: no column 'participant'"),
        (
            "participant,balance\n" + "".join(f"X{n},1\n" for n in range(9000)) + "Y,ab\xff\n",
            ":9002: byte 5 is not UTF-8; save",
        ),
        ('participant,balance\n"X,1\n', "2: unexpected end of data; is a quotation mark missing"),
    ],
)
def test_accounts_that_are_wrong_name_the_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "book.csv").write_bytes(text.encode("latin-1"))
    with pytest.raises(DataError, match=said):
        read_accounts(tmp_path / "book.csv")


def test_accounts_are_read_by_currency(tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    path.write_text(
        "\ufeffparticipant, balance ,credit_limit,currency\n X ,1.5,,CNY\nY,-2,3,CNY\nY,7,0,JPY\n"
    )
    rows = read_accounts(path)
    assert rows.several
    assert rows.currency is None
    assert {name: sorted(found) for name, found in rows.names.items()} == {"X": ["CNY"], "Y": ["CNY", "JPY"]}
    yuan, yen = rows.accounts(("X", "Y"), "CNY"), rows.accounts(("X", "Y"), "JPY")
    assert (yuan.balance.tolist(), yuan.credit_limit.tolist()) == ([150, -200], [0, 300])
    assert (yen.balance.tolist(), yen.credit_limit.tolist()) == ([0, 7], [0, 0])
    path.write_text("participant,balance,currency\nX,1,JPY\n")
    assert read_accounts(path).currency == "JPY"
    path.write_text("participant,balance\nX,1.234\n")
    rows = read_accounts(path)
    assert rows.currency is None
    assert "CNY" in rows.names["X"]
    with pytest.raises(DataError, match=r"book.csv:2: amount '1.234' has 3 decimals.*\(CNY\)"):
        rows.accounts(("X",), "CNY")


def test_limits_and_events_are_read(tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    path.write_text("payer,payee,limit\nX,Y,1.50\nY,X,0\n")
    assert read_limits(path, "CNY") == {("X", "Y"): 150, ("Y", "X"): 0}
    path.write_text("payer,payee,limit\nX,Y,1\nX,Y,2\n")
    with pytest.raises(DataError, match="3: X to Y has a limit already"):
        read_limits(path, "CNY")
    path.write_text("payer,payee,limit\nX,Y,-1\n")
    with pytest.raises(DataError, match="2: amount '-1' is negative"):
        read_limits(path, "CNY")
    path.write_text("time,event,participant,amount\n09:00:00,fund,X,2.5\n10:00:00,open,Y,\n")
    assert read_events(path, "CNY") == (Event(9 * HOUR, "fund", "X", 250), Event(10 * HOUR, "open", "Y", 0))
    path.write_text("time,event,participant,amount\n09:00:00,fund,X,2.5\n")
    with pytest.raises(DataError, match=r"2: amount '2\.5' has 1 decimals, the currency has 0"):
        read_events(path, "JPY")
    with pytest.raises(DataError, match="cannot be read: No such file"):
        read_limits(tmp_path / "none.csv", "CNY")


# submissions ---------------------------------------------------------------------------------------------------------


def test_all_currencies_there_are_can_be_settled_at_once(tmp_path: Path) -> None:
    accounts = "participant,balance,currency\n" + "".join(f"X,0,{c}\nY,0,{c}\n" for c in DECIMALS)
    rows = "".join(f"{c},09:00:00,X,Y,1,{c}\n" for c in DECIMALS)
    got = reader(tmp_path)(HEAD + rows, accounts, name="day.csv")
    assert sorted(got.payments) == sorted(DECIMALS)
    assert {code: p.ids.tolist() for code, p in got.payments.items()} == {c: [c.encode()] for c in DECIMALS}
    assert got.rejects == ()


def test_who_has_no_account_in_the_currency_is_named(tmp_path: Path) -> None:
    accounts = "participant,balance,currency\nX,0,CNY\nY,0,CNY\nY,0,JPY\nZ,0,JPY\n"
    sides = {"a": "X,Y,1,JPY", "b": "Y,W,1,CNY", "c": "Y,,1,CNY", "d": "Y,Z,1,JPY", "e": "X,Y,1,CNY"}
    rows = "".join(f"{name},09:00:00,{rest}\n" for name, rest in sides.items())
    got = reader(tmp_path)(HEAD + rows, accounts, name="day.csv")
    assert {code: p.ids.tolist() for code, p in got.payments.items()} == {"JPY": [b"d"], "CNY": [b"e"]}
    assert [(r.code, r.reason) for r in got.rejects] == [
        ("RC01", "payer 'X' has no JPY account"), ("RC01", "payee 'W' has no CNY account"),
        ("RC01", "payee '' is no participant's name"),
    ]  # fmt: skip
    assert got.payments["JPY"].participants == ("X", "Y", "Z")


def test_priorities_are_digits_or_codes(tmp_path: Path) -> None:
    words = ["", "URGT", "HIGH", "NORM", "0", "9", "10", "-1", "x", "²", "urgt"]
    rows = "".join(f"p{n},09:00:00,X,Y,1,CNY,{word}\n" for n, word in enumerate(words))
    got = reader(tmp_path)(HEAD.strip() + ",priority\n" + rows, name="day.csv")
    assert got.payments["CNY"].priority.tolist() == [2, 0, 1, 2, 0, 9]
    assert [(r.id, r.code) for r in got.rejects] == [(f"p{n}", "FF01") for n in range(6, 11)]


def test_ids_have_1_to_64_bytes(tmp_path: Path) -> None:
    names = ["a" * 64, "a" * 65, "", "ü" * 32, "ü" * 33]
    rows = "".join(f"{name},09:00:00,X,Y,1,CNY\n" for name in names)
    got = reader(tmp_path)(HEAD + rows, name="day.csv")
    assert [name.decode() for name in got.payments["CNY"].ids.tolist()] == [names[0], names[3]]
    assert [(r.place, r.code) for r in got.rejects] == [
        ("line 3", "FF01"), ("line 4", "FF01"), ("line 6", "FF01")
    ]  # fmt: skip
    assert max(len(r.id) for r in got.rejects) == 64


def test_rows_and_doubles_are_told_by_where_they_stand(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("blocs.settlement.intake._BLOCK", 2)  # ids are kept in blocks
    rows = [("a", 1), ("b", 0), ("c", 1), ("a", 1), ("d", 1)]
    text = "".join(f"{name},09:00:00,X,Y,{amount},CNY\n" for name, amount in rows)
    got = reader(tmp_path)(HEAD + text, name="day.csv")
    assert got.payments["CNY"].ids.tolist() == [b"a", b"c", b"d"]
    assert got.rows["CNY"].tolist() == [0, 2, 4]
    assert [(r.place, r.code, r.reason) for r in got.rejects] == [
        ("line 3", "AM12", "amount is zero"), ("row 4", "AM05", "id came before, in row 1"),
    ]  # fmt: skip
    assert got.count == 5


def parquet(path: Path, **columns: object) -> None:
    """Write payments as Parquet, with columns instead of the usual ones."""
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    usual = {
        "id": ["a", "b"], "time": ["09:00:00", "09:00:01"], "payer": ["X", "Y"], "payee": ["Y", "X"],
        "amount": ["1.50", "2"], "currency": ["CNY", "CNY"],
    }  # fmt: skip
    pq.write_table(pa.table(usual | columns), path)


def test_typed_columns_of_parquet_are_read_exactly(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    moments = [datetime(2026, 2, 2, 9, 0, 0, 250_000), datetime(2026, 2, 2, 23, 59, 59)]
    cents, whole = (
        pa.array([Decimal("1.50"), Decimal("2")], pa.decimal128(20, 2)),
        pa.array([7, 8], pa.int64()),
    )
    for time, amount, name in (
        (pa.array(moments, pa.timestamp("us")), cents, pa.array([1, 2])),
        (
            pa.array([m.time() for m in moments], pa.time64("us")),
            whole,
            pa.array(["1", "2"]).dictionary_encode(),
        ),
    ):
        parquet(tmp_path / "day.parquet", time=time, amount=amount, id=name, priority=[0, 9])
        payments = read(tmp_path / "day.parquet").payments["CNY"]
        assert payments.time.tolist() == [9 * HOUR + 250, DAY - 1000]
        assert payments.amount.tolist() == ([150, 200] if amount is cents else [700, 800])
        assert payments.ids.tolist() == [b"1", b"2"]
        assert payments.priority.tolist() == [0, 9]


def test_parquet_that_is_no_day_is_refused(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "day.parquet"
    parquet(path, time=[datetime(2026, 2, 2, 9), datetime(2026, 2, 3, 9)])
    with pytest.raises(DataError, match="column time holds 2026-02-02 and 2026-02-03; a run settles one day"):
        read(path)
    parquet(path, payee=["Y", None], id=["a", None])
    got = read(path)
    assert [(r.place, r.id, r.code, r.reason) for r in got.rejects] == [("row 2", "", "FF01", "id is empty")]
    parquet(path, amount=[1.5, 2.5])
    with pytest.raises(DataError, match="column amount is double; floating point is not exact"):
        read(path)
    with pytest.raises(DataError, match="is Parquet; a schema validates"):
        read(path, schema=tmp_path / "some.xsd")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(DataError, match=r"needs pyarrow.*pip install 'blocs\[parquet\]', or use CSV"):
        read(path)


def test_a_day_without_payments_is_written_and_read(tmp_path: Path) -> None:
    none = np.zeros(0, np.int32)
    empty = Payments(("X", "Y"), "JPY", np.zeros(0, "S1"), none, none, none, np.zeros(0, np.int64))
    for name in ("day.csv", "day.parquet"):
        write_payments(empty, tmp_path / name)
        got = read(tmp_path / name)
        assert (got.payments, got.rejects, got.count) == ({}, (), 0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD.replace("id,", "id,id,"), "column 'id' is there twice"),
        (HEAD.replace("id,", "id,prio,"), "unknown column 'prio'; did you mean 'priority'"),
        (HEAD + "a,09:00:00,X,Y,1,CNY\nb,\xff\n", r"day.csv:3: byte 3 is not UTF-8"),
        (
            HEAD + 'a,09:00:00,X,Y,1,CNY\nb,"09:00:00,X,Y,1,CNY\n',
            r"day.csv:3: unexpected end of data; is a quot",
        ),
    ],
)
def test_a_table_of_payments_that_is_none_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        reader(tmp_path)(text.encode("latin-1"), name="day.csv")


def test_short_lines_are_rejects_and_blank_ones_nothing(tmp_path: Path) -> None:
    text = HEAD.replace("id,time", " time , id") + "\n09:00:00,a,X,Y,1,CNY\n\n09:00:00\n09:00:00,b,X\n"
    got = reader(tmp_path)(text, name="day.csv")
    assert got.payments["CNY"].ids.tolist() == [b"a"]
    assert [(r.place, r.id, r.reason) for r in got.rejects] == [
        ("line 5", "", "1 cells under 6 columns"), ("line 6", "b", "3 cells under 6 columns")
    ]  # fmt: skip


# what is made and written --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ({"banks": 1}, "2 to 100,000 banks, not 1"), ({"banks": 100_001}, "2 to 100,000 banks"),
        ({"core": 0}, "the core has 1 to 50 banks, not 0"), ({"core": 51}, "the core has 1 to 50 banks"),
        ({"payments": 0}, "1 to 100,000,000 payments"), ({"payments": 100_000_001}, "1 to 100,000,000 payments"),
        ({"liquidity": -0.1}, "between 0 and 10"), ({"liquidity": 10.1}, "between 0 and 10"),
        ({"liquidity": float("nan")}, "between 0 and 10"), ({"currency": "CNX"}, "unknown currency"),
    ],
)  # fmt: skip
def test_a_synthetic_day_has_bounds(numbers: dict, said: str) -> None:
    with pytest.raises(DataError, match=said):
        Synthetic(**numbers)


def test_a_synthetic_day_is_as_described() -> None:
    payments, accounts = generate(Synthetic(payments=20_000, banks=20, core=4, seed=3, liquidity=1.0))
    low, high = liquidity_bounds(payments)
    assert np.array_equal(accounts.balance, high)
    assert not accounts.credit_limit.any()
    assert np.array_equal(accounts_between(payments, (low, high), 0.0).balance, low)
    half = accounts_between(payments, (low, high), 0.5).balance
    assert np.abs(half - (low + (high - low) // 2)).max() <= 1
    weights = 1 / np.arange(1, 5)
    drawn = np.append(0.75 * weights / weights.sum(), np.full(16, 0.25 / 16))
    share = drawn * (1 - drawn) / (drawn * (1 - drawn)).sum()  # both sides are drawn anew where they agree
    for side in (payments.payer, payments.payee):
        count = np.bincount(side, minlength=20)
        assert (np.abs(count - 20_000 * share) < 4 * np.sqrt(20_000 * share)).all()
    assert payments.time.min() >= 8 * HOUR
    assert payments.time.max() < 18 * HOUR
    assert (np.diff(payments.time) >= 0).all()
    late = (payments.time > 14 * HOUR).mean()
    assert 0.4 < late < 0.6
    logs = np.log(payments.amount / 100)
    assert np.median(logs) == pytest.approx(np.log(50_000), abs=0.05)
    assert logs.std() == pytest.approx(1.8, abs=0.05)
    assert payments.participants[0] == "BK001"
    assert payments.ids[[0, -1]].tolist() == [b"P000000001", b"P000020000"]


def test_synthetic_days_at_their_bounds_are_taken() -> None:
    for numbers in ({"liquidity": 0.0}, {"liquidity": 10.0}, {"banks": 2, "core": 2}, {"payments": 1}):
        payments, accounts = generate(Synthetic(**({"payments": 3} | numbers)))
        assert len(accounts.balance) == len(payments.participants)


def test_without_a_periphery_all_banks_are_alike() -> None:
    payments, _ = generate(Synthetic(payments=4000, banks=4, core=4))
    assert (np.bincount(payments.payer) > 850).all()
    few, _ = generate(Synthetic(payments=50, banks=2, core=1))
    assert set(few.payer.tolist()) == {0, 1}


def test_accounts_are_written_as_they_are_read(tmp_path: Path) -> None:
    write_accounts(book(balance=(5, -7, 0), credit=(0, 9, 0)), tmp_path / "new" / "book.csv", "CNY")
    text = (tmp_path / "new" / "book.csv").read_text()
    assert text == "participant,balance,credit_limit\nX,0.05,0.00\nY,-0.07,0.09\nZ,0.00,0.00\n"
    assert (tmp_path / "new" / "book.csv").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize(("name", "said"), [("day.txt", r"not \.txt"), ("day", "not without an ending")])
def test_payments_are_written_in_known_forms_only(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        write_payments(three(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_the_ending_says_what_is_written(tmp_path: Path) -> None:
    for name, begin in (("a.csv", b"id,time"), ("a.XML", b"<?xml"), ("a.parquet", b"PAR1")):
        write_payments(three(), tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(begin)


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "day.csv").mkdir()
    with pytest.raises(DataError, match=r"cannot be written: (Not a directory|File exists)"):
        write_payments(three(), tmp_path / "file" / "day.csv")
    with pytest.raises(DataError, match="cannot be written: Is a directory"):
        write_payments(three(), tmp_path / "day.csv")
    with pytest.raises(DataError, match=r"messages are pacs\.008 or pacs\.009, not pacs\.004"):
        write_payments(three(), tmp_path / "day.xml", "pacs.004")
    with pytest.raises(DataError, match="an id of a payment is longer than 35 bytes"):
        write_payments(three(ids=np.array([b"a", b"b" * 36, b"c"])), tmp_path / "day.xml")
    with pytest.raises(DataError, match="is longer than 35 characters"):
        write_payments(replace(three(), participants=("X", "Y", "Z" * 36)), tmp_path / "day.xml")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["day.csv", "file"]
    write_payments(three(ids=np.array([b"a", b"b" * 35, b"c"], "S40")), tmp_path / "day.xml")
    assert read(tmp_path / "day.xml").payments["CNY"].ids.tolist() == [b"a", b"b" * 35, b"c"]
