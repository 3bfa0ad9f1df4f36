"""The `blocs` command: registers the commands and turns errors into one clear line and an exit code."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from typing import Any

import click

from blocs import __version__
from blocs.cli.lazy import LazyGroup
from blocs.errors import BlocsError, ConvergenceError, one_line

WRONG_INPUT = 2
NOT_CONVERGED = 3

# command -> (module, attribute, one line of help); loaded when called, so that `blocs --help` is instant
COMMANDS: dict[str, tuple[str, str, str]] = {
    "run": ("blocs.cli.run", "run", "Solve a scenario and write tables, figures and a report."),
    "scenarios": ("blocs.cli.scenarios", "scenarios", "List the scenarios of the library."),
    "new": ("blocs.cli.scenarios", "new", "Write a scenario template to edit."),
    "ensemble": ("blocs.cli.ensemble", "ensemble", "Say how sure a scenario's results are, from many draws."),
    "attribute": (
        "blocs.cli.attribute",
        "attribute",
        "Say which vector or measure explains how much of a result.",
    ),
    "runs": ("blocs.cli.runs", "runs", "List, show, compare, query and clean the runs in a folder."),
    "exposure": ("blocs.cli.exposure", "exposure", "Say who is whose friend or enemy, to first order."),
    "coalition": ("blocs.cli.coalition", "coalition", "Cut trade between two coalitions: who loses what."),
    "leverage": ("blocs.cli.leverage", "leverage", "Say what a coalition can take from a target."),
    "nash": ("blocs.cli.nash", "nash", "Find optimal and Nash tariffs, with retaliation and cooperation."),
    "align": ("blocs.cli.align", "align", "Find which bloc every country picks."),
    "backtest": (
        "blocs.cli.backtest",
        "backtest",
        "Score a forecast of the trade war against what happened.",
    ),
    "payments": ("blocs.cli.payments", "payments", "Rails and clearing: corridors, series, settlement."),
    "debt": ("blocs.cli.debt", "debt", "Show a country's debt: baseline, fans, what would stabilise it."),
    "ai": ("blocs.cli.ai", "ai", "Chips, data centres, capex, models and electricity: what is known of AI."),
    "industry": (
        "blocs.cli.industry",
        "industry",
        "Say how far strategic goods depend on a bloc, and until when.",
    ),
    "bubble": ("blocs.cli.bubble", "bubble", "Test a series for explosive episodes, with date stamps."),
    "minerals": ("blocs.cli.minerals", "minerals", "List minerals, or say what a ban on one costs whom."),
    "serve": ("blocs.cli.serve", "serve", "Open the lab in the browser, on this machine only."),
    "claims": ("blocs.cli.claims", "claims", "Hold claims against data and model: verdicts by rules."),
    "data": ("blocs.cli.data", "data", "List, show, verify and rebuild the bundled data; observed series."),
    "cite": ("blocs.cli.cite", "cite", "Print BibTeX of the methods and data a scenario uses."),
    "doctor": (
        "blocs.cli.doctor",
        "doctor",
        "Check this installation: versions, caches, data, a small solve.",
    ),
    "schema": ("blocs.cli.scenarios", "schema", "Print the JSON Schema of scenario files, for editors."),
}


class _Blocs(LazyGroup.over(COMMANDS)):
    """The commands of blocs, which speak plainly when something is wrong."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ConvergenceError as error:
            click.echo(f"blocs: no convergence: {error}", err=True)
            ctx.exit(NOT_CONVERGED)
        except BlocsError as error:
            click.echo(f"blocs: {error}", err=True)
            ctx.exit(WRONG_INPUT)
        except OSError as error:
            if isinstance(error, BrokenPipeError):  # whoever read us has seen enough: click ends in silence
                raise
            where = "" if error.filename is None else f"{error.filename}: "
            click.echo(f"blocs: {one_line(f'{where}{error.strerror or error}')}", err=True)
            ctx.exit(WRONG_INPUT)


@click.group(cls=_Blocs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="blocs")
@click.option("-v", "--verbose", count=True, help="Log on stderr what is solved; -vv also how.")
def main(verbose: int) -> None:
    """A laboratory for a world economy that splits into blocs.

    Start with `blocs run us-china-decoupling`, then open the report it names; `blocs doctor` checks the installation.
    Results go to stdout, progress to stderr; commands that take long have --quiet.
    Exit codes: 0 done, 2 the input is wrong, 3 no convergence.
    """
    # a terminal that cannot show a character gets a question mark, not a traceback
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    if verbose:
        from blocs.cli.progress import log_to_stderr

        click.get_current_context().call_on_close(log_to_stderr(verbose))
