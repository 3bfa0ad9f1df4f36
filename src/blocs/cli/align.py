"""`blocs align`: which bloc every country picks, given what all others pick."""

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
    from blocs.study.alignment import Alignment
    from blocs.study.alignment.board import Affinity

NARROWEST = 8


@click.command()
@click.option(
    "--blocs",
    "leaders",
    default="USA,CHN",
    show_default=True,
    help="Two or three leaders: USA,CHN or G7,CHN.",
)
@click.option(
    "--cost",
    type=float,
    default=0.2,
    show_default=True,
    help="Cost of trading across blocs, a fraction; the default is a round number to start from, no estimate.",
)
@click.option(
    "--as",
    "kind",
    type=click.Choice(["iceberg", "tariff"]),
    default="iceberg",
    show_default=True,
    help="iceberg: the cost melts goods; tariff: the importer keeps it.",
)
@click.option("--goods", help="What bears the cost, e.g. manufacturing or all [default: goods].")
@click.option("--unions", default="", help="Regions that pick together, e.g. EU27,GULF=SAU+ARE.")
@click.option(
    "--leakage", type=float, help="Allow neutrality: the share of the cost that a neutral escapes, 0-1."
)
@click.option(
    "--affinity",
    "affinity_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="YAML file {country: {bloc: % of absorption}} added to welfare.",
)
@click.option("--starts", type=int, help="First maps to start from [default: one by trade and one a bloc].")
@click.option(
    "--seed", default=0, show_default=True, help="Seed of random starts and of the order of replies."
)
@click.option("--pairs", default=100, show_default=True, help="Exact solves spent on looking for pivots.")
@shared_options
def align(
    leaders: str,
    cost: float,
    kind: str,
    goods: str | None,
    unions: str,
    leakage: float | None,
    affinity_file: Path | None,
    starts: int | None,
    seed: int,
    pairs: int,
    horizon: str,
    world_name: str,
    elasticity_set: str,
    as_json: bool,
    out: Path | None,
    quiet: bool,
) -> None:
    """Let every country side with the bloc that costs it less, until nobody moves or the world goes in circles.

    Say what trading across blocs costs, and what that cost is: results hang on it. Countries reply one at a time with
    exact solves; several stable maps are the rule, not the exception. Deficits are purged first.
    """
    from blocs.study.alignment import CrossCost
    from blocs.study.alignment import alignment as play
    from blocs.study.alignment.document import AlignmentDocument

    claimed(out)
    elasticities, when = chosen_elasticities(elasticity_set, horizon)
    result = play(
        chosen_world(world_name),
        leaders,
        cost=cost,
        kind=CrossCost(kind),
        goods=None if goods is None else [part for part in goods.split(",") if part],
        unions=unions,
        leakage=leakage,
        affinity=_affinity(affinity_file),
        starts=starts,
        seed=seed,
        pairs=pairs,
        elasticities=elasticities,
        horizon=when,
        progress=reporter(quiet, as_json),
    )
    document = AlignmentDocument.of(result).to_json()
    if out is not None:
        from blocs.report.games import align_figures, align_tables
        from blocs.report.study_folder import save_study

        save_study(out, "align", document, align_tables(result), align_figures(result))
    click.echo(document if as_json else _summary(result, out))
    if not result.converged:
        click.get_current_context().exit(3)


def _affinity(path: Path | None) -> Affinity | None:
    if path is None:
        return None
    from blocs.data import marked
    from blocs.errors import DataError, WrittenError

    text = marked.read_text(path, WrittenError, "a file of affinities")
    content = marked.plain(marked.parse(text, str(path), WrittenError, "`blocs align --help`"))
    good = isinstance(content, dict) and all(
        isinstance(points, dict)
        and all(isinstance(v, int | float) and not isinstance(v, bool) for v in points.values())
        for points in content.values()
    )
    if not good:
        raise DataError(
            f"{path}: write one line a country, such as  IND: {{USA: 0.5, CHN: -0.5}}  (% of absorption)"
        )
    return content


def _summary(result: Alignment, out: Path | None) -> str:
    from blocs.cli.text import table

    names = [leader.name for leader in result.board.leaders]
    ends = ", ".join(f"{path.start}: {path.ending.value}" for path in result.paths)
    lines = [f"{len(result.paths)} starts ({ends})", ""]
    for one in result.map_rows():
        sizes = ", ".join(
            f"{one[f'members_{name}']} with {name} ({100.0 * one[f'absorption_share_{name}']:.0f}% of absorption)"
            if name in names
            else f"{one[f'members_{name}']} {name}"
            for name in result.board.options
        )
        welfare = ", ".join(f"{name} {digits(one[f'welfare_pct_{name}'])}%" for name in names)
        lines.append(f"Map {one['map']} ({one['ending']}; from {one['starts']}): {sizes}")
        lines.append(f"  leaders' welfare: {welfare}; world {digits(one['world_usd_mn'] / 1e3, 0)} bn US$")
        lines += [f"  {name}: {_members(result, one['map'], name)}" for name in result.board.options]
        narrow = sorted(
            (row for row in result.pick_rows() if row["map"] == one["map"]), key=lambda row: row["margin_pct"]
        )[:NARROWEST]
        rows = [
            {
                "narrowest": row["chooser"], "pick": row["pick"], "margin %": f"{row['margin_pct']:.2f}",
                "US$ bn": f"{row['margin_usd_mn'] / 1e3:.1f}",
            }
            for row in narrow
        ]  # fmt: skip
        lines += [table(rows, ["narrowest", "pick", "margin %", "US$ bn"], align="llrr"), ""]
    for path in result.cycles:
        steps = [
            f"{result.board.choosers[who].name} {result.board.options[old]}→{result.board.options[new]}"
            for who, old, new in path.cycle_moves
        ]
        lines.append(f"Cycle (from {path.start}): {', '.join(steps)}, and so on.")
    for pivot in (result.pivots.found if result.pivots is not None else ())[:NARROWEST]:
        told = ", ".join(f"{name} to {to}" for name, to, _ in pivot.followers[:6])
        lines.append(f"Pivot on map 1: if {pivot.mover} went to {pivot.to}, so would gain {told}.")
    open_ = sum(row["within_affinity"] for row in result.pick_rows() if row["map"] == 1)
    if result.maps:
        lines.append(
            f"On map 1 {open_} of {len(result.board.choosers)} margins are below {result.reach:g}% of absorption: "
            "sympathy, security or history may decide them."
        )
    lines += [f"Note: {note}" for note in result.notes]
    if out is not None:
        lines.append(f"\nTables and figures: {out}")
    return "\n".join(lines)


def _members(result: Alignment, count: int, option: str) -> str:
    members = [row["chooser"] for row in result.pick_rows() if row["map"] == count and row["pick"] == option]
    if len(members) > len(result.board.choosers) / 2:
        return f"all others ({len(members)})"
    return ", ".join(members) or "nobody chooses it"
