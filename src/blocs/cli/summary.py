"""The few lines a run prints: what was done, who loses and who gains."""

from __future__ import annotations

import re

import numpy as np

from blocs.cli.text import table
from blocs.engine.outcome import Outcome
from blocs.report.cases import headline_year
from blocs.study.document import all_notes
from blocs.study.run import Run
from blocs.world.tables import region_table

SHOWN = 6


def summary(run: Run) -> str:
    """Return the run in words and one table of losers and winners in the last year with a measure in force."""
    scenario = run.scenario
    lines = [scenario.title or scenario.name, ""]
    lines += [f"  · {sentence}" for sentence in scenario.plain_words()] or ["  · no measures: the base run"]
    lines.append("")
    last = run.outcomes[-1]
    if not last.status.converged:
        return "\n".join([*lines, f"{run.years[-1]} did not converge: {last.status}"])
    year = headline_year(run) or run.years[-1]
    shown = run.at(year)
    lines.append(f"Welfare {year} (equivalent variation against the same year without measures)")
    lines.append(_winners(run, shown))
    world = float(np.nansum(shown.welfare_usd.values)) / 1e3
    lines.append(f"World: {_signed(world, 1)} bn US$ of {shown.base.year} a year.")
    failed = [str(y) for y, o in zip(run.years, run.outcomes, strict=True) if not o.status.converged]
    if failed:
        lines.append(f"Not converged: {', '.join(failed)}.")
    telling = [note for note in all_notes(run) if not re.search(r"^\S+ \d{4}: all \d+ members", note)]
    return "\n".join([*lines, *(f"Note: {note}" for note in telling)])


def _winners(run: Run, outcome: Outcome) -> str:
    percent, dollars = outcome.regional("welfare"), outcome.welfare_usd.values / 1e3
    order = np.argsort(percent)
    shown = [*order[:SHOWN], *order[-SHOWN:]] if len(order) > 2 * SHOWN else list(order)
    names = region_table()
    rows = [
        {
            "region": run.world.regions[n],
            "name": names[run.world.regions[n]].name if run.world.regions[n] in names else "",
            "welfare %": _signed(float(percent[n]), 2),
            "bn US$": _signed(float(dollars[n]), 1),
            "real wage %": _signed(float(outcome.regional("real_wage")[n]), 2),
        }
        for n in shown
    ]
    columns = ["region", "name", "welfare %", "bn US$", "real wage %"]
    if len(rows) < len(order):
        rows.insert(
            SHOWN, dict.fromkeys(columns, "") | {"region": "…", "name": f"{len(order) - len(rows)} more"}
        )
    return table(rows, columns, align="llrrr")


def _signed(value: float, digits: int) -> str:
    text = f"{value:+.{digits}f}"
    return text[1:] if float(text) == 0.0 else text
