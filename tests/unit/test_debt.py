"""Debt: series that refuse to be mixed, a user's table and its errors, fans that name themselves, the dollar's side."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import blocs
from blocs.data.assumptions import Assumptions
from blocs.errors import DataError, ScenarioError
from blocs.vectors.debt import dollar, flows, questions, record
from blocs.vectors.debt.budget import customs_base
from blocs.vectors.debt.countries import TEMPLATE, countries, load_case, read_case
from blocs.vectors.debt.europe import NAMES
from blocs.vectors.debt.fan import blocks, estimate, simulate
from blocs.vectors.debt.measures import Fiscal, HolderRun, ReserveShare
from blocs.vectors.debt.project import Drivers, project
from blocs.vectors.debt.series import Basis, Coverage, Series, fiscal_from_calendar
from blocs.vectors.debt.usa import history, load_usa
from blocs.vectors.debt.vector import DebtVector, baseline_of

YEARS = (2024, 2025)


def series(basis: Basis = Basis.FISCAL, coverage: Coverage = Coverage.NET, unit: str = "bn USD") -> Series:
    return Series("debt", YEARS, np.array([1.0, 2.0]), unit, basis, coverage)


# --- series --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (series(basis=Basis.CALENDAR), "their basis differ"),
        (series(coverage=Coverage.GROSS), "gross and net debt or interest are never mixed"),
        (series(unit="trn USD"), "their unit differ"),
        (Series("gdp", (2025, 2026), np.ones(2), "bn USD", Basis.FISCAL), "their years differ"),
    ],
)
def test_mixing_raises(other: Series, words: str) -> None:
    for mix in (Series.__add__, Series.__sub__, Series.ratio):
        with pytest.raises(DataError, match=words):
            mix(series(), other)


def test_gross_interest_over_net_debt_raises_on_the_bundled_record() -> None:
    with pytest.raises(DataError, match="never mixed"):
        history("debt") + history("debt_gross")
    assert history("interest_gross").at(2025) == pytest.approx(1216, abs=0.5)
    assert history("interest_net").at(2025) == pytest.approx(970, abs=0.5)


def test_a_missing_year_of_a_series_raises() -> None:
    with pytest.raises(DataError, match="lacks the year 2025"):
        Series("debt", (2024, 2026), np.ones(2), "bn USD", Basis.FISCAL)


def test_a_fiscal_year_has_a_quarter_of_the_calendar_year_before() -> None:
    np.testing.assert_allclose(fiscal_from_calendar([2.0, 3.0], 1.0), [1.75, 2.75])


# --- a user's table --------------------------------------------------------------------------------------------


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "country.csv"
    path.write_text(TEMPLATE, encoding="utf-8")
    return path


def test_the_template_runs_and_reproduces_its_own_baseline(table: Path) -> None:
    case = read_case(table)
    path = project(case)
    np.testing.assert_allclose(path.debt, case.debt, rtol=1e-12)
    assert case.basis is Basis.CALENDAR
    assert case.coverage is Coverage.GROSS


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "2026,1452900,645000,15300,11800,235000,\n",
            "",
            "line 15: 2027 follows 2025; the year 2026 is missing",
        ),
        ("2026,1452900,", "2026,1452.9,", "another unit"),
        ("bonds, 0.85,", "bonds, 0.75,", "buckets sum to 90.00% of the debt"),
        ("# unit: bn", "# unit: mn", "give amounts in bn"),
        ("15300,11800", "15300,", "line 15: net_interest is missing"),
        ("15300,11800", "15 300,11800", "not a number"),
        ("year,debt,gdp", "year,dept,gdp", "lacks debt"),
        ("# basis: calendar", "# basis: kalendar", "unknown basis 'kalendar'; did you mean 'calendar'"),
        ("# bucket: bills, 0.15, 0.4, 1.00, 0.8\n", "# bucket: bills, 0.15\n", "is no bucket"),
    ],
)
def test_what_is_wrong_in_a_table_is_named_with_its_place(
    table: Path, old: str, new: str, words: str
) -> None:
    table.write_text(TEMPLATE.replace(old, new), encoding="utf-8")
    with pytest.raises(DataError) as raised:
        read_case(table)
    assert words in str(raised.value)


def test_other_means_that_break_the_identity_are_named(table: Path) -> None:
    table.write_text(TEMPLATE.replace("235000,\n", "235000,99\n"), encoding="utf-8")
    with pytest.raises(
        DataError, match=r"2026 breaks debt\(t\) = debt\(t-1\) \+ deficit \+ other means by -99"
    ):
        read_case(table)


def test_an_unknown_country_or_baseline_names_the_nearest_and_the_way_out() -> None:
    with pytest.raises(DataError, match="bring yours as a CSV file"):
        load_case("BRA")
    with pytest.raises(DataError, match="did you mean 'cbo-2026-02'"):
        load_case("USA", "cbo-2026-03")


def test_every_bundled_country_reproduces_its_baseline_and_has_no_fan_but_the_us() -> None:
    assert set(countries()) == {"USA", *NAMES}
    for code in countries():
        case = load_case(code)
        np.testing.assert_allclose(project(case).debt, case.debt, rtol=1e-10)
    with pytest.raises(DataError, match="no record of joint shocks for ITA"):
        simulate(load_case("ITA"))


def test_the_projections_of_europe_begin_with_the_commissions_ratios() -> None:
    published = {
        "AUT": 84.0,
        "BEL": 107.1,
        "DEU": 63.8,
        "ESP": 100.9,
        "FRA": 116.0,
        "GBR": 102.6,
        "GRC": 146.6,
        "ITA": 136.7,
    }
    for code, ratio in published.items():
        # the Commission's ratio uses its own rounding of GDP
        assert 100.0 * load_case(code).ratio[0] == pytest.approx(ratio, abs=0.25)


# --- fans ------------------------------------------------------------------------------------------------------


def test_shocks_are_stationary_and_resampled_in_blocks() -> None:
    process = estimate()
    assert process.persistence < 1.0
    assert np.abs(process.residuals.mean(axis=0)).max() < 1e-12
    index = blocks(200, 11, 41, seed=1)
    assert ((index[:, 1::2] - index[:, :-1:2]) % 41 == 1).all()


def test_the_same_seed_gives_the_same_fan_and_a_statement_names_it() -> None:
    case = load_usa()
    one, two = (simulate(case, paths=500, seed=7) for _ in range(2))
    np.testing.assert_array_equal(one.ratio, two.ratio)
    said = questions.stabilises(one, 2036)
    assert said.fan == "model"
    assert 0.0 <= said.share <= 1.0


def test_the_record_ends_after_eleven_years() -> None:
    case = load_usa().until(2040)
    with pytest.raises(DataError, match="ends 11 years ahead; 2037"):
        record.draw(case.ratio, case.years, record.Law.CURRENT)


def test_leaving_one_out_is_nearly_uniform_by_construction_and_says_so() -> None:
    """A check that cannot fail is reported beside two that can, and those fail at long horizons."""
    honest = {h.horizon: h for h in record.honesty(record.Law.CURRENT)}
    assert honest[10].left_out == pytest.approx(2.0 / 3.0, abs=0.1)
    assert honest[8].apart is not None
    assert honest[8].apart < 0.6
    assert honest[10].independent == pytest.approx(2.1)


# --- questions -------------------------------------------------------------------------------------------------


def test_the_adjustment_found_puts_debt_on_its_target() -> None:
    case = load_usa()
    size = questions.adjustment(case, 100.0, 2036, 2027)
    balance = np.where(np.arange(len(case.years)) >= 1, size / 100.0, 0.0)
    path = project(case, Drivers.none(case).change(balance=balance))
    assert 100.0 * path.ratio[-1] == pytest.approx(100.0, abs=1e-3)


def test_a_target_held_with_more_certainty_needs_more() -> None:
    case = load_usa()
    half, most = (
        questions.adjustment_with_probability(case, 110.0, 2036, 2027, p, paths=2000) for p in (0.5, 0.8)
    )
    assert half < most


def test_the_stabilising_balance_would_have_kept_the_ratio() -> None:
    case = load_usa()
    path = project(case)
    needed = questions.stabilising_primary(path) / 100.0
    debt = path.debt[3] - path.primary[3] - needed[4] * path.gdp[4] + 0.0
    kept = path.debt[3] + path.net_interest[4] - needed[4] * path.gdp[4] + case.other_means[4]
    assert debt != kept  # the interest is that of the year
    assert kept / path.gdp[4] == pytest.approx(path.ratio[3], rel=1e-9)


def test_debt_rests_below_the_explosive_rate_and_not_above() -> None:
    assumed = Assumptions.default()
    case = load_usa()
    tight = Drivers.none(case).change(balance=0.019)  # leaves a small primary deficit
    calm = questions.explosion(project(case, tight, assumptions=assumed), assumed)
    assert questions.explosion(project(case), assumed).rest is None
    assert calm.primary > 0.0
    assert (calm.rest is not None) == (calm.now < calm.rate)


# --- the vector ------------------------------------------------------------------------------------------------


def test_a_run_moves_deficits_that_sum_to_zero(world28) -> None:
    """D'_USA = D_USA − sale, the seller's up by the same, scaled by GDP."""
    run = HolderRun(holders=["CHN"], share=1.0)
    assumed = Assumptions.default()
    sold = flows.leaving([run], 2027, (2027, 2028), assumed, flows.owners(world28, assumed))
    assert sold == {"CHN": pytest.approx(dollar.held_by("CHN") / 2.0)}
    case = load_usa()
    moved = flows.transfers(sold, world28, case, 2027)
    usa, china = (world28.regions.index(code) for code in ("USA", "CHN"))
    assert moved.sum() == pytest.approx(0.0, abs=1e-6)
    assert moved[china] == -moved[usa] > 0.0
    base = world28.accounts.value_added[:, usa].sum() + world28.accounts.duty[usa]
    assert -moved[usa] / base == pytest.approx(sold["CHN"] / case.gdp[1])


def test_owners_hold_what_custodians_keep_and_centres_no_more_than_others_do(world28) -> None:
    assumed, table = Assumptions.default(), flows.published()
    owned = flows.owners(world28, assumed)
    assert sum(owned.values()) == pytest.approx(sum(table.values()))
    assert sum(table.values()) == pytest.approx(dollar.held_by("WLD"), rel=1e-3)
    added = dict(zip(world28.regions, world28.accounts.value_added.sum(axis=0) / 1e3, strict=True))
    centres = [name for name in dollar.CENTRES if name in table]
    others = [name for name in table if name not in centres]
    for name in others:
        assert owned[name] / table[name] == pytest.approx(owned["JPN"] / table["JPN"])
    ratio = sum(table[name] for name in others) / sum(
        size for name, size in added.items() if name not in (*centres, "USA")
    )
    for name in ("LUX", "BEL", "IRL", "CHE", "GBR"):
        assert owned[name] / added[name] == pytest.approx(ratio)
    assert owned["CYM"] == 0.0
    assert flows.owners(world28, assumed.replace({"debt.dollar.custody": 0.0})) == pytest.approx(table)
    half = flows.owners(world28, assumed.replace({"debt.dollar.custody": 0.5}))
    assert half["LUX"] == pytest.approx((owned["LUX"] + table["LUX"]) / 2.0)


def test_higher_american_rates_enrich_no_custodian(world28) -> None:
    """Luxembourg, which keeps securities of six times its income for others, gains like other rich countries."""
    content = {
        "name": "dear", "years": "2026-2030", "world": "81x28",
        "measures": [{"type": "rate_path", "country": "USA", "shift": 0.02}],
    }  # fmt: skip
    gain = blocs.run(world28, blocs.Scenario.from_dict(content)).at(2030).welfare
    assert 0.0 < float(gain.sel(region="LUX")) < float(gain.sel(region="JPN"))
    assert float(gain.sel(region="USA")) < 0.0


def test_a_run_by_all_or_by_officials_is_spread_by_owner_and_a_named_one_is_not(world28) -> None:
    assumed = Assumptions.default()
    owned, years = flows.owners(world28, assumed), (2027,)
    everybody = flows.leaving([HolderRun(holders=["WLD"], share=0.5)], 2027, years, assumed, owned)
    assert everybody == pytest.approx(
        {name: 0.5 * held for name, held in owned.items() if held > 0.0}, rel=1e-3
    )
    named = flows.leaving([HolderRun(holders=["LUX"], share=0.5)], 2027, years, assumed, owned)
    assert named == {"LUX": pytest.approx(0.5 * dollar.held_by("LUX"))}


def test_a_holder_without_a_region_is_part_of_the_rest(world28) -> None:
    moved = flows.transfers({"CYM": 100.0}, world28, load_usa(), 2027)
    assert moved[world28.regions.index("ROW")] > 0.0


def test_a_lost_convenience_raises_the_rate_in_proportion() -> None:
    assumed = Assumptions.default()
    now = dollar.reserve_share()
    assert dollar.premium_lost(now, assumed) == 0.0
    assert dollar.premium_lost(0.0, assumed) == pytest.approx(0.0055)
    assert dollar.premium_lost(now / 2.0, assumed) == pytest.approx(0.00275)
    case = load_usa()
    falls = ReserveShare(share=now / 2.0)
    added = flows.rate_effect(case, [falls], case.years, assumed)
    assert (np.diff(added) > 0.0).all()
    assert (project(case, Drivers.none(case).change(rate=added)).net_interest > case.net_interest).all()


def test_duties_that_are_in_the_baseline_are_counted_once(world28) -> None:
    duties = blocs.Scenario.load("us-tariffs-2025-26").measures
    budget = [*duties, Fiscal(balance=0.01)]
    assert baseline_of(budget) == "cbo-2025-01"
    with pytest.raises(DataError, match="counted twice"):
        baseline_of([*duties, Fiscal(baseline="cbo-2026-02")])
    later, earlier = load_usa("cbo-2026-02"), load_usa("cbo-2025-01")
    np.testing.assert_array_equal(customs_base(earlier), earlier.extra["customs"])
    assert customs_base(later)[0] < 0.25 * later.extra["customs"][0]


def test_tariffs_bring_customs_less_the_offset_and_lower_the_debt(world28) -> None:
    run = blocs.run(world28, "tariffs-pay-the-debt")
    seen = run.indicators("debt").sel(country="USA")
    assert (seen.customs_net > 50.0).all()
    assert float(seen.debt_to_gdp[-1]) < float(seen.debt_to_gdp_baseline[-1]) - 2.0
    case = load_usa("cbo-2025-01")
    state = run.states[-1]["debt"]
    ratio = state.records[2030].customs
    gross = customs_base(case)[5] * (0.25 * state.records[2029].customs + 0.75 * ratio - 1.0)
    assert float(seen.customs_net.sel(year=2030)) == pytest.approx(0.75 * gross, rel=1e-9)


def test_half_a_point_of_growth_is_half_a_point(world28) -> None:
    content = {
        "name": "g",
        "years": "2027",
        "world": "81x28",
        "measures": [{"type": "growth", "rate": 0.005}],
    }
    run = blocs.run(world28, blocs.Scenario.from_dict(content))
    assert float(run.gdp.sel(region="USA")[0]) == pytest.approx(0.5, abs=0.02)


def test_a_scenario_without_debt_measures_costs_debt_nothing(world28) -> None:
    vector = DebtVector()
    state = vector.start(world28, (2025,), Assumptions.default())
    measures = blocs.Scenario.load("universal-tariff-10").measures
    assert vector.shocks(state, measures, 2025).is_neutral
    outcome = blocs.run(world28, "universal-tariff-10").at(2025)
    assert vector.advance(state, measures, outcome, 2025) is state


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        ({"type": "fiscal", "country": "USB", "balance": 0.01}, "did you mean 'USA'"),
        ({"type": "fiscal", "baseline": "cbo-2025-02"}, "unknown baseline of USA"),
        ({"type": "fiscal"}, "it does nothing"),
        ({"type": "fiscal", "reaction": 0.05}, "needs both"),
        ({"type": "holder_run", "holders": "CNH", "share": 0.5}, "unknown holder 'CNH'; did you mean 'CHN'"),
    ],
)
def test_a_wrong_measure_is_named_with_the_fix(world28, measure: dict, words: str) -> None:
    content = {"name": "wrong", "years": "2027", "world": "81x28", "measures": [measure]}
    with pytest.raises(ScenarioError) as raised:
        blocs.run(world28, blocs.Scenario.from_dict(content))
    assert words in str(raised.value)
