"""Every file a person hands to blocs, spoiled in every way we know, is read or refused in one clear line."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from property.spoiled import leaves_nothing_behind, refusal, spoiled
from unit.small_ledger import GOOD

import blocs
from blocs.claims import ledger
from blocs.scenario import io
from blocs.settlement.accounts_file import read_accounts, read_events, read_limits
from blocs.settlement.files import read as read_payments
from blocs.statistics.bubble.series import read_series
from blocs.study.run import check_measures
from blocs.vectors.debt.countries import read_case
from blocs.world.group_files import load_goods_groups, load_region_groups
from blocs.world.series import Observatory, document

WORLD = blocs.load_world("81x28")

SCENARIO = """# a scenario with most of what one can hold
name: mine
title: A title
world: 81x28
years: 2025-2028
horizon: path
assumptions: {nests.long.sigma_M: 0.9}
measures:
  - {type: tariff, by: [USA, EU27], on: CHN, goods: vehicles, rate: 0.3, years: 2026-}
  - type: embargo
    between: [G7, RUS]
    goods: [fuels, steel]
    intensity: 0.5
  - {type: quota, by: USA, on: JPN, goods: C29, volume: 0.5, rent: importer}
  - {type: trade_cost, between: [EU27, CHN], goods: manufacturing, cost: 0.05, note: longer ways}
"""

# with a scenario written into the ledger, so that it is spoiled too
LEDGER = GOOD.replace(
    "universal-tariff-10", "{name: x, years: 2025, measures: [{type: tariff, by: USA, on: CAN, rate: 0.1}]}"
)

CATALOGUE = """my.share:
  title: A share
  unit: "%"
  source: me
  vintage: 2026
  table: table.csv
  time: time
  value: value
  by: [country]
  where: {kind: a}
  status: transcribed
  break: {at: 2024, why: a new form}
my.wide:
  title: Two years
  unit: US$ bn
  source: me
  table: table.csv
  wide: [2023, 2024]
  value: "y{time}"
  without: {kind: b}
  sum: true
  by: [country]
  status_column: status
"""
TABLE = (
    "# a table\ntime,country,kind,value,status,y2023,y2024\n2023,A,a,1.5,file,1,2\n2024,A,a,2.5,file,3,4\n"
    "2023,B,b,7e1,memory,5,\n2024,B,a,-1,derived,6,7\n"
)
PRICES = "month,price,other\n" + "".join(
    f"{2000 + n // 12}-{n % 12 + 1:02d},{100 + n % 7},{n + 1}\n" for n in range(40)
)
DAYS = "day,price\n" + "".join(f"2024-03-{n + 1:02d},{10 + n % 5}.5\n" for n in range(31))
PAYMENTS = (
    "id,time,payer,payee,amount,currency,priority\na1,09:00:00,AAAA,BBBB,100.00,CNY,NORM\n"
    "a2,09:00:01.5,BBBB,CCCC,7.5,CNY,HIGH\na3,10:00,CCCC,AAAA,1,CNY,URGT\n"
)
ACCOUNTS = "participant,balance,credit_limit,currency\nAAAA,100.00,10,CNY\nBBBB,-5.5,0,CNY\n"
LIMITS = "payer,payee,limit\nAAAA,BBBB,10.00\nBBBB,CCCC,0\n"
EVENTS = "time,event,participant,amount\n10:00:00,cut_off,AAAA,\n11:00:01,fund,BBBB,5.00\n"
DEBT = (
    "# country: XYZ\n# name: Xyzland\n# currency: XYZ\n# unit: bn\n# basis: calendar\n# coverage: gross\n"
    "# bucket: bonds, 0.9, 3.0, 0.1, 3.5\n# bucket: bills, 0.1, 2.0, 0.9999, 2.5\n"
    "year,debt,deficit,other_means,net_interest,revenue,gdp\n2024,600,,,,,1000\n2025,632,30,2,18,300,1040\n"
    "2026,663,31,0,19,310,1080\n2027,695,32,0,20,320,1120\n"
)
REGIONS = """CLUB:
  title: A club
  source: its charter
  as_of: "2026-01"
  status: transcribed
  members: [FRA, DEU, {from: 2004, until: 2019, codes: [POL, GBR]}]
