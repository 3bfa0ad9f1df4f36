"""What commands say on the way: progress on stderr, `--quiet` against it, `blocs --verbose` for the library's log."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])
LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)


def quiet_option(command: _Command) -> _Command:
    """Add --quiet, as every command has it that reports progress."""
    return click.option("--quiet", is_flag=True, help="No progress on stderr.")(command)


def progress_shown(quiet: bool, as_json: bool) -> bool:
    """Whether to report progress on stderr: not with --quiet, and with --json only to a terminal."""
    return not quiet and (not as_json or sys.stderr.isatty())


def reporter(quiet: bool, as_json: bool) -> Callable[[str], None] | None:
    """Return what tells progress on stderr, or None where nobody wants it."""
    return tell if progress_shown(quiet, as_json) else None


def tell(words: str) -> None:
    """Write one line of progress to stderr."""
    click.echo(f"  {words}", err=True)


def log_to_stderr(verbose: int) -> Callable[[], None]:
    """Write what the logger `blocs` and those below it say to stderr; return what ends that.

    verbose: 1 for what is solved (INFO), 2 and more for how (DEBUG).
    """
    logger, handler = logging.getLogger("blocs"), logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s", "%H:%M:%S"))
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(LEVELS[min(verbose, len(LEVELS) - 1)])

    def end() -> None:
        logger.removeHandler(handler)
        logger.setLevel(before)

    return end
