"""The report of checked claims: claims.html, a page a claim, its tables and figures, and the JSON document."""

from __future__ import annotations

import json
import platform
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from blocs import __version__
from blocs.claims.check import Checked, Checks
from blocs.claims.document import document
from blocs.claims.reading import Chart, Reading
from blocs.claims.verdict import number
from blocs.report.claim_charts import YEAR, chart_figure, readings_figure
from blocs.report.figure import Figure
from blocs.report.folder import MANIFEST, SCHEMA, write_folder
from blocs.report.words import by_name, sector_name

KNOWN = {
    "file": "publisher's file",
    "transcribed": "read in a text",
    "third_party": "third party, unchecked",
    "derived": "computed from sources",
    "model": "model",
    "memory": "from memory: no evidence",
}
WORDS = {
    "supported": "the numbers meet the thresholds",
    "contradicted": "the numbers miss the thresholds",
    "depends": "true under one reading, false under another",
    "open": "undecided, or no number can decide it",
    "untestable": "nothing can be computed",
}


def save(checks: Checks, target: Path, *, overwrite: bool = False) -> None:
    """Write claims.html, claims/ID.html, figures/, tables/, claims.json and manifest.json to `target`, whole.

    Pages load nothing and run no script; the same claims give the same bytes. Raises FolderError.
    """
    write_folder(target, lambda folder: _write(checks, folder), overwrite=overwrite)


def figures(one: Checked) -> list[Figure]:
    """Return the figures of a claim: what its computation shows, and its readings where they have draws."""
    found = [
        chart_figure(_marked(chart, one), f"{one.claim.id}-{n}")
        for n, chart in enumerate(one.evidence.charts)
    ]
    drawn = [reading for reading in one.evidence.readings if reading.draws]
    for n, unit in enumerate(dict.fromkeys(reading.unit for reading in drawn)):
        shown = [r for r in one.evidence.readings if r.unit == unit and not isinstance(r.value, str)]
        marks = list(dict.fromkeys(m.threshold for m in one.judgement.margins if m.unit == unit))
        found.append(
            readings_figure(
                shown, marks, f"{one.claim.id}-readings-{n}", "Readings, and their spread over draws"
            )
        )
    return found


def _marked(chart: Chart, one: Checked) -> Chart:
    """Return the chart with names for codes, and the threshold that a reading it shows is held against."""
    shown = {value for line in chart.lines for _, value in line.points}
    held = {
        reading.name
        for reading in one.evidence.readings
        if reading.unit == chart.unit and reading.value in shown
    }
    marks = {margin.threshold for margin in one.judgement.margins if margin.reading in held}
    mark = next(iter(marks)) if chart.mark is None and len(marks) == 1 else chart.mark
    lines = tuple(replace(line, label=sector_name(by_name(line.label))) for line in chart.lines)
    return replace(chart, title=by_name(chart.title), lines=lines, mark=mark)


def _write(checks: Checks, folder: Path) -> None:
    for name in ("claims", "figures", "tables"):
        (folder / name).mkdir()
    template = _environment()
    for n, one in enumerate(checks.claims):
        drawn = figures(one)
        for figure in drawn:
            figure.save(folder / "figures" / f"{figure.table.name}.svg")
            (folder / "tables" / f"{figure.table.name}.csv").write_text(
                figure.table.csv(), encoding="utf-8", newline=""
            )
        around = (
            checks.claims[n - 1] if n else None,
            checks.claims[n + 1] if n + 1 < len(checks.claims) else None,
        )
        page = template.get_template("claim.html.j2").render(_page(checks, one, drawn, around))
        (folder / "claims" / f"{one.claim.id}.html").write_text(page, encoding="utf-8", newline="")
    index = template.get_template("claims.html.j2").render(_index(checks))
    (folder / "claims.html").write_text(index, encoding="utf-8", newline="")
    content = json.dumps(document(checks), ensure_ascii=False, allow_nan=False, indent=1)
    (folder / "claims.json").write_text(content + "\n", encoding="utf-8", newline="")
    # last: a folder with a manifest is complete
    (folder / MANIFEST).write_text(json.dumps(_manifest(checks), indent=2) + "\n", encoding="utf-8")