"""
GOODS = "metal:\n  title: Metals\n  source: ISIC\n  status: derived\n  sectors: [C24A, C25]\n"


def series_of(path: Path) -> None:
    """Read a catalogue and each of its series."""
    found = Observatory({}).with_files(path)
    for name, entry in found.entries.items():
        chosen: dict[str, str] = {}
        for column in entry.by:
            chosen[column] = next(iter(found.choices(name, column, **chosen)), "")
        json.dumps(document(found.series(name, memory=True, **chosen)), allow_nan=False)


def scenario_of(path: Path) -> None:
    """Read a scenario, hold it against a world, and read back what it is written as."""
    scenario = io.load(path)
    assert scenario.plain_words() is not None
    assert io.parse(io.dump(scenario)) == scenario
    if scenario.world == "81x28" and scenario.base == 2022:
        check_measures(WORLD, scenario)


def table_of(path: Path) -> None:
    """Read the series of a good catalogue from a spoiled table."""
    series_of(path.with_name("catalogue.yaml"))


@dataclass(frozen=True)
class Reader:
    """A file as it should be, and what reads it; `beside`: other files of its folder."""

    name: str
    text: str
    read: Callable[[Path], Any]
    beside: tuple[tuple[str, str], ...] = ()


READERS = {
    "scenario": Reader("mine.yaml", SCENARIO, scenario_of),
    "ledger": Reader("ledger.yaml", LEDGER, ledger.load),
    "catalogue of series": Reader("own.yaml", CATALOGUE, series_of, (("table.csv", TABLE),)),
    "table of a series": Reader("table.csv", TABLE, table_of, (("catalogue.yaml", CATALOGUE),)),
    "series by month": Reader("prices.csv", PRICES, lambda path: read_series(path, "price")),
    "series by day": Reader("days.csv", DAYS, read_series),
    "payments": Reader("day.csv", PAYMENTS, read_payments),
    "accounts": Reader("accounts.csv", ACCOUNTS, read_accounts),
    "limits": Reader("limits.csv", LIMITS, lambda path: read_limits(path, "CNY")),
    "events": Reader("events.csv", EVENTS, lambda path: read_events(path, "CNY")),
    "debt of a country": Reader("debt.csv", DEBT, read_case),
    "country groups": Reader("regions.yaml", REGIONS, load_region_groups),
    "sector groups": Reader("goods.yaml", GOODS, load_goods_groups),
}


def check(reader: Reader, data: bytes) -> str:
    """Write `data` as the reader's file and return why it is refused, "" if it is not; nothing else is written."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for other, text in reader.beside:
            (folder / other).write_text(text, encoding="utf-8")
        path = folder / reader.name
        path.write_bytes(data)
        why = refusal(lambda: reader.read(path))
        leaves_nothing_behind(folder, {reader.name, *(other for other, _ in reader.beside)})
    return why


@pytest.mark.parametrize("kind", READERS)
def test_the_file_is_read_before_it_is_spoiled(kind: str) -> None:
    assert check(READERS[kind], READERS[kind].text.encode()) == ""


@pytest.mark.parametrize("kind", READERS)
@settings(max_examples=30)
@given(data=st.data())
def test_a_spoiled_file_is_read_or_refused_in_one_line(kind: str, data: st.DataObject) -> None:
    check(READERS[kind], data.draw(spoiled(READERS[kind].text)))


@pytest.mark.slow
@pytest.mark.parametrize("kind", READERS)
@settings(max_examples=1000, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_thousands_of_spoiled_files_are_read_or_refused_in_one_line(kind: str, data: st.DataObject) -> None:
    check(READERS[kind], data.draw(spoiled(READERS[kind].text)))
