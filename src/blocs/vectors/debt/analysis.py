"""Everything `blocs debt` says of a country, as one versioned document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from blocs.data.assumptions import Assumptions
from blocs.errors import DataError
from blocs.vectors.debt import dollar, questions, record, rules
from blocs.vectors.debt.case import Case
from blocs.vectors.debt.countries import load_case
from blocs.vectors.debt.fan import PATHS, SEED, Draws, check_paths, simulate
from blocs.vectors.debt.project import Path, project
from blocs.vectors.debt.questions import Statement
from blocs.world.accounts import Floats

LEVELS = (0.05, 0.1, 1.0 / 6.0, 0.25, 0.5, 0.75, 5.0 / 6.0, 0.9, 0.95)
MARKS = (100.0, 120.0, 150.0)  # % of GDP
BURDENS = (20.0, 25.0, 30.0)  # % of receipts
TARGET = 100.0  # % of GDP


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class PathDocument(_Model):
    """A path by year: amounts in bn, shares in %, deficits positive.

    debt(t) = debt(t-1) + deficit(t) + other_means(t).
    """

    name: str
    years: list[int]
    debt: list[float]
    debt_to_gdp: list[float]
    deficit: list[float]
    other_means: list[float]
    net_interest: list[float]
    primary_balance_to_gdp: list[float]
    interest_to_revenue: list[float]
    interest_to_defence: list[float] | None
    average_rate: list[float]
    stabilising_primary_balance_to_gdp: list[float] = Field(
        description="primary balance that would have kept debt over GDP where it was a year before, %"
    )


class FanDocument(_Model):
    """Quantiles of debt over GDP, %, by level; `share_*` statements are elsewhere."""

    name: str
    words: str
    years: list[int]
    quantiles: dict[str, list[float]]


class StatementDocument(_Model):
    """A share of the draws of one fan."""

    words: str
    fan: str
    share: float


class AnswerDocument(_Model):
    """An answer of a solver: what was asked, the number (null: there is none) and its unit."""

    question: str
    value: float | None
    unit: str


class RuleDocument(_Model):
    """Added deficits of ten years, US$ bn, ours and the official rule of thumb (a range where only that was read)."""

    words: str
    ours: float
    ours_with_feedback: float
    official: tuple[float, float]


class WidthDocument(_Model):
    """The official record at one horizon and the fan's width there, points of GDP; coverage out of sample."""

    law: str
    horizon: int
    baselines: int
    mean_error: float
    rmse: float
    two_thirds_spread: float
    fan_rmse: float
    fan_two_thirds_spread: float
    independent: float
    inside_left_out: float
    inside_apart: float | None
    inside_known: float | None


class DollarDocument(_Model):
    """The dollar's share of reserves (%) and the largest foreign holders of Treasury securities (US$ bn)."""

    quarter: str
    reserve_shares: dict[str, float]
    month: str
    holders: dict[str, float]


class StartDocument(_Model):
    """The year before the path."""

    year: int
    debt: float
    gdp: float


class DebtDocument(_Model):
    """Debt of one country: baseline, fans, statements that name their fan, answers, rules of thumb, the dollar."""

    schema_: Literal["blocs.debt/1"] = Field(default="blocs.debt/1", alias="schema")
    country: str
    name: str
    currency: str
    unit: str
    basis: str
    coverage: str
    debt_is: str
    start: StartDocument
    baseline: PathDocument
    own_rates: PathDocument = Field(description="interest from the maturity buckets alone")
    own_rates_error: float = Field(description="largest gap of its net interest from the official one, %")
    fan: FanDocument | None
    fans: list[FanDocument]
    statements: list[StatementDocument]
    answers: list[AnswerDocument]
    rules_of_thumb: list[RuleDocument]
    record: list[WidthDocument]
    dollar: DollarDocument | None
    notes: list[str]
    sources: list[str]

    def to_json(self) -> str:
        """Return the document as JSON text."""
        return self.model_dump_json(by_alias=True)


