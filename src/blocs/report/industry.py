"""Tables and the figure of self-reliance: dependence then and now, and when it falls under the threshold."""

from __future__ import annotations

from typing import Any

from blocs.report.drawing import FAINT, INK, bare_axes, canvas_of
from blocs.report.figure import Figure
from blocs.report.table import Column, Table
from blocs.report.words import region_name, the
from blocs.study.reliance import LAST, LEVELS, Dependence, Reliance

SOURCE = "Source: OECD ICIO 2025; 2022 techniques in all years; whole ICIO industries stand for the sectors; blocs."
_DOT, _OPEN = "#0072b2", "#8d99a3"
_ROW = 0.27


def history_table(study: Reliance) -> Table:
    """Return dependence and self-reliance by sector and year, % of gross output."""
    columns = (
        Column("plan", "plan"), Column("sector", "sector"), Column("year", "year"),
        Column("look_through", "look-through", "%"), Column("direct", "direct", "%"),
        Column("self_reliance", "self-reliance", "%"),
    )  # fmt: skip
    rows = [
        (part.plan, part.sector, year, part.look_through[n], part.direct[n], part.self_reliance[n])
        for part in study.sectors
        if part.look_through
        for n, year in enumerate(study.years)
    ]
    return Table("dependence", columns, tuple(rows))


def fall_table(study: Reliance) -> Table:
    """Return by sector the fitted growth, what the scenario does, and quantiles of the year (empty: after 2060)."""
    columns = (
        Column("plan", "plan"), Column("sector", "sector"),
        Column("detailed_2022", "look-through 2022, 81x50", "%"),
        Column("detailed_self_2022", "self-reliance 2022, 81x50", "%"),
        Column("growth", "change a year", "%"), Column("growth_error", "standard error", "%"),
        Column("scenario_effect", "scenario, last year", "%"),
        *(Column(f"year_q{round(100 * level):02d}", f"year, quantile {level:g}") for level in LEVELS),
        Column("never", f"not by {LAST}", "%"),
    )  # fmt: skip
    rows = []
    for part in study.sectors:
        fall = part.fall
        years = [None if fall is None else fall.quantiles[level] for level in LEVELS]
        rows.append(
            (part.plan, part.sector, part.detailed, part.detailed_self, part.growth, part.growth_error, part.effect,
             *years, None if fall is None else 100.0 * fall.never)
        )  # fmt: skip
    return Table("fall", columns, tuple(rows))


def bloc_words(study: Reliance) -> str:
    """Return the bloc as a reader knows it: a region by its name, a group as it was given."""
    return the(study.bloc[0]) if len(study.bloc) == 1 else study.bloc_name


def reliance_figure(study: Reliance) -> Figure:
    """Return two panels: dependence in the first and last year with the threshold, and the year it falls under it."""
    parts = [part for part in study.sectors if part.look_through]
    height, width = 1.5 + _ROW * len(parts), 9.4
    bloc = bloc_words(study)
    title = f"{region_name(study.region)}: dependence on {bloc} in strategic goods"
    with_ = "" if study.scenario is None else f", with {study.scenario}"
    when = f"when it falls under {study.threshold:g}% if the trend lasts{with_}"
    subtitle = f"Value added of {bloc} through all tiers of inputs, and {when}"
    with canvas_of(width, height, title, subtitle) as page:
        names = [part.sector for part in parts]
        bottom, tall = 0.72 / height, _ROW * len(parts) / height
        left = page.add_axes((2.45 / width, bottom, 3.1 / width, tall))
        right = page.add_axes((5.95 / width, bottom, 3.2 / width, tall))
        for axes in (left, right):
            axes.set_ylim(len(parts) - 0.5, -0.5)
            bare_axes(axes, "x")
        left.set_yticks(range(len(parts)), names)
        right.set_yticks([])
        for row in range(1, len(parts)):
            if parts[row].plan != parts[row - 1].plan:  # the plans, one under the other
                left.axhline(row - 0.5, color=_OPEN, linewidth=0.6)
                right.axhline(row - 0.5, color=_OPEN, linewidth=0.6)
        _draw_dependence(left, parts, study)
        _draw_years(right, parts)
        page.text(0.04 / width, 0.08 / height, SOURCE, fontsize=7.5, color=FAINT, va="bottom")
        return page.finish(_words(study), fall_table(study))


def _draw_dependence(axes: Any, parts: list[Dependence], study: Reliance) -> None:
    first, last = [p.look_through[0] for p in parts], [p.look_through[-1] for p in parts]
    rows = range(len(parts))
    axes.hlines(rows, first, last, color=_OPEN, linewidth=1.2)
    axes.plot(first, rows, "o", markerfacecolor="white", markeredgecolor=_OPEN, markersize=5)
    axes.plot(last, rows, "o", color=_DOT, markersize=5)
    axes.axvline(study.threshold, color=INK, linewidth=0.9, linestyle=(0, (4, 2)))
    axes.set_xlim(0.0, 1.08 * max(*first, *last, study.threshold))
    axes.set_xlabel(
        f"% of gross output: {study.years[0]} (open), {study.years[-1]} (full)", fontsize=8.5, color=INK
    )


def _draw_years(axes: Any, parts: list[Dependence]) -> None:
    axes.set_xlim(2022, LAST + 7)
    for row, part in enumerate(parts):
        fall = part.fall
        if fall is None:
            continue
        if fall.already:
            axes.annotate("under it in 2022", (2023, row), va="center", fontsize=8, color=FAINT)
            continue
        years = {level: LAST + 1 if year is None else year for level, year in fall.quantiles.items()}
        low, first, middle, third, high = (years[level] for level in LEVELS)
        axes.hlines(row, low, high, color=_DOT, linewidth=1.0)
        axes.hlines(row, first, third, color=_DOT, linewidth=4.5)
        if middle <= LAST:
            axes.plot([middle], [row], "o", color="white", markeredgecolor=_DOT, markersize=5)
        axes.annotate(
            f"{100 * fall.never:.0f}%", (LAST + 6.6, row), va="center", ha="right", fontsize=8, color=FAINT
        )
    ticks = [2025, 2035, 2045, 2055]
    axes.set_xticks(ticks, [str(year) for year in ticks])
    axes.annotate(
        f"not by {LAST}",
        (LAST + 6.6, -0.62),
        va="bottom",
        ha="right",
        fontsize=8,
        color=FAINT,
        annotation_clip=False,
    )
    axes.set_xlabel("year: median, half and 90% of draws", fontsize=8.5, color=INK)


def _words(study: Reliance) -> str:
    parts = []
    for part in study.sectors:
        if not part.look_through or part.fall is None:
            continue
        year = part.fall.quantiles[0.5]
        when = (
            "under it already"
            if part.fall.already
            else f"median year {year}"
            if year
            else f"not by {LAST} in half"
        )
        parts.append(f"{part.sector} {part.look_through[-1]:.1f}% ({when})")
    return (
        f"Dependence of {the(study.region)} on {bloc_words(study)}, threshold {study.threshold:g}%: "
        + "; ".join(parts)
    )
