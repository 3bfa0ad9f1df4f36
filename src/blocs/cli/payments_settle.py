"""`blocs payments settle` and `blocs payments generate`: a day of payments in, what became of each out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from blocs.settlement.accounts_file import AccountRows
    from blocs.settlement.intake import Submissions
    from blocs.settlement.rules import Rules
    from blocs.settlement.settle import Settlement

_FILE = click.Path(path_type=Path)
CORE = 8  # banks in the core of a synthetic day


@click.command()
@click.argument("file", type=_FILE)
@click.option(
    "--mode",
    type=click.Choice(["rtgs", "dns", "hybrid"]),
    help="How to settle [default: the rules', else rtgs].",
)
@click.option(
    "--rules",
    "system",
    type=click.Choice(["cips", "fedwire", "target"]),
    help="Rules of a system like this one.",
)
@click.option(
    "--accounts", type=_FILE, help="CSV participant,balance,credit_limit[,currency] [default: zero balances]."
)
@click.option("--limits", type=_FILE, help="CSV payer,payee,limit: most that payer may have sent payee net.")
@click.option(
    "--events",
    type=_FILE,
    help="CSV time,event,participant[,amount]: open, suspend, cut_off, fund, withdraw.",
)
@click.option(
    "--queue", "order", type=click.Choice(["fifo", "priority", "value"]), help="Order of the queues."
)
@click.option("--bypass/--no-bypass", default=None, help="Let payments that fit pass one that does not.")
@click.option("--split", "parts", type=click.IntRange(1, 100), help="Most parts a payment may be settled in.")
@click.option("--cycles", help="Times of multilateral netting, HH:MM,HH:MM,…")
@click.option("--interval", type=click.IntRange(1, 86_400), help="Seconds between multilateral offsettings.")
@click.option("--open", "opens", metavar="HH:MM", help="Settlement begins.")
@click.option("--cut-off", metavar="HH:MM", help="Submissions from then on are rejected.")
@click.option("--close", metavar="HH:MM", help="Settlement ends; what waits is returned.")
@click.option("--currency", help="Currency of the run [default: that of the first payment].")
@click.option("--xsd", type=_FILE, help="Schema file to validate the messages against first (needs lxml).")
@click.option("--out", type=_FILE, help="Folder for tables, figures and a report.")
@click.option("--overwrite", is_flag=True, help="Replace an earlier result in that folder.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
def settle(
    file: Path, mode: str | None, system: str | None, accounts: Path | None, limits: Path | None, events: Path | None,
    out: Path | None, overwrite: bool, as_json: bool, currency: str | None, xsd: Path | None, **options: Any,
) -> None:  # fmt: skip
    """Settle FILE: CSV id,time,payer,payee,amount,currency, Parquet, or ISO 20022 pacs.008 and pacs.009 messages.

    Every submission ends settled, returned or rejected; what is wrong in the file is listed with its place.
    """
    from blocs.report.folder import claim
    from blocs.settlement.accounts_file import read_accounts
    from blocs.settlement.document import document
    from blocs.settlement.files import read
    from blocs.settlement.money import decimals

    rules = _rules(mode, system, options)
    if currency is not None:
        decimals(currency)
    if out is not None:
        claim(out, overwrite)
    book = read_accounts(accounts) if accounts is not None else None
    submissions = read(file, book, currency, xsd)
    results = [
        _settle(submissions, code, book, rules, limits, events) for code in sorted(submissions.payments)
    ]
    described = document(submissions, results)
    if out is not None:
        from blocs.report.settlement_folder import save

        save(submissions, results, described, out, source=file.name, overwrite=overwrite)
    if as_json:
        click.echo(json.dumps(described, ensure_ascii=False))
    else:
        click.echo(_text(described, submissions, out))


def _settle(
    submissions: Submissions, currency: str, book: AccountRows | None, rules: Rules, limits: Path | None,
    events: Path | None,
) -> Settlement:  # fmt: skip
    from blocs.settlement.accounts_file import read_events, read_limits
    from blocs.settlement.payments import Accounts
    from blocs.settlement.settle import settle as run

    payments = submissions.payments[currency]
    accounts = (
        Accounts.empty(payments.participants)
        if book is None
        else book.accounts(payments.participants, currency)
    )
    if limits is not None:
        accounts = replace(accounts, pair_limits=read_limits(limits, currency))
    return run(payments, accounts, rules, read_events(events, currency) if events is not None else ())


def _rules(mode: str | None, system: str | None, options: dict[str, Any]) -> Rules:
    """Return the rules that the options ask for."""
    from blocs.settlement.rules import Rules, preset

    rules = preset(system, mode) if system else Rules.of(mode or "rtgs")
    changes: dict[str, Any] = {
        name: options[name] for name in ("order", "bypass", "parts") if options[name] is not None
    }
    for option, name in (("opens", "open"), ("cut_off", "cut_off"), ("close", "close")):
        if options[option] is not None:
            changes[name] = _time(options[option], f"--{name.replace('_', '-')}")
    if "close" in changes and "cut_off" not in changes:
        changes["cut_off"] = min(rules.cut_off, changes["close"])
    if options["interval"] is not None:
        changes["interval"] = 1000 * options["interval"]
    if options["cycles"] is not None:
        changes["cycles"] = tuple(
            sorted(_time(text.strip(), "--cycles") for text in options["cycles"].split(","))
        )
    return replace(rules, **changes)


def _time(text: str, option: str) -> int:
    from blocs.errors import DataError
    from blocs.settlement.clock import milliseconds

    try:
        return milliseconds(text if text.count(":") == 2 else f"{text}:00")
    except ValueError as error:
        raise DataError(f"{option} {text!r} is no time of the day; write it as HH:MM") from error


def _text(described: dict[str, Any], submissions: Submissions, out: Path | None) -> str:
    """Return what a person wants to know first."""
    lines = [
        f"{described['submitted_count']:,} submitted: {described['settled_count']:,} settled, "
        f"{described['returned_count']:,} returned, {described['rejected_count']:,} rejected."
    ]
    for part in described.get("currencies", [described] if "currency" in described else []):
        lines += [
            f"{part['currency']} {_grouped(part['settled_value'])} settled ({part['mode']}) with "
            f"{_grouped(part['liquidity_used'])} of liquidity; bounds {_grouped(part['liquidity_lower_bound'])} "
            f"to {_grouped(part['liquidity_upper_bound'])}.",
            f"Delay indicator {part['delay_indicator']:.4f}; {part['queue']['count']:,} queued, at most "
            f"{part['queue']['peak_count']:,} at a time, median wait {part['queue']['median_wait_seconds']:,.0f} s.",
        ]
    for reject in submissions.rejects[:5]:
        lines.append(f"rejected {reject.code} {reject.place}: {reject.reason}")
    if len(submissions.rejects) > 5:
        lines.append(
            f"… and {len(submissions.rejects) - 5:,} more" + (", see rejects.csv" if out else "; see --out")
        )
    if out is not None:
        lines.append(f"Report: {out / 'report.html'}")
    return "\n".join(lines)


def _grouped(text: str) -> str:
    whole, point, fraction = text.partition(".")
    return f"{int(whole):,}{point}{fraction}"


@click.command()
@click.option(
    "--payments",
    "count",
    default=10_000,
    show_default=True,
    type=click.IntRange(1, 100_000_000),
    help="Payments of the day.",
)
@click.option(
    "--banks",
    default=50,
    show_default=True,
    type=click.IntRange(2, 100_000),
    help="Banks that pay and are paid.",
)
@click.option(
    "--core",
    type=click.IntRange(1),
    help=f"Banks in the core, through which most payments go [default: {CORE}, or all where there are fewer].",
)
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0), help="Seed of the draws.")
@click.option("--currency", default="CNY", show_default=True, help="Currency of all payments, ISO 4217.")
@click.option(
    "--liquidity", default=0.3, show_default=True, type=click.FloatRange(0.0, 10.0),
    help="Balances: 0 is the net outflow of the day, 1 lets everything settle at once.",
)  # fmt: skip
@click.option("--out", type=_FILE, required=True, help="File to write: .csv, .parquet, or .xml for messages.")
@click.option(
    "--message",
    type=click.Choice(["pacs.008", "pacs.009"]),
    default="pacs.008",
    show_default=True,
    help="Of .xml: customers' payments (008) or banks' own (009).",
)
@click.option("--accounts", type=_FILE, help="Write the banks' accounts to this CSV file too.")
@click.option("--overwrite", is_flag=True, help="Replace existing files.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
def generate(
    count: int, banks: int, core: int | None, seed: int, currency: str, liquidity: float, out: Path, message: str,
    accounts: Path | None, overwrite: bool, as_json: bool,
) -> None:  # fmt: skip
    """Make up a day of payments between a few core banks and many others. The same options give the same files."""
    from blocs.errors import DataError
    from blocs.settlement.generate import Synthetic
    from blocs.settlement.generate import generate as make
    from blocs.settlement.write import write_accounts, write_payments

    for path in (out, accounts):
        if path is not None and path.exists() and not overwrite:
            raise DataError(f"{path} exists already; choose another name or add --overwrite")
    core = min(CORE, banks) if core is None else core
    payments, book = make(Synthetic(count, banks, core, seed, currency, liquidity))
    write_payments(payments, out, message)
    if accounts is not None:
        write_accounts(book, accounts, currency)
    if as_json:
        content = {"schema": "blocs.payments-generate/1", "payments": count, "banks": banks, "currency": currency,
                   "seed": seed, "file": str(out), "accounts": str(accounts) if accounts else None}  # fmt: skip
        click.echo(json.dumps(content, ensure_ascii=False))
    else:
        also = f" --accounts {accounts}" if accounts else ""
        click.echo(f"{out} written; settle it with `blocs payments settle {out} --mode hybrid{also}`")
