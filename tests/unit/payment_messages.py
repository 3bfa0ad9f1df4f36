"""Messages and files of payments as the tests write them, and what reads them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from blocs.settlement.accounts_file import read_accounts
from blocs.settlement.files import read
from blocs.settlement.intake import Submissions

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


def reader(folder: Path) -> Callable[..., Submissions]:
    """Return what reads text as a file of payments in `folder`."""

    def load(text: str | bytes, accounts: str | None = None, name: str = "day.xml") -> Submissions:
        path = folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        book = None
        if accounts is not None:
            (folder / "accounts.csv").write_text(accounts, encoding="utf-8")
            book = read_accounts(folder / "accounts.csv")
        return read(path, book)

    return load
