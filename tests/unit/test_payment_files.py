"""Reading and writing payments: real messages, broken and hostile ones; nothing crashes, nothing is lost."""

from __future__ import annotations

import io
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocs.errors import DataError
from blocs.settlement.accounts_file import read_accounts, read_events
from blocs.settlement.files import read
from blocs.settlement.generate import Synthetic, generate
from blocs.settlement.intake import _repeated
from blocs.settlement.money import decimal_text, minor
from blocs.settlement.pacs_write import write_pacs
from blocs.settlement.write import write_payments

HEAD = "id,time,payer,payee,amount,currency\n"
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pacs.00{kind}.001.{version}"


def transaction(
    name="T1", amount="100.00", currency="CNY", payer="AAAACNSH", payee="BBBBCNSH", time="09:00:00", more=""
):
    """One pacs.008 transaction."""
    return (
        f"<CdtTrfTxInf><PmtId><EndToEndId>{name}</EndToEndId><TxId>{name}</TxId></PmtId>"
        f'<IntrBkSttlmAmt Ccy="{currency}">{amount}</IntrBkSttlmAmt><AccptncDtTm>2026-02-02T{time}+08:00</AccptncDtTm>'
        f"<ChrgBr>SHAR</ChrgBr><InstgAgt><FinInstnId><BICFI>{payer}</BICFI></FinInstnId></InstgAgt>"
        f"<InstdAgt><FinInstnId><BICFI>{payee}</BICFI></FinInstnId></InstdAgt><Dbtr><Nm>A &amp; B</Nm></Dbtr>"
        f"<DbtrAgt><FinInstnId><BICFI>{payer}</BICFI></FinInstnId></DbtrAgt>"
        f"<CdtrAgt><FinInstnId><BICFI>{payee}</BICFI></FinInstnId></CdtrAgt><Cdtr><Nm>C</Nm></Cdtr>{more}</CdtTrfTxInf>"
    )


def message(
    *transactions: str, name="MSG1", count: int | None = None, control="", kind="8", version="08"
) -> str:
    """One message around transactions."""
    root = "FIToFICstmrCdtTrf" if kind == "8" else "FICdtTrf"
    return (
        f'<Document xmlns="{NAMESPACE.format(kind=kind, version=version)}"><{root}><GrpHdr><MsgId>{name}</MsgId>'
        "<CreDtTm>2026-02-02T08:00:00+08:00</CreDtTm>"
        f"<NbOfTxs>{len(transactions) if count is None else count}</NbOfTxs>"
        f"{control}<SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf></GrpHdr>{''.join(transactions)}</{root}></Document>"
    )


