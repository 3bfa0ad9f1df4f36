"""`blocs payments corridor` and `range`: what a corridor's rails are worth, and how far the answer depends on mu."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from blocs.cli.progress import progress_shown, quiet_option, tell

if TYPE_CHECKING:
    from blocs.study.payment_range import PaymentRange
    from blocs.vectors.payments.corridor import Corridor

WORLD = "81x28"  # corridors need no detail by service; it loads faster
BASE = 2022  # its year


@click.command()
@click.argument("one", metavar="ONE")
@click.argument("two", metavar="TWO")
@click.option("--scenario", help="Scenario whose payments measures are in force: a library name or a file.")
@click.option("--year", type=int, help="Year [default: the scenario's first, or the base year].")
@click.option("--figure", type=click.Path(path_type=Path), help="Write the figure there, .svg or .png.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
def corridor(
    one: str, two: str, scenario: str | None, year: int | None, figure: Path | None, as_json: bool
) -> None:
    """Show the rails between ONE and TWO (ISO3 codes), and what losing SWIFT would cost there.

    Costs are ad valorem, at both ends of the range of mu and at its value: nobody has measured mu, so read all of them.
    Without SWIFT means that ONE's banks lose it in all corridors.
    """
    from blocs.data.assumptions import Assumptions
    from blocs.vectors.payments.corridor import corridor as look
    from blocs.vectors.payments.corridor import document
    from blocs.world.load import load_world

    measures, years, assumed = (), (), Assumptions.default()
    world = load_world(WORLD)
    if scenario is not None:
        measures, years, assumed, base = _scenario(scenario, year)
        world = world if base == world.year else world.at(base)
    elif year is not None:
        _check_year(year, BASE, BASE + 60)
        years = tuple(range(BASE, year + 1))
    found = look(world, one.upper(), two.upper(), measures, years, assumed)
    if figure is not None:
        from blocs.report.payments import corridor_figure

        corridor_figure(found).save(figure)
    if as_json:
        click.echo(json.dumps(document(found, scenario), ensure_ascii=False))
    else:
        click.echo(_text(found, scenario))


@click.command(name="range")
@click.argument("scenario")
@click.option(
    "--region", "regions", multiple=True, default=("CHN", "USA", "RUS"), help="Regions to show; repeat it."
)
@click.option(
    "--world", "world_name", help="World to run on: 81x50, 81x28 or a .npz file [default: the scenario's]."
)
@click.option("--figure", type=click.Path(path_type=Path), help="Write the figure there, .svg or .png.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
@quiet_option
def range_(
    scenario: str,
    regions: tuple[str, ...],
    world_name: str | None,
    figure: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Run SCENARIO at three values of mu and of the cost cap, nine runs, and show welfare of its first year.

    It is the quick way to see what decides; `blocs ensemble` draws all assumptions together.
    """
    from blocs.scenario.schema import Scenario
    from blocs.study.payment_range import payment_range
    from blocs.study.run import world_of
    from blocs.world.load import load_world

    asked = Scenario.load(scenario)
    world = world_of(asked)
    if world_name is not None:
        named = load_world(world_name)
        world = named if asked.base == named.year else named.at(asked.base)
    shown = [world.regions[world.region_index(code.upper())] for code in regions]
    progress = (lambda n, of: tell(f"{n}/{of} runs")) if progress_shown(quiet, as_json) else None
    done = payment_range(asked, world, progress=progress)
    if figure is not None:
        from blocs.report.payments import range_figure

        range_figure(done, shown).save(figure)
    click.echo(
        json.dumps(_range_document(done, shown), ensure_ascii=False) if as_json else _range_text(done, shown)
    )
    if not all(point.converged for point in done.points):
        click.get_current_context().exit(3)


def _scenario(name: str, year: int | None) -> tuple[Any, tuple[int, ...], Any, int]:
    from blocs.scenario.schema import Scenario

    asked = Scenario.load(name)
    each = tuple(asked.each_year)
    last = each[0] if year is None else year
    _check_year(last, each[0], each[-1])
    return tuple(asked.measures), tuple(y for y in each if y <= last), asked.assumed, asked.base


def _check_year(year: int, first: int, last: int) -> None:
    from blocs.errors import DataError

    if not first <= year <= last:
        raise DataError(f"--year is {year}; choose one from {first} to {last}")


def _text(found: Corridor, scenario: str | None) -> str:
    from blocs.cli.text import paragraph, table
    from blocs.vectors.payments.rails import ABOUT

    what = f"under {scenario}" if scenario else "no measures"
    rails = [
        {"rail": rail, "base": f"{100 * base:.1f}", "now": f"{100 * now:.1f}", "without SWIFT": f"{100 * gone:.1f}",
         "what it is": ABOUT[rail]}
        for rail, base, now, gone in zip(found.rails, found.base, found.now, found.without_swift, strict=True)
    ]  # fmt: skip
    last = found.years[-1]
    costs = [
        {"mu": f"{cost.mu:g}", "now": f"{cost.with_measures:+.2f}", "without SWIFT": f"{cost.without_swift[0]:+.2f}",
         f"in {last}": f"{cost.without_swift[-1]:+.2f}", "without any rail": f"{cost.without_any:+.2f}"}
        for cost in found.costs
    ]  # fmt: skip
    return "\n".join(
        [
            f"{found.one}–{found.two}, {found.year}, {what}; trade both ways US$ {found.trade / 1e3:,.1f} bn",
            "\nPayments by rail, % (a calibrated prior: nobody publishes them by pair)\n",
            table(rails, ["rail", "base", "now", "without SWIFT", "what it is"], "lrrrl"),
            "\nSettlement cost, change in % of the value paid\n",
            table(costs, ["mu", "now", "without SWIFT", f"in {last}", "without any rail"], "rrrrr"),
            "",
            paragraph(
                f"Without SWIFT: {found.one}'s banks lose it everywhere from {found.year} on; by {last} other rails "
                "have grown. No study measures mu; its range is declared (docs: payments)."
            ),
        ]
    )


def _range_document(done: PaymentRange, shown: list[str]) -> dict[str, Any]:
    columns = {code: done.regions.index(code) for code in shown}
    return {
        "schema": "blocs.payment_range/1",
        "scenario": done.scenario.name,
        "years": list(done.years),
        "points": [
            {"mu": point.mu, "cap": point.cap, "converged": point.converged,
             "welfare_percent": {code: [_finite(x) for x in point.welfare[:, n]] for code, n in columns.items()}}
            for point in done.points
        ],
    }  # fmt: skip


def _finite(value: float) -> float | None:
    return float(value) if value == value and abs(value) != float("inf") else None


def _range_text(done: PaymentRange, shown: list[str]) -> str:
    from blocs.cli.text import table

    rows = [
        {"mu": f"{p.mu:g}", "cap, %": f"{100 * p.cap:g}"}
        | {code: f"{p.welfare[0, done.regions.index(code)]:+.3f}" for code in shown}
        for p in done.points
    ]
    return f"{done.scenario.title}: welfare in {done.years[0]}, %\n\n" + table(
        rows, ["mu", "cap, %", *shown], "r" * (2 + len(shown))
    )
