"""An installation without extras: the core works, and what needs an extra says which, before anything is computed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

SMALL = """\
name: small
years: 2025
world: 81x28
measures:
  - {type: tariff, by: USA, on: CHN, goods: goods, rate: 0.30}
"""
# a fresh interpreter in which nothing but the core's dependencies can be imported, then a list of commands
SLIM = """\
import importlib.metadata, json, re, sys
from importlib.abc import MetaPathFinder
from pathlib import Path

HIDDEN = {"fastapi", "uvicorn", "starlette", "distributed", "dask", "duckdb", "openpyxl", "pyarrow", "lxml", "polars"}


class Hides(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in HIDDEN:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


import importlib.util

there = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name.partition(".")[0] in HIDDEN else there(name, package)
sys.meta_path.insert(0, Hides())

from click.testing import CliRunner
from blocs.cli.main import main

for command in json.loads(sys.argv[1]):
    done = CliRunner().invoke(main, command)
    failed = done.exception is not None and not isinstance(done.exception, SystemExit)
    print(json.dumps([done.exit_code, repr(done.exception) if failed else "", done.stdout, done.stderr]))
assert not HIDDEN & set(sys.modules), HIDDEN & set(sys.modules)
"""
WORKS = (
    ["run", "small.yaml", "--out", "result"],
    ["ensemble", "small.yaml", "--draws", "4", "--workers", "0", "--json"],
    ["payments", "generate", "--payments", "50", "--out", "day.csv"],
    ["doctor", "--json", "--quick"],
)
NEEDS = {
    "web": ["serve"],
    "dask": ["ensemble", "small.yaml", "--draws", "2", "--dask"],
    "parquet": ["ensemble", "small.yaml", "--draws", "2", "--out", "draws"],
    "excel": ["run", "small.yaml", "--also", "excel"],
    "query": ["runs", "query", "select 1", "--folder", "."],
}


def test_the_core_works_and_names_the_extra_that_is_missing(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    commands = [*WORKS, *NEEDS.values(), ["payments", "generate", "--payments", "50", "--out", "day.parquet"]]
    done = subprocess.run(
        [sys.executable, "-c", SLIM, json.dumps(commands)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    for command, (code, failure, _, said) in zip(WORKS, answers, strict=False):
        assert code == 0, (command, failure, said)
    assert (tmp_path / "result" / "report.html").is_file()
    doctor = json.loads(answers[len(WORKS) - 1][2])
    assert doctor["ok"]
    for (extra, command), (code, failure, _, said) in zip(NEEDS.items(), answers[len(WORKS) :], strict=False):
        assert (code, failure) == (2, ""), (command, failure, said)
        assert f"blocs[{extra}]" in said, (command, said)
    assert "blocs[parquet]" in answers[-1][3]
    assert not (tmp_path / "draws").exists()