@pytest.fixture
def load(tmp_path: Path):
    """Read text as a file of payments."""

    def run(text: str | bytes, accounts: str | None = None, name: str = "day.xml"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        book = None
        if accounts is not None:
            (tmp_path / "accounts.csv").write_text(accounts, encoding="utf-8")
            book = read_accounts(tmp_path / "accounts.csv")
        return read(path, book)

    return run


def test_a_message_is_read_with_names_times_and_money(load) -> None:
    got = load(message(transaction(), transaction("T2", "7.5", time="09:00:01.250")))
    payments = got.payments["CNY"]
    assert payments.participants == ("AAAACNSH", "BBBBCNSH")
    assert payments.ids.tolist() == [b"T1", b"T2"]
    assert payments.amount.tolist() == [10000, 750]
    assert payments.time.tolist() == [9 * 3_600_000, 9 * 3_600_000 + 1250]
    assert got.rejects == ()


@pytest.mark.parametrize("version", ["02", "08", "10", "13", "14"])
def test_versions_prefixes_and_envelopes_are_read(load, version: str) -> None:
    text = message(transaction(), version=version)
    prefixed = text.replace("xmlns=", "xmlns:p=").replace("<", "<p:").replace("<p:/", "</p:")
    head = '<Head xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02"><Fr/></Head>'
    enveloped = f"<Batch>{head}{text}{message(transaction('T9'), name='MSG2', version=version)}</Batch>"
    utf16 = ('<?xml version="1.0" encoding="UTF-16"?>' + text).encode("utf-16")
    for variant, count in ((text, 1), (prefixed, 1), (enveloped, 2), (utf16, 1), ("\ufeff" + text, 1)):
        assert len(load(variant).payments["CNY"]) == count


def test_pacs009_settles_between_institutions(load) -> None:
    body = (
        "<CdtTrfTxInf><PmtId><EndToEndId>E</EndToEndId></PmtId><IntrBkSttlmAmt Ccy='JPY'>500</IntrBkSttlmAmt>"
        "<Dbtr><FinInstnId><BICFI>AAAAJPJTXXX</BICFI></FinInstnId></Dbtr>"
        "<Cdtr><FinInstnId><LEI>5493001KJTIIGC8Y1R12</LEI></FinInstnId></Cdtr></CdtTrfTxInf>"
    )
    payments = load(message(body, kind="9", version="12")).payments["JPY"]
    assert payments.participants == ("AAAAJPJT", "5493001KJTIIGC8Y1R12")
    assert payments.amount.tolist() == [500]
    assert payments.time.tolist() == [8 * 3_600_000]  # the header's


@pytest.mark.parametrize(
    ("bad", "code", "path"),
    [
        (transaction("X", "-5.00"), "AM12", "IntrBkSttlmAmt"),
        (transaction("X", "5.001"), "AM12", "IntrBkSttlmAmt"),
        (transaction("X", "1e5"), "AM12", "IntrBkSttlmAmt"),
        (transaction("X", "0.00"), "AM12", "IntrBkSttlmAmt"),
        (transaction("X", "9" * 30), "AM12", "IntrBkSttlmAmt"),
        (transaction("X", "٥"), "AM12", "IntrBkSttlmAmt"),
        (transaction("X", currency="XXZ"), "AM03", "@Ccy"),
        (transaction("X", currency="EUR"), "AM03", "@Ccy"),
        (transaction("X", payer="nobic"), "RC01", "InstgAgt/FinInstnId/BICFI"),
        (transaction("X", payee="AAAACNSH"), "RC01", "InstgAgt"),
        (transaction("X", time="25:00:00"), "DT01", "AccptncDtTm"),
        (transaction("X").replace("2026-02-02", "2026-02-03"), "DT01", "AccptncDtTm"),
        (transaction("X").replace("<ChrgBr>SHAR</ChrgBr>", ""), "FF01", "ChrgBr"),
        (transaction("X").replace("<EndToEndId>X</EndToEndId>", ""), "FF01", "PmtId/EndToEndId"),
        (transaction("X", more='<IntrBkSttlmAmt Ccy="CNY">1</IntrBkSttlmAmt>'), "FF01", "IntrBkSttlmAmt"),
        (transaction("X").replace("SHAR", "BOTH"), "FF01", "ChrgBr"),
        (transaction("X" * 36), "FF01", "PmtId/EndToEndId"),
        (transaction("X").replace("</TxId>", "</TxId><UETR>123</UETR>"), "FF01", "PmtId/UETR"),
        (transaction("X", more="<SttlmPrty>HIGH</SttlmPrty>"), "FF01", "SttlmPrty"),
        (transaction("X").replace("<ChrgBr>", "<SttlmPrty>SOON</SttlmPrty><ChrgBr>"), "FF01", "SttlmPrty"),
        (transaction("T1"), "AM05", "transaction 2"),
    ],
)
def test_a_wrong_transaction_is_rejected_alone(load, bad: str, code: str, path: str) -> None:
    got = load(message(transaction("T1"), bad, transaction("T3")))
    assert got.payments["CNY"].ids.tolist() == [b"T1", b"T3"]
    (reject,) = got.rejects
    assert (reject.code, got.count) == (code, 3)
    assert path in reject.place
    assert code == "AM05" or reject.place.startswith("MSG1: CdtTrfTxInf[2]")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (message(transaction(), count=2), "AM18"),
        (message(transaction(), control="<CtrlSum>99.00</CtrlSum>"), "AM10"),
        (message(transaction()).replace("<MsgId>MSG1</MsgId>", ""), "FF01"),
        (message(transaction()).replace("CLRG", "CASH"), "FF01"),
        (
            message(transaction())
            .replace("<NbOfTxs>1</NbOfTxs>", "")
            .replace("</SttlmInf>", "</SttlmInf><NbOfTxs>1</NbOfTxs>"),
            "FF01",
        ),
    ],
)
def test_a_message_that_contradicts_itself_is_rejected_whole(load, text: str, code: str) -> None:
    got = load(text)
    assert got.payments == {}
    assert [reject.code for reject in got.rejects] == [code]


def test_an_element_in_the_wrong_place_is_named_with_what_stands_before_it(load) -> None:
    got = load(message(transaction(more="<SttlmPrty>HIGH</SttlmPrty>")))
    assert got.rejects[0].reason == "stands behind Cdtr, which belongs behind it"


