"""Payment messages of ISO 20022: real ones are read, broken and hostile ones rejected or refused; nothing crashes."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.payment_messages import HEAD, NAMESPACE, message, reader, transaction

from blocs.errors import DataError
from blocs.settlement.files import read
from blocs.settlement.generate import Synthetic, generate
from blocs.settlement.money import decimal_text
from blocs.settlement.pacs_write import write_pacs


@pytest.fixture
def load(tmp_path: Path):
    """Read text as a file of payments."""
    return reader(tmp_path)


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


def test_a_message_declares_its_control_sum() -> None:
    payments, _ = generate(Synthetic(payments=50, banks=4, core=2))
    file = io.StringIO()
    write_pacs(payments, file, "pacs.009")
    assert f"<CtrlSum>{decimal_text(int(payments.amount.sum()), 2)}</CtrlSum>" in file.getvalue()
