"""Mutation testing: change one operator, comparison or number of a module at a time and see whether its tests notice.

    python benchmarks/mutants.py money --limit 40         # a sample of the changes, drawn with --seed
    python benchmarks/mutants.py --list                   # modules and their tests

A change that no test notices survives: either a test is missing or the change means nothing. Each is printed with its
line. Every mutant runs in a fork of a process that has the libraries loaded but nothing of blocs. Numba's kernels are
no targets: their callers would take the compiled copy of the unchanged one from the cache.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib.abc
import importlib.util
import os
import random
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).resolve().parents[1]
_TABLES, _INPUT, _FILES = (f"tests/unit/test_payment_{name}.py" for name in ("tables", "input", "files"))
_FIELDS, _MESSAGES, _SHAPES = (f"tests/unit/test_pacs_{name}.py" for name in ("fields", "messages", "shapes"))
_HOUSE = "tests/property/test_settlement.py"
TARGETS: dict[str, tuple[str, list[str]]] = {
    "money": ("blocs.settlement.money", [_FILES, _TABLES]),
    "clock": ("blocs.settlement.clock", [_FILES, _TABLES]),
    "tables": ("blocs.settlement.tables", [_FILES, _TABLES]),
    "intake": ("blocs.settlement.intake", [_FILES, _FIELDS, _TABLES]),
    "accounts-file": ("blocs.settlement.accounts_file", [_FILES, _TABLES]),
    "files": ("blocs.settlement.files", [_FILES, _FIELDS, _MESSAGES]),
    "write": ("blocs.settlement.write", [_FILES, _FIELDS, _TABLES]),
    "generate": ("blocs.settlement.generate", [_FILES, _TABLES]),
    "pacs": ("blocs.settlement.pacs", [_FIELDS, _MESSAGES, _SHAPES]),
    "pacs-feed": ("blocs.settlement.pacs_feed", [_FIELDS, _MESSAGES, _SHAPES]),
    "pacs-paths": ("blocs.settlement.pacs_paths", [_FIELDS, _MESSAGES]),
    "pacs-rules": ("blocs.settlement.pacs_rules", [_FIELDS, _MESSAGES]),
    "pacs-schema": ("blocs.settlement.pacs_schema", [_FIELDS, _MESSAGES]),
    "pacs-shapes": ("blocs.settlement.pacs_shapes", [_FIELDS, _SHAPES]),
    "pacs-write": ("blocs.settlement.pacs_write", [_FIELDS, _FILES, _MESSAGES]),
    "rules": ("blocs.settlement.rules", [_INPUT, _HOUSE]),
    "payments": ("blocs.settlement.payments", [_INPUT, _FILES]),
    "settle": ("blocs.settlement.settle", [_INPUT, _HOUSE]),
    "metrics": ("blocs.settlement.metrics", [_INPUT, _FILES, _HOUSE]),
    "accounts": ("blocs.world.accounts", ["tests/unit/test_accounts.py", "tests/unit/test_world_files.py"]),
    "aggregate": ("blocs.world.aggregate", ["tests/unit/test_accounts.py", "tests/unit/test_world.py"]),
    "balance": ("blocs.world.balance", ["tests/property/test_balance.py"]),
    "inputs": ("blocs.world.inputs", ["tests/property/test_balance.py"]),
    "look-through": ("blocs.world.look_through", ["tests/property/test_look_through.py"]),
    "mrio": ("blocs.world.mrio", ["tests/unit/test_mrio.py"]),
    "series": ("blocs.world.series", ["tests/unit/test_series.py"]),
    "nests": ("blocs.engine.nests", ["tests/property/test_oracle.py", "tests/property/test_engine.py"]),
    "prices": ("blocs.engine.prices", ["tests/property/test_oracle.py", "tests/property/test_engine.py"]),
    "flows": ("blocs.engine.flows", ["tests/property/test_oracle.py", "tests/property/test_engine.py"]),
    "factors": ("blocs.engine.factors", ["tests/property/test_oracle.py", "tests/property/test_engine.py"]),
    "sweep": ("blocs.engine.problem", ["tests/property/test_oracle.py", "tests/property/test_engine.py"]),
    "step": ("blocs.engine.update", ["tests/property/test_oracle.py", "tests/property/test_engine.py"]),
    "anderson": ("blocs.engine.anderson", ["tests/property/test_engine.py", "tests/property/test_starts.py"]),
    "quotas": ("blocs.engine.quotas", ["tests/property/test_quotas.py"]),
    "welfare": ("blocs.engine.welfare", ["tests/property/test_engine.py"]),
    "gmres": ("blocs.engine.gmres", ["tests/property/test_derivatives.py"]),
}
LIBRARIES = (
    "numpy",
    "scipy.sparse.linalg",
    "pandas",
    "xarray",
    "pydantic",
    "hypothesis",
    "pytest",
    "ruamel.yaml",
    "jax",
)
OPERATORS: dict[type, type] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
    ast.Pow: ast.Mult, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.And: ast.Or, ast.Or: ast.And, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot,
    ast.IsNot: ast.Is, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.USub: ast.UAdd, ast.UAdd: ast.USub,
}  # fmt: skip
NAMES = {"maximum": "minimum", "minimum": "maximum", "max": "min", "min": "max", "argmax": "argmin", "argmin": "argmax",
         "all": "any", "any": "all", "log": "log1p", "exp": "expm1", "sum": "mean", "True": "False"}  # fmt: skip


def places(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield (number of the node in `ast.walk`, kind of change); texts of errors and annotations are left alone."""
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign | ast.arg):
            skipped |= {id(part) for part in ast.walk(node.annotation)} if node.annotation else set()
        if isinstance(node, ast.FunctionDef) and node.returns:
            skipped |= {id(part) for part in ast.walk(node.returns)}
        if isinstance(node, ast.Raise | ast.JoinedStr):  # the words of errors
            skipped |= {id(part) for part in ast.walk(node)}
    for number, node in enumerate(ast.walk(tree)):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.BinOp | ast.BoolOp | ast.UnaryOp) and type(node.op) in OPERATORS:
            yield number, "op"
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield number, "not"
        elif isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in OPERATORS:
            yield number, "compare"
        elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
            yield number, "number"
        elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
            yield number, "truth"
        elif isinstance(node, ast.Attribute) and node.attr in NAMES:
            yield number, "name"
        elif isinstance(node, ast.If | ast.While | ast.IfExp):
            yield number, "never"


