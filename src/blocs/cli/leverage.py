"""`blocs leverage`: what a coalition can take from a target by withholding what it controls."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from blocs.cli.progress import progress_shown, quiet_option, tell
from blocs.cli.study_options import claim, finish, study_options

if TYPE_CHECKING:
    from blocs.study.leverage import Leverage, Withheld
    from blocs.study.levers.base import Lever

SHOWN = 10
KINDS = ("goods", "minerals", "rails")


@click.command()
@click.option(
    "--coalition", "coalition", multiple=True, required=True, help="Who withholds: countries or groups."
)
@click.option("--target", multiple=True, required=True, help="From whom: countries or groups.")
@click.option(
    "--by",
    type=click.Choice([*KINDS, "all"]),
    default="goods",
    show_default=True,
    help="What is withheld.",
)
@click.option("--goods", multiple=True, help="Sectors or groups it may withhold [default: all].")
@click.option("--minerals", multiple=True, help="Symbols, names or groups it may withhold [default: all].")
@click.option("--rails", multiple=True, help="swift, cips, bilateral [default: all].")
@click.option(
    "--control",
    default=0.0,
    show_default=True,
    help="Smallest share of the target's imports that counts, 0 to 1.",
)
@click.option(
    "--intensity", default=100.0, show_default=True, help="Share of the volume withheld, %, above 0."
)
@click.option(
    "--leakage", type=float, help="Minerals: share that comes through third countries, 0 to 1 [default: 0]."
)
@click.option("--year", type=int, help="Minerals and rails: year of the withholding to show [default: 1].")
@study_options
@quiet_option
def leverage(
    coalition: tuple[str, ...],
    target: tuple[str, ...],
    by: str,
    goods: tuple[str, ...],
    minerals: tuple[str, ...],
    rails: tuple[str, ...],
    control: float,
    intensity: float,
    leakage: float | None,
    year: int | None,
    horizon: str,
    world_name: str | None,
    elasticities: str | None,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Withhold from a target what a coalition controls: loss by industry, item by item, chokepoints.

    Only the coalition's exports to the target stop, its minerals, or the payment rails that it runs or has an end of.

    \b
    blocs leverage --coalition CHN --target USA
    blocs leverage --coalition CHN --target G7 --by minerals --minerals rare_earths,Ga,Ge --year 2
    blocs leverage --coalition EU27,USA --target CHN --by rails --year 5
    """
    from blocs.report.power_figures import leverage_figure
    from blocs.report.power_tables import leverage_tables
    from blocs.study.leverage import leverage as study
    from blocs.study.power_documents import leverage_document

    _belongs(by, {"--goods": goods, "--minerals": minerals, "--rails": rails}, leakage, year)
    lever = _lever(
        by, goods, minerals, rails, control, intensity, leakage or 0.0, 1 if year is None else year
    )
    claim(out)

    def progress(done: int, total: int) -> None:
        if done % 10 == 0 or done == total:
            tell(f"{done}/{total} items")

    done = study(
        world_name,
        coalition=list(coalition),
        target=list(target),
        lever=lever,
        horizon=horizon,
        elasticities=elasticities,
        progress=progress if progress_shown(quiet, as_json) else None,
    )
    finish(
        leverage_document(done),
        lambda: _text(done),
        as_json=as_json,
        out=out,
        tables=lambda: leverage_tables(done),
        figures=lambda: {"leverage": leverage_figure(done)},
    )


def _belongs(by: str, names: dict[str, tuple[str, ...]], leakage: float | None, year: int | None) -> None:
    """Refuse options of a lever that is not pulled."""
    for option, given in names.items():
        if given and by not in (option[2:], "all"):
            raise click.UsageError(f"{option} needs --by {option[2:]} or --by all; this is --by {by}")
    if leakage is not None and by not in ("minerals", "all"):
        raise click.UsageError(f"--leakage needs --by minerals or --by all; this is --by {by}")
    if year is not None and by == "goods":
        raise click.UsageError("--year needs --by minerals, rails or all: goods follow --horizon")


def _lever(
    by: str,
    goods: tuple[str, ...],
    minerals: tuple[str, ...],
    rails: tuple[str, ...],
    control: float,
    intensity: float,
    leakage: float,
    year: int,
) -> Lever:
    from blocs.study.levers.goods import GoodsLever
    from blocs.study.levers.minerals import MineralsLever
    from blocs.study.levers.rails import RailsLever
    from blocs.study.levers.together import Levers

    parts = {
        "goods": GoodsLever(goods or "all", control, intensity),
        "minerals": MineralsLever(minerals or "all", control, intensity, leakage, year),
        "rails": RailsLever(rails or "all", control, intensity, year),
    }
    return Levers(tuple(parts.values())) if by == "all" else parts[by]


def _text(study: Leverage) -> str:
    from blocs.cli.text import table
    from blocs.report.power_tables import item_name
    from blocs.report.words import dollars, percent, sector_name

    check = {"goods": "CES %", "minerals": "stop %", "rails": "bill %"}.get(study.lever.name, "check %")

    def row(one: Withheld) -> dict[str, str]:
        return {
            "item": one.item, "name": item_name(one.lever, one.item), "mn US$": f"{one.supplied:,.0f}",
            "of imports": f"{100 * one.import_share:.0f}%", "HHI": f"{one.concentration:.2f}",
            "of world": f"{100 * one.world_share:.0f}%", "loss %": f"{one.loss:.4f}",
            check: "" if one.bound is None else f"{one.bound:.4f}", "per $": f"{one.loss_per_dollar:.2f}",
        }  # fmt: skip

    columns = ["item", "name", "mn US$", "of imports", "HHI", "of world", "loss %", check, "per $"]
    ratio = "" if study.ratio is None else f", {study.ratio:.2f} times the coalition's own"
    choked = [row(one) for one in study.chokepoints[:SHOWN]]
    lines = [
        f"Everything withheld, {study.setting.horizon.value} run: target {percent(study.target.total)} "
        f"({dollars(study.target.total_usd_mn)}){ratio}; coalition {percent(study.coalition.total)} "
        f"({dollars(study.coalition.total_usd_mn)}).",
        *([] if study.bound is None else [f"Check at unchanged prices ({check[:-2]}): {percent(study.bound)}."]),
        *([] if study.no_trade is None else [f"Trading with nobody would cost the target {percent(study.no_trade)}."]),
        "", "Each alone, the largest losses of the target:",
        table([row(one) for one in study.items[:SHOWN]], columns, "llrrrrrrr", width=120),
        "", "Chokepoints, loss per dollar supplied:",
        table(choked, columns, "llrrrrrrr", width=120) if choked else "  none: no item alone costs as much as 0.0001%",
        "", "Industries of the target, everything withheld (output volume): "
        + ", ".join(f"{sector_name(code)} {value:+.2f}%" for code, value, _ in study.industries[:SHOWN]),
    ]  # fmt: skip
    return "\n".join([*lines, *(f"Note: {note}" for note in study.notes)])
