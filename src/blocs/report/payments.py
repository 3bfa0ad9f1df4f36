"""Figures of the payments vector: a corridor's cost without SWIFT by year, and a scenario over mu and the cap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from blocs.report.charts import Bars, bars_figure, paths_figure
from blocs.report.table import Column, Table

if TYPE_CHECKING:
    from blocs.report.figure import Figure
    from blocs.study.payment_range import PaymentRange
    from blocs.vectors.payments.corridor import Corridor


def corridor_figure(found: Corridor) -> Figure:
    """Return the settlement cost of the corridor without SWIFT by year, one line for each mu, %."""
    columns = (Column("mu", "mu"), Column("year", "year"), Column("cost", "settlement cost", "%"))
    rows = tuple(
        (cost.mu, year, value)
        for cost in found.costs
        for year, value in zip(found.years, cost.without_swift, strict=True)
    )
    return paths_figure(
        found.years,
        [(f"mu = {cost.mu:g}", cost.without_swift) for cost in found.costs],
        Table("corridor", columns, rows),
        title=f"{found.one}–{found.two} without SWIFT",
        subtitle=f"Settlement cost, % of the value paid, {found.one} cut off in all corridors. Model of blocs; the "
        "range of mu is declared, not estimated",
    )


def range_figure(done: PaymentRange, shown: Sequence[str]) -> Figure:
    """Return first-year welfare of `shown` at each mu and cap, %: one panel a region."""
    labels = tuple(f"mu {p.mu:g}, cap {100 * p.cap:g}%" for p in done.points)
    at = {code: [float(p.welfare[0, done.regions.index(code)]) for p in done.points] for code in shown}
    panels = [
        Bars(code, f"Welfare in {done.years[0]}, %; each panel its own scale", labels, tuple(at[code]), 2)
        for code in shown
    ]
    columns = (
        Column("region", "region"),
        Column("mu", "mu"),
        Column("cap", "cap"),
        Column("welfare", "welfare", "%"),
    )
    rows = tuple(
        (code, point.mu, point.cap, value)
        for code in shown
        for point, value in zip(done.points, at[code], strict=True)
    )
    return bars_figure(
        panels, Table("payment_range", columns, rows), title=done.scenario.title, columns=min(3, len(shown))
    )
