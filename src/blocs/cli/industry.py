"""`blocs industry`: how much of a bloc is in a region's strategic goods, and when that falls under a threshold."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from blocs.cli.progress import progress_shown, quiet_option, tell
from blocs.cli.study_options import claim, finish

if TYPE_CHECKING:
    from blocs.study.reliance import Dependence, Reliance


@click.command()
@click.argument("region", default="CHN")
@click.option("--on", "bloc", multiple=True, help="The bloc: regions or groups; repeatable [default: G7].")
@click.option("--plan", help='"Made in China 2025" or "15th Five-Year Plan" [default: both].')
@click.option("--sector", help='One strategic sector, such as "Integrated circuits".')
@click.option("--threshold", default=3.0, show_default=True, help="Of gross output, %.", metavar="PERCENT")
@click.option("--scenario", help="What a scenario does to it: a name or a file. It is run on 81x28.")
@click.option("--draws", default=10_000, show_default=True, help="Trend lines drawn.", metavar="N")
@click.option("--seed", type=int, help="Seed of the draws [default: one fixed seed, so that figures repeat].")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for tables (CSV) and the figure (SVG).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
@quiet_option
def industry(
    region: str,
    bloc: tuple[str, ...],
    plan: str | None,
    sector: str | None,
    threshold: float,
    scenario: str | None,
    draws: int,
    seed: int | None,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Show how much REGION depends on a bloc in strategic goods, 2017 to 2022.

    Dependence is the bloc's value added through all tiers of inputs, % of gross output. Then the year in which it falls
    under the threshold if its trend lasts, as a distribution. Example: blocs industry CHN --scenario chip-denial
    """
    from blocs.report.industry import fall_table, history_table, reliance_figure
    from blocs.study.reliance import SEED, reliance

    claim(out)

    def say(what: str) -> None:
        if progress_shown(quiet, as_json):
            tell(what)

    done = reliance(
        region, list(bloc) or "G7", plan=plan, sector=sector, threshold=threshold, scenario=scenario, draws=draws,
        seed=SEED if seed is None else seed, progress=say,
    )  # fmt: skip
    finish(
        document(done),
        lambda: _text(done),
        as_json=as_json,
        out=out,
        tables=lambda: (history_table(done), fall_table(done)),
        figures=lambda: {"reliance": reliance_figure(done)},
    )


def document(study: Reliance) -> dict[str, Any]:
    """Return `blocs.industry/1`."""
    content = asdict(study)
    for part in content["sectors"]:
        for name, value in part.items():
            if isinstance(value, float):
                part[name] = round(value, 4)
            elif isinstance(value, tuple) and value and isinstance(value[0], float):
                part[name] = [round(number, 4) for number in value]
        if part["fall"] is not None:
            part["fall"]["quantiles"] = {
                f"{level:g}": year for level, year in part["fall"]["quantiles"].items()
            }
    return {"schema": "blocs.industry/1", "unit": "% of gross output", **content}


def _text(study: Reliance) -> str:
    from blocs.cli.text import paragraph, table
    from blocs.report.industry import bloc_words
    from blocs.report.words import region_name
    from blocs.study.reliance import LAST

    first, last = study.years[0], study.years[-1]
    head = (
        f"{region_name(study.region)}: value added of {bloc_words(study)} in strategic goods through all tiers, "
        f"% of gross output, and the year it falls under {study.threshold:g}% (5% to 95% of draws)"
        + ("." if study.scenario is None else f", with {study.scenario}.")
    )
    rows = [_row(part, first, last) for part in study.sectors]
    columns = [
        "sector",
        str(first),
        str(last),
        "direct",
        "own",
        "a year",
        "5%",
        "median",
        "95%",
        f"not by {LAST}",
    ]
    align = "lrrrrrrrrr"
    if study.scenario is not None:
        columns.insert(6, "scenario")
        align += "r"
    plans: dict[str, list[dict[str, Any]]] = {}
    for part, row in zip(study.sectors, rows, strict=True):
        plans.setdefault(part.plan, []).append(row)
    lines = [paragraph(head), ""]
    for plan, members in plans.items():
        lines += [plan, table(members, columns, align, width=100), ""]
    lines.append(
        paragraph(
            f"direct: what the industries buy from it themselves, {last}; own: self-reliance, {last}. *: service "
            "industries, from the 81x50 table of 2022; the yearly table holds services as one."
        )
    )
    if study.scenario is not None:
        lines.append(paragraph(f"scenario: what {study.scenario} does to dependence in its last year."))
    lines += [paragraph(f"- {note}") for note in study.notes]
    return "\n".join(lines)


def _row(part: Dependence, first: int, last: int) -> dict[str, Any]:
    from blocs.study.reliance import LAST

    row: dict[str, Any] = {
        "sector": part.sector,
        str(last): f"{part.detailed:.2f}*",
        "own": f"{part.detailed_self:.1f}*",
    }
    if not part.look_through:
        return row  # services, which only the table of 2022 tells apart
    row |= {
        str(first): f"{part.look_through[0]:.2f}", str(last): f"{part.look_through[-1]:.2f}",
        "direct": f"{part.direct[-1]:.2f}", "own": f"{part.self_reliance[-1]:.1f}",
    }  # fmt: skip
    if part.effect is not None:
        row["scenario"] = f"{part.effect:+.1f}%"
    fall = part.fall
    if fall is None:
        return row
    row["a year"] = f"{part.growth:+.1f}%"
    if fall.already:
        return row | {"median": "already"}
    return row | {
        name: fall.quantiles[level] or f">{LAST}" for name, level in (("5%", 0.05), ("median", 0.5), ("95%", 0.95))
    } | {f"not by {LAST}": f"{100 * fall.never:.0f}%"}  # fmt: skip
