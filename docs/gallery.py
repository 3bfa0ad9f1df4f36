"""Writes gallery.md from the scenario library: `python docs/gallery.py`; numbers and figures come at the docs build."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from blocs.scenario.io import library
from blocs.scenario.schema import Scenario
from blocs.vectors.registry import VECTORS, vector_of

PAGE = Path(__file__).parent / "gallery.md"

HEAD = '''\
---
file_format: mystnb
kernelspec:
  name: python3
---

<!-- Written by docs/gallery.py from the scenario library; edit the scenarios, then run `python docs/gallery.py`. -->

# Scenario gallery

Every scenario that ships with blocs: what happens, what comes out, what it leaves out, where it comes from.
`blocs run NAME` solves any of them and writes the whole report.

The numbers and figures are solved while this page is built, on the smaller of the two bundled worlds (81 regions,
all goods, services as one sector), so they differ a little from a run on the default world. Each is one point at the
default assumptions: how far it spreads is the business of `blocs ensemble NAME`. A year is compared with the same year
without the measures; the figure is of the last year in which a measure is in force.

```{code-cell} python3
:tags: [remove-cell]
from IPython.display import Markdown, display

import blocs
from blocs.report.cases import case
from blocs.report.words import region_name

world = blocs.load_world("81x28")


def watched(run, year):
    """Return what the scenario's vectors add to the headline, as sentences."""
    if "minerals" in run.vectors:
        price = run.indicators("minerals").price.max("year")
        dearest = price.max("region").to_series().dropna().sort_values(ascending=False).head(3)
        prices = ", ".join(f"{name} {value:.1f}" for name, value in dearest.items())
        yield f"highest yearly price outside, times that of 2023: {prices}"
    if "payments" in run.vectors:
        seen = run.indicators("payments").sel(year=year)
        worst = seen.settlement_cost.to_series().idxmax()
        yield (
            f"settling trade gets dearest in {region_name(worst)}, by {float(seen.settlement_cost.max()):.2f}% of its "
            "value; the renminbi's share in payments for trade: "
            f"{100 * float(seen.currency_share.sel(currency='CNY')):.1f}%"
        )
    if "debt" in run.vectors:
        usa = run.indicators("debt").sel(year=year, country="USA")
        yield (
            f"American debt over GDP: {float(usa.debt_to_gdp):.1f}%, in the official baseline "
            f"{float(usa.debt_to_gdp_baseline):.1f}%"
        )
    if "ai" in run.vectors:
        seen = run.indicators("ai").sel(year=year)
        yield f"volume of world GDP: {float(seen.gdp_world):+.2f}%"
        if run.scenario.closure == "demand":
            idle = seen.unemployment.to_series().idxmax()
            if seen.unemployment.max() >= 0.05:
                yield f"unemployment in {region_name(idle)}: {float(seen.unemployment.max()):+.1f} points"
    if "industry" in run.vectors:
        cost = run.indicators("industry").sel(year=year).subsidy_cost_share
        if float(cost.max()) > 0.0:
            payer = cost.to_series().idxmax()
            yield f"subsidies cost {region_name(payer)} {float(cost.max()):.2f}% of its GDP"


def scene(name):
    """Solve the scenario `name`; show its headline numbers, then who wins and who loses."""
    scenario = blocs.Scenario.load(name)
    run = blocs.run(world if scenario.base == world.year else world.at(scenario.base), scenario, strict=True)
    year, outcome = case(run)
    welfare = run.welfare.sel(year=year).to_series().sort_values()
    decimals = 2 if welfare.abs().max() >= 0.1 else 3
    total = float(outcome.welfare_usd.sum()) / 1e3
    ends = [
        f"{region_name(code)} {welfare[code]:+.{decimals}f}%".replace(f"-{0:.{decimals}f}", f"{0:.{decimals}f}")
        for code in (*welfare.index[:3], *welfare.index[:-4:-1])
    ]
    lines = [
        f"worst off: {', '.join(ends[:3])}; best off: {', '.join(ends[3:])}",
        f"the world: {total:+.{1 if abs(total) >= 1 else 2}f} bn US\\\\$ of {run.world.year} a year",
        *watched(run, year),
    ]
    told = "\\n".join(f"- {line}" for line in lines)
    display(Markdown(f"**{year}**, welfare in percent of what a region buys\\n\\n{told}"))
    display(blocs.plot.winners(run, year=year, shown=5))
```
'''
TITLES = {
    "trade": "Trade",
    "payments": "Payments",
    "debt": "Debt and the dollar",
    "minerals": "Minerals",
    "industry": "Industry",
    "ai": "AI",
    "together": "Several vectors at once",
}


def page() -> str:
    """Return the whole page as MyST Markdown."""
    rooms: dict[str, list[Scenario]] = {room: [] for room in TITLES}
    for scenario in map(Scenario.load, library()):
        rooms[_room(scenario)].append(scenario)
    sections = [
        f"## {TITLES[room]}\n\n" + "\n".join(map(_scenario, found)) for room, found in rooms.items() if found
    ]
    return "\n".join([HEAD, *sections])


def _room(scenario: Scenario) -> str:
    acting = {vector_of(measure).name for measure in scenario.measures}
    assert acting <= {vector.name for vector in VECTORS} <= set(TITLES)
    return acting.pop() if len(acting) == 1 else "together"


def _scenario(scenario: Scenario) -> str:
    parts = [
        f"### {_plain(scenario.title)}",
        f"`{scenario.name}`, {scenario.years}. {_plain(scenario.description)}",
        _list(scenario.plain_words()),
        f'```{{code-cell}} python3\n:tags: [remove-input]\nscene("{scenario.name}")\n```',
        f"*Leaves out:* {_plain(scenario.leaves_out)}",
        f"*Sources:*\n\n{_list(scenario.sources)}",
    ]
    return "\n\n".join(parts) + "\n"


def _list(items: Sequence[str]) -> str:
    return "\n".join(f"- {_plain(item)}" for item in items)


def _plain(text: str) -> str:
    """Return text as Markdown in which nothing but code in backticks is markup."""
    parts = text.strip().split("`")
    for n in range(0, len(parts), 2):  # outside of code
        for sign in ("\\", "$", "*", "<", "|", "_", "["):
            parts[n] = parts[n].replace(sign, f"\\{sign}")
    return "`".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