def changed(tree: ast.AST, number: int, kind: str) -> tuple[ast.AST, str]:
    """Return a copy of `tree` with one node changed, and the change in words."""
    tree = copy.deepcopy(tree)
    node: Any = list(ast.walk(tree))[number]
    before = ast.unparse(node.test if kind == "never" else node)
    if kind == "op":
        node.op = OPERATORS[type(node.op)]()
    elif kind == "not":
        node.op = ast.UAdd()
        node.operand = ast.Call(ast.Name("bool", ast.Load()), [node.operand], [])
    elif kind == "compare":
        node.ops = [OPERATORS[type(node.ops[0])]()]
    elif kind == "number":
        node.value = node.value + 1 if isinstance(node.value, int) else node.value * 1.5 + 0.25
    elif kind == "truth":
        node.value = not node.value
    elif kind == "name":
        node.attr = NAMES[node.attr]
    else:
        node.test = ast.Constant(False)
    after = ast.unparse(node.test if kind == "never" else node)
    return ast.fix_missing_locations(tree), f"line {node.lineno}: {before}  ->  {after}"


class Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives the changed module to whoever imports it."""

    def __init__(self, name: str, path: Path, tree: ast.AST) -> None:
        self.name, self.path, self.tree = name, path, tree

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
        if fullname != self.name:
            return None
        return importlib.util.spec_from_file_location(fullname, self.path, loader=self)  # type: ignore[arg-type] - a loader

    def create_module(self, spec: Any) -> None:
        return None

    def exec_module(self, module: Any) -> None:
        exec(compile(self.tree, str(self.path), "exec"), module.__dict__)  # type: ignore[arg-type] - a module's tree


def noticed(finder: Changed | None, tests: list[str], seconds: int) -> tuple[bool, float]:
    """Run `tests` in a fork on the changed module; say whether one failed, crashed or hung, and CPU seconds."""
    child = os.fork()
    if child == 0:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        if finder is not None:
            sys.meta_path.insert(0, finder)
        import pytest

        os._exit(int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", *tests])))
    _, status, usage = os.wait4(child, 0)
    return status != 0, usage.ru_utime + usage.ru_stime


def run(name: str, limit: int, seed: int) -> None:
    """Print what became of each mutant of one target, and the count."""
    module, tests = TARGETS[name]
    path = ROOT / "src" / Path(*module.split(".")).with_suffix(".py")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    failed, base = noticed(None, tests, 600)
    if failed:
        raise SystemExit(f"{name}: {' '.join(tests)} fail without any change")
    todo = list(places(tree))
    chosen = sorted(random.Random(seed).sample(todo, min(limit, len(todo))))
    survivors, began = [], time.perf_counter()
    for number, kind in chosen:
        mutant, words = changed(tree, number, kind)
        if not noticed(Changed(module, path, mutant), tests, int(10 * base) + 30)[0]:
            survivors.append(words)
            click.echo(f"  survives {name}, {words}")
    click.echo(
        f"{name}: {len(chosen) - len(survivors)} of {len(chosen)} noticed ({len(todo)} possible; tests "
        f"take {base:.1f} s, all {time.perf_counter() - began:.0f} s)"
    )


def main() -> None:
    """Read the command line."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("targets", nargs="*", help=f"default: all of {', '.join(TARGETS)}")
    asked.add_argument("--limit", type=int, default=40, help="mutants a module (default 40)")
    asked.add_argument("--seed", type=int, default=1, help="of the sample")
    asked.add_argument("--list", action="store_true", help="list modules and tests")
    given = asked.parse_args()
    unknown = [name for name in given.targets if name not in TARGETS]
    if unknown:
        asked.error(f"unknown target {unknown[0]!r}; choose from {', '.join(TARGETS)}")
    if given.list:
        for name, (module, tests) in TARGETS.items():
            click.echo(f"{name:14} {module:36} {' '.join(tests)}")
        return
    sys.dont_write_bytecode = True
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT / "src"))
    for library in LIBRARIES:
        importlib.import_module(library)
    for name in given.targets or TARGETS:
        run(name, given.limit, given.seed)


if __name__ == "__main__":
    main()
