"""Every command and snippet of the README and the docs runs, or is parsed and says here why it does not run.

Commands run in this process, in one folder a page, in the order in which the page gives them; code cells run where the
documentation is built.
"""

from __future__ import annotations

import ast
import json
import random
import re
from collections.abc import Sequence
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from documents import PAGES, ROOT, Block, blocks, inline, words

from blocs.cli.main import main
from blocs.scenario.schema import Scenario

README = "README.md"
BLOCKS = tuple(blocks())
COMMANDS = tuple((b.page, c) for b in BLOCKS if b.language in ("bash", "console") for c in b.commands)
# what the README names inside of its table runs too; inside of other pages' sentences it is parsed
TYPED = tuple(dict.fromkeys([*COMMANDS, *((page, command) for page, command in inline() if page == README)]))

# the same command made small by what the documents offer for it: another world, fewer draws, a smaller scenario
SMALLER = {
    "blocs run us-china-decoupling": "blocs run universal-tariff-10 --world 81x28",
    "blocs run my-tariff.yaml": "blocs run my-tariff.yaml --world 81x28",
    "blocs run SCENARIO": "blocs run small.yaml",
    "blocs run … --json": "blocs run small.yaml --json",
    "blocs ensemble SCENARIO --draws 1000 --out DIR": "blocs ensemble small.yaml --draws 4 --workers 0 --out draws",
    "blocs ensemble us-tariffs-2025-26 --draws 1000 --out tariffs": (
        "blocs ensemble small.yaml --draws 4 --workers 0 --out tariffs"
    ),
    "blocs ensemble us-tariffs-2025-26 --draws 4000 --out tariffs --resume": (
        "blocs ensemble small.yaml --draws 8 --workers 0 --out tariffs --resume"
    ),
    "blocs ensemble us-tariffs-2025-26 --draws 256 --sobol": (
        "blocs ensemble small.yaml --draws 2 --workers 0 --sobol"
    ),
    "blocs run us-tariffs-2025-26 --world 81x28 --out tariffs --also excel --also stata --also iamc --also parquet": (
        "blocs run small.yaml --out tariffs --also excel --also stata --also iamc --also parquet"
    ),
    "blocs attribute SCENARIO": "blocs attribute small.yaml",
    "blocs cite SCENARIO": "blocs cite small.yaml",
    "blocs minerals Ga": "blocs minerals Ga --no-ban",
    "blocs bubble prices.csv --lags auto --out report.html": (
        "blocs bubble prices.csv --lags auto --replications 99 --bootstrap 99 --out report.html"
    ),
    "blocs bubble SERIES.csv": "blocs bubble prices.csv --replications 99 --bootstrap 99",
    "blocs bubble prices.csv --replications 200 --bootstrap 99": (
        "blocs bubble prices.csv --replications 99 --bootstrap 99"
    ),
    "blocs claims": "blocs claims --data-only",
    "blocs claims --out report": "blocs claims usd-swift --out report",
    "blocs claims --ledger mine.yaml": "blocs claims --ledger mine.yaml --data-only",
    "blocs claims new": "blocs claims new mine",
    "blocs payments settle FILE --mode hybrid": "blocs payments settle day.csv --mode rtgs",
    "blocs payments generate --payments 20000 --out day.csv --accounts book.csv": (
        "blocs payments generate --payments 500 --out day.csv --accounts book.csv"
    ),
}
SERVER = "a server, which does not end: tests/api/test_serve.py starts it"
SOURCE = "reads the source data, which users bring"
CLUSTER = "needs a cluster: tests/unit/test_ensemble_scheduler.py starts a local one"
POWER = "takes long at its own size: tests/api/test_power_cli.py runs it small"
GAMES = "takes long at its own size: tests/api/test_games_cli.py runs it small"
DRAWS = "solves the model hundreds of times: tests/unit/test_claims_model.py runs such claims with few draws"
TIMING = "measures times, for minutes"
# beginning of a command -> why its options are parsed only
PARSED = {
    "blocs serve": SERVER,
    "blocs data build icio": SOURCE,
    "blocs run SCENARIO --world blocs-data": SOURCE,
    "blocs ensemble universal-tariff-10 --draws 32 --dask": CLUSTER,
    "blocs ensemble us-tariffs-2025-26 --draws 10000 --scheduler": CLUSTER,
    "blocs exposure": POWER,
    "blocs coalition": POWER,
    "blocs leverage": POWER,
    "blocs backtest": POWER,
    "blocs nash": GAMES,
    "blocs align": GAMES,
    "blocs claims stand-alone-vs-g7": DRAWS,
    "blocs claims --draws 1000": DRAWS,
}
# commands of other programs: beginning -> how they are checked
OTHERS = ("python", "python3", "pip", "dask", "curl", "eval")
# Python that is no code cell: first line -> why it is compiled and not run
NOT_RUN = {
    "import blocs, pymrio": "reads a file of EXIOBASE, which users bring; tests/unit/test_mrio.py reads such tables",
    "import pyam": "pyam is no dependency; tests/unit/test_exchange.py checks the form it reads",
    "from dask_jobqueue import SLURMCluster": "needs a SLURM cluster",
}
# beginning of a command -> (what it needs, how that comes about)
BEFORE = {
    "blocs runs query": ("runs", "blocs run small.yaml"),
    "blocs claims --ledger mine.yaml": ("mine.yaml", "blocs claims new mine"),
    "blocs payments settle": (
        "day.csv",
        "blocs payments generate --payments 500 --out day.csv --accounts book.csv",
    ),
}
# words that stand for something of the reader's
STANDS_FOR = {
    "SCENARIO": "small.yaml",
    "FILE": "day.csv",
    "DIR": "folder",
    "NAME": "mine",
    "FOLDER": "folder",
}

