"""`blocs debt`: does a country's debt stabilise, how sure is that, and what would change it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from blocs.vectors.debt.analysis import DebtDocument, FanDocument

SHOWN = ("0.05", "0.1667", "0.5", "0.8333", "0.95")


@click.command()
@click.argument("country", default="USA")
@click.option("--baseline", help="Official baseline, e.g. cbo-2025-01 [default: the latest].")
@click.option("--paths", default=20_000, show_default=True, help="Paths of each fan.", metavar="N")
@click.option(
    "--until", type=int, help="Last year of the path; beyond the baseline it is extended by a rule."
)
@click.option("--by", type=int, help="Year the statements are about [default: the baseline's last].")
@click.option(
    "--target", default=100.0, show_default=True, help="Debt the solvers aim at, % of GDP, 0 or more."
)
@click.option("--seed", type=int, help="Seed of the draws [default: one fixed seed, so that figures repeat].")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder for the document, the tables and the fan chart."
)
@click.option("--overwrite", is_flag=True, help="Replace an earlier result in that folder.")
@click.option(
    "--template",
    type=click.Path(path_type=Path),
    help="Write a table for another country, and stop.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
def debt(
    country: str,
    baseline: str | None,
    paths: int,
    until: int | None,
    by: int | None,
    target: float,
    seed: int | None,
    out: Path | None,
    overwrite: bool,
    template: Path | None,
    as_json: bool,
) -> None:
    """Show the debt of COUNTRY: an ISO3 code (USA, AUT, BEL, DEU, ESP, FRA, GBR, GRC, ITA) or a CSV file of yours.

    For the United States: CBO's baseline, two fans from CBO's own projection errors and a modelled one. Every statement
    names its fan.
    """
    if template is not None:
        _write_template(template, overwrite)
        return
    from blocs.vectors.debt.analysis import debt as analyse
    from blocs.vectors.debt.fan import SEED

    if out is not None:
        from blocs.report.debt_folder import claim

        claim(out, overwrite)
    found = analyse(
        country, baseline, paths=paths, until=until, by=by, target=target, seed=SEED if seed is None else seed
    )
    if out is not None:
        from blocs.report.debt_folder import save

        save(found, out)
    click.echo(found.to_json() if as_json else _summary(found, out))


def _write_template(path: Path, overwrite: bool) -> None:
    from blocs.errors import DataError
    from blocs.scenario.io import write_whole
    from blocs.vectors.debt.countries import TEMPLATE

    if path.suffix.lower() != ".csv":
        raise DataError(f"{path}: name it .csv, so that `blocs debt {path.with_suffix('.csv')}` reads it")
    if path.exists() and not overwrite:
        raise DataError(f"{path} exists already; choose another name or add --overwrite")
    write_whole(path, TEMPLATE)
    click.echo(f"{path} written; replace its figures, then `blocs debt {path}`")


def _summary(found: DebtDocument, out: Path | None) -> str:
    from blocs.cli.text import paragraph, table

    base = found.baseline
    lines = [
        f"{found.name}: {found.debt_is}, {found.basis}s, {found.unit}; baseline {base.name}",
        "",
        table(_rows(found), _columns(found), align="l" + "r" * (len(_columns(found)) - 1)),
        "",
    ]
    for fan in found.fans:
        lines.append(paragraph(f"Fan '{fan.name}', debt % of GDP: {fan.words}"))
        lines += [table(_fan_rows(fan), ["year", *_heads()], align="lrrrrr"), ""]
    if found.statements:
        rows = [
            {"share of draws": f"{100 * s.share:.0f}%", "fan": s.fan, "statement": s.words}
            for s in found.statements
        ]
        lines += [table(rows, ["share of draws", "fan", "statement"], align="rll"), ""]
    for answer in found.answers:
        value = _value(answer.value, answer.unit)
        lines.append(paragraph(f"{answer.question}: {value}", "  "))
    if found.rules_of_thumb:
        lines += ["", "Rules of thumb, added deficits of 2026–2035, bn USD (ours; with feedback; CBO's)"]
        for rule in found.rules_of_thumb:
            low, high = rule.official
            theirs = f"{low:.0f}" if low == high else f"between {low:.0f} and {high:.0f}"
            lines.append(f"  {rule.words}: {rule.ours:.0f}; {rule.ours_with_feedback:.0f}; {theirs}")
    lines += ["", *(paragraph(f"Note: {note}") for note in found.notes)]
    lines.append(
        f"Interest from the maturity buckets alone is within {found.own_rates_error:.1f}% of the official one."
    )
    if out is not None:
        lines.append(f"\nWritten: {out}")
    return "\n".join(lines)


def _columns(found: DebtDocument) -> list[str]:
    names = ["year", "debt", "% GDP", "deficit", "other", "interest", "% receipts"]
    names += ["% defence"] if found.baseline.interest_to_defence is not None else []
    return [*names, "prim. bal. %", "stabilising %"]


def _rows(found: DebtDocument) -> list[dict[str, object]]:
    base = found.baseline
    rows: list[dict[str, object]] = []
    for n, year in enumerate(base.years):
        row: dict[str, object] = {
            "year": year,
            "debt": f"{base.debt[n]:,.0f}",
            "% GDP": f"{base.debt_to_gdp[n]:.1f}",
            "deficit": f"{base.deficit[n]:,.0f}",
            "other": f"{round(base.other_means[n]) + 0:,}",
            "interest": f"{base.net_interest[n]:,.0f}",
            "% receipts": f"{base.interest_to_revenue[n]:.1f}",
            "prim. bal. %": f"{base.primary_balance_to_gdp[n]:.1f}",
            "stabilising %": f"{base.stabilising_primary_balance_to_gdp[n]:.1f}",
        }
        if base.interest_to_defence is not None:
            row["% defence"] = f"{base.interest_to_defence[n]:.0f}"
        rows.append(row)
    return rows


def _heads() -> list[str]:
    return ["5%", "17%", "median", "83%", "95%"]


def _fan_rows(fan: FanDocument) -> list[dict[str, Any]]:
    return [
        {"year": year}
        | {head: f"{fan.quantiles[level][n]:.0f}" for head, level in zip(_heads(), SHOWN, strict=True)}
        for n, year in enumerate(fan.years)
    ]


def _value(value: float | None, unit: str) -> str:
    if value is None:
        return "none"
    return f"{value:.0f}" if unit == "year" else f"{value:.2f} {unit}"
