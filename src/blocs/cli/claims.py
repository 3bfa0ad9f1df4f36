"""`blocs claims`: hold statements against data and model, by the rules of a ledger; templates for ledgers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from blocs.cli.progress import quiet_option, reporter

if TYPE_CHECKING:
    from blocs.claims.check import Checked, Checks

TEMPLATE = """\
# A ledger of claims. Check it with `blocs claims --ledger {file}`; docs/claims.md explains every key.
# Write thresholds before you look at numbers. Verdicts: supported, contradicted, depends, open, untestable.
schema: blocs.ledger/1
title: {name}
source: who says it, where, when

claims:
  # an observed series: `blocs data series` lists them
  - id: dollar-reserves
    statement: The dollar is more than half of the world's reserves.
    source: who says it
    vector: dollar          # trade, industry, debt, dollar, payments, minerals, power, ai
    computation:
      series: reserves.share
      where: {{currency: USD}}
      readings:
        - {{name: latest, take: last}}
        - {{name: change, change: [2020-Q1, 2025-Q1]}}
    rule:
      true_if: {{reading: latest, above: 50 %}}
    summary: "The dollar has {{latest:1}} of reserves; in five years its share changed by {{change:1}}."
    caveats: [Reserves whose currency is not reported are left out.]
    would_change: A quarter with a share under half.

  # a named computation: `blocs claims computations` lists them
  - id: open-models
    statement: Most open AI models come from the United States.
    source: who says it
    vector: ai
    computation:
      function: open-model-share
      with: {{country: USA, year: 2025}}
    rule:
      over: [large, notable]   # asked of each; where they disagree the verdict is `depends`
      true_if: {{above: 50 %}}

  # a scenario of the library, a file, or one written here; draws: true runs it over every uncertain number
  - id: tariffs-hurt-canada
    statement: A universal tariff of the United States costs Canada more than 1% of its welfare.
    source: who says it
    vector: trade
    computation:
      scenario: universal-tariff-10
      draws: false
      readings:
        - {{name: canada, outcome: welfare, of: CAN}}
    rule:
      true_if: {{reading: canada, below: -1 %}}
"""


class _Claims(click.Group):
    """A group whose arguments are those of `check` unless they begin with another of its commands."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ("-h", "--help")):
            args = ["check", *args]
        return super().parse_args(ctx, args)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        check = self.commands["check"]
        formatter.write_usage(ctx.command_path, "[ID]... [OPTIONS]")
        check.format_help_text(ctx, formatter)
        check.format_options(ctx, formatter)
        with formatter.section("Commands"):
            formatter.write_dl(
                [(n, c.get_short_help_str(90)) for n, c in self.commands.items() if n != "check"]
            )


@click.group(cls=_Claims)
def claims() -> None:
    """Hold claims against data and model."""


