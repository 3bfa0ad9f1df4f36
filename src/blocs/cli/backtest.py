"""`blocs backtest`: what the model would have predicted, against what happened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from blocs.cli.progress import quiet_option, reporter
from blocs.cli.study_options import claim, finish, study_options

if TYPE_CHECKING:
    from blocs.study.backtest import Backtest


@click.command()
@click.argument("case", default="trade-war-2018")
@study_options
@quiet_option
def backtest(
    case: str,
    horizon: str,
    world_name: str | None,
    elasticities: str | None,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Score the model's forecast of CASE (trade-war-2018) against observed trade.

    The duties of 2018-19 are applied to the world of 2017; observed triple differences are regressed on predicted ones,
    by year, with placebo years and placebo pairs of countries, and diversion apart.
    """
    from blocs.report.power_figures import backtest_figure
    from blocs.report.power_tables import backtest_tables
    from blocs.study.backtest import backtest as study
    from blocs.study.power_documents import backtest_document

    claim(out)
    done = study(
        case,
        world=world_name,
        horizon=horizon,
        elasticities=elasticities,
        progress=reporter(quiet, as_json),
    )
    finish(
        backtest_document(done),
        lambda: _text(done),
        as_json=as_json,
        out=out,
        tables=lambda: backtest_tables(done),
        figures=lambda: {"backtest": backtest_figure(done)},
    )


def _text(study: Backtest) -> str:
    from blocs.cli.text import table

    rows = [
        {
            "cells": one.what, "kind": one.kind, "years": f"{one.years[0]}–{one.years[1]}",
            "weights": "trade" if one.weighted else "none", "slope": f"{one.slope:.2f}", "s.e.": f"{one.error:.2f}",
            "skill": f"{one.skill:+.2f}", "n": str(one.cells),
        }
        for one in study.scores
    ]  # fmt: skip
    head = study.headline()
    return "\n".join(
        [
            f"{study.case}, {study.horizon.value} run. Slope of observed on predicted triple differences, "
            f"{head.years[0]}–{head.years[1]}: {head.slope:.2f} (s.e. {head.error:.2f}, clustered by {head.clusters} "
            "goods).",
            f"Placebo pairs with a slope at least as large: {100 * study.pair_rank:.0f}% of {len(study.pairs) - 1}.",
            "",
            table(rows, ["cells", "kind", "years", "weights", "slope", "s.e.", "skill", "n"], "llllrrrr"),
            "Slope 1: the size is right; skill: share of the squared differences explained against no change.",
            f"Source: {study.source}",
            *(f"Note: {note}" for note in study.notes),
        ]
    )
