"""`blocs cite`: the BibTeX of the methods and data that a scenario or a run uses."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

DEFAULT = "us-tariffs-2025-26"


@click.command()
@click.argument("what", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
def cite(what: str | None, as_json: bool) -> None:
    """Print BibTeX of the methods and data that WHAT uses, to put beside its results.

    WHAT is a scenario of the library, a scenario file, or a folder that `blocs run` wrote. Without it:
    blocs itself.
    """
    from blocs import __version__
    from blocs.data.citations import bibtex
    from blocs.scenario.io import load
    from blocs.study.citing import citations, software

    found = (software(__version__),) if what is None else citations(load(_scenario(what)), __version__)
    if as_json:
        document = {"schema": "blocs.cite/1", "of": what, "bibtex": bibtex(found),
                    "citations": [asdict(citation) for citation in found]}  # fmt: skip
        click.echo(json.dumps(document, ensure_ascii=False))
        return
    click.echo(bibtex(found), nl=False)


def _scenario(what: str) -> str | Path:
    from blocs.errors import DataError

    folder = Path(what)
    if not folder.is_dir():
        return what
    file = folder / "scenario.yaml"
    if not file.is_file():
        raise DataError(
            f"{what} holds no scenario.yaml; give a folder that `blocs run` wrote, a scenario file, or a name from "
            "`blocs scenarios`"
        )
    return file
