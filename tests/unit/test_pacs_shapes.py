"""The quick way past the XML parser reads each file as the parser does, whatever stands in it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from unit.payment_messages import message, transaction

from blocs.errors import DataError
from blocs.settlement.files import read


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
    transaction("X", more="<SttlmPrty>HIGH</SttlmPrty>"),
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


@pytest.mark.parametrize("size", [61, 64, 67, 1000, 4096])
@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_errors_are_placed_in_whatever_pieces_the_file_comes(monkeypatch, tmp_path, end, size) -> None:
    lines = end.join(TWENTY).replace("A &amp; B", f"Zürich{end}&amp; Łódź")
    data = f"{message(lines, count=20).split('</FIToFI')[0]}{end}üü<oops></no>".encode()
    monkeypatch.setattr("blocs.settlement.pacs_feed._CHUNK", size)
    by_shapes, by_parser = both_ways(monkeypatch, tmp_path / "day.xml", data)
    assert by_shapes == by_parser
    assert ":41:11: not well-formed XML: mismatched tag" in str(by_shapes)


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
