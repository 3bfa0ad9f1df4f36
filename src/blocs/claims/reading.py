"""What a computation found: readings with unit, date, status and source, and the charts a page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from blocs.errors import DataError, unknown
from blocs.world.accounts import Floats

Status = Literal["file", "transcribed", "third_party", "derived", "model", "memory"]
STATUSES: tuple[str, ...] = get_args(Status)
NEVER = 2061  # the year that stands for "not by 2060"
FULL = "_full"  # ends the name of a model result at the parameters' values on the full world
TELLING = 3.0  # times what chance explains, from which a choice is shown
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Reading:
    """One number (or ISO date) that a claim can be held against.

    name: how rules call it. words: what it is, for people. as_of: the date of the data, or the year of the model's
    result. draws: its value in every draw that converged, for rules about shares of draws; `value` is then the median.
    quantiles: of the draws, by "0.05" and so on. cuts: what the spread of a model result rests on: medians of the draws
    by choice ("elasticities=fontagne2022", "closure=fixed"), and the values at the parameters on the full and the
    coarse world ("full", "coarse"). rounding: half a unit of the last digit the source gives, in the reading's unit; 0
    where it is computed in full precision. A `memory` reading is shown and is no evidence.
    """

    name: str
    words: str
    value: float | str
    unit: str
    as_of: str
    status: Status
    sources: tuple[str, ...]
    quantiles: Mapping[str, float] | None = None
    draws: tuple[float, ...] = field(default=(), repr=False)
    rounding: float = 0.0
    cuts: Mapping[str, float] | None = None

    def __post_init__(self) -> None:
        if self.status not in STATUSES:
            raise DataError(f"reading {self.name}: {unknown('status', self.status, STATUSES)}")
        if isinstance(self.value, float) and self.value != self.value:
            raise DataError(f"reading {self.name} is not a number; leave it out and say what is missing")
        if not self.sources:
            raise DataError(f"reading {self.name} names no source")

    @property
    def evidence(self) -> bool:
        """Whether a verdict may rest on it."""
        return self.status != "memory"


@dataclass(frozen=True)
class Line:
    """One line of a chart, or one bar where it has a single point: (label or period, value)."""

    label: str
    points: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Chart:
    """What a claim's page draws: `paths` over time, or `bars`."""

    kind: Literal["paths", "bars"]
    title: str
    unit: str
    source: str
    lines: tuple[Line, ...]
    mark: float | None = None  # a value to draw beside the thresholds of the rule, which the report draws


@dataclass(frozen=True)
class Evidence:
    """What a computation gives back. missing: what one would need and does not have, one sentence each."""

    readings: tuple[Reading, ...]
    charts: tuple[Chart, ...] = ()
    notes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def __add__(self, other: Evidence) -> Evidence:
        return Evidence(
            self.readings + other.readings, self.charts + other.charts, self.notes + other.notes,
            self.missing + other.missing,
        )  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """Return plain data that `from_json` reads back to an equal Evidence."""
        from dataclasses import asdict

        return asdict(self)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Evidence:
        """Return the Evidence that `to_json` wrote."""
        readings = tuple(
            Reading(**{**r, "sources": tuple(r["sources"]), "draws": tuple(r["draws"])})
            for r in content["readings"]
        )
        charts = tuple(
            Chart(**{**c, "lines": tuple(Line(line["label"], tuple((str(x), float(y)) for x, y in line["points"]))
                                         for line in c["lines"])})
            for c in content["charts"]
        )  # fmt: skip
        return cls(readings, charts, tuple(content["notes"]), tuple(content["missing"]))


def paired(readings: Sequence[Reading]) -> list[tuple[Reading, Reading | None]]:
    """Return readings, each with its twin at the parameters' values on the full world where it has one."""
    by_name = {reading.name: reading for reading in readings}
    twins = {
        r.name + FULL
        for r in readings
        if r.draws and r.name + FULL in by_name and by_name[r.name + FULL].status == "model"
    }
    return [
        (r, by_name[r.name + FULL] if r.name + FULL in twins else None)
        for r in readings
        if r.name not in twins
    ]


def drawn(
    name: str,
    words: str,
    values: tuple[float, ...],
    unit: str,
    as_of: str,
    sources: tuple[str, ...],
    cuts: Mapping[str, float] | None = None,
) -> Reading:
    """Return the reading of a model result over draws: its median, with quantiles; DataError if no draw is left."""
    import numpy as np

    kept = tuple(float(value) for value in values if value == value)
    if not kept:
        raise DataError(f"reading {name}: no draw converged")
    found = np.quantile(np.array(kept), QUANTILES)
    quantiles = {f"{q:g}": float(v) for q, v in zip(QUANTILES, found, strict=True)}
    return Reading(
        name, words, quantiles["0.5"], unit, as_of, "model", sources, quantiles=quantiles, draws=kept,
        cuts=cuts or None,
    )  # fmt: skip


def medians(values: Floats, choices: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Return the median of draws by what was chosen in them, as {"kind=option": median}; NaN is left out.

    choices: by kind, the option of every draw, in the order of `values`. A kind whose share of the sum of squares is
    less than `TELLING` times what chance gives it, (options - 1) / (draws - 1), is left out: it tells nothing.
    """
    import numpy as np

    fine = np.isfinite(values)
    kept = np.asarray(values, dtype=float)[fine]
    whole = float(((kept - kept.mean()) ** 2).sum()) if len(kept) else 0.0
    found: dict[str, float] = {}
    for kind, options in choices.items():
        of = np.asarray(options)[fine]
        groups = {option: kept[of == option] for option in sorted(set(of.tolist()))}
        between = sum(len(mine) * (mine.mean() - kept.mean()) ** 2 for mine in groups.values())
        if whole > 0.0 and between / whole > TELLING * (len(groups) - 1) / (len(kept) - 1) > 0.0:
            found |= {f"{kind}={option}": float(np.median(mine)) for option, mine in groups.items()}
    return found
