"""The table of US duties is what its rule says: sector duties where they belong, and the tracker's mean."""

from __future__ import annotations

import numpy as np
import pytest
from source_data import SOURCE

from blocs.builders import us_tariffs as build
from blocs.data import store
from blocs.errors import DataError

needs_source = pytest.mark.skipif(
    not (SOURCE / build.BY_TIME).is_file(),
    reason="no source folder: set BLOCS_SOURCE_DATA to rebuild the table",
)
DATE = build.DATES[-1]


def partner(increase: float, only_232: float = 0.02, **shares: float) -> build.Partner:
    columns = {"steel": 0.0, "aluminium": 0.0, "vehicles": 0.0, "exempt": 0.0} | shares
    by_date = dict.fromkeys(build.DATES, increase) | {build.ONLY_232: only_232}
    return build.Partner(by_date, 1e9, **columns)


def spread(world28, found: build.Partner, code: str = "XXX", **trade: float) -> dict[str, float]:
    goods = world28.sectors[:27]
    flows = np.array([trade.get(good, 0.0) for good in goods])
    rates = build.spread_over_goods(code, found, DATE, flows, goods)
    assert rates @ flows / flows.sum() == pytest.approx(found.increase[DATE])
    return dict(zip(goods, rates, strict=True))


def test_without_sector_duties_every_good_pays_the_mean(world28) -> None:
    rates = spread(world28, partner(0.1), C26=60.0, C28=40.0)
    assert [rates["C26"], rates["C28"]] == pytest.approx([0.1, 0.1])


def test_metals_pay_their_duty_and_derivatives_are_fabricated_metals(world28) -> None:
    found = partner(0.1, steel=0.05, aluminium=0.02)
    rates = spread(world28, found, C24A=5.0, C24B=1.0, C25=10.0, C26=84.0)
    assert rates["C24A"] == rates["C24B"] == pytest.approx(0.5)
    # a tenth of fabricated metals is derivatives, the rest pays what all others pay
    assert rates["C25"] == pytest.approx(0.1 * 0.5 + 0.9 * rates["C26"])


def test_fuels_and_then_ores_are_exempt(world28) -> None:
    rates = spread(world28, partner(0.06, exempt=0.4), B06=30.0, B07=20.0, C26=50.0)
    assert rates["B06"] == 0.0
    assert 0.0 < rates["B07"] == pytest.approx(0.5 * rates["C26"])


def test_a_deal_on_vehicles_shows_where_nothing_else_was_in_force(world28) -> None:
    found = partner(0.1, only_232=0.05, vehicles=0.4)
    assert spread(world28, found, C29=40.0, C26=60.0)["C29"] == pytest.approx(0.125)


def test_sector_duties_beyond_the_increase_are_scaled_down_to_it(world28) -> None:
    rates = spread(world28, partner(0.05, only_232=0.1, vehicles=0.4), C29=40.0, C26=60.0)
    assert rates["C26"] == pytest.approx(0.0)
    assert rates["C29"] == pytest.approx(0.125)


@needs_source
def test_the_section_232_columns_explain_what_was_left_on_20_february_2026() -> None:
    found = build.read_partners(SOURCE)
    for name in ("CHINA", "INDIA", "SOUTH AFRICA", "SLOVAKIA"):  # partners without a deal on vehicles
        row = found[name]
        predicted = build.METALS[1] * (row.steel + row.aluminium) + build.VEHICLES * row.vehicles
        assert predicted == pytest.approx(row.increase[build.ONLY_232], abs=0.003)


@needs_source
def test_rebuild_reproduces_the_bundled_table(tmp_path) -> None:
    path = build.build_us_tariffs(SOURCE, tmp_path)
    assert path.read_bytes() == store.path(build.TABLE).read_bytes()


def test_a_missing_source_is_named(tmp_path) -> None:
    with pytest.raises(DataError, match=r"country-by-time.csv' not found"):
        build.build_us_tariffs(tmp_path, tmp_path)
