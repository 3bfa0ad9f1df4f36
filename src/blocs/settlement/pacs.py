"""Reads ISO 20022 `pacs.008` and `pacs.009` as a stream: no tree of objects, memory that does not grow with the file.

Any version from 001.02 on and any envelope around the documents is read. What is read is checked (`pacs_rules`, amounts
and currencies, identifiers, number and sum of transactions); `pacs_schema` validates against a schema file.
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NoReturn
from xml.parsers import expat

from blocs.errors import DataError
from blocs.settlement.accounts_file import AccountRows
from blocs.settlement.clock import DAY
from blocs.settlement.intake import AMOUNT, BAD_PARTY, CURRENCY, DATE, FORMAT, Intake, Submissions
from blocs.settlement.pacs_feed import pump
from blocs.settlement.pacs_paths import (
    HEADER,
    MESSAGE,
    NAMES,
    NAMESPACE,
    PAYEES,
    PAYERS,
    TIMES,
    TRANSACTION,
    Node,
    tree,
)
from blocs.settlement.pacs_rules import (
    HEADER_ORDER,
    TRANSACTION_ORDER,
    Problem,
    header_problem,
    out_of_order,
    transaction_problem,
)

_LONGEST_TEXT = 2048
_COUNT, _SUM = "AM18", "AM10"
_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")
_LEI = re.compile(r"[A-Z0-9]{18}[0-9]{2}")
_OUTSIDE = Node()  # above a Document


def read_pacs(path: Path, accounts: AccountRows | None = None, currency: str | None = None) -> Submissions:
    """Read a file of one or many messages.

    A transaction that is wrong becomes a reject with message id and path; a file that is not well-formed XML, has a
    document type (entities could be anything) or no payment message raises DataError with line and column.
    """
    reader = _Reader(Intake(accounts, currency), path)
    reader.intake.paths = {
        AMOUNT: "/IntrBkSttlmAmt", CURRENCY: "/IntrBkSttlmAmt/@Ccy", BAD_PARTY: "/InstgAgt|InstdAgt",
    }  # fmt: skip
    try:
        with path.open("rb") as file:
            pump(file, reader, path)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from error
    if not reader.messages:
        raise DataError(
            f"{path}: no pacs.008 or pacs.009 message in it ({reader.seen or 'no namespace'}); "
            "the Document needs the namespace urn:iso:std:iso:20022:tech:xsd:pacs.008.001.NN or pacs.009.001.NN"
        )
    return reader.intake.finish(reader.bad, "transaction")


class _Reader:
    """The parser's handlers and what they remember of the message at hand."""

    def __init__(self, intake: Intake, path: Path) -> None:
        self.intake, self.path = intake, path
        self.node, self.above, self.skip = _OUTSIDE, [], 0
        self.header: dict[str, str] = {}
        self.found: dict[str, str] = {}
        self.text: list[str] = []
        self.problem = self.header_problem = None  # (code, path, reason)
        self.kind, self.seen = "8", ""
        self.messages = self.transactions = 0
        self.total: Decimal | None = None
        self.ids: set[str] = set()
        self.bad: dict[int, tuple[str, str, str]] = {}
        self.day: int | None = None
        self.offset: float | None = None
        self.times: dict[str, int] = {}
        self.rank = 0  # of the last child of the header or transaction at hand
        self.started = 0  # start tags of the transaction at hand
        self.leaves: list[tuple[int, str]] = []  # which of them have a text that is read
        self.ended = -1  # where the end tag of the last header or transaction begins, in bytes given
        self.spaces: list[tuple[str | None, str]] = []  # declarations of namespaces in force
        self.encoding: str | None = None
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.StartDoctypeDeclHandler = self.refuse
        parser.XmlDeclHandler = self.declare
        parser.StartNamespaceDeclHandler = lambda prefix, uri: self.spaces.append((prefix, uri))
        parser.EndNamespaceDeclHandler = lambda _: self.spaces.pop()
        self.parser: Any = parser

    def refuse(self, *_: object) -> NoReturn:
        """Refuse a document type: payment messages have none, and entities could expand without end."""
        raise DataError(
            f"{self.path}:{self.parser.CurrentLineNumber}: a document type (DTD) is refused; remove <!DOCTYPE ...>"
        )

    def declare(self, _: str, encoding: str | None, __: int) -> None:
        """Note the encoding that the file declares."""
        self.encoding = encoding

    def progress(self) -> str:
        """Say how far the reader came."""
        name = self.header.get("MsgId")
        return f" (in message {name}, after {self.transactions} transactions)" if name else ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Go down into an element that is read, or skip it with all that is in it."""
        self.started += 1
        if self.skip:
            self.skip += 1
            return
        node = self.node
        child = node.children.get(name)
        if child is None:
            if node is not _OUTSIDE:
                self.skip = 1
                return
            child = self.outside(name)
        self.above.append(node)
        self.node = child
        if child.rank:
            if child.rank < self.rank:
                order = HEADER_ORDER if node.kind == HEADER else TRANSACTION_ORDER
                self.problem = self.problem or out_of_order(order[child.rank - 1], order[self.rank - 1])
            self.rank = child.rank
        if child.leaf:
            self.leaves.append((self.started, child.key))
            self.text = []
            self.parser.CharacterDataHandler = self.data
            if child.key == "IntrBkSttlmAmt":
                self.found["@Ccy"] = attributes.get("Ccy", "")
        elif child.kind:
            self.begin(child.kind)
        elif child.key:
            if child.key in self.found:
                self.twice(child.key)
            self.found[child.key] = ""

    def outside(self, name: str) -> Node:
        """Return what to read below `name`, an element around or of a document."""
        space, _, local = name.rpartition(" ")
        if local != "Document":
            return _OUTSIDE
        found = NAMESPACE.fullmatch(space)
        if found is None:
            self.seen = self.seen or f"found {space or 'no namespace'}"
            return Node()
        self.kind = found[1]
        return tree(space)

    def data(self, text: str) -> None:
        """Collect the text of a leaf, up to a length that no field has."""
        self.text.append(text)
        if len(self.text) > 64 or len(text) > _LONGEST_TEXT:
            self.text = ["".join(self.text)[:_LONGEST_TEXT]]

    def end(self, _: str) -> None:
        """Come back up; finish what ends."""
        if self.skip:
            self.skip -= 1
            return
        node = self.node
        self.node = self.above.pop()
        if node.leaf:
            self.parser.CharacterDataHandler = None
            if node.key in self.found and self.found[node.key] != "":
                self.twice(node.key)
            self.found[node.key] = "".join(self.text).strip()
        elif node.kind:
            self.finish(node.kind)

    def twice(self, key: str) -> None:
        """Note an element that may be there once."""
        self.problem = self.problem or (FORMAT, key, "is there twice")

    def begin(self, kind: str) -> None:
        """Start a message, its header or a transaction."""
        if kind == MESSAGE:
            self.messages += 1
            self.transactions, self.total = 0, Decimal(0)
            self.header, self.header_problem = {}, (FORMAT, "GrpHdr", "is missing")
        self.found, self.problem = {}, None
        self.started, self.leaves, self.rank = 0, [], 0

    def finish(self, kind: str) -> None:
        """Check a header, take a transaction in, or close a message."""
        if kind != MESSAGE:
            self.ended = self.parser.CurrentByteIndex
        if kind == HEADER:
            self.header = self.found
            if self.problem is None:
                self.header_problem = header_problem(self.found, self.ids)
            else:
                code, path, reason = self.problem
                self.header_problem = code, f"GrpHdr/{path}", reason
        elif kind == TRANSACTION:
            self.transactions += 1
            self.take()
        else:
            self.close()

    def place(self, path: str = "") -> str:
        """Return message id and path of the transaction at hand."""
        name = self.header.get("MsgId") or f"message {self.messages} of the file"
        return f"{name}: CdtTrfTxInf[{self.transactions}]" + (f"/{path}" if path else "")

    def take(self) -> None:
        """Take the transaction at hand in, as a payment or a reject."""
        found, intake = self.found, self.intake
        name = found.get("PmtId/TxId") or found.get("PmtId/UETR") or found.get("PmtId/InstrId") or ""
        if not name:
            name = found.get("PmtId/EndToEndId", "")
            if name in ("", "NOTPROVIDED"):
                name = f"{self.header.get('MsgId', self.messages)}/{self.transactions}"
        self.add_up(found.get("IntrBkSttlmAmt", ""))
        problem = self.header_problem or self.problem or self.wrong()
        if problem is None:
            payer, payee = self.party(PAYERS[self.kind]), self.party(PAYEES[self.kind])
            time = self.time()
            problem = next((part for part in (payer, payee, time) if isinstance(part, tuple)), None)
        if problem is not None:
            code, path, reason = problem
            place = self.place() if path.startswith("GrpHdr") else self.place(path)
            intake.rejects_as_is(
                place, name, code, f"{path} {reason}" if path.startswith("GrpHdr") else reason
            )
            return
        intake.add(
            self.place(), name, time, payer, payee, found["IntrBkSttlmAmt"], found["@Ccy"],  # type: ignore[arg-type]  # tuples are problems, handled above
            found.get("SttlmPrty", ""), self.messages,
        )  # fmt: skip

    def take_read(self, found: dict[str, str]) -> None:
        """Take a transaction in that was read without the parser."""
        self.found, self.problem = found, None
        self.transactions += 1
        self.take()

    def wrong(self) -> Problem | None:
        """Return what makes the transaction at hand none that could settle."""
        problem = transaction_problem(self.found, self.kind)
        if problem is None and not self.found["@Ccy"]:
            return CURRENCY, "IntrBkSttlmAmt/@Ccy", "is missing"
        return problem

    def party(self, agents: tuple[str, ...]) -> str | tuple[str, str, str]:
        """Return the participant on one side: the first agent that is named, of the transaction or the header."""
        for agent in agents:
            for source in (self.found, self.header):
                for path in NAMES[agent]:
                    name = source.get(path)
                    if not name:
                        continue
                    bic = path.endswith(("BICFI", "BIC"))
                    form = _BIC if bic else _LEI if path.endswith("LEI") else None
                    if form is not None and not form.fullmatch(name):
                        return BAD_PARTY, path, f"{name[:40]!r} is not of the form it must have"
                    return self.short(name) if bic else name
        return BAD_PARTY, f"{agents[0]}/FinInstnId", f"is missing, and so is {agents[1]}"

    def short(self, bic: str) -> str:
        """Return a head office's BIC with eight characters, unless the accounts have it with eleven."""
        known = self.intake.known
        if not bic.endswith("XXX") or len(bic) != 11:
            return bic if known is None or bic in known or f"{bic}XXX" not in known else f"{bic}XXX"
        return bic if known is not None and bic in known else bic[:8]

    def time(self) -> int | tuple[str, str, str]:
        """Return the time of submission: the transaction's own, else the message's, on the clock of the first one."""
        key = next((key for key in TIMES if self.found.get(key)), "")
        text = self.found[key] if key else self.header["CreDtTm"]
        known = self.times.get(text)
        if known is not None:
            return known
        where = key or "GrpHdr/CreDtTm"
        try:
            if text[10:11] != "T":
                raise ValueError
            moment = datetime.fromisoformat(text)
        except ValueError:
            return DATE, where, f"{text[:40]!r} is no date and time"
        shift = moment.utcoffset()
        offset = None if shift is None else shift.total_seconds()
        if self.day is None:
            self.day, self.offset = moment.toordinal(), offset
        if (offset is None) != (self.offset is None):
            return (
                DATE,
                where,
                f"{text} {'has no' if offset is None else 'has an'} offset from UTC, unlike the first time",
            )
        clock = (moment.hour * 60 + moment.minute) * 60 + moment.second - ((offset or 0) - (self.offset or 0))
        value = (moment.toordinal() - self.day) * DAY + int(clock * 1000) + moment.microsecond // 1000
        if not 0 <= value < DAY:
            first = datetime.fromordinal(self.day).date()
            return DATE, where, f"{text} is not on {first}, the day of the file's first payment"
        if len(self.times) > 4096:
            self.times.clear()
        self.times[text] = value
        return value

    def add_up(self, amount: str) -> None:
        """Keep the sum of amounts for the message's control sum."""
        if self.total is not None and "CtrlSum" in self.header:
            try:
                self.total += Decimal(amount)
            except ArithmeticError:  # no number, or one too large to add
                self.total = None

    def close(self) -> None:
        """Reject the whole message at hand if its number or sum of transactions is not what its header says."""
        if self.header_problem is not None:
            if self.transactions == 0:
                code, path, reason = self.header_problem
                name = self.header.get("MsgId") or f"message {self.messages} of the file"
                self.intake.reject(f"{name}: {path}", name, code, reason)
            return
        name, stated = self.header["MsgId"], int(self.header["NbOfTxs"])
        if stated != self.transactions:
            reason = f"the header says {stated} transactions, there are {self.transactions}"
            self.bad[self.messages] = (f"{name}: GrpHdr/NbOfTxs", _COUNT, reason)
            if self.transactions == 0:
                self.intake.reject(f"{name}: GrpHdr/NbOfTxs", name, _COUNT, reason)
            return
        control = self.header.get("CtrlSum")
        if control is None:
            return
        try:
            agrees = self.total is not None and Decimal(control) == self.total
        except InvalidOperation:
            agrees = False
        if not agrees:
            shown = (
                "the amounts cannot be added" if self.total is None else f"the amounts add up to {self.total}"
            )
            reason = f"the header's control sum is {control[:40]}, {shown}"
            self.bad[self.messages] = (f"{name}: GrpHdr/CtrlSum", _SUM, reason)
