"""How fast days settle and messages parse. Bars on one core, a million core-periphery payments of 50 banks.

RTGS 10 million payments a second, hybrid 500,000 (at least a fifth of the payments queue), messages 30,000 a second.
"""

from __future__ import annotations

import pytest

from blocs.settlement.files import read
from blocs.settlement.generate import Synthetic, generate
from blocs.settlement.metrics import liquidity_bounds, measure
from blocs.settlement.payments import Accounts
from blocs.settlement.rules import Rules
from blocs.settlement.settle import settle
from blocs.settlement.write import write_payments

# each bank opens with this share of the money that settles its whole day without delay: the largest in steps of 5% at
# which at least a fifth of the payments wait
LIQUIDITY = {"rtgs": 0.60, "hybrid": 0.05, "dns": 0.05}


@pytest.mark.parametrize("mode", ["rtgs", "hybrid", "dns"])
def test_settle_a_million(benchmark, mode: str) -> None:
    payments, _ = generate(Synthetic(payments=1_000_000))
    _, without_delay = liquidity_bounds(payments)
    opening = (without_delay * LIQUIDITY[mode]).astype("int64")
    accounts = Accounts(payments.participants, opening, opening * 0)
    rules = Rules.of(mode)
    figures = benchmark.pedantic(
        lambda: measure(settle(payments, accounts, rules)), rounds=5, warmup_rounds=1
    )
    assert figures.queued_count >= 200_000
    benchmark.extra_info["payments a second"] = round(1e6 / benchmark.stats.stats.median)
    benchmark.extra_info["queued"] = figures.queued_count


@pytest.mark.parametrize("kind", ["xml", "csv", "parquet"])
def test_read_a_hundred_thousand(benchmark, tmp_path, kind: str) -> None:
    payments, _ = generate(Synthetic(payments=100_000))
    write_payments(payments, tmp_path / f"day.{kind}")
    got = benchmark.pedantic(lambda: read(tmp_path / f"day.{kind}"), rounds=3)
    assert got.count == 100_000
    benchmark.extra_info["payments a second"] = round(1e5 / benchmark.stats.stats.median)
