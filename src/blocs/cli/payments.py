"""`blocs payments`: settle a day of payments, make one up; further commands are listed in COMMANDS."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

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
    "shares": ("blocs.cli.payments_shares", "shares", "List or print the time series of payments."),
}


class _Lazy(click.Group):
    """A group that imports a command when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        return getattr(import_module(module), attribute)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry[2]) for name, entry in COMMANDS.items()])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        name = click.utils.make_str(args[0]) if args else ""
        if name and not name.startswith("-") and name not in COMMANDS:
            from blocs.errors import unknown

            raise click.UsageError(unknown("command", name, COMMANDS), ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=_Lazy)
def payments() -> None:
    """Rails between countries and the clearing house of one system's day."""
