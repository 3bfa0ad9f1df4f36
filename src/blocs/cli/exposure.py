"""`blocs exposure`: who is whose friend or enemy, to first order."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from blocs.cli.study_options import claim, finish, study_options

if TYPE_CHECKING:
    from blocs.study.exposure import Exposure

SHOWN = 8


@click.command()
@click.option(
    "--shock",
    default="productivity",
    show_default=True,
    help="productivity, tariff, tariff_on, export_tax, trade_cost, demand, capital or labour.",
)
@click.option("--from", "origin", help="Only the row of this region, with its effects by sector.")
@click.option(
    "--sector", multiple=True, help="Where the shock acts: sectors or groups, such as C26 or energy."
)
@study_options
def exposure(
    shock: str,
    origin: str | None,
    sector: tuple[str, ...],
    horizon: str,
    world_name: str | None,
    elasticities: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Say how a small shock in one country moves the welfare of every other.

    The effect is exact to first order, for all pairs at once: % of absorption per 1% (hats) or per percentage point
    (duties, taxes). Example: blocs exposure --shock productivity --from CHN --sector C26
    """
    from blocs.report.power_figures import exposure_figure
    from blocs.report.power_tables import exposure_tables
    from blocs.study.exposure import exposure as study
    from blocs.study.power_documents import exposure_document

    claim(out)
    done = study(
        world_name, shock=shock, goods=list(sector) or None, horizon=horizon, elasticities=elasticities
    )
    finish(
        exposure_document(done, origin),
        lambda: _text(done, origin),
        as_json=as_json,
        out=out,
        tables=lambda: exposure_tables(done),
        figures=lambda: {"exposure": exposure_figure(done)},
    )


def _text(study: Exposure, origin: str | None) -> str:
    from blocs.cli.text import paragraph, table
    from blocs.report.words import region_name

    lines = [paragraph(" ".join(study.notes)), ""]
    if origin is None:
        rows = []
        for code in study.setting.base.regions:
            effects = study.effects(code)
            friends = ", ".join(f"{c} {v:+.4f}" for c, v in reversed(effects[-3:]))
            enemies = ", ".join(f"{c} {v:+.4f}" for c, v in effects[:3])
            rows.append({"in": code, "gain most": friends, "gain least or lose": enemies})
        lines.append(table(rows, ["in", "gain most", "gain least or lose"], width=120))
        return "\n".join(lines)
    effects = study.effects(origin)
    shown = [*reversed(effects[-SHOWN:]), *reversed(effects[:SHOWN])]
    dollars = study.usd.sel(origin=origin)
    rows = [
        {
            "region": code,
            "name": region_name(code),
            "welfare %": f"{value:+.4f}",
            "mn US$": f"{float(dollars.sel(destination=code)):+,.0f}",
        }
        for code, value in dict.fromkeys(shown)
    ]
    lines.append(f"A shock in {region_name(origin)}:")
    lines.append(table(rows, ["region", "name", "welfare %", "mn US$"], "llrr"))
    return "\n".join(lines)
