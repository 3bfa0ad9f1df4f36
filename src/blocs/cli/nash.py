"""`blocs nash`: optimal tariffs, Nash equilibria with certificate, retaliation and cooperation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from blocs.cli.games import (
    chosen_elasticities,
    chosen_world,
    claimed,
    digits,
    shared_options,
)
from blocs.cli.progress import reporter

if TYPE_CHECKING:
    from blocs.study.nash import Bounds, Nash


@click.command()
@click.option(
    "--players",
    default="USA,CHN,EU27",
    show_default=True,
    help="Regions, groups or unions: USA,EU27,NAFTA=USA+CAN+MEX.",
)
@click.option("--goods", help="What may be taxed, e.g. manufacturing or A01,C26 [default: goods].")
@click.option("--uniform", is_flag=True, help="One rate for all goods.")
@click.option(
    "--partners",
    type=click.Choice(["mfn", "rivals", "each"]),
    default="mfn",
    show_default=True,
    help="One rate for all partners; one a rival and one for the others; one each.",
)
@click.option("--export-taxes", is_flag=True, help="Players choose export taxes too.")
@click.option(
    "--bounds", default="-0.3,3", show_default=True, help="Lowest and highest rate, fractions: LOW,HIGH."
)
@click.option("--starts", default=1, show_default=True, help="Starts: base rates, free trade, then random.")
@click.option("--seed", default=0, show_default=True, help="Seed of the random starts.")
@click.option("--rounds", default=0, show_default=True, help="Rounds of retaliation, players in turn.")
@click.option(
    "--cooperation",
    type=click.Choice(["joint", "world", "bargain"]),
    help="Also agree: on the players' sum in US$, everybody's sum, or by Nash bargaining over the equilibrium.",
)
@click.option("--no-certificate", is_flag=True, help="Do not re-optimise each player against the others.")
@click.option("--no-alone", is_flag=True, help="Leave out each player's optimal tariff without retaliation.")
@shared_options
def nash(
    players: str,
    goods: str | None,
    uniform: bool,
    partners: str,
    export_taxes: bool,
    bounds: str,
    starts: int,
    seed: int,
    rounds: int,
    cooperation: str | None,
    no_certificate: bool,
    no_alone: bool,
    horizon: str,
    world_name: str,
    elasticity_set: str,
    as_json: bool,
    out: Path | None,
    quiet: bool,
) -> None:
    """Find the tariffs that rational players choose against each other, and what they do to everybody.

    Each player maximises its members' welfare in US$; all others keep the base's tariffs. Deficits are purged first. A
    single player's game is its optimal tariff. Rates of 0.1 are 10%.
    """
    from blocs.study.nash import Cooperation, Partners
    from blocs.study.nash import nash as play
    from blocs.study.nash.document import NashDocument

    claimed(out)
    limits = _bounds(bounds)
    elasticities, when = chosen_elasticities(elasticity_set, horizon)
    result = play(
        chosen_world(world_name),
        players,
        goods=None if goods is None else [part for part in goods.split(",") if part],
        uniform=uniform,
        partners=Partners(partners),
        export_taxes=export_taxes,
        bounds=limits,
        starts=starts,
        seed=seed,
        certificate=not no_certificate,
        alone=not no_alone,
        rounds=rounds,
        cooperation=None if cooperation is None else Cooperation(cooperation),
        elasticities=elasticities,
        horizon=when,
        progress=reporter(quiet, as_json),
    )
    document = NashDocument.of(result).to_json()
    if out is not None and result.distinct:
        from blocs.report.games import nash_figures, nash_tables
        from blocs.report.study_folder import save_study

        save_study(out, "nash", document, nash_tables(result), nash_figures(result))
    click.echo(document if as_json else _summary(result, out))
    if not result.converged:
        click.get_current_context().exit(3)


def _bounds(text: str) -> Bounds:
    from blocs.errors import DataError
    from blocs.study.nash import Bounds

    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError:
        raise DataError(
            f"--bounds is {text!r}; give two fractions, e.g. --bounds 0,1 for 0 to 100%"
        ) from None
    return Bounds(low, high)


def _summary(result: Nash, out: Path | None) -> str:
    from blocs.cli.text import table

    if not result.distinct:
        worst = min(one.climb.residual for one in result.found)
        return (
            f"No start reached a Nash equilibrium; rates still want to move by {worst:.1e} of log(1 + rate)."
        )
    rows = []
    for row in result.player_rows():
        shown = {
            "player": row["player"],
            "base %": digits(row["base_tariff_pct"], 1),
            "Nash %": digits(row["nash_tariff_pct"], 1),
        }
        if "nash_export_tax_pct" in row:
            shown["export tax %"] = digits(row["nash_export_tax_pct"], 1)
        shown |= {
            "welfare %": digits(row["nash_welfare_pct"]),
            "bn US$": digits(row["nash_welfare_usd_mn"] / 1e3, 1),
        }
        if "alone_welfare_pct" in row:
            shown |= {
                "alone %": digits(row["alone_tariff_pct"], 1),
                "welfare alone": digits(row["alone_welfare_pct"]),
            }
        if "deal_welfare_pct" in row:
            shown |= {
                "agreed %": digits(row["deal_tariff_pct"], 1),
                "welfare agreed": digits(row["deal_welfare_pct"]),
            }
        rows.append(shown)
    columns = list(rows[0])
    lines = [
        "Mean tariffs (weights: base trade) and welfare against the base without deficits",
        table(rows, columns, align="l" + "r" * (len(columns) - 1), width=120),
    ]
    lines += ["", _bystanders(result)]
    if result.certificate:
        gap = max(reply.tariff_gap for reply in result.certificate)
        lines.append(
            f"Certificate: no player can gain more than {result.regret:.1e}% by other rates "
            f"(its best differ by at most {100.0 * gap:.4f} points)."
        )
    lines += [f"Note: {note}" for note in result.notes]
    if out is not None:
        lines.append(f"\nTables and figures: {out}")
    return "\n".join(lines)


def _bystanders(result: Nash) -> str:
    others = sorted(
        (row for row in result.welfare_rows() if not row["player"]), key=lambda row: row["welfare_pct"]
    )
    shown = ", ".join(f"{row['region']} {digits(row['welfare_pct'])}%" for row in others[:6])
    total = sum(row["welfare_usd_mn"] for row in others) / 1e3
    return f"Bystanders: {digits(total, 0)} bn US$ together; hardest hit: {shown}."