SMALL = """\
name: small
years: 2025
world: 81x28
measures:
  - {type: tariff, by: USA, on: CHN, goods: goods, rate: 0.30}
"""
SHOCKS = random.Random(7)
SERIES = "month,price\n" + "".join(
    f"{2015 + n // 12}-{n % 12 + 1:02d},{100 + 0.3 * n + SHOCKS.gauss(0.0, 4.0):.2f}\n" for n in range(96)
)
MINE = """\
my.price:
  title: Price
  unit: US$
  source: me
  table: prices.csv
  time: month
  value: price
  status: transcribed
"""


def reason(command: str) -> str | None:
    """Return why `command` is only parsed, or None."""
    return next((why for start, why in PARSED.items() if command.startswith(start)), None)


def plain(command: str) -> str:
    """Return a command without its comment."""
    return re.split(r"\s+#", command)[0].strip()


@pytest.fixture(scope="module")
def desks(tmp_path_factory) -> dict[str, Path]:
    """A folder for each page, with the files that the pages suppose."""
    folders = {}
    for number, page in enumerate(PAGES):
        folder = tmp_path_factory.mktemp(f"page{number}")
        (folder / "small.yaml").write_text(SMALL, encoding="utf-8")
        (folder / "prices.csv").write_text(SERIES, encoding="utf-8")
        if page.name == "use-your-own-series.md":
            (folder / "mine.yaml").write_text(MINE, encoding="utf-8")
        folders[str(page.relative_to(ROOT))] = folder
    return folders


@pytest.mark.parametrize(
    ("page", "command"), [(p, c) for p, c in TYPED if c.startswith("blocs ") and reason(c) is None]
)
def test_a_command_of_the_documents_runs(page: str, command: str, desks, monkeypatch) -> None:
    monkeypatch.chdir(desks[page])
    if command == "blocs run my-tariff.yaml":  # the page shows what the reader writes over the template
        text = next(b.text for b in BLOCKS if b.page == README and b.language == "yaml")
        Path("my-tariff.yaml").write_text(text, encoding="utf-8")
    for start, needed in BEFORE.items():
        if command.startswith(start) and not Path(needed[0]).exists():
            call(needed[1])
    done = call(SMALLER.get(plain(command), plain(command)))
    assert done.exit_code == 0, f"{done.stderr}\n{done.exception!r}"
    if "--json" in command:
        json.loads(done.stdout)


def call(command: str):
    """Run a blocs command in this process."""
    return CliRunner().invoke(main, words(command)[1:])


def parse(command: str, monkeypatch) -> str:
    """Read the command's options as click does, without doing anything; return what is wrong with them."""
    args = [STANDS_FOR.get(word, word) for word in words(command)[1:] if word != "…"]
    with monkeypatch.context() as still:
        still.setattr(click.Command, "invoke", lambda *_: None)  # a group calls it for what it holds
        done = CliRunner().invoke(main, args)
    assert done.exception is None or isinstance(done.exception, SystemExit), repr(done.exception)
    return done.stderr if done.exit_code else ""


@pytest.mark.parametrize(
    ("page", "command"),
    list(
        dict.fromkeys(
            [(p, c) for p, c in TYPED if c.startswith("blocs ") and reason(c) is not None]
            + [(p, c) for p, c in inline() if c.startswith("blocs ") and p != README]
        )
    ),
)
def test_options_that_the_documents_name_exist(page: str, command: str, desks, monkeypatch) -> None:
    monkeypatch.chdir(desks[page])
    for name in ("day.csv", "my-borders.geojson"):
        Path(name).touch()
    wrong = parse(command, monkeypatch)
    named_only = (page, command) not in TYPED  # a sentence may name a command without its arguments
    assert not wrong or (named_only and "Missing " in wrong), wrong


def test_wrong_options_are_seen_without_running(monkeypatch) -> None:
    assert "No such option" in parse("blocs run small.yaml --fast", monkeypatch)
    assert "unknown command" in parse("blocs rnu small.yaml", monkeypatch)
    assert "Missing argument" in parse("blocs run --json", monkeypatch)
    assert parse("blocs nash --players USA,CHN", monkeypatch) == ""


