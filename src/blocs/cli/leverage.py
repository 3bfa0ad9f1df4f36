"""`blocs leverage`: what a coalition can take from a target by withholding what it controls."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from blocs.cli.study_options import claim, finish, progress_shown, signed, study_options

if TYPE_CHECKING:
    from blocs.study.leverage import Leverage, Withheld

SHOWN = 10


@click.command()
@click.option(
    "--coalition", "coalition", multiple=True, required=True, help="Who withholds: countries or groups."
)
@click.option("--target", multiple=True, required=True, help="From whom: countries or groups.")
@click.option(
    "--goods", multiple=True, default=["all"], show_default=True, help="Sectors or groups it may withhold."
)
@click.option(
    "--control",
    default=0.0,
    show_default=True,
    help="Smallest share of the target's imports that counts, 0 to 1.",
)
@click.option("--intensity", default=100.0, show_default=True, help="Share of the volume withheld, %.")
@study_options
def leverage(
    coalition: tuple[str, ...],
    target: tuple[str, ...],
    goods: tuple[str, ...],
    control: float,
    intensity: float,
    horizon: str,
    world_name: str | None,
    elasticities: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Withhold from a target what a coalition controls: loss by industry, good by good, chokepoints.

    Only the coalition's exports to the target stop. Example: blocs leverage --coalition CHN --target USA
    """
    from blocs.report.power_figures import leverage_figure
    from blocs.report.power_tables import leverage_tables
    from blocs.study.leverage import GoodsLever
    from blocs.study.leverage import leverage as study
    from blocs.study.power_documents import leverage_document

    claim(out)

    def progress(done: int, total: int) -> None:
        if done % 10 == 0 or done == total:
            click.echo(f"  {done}/{total} goods", err=True)

    done = study(
        world_name,
        coalition=list(coalition),
        target=list(target),
        lever=GoodsLever(list(goods), control, intensity),
        horizon=horizon,
        elasticities=elasticities,
        progress=progress if progress_shown(as_json) else None,
    )
    finish(
        leverage_document(done),
        lambda: _text(done),
        as_json=as_json,
        out=out,
        tables=lambda: leverage_tables(done),
        figures=lambda: {"leverage": leverage_figure(done)},
    )


def _text(study: Leverage) -> str:
    from blocs.cli.text import table
    from blocs.report.words import sector_name

    def row(one: Withheld) -> dict[str, str]:
        return {
            "good": one.item, "name": sector_name(one.item), "bn US$": f"{one.supplied / 1e3:.1f}",
            "of imports": f"{100 * one.import_share:.0f}%", "HHI": f"{one.concentration:.2f}",
            "loss %": f"{one.loss:.3f}", "CES %": "" if one.bound is None else f"{one.bound:.3f}",
            "per $": f"{one.loss_per_dollar:.2f}",
        }  # fmt: skip

    columns = ["good", "name", "bn US$", "of imports", "HHI", "loss %", "CES %", "per $"]
    ratio = "" if study.ratio is None else f", {study.ratio:.2f} times the coalition's own"
    lines = [
        f"Everything withheld, {study.setting.horizon.value} run: target {signed(study.target.total)}% "
        f"({signed(study.target.total_usd_mn / 1e3, 1)} bn US$){ratio}; coalition {signed(study.coalition.total)}% "
        f"({signed(study.coalition.total_usd_mn / 1e3, 1)} bn US$).",
        "" if study.bound is None else f"CES bound of all together: {study.bound:.2f}%.",
        "", "Each alone, the largest losses of the target:",
        table([row(one) for one in study.items[:SHOWN]], columns, "llrrrrrr"),
        "", "Chokepoints, loss per dollar supplied:",
        table([row(one) for one in study.chokepoints[:SHOWN]], columns, "llrrrrrr"),
        "", "Industries of the target, everything withheld (output volume): "
        + ", ".join(f"{sector_name(code)} {value:+.1f}%" for code, value, _ in study.industries[:SHOWN]),
    ]  # fmt: skip
    return "\n".join([*lines, *(f"Note: {note}" for note in study.notes)])
