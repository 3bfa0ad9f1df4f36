"""`blocs payments`: rails and clearing; each subcommand is imported when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

# subcommand -> (module, attribute, one line of help)
SUBCOMMANDS: dict[str, tuple[str, str, str]] = {
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
    """A group that imports a subcommand when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in SUBCOMMANDS:
            return None
        module, attribute, _ = SUBCOMMANDS[cmd_name]
        return getattr(import_module(module), attribute)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry[2]) for name, entry in SUBCOMMANDS.items()])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        name = click.utils.make_str(args[0]) if args else ""
        if name and not name.startswith("-") and name not in SUBCOMMANDS:
            from blocs.errors import unknown

            raise click.UsageError(unknown("command", name, SUBCOMMANDS), ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=_Lazy)
def payments() -> None:
    """Rails that payments for trade run on, and the clearing of payments."""
