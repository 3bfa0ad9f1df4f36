"""Computations on AI: a country's share in open models, and what data centres need over what grids add."""

from __future__ import annotations

from blocs.claims.computation import Context
from blocs.claims.reading import Chart, Evidence, Line, Reading
from blocs.errors import DataError, unknown
from blocs.world.observatory import Releases, electricity, electricity_growth, releases

EPOCH = "Epoch AI, Large-Scale and Notable AI Models (CC BY)"
OWID = "Our World in Data, Ember, Energy Institute (CC BY), generation to {last}"
OPEN, RESTRICTED = ("open",), ("open", "open_restricted")
WAYS = (
    ("large", "large", OPEN, "large models with open weights"),
    (
        "large_with_restricted",
        "large",
        RESTRICTED,
        "large models with open or restricted weights",
    ),
    ("notable", "notable", OPEN, "notable models with open weights"),
)
SPAN = 10  # years of past growth of generation


def open_model_share(context: Context, country: str, year: int) -> Evidence:
    """Return the country's share in open models published in `year`, by three ways to count, %."""
    readings, lines = [], []
    for name, collection, openness, words in WAYS:
        found = releases(collection)
        years = sorted({row.year for row in found if row.openness in openness})
        if year not in years:
            raise DataError(f"year: no {words} of {year}; years are {years[0]} to {years[-1]}")
        if country not in {row.country for row in found}:
            raise DataError(f"country: {unknown('country', country, {row.country for row in found})}")
        shares = tuple((str(y), _share(found, country, openness, y)) for y in years if y <= year)
        share = dict(shares)[str(year)]
        text = f"{country}'s share in {words} published in {year}"
        readings.append(Reading(name, text, share, "%", str(year), "derived", (EPOCH,)))
        lines.append(Line(words.removesuffix(" weights").replace(" with open", ", open", 1), shares))
    count = sum(r.models for r in releases("large") if r.year == year and r.openness in OPEN)
    notes = (f"{count:g} large models with open weights in {year}",)
    chart = Chart(
        "paths", f"Share of {country} in AI models with open weights", "%", EPOCH, tuple(lines), 50.0
    )
    return Evidence(tuple(readings), (chart,), notes)


def _share(found: tuple[Releases, ...], country: str, openness: tuple[str, ...], year: int) -> float:
    every = [row for row in found if row.year == year and row.openness in openness]
    total = sum(row.models for row in every)
    return 100.0 * sum(row.models for row in every if row.country == country) / total


def power_margin(context: Context, constrained: str, free: str) -> Evidence:
    """Return what data centres' projected use adds a year over what generation adds at its past pace, %.

        share = (D_end - D_start) / (years) / (g E)

    with D the publisher's first and last figure, E generation of the last year at hand and g its mean growth over ten
    years. One reading a publisher for `constrained`, and `free` for the other country.
    """
    observatory = context.observatory
    readings, bars = [], []
    publishers = observatory.choices("ai.electricity", "publisher")
    wanted = [
        (p, constrained)
        for p in publishers
        if constrained in observatory.choices("ai.electricity", "region", publisher=p)
    ]
    if not wanted:
        regions = observatory.choices("ai.electricity", "region")
        raise DataError(f"constrained: {unknown('region', constrained, regions)}")
    for publisher, region in [*wanted, (publishers[0], free)]:
        points = observatory.series("ai.electricity", publisher=publisher, region=region).points
        added = (points[-1].value - points[0].value) / (int(points[-1].time) - int(points[0].time))
        last = max(electricity()[region])
        growth = electricity_growth(region, last - SPAN, last)
        pace = growth * electricity()[region][last]
        if pace <= 0.0:
            raise DataError(
                f"generation of {region} did not grow from {last - SPAN} to {last}: there is no pace to compare"
            )
        name = "free" if region == free else publisher.lower().replace(" ", "_")
        span = f"{points[0].time} to {points[-1].time}"
        text = (
            f"data centres of {region} add {added:.0f} TWh a year ({publisher}, {span}), over {pace:.0f} TWh that "
            "generation adds at its pace of the last ten years"
        )
        sources = (points[0].source, OWID.format(last=last))
        readings.append(Reading(name, text, 100.0 * added / pace, "%", span, "derived", sources))
        bars.append(Line(f"{region}, {publisher}", ((span, 100.0 * added / pace),)))
    title = "What data centres would take of the growth of generation"
    return Evidence(
        tuple(readings), (Chart("bars", title, "%", "IEA, LBNL; Ember, Energy Institute", tuple(bars)),)
    )
