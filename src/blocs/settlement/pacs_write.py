"""Writes payments as one ISO 20022 `pacs.008` or `pacs.009` message, as a stream."""

from __future__ import annotations

import re
from typing import TextIO
from xml.sax.saxutils import escape

from blocs.errors import DataError
from blocs.settlement.clock import time_text
from blocs.settlement.money import decimal_text
from blocs.settlement.pacs_paths import ROOTS
from blocs.settlement.payments import Payments

VERSIONS = {"pacs.008": "pacs.008.001.13", "pacs.009": "pacs.009.001.12"}
_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")
_PRIORITY = {0: "URGT", 1: "HIGH"}
_BATCH = 10_000


def write_pacs(
    payments: Payments,
    file: TextIO,
    message: str = "pacs.008",
    *,
    name: str = "BLOCS-1",
    day: str = "2026-02-02",
) -> None:
    """Write `payments` as one message with many transactions, dated `day`; DataError where an id is too long for it.

    Participants whose name has the form of a BIC are written as `BICFI`, others as `Othr/Id`. The time of a payment is
    `SttlmTmIndctn/DbtDtTm`, without an offset.
    """
    if message not in VERSIONS:
        raise DataError(f"messages are {' or '.join(VERSIONS)}, not {message}")
    if payments.ids.dtype.itemsize > 35 and max(map(len, payments.ids.tolist()), default=0) > 35:
        raise DataError("an id of a payment is longer than 35 bytes, the most that a message may hold")
    root = ROOTS[message[-1]]
    agents = [_agent(participant) for participant in payments.participants]
    total = decimal_text(sum(map(int, payments.amount.tolist())), payments.decimals)
    file.write(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{VERSIONS[message]}"><{root}>\n'
        f"<GrpHdr><MsgId>{escape(name)}</MsgId><CreDtTm>{day}T00:00:00</CreDtTm><NbOfTxs>{len(payments)}</NbOfTxs>"
        f"<CtrlSum>{total}</CtrlSum><SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf></GrpHdr>\n"
    )
    customer = message == "pacs.008"
    for start in range(0, len(payments), _BATCH):
        part = slice(start, start + _BATCH)
        file.writelines(_transactions(payments, part, agents, day, customer))
    file.write(f"</{root}></Document>\n")


def _transactions(payments: Payments, part: slice, agents: list[str], day: str, customer: bool) -> list[str]:
    places, currency = payments.decimals, payments.currency
    lines = []
    for k, (name, time, payer, payee, amount, priority) in enumerate(zip(
        payments.ids[part].tolist(), payments.time[part].tolist(), payments.payer[part].tolist(),
        payments.payee[part].tolist(), payments.amount[part].tolist(), payments.priority[part].tolist(), strict=True,
    )):  # fmt: skip
        text = escape(name.decode("utf-8", "replace"))
        urgent = f"<SttlmPrty>{_PRIORITY[priority]}</SttlmPrty>" if priority in _PRIORITY else ""
        debtor = f"<Dbtr><Nm>Debtor {k + 1}</Nm></Dbtr><DbtrAgt>" if customer else "<Dbtr>"
        creditor = "</DbtrAgt><CdtrAgt>" if customer else "</Dbtr><Cdtr>"
        last = f"</CdtrAgt><Cdtr><Nm>Creditor {k + 1}</Nm></Cdtr>" if customer else "</Cdtr>"
        lines.append(
            f"<CdtTrfTxInf><PmtId><InstrId>{text}</InstrId><EndToEndId>{text}</EndToEndId><TxId>{text}</TxId></PmtId>"
            f'<IntrBkSttlmAmt Ccy="{currency}">{decimal_text(amount, places)}</IntrBkSttlmAmt>'
            f"<IntrBkSttlmDt>{day}</IntrBkSttlmDt>{urgent}"
            f"<SttlmTmIndctn><DbtDtTm>{day}T{time_text(time)}</DbtDtTm></SttlmTmIndctn>"
            f"{'<ChrgBr>SHAR</ChrgBr>' if customer else ''}"
            f"<InstgAgt>{agents[payer]}</InstgAgt><InstdAgt>{agents[payee]}</InstdAgt>"
            f"{debtor}{agents[payer]}{creditor}{agents[payee]}{last}</CdtTrfTxInf>\n"
        )
    return lines


def _agent(name: str) -> str:
    if _BIC.fullmatch(name):
        return f"<FinInstnId><BICFI>{name}</BICFI></FinInstnId>"
    if len(name) > 35:
        raise DataError(
            f"participant {name[:40]!r} is longer than 35 characters, the most that a message may hold"
        )
    return f"<FinInstnId><Othr><Id>{escape(name)}</Id></Othr></FinInstnId>"
