"""What is taken from a payment message: names, agents, clocks, sums; and what a written message says back."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from unit.payment_days import HOUR, three
from unit.payment_messages import NAMESPACE, message, reader, transaction

from blocs.errors import DataError
from blocs.settlement.files import read
from blocs.settlement.pacs_paths import tree
from blocs.settlement.pacs_rules import header_problem, transaction_problem
from blocs.settlement.pacs_shapes import learn
from blocs.settlement.write import write_payments

UETR = "5f0a9e3c-8a39-4c5e-9d63-0b1c2d3e4f50"


@pytest.fixture
def load(tmp_path: Path):
    """Read text as a file of payments."""
    return reader(tmp_path)


def agent(name: str, inside: str) -> str:
    return f"<{name}><FinInstnId>{inside}</FinInstnId></{name}>"


def between(payer: str, payee: str, ids: str = "<EndToEndId>E</EndToEndId>", amount: str = "5.00") -> str:
    """A pacs.009 transaction of two institutions, given as what stands in them."""
    return (
        f'<CdtTrfTxInf><PmtId>{ids}</PmtId><IntrBkSttlmAmt Ccy="CNY">{amount}</IntrBkSttlmAmt>'
        f"{agent('Dbtr', payer)}{agent('Cdtr', payee)}</CdtTrfTxInf>"
    )


@pytest.mark.parametrize(
    ("inside", "name"),
    [
        ("<BICFI>AAAACNSH</BICFI>", "AAAACNSH"),
        ("<BICFI>AAAACNSHXXX</BICFI>", "AAAACNSH"),
        ("<BICFI>AAAACNSHB01</BICFI>", "AAAACNSHB01"),
        ("<BIC>AAAACNSH</BIC>", "AAAACNSH"),
        ("<LEI>5493001KJTIIGC8Y1R12</LEI>", "5493001KJTIIGC8Y1R12"),
        ("<ClrSysMmbId><MmbId>102100099996</MmbId></ClrSysMmbId>", "102100099996"),
        ("<Othr><Id>house bank</Id></Othr>", "house bank"),
        ("<BICFI>AAAACNSH</BICFI><LEI>5493001KJTIIGC8Y1R12</LEI><Othr><Id>x</Id></Othr>", "AAAACNSH"),
        ("<LEI>5493001KJTIIGC8Y1R12</LEI><Othr><Id>x</Id></Othr>", "5493001KJTIIGC8Y1R12"),
        ("<ClrSysMmbId><MmbId>1</MmbId></ClrSysMmbId><Othr><Id>x</Id></Othr>", "1"),
        ("<BICFI> AAAACNSH\n</BICFI>", "AAAACNSH"),
    ],
)
def test_an_institution_is_named_by_the_best_of_its_names(load, inside: str, name: str) -> None:
    got = load(message(between(inside, "<Othr><Id>other</Id></Othr>"), kind="9"))
    assert got.rejects == ()
    assert got.payments["CNY"].participants == (name, "other")


@pytest.mark.parametrize(
    ("inside", "place", "reason"),
    [
        ("<BICFI>AAAACNS</BICFI>", "Dbtr/FinInstnId/BICFI", "'AAAACNS' is not of the form"),
        ("<BICFI>AAAACNSHXX</BICFI>", "Dbtr/FinInstnId/BICFI", "not of the form"),
        ("<LEI>5493001KJTIIGC8Y1RAB</LEI>", "Dbtr/FinInstnId/LEI", "not of the form"),
        ("<Nm>A bank</Nm>", "InstgAgt/FinInstnId", "is missing, and so is Dbtr"),
    ],
)
def test_an_institution_without_a_name_is_rejected(load, inside: str, place: str, reason: str) -> None:
    got = load(message(between(inside, "<Othr><Id>other</Id></Othr>"), kind="9"))
    assert [(r.code, r.place) for r in got.rejects] == [("RC01", f"MSG1: CdtTrfTxInf[1]/{place}")]
    assert reason in got.rejects[0].reason


def test_agents_of_the_header_stand_for_those_a_transaction_leaves_out(load) -> None:
    head = agent("InstgAgt", "<BICFI>HHHHCNSH</BICFI>") + agent("InstdAgt", "<BICFI>KKKKCNSH</BICFI>")
    one, other = "<BICFI>AAAACNSH</BICFI>", "<BICFI>BBBBCNSH</BICFI>"
    text = message(between(one, other), kind="9").replace("</GrpHdr>", f"{head}</GrpHdr>")
    assert load(text).payments["CNY"].participants == ("HHHHCNSH", "KKKKCNSH")
    own = between(one, other).replace("<Dbtr>", agent("InstgAgt", "<BICFI>OOOOCNSH</BICFI>") + "<Dbtr>")
    text = message(own, kind="9").replace("</GrpHdr>", f"{head}</GrpHdr>")
    assert load(text).payments["CNY"].participants == ("OOOOCNSH", "KKKKCNSH")


@pytest.mark.parametrize("written", ["AAAACNSH", "AAAACNSHXXX"])
@pytest.mark.parametrize("known", ["AAAACNSH", "AAAACNSHXXX"])
def test_a_head_office_is_one_participant_with_eight_or_eleven_characters(load, written, known) -> None:
    got = load(message(transaction(payer=written)), f"participant,balance\n{known},1\nBBBBCNSH,2\n")
    assert got.rejects == ()
    assert got.payments["CNY"].participants == (known, "BBBBCNSH")


@pytest.mark.parametrize(
    ("ids", "name"),
    [
        (f"<InstrId>I</InstrId><EndToEndId>E</EndToEndId><TxId>T</TxId><UETR>{UETR}</UETR>", "T"),
        (f"<InstrId>I</InstrId><EndToEndId>E</EndToEndId><UETR>{UETR}</UETR>", UETR),
        ("<InstrId>I</InstrId><EndToEndId>E</EndToEndId>", "I"),
        ("<EndToEndId>E</EndToEndId>", "E"),
        ("<EndToEndId>NOTPROVIDED</EndToEndId>", "MSG1/1"),
        ("<EndToEndId>E</EndToEndId><TxId></TxId>", "E"),
    ],
)
def test_a_payment_is_named_by_the_most_certain_of_its_ids(load, ids: str, name: str) -> None:
    got = load(message(between("<BIC>AAAACNSH</BIC>", "<BIC>BBBBCNSH</BIC>", ids), kind="9"))
    assert got.payments["CNY"].ids.tolist() == [name.encode()]


def test_times_are_put_on_the_clock_of_the_first(load) -> None:
    clocks = ["09:00:00.125+08:00", "04:30:00+03:30", "23:59:59.999+08:00", "00:00:00+08:00", "01:00:00Z"]
    parts = [transaction(f"T{n}").replace("09:00:00+08:00", clock) for n, clock in enumerate(clocks)]
    got = load(message(*parts))
    assert got.rejects == ()
    assert got.payments["CNY"].time.tolist() == [9 * HOUR + 125, 9 * HOUR, 24 * HOUR - 1, 0, 9 * HOUR]


@pytest.mark.parametrize(
    ("clock", "reason"),
    [
        ("2026-02-02T09:00:00", "has no offset from UTC, unlike the first time"),
        ("2026-02-02T23:30:00Z", "is not on 2026-02-02, the day of the file's first payment"),
        ("2026-02-01T23:59:59.999+08:00", "is not on 2026-02-02"),
        ("2026-02-02 09:00:00+08:00", "is no date and time"),
        ("2026-02-30T09:00:00+08:00", "is no date and time"),
    ],
)
def test_a_time_off_the_day_is_rejected_by_its_element(load, clock: str, reason: str) -> None:
    odd = transaction("X").replace("2026-02-02T09:00:00+08:00", clock)
    (reject,) = load(message(transaction(), odd)).rejects
    assert (reject.id, reject.code, reject.place) == ("X", "DT01", "MSG1: CdtTrfTxInf[2]/AccptncDtTm")
    assert reason in reject.reason


def test_an_offset_where_the_first_time_has_none_is_rejected(load) -> None:
    (reject,) = load(message(transaction().replace("+08:00", ""), transaction("X"))).rejects
    assert reject.reason.endswith("has an offset from UTC, unlike the first time")


def test_more_times_than_are_remembered_are_read_all_the_same(load) -> None:
    parts = [
        transaction(f"T{n}", time=f"09:{n // 60 % 60:02d}:{n % 60:02d}.{n % 999:03d}") for n in range(5000)
    ]
    got = load(message(*parts, *[part.replace(">T", ">U") for part in parts[:3]]))
    want = [9 * HOUR + n % 3600 * 1000 + n % 999 for n in [*range(5000), 0, 1, 2]]
    assert got.payments["CNY"].time.tolist() == want


SUM = "<CtrlSum>{}</CtrlSum>"


@pytest.mark.parametrize("control", ["12.5", "12.50", "0012.5"])
def test_the_control_sum_is_compared_as_a_number(load, control: str) -> None:
    got = load(message(transaction(amount="5.00"), transaction("T2", "7.5"), control=SUM.format(control)))
    assert (len(got.payments["CNY"]), got.rejects) == (2, ())


@pytest.mark.parametrize("amount", ["1e1000000", "9e999999", "sNaN", "x", ""])
def test_amounts_that_cannot_be_added_reject_the_message(load, amount: str) -> None:
    text = message(
        transaction(amount=amount), transaction("T2", amount), transaction("T3"), control=SUM.format(5)
    )
    got = load(text)
    assert got.payments == {}
    assert [(r.id, r.code) for r in got.rejects if r.id == "T3"] == [("T3", "AM10")]
    assert got.rejects[-1].place == "MSG1: GrpHdr/CtrlSum"
    assert got.rejects[-1].reason == "the header's control sum is 5, the amounts cannot be added"


@pytest.mark.parametrize("control", ["x", "sNaN", "NaN", "Infinity", "12.51"])
def test_another_control_sum_rejects_every_transaction(load, control: str) -> None:
    got = load(message(transaction(amount="5.00"), transaction("T2", "7.5"), control=SUM.format(control)))
    assert [(r.id, r.code) for r in got.rejects] == [("T1", "AM10"), ("T2", "AM10")]
    assert got.rejects[0].reason == f"the header's control sum is {control}, the amounts add up to 12.50"


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("<MsgId>MSG1", f"<MsgId>{'M' * 36}", "GrpHdr/MsgId is longer than 35"),
        ("<NbOfTxs>1", "<NbOfTxs>one", "GrpHdr/NbOfTxs 'one' is no number"),
        ("<NbOfTxs>1", f"<NbOfTxs>{'0' * 15}1", "is no number"),
        ("<NbOfTxs>1", "<NbOfTxs>¹", "is no number"),
        ("<NbOfTxs>1", "<NbOfTxs>2", "the header says 2 transactions, there are 1"),
        ("CLRG", "CLRX", "GrpHdr/SttlmInf/SttlmMtd 'CLRX'"),
        ("<CreDtTm>2026-02-02T08:00:00+08:00</CreDtTm>", "", "GrpHdr/CreDtTm is missing"),
    ],
)
def test_a_header_that_is_wrong_is_named_in_every_reject(load, old: str, new: str, place: str) -> None:
    got = load(message(transaction()).replace(old, new))
    (reject,) = got.rejects
    assert (got.payments, reject.id) == ({}, "T1")
    assert place in reject.reason


def test_headers_at_their_bounds_are_taken(load) -> None:
    text = (
        message(transaction("T" * 35))
        .replace("MSG1", "M" * 35)
        .replace("<NbOfTxs>1", "<NbOfTxs>000000000000001")
    )
    assert load(text).rejects == ()


def test_messages_without_transactions_say_so(load) -> None:
    assert load(message(transaction()).replace("</Document>", "</Document>")).count == 1
    both = f"<All>{message(count=3)}{message(transaction(), name='MSG2')}{message(name='MSG3')}</All>"
    (reject,) = load(both).rejects
    assert reject == ("MSG1: GrpHdr/NbOfTxs", "MSG1", "AM18", "the header says 3 transactions, there are 0")
    headless = message(name="").replace("<MsgId></MsgId>", "")
    (reject,) = load(headless).rejects
    assert reject == ("message 1 of the file: GrpHdr/MsgId", "message 1 of the file", "FF01", "is missing")


def test_a_message_id_that_came_before_rejects_the_second_message(load) -> None:
    got = load(f"<All>{message(transaction('A'))}{message(transaction('B'))}</All>")
    assert got.payments["CNY"].ids.tolist() == [b"A"]
    assert [(r.id, r.code, r.reason) for r in got.rejects] == [
        ("B", "AM05", "GrpHdr/MsgId this message id came before in the file")
    ]


def test_what_stands_twice_or_too_late_is_named(load) -> None:
    agent_twice = transaction("X").replace("<DbtrAgt>", "<DbtrAgt><FinInstnId/></DbtrAgt><DbtrAgt>", 1)
    (reject,) = load(message(agent_twice)).rejects
    assert (reject.code, reject.place, reject.reason) == (
        "FF01",
        "MSG1: CdtTrfTxInf[1]/DbtrAgt",
        "is there twice",
    )
    late = message(transaction("X")).replace("<NbOfTxs>1</NbOfTxs>", "")
    (reject,) = load(late.replace("</SttlmInf>", "</SttlmInf><NbOfTxs>1</NbOfTxs>")).rejects
    assert reject.reason == "GrpHdr/NbOfTxs stands behind SttlmInf, which belongs behind it"
    assert reject.place == "MSG1: CdtTrfTxInf[1]"


def test_an_amount_without_a_currency_is_rejected(load) -> None:
    (reject,) = load(message(transaction("X").replace(' Ccy="CNY"', ""))).rejects
    assert reject == ("MSG1: CdtTrfTxInf[1]/IntrBkSttlmAmt/@Ccy", "X", "AM03", "is missing")


def test_how_far_a_broken_file_was_read_is_said(load) -> None:
    with pytest.raises(
        DataError, match=r"day.xml:1:\d+: not well-formed XML: .*in message MSG1, after 1 tran"
    ):
        load(message(transaction()).replace("</FIToFI", "<oops></FIToFI"))
    with pytest.raises(DataError, match=r"day.xml:3: a document type \(DTD\) is refused"):
        load("<?xml version='1.0'?>\n\n<!DOCTYPE x>" + message(transaction()))


# the parts -----------------------------------------------------------------------------------------------------------


def test_rules_of_a_transaction_at_their_bounds() -> None:
    whole = {"PmtId/EndToEndId": "E" * 35, "IntrBkSttlmAmt": "1", "Dbtr": "", "Cdtr": "", "PmtId/UETR": UETR}
    assert transaction_problem(whole, "9") is None
    assert transaction_problem(whole | {"SttlmPrty": "NORM"}, "9") is None
    for key, value, path in (
        ("PmtId/EndToEndId", "", "PmtId/EndToEndId"), ("PmtId/InstrId", "I" * 36, "PmtId/InstrId"),
        ("PmtId/UETR", UETR.upper(), "PmtId/UETR"), ("PmtId/UETR", UETR.replace("-4", "-1"), "PmtId/UETR"),
        ("SttlmPrty", "LOW", "SttlmPrty"), ("ChrgBr", "shar", "ChrgBr"),
    ):  # fmt: skip
        problem = transaction_problem(whole | {key: value}, "9")
        assert problem is not None
        assert problem[:2] == ("FF01", path)
    missing = {key: value for key, value in whole.items() if key != "Cdtr"}
    assert transaction_problem(missing, "9") == ("FF01", "Cdtr", "is missing")
    assert transaction_problem(whole, "8") == ("FF01", "ChrgBr", "is missing")


def test_a_header_is_seen_once() -> None:
    head, seen = {"MsgId": "M", "CreDtTm": "t", "NbOfTxs": "1", "SttlmInf/SttlmMtd": "CLRG"}, set()
    assert header_problem(head, seen) is None
    assert seen == {"M"}
    assert header_problem(head | {"CreDtTm": ""}, seen) == ("FF01", "GrpHdr/CreDtTm", "is missing")


def test_only_namespaces_of_payments_have_a_tree() -> None:
    assert list(tree(NAMESPACE.format(kind="9", version="12")).children) == [
        f"{NAMESPACE.format(kind='9', version='12')} FICdtTrf"
    ]
    with pytest.raises(ValueError, match=r"is not pacs\.008 or pacs\.009"):
        tree("urn:iso:std:iso:20022:tech:xsd:camt.053.001.08")


@pytest.mark.parametrize(
    ("data", "leaves"),
    [
        (b"<CdtTrfTxInf><A>1</A><A>2</A></CdtTrfTxInf>", [(1, "a"), (2, "a")]),  # a text is there twice
        (b"x<CdtTrfTxInf><A>1</A></CdtTrfTxInf>", [(1, "a")]),
        (b"<Other><A>1</A></Other>", [(1, "a")]),
        (b"<CdtTrfTxInf><A x=1>1</A></CdtTrfTxInf>", [(1, "a")]),
        (b"<CdtTrfTxInf><A>1<B/></A></CdtTrfTxInf>", [(1, "a")]),  # the text has an element in it
        (b"<CdtTrfTxInf><A>&#49;</A></CdtTrfTxInf>", [(1, "a")]),
        (b"<CdtTrfTxInf><B>a & b</B><A>1</A></CdtTrfTxInf>", [(2, "a")]),
        (b"<CdtTrfTxInf><A>" + b"1" * 257 + b"</A></CdtTrfTxInf>", [(1, "a")]),
        (b"", []),
    ],
)
def test_a_transaction_only_a_parser_can_judge_gives_no_shape(data: bytes, leaves) -> None:
    assert learn(data, leaves, {"a": "1"}) is None


def test_a_shape_reads_its_texts_and_nothing_else() -> None:
    first = b"<CdtTrfTxInf><B>x &amp; y</B><A> 1 </A><C/></CdtTrfTxInf>"
    shape = learn(first, [(2, "a"), (3, "c")], {"a": "1", "c": "", "@Ccy": "CNY"})
    assert shape is not None
    other = "..<CdtTrfTxInf><B>ü</B><A>\t27\n</A><C/></CdtTrfTxInf>..".encode()
    assert shape.read(other, 2) == ({"a": "27", "c": "", "@Ccy": "CNY"}, len(other) - 2)
    for old, new in (
        (b"</CdtTrfTxInf>", b"</Cdt>"), (b"<C/>", b"<C></C>"), ("ü".encode(), b"\xff"),
        ("ü".encode(), "\uffff".encode()), (b"27", b"2\r7"), (b"27", b"2]7"),
    ):  # fmt: skip
        assert shape.read(other.replace(old, new), 2) is None


def test_a_schema_needs_lxml(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "day.xml").write_text(message(transaction()), encoding="utf-8")
    monkeypatch.setitem(sys.modules, "lxml", None)
    with pytest.raises(DataError, match=r'install it with: pip install "blocs\[xsd\]"'):
        read(tmp_path / "day.xml", schema=tmp_path / "s.xsd")


@pytest.mark.parametrize("kind", ["pacs.008", "pacs.009"])
def test_a_written_message_says_everything_back(tmp_path: Path, kind: str) -> None:
    day = replace(
        three(ids=np.array([b"a<1>", b"b&2", "ü".encode()]), priority=np.array([0, 1, 2], np.int8)),
        participants=("AAAACNSHB01", "B & <Co>", "house"),
    )
    write_payments(day, tmp_path / "day.xml", kind)
    text = (tmp_path / "day.xml").read_text(encoding="utf-8")
    assert text.count("<BICFI>AAAACNSHB01</BICFI>") == 4
    got = read(tmp_path / "day.xml")
    back = got.payments["CNY"]
    assert got.rejects == ()
    assert back.ids.tolist() == day.ids.tolist()
    assert back.participants == day.participants
    for name in ("time", "payer", "payee", "amount", "priority"):
        assert np.array_equal(getattr(back, name), getattr(day, name))
