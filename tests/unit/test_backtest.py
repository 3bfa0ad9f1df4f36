"""The backtest: its headline alone is the headline of the whole, and a forecast that is right scores one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from blocs.errors import DataError
from blocs.study import backtest as module
from blocs.study.backtest import BASE, HEADLINE, backtest, headline


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_the_headline_alone_is_the_headline_of_the_whole(monkeypatch, every: bool) -> None:
    if not every:  # a year after the headline's and few pretended pairs: what the score is taken from stays
        monkeypatch.setattr(module, "YEARS", (HEADLINE, 2020))
        monkeypatch.setattr(module, "PLACEBOS", ())
        monkeypatch.setattr(module, "PAIRS", 3)
    whole = backtest(world="81x28")
    alone = headline(world="81x28")
    assert alone == whole.headline()
    assert (alone.what, alone.kind, alone.years, alone.weighted) == (
        "treated",
        "forecast",
        (BASE, HEADLINE),
        True,
    )
    assert alone in whole.scores
    assert {score.years[1] for score in whole.scores if score.kind == "forecast"} == set(module.YEARS)


def test_a_forecast_that_comes_true_scores_one_and_its_reverse_minus_one() -> None:
    data = module._prepared("trade-war-2018", "81x28", "long", None, (HEADLINE,), None)[3]
    for sign in (1.0, -1.0):
        came = data.observed[BASE] * np.exp(sign * data.predicted[HEADLINE])
        true = replace(data, observed=data.observed | {HEADLINE: came})
        score = module._treated(true, (BASE, HEADLINE), every=False)[0]
        assert score.slope == pytest.approx(sign, abs=1e-6)
        assert score.skill == pytest.approx(1.0 if sign > 0 else -3.0, abs=1e-6)


def test_an_unknown_case_names_the_nearest() -> None:
    with pytest.raises(DataError, match="did you mean 'trade-war-2018'"):
        headline("trade-war-1930")
