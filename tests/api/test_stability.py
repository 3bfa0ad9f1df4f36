"""What `docs/stability.md` promises of names, commands and documents."""

from __future__ import annotations

import json
import re
import warnings
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

import blocs
from blocs.cli.main import COMMANDS, main

# What the last release had: a name that goes from here needs the deprecation that docs/stability.md describes.
PROMISED = json.loads((Path(__file__).parent / "promised.json").read_text(encoding="utf-8"))


def test_no_public_name_went_and_each_can_be_had() -> None:
    assert set(blocs.__all__) >= set(PROMISED["names"])
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)
        assert all(getattr(blocs, name) is not None for name in blocs.__all__)


def test_every_public_name_says_what_it_is() -> None:
    for name in blocs.__all__:
        about = getattr(blocs, name).__doc__ or ""
        assert len(about.split()) >= 4, f"{name} has no docstring"


def test_no_command_went_and_each_helps() -> None:
    assert set(COMMANDS) >= set(PROMISED["commands"])
    for name, (module, attribute, line) in COMMANDS.items():
        command = getattr(import_module(module), attribute)
        shown = CliRunner().invoke(main, [name, "--help"])
        assert shown.exit_code == 0, name
        assert command.help, f"{name} has no help"
        assert line.endswith("."), f"the line of {name} is no sentence"


@pytest.mark.parametrize("command", [["scenarios"], ["data", "list"], ["cite"], ["minerals"]])
def test_documents_say_their_schema(command: list[str]) -> None:
    document = json.loads(CliRunner().invoke(main, [*command, "--json"]).stdout)
    assert re.fullmatch(r"blocs\.[a-z.]+/\d+", document["schema"])


def test_versions_agree() -> None:
    root = Path(__file__).parents[2]
    assert f"version: {blocs.__version__}" in (root / "CITATION.cff").read_text(encoding="utf-8").replace(
        '"', ""
    )