def debt(
    country: str = "USA",
    baseline: str | None = None,
    *,
    paths: int = PATHS,
    until: int | None = None,
    by: int | None = None,
    target: float = TARGET,
    seed: int = SEED,
    assumptions: Assumptions | None = None,
) -> DebtDocument:
    """Return what is known and asked of the debt of `country` (ISO3, or the CSV file of a user).

    until: last year of the path (default: the baseline's). by: year the statements are about (default: the last of the
    official baseline). target: debt over GDP, %, 0 or more, of the solvers. The fans are for the United States only.
    """
    assumed = assumptions or Assumptions.default()
    check_paths(paths)
    questions.check_target(target)
    case = load_case(country, baseline, assumed)
    official = case.years[-1]
    case = case.until(until or official)
    year = by or min(official, case.years[-1])
    if year not in case.years:
        raise DataError(f"{year} is outside the path, {case.years[0]}–{case.years[-1]}; move it or --until")
    path, own = project(case, assumptions=assumed), project(case, assumptions=assumed, own_rates=True)
    fans = _fans(case, path, paths, seed, assumed)
    return DebtDocument(
        country=case.country, name=case.name, currency=case.currency, unit=case.unit, basis=case.basis.value,
        coverage=case.coverage.value, debt_is=case.debt_is,
        start=StartDocument(year=case.start_year, debt=case.start_debt, gdp=case.start_gdp),
        baseline=_official(case, path), own_rates=_path("own rates", own),
        own_rates_error=_worst(own.net_interest, case.net_interest),
        fan=_fan(fans[0]) if fans else None, fans=[_fan(one) for one in fans],
        statements=_statements(fans, year), answers=_answers(case, path, year, target, paths, seed, assumed),
        rules_of_thumb=_rules(assumed) if case.country == "USA" else [],
        record=_record(fans) if case.country == "USA" else [],
        dollar=_dollar() if case.country == "USA" else None, notes=_notes(case), sources=list(case.sources),
    )  # fmt: skip


def _fans(case: Case, path: Path, paths: int, seed: int, assumed: Assumptions) -> list[Draws]:
    """Return the fans of a case: the two of the record as far as it reaches, and the modelled one."""
    if case.country != "USA":
        return []
    count = min(len(case.years), record.HORIZONS)
    earned = [
        record.draw(path.ratio[:count], case.years[:count], law, paths=paths, seed=seed) for law in record.Law
    ]
    return [*earned, simulate(case, paths=paths, seed=seed, assumptions=assumed)]


def _official(case: Case, path: Path) -> PathDocument:
    """Return the baseline as its publisher has it: the path reproduces it, to the rounding of floats."""
    document = _path(case.baseline, path)
    exact = {
        "debt": case.debt, "debt_to_gdp": 100.0 * case.ratio, "deficit": case.deficit,
        "net_interest": case.net_interest,
    }  # fmt: skip
    return document.model_copy(update={name: _list(values) for name, values in exact.items()})


def _path(name: str, path: Path) -> PathDocument:
    defence = path.case.extra.get("defence")
    return PathDocument(
        name=name,
        years=list(path.case.years),
        debt=_list(path.debt),
        debt_to_gdp=_list(100.0 * path.ratio),
        deficit=_list(path.deficit),
        other_means=_list(path.case.other_means),
        net_interest=_list(path.net_interest),
        primary_balance_to_gdp=_list(-100.0 * path.primary / path.gdp),
        interest_to_revenue=_list(100.0 * path.net_interest / path.revenue),
        interest_to_defence=None if defence is None else _list(100.0 * path.net_interest / defence),
        average_rate=_list(100.0 * path.average_rate),
        stabilising_primary_balance_to_gdp=_list(questions.stabilising_primary(path)),
    )


def _fan(draws: Draws) -> FanDocument:
    found = draws.quantiles(LEVELS)
    return FanDocument(
        name=draws.name,
        words=draws.words,
        years=list(draws.years),
        quantiles={f"{level:.4g}": _list(values) for level, values in found.items()},
    )


def _statements(fans: Sequence[Draws], year: int) -> list[StatementDocument]:
    out: list[Statement] = []
    for draws in fans:
        if year not in draws.years:
            continue
        if year - questions.WINDOW in draws.years:
            out.append(questions.stabilises(draws, year))
        out += [questions.exceeds(draws, mark, year) for mark in MARKS]
        burdens = [questions.burdened(draws, mark, year) for mark in BURDENS]
        out += [statement for statement in burdens if statement is not None]
    return [StatementDocument(words=s.words, fan=s.fan, share=s.share) for s in out]