@pytest.mark.parametrize(("page", "command"), [(p, c) for p, c in COMMANDS if not c.startswith("blocs ")])
def test_commands_of_other_programs_name_what_is_there(page: str, command: str) -> None:
    program, *args = words(command)
    assert program in OTHERS, f"{page}: nobody checks {command!r}"
    if page == README:
        assert "&&" in args, "the README's two commands are run by the gate, .ci/run"
    elif program == "python":
        scripts = [a for a in args if a.endswith(".py") or a.startswith(("benchmarks", "tests"))]
        assert scripts, command
        assert all((ROOT / a).exists() for a in scripts), command
        source = "".join((ROOT / a).read_text(encoding="utf-8") for a in scripts if a.endswith(".py"))
        if "-m" not in args:
            assert all(f'"{a}"' in source for a in args if a.startswith("--")), command
    elif program == "curl":  # the body is a scenario; tests/api/test_web.py posts such ones
        Scenario.from_dict(json.loads(args[args.index("-d") + 1]))
    elif program == "eval":
        done = CliRunner().invoke(main, [], prog_name="blocs", env={"_BLOCS_COMPLETE": "bash_source"})
        assert "complete" in done.stdout
    elif program == "dask":
        scheduler = pytest.importorskip(
            "distributed.cli.dask_" + args[0], reason="distributed is not installed"
        )
        known = {option for parameter in scheduler.main.params for option in parameter.opts}
        assert {a for a in args if a.startswith("--")} <= known


def test_extras_that_the_documents_name_exist() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for page in PAGES:
        for named in re.findall(r"'?(?:blocs|\.)\[([a-z,]+)\]", page.read_text(encoding="utf-8")):
            assert set(named.split(",")) <= set(project["optional-dependencies"]), f"{page.name}: {named}"


@pytest.mark.parametrize(
    "block", [b for b in BLOCKS if b.language == "python"], ids=lambda b: f"{b.page}:{b.line}"
)
def test_python_of_the_documents_runs(block: Block, tmp_path: Path, monkeypatch) -> None:
    first = block.text.splitlines()[0]
    if any(first.startswith(start) for start in NOT_RUN):
        ast.parse(block.text)
        return
    monkeypatch.chdir(tmp_path)
    small = block.text.replace("load_world()", 'load_world("81x28")')
    exec(compile(small, f"{block.page}:{block.line}", "exec"), {})


@pytest.mark.parametrize(
    "block", [b for b in BLOCKS if b.language == "yaml"], ids=lambda b: f"{b.page}:{b.line}"
)
def test_yaml_of_the_documents_is_read(block: Block, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    if block.text.startswith("computation:"):
        from blocs.claims.ledger import parse as ledger

        inner = "".join(f"    {line}\n" for line in block.text.splitlines())
        claim = "  - id: a\n    statement: b\n    source: c\n    vector: trade\n    rule: {open: not asked}\n"
        ledger(f"schema: blocs.ledger/1\ntitle: t\nsource: s\nclaims:\n{claim}{inner}", "documents.yaml")
        return
    text = block.text if "name:" in block.text else f"{SMALL}{block.text}"
    Path("given.yaml").write_text(text, encoding="utf-8")
    assert Scenario.load("given.yaml").measures


def test_every_block_is_of_a_kind_that_somebody_checks() -> None:
    kinds = {"bash", "console", "python", "yaml", "json", "text"}
    for block in BLOCKS:
        where = f"{block.page}:{block.line}"
        if block.language == "json":
            json.loads(block.text)
        if block.language == "text":
            assert not block.looks_like_commands, f"{where}: commands belong into bash or console"
        assert block.language in kinds or block.language.startswith("{"), f"{where}: {block.info!r}"


def test_code_cells_are_on_pages_that_the_docs_build_runs() -> None:
    conf = (ROOT / "docs" / "conf.py").read_text(encoding="utf-8")
    assert 'nb_execution_mode = "force"' in conf
    assert "nb_execution_raise_on_error = True" in conf
    for block in BLOCKS:
        if block.language == "{code-cell}":
            head = (ROOT / block.page).read_text(encoding="utf-8")[:60]
            assert head.startswith("---\nfile_format: mystnb"), f"{block.page} has cells that nobody runs"


def test_every_exception_is_still_needed() -> None:
    typed = [command for _, command in TYPED]
    named = [*typed, *(command for _, command in inline())]
    unused: list[Sequence[str] | str] = [s for s in SMALLER if s not in map(plain, typed)]
    unused += [start for start in PARSED if not any(c.startswith(start) for c in named)]
    firsts = [b.text.splitlines()[0] for b in BLOCKS if b.language == "python"]
    unused += [start for start in NOT_RUN if not any(f.startswith(start) for f in firsts)]
    assert not unused
