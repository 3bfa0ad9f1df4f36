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
from blocs.claims.reading import Chart, Reading, paired
from blocs.claims.summary import bare, number, span
from blocs.claims.verdict import used
from blocs.report.claim_charts import chart_figure
from blocs.report.claim_readings import cuts_figure, readings_figure
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
SQUEEZED = 4.0  # times the largest end of a spread: readings without draws beyond it are in the table only
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
    """Return the figures of a claim: what its computation shows, the readings of the rule where they have draws, and
    what the spread of its headline rests on."""
    found = [
        chart_figure(_marked(chart, one), f"{one.claim.id}-{n}")
        for n, chart in enumerate(one.evidence.charts)
    ]
    rests = [pair for pair in paired(one.evidence.readings) if pair[0].name in _rests_on(one)]
    for n, unit in enumerate(dict.fromkeys(reading.unit for reading, _ in rests if reading.draws)):
        shown = [pair for pair in rests if pair[0].unit == unit and not isinstance(pair[0].value, str)]
        shown = _of_one_size(shown)
        names = [reading.name for reading, _ in shown]
        marks = list(dict.fromkeys(m.threshold for m in one.judgement.margins if m.reading in names))
        found.append(
            readings_figure(shown, marks, f"{one.claim.id}-readings-{n}", "What the verdict rests on")
        )
    if one.headline is not None and one.headline.cuts:
        marks = list(
            dict.fromkeys(m.threshold for m in one.judgement.margins if m.reading == one.headline.name)
        )
        found.append(cuts_figure(one.headline, marks, f"{one.claim.id}-cuts"))
    return found


def _rests_on(one: Checked) -> list[str]:
    """Return the readings of the rule; the headline where it names none."""
    names = used(one.claim.rule)
    return names or ([] if one.headline is None else [one.headline.name])


def _of_one_size(pairs: list[tuple[Reading, Reading | None]]) -> list[tuple[Reading, Reading | None]]:
    """Return what fits one axis: with draws, and of the rest what would not squeeze them."""
    ends = [abs(v) for r, _ in pairs if r.quantiles for v in (r.quantiles["0.05"], r.quantiles["0.95"])]
    most = SQUEEZED * max(ends, default=0.0)
    return [(r, twin) for r, twin in pairs if r.draws or abs(float(r.value)) <= most]


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
                "figure": "" if one.headline is None else number(bare(one.headline)),
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
    rests = _rests_on(one)
    pairs = paired(one.evidence.readings)
    groups = [
        ("The verdict rests on", [_row(*pair) for pair in pairs if pair[0].name in rests]),
        ("Beside it", [_row(*pair) for pair in pairs if pair[0].name not in rests]),
    ]
    return {
        "version": __version__,
        "ledger": checks.ledger,
        "claim": claim,
        "judgement": judgement,
        "words": WORDS,
        "figure": _figure(one.headline),
        "as_of": ""
        if _as_of(one.headline) in by_name(_words(one.headline))
        else f" ({_as_of(one.headline)})",
        "headline": None if one.headline is None else by_name(one.headline.words),
        "summary": by_name(one.summary),
        "groups": [(title, rows) for title, rows in groups if rows],
        "twins": any(twin is not None for _, twin in pairs),
        "figures": [(with_ids(figure.svg, f"f{n}"), figure) for n, figure in enumerate(drawn)],
        "rule": [
            condition.words()
            for condition in (claim.rule.true_if, claim.rule.false_if)
            if condition is not None
        ],
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


def _words(reading: Reading | None) -> str:
    return "" if reading is None else reading.words


def _row(reading: Reading, twin: Reading | None) -> dict[str, Any]:
    return {
        "name": reading.name,
        "words": by_name(reading.words) + (f", {reading.unit}" if bare(reading) != reading else ""),
        "value": number(bare(reading)),
        "range": span(reading),
        "full": "" if twin is None else number(bare(twin)),
        "as_of": reading.as_of,
        "known": KNOWN[reading.status],
    }


def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates", encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
