"""`blocs scenarios`, `blocs new` and `blocs schema`: find, start and describe scenario files."""

from __future__ import annotations

import json
from pathlib import Path

import click

TEMPLATE = """\
# A blocs scenario. Check it with `blocs run {file}`; every key is described by `blocs schema`.
name: {name}
title: One line that says what happens
description: >-
  Plain words: what is done, to whom, and which question it answers.
world: 81x50                 # 81 regions x 50 industries; 81x28 is faster
years: 2025-2027
elasticities: fontagne2022   # published trade elasticities
closure: fixed               # trade deficits: fixed share of world income, or balanced
measures:
  # an added duty, as a fraction: 0.25 is 25 percentage points
  - {{type: tariff, by: USA, on: [G20, -USA], goods: manufacturing, rate: 0.25, years: 2025-}}
  # a resource cost of trading: paperwork, detours, insurance
  - {{type: trade_cost, between: [EU27, CHN], goods: chips_electronics, cost: 0.10, years: 2026-}}
  # no trade at all
  - {{type: embargo, by: USA, on: RUS, flows: both, goods: all, years: 2027-}}
"""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
def scenarios(as_json: bool) -> None:
    """List the scenarios of the library: what each does, and what it leaves out."""
    from blocs.scenario.io import library, load

    found = [load(name) for name in library()]
    if as_json:
        content = [
            {
                "name": s.name,
                "title": s.title,
                "description": s.description,
                "leaves_out": s.leaves_out,
                "years": str(s.years),
                "measures": s.plain_words(),
                "sources": s.sources,
            }
            for s in found
        ]
        click.echo(json.dumps({"schema": "blocs.scenarios/1", "scenarios": content}, ensure_ascii=False))
        return
    for scenario in found:
        click.echo(f"{scenario.name}  ({scenario.years})\n    {scenario.title}")
        for sentence in scenario.plain_words():
            click.echo(f"      · {sentence}")
        click.echo("")
    click.echo("Run one with `blocs run NAME`, start your own with `blocs new NAME`.")


@click.command()
@click.argument("name")
@click.option("--like", help="Start from this scenario of the library instead of the template.")
@click.option("--overwrite", is_flag=True, help="Replace an existing file.")
def new(name: str, like: str | None, overwrite: bool) -> None:
    """Write NAME.yaml, a scenario to edit, into the current folder."""
    from blocs.errors import ScenarioError
    from blocs.scenario.io import library, load, parse, write_whole

    path = Path(name if name.endswith((".yaml", ".yml")) else f"{name}.yaml")
    if path.exists() and not overwrite:
        raise ScenarioError("exists already; choose another name or add --overwrite", file=str(path))
    if like is None:
        text = TEMPLATE.format(name=path.stem, file=path)
    else:
        load(like)  # says what is wrong with the name
        original = library()[like].read_text(encoding="utf-8")
        text = original.replace(f"name: {like}", f"name: {path.stem}", 1)
    parse(text, str(path))
    write_whole(path, text)
    click.echo(f"{path} written; edit it, then `blocs run {path}`")


@click.command()
def schema() -> None:
    """Print the JSON Schema of scenario files.

    Point your editor at it: save it as scenario.schema.json and start a scenario with
    `# yaml-language-server: $schema=scenario.schema.json`.
    """
    from blocs.scenario.schema import Scenario

    click.echo(json.dumps(Scenario.model_json_schema(), indent=2, ensure_ascii=False))
