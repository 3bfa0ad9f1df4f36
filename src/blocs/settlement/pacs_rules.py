"""What a message must have to settle: mandatory elements, their order, code sets, lengths of identifiers.

Written after the message definition reports of ISO 20022 (pacs.008 and pacs.009, from 001.02 on) for the elements that
are read, in the order that all these versions share; it is no schema. A schema file of one's own can be given besides.
"""

from __future__ import annotations

import re

from blocs.settlement.intake import DUPLICATE, FORMAT

Problem = tuple[str, str, str]  # reason code, path, what is wrong

NEEDED_HEADER = ("MsgId", "CreDtTm", "NbOfTxs", "SttlmInf/SttlmMtd")
NEEDED = {
    "8": ("PmtId/EndToEndId", "IntrBkSttlmAmt", "ChrgBr", "Dbtr", "DbtrAgt", "CdtrAgt", "Cdtr"),
    "9": ("PmtId/EndToEndId", "IntrBkSttlmAmt", "Dbtr", "Cdtr"),
}
# what is read, in the order of the message; elements between are passed over, and `AddtlDtTm`, which only later
# versions have, may stand anywhere
HEADER_ORDER = ("MsgId", "CreDtTm", "NbOfTxs", "CtrlSum", "SttlmInf", "InstgAgt", "InstdAgt")
TRANSACTION_ORDER = (
    "PmtId", "IntrBkSttlmAmt", "SttlmPrty", "SttlmTmIndctn", "AccptncDtTm", "ChrgBr", "InstgAgt",
    "InstdAgt", "Dbtr", "DbtrAgt", "CdtrAgt", "Cdtr",
)  # fmt: skip
METHODS = frozenset({"INDA", "INGA", "COVE", "CLRG"})
_CODES = {
    "ChrgBr": frozenset({"DEBT", "CRED", "SHAR", "SLEV"}),
    "SttlmPrty": frozenset({"URGT", "HIGH", "NORM"}),
}
_IDS = ("PmtId/InstrId", "PmtId/EndToEndId", "PmtId/TxId")
_LONGEST_ID = 35
_UETR = re.compile(r"[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}")


def out_of_order(element: str, before: str) -> Problem:
    """Say that `element` stands behind `before`, which belongs behind it."""
    return FORMAT, element, f"stands behind {before}, which belongs behind it"


def header_problem(found: dict[str, str], seen: set[str]) -> Problem | None:
    """Return what is wrong with a group header; its message id is added to those `seen` in the file."""
    for key in NEEDED_HEADER:
        if not found.get(key):
            return FORMAT, f"GrpHdr/{key}", "is missing"
    if len(found["MsgId"]) > _LONGEST_ID:
        return FORMAT, "GrpHdr/MsgId", "is longer than 35 characters"
    if not (found["NbOfTxs"].isascii() and found["NbOfTxs"].isdigit() and len(found["NbOfTxs"]) <= 15):
        return FORMAT, "GrpHdr/NbOfTxs", f"{found['NbOfTxs'][:20]!r} is no number"
    if found["SttlmInf/SttlmMtd"] not in METHODS:
        return _no_code("GrpHdr/SttlmInf/SttlmMtd", found["SttlmInf/SttlmMtd"], METHODS)
    if found["MsgId"] in seen:
        return DUPLICATE, "GrpHdr/MsgId", "this message id came before in the file"
    seen.add(found["MsgId"])
    return None


def transaction_problem(found: dict[str, str], kind: str) -> Problem | None:
    """Return the first thing that is missing, too long or no code in a transaction of `kind` 8 or 9."""
    for key in NEEDED[kind]:
        if key not in found or (found[key] == "" and "/" in key):
            return FORMAT, key, "is missing"
    for key, codes in _CODES.items():
        if key in found and found[key] not in codes:
            return _no_code(key, found[key], codes)
    for key in _IDS:
        if len(found.get(key, "")) > _LONGEST_ID:
            return FORMAT, key, f"{found[key][:40]!r} is longer than 35 characters"
    if "PmtId/UETR" in found and not _UETR.fullmatch(found["PmtId/UETR"]):
        return FORMAT, "PmtId/UETR", f"{found['PmtId/UETR'][:40]!r} is no UUID of version 4"
    return None


def _no_code(path: str, text: str, codes: frozenset[str]) -> Problem:
    return FORMAT, path, f"{text[:20]!r} is not {', '.join(sorted(codes))}"