def _manifest(checks: Checks) -> dict[str, Any]:
    from blocs.study.ensemble.folder import versions

    return {
        "schema": SCHEMA,
        "command": "claims",
        "ledger": checks.ledger.title,
        "draws": checks.draws,
        "versions": versions(),
        "run": {"finished": datetime.now(UTC).isoformat(timespec="seconds"), "platform": platform.platform()},
    }


def _index(checks: Checks) -> dict[str, Any]:
    counts = {verdict: sum(one.judgement.verdict == verdict for one in checks.claims) for verdict in WORDS}
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in checks.claims:
        groups.setdefault(one.claim.vector, []).append(
            {
                "id": one.claim.id,
                "statement": one.claim.statement,
                "verdict": one.judgement.verdict,
                "figure": _figure(one.headline),
                "as_of": _as_of(one.headline),
            }
        )
    return {
        "version": __version__,
        "ledger": checks.ledger,
        "counts": {k: v for k, v in counts.items() if v},
        "words": WORDS,
        "groups": groups,
        "draws": checks.draws,
        "left_out": checks.left_out,
    }


def _page(
    checks: Checks, one: Checked, drawn: list[Figure], around: tuple[Checked | None, Checked | None]
) -> dict[str, Any]:
    from blocs.report.svg import with_ids

    claim, judgement = one.claim, one.judgement
    readings = [
        {
            "name": r.name,
            "words": by_name(r.words),
            "value": number(r),
            "range": _range(r),
            "as_of": r.as_of,
            "known": KNOWN[r.status],
            "evidence": r.evidence,
        }
        for r in one.evidence.readings
    ]
    return {
        "version": __version__,
        "ledger": checks.ledger,
        "claim": claim,
        "judgement": judgement,
        "words": WORDS,
        "figure": _figure(one.headline),
        "as_of": _as_of(one.headline),
        "headline": None if one.headline is None else by_name(one.headline.words),
        "readings": readings,
        "figures": [(with_ids(figure.svg, f"f{n}"), figure) for n, figure in enumerate(drawn)],
        "rule": [
            condition.words()
            for condition in (claim.rule.true_if, claim.rule.false_if)
            if condition is not None
        ],
        "each": [condition.words() for condition in claim.rule.each],
        "margins": [_margin(one, margin) for margin in judgement.margins],
        "notes": [by_name(note) for note in one.evidence.notes],
        "sources": one.sources,
        "before": around[0],
        "after": around[1],
        "ranges": any(r.quantiles for r in one.evidence.readings),
    }


def _margin(one: Checked, margin: Any) -> dict[str, str]:
    def text(value: float) -> str:
        return number(Reading("x", "x", value, margin.unit, "", "derived", ("x",)))

    side = "above" if margin.distance > 0 else "below"
    away = f"{text(abs(margin.distance))} {side}" if margin.distance else "on it"
    return {
        "reading": margin.reading,
        "threshold": text(margin.threshold),
        "away": away,
        "rounding": "within its rounding" if margin.within_rounding else "",
    }


def _figure(reading: Reading | None) -> str:
    return "" if reading is None else number(reading)


def _as_of(reading: Reading | None) -> str:
    return "" if reading is None else reading.as_of


def _range(reading: Reading) -> str:
    if reading.quantiles is None:
        return ""
    low, high = reading.quantiles["0.05"], reading.quantiles["0.95"]
    if reading.unit == YEAR:
        return f"{low:.0f} to {high:.0f}"
    digits = 0 if max(abs(low), abs(high)) >= 1000 else 2
    return f"{low:,.{digits}f} to {high:,.{digits}f}"


def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates", encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
