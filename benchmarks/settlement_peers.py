"""Settles one file with blocs and with PSSimPy in one run and prints both speeds and both results.

PSSimPy needs an environment of its own: `python -m venv peers && peers/bin/pip install PSSimPy`, then
`python benchmarks/settlement_peers.py --python peers/bin/python`. Both settle gross, with balances and no credit.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from pathlib import Path

# run by the peer's interpreter; times the simulation alone, after loading
PEER = """
import csv, json, sys, time
from PSSimPy.simulator import BasicSim
rows = list(csv.DictReader(open(sys.argv[1])))
book = list(csv.DictReader(open(sys.argv[2])))
names = [r["participant"] for r in book]
banks = {"name": names}
balance = [float(r["balance"]) for r in book]
accounts = {"id": names, "owner": names, "balance": balance, "posted_collateral": [0.0] * len(book)}
payments = {
    "sender_account": [r["payer"] for r in rows], "recipient_account": [r["payee"] for r in rows],
    "amount": [float(r["amount"]) for r in rows], "time": [r["time"][:5] for r in rows], "day": [1] * len(rows),
}
start = time.perf_counter()
hours = {"open_time": "08:00", "close_time": "18:00"}
sim = BasicSim(name="peer", banks=banks, accounts=accounts, transactions=payments, **hours)
sim.run()
print(json.dumps({"seconds": time.perf_counter() - start}))
"""


def main() -> None:
    """Make a day, settle it twice, print one line each."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--python", required=True, help="interpreter that has PSSimPy")
    options.add_argument("--payments", type=int, default=10_000)
    asked = options.parse_args()
    from blocs.settlement.accounts_file import read_accounts
    from blocs.settlement.files import read
    from blocs.settlement.generate import Synthetic, generate
    from blocs.settlement.metrics import measure
    from blocs.settlement.rules import Rules
    from blocs.settlement.settle import settle
    from blocs.settlement.write import write_accounts, write_payments

    with tempfile.TemporaryDirectory() as folder:
        day, book = Path(folder, "day.csv"), Path(folder, "accounts.csv")
        payments, accounts = generate(Synthetic(payments=asked.payments))
        write_payments(payments, day)
        write_accounts(accounts, book, "CNY")
        rows = read_accounts(book)
        payments = read(day, rows).payments["CNY"]
        accounts = rows.accounts(payments.participants, "CNY")
        measure(settle(payments, accounts, Rules.of("rtgs")))  # compiles
        start = time.perf_counter()
        figures = measure(settle(payments, accounts, Rules.of("rtgs")))
        ours = time.perf_counter() - start
        done = subprocess.run(
            [asked.python, "-c", PEER, str(day), str(book)],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"the peer failed: {done.stderr.strip().splitlines()[-1:]}")
        peer = json.loads(done.stdout.strip().splitlines()[-1])["seconds"]
    print(f"blocs   {asked.payments / ours:12,.0f} payments/s, {figures.settled_count:,} settled")  # noqa: T201 - its purpose
    print(f"PSSimPy {asked.payments / peer:12,.0f} payments/s; ratio {peer / ours:,.0f}")  # noqa: T201 - its purpose


if __name__ == "__main__":
    main()