# no file of ISO's: a few lines of ours, of the form that its schemas have
SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
 xmlns="{space}" targetNamespace="{space}">
 <xs:element name="Document"><xs:complexType><xs:sequence><xs:element name="FIToFICstmrCdtTrf"><xs:complexType>
  <xs:sequence><xs:any processContents="skip"/>
   <xs:element name="CdtTrfTxInf" maxOccurs="unbounded"><xs:complexType><xs:sequence>
    <xs:any processContents="skip"/><xs:element name="IntrBkSttlmAmt"><xs:complexType><xs:simpleContent>
     <xs:extension base="Amount"><xs:attribute name="Ccy" type="xs:string" use="required"/></xs:extension>
    </xs:simpleContent></xs:complexType></xs:element>
    <xs:any processContents="skip" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>
  </xs:sequence></xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element>
 <xs:simpleType name="Amount">
  <xs:restriction base="xs:decimal"><xs:totalDigits value="18"/></xs:restriction>
 </xs:simpleType>
</xs:schema>""".format(space=NAMESPACE.format(kind="8", version="08"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (message(transaction(), transaction("T2")), None),
        (message(transaction(), transaction("T2", "1" * 19)), "not valid against s.xsd.*IntrBkSttlmAmt"),
        (message(transaction(), version="09"), "not valid against s.xsd.*Document"),
        (HEAD + "a,09:00:00,X,Y,1.00,CNY\n", "is CSV; a schema validates"),
    ],
)
def test_messages_are_validated_against_a_schema_that_is_given(tmp_path: Path, text: str, said) -> None:
    pytest.importorskip("lxml")
    path, schema = tmp_path / "day", tmp_path / "s.xsd"
    path.write_text(text, encoding="utf-8")
    schema.write_text(SCHEMA, encoding="utf-8")
    if said is None:
        assert read(path, schema=schema).count == 2
        return
    with pytest.raises(DataError, match=said):
        read(path, schema=schema)


@pytest.mark.parametrize(
    ("text", "said"), [("<a>", "is no XML schema"), ("<a/>", "is no XML schema"), (None, "is no file")]
)
def test_a_schema_that_is_none_is_one_clear_error(tmp_path: Path, text: str | None, said: str) -> None:
    pytest.importorskip("lxml")
    (tmp_path / "day.xml").write_text(message(transaction()), encoding="utf-8")
    if text is not None:
        (tmp_path / "s.xsd").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=said):
        read(tmp_path / "day.xml", schema=tmp_path / "s.xsd")


def test_unknown_participants_are_rejected(load) -> None:
    got = load(
        message(transaction(), transaction("T2", payer="CCCCCNSH")),
        "participant,balance\nAAAACNSH,1\nBBBBCNSH,2\n",
    )
    assert [(r.id, r.code) for r in got.rejects] == [("T2", "RC01")]


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
HOSTILE = [
    (message(transaction())[:-30], "not well-formed"),
    (message(transaction())[:400], "not well-formed"),
    (BOMB + message(transaction("&b;")), "document type"),
    ('<!DOCTYPE x SYSTEM "file:///etc/passwd">' + message(transaction()), "document type"),
    (message(transaction("&undefined;")), "not well-formed"),
    ("<a/>", "no pacs.008 or pacs.009"),
    ('<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"/>', "camt.053"),
    ("", "is empty"),
    (message(transaction()) + "<again/>", "not well-formed"),
    ("<a " + "x" * 6_000_000 + "='1'/>", "no element ends"),
]


@pytest.mark.parametrize(("text", "said"), HOSTILE, ids=range(len(HOSTILE)))
def test_a_file_that_is_no_message_is_one_clear_error(load, text: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        load(text)


def test_deep_and_long_content_is_passed_over(load) -> None:
    deep = "<D>" * 50_000 + "</D>" * 50_000
    got = load(message(transaction(more=f"<SplmtryData>{deep}</SplmtryData>"), transaction("L" * 3_000_000)))
    assert len(got.payments["CNY"]) == 1
    assert [r.code for r in got.rejects] == ["FF01"]


SEED = message(transaction(), transaction("T2", "5"), control="<CtrlSum>105</CtrlSum>").encode()


def mutated(chooser: random.Random) -> bytes:
    """A message with a few bytes changed, cut, doubled or swapped."""
    data = bytearray(SEED)
    for _ in range(chooser.randint(1, 6)):
        at, to = sorted(chooser.randrange(len(data) + 1) for _ in range(2))
        kind = chooser.randrange(5)
        if kind == 0:
            data[at:to] = b""
        elif kind == 1:
            data[at:at] = data[at:to][:200]
        elif kind == 2 and at < len(data):
            data[at] = chooser.randrange(256)
        elif kind == 3:
            data[at:at] = chooser.choice(
                [b"<", b"&", b"]]>", b"<![CDATA[", b"<!--", b"\x00", b"-", b"NaN", b"\xff"]
            )
        else:
            data[at : at + 20] = bytes(chooser.randrange(256) for _ in range(5))
        data = data or bytearray(b"<")
    return bytes(data)


def survives(path: Path, data: bytes) -> None:
    """Reading gives payments and rejects or one DataError; never anything else."""
    path.write_bytes(data)
    try:
        got = read(path)
    except DataError:
        return
    for payments in got.payments.values():
        assert payments.amount.min() > 0


def test_mutated_messages_never_crash(tmp_path: Path) -> None:
    chooser = random.Random(8)
    for _ in range(400):
        survives(tmp_path / "day.xml", mutated(chooser))


@pytest.mark.slow
@settings(max_examples=3000)
@given(data=st.one_of(st.binary(max_size=600), st.randoms(use_true_random=False).map(mutated)))
def test_any_bytes_never_crash(tmp_path_factory, data: bytes) -> None:
    place = tmp_path_factory.getbasetemp()
    survives(place / "fuzz.xml", data)
    survives(place / "fuzz.csv", HEAD.encode() + data)


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


def test_a_message_declares_its_control_sum() -> None:
    payments, _ = generate(Synthetic(payments=50, banks=4, core=2))
    file = io.StringIO()
    write_pacs(payments, file, "pacs.009")
    assert f"<CtrlSum>{decimal_text(int(payments.amount.sum()), 2)}</CtrlSum>" in file.getvalue()


def fate(path: Path) -> object:
    """Everything that reading `path` gives, or the error's text."""
    try:
        got = read(path)
    except DataError as error:
        return str(error)
    return got.rejects, {
        currency: (p.participants, p.ids.tolist(), p.time.tolist(), p.payer.tolist(), p.payee.tolist(),
                   p.amount.tolist(), p.priority.tolist(), got.rows[currency].tolist())
        for currency, p in got.payments.items()
    }  # fmt: skip


