"""A group of commands that are imported when they are called, so that `--help` is instant."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, ClassVar

import click

WHOLE = 500  # letters of a short help: none is cut
Commands = Mapping[str, tuple[str, str, str]]  # command -> (module, attribute, one line of help)


class NamingGroup(click.Group):
    """A group that lists its commands with their whole first sentence, and names the nearest where there is none."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands."""
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, self.commands[name].get_short_help_str(WHOLE)) for name in self.list_commands(ctx)]
            )

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Return the command; UsageError with the nearest name, or all, where there is none."""
        name = click.utils.make_str(args[0]) if args else ""
        names = self.list_commands(ctx)
        if name and not name.startswith("-") and name not in names:
            from blocs.errors import unknown

            raise click.UsageError(unknown("command", name, names), ctx)
        return super().resolve_command(ctx, args)


class LazyGroup(NamingGroup):
    """A group over a table of commands; `LazyGroup.over(table)` is the class to give to `click.group`."""

    table: ClassVar[Commands] = MappingProxyType({})

    @classmethod
    def over(cls, table: Commands) -> type[LazyGroup]:
        """Return the group class of `table`."""
        return type(cls.__name__, (cls,), {"table": table})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of the table."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command; None if there is no such one."""
        if cmd_name not in self.table:
            return None
        module, attribute, _ = self.table[cmd_name]
        return getattr(import_module(module), attribute)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry[2]) for name, entry in self.table.items()])
