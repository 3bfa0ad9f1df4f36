"""The folder of a settled day: every submission's fate, tables, figures, report and manifest, written whole."""

from __future__ import annotations

import csv
import json
import platform
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from blocs import __version__
from blocs.report.folder import MANIFEST, SCHEMA, write_folder
from blocs.settlement.clock import time_text
from blocs.settlement.document import REASONS, STATUS
from blocs.settlement.intake import Submissions
from blocs.settlement.kernels.state import SETTLED
from blocs.settlement.money import decimal_text
from blocs.settlement.settle import Settlement
from blocs.settlement.tables import texts

_BATCH = 65_536
_PAYMENT = (
    *("row", "id", "time", "payer", "payee", "amount", "currency"),
    "status",
    "settled",
    "waited_seconds",
    "reason",
)
_PARTICIPANT = (
    "participant", "currency", "opening_balance", "credit_limit", "largest_net_debit", "closing_balance", "swept",
)  # fmt: skip


def save(
    submissions: Submissions, results: list[Settlement], described: dict[str, Any], target: Path, *, source: str,
    overwrite: bool = False,
) -> None:  # fmt: skip
    """Write payments.csv, rejects.csv, participants.csv, outcome.json, figures, report.html and manifest.json.

    All goes to a hidden folder that is renamed at the end: a killed run leaves nothing that looks whole.
    """
    write_folder(
        target, lambda folder: _write(submissions, results, described, folder, source), overwrite=overwrite
    )


def _write(
    submissions: Submissions, results: list[Settlement], described: dict[str, Any], folder: Path, source: str
) -> None:
    _csv(folder / "payments.csv", _PAYMENT,
         (row for result in results for row in _payments(submissions, result)))  # fmt: skip
    _csv(folder / "rejects.csv", ("place", "id", "code", "reason"), submissions.rejects)
    _csv(folder / "participants.csv", _PARTICIPANT,
         (row for result in results for row in _participants(result)))  # fmt: skip
    (folder / "outcome.json").write_text(
        json.dumps(described, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    pictures = []
    (folder / "tables").mkdir()
    from blocs.report.settlement import figures

    for result in results:
        for figure in figures(result):
            name = f"{result.payments.currency}-{figure.table.name}"
            figure.save(folder / f"{name}.svg")
            (folder / "tables" / f"{name}.csv").write_text(figure.table.csv(), encoding="utf-8")
            pictures.append((result.payments.currency, figure))
    (folder / "report.html").write_text(_page(submissions, described, pictures, source), encoding="utf-8")
    manifest = {
        "schema": SCHEMA, "command": "payments settle", "source": source, "versions": {"blocs": __version__},
        "run": {"finished": datetime.now(UTC).isoformat(timespec="seconds"), "platform": platform.platform()},
    }  # fmt: skip
    # last: a folder with a manifest is complete
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def _csv(path: Path, heads: tuple[str, ...], rows: Any) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heads)
        writer.writerows(rows)


def _payments(submissions: Submissions, result: Settlement) -> Iterator[tuple[object, ...]]:
    rows = submissions.rows[result.payments.currency]
    for start in range(0, len(rows), _BATCH):
        part = slice(start, start + _BATCH)
        for row, cells, time, status, reason, settled in zip(
            rows[part].tolist(), texts(result.payments, part), result.payments.time[part].tolist(),
            result.status[part].tolist(), result.reason[part].tolist(), result.settled[part].tolist(), strict=True,
        ):  # fmt: skip
            done = status == SETTLED
            yield (
                row + 1, *cells, STATUS[status], time_text(settled) if done else "",
                f"{(settled - time) / 1000:g}" if done else "", "" if done else " ".join(REASONS[reason]),
            )  # fmt: skip


def _participants(result: Settlement) -> Iterator[tuple[object, ...]]:
    places = result.payments.decimals
    columns = (
        result.accounts.balance,
        result.accounts.credit_limit,
        result.debit,
        result.balance,
        result.swept,
    )
    for name, *values in zip(result.payments.participants, *(c.tolist() for c in columns), strict=True):
        yield (name, result.payments.currency, *(decimal_text(value, places) for value in values))


def _page(submissions: Submissions, described: dict[str, Any], pictures: list[Any], source: str) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from blocs.report.svg import with_ids

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates", encoding="utf-8"), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["grouped"] = _grouped
    shown = [(code, with_ids(figure.svg, f"f{n}"), figure) for n, (code, figure) in enumerate(pictures)]
    parts = described.get("currencies", [described] if "currency" in described else [])
    return environment.get_template("settlement.html.j2").render(
        version=__version__,
        source=source,
        doc=described,
        parts=parts,
        figures=shown,
        rejects=submissions.rejects[:50],
    )


def _grouped(text: str) -> str:
    """Return decimal text with thousands apart."""
    whole, point, fraction = text.partition(".")
    return f"{int(whole):,}{point}{fraction}"
