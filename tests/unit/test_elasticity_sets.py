"""A run says how its set of trade elasticities compares with the others, in numbers recomputed here from the table."""

from __future__ import annotations

import csv
import dataclasses
import math
import re
from collections import defaultdict
from importlib.resources import files

import numpy as np
import pytest

import blocs
from blocs.report.html import report
from blocs.study.document import RunDocument
from blocs.study.elasticity_sets import mean_thetas, one_of_several
from blocs.study.run import Run


@pytest.fixture(scope="module")
def idle() -> Run:
    content = {
        "name": "idle",
        "world": "81x28",
        "years": "2025",
        "measures": [],
        "elasticities": "shapiro2016",
    }
    return blocs.run(None, blocs.Scenario.from_dict(content))


def by_hand(world: blocs.World) -> dict[str, tuple[float, float]]:
    """Return {set: (goods, services)} from the bundled table, flow by flow."""
    table: dict[str, dict[str, float]] = defaultdict(dict)
    with files("blocs.data").joinpath("elasticities.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            table[row["set"]][row["good"]] = float(row["theta"])
    abroad = ~np.eye(len(world.regions), dtype=bool)
    traded = {
        code: float(world.accounts.flows[n][abroad].sum())
        for n, code in enumerate(world.sectors)
        if code != "SERV"
    }
    return {
        name: (sum(traded[good] * theta[good] for good in traded) / sum(traded.values()), theta["SERV"])
        for name, theta in table.items()
    }


def test_means_are_those_of_the_bundled_table_weighted_by_trade(idle):
    expected = by_hand(idle.world)
    found = mean_thetas(idle.world)
    assert found.keys() == expected.keys()
    for name, (goods, services) in expected.items():
        assert found[name] == pytest.approx({"goods": goods, "services": services}, rel=1e-12)


def test_the_sentence_names_the_set_its_means_and_the_range_of_the_others(idle):
    expected = by_hand(idle.world)
    goods, services = expected.pop("shapiro2016")
    lowest, highest = (pick(g for g, _ in expected.values()) for pick in (min, max))
    low, high = (pick(s for _, s in expected.values()) for pick in (min, max))
    text = one_of_several(idle.world, idle.scenario)
    assert "one of 6 published sets of trade elasticities, shapiro2016" in text
    assert f"{goods:.2f} for goods (the 5 others {lowest:.2f} to {highest:.2f})" in text
    assert (
        f"{services:.2f} for services, which no study estimates (the 5 others {low:.2f} to {high:.2f})"
        in text
    )
    assert "blocs ensemble" in text


def test_the_sentence_is_of_the_trade_of_its_world(idle):
    world = idle.world
    here = np.zeros_like(world.accounts.flows)
    n = world.sectors.index("A01")
    here[n] = world.accounts.flows[n]
    only_crops = dataclasses.replace(world, accounts=dataclasses.replace(world.accounts, flows=here))
    assert mean_thetas(only_crops)["caliendo_parro2015"] == {"goods": pytest.approx(9.11)}
    assert "services" not in one_of_several(only_crops, idle.scenario)


def test_what_the_scenario_assumes_of_elasticities_is_in_the_sentence(idle):
    four = {"trade.elasticity.own.SERV": math.log(4 / 8.35)}
    shifted = idle.scenario.model_copy(update={"elasticities": "fontagne2022", "assumptions": four})
    text = one_of_several(idle.world, shifted)
    assert "fontagne2022, shifted by the assumptions of the scenario." in text
    assert "4.00 for services, which no study estimates (the 5 others 1.92)" in text


def test_the_report_the_document_and_the_terminal_say_it(idle):
    from blocs.cli.summary import summary

    sentence = one_of_several(idle.world, idle.scenario)
    assert RunDocument.of(idle).notes[-1] == sentence
    assert sentence in summary(idle)
    page = report(idle)
    assert re.sub(r"&#39;", "'", page).count(sentence) == 1
    assert (
        page.index("Key findings") < page.index("one of 6 published sets") < page.index("Status of the run")
    )


def test_the_counter_texts_claim_on_duties_says_how_it_stands_in_the_other_sets():
    duties = blocs.Scenario.load("us-tariffs-2025-26").model_dump(mode="json") | {"world": "81x28"}
    found: dict[tuple[str, str], tuple[float, float]] = {}
    for horizon in ("short", "long"):
        for name in blocs.Elasticities.available():
            content = duties | {"horizon": horizon, "elasticities": name}
            last = blocs.run(None, blocs.Scenario.from_dict(content)).at(2025)
            usa, china = (
                float(last.regional("welfare")[last.base.region_index(code)]) for code in ("USA", "CHN")
            )
            found[horizon, name] = usa, china
    assert all(china < usa for usa, china in found.values())
    losing = [key for key, (usa, _) in found.items() if usa < 0.0]
    assert losing == [("long", "fontagne2022")]
