"""The command line: every command is a thin shell over the library."""

from blocs.cli.main import main

__all__ = ["main"]
