"""Rules of thumb beside CBO's: what a tenth of a point of growth or interest does to ten years of deficits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from blocs.data.assumptions import Assumptions
from blocs.vectors.debt.project import Drivers, project
from blocs.vectors.debt.usa import PUBLISHED, load_usa

TENTH = 0.001
# CBO, How Changes in Economic Conditions Might Affect the Federal Budget: 2025 to 2035 (March 2025), publication 61249
CBO_GROWTH = 388.0
CBO_LABOUR = 184.0


@dataclass(frozen=True)
class Rule:
    """Added deficits of 2026–2035, US$ bn, ours and CBO's (low and high where only a range could be read)."""

    words: str
    ours: float
    ours_with_feedback: float
    low: float
    high: float


def rules(assumptions: Assumptions | None = None) -> list[Rule]:
    """Return the rules on the baseline of January 2025, from fiscal year 2025 on as CBO's.

    `ours` holds the rate of interest where the rule has it, as CBO's rules do; `ours_with_feedback` lets the added debt
    raise it. Of the rates rule the text at hand gives only that it lies between the smallest and the largest rule.
    """
    assumed = assumptions or Assumptions.default()
    case = load_usa(PUBLISHED, assumed)
    count = np.arange(1, len(case.years) + 1)
    drivers = Drivers.none(case)
    slower = drivers.change(
        gdp=(1.0 - TENTH) ** (count - 0.5)
    )  # growth over calendar years: half of it in the first
    dearer = drivers.change(rate=np.full(len(case.years), TENTH))

    def added(changed: Drivers, feedback: float) -> float:
        path = project(case, changed, assumptions=assumed.replace({"debt.feedback": feedback}))
        return float((path.deficit - case.deficit)[1:].sum())

    return [
        Rule(words, added(changed, 0.0), added(changed, assumed["debt.feedback"]), low, high)
        for words, changed, low, high in (
            ("growth lower by 0.1 point a year (productivity)", slower, CBO_GROWTH, CBO_GROWTH),
            ("all interest rates higher by 0.1 point", dearer, CBO_LABOUR, CBO_GROWTH),
        )
    ]