@claims.command(hidden=True)
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option(
    "--ledger",
    default=None,
    metavar="FILE",
    help="A ledger file, or one that comes with blocs: op-ed-2025 [default], counter-2025.",
)
@click.option("--data-only", is_flag=True, help="Leave out claims whose computation solves the model.")
@click.option(
    "--draws", type=click.IntRange(2), default=200, show_default=True, help="Draws of each ensemble."
)
@click.option("--workers", type=click.IntRange(1), help="Processes for ensembles [default: one a core].")
@click.option("--no-cache", is_flag=True, help="Solve anew; neither read nor write what was kept.")
@click.option(
    "--out",
    "--output",
    "out",
    type=click.Path(path_type=Path),
    help="Folder for claims.html, a page a claim, tables and figures.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
@quiet_option
def check(
    ids: tuple[str, ...],
    ledger: str | None,
    data_only: bool,
    draws: int,
    workers: int | None,
    no_cache: bool,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Hold claims against data and model: verdicts, with figures and their dates.

    Without ID all claims of the ledger; with one ID its readings, thresholds and sources. Verdicts follow from the
    rule in the ledger: supported, contradicted, depends, open, untestable. Results of the model are kept between runs.
    """
    from blocs.claims.check import check_claims
    from blocs.claims.computation import Context
    from blocs.claims.ledger import DEFAULT

    if out is not None:
        from blocs.report.folder import claim

        claim(out, overwrite=False)
    context = Context(draws, workers, progress=reporter(quiet, as_json))
    checks = check_claims(ledger or DEFAULT, ids, context=context, data_only=data_only, keep=not no_cache)
    if out is not None:
        from blocs.report.claims import save

        save(checks, out)
    if as_json:
        from blocs.claims.document import document

        click.echo(json.dumps(document(checks), ensure_ascii=False, allow_nan=False))
        return
    click.echo(_one(checks.claims[0]) if len(checks.claims) == 1 and ids else _all(checks))
    if out is not None:
        click.echo(f"\nReport: {out / 'claims.html'}")


@claims.command()
@click.argument("name")
@click.option("--overwrite", is_flag=True, help="Replace an existing file.")
def new(name: str, overwrite: bool) -> None:
    """Write NAME.yaml, a ledger to edit, into the current folder."""
    from blocs.claims.ledger import parse
    from blocs.errors import LedgerError
    from blocs.scenario.io import write_whole

    path = Path(name if name.endswith((".yaml", ".yml")) else f"{name}.yaml")
    if path.exists() and not overwrite:
        raise LedgerError("exists already; choose another name or add --overwrite", file=str(path))
    text = TEMPLATE.format(name=path.stem, file=path)
    parse(text, str(path))
    write_whole(path, text)
    click.echo(f"{path} written; edit it, then `blocs claims --ledger {path}`")


@claims.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
def computations(as_json: bool) -> None:
    """List the computations that a ledger can name, with their parameters."""
    from blocs.claims.registry import COMPUTATIONS

    rows = [
        {
            "name": one.name,
            "words": one.words,
            "model": one.model,
            "parameters": {
                name: {
                    "type": _type(field.annotation),
                    "required": field.is_required(),
                    "default": None if field.is_required() else field.default,
                }
                for name, field in one.parameters.model_fields.items()
            },
        }
        for one in COMPUTATIONS
    ]
    if as_json:
        document = {"schema": "blocs.claims.computations/1", "computations": rows}
        click.echo(json.dumps(document, ensure_ascii=False, default=str))
        return
    from blocs.cli.text import paragraph

    for row in rows:
        given = ", ".join(
            name if about["required"] else f"{name}={about['default']}"
            for name, about in row["parameters"].items()
        )
        kind = " (solves the model)" if row["model"] else ""
        click.echo(f"{row['name']}({given}){kind}\n{paragraph(row['words'], '    ')}")


def _type(annotation: Any) -> str:
    return getattr(annotation, "__name__", str(annotation)) if "[" not in str(annotation) else str(annotation)


def _all(checks: Checks) -> str:
    from blocs.claims.summary import number
    from blocs.cli.text import paragraph, table

    rows = []
    for one in checks.claims:
        reading = one.headline
        rows.append(
            {
                "claim": one.claim.id,
                "verdict": one.judgement.verdict,
                "figure": "" if reading is None else number(reading),
                "as of": "" if reading is None else reading.as_of,
            }
        )
    below = [one.claim.statement for one in checks.claims]
    lines = [
        checks.ledger.title,
        "",
        table(rows, ["claim", "verdict", "figure", "as of"], "llrl", below=below),
    ]
    counts: dict[str, int] = {}
    for one in checks.claims:
        counts[one.judgement.verdict] = counts.get(one.judgement.verdict, 0) + 1
    lines.append("\n" + ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items())) + ".")
    if checks.left_out:
        lines.append(paragraph(f"Left out, for they solve the model: {', '.join(checks.left_out)}."))
    lines.append("More on one: `blocs claims ID`. Pages and charts: `blocs claims --out FOLDER`.")
    return "\n".join(lines)


def _one(one: Checked) -> str:
    from blocs.claims.reading import paired
    from blocs.claims.summary import number, span
    from blocs.cli.text import paragraph, table

    claim, judgement = one.claim, one.judgement
    lines = [f"{claim.id}: {judgement.verdict}", paragraph(claim.statement, "  "), ""]
    if one.summary:
        lines += [paragraph(one.summary, "  "), ""]
    pairs = paired(one.evidence.readings)
    rows = [
        {"reading": r.name, "value": number(r), "5 to 95%": span(r), "full world": "" if twin is None else number(twin),
         "as of": r.as_of, "known": r.status}
        for r, twin in pairs
    ]  # fmt: skip
    if rows:
        drawn, twins = any(r.quantiles for r, _ in pairs), any(twin for _, twin in pairs)
        columns = ["reading", "value", *["5 to 95%"] * drawn, *["full world"] * twins, "as of", "known"]
        sides = "l" + "r" * (len(columns) - 3) + "ll"
        lines += [table(rows, columns, sides, below=[r.words for r, _ in pairs]), ""]
    lines += [paragraph(f"· {reason}") for reason in judgement.reasons]
    if judgement.stable is not None:
        near = [m.reading for m in judgement.margins if m.within_rounding]
        lines.append(
            f"· stable to rounding{': at its threshold, ' + ', '.join(near) if near else ''}"
            if judgement.stable
            else f"· not stable to rounding: {', '.join(near) or 'a reading'} is within rounding of its threshold"
        )
    for head, texts in (
        ("Missing", judgement.missing),
        ("Thresholds", (claim.thresholds,)),
        ("Caveats", claim.caveats),
        ("What would change the verdict", (claim.would_change,)),
        ("Notes", one.evidence.notes),
        ("Sources", one.sources),
    ):
        if any(texts):
            lines += ["", f"{head}:", *(paragraph(text, "  ") for text in texts if text)]
    return "\n".join(lines)
