"""The key findings in words, computed from the same tables as the figures."""

from __future__ import annotations

from typing import Any

from blocs.report.cases import Case, converged_years, named_groups, named_regions
from blocs.report.panels import regions_of
from blocs.report.tables import EXPORTS, IMPORTS, regional_table, rerouting_table
from blocs.report.words import NOISE, dollars, listed, percent, the
from blocs.study.run import Run

BARELY = 0.01  # %: changes below it are counted as barely noticeable

Record = dict[str, Any]


def findings(run: Run, chosen: Case) -> list[str]:
    """Return the findings of the chosen year: the parties, who loses and gains most, the world, trade, the path."""
    year, outcome = chosen
    rows = regions_of(run, chosen).records()
    if not any(abs(row["welfare"]) > NOISE for row in rows):
        why = "" if run.scenario.measures else ": the scenario has no measures, so this is the base itself"
        return [
            f"Nothing changes in {year}{why}. Welfare changes by {percent(0.0)} in all {len(rows)} regions."
        ]
    return [
        *_parties(run, chosen, rows),
        _count(rows),
        *_extremes(rows),
        _world(rows, float(outcome.base.accounts.absorption.sum())),
        *_trade(run, year),
        *_path(run, chosen),
    ]


def _parties(run: Run, chosen: Case, rows: list[Record]) -> list[str]:
    """Say what the measures mean for the regions and groups they name; a group is the sum of its members."""
    year, outcome = chosen
    by_code = {row["region"]: row for row in rows}
    base = dict(zip(outcome.base.regions, outcome.base.accounts.absorption.tolist(), strict=True))
    sides = {the(code): (code,) for code in named_regions(run)} | named_groups(run, year)
    parts = []
    for name, codes in list(sides.items())[:6]:
        dollar = sum(by_code[code]["welfare_usd"] for code in codes)
        change = 100.0 * dollar / sum(base[code] for code in codes)
        parts.append(f"{name} {_plus(change)}{percent(change)} ({dollars(dollar)})")
    return [f"Welfare of those the measures name: {listed(parts)}."] if parts else []


def _plus(value: float) -> str:
    return "+" if value > NOISE else ""


def _count(rows: list[Record]) -> str:
    losses = [row for row in rows if row["welfare"] < -NOISE]
    gains = [row for row in rows if row["welfare"] > NOISE]
    same = len(rows) - len(losses) - len(gains)
    small = sum(NOISE < abs(row["welfare"]) < BARELY for row in rows)
    text = f"{len(losses)} of {len(rows)} regions lose, {len(gains)} gain"
    text += f", {same} are as before" if same else ""
    return text + (
        f"; {small} of these changes {'is' if small == 1 else 'are'} smaller than {BARELY:g}%."
        if small
        else "."
    )


def _extremes(rows: list[Record]) -> list[str]:
    found = []
    for word, sign in (("loss", 1.0), ("gain", -1.0)):
        relative = min(rows, key=lambda row: sign * row["welfare"])
        absolute = min(rows, key=lambda row: sign * row["welfare_usd"])
        if sign * relative["welfare"] >= -NOISE:
            found.append(f"No region {'loses' if word == 'loss' else 'gains'}.")
            continue
        text = f"The largest {word} relative to its size is that of {the(relative['region'])}: "
        text += (
            f"{percent(relative['welfare'])} of its base absorption ({dollars(relative['welfare_usd'])}). "
        )
        if absolute is relative:
            text += "It is also the largest in US$."
        else:
            text += f"In US$ it is that of {the(absolute['region'])}: {dollars(absolute['welfare_usd'])} "
            text += f"({percent(absolute['welfare'])})."
        found.append(text)
    return found


def _world(rows: list[Record], absorption: float) -> str:
    total = sum(row["welfare_usd"] for row in rows)
    verb = "loses" if total < 0.0 else "gains"
    return (
        f"The world as a whole {verb} {dollars(abs(total))} a year, {percent(100.0 * abs(total) / absorption)} of its "
        "base absorption (sum of equivalent variations over all regions)."
    )


def _trade(run: Run, year: int | None) -> list[str]:
    """Say what happens to the flow that changes most, and who takes its place."""
    rows = rerouting_table(run, year).records()
    if not rows:
        return []
    buyer = next(row["region"] for row in rows if row["side"] == IMPORTS)
    seller = next(row["region"] for row in rows if row["side"] == EXPORTS)
    bought = [row for row in rows if row["side"] == IMPORTS and row["region"] == buyer]
    sold = [row for row in rows if row["side"] == EXPORTS and row["region"] == seller]
    flow = next(row for row in bought if row["partner"] == seller)
    verb = "fall" if flow["change_usd"] < 0.0 else "rise"
    text = (
        f"The trade flow that changes most: goods from {the(seller)} to {the(buyer)} {verb} by "
        f"{dollars(abs(flow['change_usd']))} ({percent(flow['change'])})."
    )
    if flow["change_usd"] < 0.0:
        text += _replaced(bought, f"{the(buyer, start=True)} buys more from") + _replaced(
            sold, f"{the(seller, start=True)} sells more to"
        )
    return [text]


def _replaced(rows: list[Record], start: str) -> str:
    gains = [row for row in rows if row["partner"] and row["change_usd"] > 0.5][:3]
    if not gains:
        return ""
    own = {"Own producers": "its own producers", "Home market": "its home market"}
    parts = [
        f"{own.get(row['partner_name']) or the(row['partner'])} ({dollars(row['change_usd'])})"
        for row in gains
    ]
    return f" {start} {listed(parts)}."


def _path(run: Run, chosen: Case) -> list[str]:
    """Compare the first converged year with the chosen one for the region that loses most in US$."""
    year, outcome = chosen
    first = converged_years(run)[0]
    if run.at(first) is outcome or year is None:
        return []
    every = regional_table(run)
    then, now = every.where("year", first).records(), every.where("year", year).records()
    total_then, total_now = (sum(row["welfare_usd"] for row in rows) for rows in (then, now))
    worst = min(range(len(now)), key=lambda n: now[n]["welfare_usd"])
    return [
        f"Over time: the world's change is {dollars(total_then)} in {first} and {dollars(total_now)} in {year}; "
        f"that of {the(now[worst]['region'])} {percent(then[worst]['welfare'])} and {percent(now[worst]['welfare'])}."
    ]
