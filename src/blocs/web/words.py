"""A scenario in plain words, as a file, and as the lines of Python that give the same numbers."""

from __future__ import annotations

from blocs.data.assumptions import declared
from blocs.engine.elasticities import Closure, Horizon
from blocs.report.words import by_name
from blocs.scenario.io import dump, library, load
from blocs.scenario.schema import Scenario
from blocs.vectors.registry import vector_of
from blocs.web.contract import WordsDocument, YamlDocument
from blocs.web.solver import key_of

CLOSURES = {
    Closure.FIXED.value: "Trade deficits stay a fixed share of the world's income; nobody is out of work.",
    Closure.BALANCED.value: "Trade is balanced first, and results compare with that balanced world.",
    Closure.DEMAND.value: "Spending can fall short, and people can be out of work.",
}
HORIZONS = {
    Horizon.SHORT.value: "Short run: suppliers are hard to replace, machines stay in their industries.",
    Horizon.MEDIUM.value: "Medium run: suppliers can be replaced in part, machines stay in their industries.",
    Horizon.LONG.value: "Long run: suppliers can be replaced, capital moves between industries.",
    "path": "Every shock hurts most in its first year; suppliers and capital adjust from year to year.",
}


def words_of(scenario: Scenario) -> WordsDocument:
    """Return what the scenario does and what the model assumes, before any result."""
    changed = scenario.assumed.changed
    return WordsDocument(
        name=scenario.name,
        title=scenario.title,
        description=" ".join(scenario.description.split()),
        leaves_out=" ".join(scenario.leaves_out.split()),
        years=str(scenario.years),
        measures=[by_name(sentence) for sentence in scenario.plain_words()],
        model=_model(scenario),
        assumptions=[
            f"{name} is {value:g} instead of {declared()[name].value:g} ({declared()[name].unit})."
            for name, value in changed.items()
        ],
        vectors=list(dict.fromkeys(vector_of(measure).name for measure in scenario.measures)),
        key=key_of(scenario),
    )


def _model(scenario: Scenario) -> list[str]:
    services = "50 industries" if scenario.world == "81x50" else "27 goods and all services as one"
    lines = [
        f"81 regions, {services}, base year {scenario.base}; every figure compares with the same year without the "
        "measures.",
        HORIZONS[scenario.horizon],
        CLOSURES[scenario.closure],
        f"Trade elasticities: {scenario.elasticities}.",
    ]
    if scenario.baseline == "growth":
        lines.append("Without measures the world grows by a stated rule.")
    if scenario.accumulation:
        lines.append("A region's capital follows its income.")
    if scenario.sourcing == "by_user":
        lines.append("Industries and households have import shares of their own.")
    return lines


def yaml_of(scenario: Scenario) -> YamlDocument:
    """Return the scenario as its file, and how to run it."""
    bundled = scenario.name in library() and load(scenario.name) == scenario
    file = f"{scenario.name}.yaml"
    source = scenario.name if bundled else file
    return YamlDocument(
        file=file,
        yaml=dump(scenario),
        python=f'import blocs\n\nrun = blocs.run(None, blocs.Scenario.load("{source}"))\nprint(run.welfare)\n',
        command=f"blocs run {source}",
    )