def _answers(
    case: Case, path: Path, year: int, target: float, paths: int, seed: int, assumed: Assumptions
) -> list[AnswerDocument]:
    last = questions.explosion(path, assumed)
    start = min(case.years[min(1, len(case.years) - 1)], year)
    answers = [
        _answer(
            f"primary balance that keeps debt over GDP in {year} where it was a year before",
            float(questions.stabilising_primary(path)[case.years.index(year)]), "% of GDP",
        ),
        _answer(
            f"lasting improvement of the primary balance from {start} that puts debt at {target:g}% of GDP in {year}",
            _or_none(lambda: questions.adjustment(case, target, year, start, assumptions=assumed)), "% of GDP",
        ),
    ]  # fmt: skip
    if case.country == "USA":
        for chance in (0.5, 0.8):
            answers.append(
                _answer(
                    f"the same with probability {chance:g} in the modelled fan",
                    _or_none(
                        lambda chance=chance: questions.adjustment_with_probability(
                            case, target, year, start, chance, paths=min(paths, PATHS // 2), seed=seed,
                            assumptions=assumed,
                        )
                    ), "% of GDP",
                )
            )  # fmt: skip
    answers += [
        _answer(
            "average interest rate above which debt has no level to rest at, with primary deficit and growth of the "
            "last years",
            last.rate, "%",
        ),
        _answer(f"average interest rate in {path.case.years[-1]}", last.now, "%"),
        _answer("level at which debt would rest at that rate", last.rest, "% of GDP"),
    ]  # fmt: skip
    for mark in MARKS:
        found = questions.years_to(path, mark)
        answers.append(_answer(f"first year with debt of {mark:g}% of GDP or more", found, "year"))
    return answers


def _or_none(ask: Callable[[], float]) -> float | None:
    """Return an answer, or None where the question has none within bounds."""
    try:
        return ask()
    except DataError:
        return None


def _answer(question: str, value: float | None, unit: str) -> AnswerDocument:
    return AnswerDocument(question=question, value=value, unit=unit)


def _rules(assumed: Assumptions) -> list[RuleDocument]:
    return [
        RuleDocument(
            words=rule.words,
            ours=rule.ours,
            ours_with_feedback=rule.ours_with_feedback,
            official=(rule.low, rule.high),
        )
        for rule in rules.rules(assumed)
    ]


def _record(fans: Sequence[Draws]) -> list[WidthDocument]:
    """Return the record beside the width of the fan at each horizon."""
    out = []
    for law, draws in zip(record.Law, fans, strict=False):
        widths, honest = record.widths(law), {h.horizon: h for h in record.honesty(law)}
        for n in range(len(draws.years)):
            error = 100.0 * (draws.centre[n] - draws.ratio[:, n])
            low, high = record.spread_ends(error)
            width, test = widths[n + 1], honest[n + 1]
            out.append(
                WidthDocument(
                    law=law.value, horizon=n + 1, baselines=width.number, mean_error=width.mean, rmse=width.rmse,
                    two_thirds_spread=width.spread, fan_rmse=float(np.sqrt((error**2).mean())),
                    fan_two_thirds_spread=high - low, independent=test.independent, inside_left_out=test.left_out,
                    inside_apart=test.apart, inside_known=test.known,
                )
            )  # fmt: skip
    return out


def _dollar() -> DollarDocument:
    quarter, shares = dollar.reserve_shares()[-1]
    found = dollar.holdings()
    largest = sorted(found.values(), key=lambda held: -held.usd_bn)
    return DollarDocument(
        quarter=quarter,
        reserve_shares=shares,
        month=dollar.latest_month(),
        holders={held.holder: held.usd_bn for held in largest},
    )


def _notes(case: Case) -> list[str]:
    lines = list(case.notes)
    if case.country == "USA":
        lines.append(
            "Three fans: CBO's error record net of legislation (current law), the same with legislation, and modelled "
            "joint shocks, whose primary balance has moved with laws too. Shares of draws are probabilities only as "
            "far as the past is a guide; the record's errors are of dollars of debt over actual GDP."
        )
    else:
        lines.append("No record of shocks or of projection errors is bundled: there is no fan.")
    return lines


def _worst(ours: Floats, official: Floats) -> float:
    return float(100.0 * np.abs(ours / official - 1.0).max())


def _list(values: Floats) -> list[float]:
    return [float(value) for value in values]
