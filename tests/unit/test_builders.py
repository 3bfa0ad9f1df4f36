"""The bundled world tables hold their identities and are what the builders make of the source folder."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from blocs.builders import icio
from blocs.builders.accounts import Accounts, aggregate_services, check
from blocs.builders.npz import round_mantissa, write_npz
from blocs.builders.tariffs import trade_war_increments
from blocs.errors import DataError
from blocs.world.by_user import expand_by_user

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "src" / "blocs" / "data"
WORLDS = DATA / "worlds"
SOURCE = Path(os.environ.get("BLOCS_SOURCE_DATA", ROOT.parent / "shared" / "data"))
needs_source = pytest.mark.skipif(
    not (SOURCE / "world").is_dir(),
    reason="no source folder: set BLOCS_SOURCE_DATA to rebuild the world tables",
)
NAMES = ("world-81x50.npz", "world-81x28.npz")


@pytest.fixture(scope="module", params=NAMES)
def accounts(request: pytest.FixtureRequest) -> Accounts:
    return icio.load_accounts(WORLDS / request.param)


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("build")
    icio.build_icio(SOURCE, out)
    return out


def test_identities_hold(accounts: Accounts) -> None:
    check(accounts)
    assert accounts.final.min() >= 0
    np.testing.assert_allclose(accounts.use.sum(1) + accounts.final, accounts.spending)
    np.testing.assert_allclose(accounts.use.sum(0) + accounts.value_added, accounts.output)
    assert abs(accounts.deficit.sum()) < 1e-6 * accounts.output.sum()


def test_value_added_is_at_least_the_floor(accounts: Accounts) -> None:
    active = accounts.output > 0
    assert (accounts.value_added[active] / accounts.output[active]).min() > 0.0199
    assert np.all(accounts.use.sum(0)[~active] == 0)


def test_world_value_added_is_95_7_trn(accounts: Accounts) -> None:
    assert accounts.value_added.sum() / 1e6 == pytest.approx(95.7, abs=0.1)


def test_both_resolutions_are_the_same_world() -> None:
    fine, coarse = (icio.load_accounts(WORLDS / name) for name in NAMES)
    summed = aggregate_services(fine)
    np.testing.assert_array_equal(summed.flows[:27], coarse.flows[:27])
    np.testing.assert_allclose(summed.flows[27], coarse.flows[27], rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(summed.use, coarse.use, rtol=1e-5, atol=1e-4)


def test_tariffs_are_sane() -> None:
    with np.load(WORLDS / NAMES[0]) as data:
        rates, regions = data["tariff"], list(data["regions"])
    diagonal = np.arange(81)
    assert rates.min() >= 0
    assert rates.max() < 0.6
    assert np.all(rates[:, diagonal, diagonal] == 0)
    assert np.all(rates[:, regions.index("DEU"), regions.index("FRA")] == 0)
    assert np.all(rates[:, 80] == 0)
    assert np.all(rates[:, :, 80] == 0)


def test_us_rate_on_china_is_the_trackers() -> None:
    with (WORLDS / "us-imports-2024.csv").open() as file:
        rows = {row["partner"]: row for row in csv.DictReader(file)}
    assert float(rows["CHN"]["tariff_base_pct"]) == pytest.approx(10.87, abs=0.01)
    weights = {name: float(row["imports_2024"]) for name, row in rows.items()}
    gap = sum(
        weights[n] * (float(r["tariff_base_pct"]) - float(r["tariff_2024_pct"])) for n, r in rows.items()
    ) / sum(weights.values())
    assert abs(gap) < 1.0


def test_us_share_of_chinese_goods_exports_fell_from_20_6_to_16_3_per_cent() -> None:
    with np.load(WORLDS / "totals-81x28.npz") as data:
        flows, regions, years = data["flows"], list(data["regions"]), list(data["years"])
    usa, chn = regions.index("USA"), regions.index("CHN")

    def share(table: np.ndarray) -> float:
        goods = table[:27, chn].astype(float)
        return float(goods[:, usa].sum() / (goods.sum() - goods[:, chn].sum()))

    assert years == [2017, 2018, 2019, 2020, 2021]
    assert 100 * share(flows[0]) == pytest.approx(20.6, abs=0.05)
    assert 100 * share(icio.load_accounts(WORLDS / NAMES[1]).flows) == pytest.approx(16.3, abs=0.05)


def test_look_through_content_sums_to_one() -> None:
    with np.load(WORLDS / "look-through-81x50.npz") as data:
        content, duty = data["content"].astype(float), data["duty_content"].astype(float)
    active = icio.load_accounts(WORLDS / NAMES[0]).output > 0
    total = content.sum(0) + duty
    np.testing.assert_allclose(total[active], 1.0, atol=1e-6)
    assert np.all(total[~active] == 0)
    assert content.min() >= 0


def test_by_user_purchases_expand_to_the_margins_of_the_world() -> None:
    world = icio.load_accounts(WORLDS / NAMES[1])
    with np.load(WORLDS / "by-user-81x28.npz") as data:
        codes, step = data["codes"], float(data["step"])
    by_origin = world.flows * (1 + world.tariff)
    table = expand_by_user(codes, step, by_origin, np.concatenate([world.use, world.final[:, None]], axis=1))
    assert table.min() >= 0
    np.testing.assert_allclose(table[:, :, :28].sum(1), world.use, rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(table.sum(2), by_origin, rtol=1e-6, atol=1e-2)


def test_every_elasticity_set_covers_all_goods_and_marks_services() -> None:
    with (DATA / "elasticities.csv").open() as file:
        rows = list(csv.DictReader(file))
    sets = {row["set"] for row in rows}
    assert len(sets) == 6
    assert len(rows) == 6 * 28
    assert all(row["filler"] == "1" for row in rows if row["good"] == "SERV")
    assert all(float(row["theta"]) > 0.5 for row in rows)


def test_trade_war_increments_are_plausible() -> None:
    rises = trade_war_increments(("A01", "C28", "C29", "B09"))
    np.testing.assert_allclose(rises["us_on_china"][1], 0.2110, atol=1e-3)
    assert rises["china_on_us"][2] == 0  # China cut its car tariff
    assert rises["us_on_china"][3] == 0


def test_written_files_do_not_carry_the_clock(tmp_path: Path) -> None:
    arrays = {"x": np.arange(3.0)}
    assert write_npz(tmp_path / "a.npz", arrays) == write_npz(tmp_path / "b.npz", arrays)


def test_round_mantissa_keeps_its_promise() -> None:
    values = np.random.default_rng(0).lognormal(0, 10, 1000).astype(np.float32)
    assert np.max(np.abs(round_mantissa(values, 16) / values - 1)) <= 2.0**-17


def test_a_missing_source_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"icio2022_80x28\.npz"):
        icio.build_icio(tmp_path, tmp_path / "out")


@needs_source
def test_rebuild_reproduces_the_bundled_files(rebuilt: Path) -> None:
    for path in sorted(rebuilt.rglob("*.npz")):
        with np.load(path) as new, np.load(WORLDS / path.name) as old:
            assert new.files == old.files
            for name in new.files:
                if new[name].dtype.kind == "f":
                    np.testing.assert_allclose(new[name], old[name], rtol=1e-5, atol=1e-6, err_msg=name)
                elif name == "codes":  # a code on the edge between two steps may round either way
                    assert np.mean(new[name] != old[name]) < 1e-4
                else:
                    np.testing.assert_array_equal(new[name], old[name])
    for path in sorted(rebuilt.rglob("*.csv")):
        assert path.read_text() == (DATA / path.relative_to(rebuilt)).read_text(), path.name


@needs_source
def test_services_of_the_split_sum_to_the_published_aggregate() -> None:
    with np.load(SOURCE / "world" / "icio2022_80x28.npz") as data:
        published = data["X"].astype(float)
    flows = aggregate_services(icio.load_accounts(WORLDS / NAMES[0])).flows
    np.testing.assert_array_equal(flows[:27], published[:27])
    np.testing.assert_allclose(flows[27], published[27], rtol=1e-6, atol=1e-6)
