"""`blocs serve`: the lab in the browser, on this machine only."""

from __future__ import annotations

from pathlib import Path

import click

# what the server needs and a plain installation lacks
NEEDED = ("fastapi", "uvicorn")


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0 takes any free port."
)
@click.option("--browser/--no-browser", default=True, show_default=True, help="Open the page in a browser.")
@click.option(
    "--borders",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="GeoJSON of other borders for the map (docs: map policy).",
)
def serve(port: int, browser: bool, borders: Path | None) -> None:
    """Open the lab in the browser: drag a lever, see the world react.

    Prints the address, with a token that changes at every start, on stderr. The server answers on 127.0.0.1 only, to
    whoever holds the token, and asks nothing of other machines. Ctrl-C stops it.
    """
    from importlib.util import find_spec

    from blocs.errors import BlocsError

    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise BlocsError(f"the lab needs {' and '.join(missing)}; pip install 'blocs[web]'")
    from blocs.web.serve import serve as run

    run(port, browser=browser, tell=lambda words: click.echo(words, err=True), borders=borders)
