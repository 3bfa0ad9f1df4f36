"""Every command says what it is for and what each option does; a wrong word is one line with the way out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from blocs.cli.main import main


def commands(command: click.Command = main, path: str = "blocs") -> Iterator[tuple[str, click.Command]]:
    """Yield every command with its path, loaded."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from commands(found, f"{path} {name}")


def test_every_command_and_every_option_has_help() -> None:
    for path, command in commands():
        assert command.help, path
        assert command.help.split("\n")[0].rstrip().endswith((".", "`", "?")) or "\n" in command.help, path
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.help, f"{path} {option.name} has no help"
                assert option.help.rstrip().endswith((".", "?", "…")), f"{path} {option.name}: {option.help}"


def test_options_of_one_name_take_the_same_words_everywhere() -> None:
    """What `--json` is, and which worlds there are, does not depend on the command."""
    for name, words in {
        "--world": "81x50, 81x28 or a .npz file",
        "--elasticities": "blocs data show elasticities",
    }.items():
        for path, command in commands():
            for option in command.params:
                if isinstance(option, click.Option) and name in option.opts:
                    assert words in (option.help or ""), f"{path} {name}"
    for path, command in commands():
        for option in command.params:
            if isinstance(option, click.Option) and "--json" in option.opts:
                assert (option.help or "").startswith("Print one JSON document on stdout"), path


@pytest.mark.parametrize("group", ["", "runs", "data", "data build", "payments"])
def test_a_wrong_command_names_what_there_is(group: str) -> None:
    answer = CliRunner().invoke(main, [*group.split(), "nonsens"])
    assert answer.exit_code == 2
    assert "unknown command 'nonsens'" in answer.output


@pytest.mark.parametrize(
    "words",
    [
        ["run", "x" * 5000],
        ["new", "x" * 5000],
        ["cite", "x" * 5000],
        ["claims", "--ledger", "x" * 5000],
        ["bubble", "."],
        ["payments", "settle", "."],
        ["payments", "generate", "--core", "60", "--out", "day.csv"],
        ["runs", "show", "none", "--folder", "."],
        ["data", "series", "swift.share", "--where", "currency=CNY", "--where", "currency=USD"],
        ["data", "verify", "--folder", "."],
        ["data", "build", "ai", "--source", ".", "--out", "taken"],
        ["align", "--affinity", "taken"],
        ["debt", "--template", "taken"],
        ["ai", "chips", "--out", "taken"],
    ],
    ids=lambda words: " ".join(words)[:40],
)
def test_wrong_input_is_one_line_and_writes_nothing(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("taken").write_text("x\n")
    answer = CliRunner().invoke(main, words)
    assert answer.exit_code == 2, answer.output
    assert isinstance(answer.exception, SystemExit)
    assert "Traceback" not in answer.output
    assert all(len(line) < 1100 for line in answer.output.splitlines())
    assert {path.name for path in Path().iterdir()} == {"taken"}
