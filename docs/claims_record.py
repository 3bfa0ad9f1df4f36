"""Writes the verdicts of a run into claims-model.md: `python docs/claims_record.py REPORT/claims.json`.

REPORT is the folder of `blocs claims --out REPORT`. What the page needs of it is kept in claims-record.json; without an
argument the page is written from what was kept. A test fails if page, record and ledger do not agree.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from blocs.claims.reading import Reading
from blocs.claims.summary import bare, short

FOLDER = Path(__file__).parent
PAGE, RECORD = FOLDER / "claims-model.md", FOLDER / "claims-record.json"
KEPT = ("id", "verdict", "summary", "rule", "headline", "value", "unit", "as_of")
BEGIN, END = "<!-- {name}: written by docs/claims_record.py -->", "<!-- end of {name} -->"
REFERENCE = "elasticities=fontagne2022"


def record_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the page needs of a `blocs.claims/1` document."""
    return {
        "ledger": document["ledger"],
        "draws": document["draws"],
        "claims": [_claim(claim) for claim in document["claims"]],
    }


def _claim(claim: Mapping[str, Any]) -> dict[str, Any]:
    reading = next((r for r in claim["readings"] if r["name"] == claim["headline"]), None)
    answers = Counter(_answer(reason) for reason in claim["reasons"])
    spread = {} if reading is None else {"quantiles": reading["quantiles"], "cuts": reading["cuts"]}
    return {key: claim[key] for key in KEPT} | {"answers": dict(answers)} | spread


def _answer(reason: str) -> str:
    return reason.rpartition("? ")[2].split(" ")[0] if "? " in reason else "no result"


def verdicts(record: Mapping[str, Any]) -> str:
    """Return the table of verdicts in Markdown."""
    rows = [
        f"| `{one['id']}` | {one['verdict']} | {_answers(one['answers'])} | {one['summary']} |"
        for one in record["claims"]
    ]
    return "\n".join(["| claim | verdict | tests of the rule | in numbers |", "|---|---|---|---|", *rows])


def _answers(answers: Mapping[str, int]) -> str:
    order = ("yes", "no", "undecided", "no result")
    return ", ".join(f"{answers[key]} {key}" for key in order if answers.get(key))


def spreads(record: Mapping[str, Any]) -> str:
    """Return the table of what the spread of each model claim's headline rests on, in Markdown."""
    columns = (
        "claim, reading", "all draws", "at the parameters, full world", "the same, world of the draws",
        "reference set", "other sets", "deficits kept / balanced",
    )  # fmt: skip
    rows = []
    for one in record["claims"]:
        cuts = one.get("cuts")
        if not cuts:
            continue

        def text(key: str, one: Any = one, cuts: Any = cuts) -> str:
            return _short(cuts[key], one["unit"]) if key in cuts else "–"

        others = [v for key, v in cuts.items() if key.startswith("elasticities=") and key != REFERENCE]
        between = f"{_short(min(others), '1')} to {_short(max(others), '1')}" if others else "–"
        closures = f"{text('closure=fixed')} / {text('closure=balanced')}" if "closure=fixed" in cuts else "–"
        rows.append(
            f"| `{one['id']}`, `{one['headline']}` | {_short(one['value'], one['unit'])} | {text('full')} "
            f"| {text('coarse')} | {text(REFERENCE)} | {between} | {closures} |"
        )
    return "\n".join([f"| {' | '.join(columns)} |", "|" + "---|" * len(columns), *rows])


def _short(value: float, unit: str) -> str:
    return short(bare(Reading("x", "x", float(value), unit, "", "model", ("x",))))


def written(page: str, record: Mapping[str, Any]) -> str:
    """Return the page with its tables as the record has them."""
    blocks = {"verdicts": verdicts(record), "spreads": spreads(record)}
    for name, block in blocks.items():
        begin, end = BEGIN.format(name=name), END.format(name=name)
        before, _, rest = page.partition(begin)
        _, found, after = rest.partition(end)
        if not found:
            raise SystemExit(f"{PAGE.name} has no place for {name}: {begin} … {end}")
        page = f"{before}{begin}\n\n{block}\n\n{end}{after}"
    return page


def main(arguments: list[str]) -> None:
    """Keep the record of the report that is named, and write the page."""
    if arguments:
        document = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
        text = json.dumps(record_of(document), ensure_ascii=False, indent=1)
        RECORD.write_text(text + "\n", encoding="utf-8")
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), record), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