def both_ways(monkeypatch: pytest.MonkeyPatch, path: Path, data: bytes) -> tuple[object, object]:
    """What `data` reads as by shapes, and by the parser alone."""
    path.write_bytes(data)
    by_shapes = fate(path)
    with monkeypatch.context() as patch:
        patch.setattr("blocs.settlement.pacs_feed.MOST", 0)
        return by_shapes, fate(path)


def day_of(*transactions: str, single: bool = False) -> bytes:
    """A file of one message with all transactions, or of a message for each."""
    if not single:
        return message(*transactions).replace("<CdtTrf", "\r\n <CdtTrf").encode()
    parts = [message(each, name=f"M{n}") for n, each in enumerate(transactions)]
    return f"<Batch>{''.join(parts)}</Batch>".encode()


TWENTY = [transaction(f"T{n}", f"{n + 1}.00", time=f"09:00:{n:02d}") for n in range(20)]
ODD = [
    transaction("X").replace("<Nm>C</Nm>", "<Nm>Zürich Łódź</Nm>"),
    transaction("X").replace("<Nm>C</Nm>", "<Nm>a > b ]] c</Nm>"),
    transaction("X").replace("<TxId>X<", "<TxId> X\t<"),
    transaction("X").replace("<TxId>X<", "<TxId>&#88;<"),
    transaction("X").replace("<TxId>X<", "<TxId><![CDATA[X]]><"),
    transaction("X").replace("<TxId>X<", "<TxId>X<!-- </CdtTrfTxInf> --><"),
    transaction("X").replace("<TxId>X<", "<TxId>X\r\nY<"),
    transaction("X").replace("<TxId>X<", "<TxId><"),
    transaction("X").replace("<TxId>X<", f"<TxId>{'L' * 300}<"),
    transaction("X", currency="EUR"),
    transaction("X", "1.005"),
    transaction("X", more="<SplmtryData><CdtTrfTxInf>inner</CdtTrfTxInf></SplmtryData>"),
    transaction("X", more='<IntrBkSttlmAmt Ccy="CNY">1</IntrBkSttlmAmt>'),
    transaction("X", more="<RmtInf a='1>2'/>"),
    transaction("X")
    .replace("<CdtTrfTxInf>", '<p:CdtTrfTxInf xmlns:p="urn:x">')
    .replace("</CdtTrf", "</p:CdtTrf"),
    "<CdtTrfTxInf/>",
    "</FIToFICstmrCdtTrf><FIToFICstmrCdtTrf>",
    transaction("X").replace("<Nm>C</Nm>", "<Nm>\x01</Nm>"),
    transaction("X").replace("<Nm>C</Nm>", "<Nm>\ufffe</Nm>"),
    transaction("X").replace("<Nm>C</Nm>", "<Nm>&none;</Nm>"),
    transaction("X").replace("</Nm></Cdtr>", "</Cdtr></Nm>"),
    transaction("X").replace("<Dbtr>", "<Dbtr a='1' a='2'>"),
]


