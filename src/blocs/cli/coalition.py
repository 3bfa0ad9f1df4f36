"""`blocs coalition`: two sides stop trading, and the smallest coalition that hurts a target more than itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from blocs.cli.progress import progress_shown, quiet_option, tell
from blocs.cli.study_options import claim, finish, signed, study_options

if TYPE_CHECKING:
    from blocs.study.coalition import Coalition
    from blocs.study.smallest import Smallest

SHOWN = 6


@click.command()
@click.option(
    "--side",
    "sides",
    multiple=True,
    help="One side: countries or groups, with commas. Give it twice: --side G7 --side CHN,RUS.",
)
@click.option(
    "--goods",
    multiple=True,
    default=["all"],
    show_default=True,
    help="What is cut: sectors or groups. all has services too; goods has none.",
)
@click.option(
    "--intensity",
    default=100.0,
    show_default=True,
    help="Share of each flow's base volume that stops, %, above 0.",
)
@click.option("--one-sided", is_flag=True, help="Only exports of the first side to the second are withheld.")
@click.option(
    "--rent",
    default="exporter",
    show_default=True,
    help="Who keeps what buyers pay more under a partial cut: exporter, importer or nobody.",
)
@click.option(
    "--no-attribution", is_flag=True, help="Do not share losses out over goods and partners: faster."
)
@click.option(
    "--smallest-against",
    metavar="TARGET",
    help="Look for the smallest coalition of --candidates that makes TARGET lose --ratio times its own loss.",
)
@click.option("--candidates", multiple=True, default=["G20"], show_default=True, help="Who may join.")
@click.option(
    "--ratio", default=1.0, show_default=True, help="The target's loss over the coalition's, at least."
)
@click.option("--least-loss", default=0.0, show_default=True, help="% that the target must lose at least.")
@click.option(
    "--measure",
    default="percent",
    show_default=True,
    help="Losses compare in percent of absorption or in usd.",
)
@click.option("--exact", is_flag=True, help="Try all coalitions by size, of at most 10 candidates.")
@study_options
@quiet_option
def coalition(
    sides: tuple[str, ...],
    goods: tuple[str, ...],
    intensity: float,
    one_sided: bool,
    rent: str,
    no_attribution: bool,
    smallest_against: str | None,
    candidates: tuple[str, ...],
    ratio: float,
    least_loss: float,
    measure: str,
    exact: bool,
    horizon: str,
    world_name: str | None,
    elasticities: str | None,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Cut trade between two coalitions and say who loses how much, and where each loss comes from.

    Trade deficits are purged first. Members of a side go on trading with each other. Example:
    blocs coalition --side G7 --side CHN --horizon short
    """
    claim(out)
    common: dict[str, Any] = {
        "goods": list(goods),
        "intensity": intensity,
        "flows": "exports" if one_sided else "both",
        "horizon": horizon,
        "elasticities": elasticities,
    }
    if smallest_against is not None:
        if sides:
            raise click.UsageError("--smallest-against looks for a side; leave --side out")
        search: dict[str, Any] = {"target": smallest_against, "candidates": list(candidates), "ratio": ratio}
        search |= {"least_loss": least_loss, "measure": measure, "exact": exact}
        _smallest(world_name, search | common, out, as_json, quiet)
        return
    from blocs.report.power_figures import blame_figure, coalition_figure
    from blocs.report.power_tables import coalition_tables
    from blocs.study.coalition import coalition as study
    from blocs.study.power_documents import coalition_document

    done = study(world_name, sides=sides, rent=rent, **common)
    attribute = not no_attribution
    finish(
        coalition_document(done, attribute=attribute),
        lambda: _text(done, attribute),
        as_json=as_json,
        out=out,
        tables=lambda: coalition_tables(done, attribute=attribute),
        figures=lambda: (
            {"losses": coalition_figure(done)} | ({"attribution": blame_figure(done)} if attribute else {})
        ),
    )


