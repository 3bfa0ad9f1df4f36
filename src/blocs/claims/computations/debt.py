"""Model claims about debt: what repaying would need, and how likely debt is to stabilise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from blocs.claims.computation import Context
from blocs.claims.computations.readings import bars, paths, plain
from blocs.claims.reading import Evidence, Reading
from blocs.world.accounts import Floats

if TYPE_CHECKING:
    from blocs.data.assumptions import Assumptions
    from blocs.vectors.debt.case import Case

CBO = "Congressional Budget Office, baseline of February 2026 and its record"
SPAN = 10  # years of the best record
HORIZON = 30  # years to repay everything
MOST = 0.30  # share of GDP: no improvement beyond this is looked for


def debt_repayment(context: Context) -> Evidence:
    """Return what repaying or stabilising US debt would need, beside the best ten years on record.

    repay: lasting improvement of the primary balance that brings debt held by the public to nothing in thirty years,
    as the mean primary balance it means; stabilise: improvement that keeps debt over GDP in ten years where it is.
    best_balance, best_improvement: best ten-year mean of the primary balance and its best ten-year rise, fiscal years.
    All of debt held by the public; what the government owes its own funds comes on top and is in a note.
    """
    from blocs.data.assumptions import Assumptions
    from blocs.vectors.debt.countries import load_case
    from blocs.vectors.debt.project import project
    from blocs.vectors.debt.questions import adjustment

    assumed = Assumptions.default()
    case = load_case("USA", None, assumed)
    long = case.until(case.years[0] + HORIZON)
    start = case.years[1]
    years, balance = primary_record()
    best_years, best = _best(years, balance)
    rise_years, rise = _best_rise(years, balance)
    path = project(long, assumptions=assumed)
    mean_primary = float(-100.0 * np.mean((path.primary / path.gdp)[1:]))
    needed = mean_primary + repaying(long, start, assumed)
    readings: list[Reading] = [
        plain("repay_needed", f"mean primary balance that leaves no debt in {long.years[-1]}", needed, "% of GDP",
              str(case.start_year), (CBO,), "model"),
        plain("repay_gap", "that balance less the best ten-year mean on record", needed - best, "% of GDP",
              str(case.start_year), (CBO,), "model"),
    ]  # fmt: skip
    at = min(SPAN, len(case.years) - 1)
    level = 100.0 * case.start_debt / case.start_gdp
    hold = adjustment(case, level, case.years[at], start, assumptions=assumed)
    gross = gross_over_public()
    readings += [
        plain("hold_needed", f"improvement that keeps debt at {level:.0f}% of GDP to {case.years[at]}", hold,
              "% of GDP", str(case.start_year), (CBO,), "model"),
        plain("hold_gap", "that improvement less the best ten-year rise on record", hold - rise, "% of GDP",
              str(case.start_year), (CBO,), "model"),
        plain("best_balance", f"best ten-year mean of the primary balance ({best_years})", best, "% of GDP",
              best_years, (CBO,), "derived"),
        plain("best_improvement", f"best ten-year rise of the primary balance ({rise_years})", rise, "% of GDP",
              rise_years, (CBO,), "derived"),
    ]  # fmt: skip
    values = {r.name: float(r.value) for r in readings}
    rows = [
        (f"balance that repays by {long.years[-1]}", values["repay_needed"]),
        (f"best ten-year mean, {best_years}", values["best_balance"]),
        (f"improvement that holds debt to {case.years[at]}", values["hold_needed"]),
        (f"best ten-year improvement, {rise_years}", values["best_improvement"]),
    ]
    chart = bars("Primary balance: needed and best on record", "% of GDP", CBO, rows)
    notes = (
        "a state that borrows in its own currency rolls its debt over and need never repay it; whether it can is a "
        "question of what lenders ask, which the feedback of debt on the rate holds only near today's levels",
        f"gross debt is {gross:.2f} times debt held by the public; the difference is owed by the government to itself",
    )
    return Evidence(tuple(readings), (chart,), notes)


def repaying(case: Case, start: int, assumed: Assumptions) -> float:
    """Return the lasting improvement of the primary balance from `start` that ends at no debt, % of GDP."""
    from scipy.optimize import brentq

    from blocs.vectors.debt.project import Drivers, project

    base, later = Drivers.none(case), np.array(case.years) >= start

    def left(size: float) -> float:
        changed = base.change(balance=base.balance + np.where(later, size, 0.0))
        return float(project(case, changed, assumptions=assumed).ratio[-1])

    return 100.0 * float(np.asarray(brentq(left, 0.0, MOST, xtol=1e-6)))


def primary_record() -> tuple[list[int], Floats]:
    """Return fiscal years and the US primary balance over GDP, %, as far back as deficits and interest reach."""
    from blocs.vectors.debt.usa import history

    deficit, interest, gdp = history("deficit"), history("interest_net"), history("gdp")
    years = [y for y in range(1962, 2026) if all(y in series.years for series in (deficit, interest, gdp))]
    balance = np.array([-100.0 * (deficit.at(y) - interest.at(y)) / gdp.at(y) for y in years])
    return years, balance


def _best(years: list[int], balance: Floats) -> tuple[str, float]:
    """Return the ten years with the highest mean balance, and that mean."""
    means = np.convolve(balance, np.ones(SPAN) / SPAN, "valid")
    n = int(np.argmax(means))
    return f"{years[n]} to {years[n + SPAN - 1]}", float(means[n])


def _best_rise(years: list[int], balance: Floats) -> tuple[str, float]:
    """Return the ten years over which the balance rose most, and by how much."""
    rises = balance[SPAN:] - balance[:-SPAN]
    n = int(np.argmax(rises))
    return f"{years[n]} to {years[n + SPAN]}", float(rises[n])


def gross_over_public() -> float:
    """Return gross federal debt over debt held by the public, the last fiscal year of both."""
    from blocs.world.series import Observatory

    observatory = Observatory.bundled()
    gross, public = observatory.series("us.debt.gross"), observatory.series("us.debt.public")
    shared = sorted({p.time for p in gross.points} & {p.time for p in public.points})
    return gross.at(shared[-1]).value / public.at(shared[-1]).value


def debt_stabilises(context: Context, paths_drawn: int = 20_000) -> Evidence:
    """Return the share of draws in which US debt over GDP stops rising by the end of the baseline, by fan.

    Stabilises: no higher in the last year than three years before. Fans: the official record net of legislation, with
    legislation, and joint shocks of growth, prices, primary balance and yield.
    """
    from blocs.vectors.debt.analysis import debt

    found = debt("USA", paths=paths_drawn)
    readings: list[Reading] = []
    year = str(found.baseline.years[-1])
    for statement in found.statements:
        if "no higher" in statement.words:
            readings.append(
                plain(f"stable_{_slug(statement.fan)}", f"share of draws in which {statement.words}: {statement.fan}",
                      100.0 * statement.share, "%", year, (CBO,), "model")
            )  # fmt: skip
    lines = [
        (
            fan.name,
            list(zip(fan.years, next(v for k, v in fan.quantiles.items() if float(k) == 0.5), strict=True)),
        )
        for fan in found.fans
    ]
    lines.append(
        ("official baseline", list(zip(found.baseline.years, found.baseline.debt_to_gdp, strict=True)))
    )
    chart = paths("US debt held by the public", "% of GDP", CBO, lines)
    return Evidence(tuple(readings), (chart,), tuple(found.notes))


def _slug(text: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in text.lower()).strip("_")