@pytest.mark.parametrize("single", [False, True], ids=["one message", "many"])
@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_a_known_shape_reads_as_the_parser_does(monkeypatch, tmp_path: Path, odd: str, single: bool) -> None:
    for again in (1, 3):  # alone among known shapes, and often enough to be learnt itself
        strange = [odd.replace(">X", f">X{n}") for n in range(again)]
        data = day_of(*TWENTY[:10], *strange, *TWENTY[10:], single=single)
        by_shapes, by_parser = both_ways(monkeypatch, tmp_path / "day.xml", data)
        assert by_shapes == by_parser


def test_most_of_a_plain_file_goes_past_the_parser(monkeypatch, tmp_path: Path) -> None:
    taken = []
    from blocs.settlement.pacs import _Reader

    past = _Reader.take_read
    monkeypatch.setattr(_Reader, "take_read", lambda self, found: (taken.append(1), past(self, found)))
    for single in (False, True):
        (tmp_path / "day.xml").write_bytes(day_of(*TWENTY, single=single))
        assert len(read(tmp_path / "day.xml").payments["CNY"]) == 20
        assert len(taken) >= 17
        taken.clear()


def test_shapes_are_not_carried_into_another_kind_of_message(monkeypatch, tmp_path: Path) -> None:
    eight, nine = (f"urn:iso:std:iso:20022:tech:xsd:pacs.00{kind}.001.08" for kind in "89")
    head = (
        "<p:GrpHdr><p:MsgId>{0}</p:MsgId><p:CreDtTm>2026-02-02T08:00:00</p:CreDtTm><p:NbOfTxs>{1}</p:NbOfTxs>"
        "<p:SttlmInf><p:SttlmMtd>CLRG</p:SttlmMtd></p:SttlmInf></p:GrpHdr>"
    )
    body = "".join(TWENTY[:5]).replace("<", "<p:").replace("<p:/", "</p:")
    first = f"<p:Document><p:FIToFICstmrCdtTrf>{head.format('A', 5)}{body}</p:FIToFICstmrCdtTrf></p:Document>"
    # the same prefixed transactions are nothing in a message of the other kind
    head = head.replace("p:", "q:")
    second = f"<q:Document><q:FICdtTrf>{head.format('B', 0)}{body}</q:FICdtTrf></q:Document>"
    data = f'<Batch xmlns:p="{eight}" xmlns:q="{nine}">{first}{second}</Batch>'.encode()
    by_shapes, by_parser = both_ways(monkeypatch, tmp_path / "day.xml", data)
    assert by_shapes == by_parser
    assert not isinstance(by_shapes, str)


def scrambled(chooser: random.Random) -> bytes:
    """A file of twenty transactions with a few bytes changed, cut or doubled anywhere."""
    data = bytearray(day_of(*TWENTY, single=chooser.random() < 0.3))
    for _ in range(chooser.randint(1, 3)):
        at = chooser.randrange(len(data))
        to = min(len(data), at + chooser.choice([1, 2, 10, 700]))
        kind = chooser.randrange(4)
        if kind == 0:
            del data[at:to]
        elif kind == 1:
            data[at:at] = data[at:to]
        elif kind == 2:
            data[at] = chooser.randrange(256)
        else:
            data[at:at] = chooser.choice(
                [
                    b"<",
                    b"&",
                    b"]]>",
                    b"<![CDATA[",
                    b"<!--",
                    b"-->",
                    b"]]",
                    b"\x00",
                    b"\xff",
                    b"\r",
                    b"\xc3\xa9",
                    b">",
                ]
            )
    return bytes(data)


def test_scrambled_files_read_as_the_parser_reads_them(monkeypatch, tmp_path: Path) -> None:
    chooser = random.Random(20022)
    for _ in range(300):
        by_shapes, by_parser = both_ways(monkeypatch, tmp_path / "day.xml", scrambled(chooser))
        assert by_shapes == by_parser


@pytest.mark.slow
def test_many_scrambled_files_read_as_the_parser_reads_them(monkeypatch, tmp_path: Path) -> None:
    chooser = random.Random(8)
    monkeypatch.setattr("blocs.settlement.pacs_feed._CHUNK", 1000)
    for _ in range(6000):
        by_shapes, by_parser = both_ways(monkeypatch, tmp_path / "day.xml", scrambled(chooser))
        assert by_shapes == by_parser
