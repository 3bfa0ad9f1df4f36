"""Writes assumptions.md from the tables that the code reads: `python docs/generate.py`; a test fails if it is stale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from blocs.data import store

PAGE = Path(__file__).parent / "assumptions.md"

HEAD = """\
<!-- Written by docs/generate.py from the tables named below; edit those, then run `python docs/generate.py`. -->

# Assumptions

Every number that is not in the input-output table, with its unit, its range and its source. The page is written from
the files the code reads, so it cannot say something else than the code does. **Status** says how a number got here:

transcribed
: read in a text, the source itself or one that quotes it (the note says which)

derived
: computed from transcribed numbers or from the source tables by the rule that is stated

assumption
: a choice of blocs where the sources are silent

memory
: written from memory and not checked; nothing that the engine reads by default rests on it

"Range" is what a reader should vary; no run varies anything by itself. What follows from these choices is shown on
[limits](limits.md).
"""

# what a parameter is for, and where the code uses it
NESTS: Mapping[str, tuple[str, str]] = {
    "sigma_M": ("substitution across intermediate goods", "blocs.engine.prices:materials_price"),
    "sigma_Q": ("substitution of value added and intermediates", "blocs.engine.prices:unit_cost"),
    "sigma_V": ("substitution of labour and capital", "blocs.engine.prices:value_added_price"),
    "sigma_C": ("substitution across final goods", "blocs.engine.prices:consumer_price"),
    "theta_scale": ("factor on the trade elasticities", "blocs.engine.elasticities:Elasticities.load"),
    "kappa": ("speed of adjustment", ""),
    "age_medium": ("age of a shock at the medium horizon", ""),
}

# other parameter files: title, who reads them, a remark
FILES: Mapping[str, tuple[str, Sequence[str], str]] = {
    "trade": (
        "Trade",
        ("blocs.vectors.trade_measures:Corridor", "blocs.engine.elasticities:Elasticities.load"),
        ": the default of the measure `corridor`, and how far trade elasticities may lie from the published set.",
    ),
    "minerals": (
        "Minerals",
        ("blocs.vectors.minerals.market:behaviour",),
        ": how the markets of minerals answer; the ranges of the elasticities are a posterior's.",
    ),
    "payments": (
        "Payments",
        ("blocs.vectors.payments.network:corridors", "blocs.vectors.payments.rails:base_of"),
        ". Where the note says *Declared*, no estimate exists that could be cited: read results over the range.",
    ),
    "debt": (
        "Debt and the dollar",
        (
            "blocs.vectors.debt.project:project",
            "blocs.vectors.debt.usa:load_usa",
            "blocs.vectors.debt.dollar:price_impact",
        ),
        ".",
    ),
    "alignment": (
        "Alignment",
        ("blocs.study.alignment.result:Alignment",),
        ": what siding with a bloc may be worth beyond trade; a narrower margin is marked as open.",
    ),
    "ai": (
        "AI",
        (
            "blocs.vectors.ai.demand:autonomous",
            "blocs.vectors.ai.adoption:paths",
            "blocs.vectors.ai.industries:exposure",
        ),
        ". Where the note says *Declared*, no estimate exists that could be cited: read results over the range.",
    ),
    "industry": (
        "Industry",
        ("blocs.vectors.industry.learning:rates", "blocs.vectors.industry.learning:remembered"),
        ": learning by doing, which only the measure `learning` switches on.",
    ),
    "growth": (
        "Growth baseline",
        ("blocs.world.growing:volume",),
        ": how regions grow when nothing is done.",
    ),
}

# thresholds and rules that are constants of a module: what, unit, why, module:name
CONSTANTS: Sequence[tuple[str, str, str, str]] = (
    (
        "a flow is cut off below this share of its volume at unchanged prices", "share of the flow",
        "an embargo in all but name", "blocs.engine.feasible:CUT_OFF",
    ),
    (
        "deficits are purged for a region that loses more than this", "share of exports plus imports",
        "a fixed deficit cannot survive a cut-off: see the engine page", "blocs.engine.feasible:HALF",
    ),
    (
        "absorption below this means that income cannot carry the surplus", "share of base absorption",
        "tells an infeasible deficit from slow convergence", "blocs.engine.feasible:DEPRIVED",
    ),
    (
        "what is left of a market that vanishes", "share of its base", "keeps logarithms finite, far below tolerance",
        "blocs.engine.factors:VANISHED",
    ),
    (
        "accounts balance to this", "share of gross output", "bar of the identities",
        "blocs.world.accounts:IDENTITY_TOLERANCE",
    ),
    (
        "services never sold abroad for final use", "ICIO industries",
        "real estate, government, households' own services", "blocs.builders.services:HOME_ONLY",
    ),
    (
        "ceiling on final sales abroad", "share of a seller's final sales", "construction, education, health",
        "blocs.builders.services:CAPPED",
    ),
    (
        "weight of the world pattern in the seed of the services split", "share",
        "no known sale meets an empty seed", "blocs.builders.services:SMOOTHING",
    ),
    (
        "least final use in ROW's spending on a good", "share", "the mean coefficients of other regions would "
        "leave less than nothing in some goods", "blocs.builders.row:FINAL_FLOOR",
    ),
    (
        "least value added of an industry", "share of its output", "inputs above it are moved to final use",
        "blocs.builders.accounts:VALUE_ADDED_FLOOR",
    ),
    (
        "US duties on steel and aluminium, before and after 4 June 2025", "fraction",
        "the sector duties inside a partner's average increase (catalogue of the table us-tariffs-2025-26)",
        "blocs.builders.us_tariffs:METALS",
    ),
    (
        "US duty on vehicles", "fraction", "lower where a partner's increase of 20 February 2026 says so",
        "blocs.builders.us_tariffs:VEHICLES",
    ),
    (
        "partners below this stand for regions without a row in the US tariff tracker", "US$ bn of imports in 2024",
        "small partners pay the general rates", "blocs.builders.us_tariffs:SMALL",
    ),
)  # fmt: skip


def page() -> str:
    """Return the whole page as MyST Markdown."""
    parts = [
        HEAD,
        _nests(),
        _trade_elasticities(),
        _files(),
        _constants(),
        _repairs(),
        _evidence(),
        _sources(),
    ]
    return "\n".join(parts)


def _nests() -> str:
    entries = store.mapping("parameters/nests.yaml")
    horizons = ("short", "medium", "long")
    parts = [
        "\n## Nests and horizons\n\n`data/parameters/nests.yaml`, read by "
        f"{_place('blocs.engine.elasticities:horizon_values')}: a scenario's `horizon` chooses the row. Horizons are "
        "ages of a shock: short is its first year, medium its fourth, long is when all has adjusted.\n"
    ]
    for name in entries["short"]:
        rows = [(horizon, *_parameter(entries[horizon][name])) for horizon in horizons]
        parts.append(_subsection(name, entries["short"][name]["unit"], "horizon", rows))
    for name, entry in entries["dynamics"].items():
        parts.append(_subsection(name, entry["unit"], "horizon", [("all", *_parameter(entry))]))
    return "".join(parts)


def _parameter(entry: Mapping[str, Any]) -> Sequence[object]:
    source = entry["source"]
    low, high = entry["range"]
    spread = "fixed" if entry["distribution"] == "fixed" else f"{low} to {high}, {entry['distribution']}"
    cited = f"{_link(source['citation'], source['url'])}. *{_text(entry['note'])}*"
    return entry["value"], spread, cited, source["status"]


def _subsection(name: str, unit: str, key: str, rows: Sequence[Sequence[object]]) -> str:
    meaning, place = NESTS[name]
    where = (
        f"Used in {_place(place)}."
        if place
        else "Not read by this version; the medium values follow from it."
    )
    table = _table((key, "value", "range", "source and note", "status"), rows)
    return f"\n### `{name}`: {meaning}\n\nUnit: {_text(unit)}. {where}\n\n{table}"


def _trade_elasticities() -> str:
    about = store.mapping("elasticities.yaml")
    by_set: dict[str, dict[str, str]] = {}
    for row in store.rows("elasticities.csv"):
        filled = row["filler"] not in ("", "0", "False")
        by_set.setdefault(row["set"], {})[row["good"]] = f"({row['theta']})" if filled else row["theta"]
    cited = store.mapping("parameters/sources.yaml")
    sources = [
        (
            f"**{name}**",
            _link(cited[name]["citation"], cited[name].get("url", "")),
            entry["note"],
            cited[name]["status"],
        )
        for name, entry in about["sets"].items()
    ]
    goods = list(next(iter(by_set.values())))
    values = [(good, *(by_set[name][good] for name in by_set)) for good in goods]
    return (
        _section(
            "Trade elasticities",
            "`data/elasticities.yaml` and `data/elasticities.csv`. Read by `blocs.engine.elasticities.published`; "
            f"default `{_default_set()}`. Unit: {about['unit']}. All sets are long-run; shorter horizons scale them "
            "(above).",
            ("set", "source", "note", "status"),
            [(name, citation, _text(note), status) for name, citation, note, status in sources],
        )
        + "\nTrade elasticity by ICIO industry; every service takes the value of `SERV`. In brackets: "
        + f"{about['filler']}\n\n"
        + _table(("good", *(about["sets"][name]["short"] for name in by_set)), values)
    )


def _files() -> str:
    return "".join(_file(stem, *about) for stem, about in FILES.items())


def _file(stem: str, title: str, readers: Sequence[str], remark: str) -> str:
    places = " and ".join(_place(reader) for reader in readers)
    rows = [
        (f"`{stem}.{name}`", _text(entry["unit"]), *_parameter(entry))
        for name, entry in _leaves(store.mapping(f"parameters/{stem}.yaml"))
    ]
    return _section(
        title,
        f"`data/parameters/{stem}.yaml`, read by {places}{remark}",
        ("assumption", "unit", "value", "range", "source and note", "status"),
        rows,
    )


def _leaves(entries: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, Mapping[str, Any]]]:
    """Return the dotted name of every parameter below `entries`, with its entry."""
    for key, entry in entries.items():
        if "value" in entry:
            yield prefix + key, entry
        else:
            yield from _leaves(entry, f"{prefix}{key}.")


def _default_set() -> str:
    from blocs.engine.elasticities import DEFAULT_SET

    return DEFAULT_SET


def _constants() -> str:
    rows = [
        (_text(what), _value(_named(place)), unit, _text(why), _place(place))
        for what, unit, why, place in CONSTANTS
    ]
    return _section(
        "Rules and thresholds",
        "Constants of the code, all of them choices of blocs.",
        ("assumption", "value", "unit", "why", "place in the code"),
        rows,
    )


def _repairs() -> str:
    lines = [
        f"- **`{row['table']}`, {_text(row['cells'])}**: {_text(row['rule'])}. *Size:* {_text(row['size'])}. "
        f"*Why:* {_text(row['reason'])}. *Status:* {row['status']}.\n"
        for row in store.rows("worlds/repairs.csv")
    ]
    return (
        "\n## Repairs and imputations of the world tables\n\n"
        f"`data/worlds/repairs.csv`, written by {_place('blocs.builders.icio:build_icio')} while it builds: what it "
        "does to the source, cell by cell. Amounts are of 2022.\n\n" + "".join(lines)
    )


def _evidence() -> str:
    entries = store.mapping("parameters/nests.yaml")["evidence"]
    rows = []
    for name, entry in entries.items():
        source = entry["source"]
        low, high = entry["range"]
        spread = entry["value"] if low == high else f"{entry['value']} ({low}–{high})"
        cited = f"{_link(source['citation'], source['url'])} *{_text(entry['note'])}*"
        rows.append((_text(name.replace("_", " ")), spread, _text(entry["unit"]), cited, source["status"]))
    return _section(
        "Evidence beside the values taken",
        "What the literature reports; the engine does not read these.",
        ("estimate", "value (range)", "unit", "source", "status"),
        rows,
    )


def _sources() -> str:
    lines = [
        f"- **`{name}`**: {_link(entry['citation'], entry['url'])}. *Licence:* {_text(entry['licence'])}. "
        f"*Accessed:* {entry['accessed']}. *Status:* {entry['status']}. {_text(entry['note'])}\n"
        for name, entry in store.mapping("parameters/sources.yaml").items()
    ]
    return (
        "\n## Sources and licences\n\n`data/parameters/sources.yaml`. Here the status says how the citation itself was "
        "checked.\n\n" + "".join(lines)
    )


def _section(title: str, intro: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    return f"\n## {title}\n\n{intro}\n\n{_table(header, rows)}"


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(str(cell) for cell in line)} |\n" for line in lines)


def _text(value: object) -> str:
    """Return plain text as Markdown: nothing in it is a formula, emphasis, a tag or a column."""
    text = " ".join(str(value).split())
    for sign in ("\\", "$", "*", "<", "|", "`"):
        text = text.replace(sign, f"\\{sign}")
    return text


def _link(citation: str, url: str) -> str:
    return f"{_text(citation)} ([link]({url}))" if url else _text(citation)


def _named(place: str) -> Any:
    module, _, name = place.partition(":")
    found: Any = import_module(module)
    for part in name.split("."):
        found = getattr(found, part)  # an AttributeError here means that this page names a place that is gone
    return found


def _place(place: str) -> str:
    _named(place)
    return f"`{place.replace(':', '.')}`"


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {number}" for key, number in value.items())
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
