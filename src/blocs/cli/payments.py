"""`blocs payments`: settle a day of payments, make one up; further commands are listed in COMMANDS."""

from __future__ import annotations

import click

from blocs.cli.lazy import LazyGroup

# command -> (module, attribute, one line of help); loaded when called
COMMANDS: dict[str, tuple[str, str, str]] = {
    "settle": ("blocs.cli.payments_settle", "settle", "Settle a file of payments: gross, net or hybrid."),
    "generate": (
        "blocs.cli.payments_settle",
        "generate",
        "Make up a day of payments of core and periphery banks.",
    ),
    "corridor": (
        "blocs.cli.payments_corridor",
        "corridor",
        "Show a corridor's rails and what losing SWIFT costs.",
    ),
    "range": (
        "blocs.cli.payments_corridor",
        "range_",
        "Run a scenario over the ranges of mu and of the cap.",
    ),
}


@click.group(cls=LazyGroup.over(COMMANDS))
def payments() -> None:
    """Rails between countries and the clearing house of one system's day."""
