"""Debt against CBO: the baselines of January 2025 and February 2026, the record of errors, the rules of thumb.

Sources: CBO, The Budget and Economic Outlook: 2025 to 2035 (publication 60870) and 2026 to 2036; CBO's evaluation data,
github.com/US-CBO/eval-projections; CBO, How Changes in Economic Conditions Might Affect the Federal Budget: 2025 to
2035 (publication 61249). All inputs are bundled, so nothing is skipped but the comparison with the source files.
"""

from __future__ import annotations

import csv

import numpy as np
import pytest
from source_data import SOURCE

from blocs.vectors.debt import record
from blocs.vectors.debt.analysis import debt
from blocs.vectors.debt.project import project
from blocs.vectors.debt.rules import rules
from blocs.vectors.debt.usa import history, load_usa

JANUARY = [99.89, 101.73, 103.38, 105.44, 107.24, 109.22, 111.12, 113.05, 115.26, 117.08, 118.49]


def test_the_baseline_of_january_2025_year_by_year() -> None:
    """Debt over GDP to two decimals, debt in whole billions from its own deficits and other means."""
    document = debt("USA", "cbo-2025-01", paths=50)
    base = document.baseline
    assert base.years == list(range(2025, 2036))
    assert [round(value, 2) for value in base.debt_to_gdp] == JANUARY
    total = document.start.debt
    assert total == 28199.0
    for n in range(11):
        total += base.deficit[n] + base.other_means[n]
        assert total == base.debt[n]


def test_the_table_of_january_2025_is_the_source_files() -> None:
    path = SOURCE / "debt" / "cbo_jan2025_baseline.csv"
    if not path.is_file():
        pytest.skip(
            "no source data: set BLOCS_SOURCE_DATA to the folder that holds debt/cbo_jan2025_baseline.csv"
        )
    rows = {int(row["fy"]): row for row in csv.DictReader(path.open(encoding="utf-8"))}
    case = load_usa("cbo-2025-01")
    for n, year in enumerate(case.years):
        row = rows[year]
        published = (row["debt_public"], row["net_interest"], row["gdp"], row["revenues"], row["other_means"])
        ours = (case.debt[n], case.net_interest[n], case.gdp[n], case.revenue[n], case.other_means[n])
        assert [float(value) for value in published] == pytest.approx(ours, abs=1e-9)
        assert -float(row["total_deficit"]) == case.deficit[n]


def test_the_levels_of_february_2026() -> None:
    """2036: debt 56,152, net interest 2,144, deficit 3,102, customs 402 bn; 120% of GDP."""
    case = load_usa("cbo-2026-02")
    path = project(case)
    assert path.debt[-1] == pytest.approx(56152, abs=0.5)
    assert path.net_interest[-1] == pytest.approx(2144, abs=0.5)
    assert path.deficit[-1] == pytest.approx(3102, abs=0.5)
    assert case.extra["customs"][-1] == pytest.approx(402, abs=0.5)
    assert round(100.0 * path.ratio[-1]) == 120


@pytest.mark.parametrize(("baseline", "within"), [("cbo-2025-01", 0.08), ("cbo-2026-02", 0.065)])
def test_interest_from_the_buckets_alone(baseline: str, within: float) -> None:
    """The own-rate version's stated error: net interest within 8 and 6.5% in every year, debt in the end 1.2%."""
    case = load_usa(baseline)
    own = project(case, own_rates=True)
    assert np.abs(own.net_interest / case.net_interest - 1.0).max() < within
    assert abs(own.debt[-1] / case.debt[-1] - 1.0) < 0.012


def test_gross_and_net_of_the_record() -> None:
    """Gross debt 35.465 and 37.638 trn, gross interest 1,133 and 1,216 bn, net 880 and 970 bn (2024, 2025)."""
    for year, gross, paid, net in ((2024, 35465, 1133, 880), (2025, 37638, 1216, 970)):
        assert history("debt_gross").at(year) == pytest.approx(gross, abs=0.5)
        assert history("interest_gross").at(year) == pytest.approx(paid, abs=0.5)
        assert history("interest_net").at(year) == pytest.approx(net, abs=0.5)


RECORD = {
    1: (1.1, 1.4),
    2: (2.6, 4.3),
    3: (4.1, 7.3),
    5: (6.8, 13.3),
    6: (8.3, 17.4),
    10: (13.6, 22.0),
    11: (15.5, 28.8),
}


def test_fan_widths_are_the_record_of_errors() -> None:
    """Root mean square and two-thirds spread by horizon: record to a decimal, fan within what 40,000 draws leave."""
    case = load_usa()
    draws = record.draw(case.ratio, case.years, record.Law.CURRENT, paths=40_000)
    widths = record.widths(record.Law.CURRENT)
    for horizon, (rmse, spread) in RECORD.items():
        assert widths[horizon].rmse == pytest.approx(rmse, abs=0.0501)
        assert widths[horizon].spread == pytest.approx(spread, abs=0.0501)
        error = 100.0 * (case.ratio[horizon - 1] - draws.ratio[:, horizon - 1])
        assert np.sqrt((error**2).mean()) == pytest.approx(rmse, rel=0.03, abs=0.06)
        low, high = record.spread_ends(error)
        assert high - low == pytest.approx(spread, rel=0.04, abs=0.06)


def test_with_legislation_the_fan_is_two_and_a_half_times_as_wide_and_biased() -> None:
    current, law = (record.widths(which)[10] for which in record.Law)
    assert law.rmse / current.rmse == pytest.approx(2.5, abs=0.15)
    assert law.mean < -25.0  # debt came out higher


def test_rules_of_thumb_beside_cbos() -> None:
    """Rates: between CBO's smallest and largest rule. Growth: above CBO's 388 bn by about a quarter, a known miss.

    CBO lets slower growth lower interest rates and some spending; here rates stay.
    """
    growth, rates = rules()
    assert rates.low < rates.ours < rates.high
    assert 1.1 < growth.ours / growth.high < 1.35
