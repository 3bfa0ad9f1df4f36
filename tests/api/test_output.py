"""What a command says on the way: progress on stderr where it is read, nothing with --quiet, the log with --verbose."""

from __future__ import annotations

import importlib
import json
import logging

import click
import pytest
from click.testing import CliRunner

import blocs
from blocs.cli.main import COMMANDS, main

SCENARIO = """
name: short
world: 81x28
years: 2025
measures:
  - {type: tariff, by: USA, on: CHN, rate: 0.1}
"""
REPORTING = [
    "run", "ensemble", "attribute", "coalition", "leverage", "nash", "align", "backtest", "industry", "bubble",
    "claims", "payments range",
]  # fmt: skip


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "short.yaml"
    path.write_text(SCENARIO)
    return str(path)


def command(words: str) -> click.Command:
    """The command of that name; a group's default command stands for the group."""
    first, *rest = words.split()
    module, attribute, _ = COMMANDS[first]
    found = getattr(importlib.import_module(module), attribute)
    for name in rest or (["check"] if first == "claims" else []):
        found = found.get_command(click.Context(found), name)
    return found


@pytest.mark.parametrize("words", REPORTING)
def test_every_command_that_reports_progress_can_be_told_not_to(words):
    option = next(one for one in command(words).params if "--quiet" in one.opts)
    assert isinstance(option, click.Option)
    assert option.help == "No progress on stderr."


def test_progress_goes_to_stderr_and_quiet_ends_it(file):
    args = ["attribute", file, "--by", "measure", "--world", "81x28"]
    loud, still = CliRunner().invoke(main, args), CliRunner().invoke(main, [*args, "--quiet"])
    assert (loud.exit_code, still.exit_code) == (0, 0)
    assert "1/1 runs" in loud.stderr
    assert still.stderr == ""
    assert loud.stdout == still.stdout


def test_json_into_a_file_or_a_pipe_comes_without_progress_but_tells_the_cost(file):
    found = CliRunner().invoke(main, ["attribute", file, "--by", "measure", "--json"])
    assert found.stderr == "  1 run of 1 year each\n"
    assert json.loads(found.stdout)["schema"] == "blocs.attribution/1"


def test_verbose_writes_the_log_of_the_library_and_leaves_no_handler(file):
    args = ["run", file, "--json"]
    told, still = CliRunner().invoke(main, ["--verbose", *args]), CliRunner().invoke(main, args)
    assert "INFO blocs.study.run: short, 2025: converged" in told.stderr
    assert still.stderr == ""
    assert json.loads(told.stdout)["welfare"] == json.loads(still.stdout)["welfare"]
    assert logging.getLogger("blocs").handlers == []


def test_a_library_user_gets_records_under_the_projects_name_and_no_print(file, caplog, capfd):
    with caplog.at_level(logging.INFO, logger="blocs"):
        blocs.run(None, blocs.Scenario.load(file))
    assert [(one.name, one.levelname) for one in caplog.records] == [("blocs.study.run", "INFO")]
    assert capfd.readouterr() == ("", "")
