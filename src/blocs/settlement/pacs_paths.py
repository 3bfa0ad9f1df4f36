"""Which elements of `pacs.008` and `pacs.009` are read, as a tree of names per version of the messages."""

from __future__ import annotations

import re
from functools import lru_cache

from blocs.settlement.pacs_rules import HEADER_ORDER, TRANSACTION_ORDER

NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:pacs\.00([89])\.001\.(\d\d)")
ROOTS = {"8": "FIToFICstmrCdtTrf", "9": "FICdtTrf"}
MESSAGE, HEADER, TRANSACTION = "message", "header", "transaction"
_AGENT = (
    "FinInstnId/BICFI",
    "FinInstnId/BIC",
    "FinInstnId/LEI",
    "FinInstnId/ClrSysMmbId/MmbId",
    "FinInstnId/Othr/Id",
)
_HEADER = ("MsgId", "CreDtTm", "NbOfTxs", "CtrlSum", "SttlmInf/SttlmMtd")
_TIMES = ("AccptncDtTm", "AddtlDtTm/AccptncDtTm", "SttlmTmIndctn/DbtDtTm")
_PAYMENT = (
    "PmtId/InstrId", "PmtId/EndToEndId", "PmtId/TxId", "PmtId/UETR", "IntrBkSttlmAmt", "SttlmPrty", "ChrgBr", *_TIMES,
)  # fmt: skip
_AGENTS = ("InstgAgt", "InstdAgt", "DbtrAgt", "CdtrAgt", "Dbtr", "Cdtr")
# who settles with whom: the agents that instruct each other, else the customers' agents or the institutions themselves
PAYERS = {"8": ("InstgAgt", "DbtrAgt"), "9": ("InstgAgt", "Dbtr")}
PAYEES = {"8": ("InstdAgt", "CdtrAgt"), "9": ("InstdAgt", "Cdtr")}
TIMES = _TIMES
# agent -> where its name may stand, the best first
NAMES = {agent: tuple(f"{agent}/{part}" for part in _AGENT) for agent in _AGENTS}


class Node:
    """An element that is read: its children by full name, its key, whether it has text, what it begins, its place.

    rank: place among its siblings, from 1; 0 where no order is kept.
    """

    __slots__ = ("children", "key", "kind", "leaf", "rank")

    def __init__(self, key: str = "", *, leaf: bool = False, kind: str = "") -> None:
        self.children: dict[str, Node] = {}
        self.key, self.leaf, self.kind, self.rank = key, leaf, kind, 0


@lru_cache(maxsize=64)
def tree(namespace: str) -> Node:
    """Return what is read below a `Document` of `namespace`, which must match NAMESPACE."""
    found = NAMESPACE.fullmatch(namespace)
    if found is None:
        raise ValueError(f"{namespace} is not pacs.008 or pacs.009")
    document, message = Node(), Node(kind=MESSAGE)
    document.children[f"{namespace} {ROOTS[found[1]]}"] = message
    header, payment = Node(kind=HEADER), Node(kind=TRANSACTION)
    message.children[f"{namespace} GrpHdr"] = header
    message.children[f"{namespace} CdtTrfTxInf"] = payment
    for path in (*_HEADER, *(f"{agent}/{part}" for agent in ("InstgAgt", "InstdAgt") for part in _AGENT)):
        _grow(header, namespace, path)
    for path in (*_PAYMENT, *(f"{agent}/{part}" for agent in _AGENTS for part in _AGENT)):
        _grow(payment, namespace, path)
    for agent in _AGENTS:
        payment.children[f"{namespace} {agent}"].key = agent
    for node, order in ((header, HEADER_ORDER), (payment, TRANSACTION_ORDER)):
        for rank, name in enumerate(order, 1):
            node.children[f"{namespace} {name}"].rank = rank
    return document


def _grow(top: Node, namespace: str, path: str) -> None:
    node = top
    for name in path.split("/"):
        node = node.children.setdefault(f"{namespace} {name}", Node())
    node.key, node.leaf = path, True
