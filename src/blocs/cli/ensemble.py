"""`blocs ensemble`: how sure a scenario's results are, from many draws of every uncertain number."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from blocs.cli.progress import progress_shown, quiet_option, tell

if TYPE_CHECKING:
    from blocs.scenario.schema import Scenario
    from blocs.study.ensemble.backends import Backend
    from blocs.study.ensemble.result import Ensemble


@click.command()
@click.argument("scenario")
@click.option("--draws", type=click.IntRange(min=1), default=200, show_default=True, help="How many draws.")
@click.option(
    "--seed", type=click.IntRange(min=0), default=2026, show_default=True, help="Seed of the draws."
)
@click.option(
    "--against", multiple=True, help="Another scenario on the same draws; differences are taken draw by draw."
)
@click.option(
    "--hold", multiple=True, metavar="GROUP", help="Keep a group of assumptions at its values, e.g. closure."
)
@click.option(
    "--sobol",
    is_flag=True,
    help="Total sensitivities too: draws x (groups + 2) runs; the cost is printed first.",
)
@click.option("--set", "assumptions", multiple=True, metavar="NAME=VALUE", help="Fix one assumption.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder that keeps every finished chunk and the results."
)
@click.option("--resume", is_flag=True, help="Go on with what --out holds; more --draws extend it.")
@click.option(
    "--workers", type=click.IntRange(min=0), help="Processes [default: one a core]; 0 computes in this one."
)
@click.option("--dask", is_flag=True, help="Compute on a local Dask cluster of --workers processes.")
@click.option(
    "--scheduler", metavar="ADDRESS", help="Compute on the Dask cluster at ADDRESS, e.g. tcp://host:8786."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
@quiet_option
def ensemble(
    scenario: str,
    draws: int,
    seed: int,
    against: tuple[str, ...],
    hold: tuple[str, ...],
    sobol: bool,
    assumptions: tuple[str, ...],
    out: Path | None,
    resume: bool,
    workers: int | None,
    dask: bool,
    scheduler: str | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Run SCENARIO under many draws of everything that is uncertain in it, and say how far results spread.

    Trade elasticities and the set they come from, the other elasticities of the horizon, the closure, and every
    uncertain number of the vectors the scenario uses are drawn from their declared ranges. A run that was stopped,
    even killed, goes on with --resume and gives the same numbers.
    """
    from blocs.errors import ScenarioError
    from blocs.scenario.schema import Scenario
    from blocs.study.ensemble.document import EnsembleDocument
    from blocs.study.ensemble.factors import factors_of
    from blocs.study.ensemble.run import Progress
    from blocs.study.ensemble.run import ensemble as compute

    if resume and out is None:
        raise ScenarioError("--resume needs --out: the folder that holds what was finished")
    scenarios = [_with(Scenario.load(name), assumptions) for name in (scenario, *against)]
    told = progress_shown(quiet, as_json)
    if sobol and not quiet:  # the cost is no progress
        groups = list(dict.fromkeys(factor.group for factor in factors_of(scenarios, hold)))
        tell(
            f"total sensitivities of {len(groups)} groups: {draws} x ({len(groups)} + 2) = "
            f"{draws * (len(groups) + 2)} runs"
        )

    def report(progress: Progress) -> None:
        if sys.stderr.isatty():  # one line that is written over; a file gets a line each time
            click.echo(f"\r  {progress}   ", err=True, nl=False)
        else:
            tell(str(progress))

    found = compute(
        None,
        scenarios,
        draws=draws,
        seed=seed,
        hold=hold,
        total_indices=sobol,
        backend=_backend(workers, dask, scheduler),
        out=out,
        resume=resume,
        progress=report if told else None,
    )
    if told and sys.stderr.isatty():
        click.echo(err=True)
    if found.converged == 0:
        text = "; ".join(sorted(set(found.messages))[:3])
        click.echo(f"blocs: no draw converged: {text}", err=True)
    from blocs.report.spread import main_labels

    regions = tuple(main_labels(found)) if found.converged else ()
    document = EnsembleDocument.of(found, regions[:6])
    if out is not None and found.converged:
        from blocs.report.spread_folder import save

        save(found, document, regions, out)
    if as_json:
        click.echo(document.to_json())
    elif found.converged:
        click.echo(_summary(found, document, regions, out))
    if found.converged == 0:
        click.get_current_context().exit(3)


def _with(scenario: Scenario, given: tuple[str, ...]) -> Scenario:
    from blocs.data.assumptions import Assumptions
    from blocs.errors import ScenarioError

    changes: dict[str, float] = {}
    for text in given:
        name, _, value = text.partition("=")
        try:
            changes[name.strip()] = float(value)
        except ValueError as error:
            raise ScenarioError(f"--set {text}: write NAME=VALUE, e.g. nests.long.sigma_M=0.6") from error
    Assumptions.default().replace(changes)
    return scenario.model_copy(update={"assumptions": {**scenario.assumptions, **changes}})


def _backend(workers: int | None, dask: bool, scheduler: str | None) -> Backend:
    from blocs.study.ensemble.backends import Dask, InProcess, Spawn

    if scheduler is not None or dask:
        return Dask(scheduler, workers)
    return InProcess() if workers == 0 else Spawn(workers)


def _summary(found: Ensemble, document: object, regions: tuple[str, ...], out: Path | None) -> str:
    from blocs.cli.text import table
    from blocs.report.words import fixed, region_name
    from blocs.study.ensemble.document import EnsembleDocument

    assert isinstance(document, EnsembleDocument)
    first = found.scenarios[0]
    lines = [first.title or first.name, ""]
    lines.append(
        f"{found.converged} of {found.draws} draws converged (seed {found.seed}). Welfare {document.year}, % of base "
        "absorption: a share of draws is no probability."
    )
    rows = [
        {
            "region": region_name(code), "5%": fixed(q["0.05"], 2), "median": fixed(q["0.5"], 2),
            "95%": fixed(q["0.95"], 2), "loses in": f"{100.0 * (document.losers[code] or 0.0):.0f}% of draws",
        }
        for code in regions
        for q in [document.welfare[code]]
    ]  # fmt: skip
    lines.append(table(rows, ["region", "5%", "median", "95%", "loses in"], "lrrrr"))
    if regions:
        code = regions[0]
        shares = [
            f"{group} {100.0 * max(value, 0.0):.0f}%"
            for group, value in document.sensitivity[code].items()
            if value is not None
        ]
        lines.append(
            f"\nWhat {region_name(code)}'s spread comes from (alone, without interactions): {', '.join(shares)}."
        )
    for other, quantiles in document.against.items():
        code = regions[0]
        q = quantiles[code]
        lines.append(
            f"Against {other}, draw by draw, {region_name(code)}: {fixed(q['0.05'], 2)} to {fixed(q['0.95'], 2)}, "
            f"median {fixed(q['0.5'], 2)} points."
        )
    if out is not None:
        lines.append(f"\nResults: {out}")
    return "\n".join(lines)
