"""What the page must know before the first scenario: sliders with today's values, presets, names, assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from blocs import __version__
from blocs.data.assumptions import Assumption, declared
from blocs.engine.outcome import REGIONAL
from blocs.report.borders import load_small_regions
from blocs.report.tables import LABELS
from blocs.report.words import by_name, region_name
from blocs.scenario.io import library, load
from blocs.scenario.schema import Scenario
from blocs.vectors.base import Vector
from blocs.vectors.minerals import tables as mineral_tables
from blocs.vectors.registry import VECTORS, measure_types, vector_of
from blocs.web.contract import (
    AssumptionInfo,
    GoodInfo,
    GroupInfo,
    Lever,
    MetricInfo,
    MineralInfo,
    Preset,
    RegionInfo,
    SchemaDocument,
    SourceInfo,
    VectorInfo,
)
from blocs.web.forms import measure_info, scenario_fields
from blocs.web.now import now_of
from blocs.web.solver import PRESET
from blocs.world.groups import coverage, goods_groups, region_groups
from blocs.world.tables import region_table, sector_table
from blocs.world.world import World

FILE = Path(__file__).with_name("levers.yaml")
TITLES = {
    "trade": "Trade", "payments": "Payments", "debt": "Debt and the dollar", "minerals": "Minerals",
    "industry": "Industry", "ai": "AI",
}  # fmt: skip
# ends of the map's colour scale, %: fixed, so that two maps can be compared; and what people welcome
SCALES: dict[str, tuple[float, str]] = {
    "welfare": (2.0, "up"), "real_income": (2.0, "up"), "real_wage": (2.0, "up"), "cpi": (2.0, "down"), 
    "gdp": (2.0, "up"), "exports": (20.0, "none"), "imports": (20.0, "none"), "terms_of_trade": (5.0, "up"),
}  # fmt: skip


def schema_document(world: World) -> SchemaDocument:
    """Return the whole of it; `world` gives the weights of regions and today's duties."""
    return SchemaDocument(
        version=__version__,
        vectors=[_vector(vector, world) for vector in VECTORS],
        scenario=scenario_fields(),
        presets=[_preset(name) for name in library()],
        default_preset=PRESET,
        regions=_regions(world),
        region_groups=_region_groups(world),
        goods=[_good(code) for code in world.sectors],
        goods_groups=[
            GroupInfo(name=group.name, title=group.title, members=list(group.sectors), status=group.status)
            for group in goods_groups().values()
        ],
        minerals=[
            MineralInfo(
                symbol=symbol,
                name=mineral.name,
                modelled=not {"production", "price"} & set(mineral.missing),
            )
            for symbol, mineral in mineral_tables.minerals().items()
        ],
        assumptions=[_assumption(entry) for entry in declared().values()],
        metrics=[_metric(name) for name in REGIONAL],
        base_year=world.year or 0,
    )


@cache
def entries() -> Mapping[str, list[dict[str, Any]]]:
    """Return what `levers.yaml` holds, by vector."""
    from ruamel.yaml import YAML

    return YAML(typ="safe", pure=True).load(FILE.read_text(encoding="utf-8"))


def lever_of(vector: str, entry: Mapping[str, Any], world: World) -> Lever:
    """Return one slider."""
    model = measure_types()[entry["measure"]["type"]]
    now = now_of(entry["now"], world)
    return Lever(
        id=entry["id"],
        vector=vector,
        title=entry["title"],
        help=model.model_fields[entry["field"]].description or " ".join((model.__doc__ or "").split()),
        measure=dict(entry["measure"]),
        field=entry["field"],
        rest=float(now.value or 0.0) if entry["rest"] == "now" else entry["rest"],
        low=entry["ends"][0],
        high=entry["ends"][1],
        step=entry["step"],
        unit=entry["unit"],
        needs=dict(entry.get("needs", {})),
        now=now,
    )


def _vector(vector: Vector, world: World) -> VectorInfo:
    return VectorInfo(
        name=vector.name,
        title=TITLES.get(vector.name, vector.name.capitalize()),
        help=" ".join((type(vector).__doc__ or "").split("; see")[0].split()),
        levers=[lever_of(vector.name, entry, world) for entry in entries().get(vector.name, [])],
        measures=[measure_info(vector, model) for model in vector.measures],
    )


def _preset(name: str) -> Preset:
    scenario = load(name)
    return Preset(
        name=scenario.name,
        title=scenario.title,
        description=" ".join(scenario.description.split()),
        leaves_out=" ".join(scenario.leaves_out.split()),
        years=str(scenario.years),
        vectors=list(dict.fromkeys(vector_of(measure).name for measure in scenario.measures)),
        words=[by_name(sentence) for sentence in scenario.plain_words()],
        sources=list(scenario.sources),
        scenario=plain(scenario),
    )


def plain(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario as JSON, defaults left out, that `Scenario.from_dict` reads back to an equal one."""
    content = scenario.model_dump(mode="json", exclude_defaults=True)
    content["measures"] = [
        {"type": model.type, **measure}
        for measure, model in zip(content.get("measures", []), scenario.measures, strict=True)
    ]
    return content


def _regions(world: World) -> list[RegionInfo]:
    small, table = load_small_regions(), region_table()
    return [
        RegionInfo(
            code=code,
            name=region_name(code),
            continent=table[code].continent if code in table else "",
            position=table[code].position if code in table else None,
            small=code in small,
            absorption_usd_mn=round(float(weight), 1),
        )
        for code, weight in zip(world.regions, world.accounts.absorption, strict=True)
    ]


def _region_groups(world: World) -> list[GroupInfo]:
    found = []
    for group in region_groups().values():
        covered = coverage(group, world.regions)
        found.append(
            GroupInfo(
                name=group.name,
                title=group.title,
                members=list(covered.regions),
                hidden=list(covered.inside_row),
                as_of=group.as_of,
                status=group.status,
            )
        )
    return found


def _good(code: str) -> GoodInfo:
    sector = sector_table()[code]
    return GoodInfo(code=code, name=sector.name, short=sector.short_name, kind=sector.kind)


def _assumption(entry: Assumption) -> AssumptionInfo:
    source = SourceInfo(citation=entry.citation, url=entry.url, date=entry.date, status=entry.status)
    return AssumptionInfo(
        name=entry.name, value=entry.value, unit=entry.unit, range=entry.range, limits=entry.limits,
        distribution=entry.distribution, drawn=entry.drawn, note=entry.note, source=source,
    )  # fmt: skip


def _metric(name: Any) -> MetricInfo:
    reach, good = SCALES[name]
    content = {
        "name": name,
        "title": LABELS[name],
        "unit": "%",
        "help": REGIONAL[name],
        "scale": (-reach, reach),
    }
    return MetricInfo.model_validate(content | {"good": good})