def _smallest(
    world_name: str | None, search: dict[str, Any], out: Path | None, as_json: bool, quiet: bool
) -> None:
    from blocs.study.power_documents import smallest_document
    from blocs.study.smallest import smallest_coalition

    def progress(done: int, members: str) -> None:
        tell(f"{done} solved: {members}")

    found = smallest_coalition(
        world_name, **search, progress=progress if progress_shown(quiet, as_json) else None
    )
    finish(
        smallest_document(found),
        lambda: _search_text(found),
        as_json=as_json,
        out=out,
        tables=list,
        figures=dict,
    )


def _text(study: Coalition, attribute: bool) -> str:
    from blocs.cli.text import table
    from blocs.report.words import region_name, sector_name

    lines = [f"Welfare, {study.setting.horizon.value} run (equivalent variation, % of absorption)"]
    rest, rows = study.bystanders, []
    for n, side in enumerate(study.sides, 1):
        rows += [
            _row(str(n), code, region_name(code), side.welfare[code], side.welfare_usd[code])
            for code in side.members
        ]
        rows.append(_row(str(n), "together", "", side.total, side.total_usd_mn))
    rows.append(_row("–", "others", "", rest.total, rest.total_usd_mn))
    lines.append(table(rows, ["side", "region", "name", "welfare %", "bn US$"], "lllrr"))
    ratio = study.loss_ratio
    if ratio["percent"] is None or ratio["usd"] is None:
        lines.append("Loss ratio: none, the second side does not lose.")
    else:
        lines.append(
            f"First side's loss over the second's: {ratio['percent']:.2f} in %, {ratio['usd']:.2f} in US$."
        )
    order = sorted(rest.welfare.items(), key=lambda item: item[1])
    if order:
        lines.append("Bystanders that lose most: " + ", ".join(f"{c} {v:+.2f}%" for c, v in order[:SHOWN]))
        lines.append(
            "Bystanders that gain most: " + ", ".join(f"{c} {v:+.2f}%" for c, v in reversed(order[-SHOWN:]))
        )
    for side in study.sides if attribute else ():
        code = min(side.members, key=lambda one: side.welfare_usd[one])
        goods = list(study.blame.by_good(code).items())[:SHOWN]
        parts = ", ".join(f"{sector_name(good)} {value:+.3f}" for good, value in goods)
        lines.append(f"{code}'s loss comes from, in points: {parts}")
    return "\n".join([*lines, *(f"Note: {note}" for note in study.notes)])


def _row(side: str, region: str, name: str, percent: float, usd_mn: float) -> dict[str, str]:
    return {
        "side": side, "region": region, "name": name, "welfare %": signed(percent), "bn US$": signed(usd_mn / 1e3, 1),
    }  # fmt: skip


def _search_text(found: Smallest) -> str:
    from blocs.cli.text import table

    rows = []
    for step in found.path:
        ratio = step.ratio(found.measure)
        rows.append(
            {
                "coalition": ", ".join(step.members), "target %": signed(-step.target_loss),
                "coalition %": signed(-step.coalition_loss), "target bn US$": signed(-step.target_loss_usd_mn / 1e3, 1),
                "coalition bn US$": signed(-step.coalition_loss_usd_mn / 1e3, 1),
                "ratio": "no loss" if ratio is None else f"{ratio:.2f}",
            }
        )  # fmt: skip
    columns = ["coalition", "target %", "coalition %", "target bn US$", "coalition bn US$", "ratio"]
    verdict = (
        f"No coalition of the candidates makes {', '.join(found.target)} lose {found.ratio:g} times its own loss."
        if found.best is None
        else f"Smallest found ({found.method}, {found.solves} solves): {', '.join(found.best.members)}."
    )
    return "\n".join(
        [table(rows, columns, "lrrrrr", width=110), verdict, *(f"Note: {n}" for n in found.notes)]
    )
