"""Derives the rare-earth baskets of ores, and which ores a country mines, from published analyses and totals.

Tonnes of single rare earths are not published. Here they are all rare-earth oxides of a country times the part of each
element in its ores. Analyses of ores are in `minerals/ores.csv`; what no text at hand gives is derived from them:

- *bastnaesite*: everything after neodymium is "about one per cent" together; it is spread as in monazite.
- *mixed*, the light ore of northern China, which is bastnaesite and monazite: half of each, the two are its range.
- *clay_light*, the light pole of ion-adsorption clays: monazite that has left its cerium behind, as weathering does:
  the heavy pole's analysis has one per cent of cerium where monazite has 46.
- *clay*: the two poles, so that Myanmar's dysprosium of 2021 is the tonnes the European Commission's JRC gives.
"""

from __future__ import annotations

from typing import Any

from blocs.data import store

CLAY = ("MMR", "LAO", "THA", "VNM", "MYS")  # countries whose rare earths come from ion-adsorption clays
AFTER_NEODYMIUM = 1.0  # per cent of all oxides in bastnaesite, as quoted
# Joint Research Centre, as quoted: dysprosium oxide in 2021, t, Myanmar's share; its rare earths in World Mining Data
DYSPROSIUM_2021, MYANMAR_SHARE, MYANMAR_2021 = 3126.0, 0.31, 27100.0
# Shanghai Metals Market, 6 January 2022: quota for ion-adsorption ores, t of oxides, the same in 2019, 2020 and 2021;
# growth was of light ores only. It is taken to stand, and the share it had in 2021 is the other end of the range.
CLAY_QUOTA, QUOTA_2021 = 19150.0, 168000.0
Basket = dict[str, float]


def baskets() -> dict[str, Basket]:
    """Return the part of each element in all rare-earth oxides, by kind of ore; every ore sums to one."""
    table = store.rows("minerals/ores.csv")
    published = {
        ore: {row["element"]: float(row[ore]) for row in table if row[ore]}
        for ore in table[0]
        if ore != "element"
    }
    monazite = _whole(published["monazite"])
    light = published["bastnaesite"]
    heavier = _whole({e: v for e, v in monazite.items() if e not in light})
    bastnaesite = _whole(light | {e: AFTER_NEODYMIUM * v for e, v in heavier.items()})
    clay_heavy = _whole(published["clay_heavy"])
    kept = _whole({e: v for e, v in monazite.items() if e != "Ce"})
    cerium = clay_heavy["Ce"]
    clay_light = {e: cerium if e == "Ce" else (1.0 - cerium) * kept[e] for e in monazite}
    wanted = MYANMAR_SHARE * DYSPROSIUM_2021 / MYANMAR_2021
    heavy = (wanted - clay_light["Dy"]) / (clay_heavy["Dy"] - clay_light["Dy"])
    return {
        "bastnaesite": bastnaesite,
        "monazite": monazite,
        "monazite_brazil": _whole(published["monazite_brazil"]),
        "mixed": _between(bastnaesite, monazite, 0.5),
        "clay_light": clay_light,
        "clay_heavy": clay_heavy,
        "clay": _between(clay_light, clay_heavy, heavy),
    }


def mix(country: str, oxides: float) -> dict[str, float]:
    """Return the part of each ore in the rare earths a country mines, `oxides` t in the year."""
    if country == "CHN":
        clay = min(1.0, CLAY_QUOTA / oxides) if oxides > 0.0 else 0.0
        return {"clay": clay, "mixed": 1.0 - clay}
    return {"clay" if country in CLAY else "bastnaesite" if country == "USA" else "monazite": 1.0}


def basket_rows() -> list[dict[str, Any]]:
    """Return per cent by element and ore."""
    table = baskets()
    return [
        {"element": element, **{ore: f"{100.0 * basket[element]:.6g}" for ore, basket in table.items()}}
        for element in table["monazite"]
    ]


def mix_rows(oxides: dict[str, float]) -> list[dict[str, Any]]:
    """Return the ores by country, given t of all oxides, and at the other end of the range of China's clay."""
    rows = []
    for country, total in sorted(oxides.items()):
        usual = mix(country, total)
        other = {"clay": CLAY_QUOTA / QUOTA_2021} if country == "CHN" else usual
        other = other | {ore: 1.0 - other["clay"] for ore in usual if country == "CHN" and ore != "clay"}
        rows += [
            {"country": country, "ore": ore, "share": f"{usual[ore]:.6g}", "share_other": f"{other[ore]:.6g}"}
            for ore in usual
        ]
    return rows


def _whole(parts: Basket) -> Basket:
    total = sum(parts.values())
    return {element: part / total for element, part in parts.items()}


def _between(one: Basket, two: Basket, weight: float) -> Basket:
    return {element: (1.0 - weight) * one[element] + weight * two[element] for element in one}
