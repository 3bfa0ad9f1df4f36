"""Build the world tables from the OECD ICIO source files: `blocs data build icio --source FOLDER`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from blocs.builders import growth, nowcast, phases, tariffs
from blocs.builders import source as src
from blocs.builders.accounts import Accounts, Inputs, aggregate_services, build_accounts, check
from blocs.builders.elasticities import SERVICES, elasticity_table
from blocs.builders.gdp_check import gdp_check
from blocs.builders.labour import labour_shares
from blocs.builders.lookthrough import value_added_content
from blocs.builders.npz import round_mantissa, sha256, write_npz
from blocs.builders.purchases import purchases_by_user
from blocs.builders.repairs import Repair, write_repairs
from blocs.builders.services import split_services
from blocs.world.balance import ratio
from blocs.world.by_user import pack_by_user

BY_USER_STEP = 0.04  # log units: a packed cell is within 2% of its source before balancing
BY_USER_DUST = 0.01  # US$ mn: smaller cells take the pooled sourcing
TOTALS_BITS = 16  # mantissa bits kept: relative error at most 7.6e-6
TOTALS_DUST = 1e-3  # US$ mn: smaller flows become zero
IMPORTS_YEAR = Repair(
    "us-imports-2024",
    "imports_2024, all partners",
    "the tracker's undated `total imports` are read as the calendar year 2024",
    "MEX 503 (Census, general imports 2024: 505.9), CAN 412 (412.7), CHN 429 (438.9), VNM 141 (136.6; "
    "114 in 2023)",
    "US$ bn; the year is inferred from published totals (Census via "
    "https://k2radio.com/an-illustration-of-u-s-and-wyoming-international-trade-in-goods-for-2024/; USTR for "
    "Vietnam). No 2023 margin is at hand. Slovakia has a row of its own in the tracker and is not added "
    "to EU27",
    "transcribed",
)


@dataclass(frozen=True)
class World:
    """Everything the world tables are cut from."""

    icio: src.Icio
    accounts: Accounts
    inputs: Inputs
    labour: np.ndarray  # [81]
    tariffs: tariffs.Tariffs


def build_icio(
    source: Path | str, out: Path | str, progress: Callable[[str], None] = lambda _: None
) -> dict[str, str]:
    """Build all world tables from `source` into `out` (`worlds/` below it) and return sha256 by file name.

    `source` holds `world/` and `macro/`; under 1 GB of memory and about ten seconds. Raises `DataError` on
    missing files, wrong shapes, or accounts that do not balance.
    """
    source, out = Path(source), Path(out)
    worlds = out / "worlds"
    repairs: list[Repair] = []
    progress("reading the ICIO and building balanced accounts")
    world = build_world(source, repairs)
    small = aggregate_services(world.accounts)
    check(small)
    progress("writing worlds")
    files = [worlds / name for name in ("world-81x50.npz", "world-81x28.npz", "by-user-81x28.npz")]
    _write_world(files[0], world.accounts, world.icio.regions, world.icio.sectors, world.labour)
    goods = world.icio.sectors[: src.GOODS]
    _write_world(files[1], small, world.icio.regions, (*goods, SERVICES), world.labour)
    _write_by_user(files[2], world)
    progress("writing totals 2017-2021")
    files.append(_write_totals(worlds / "totals-81x28.npz", source, world.icio, repairs))
    progress("computing look-through content")
    files.append(_write_look_through(worlds / "look-through-81x50.npz", world))
    progress("writing tables")
    files += _write_tables(out, worlds, source, world, repairs)
    return {path.name: sha256(path) for path in files}


def build_world(source: Path, repairs: list[Repair]) -> World:
    """Read the sources and balance the accounts at 81 x 50; repairs are appended to `repairs`."""
    icio = src.read_icio(source)
    repaired = tariffs.repair_tariffs(icio, tariffs.read_tracker(source)["CHN"][0])
    repairs += repaired.repairs
    flows = split_services(icio, repairs)
    accounts, inputs = build_accounts(icio, flows, repaired.rates, repairs)
    labour, records = labour_shares(source, icio.regions)
    repairs += records
    return World(icio, accounts, inputs, labour, repaired)


def _write_world(
    path: Path, accounts: Accounts, regions: tuple[str, ...], sectors: tuple[str, ...], labour: np.ndarray
) -> None:
    """Write one world in float32, its shares computed from the float32 flows they will be multiplied with."""
    flows = accounts.flows.astype(np.float32)
    tariff = accounts.tariff[: src.GOODS].astype(np.float32)
    stored = Accounts(flows.astype(np.float64), _with_services(tariff, len(sectors)), accounts.use)
    share = ratio(accounts.use, stored.spending[:, None, :]).astype(np.float32)
    write_npz(
        path,
        {
            "regions": np.array(regions),
            "sectors": np.array(sectors),
            "year": np.array(src.YEAR, dtype=np.int32),
            "flows": flows,
            "use_share": share,
            "labour_share": np.broadcast_to(labour, (len(sectors), len(regions))).astype(np.float32),
            "tariff": tariff,
        },
    )
    check(load_accounts(path))


def load_accounts(path: Path) -> Accounts:
    """Recompute the accounts of a written world in float64, as a loader does."""
    with np.load(path) as data:
        flows, share, rates = data["flows"], data["use_share"], data["tariff"]
    tariff = _with_services(rates, len(flows))
    bare = Accounts(flows.astype(np.float64), tariff, np.zeros(share.shape))
    return Accounts(bare.flows, tariff, share.astype(np.float64) * bare.spending[:, None, :])


def _with_services(rates: np.ndarray, sectors: int) -> np.ndarray:
    """Extend tariffs on goods by zeros on services, float64."""
    out = np.zeros((sectors, *rates.shape[1:]))
    out[: len(rates)] = rates
    return out


def _write_by_user(path: Path, world: World) -> None:
    """Write the packed by-user purchases; `blocs.world.by_user.expand_by_user` reads them."""
    codes = pack_by_user(
        purchases_by_user(world.accounts, world.inputs), step=BY_USER_STEP, dust=BY_USER_DUST
    )
    write_npz(
        path,
        {
            "regions": np.array(world.icio.regions),
            "sectors": np.array((*world.icio.sectors[: src.GOODS], SERVICES)),
            "step": np.array(BY_USER_STEP),
            "codes": codes,
        },
    )


def _write_totals(path: Path, source: Path, icio: src.Icio, repairs: list[Repair]) -> Path:
    """Write total flows 2017-2021 with dust dropped and the mantissa shortened."""
    flows = np.stack([src.read_totals(source, year) for year in src.TOTALS_YEARS])
    dust = np.where(flows < TOTALS_DUST, flows, 0.0)
    stored = round_mantissa(np.where(flows < TOTALS_DUST, 0.0, flows).astype(np.float32), TOTALS_BITS)
    write_npz(
        path,
        {
            "regions": np.array(icio.regions),
            "sectors": np.array((*icio.sectors[: src.GOODS], SERVICES)),
            "years": np.array(src.TOTALS_YEARS, dtype=np.int32),
            "flows": stored,
        },
    )
    repairs.append(
        Repair(
            "totals",
            "all flows 2017-2021",
            f"{TOTALS_BITS} mantissa bits (relative error up to {2.0 ** -(TOTALS_BITS + 1):.1e}); flows "
            "under "
            f"US$ {TOTALS_DUST * 1e6:.0f} become 0",
            f"US$ {dust.sum():.2f} mn dropped over five years",
            "file size",
            "derived",
        )
    )
    return path


def _write_look_through(path: Path, world: World) -> Path:
    """Write value-added content; rows sum to one with the duty content."""
    content, duty = value_added_content(world.accounts, world.inputs)
    write_npz(
        path,
        {
            "regions": np.array(world.icio.regions),
            "sectors": np.array(world.icio.sectors),
            "content": content.astype(np.float32),
            "duty_content": duty.astype(np.float32),
        },
    )
    return path


def _write_tables(out: Path, worlds: Path, source: Path, world: World, repairs: list[Repair]) -> list[Path]:
    """Write the small CSV tables and the record of repairs."""
    tracker = tariffs.read_tracker(source)
    repairs.append(IMPORTS_YEAR)
    check_rows = tariffs.compare_with_tracker(world.tariffs.rates, world.icio, tracker)
    tables = {
        worlds / "nowcast-2023.csv": nowcast.gdp_growth(source, world.icio.regions, repairs),
        worlds / "growth.csv": growth.growth_rows(source, world.icio.regions, repairs),
        worlds / "us-imports-2024.csv": check_rows,
        worlds / "gdp-check.csv": gdp_check(source, world.accounts, world.icio.regions),
        worlds / phases.ADDED_FILE: phases.added_by_year(
            world.icio.sectors[: src.GOODS], world.tariffs.coverage, repairs
        ),
        out / "elasticities.csv": elasticity_table(source, world.icio.sectors[: src.GOODS]),
    }
    for path, rows in tables.items():
        nowcast.write_rows(path, rows)
    write_repairs(worlds / "repairs.csv", repairs)
    return [*tables, worlds / "repairs.csv"]
