"""Model claims about industry: what China makes itself, when it stops needing others, and whether tariffs bring
manufacturing back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from blocs.claims.computation import Context
from blocs.claims.computations.readings import bars, paths, plain
from blocs.claims.reading import NEVER, Evidence, Reading, drawn

if TYPE_CHECKING:
    from blocs.study.reliance import Dependence

ICIO = "OECD Inter-Country Input-Output Database, 2025 edition"
PLAN = "Made in China 2025"
CHAIN = ("G7", "EU27", "KOR", "TWN")  # where the chain of chips and machines is


# what the plan's sectors are made of ---------------------------------------------------------------------------


def plan_content(context: Context, plan: str = PLAN) -> Evidence:
    """Return China's own content of the plan's sectors, 2017-2022, look-through and direct, % of gross output.

    Look-through: China's value added through all tiers. Direct: output less inputs bought abroad. Sectors whose
    industries the yearly table cannot tell apart are left out.
    """
    from blocs.study.reliance import reliance

    found = [one for one in reliance("CHN", on=["all", "-CHN"], plan=plan).sectors if one.look_through]
    years = tuple(range(2017, 2023))
    own = {one.sector: np.array(one.self_reliance) for one in found}
    direct = {one.sector: 100.0 - np.array(one.direct) for one in found}
    readings: list[Reading] = []
    for tag, table, words in (("look_through", own, "look-through"), ("direct", direct, "direct")):
        last = {name: float(values[-1]) for name, values in table.items()}
        change = {name: float(values[-1] - values[0]) for name, values in table.items()}
        low, slow = min(last, key=lambda k: last[k]), min(change, key=lambda k: change[k])
        risen = 100.0 * float(np.mean([value > 0.0 for value in change.values()]))
        readings += [
            plain(f"lowest_{tag}", f"China's own content, {words}, lowest sector ({low})", last[low], "%", "2022",
                  (ICIO,), "derived"),
            plain(f"rise_{tag}", f"change of own content, {words}, slowest sector ({slow})", change[slow], "points",
                  "2017 to 2022", (ICIO,), "derived"),
            plain(f"risen_{tag}", f"share of sectors in which own content rose, {words}", risen, "%", "2017 to 2022",
                  (ICIO,), "derived"),
        ]  # fmt: skip
    chart = paths(
        f"China's own content of the sectors of {plan}, look-through", "% of gross output", ICIO,
        [(name, zip(years, values, strict=True)) for name, values in own.items()], mark=70.0,
    )  # fmt: skip
    caveats = tuple(dict.fromkeys(f"{one.sector}: {text}" for one in found for text in one.caveats))
    notes = (
        "input coefficients of 2022 in all years: own content can change by where inputs are bought, not by how "
        "goods are made",
        *caveats,
    )
    return Evidence(tuple(readings), (chart,), notes)


# the year of the fall ------------------------------------------------------------------------------------------


def dependence_falls(
    context: Context, threshold: float = 3.0, subsidised: str = "made-in-china-2035"
) -> Evidence:
    """Return the year in which China's dependence on the Western chain falls under a threshold, in draws.

    Sectors of both plans; the slowest and the fastest (by the share of draws that fall by 2060) are the readings, with
    `NEVER` standing for not by 2060. ln D = a + b (year - mean) is fitted to 2017-2022 and drawn
    (`blocs.study.reliance`); direct purchases by the same rule. subsidised: a scenario whose effect on look-through
    dependence is multiplied in; '' for none.
    """
    from blocs.study.reliance import reliance

    on = list(CHAIN)
    base = [one for one in reliance("CHN", on=on, threshold=threshold).sectors if one.look_through]
    falls = {
        "look_through": {one.sector: fallen(one) for one in base},
        "direct": {one.sector: direct_fallen(one.direct, threshold) for one in base},
    }
    if subsidised:
        context.say(f"{subsidised} on 81x28")
        pushed = reliance("CHN", on=on, threshold=threshold, scenario=subsidised, progress=context.say)
        falls["subsidised"] = {one.sector: fallen(one) for one in pushed.sectors if one.look_through}
    words = {
        "look_through": "look-through, the trend of 2017-2022 goes on",
        "direct": "direct purchases, the trend of 2017-2022 goes on",
        "subsidised": f"look-through, with {subsidised}",
    }
    readings: list[Reading] = []
    for tag, table in falls.items():
        for which, pick in (("slowest", min), ("fastest", max)):
            sector = pick(table, key=lambda name, table=table: table[name][-1])
            readings.append(
                drawn(
                    f"{which}_{tag}",
                    f"year under {threshold:g}% of output ({NEVER}: not by {NEVER - 1}), {which} sector ({sector}): "
                    f"{words[tag]}",
                    sample(table[sector]), "year", "2017 to 2022", (ICIO,),
                )
            )  # fmt: skip
    rows = sorted(
        ((name, 100.0 * shares[-1]) for name, shares in falls["look_through"].items()), key=lambda r: r[1]
    )
    chart = bars(
        f"Draws in which dependence on {', '.join(CHAIN)} is under {threshold:g}% by {NEVER - 1}", "% of draws",
        ICIO, rows, mark=95.0,
    )  # fmt: skip
    levels = sorted(((one.sector, one.look_through[-1]) for one in base), key=lambda row: row[1])
    notes = (
        "dependence in 2022, look-through, % of output: "
        + ", ".join(f"{name} {value:.1f}" for name, value in levels),
        "six years of data, techniques held at 2022; a share of draws is no probability",
    )
    return Evidence(tuple(readings), (chart,), notes)


def fallen(one: Dependence) -> tuple[float, ...]:
    """Return the share of draws under the threshold by each year from 2023 on."""
    assert one.fall is not None
    return one.fall.shares


def direct_fallen(values: Sequence[float], threshold: float, draws: int = 10_000) -> tuple[float, ...]:
    """Return the same for a bare series 2017-2022, by the same trend and draws."""
    from blocs.study.reliance import FIRST, LAST, SEED, Trend

    series = np.asarray(values, dtype=float)
    years = np.arange(FIRST, LAST + 1, dtype=float)
    if (series <= 0.0).any():
        return tuple(1.0 for _ in years)
    path = Trend.fit(range(2017, 2017 + len(series)), series).draw(years, draws, np.random.default_rng(SEED))
    under = np.maximum.accumulate(path < threshold, axis=1)
    return tuple(float(share) for share in under.mean(axis=0))


def sample(shares: Sequence[float], points: int = 400) -> tuple[float, ...]:
    """Return years at evenly spaced levels of the distribution that `shares` by year from 2023 are; NEVER beyond."""
    levels = (np.arange(points) + 0.5) / points
    first = NEVER - len(shares)
    return tuple(float(first + n) for n in np.searchsorted(np.asarray(shares), levels))
