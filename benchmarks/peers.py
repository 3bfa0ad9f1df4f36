"""The same problems with blocs and with two peers in one run, as ratios of seconds.

The peers need an environment of their own: `python -m venv peers`, `peers/bin/pip install gegravity
sanction-simulator`, then `python benchmarks/peers.py --python peers/bin/python [--data sample_data_set.dlm]`, the
sample of gegravity's repository. Both sides time the solve alone, median after one that is not counted; what they
load, calibrate and compile before is not.

gegravity: one good, sigma = 5, a trade agreement of two countries, on the sample's 30 countries and on synthetic data.
It holds every nominal income fixed: blocs solves that (labour moves until incomes are the base's, several solves, each
from the last), compares the result, and solves the general equilibrium of the same agreement (one solve).

sanction-simulator: all trade between the United States and China stops but for its leakage of a tenth, on its own
network of 80 countries by 50 industries, with rationed quantities; blocs solves its price equilibrium without any of
that trade on 81 by 50. The question is the same, the model is not, and no result is compared.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import blocs
from blocs.world.accounts import Floats

SIGMA = 5.0
BETA = {
    "lndist": -0.3898623, "contiguity": 0.891577, "common_language": 0.0326249, "pta": 0.4711383,
    "international": -3.412584,
}  # fmt: skip
ELASTICITIES = blocs.Elasticities.uniform(SIGMA - 1.0)

# run by the peer's interpreter: file, coefficients, partners, repeats, reference
GEGRAVITY = """
import contextlib, io, json, statistics, sys, time
import gegravity as ge, pandas as pd
beta, (one, two) = json.loads(sys.argv[2]) | {"constant": 16.32434}, sys.argv[3].split(",")
data = pd.read_csv(sys.argv[1])
data["constant"] = 1
ests = pd.DataFrame([(k, v, 0.0) for k, v in beta.items()], columns=["var", "beta", "se"])
baseline = ge.BaselineData(data, imp_var_name="importer", exp_var_name="exporter", year_var_name="year",
                           trade_var_name="trade", expend_var_name="E", output_var_name="Y")
costs = ge.CostCoeffs(estimates=ests, identifier_col="var", coeff_col="beta", stderr_col="se")
def experiment(scale):
    model = ge.OneSectorGE(baseline=baseline, cost_coeff_values=costs, cost_variables=list(beta), year="2006",
                           reference_importer=sys.argv[5], sigma=5)
    model.build_baseline(omr_rescale=scale)
    change = model.baseline_data.copy()
    for a, b in ((one, two), (two, one)):
        change.loc[(change["importer"] == a) & (change["exporter"] == b), "pta"] = 1
    model.define_experiment(change)
    start = time.perf_counter()
    model.simulate()
    gdp = model.country_results["GDP change (percent)"]
    assert gdp.notna().all()
    return time.perf_counter() - start, gdp
with contextlib.redirect_stdout(io.StringIO()):
    for scale in (1, 10, 100, 0.1, 0.01, 0.001, 1000, 0.0001, 10000):  # the first at which its solver finds the base
        try:
            experiment(scale)
            break
        except Exception as error:
            last = error
    else:
        raise last
    seconds, gdps = zip(*[experiment(scale) for _ in range(int(sys.argv[4]))])
print(json.dumps({"seconds": statistics.median(seconds), "gdp": {k: float(v) for k, v in gdps[-1].items()}}))
"""

SANCTIONS = """
import json, statistics, sys, time
import sanction_simulator as ss
sys.path.insert(0, ss._PKG_DIR)
import power_trade_estimation as pte
bench = pte.Benchmark(ss.data_dir(), cache=ss.bench_cache())
legs = pte.bilateral_legs(bench.cidx["USA"], bench.cidx["CHN"])
seconds = []
for _ in range(int(sys.argv[1]) + 1):
    start = time.perf_counter()
    batch = pte.ScenarioBatch(bench, [legs], tau=0.30, delta=0.10)
    batch.balance()
    batch.solve(rho=-1.0)
    seconds.append(time.perf_counter() - start)
print(json.dumps({"seconds": statistics.median(seconds[1:])}))
"""


def main() -> None:
    """Measure and print one line a problem."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--python", required=True, help="interpreter of the environment that has the peers")
    parser.add_argument(
        "--data", type=Path, help="gegravity's sample_data_set; without it synthetic data alone"
    )
    parser.add_argument("--repeats", type=int, default=3)
    asked = parser.parse_args()
    print_row("problem", "blocs", "peer", "peer / blocs", "largest difference")
    print_row(*["---"] * 5)
    with tempfile.TemporaryDirectory() as folder:
        problems = [] if asked.data is None else [("sample, 30 countries", asked.data, "CAN", "JPN", "DEU")]
        for size in (60, 120):
            made = synthetic(size, Path(folder) / f"{size}.csv")
            problems.append((f"synthetic, {size} countries", made, "C000", "C001", "C002"))
        for name, path, *countries in problems:
            beside_gegravity(name, path, countries, asked.python, asked.repeats)
    beside_sanctions(asked.python, asked.repeats)
    print_row(f"load {os.getloadavg()[0]:.1f}", *[""] * 4)


def print_row(*cells: str) -> None:
    sys.stdout.write(f"| {' | '.join(cells)} |\n")
    sys.stdout.flush()


def peer(python: str, code: str, *arguments: str) -> dict:
    """Return what the peer's script prints; raises if it fails."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [python, "-W", "ignore", "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    if done.returncode:
        raise SystemExit(f"the peer failed: {done.stderr.strip().splitlines()[-1:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def timed(solve: Callable[[], blocs.Outcome], repeats: int) -> tuple[float, blocs.Outcome]:
    """Return median seconds of `repeats` solves after one that compiles, and the last outcome."""
    outcome, seconds = solve(), []
    for _ in range(repeats):
        began = time.perf_counter()
        outcome = solve()
        seconds.append(time.perf_counter() - began)
    if not outcome.status.converged:
        raise SystemExit(str(outcome.status))
    return statistics.median(seconds), outcome


def beside_gegravity(name: str, path: Path, countries: list[str], python: str, repeats: int) -> None:
    one, two, reference = countries
    world, cost = world_of(path, one, two)
    theirs = peer(
        python, GEGRAVITY, str(path), json.dumps(BETA), f"{one},{two}", str(repeats), reference, "1"
    )
    general, _ = timed(lambda: blocs.solve(world, trade_cost=cost, elasticities=ELASTICITIES), repeats)
    same, outcome = timed(lambda: fixed_incomes(world, cost), repeats)
    ours = dict(zip(world.regions, outcome.regional("real_wage").tolist(), strict=True))
    gap = max(abs(ours[code] - value) for code, value in theirs["gdp"].items())
    seconds = theirs["seconds"]
    print_row(f"gegravity, {name}, its own problem", f"{same:.3f} s", f"{seconds:.3f} s", f"{seconds / same:.1f}",
              f"{gap:.1e} points of real GDP")  # fmt: skip
    print_row(f"gegravity, {name}, general equilibrium", f"{general:.4f} s", f"{seconds:.3f} s",
              f"{seconds / general:.1f}", "another closure")  # fmt: skip


def beside_sanctions(python: str, repeats: int) -> None:
    world = blocs.load_world("81x50")
    usa, chn = world.region_index("USA"), world.region_index("CHN")
    availability = np.ones(world.accounts.flows.shape)
    availability[:, usa, chn] = availability[:, chn, usa] = 0.0
    ours, _ = timed(lambda: blocs.solve(world, availability=availability), repeats)
    theirs = peer(python, SANCTIONS, str(repeats))["seconds"]
    print_row("sanction-simulator, no US–China trade", f"{ours:.3f} s", f"{theirs:.3f} s", f"{theirs / ours:.1f}",
              "another model")  # fmt: skip


def fixed_incomes(world: blocs.World, cost: Floats) -> blocs.Outcome:
    """Solve with labour moved until every nominal income is the base's, to 1e-8."""
    labour = np.ones(len(world.regions))
    outcome = blocs.solve(world, trade_cost=cost, elasticities=ELASTICITIES)
    for _ in range(200):
        if np.abs(np.log(labour * outcome.wage.values)).max() < 1e-8:
            return outcome
        labour = 1.0 / outcome.wage.values
        outcome = blocs.solve(world, trade_cost=cost, labour=labour, elasticities=ELASTICITIES, start=outcome)
    raise SystemExit("nominal incomes did not settle")


def world_of(path: Path, one: str, two: str) -> tuple[blocs.World, Floats]:
    """Return the modelled base world of gegravity's data, and the trade-cost hats of an agreement of two countries."""
    with path.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    regions = tuple(sorted({row["exporter"] for row in rows}))
    at = {code: n for n, code in enumerate(regions)}
    flows = np.zeros((len(regions), len(regions)))
    output, spending = np.zeros(len(regions)), np.zeros(len(regions))
    for row in rows:
        i, j = at[row["exporter"]], at[row["importer"]]
        flows[i, j] = np.exp(sum(beta * float(row[name]) for name, beta in BETA.items()))
        output[i], spending[j] = float(row["Y"]), float(row["E"])
    spending *= output.sum() / spending.sum()
    for _ in range(10_000):
        flows = flows * (output / flows.sum(axis=1))[:, None]
        flows = flows * (spending / flows.sum(axis=0))[None, :]
        if np.abs(flows.sum(axis=1) / output - 1.0).max() < 1e-13:
            break
    cost = np.ones((1, len(regions), len(regions)))
    cost[0, at[one], at[two]] = cost[0, at[two], at[one]] = np.exp(BETA["pta"] / (1.0 - SIGMA))
    return blocs.World.from_flows(flows[None], np.zeros((1, 1, len(regions))), regions=regions), cost


def synthetic(size: int, path: Path) -> Path:
    """Write a data set of `size` countries in gegravity's columns."""
    random = np.random.default_rng(size)
    place = random.uniform(0.0, 10_000.0, (size, 2))
    output = np.exp(random.normal(13.0, 1.2, size))
    spending = output * np.exp(random.normal(0.0, 0.05, size))
    codes = [f"C{n:03}" for n in range(size)]
    pairs = random.random((size, size, 3)) < (0.1, 0.05, 0.1)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["exporter", "importer", "year", "trade", "Y", "E", "pta", "contiguity", "common_language",
                         "lndist", "international"])  # fmt: skip
        for i in range(size):
            for j in range(size):
                abroad = i != j
                distance = np.linalg.norm(place[i] - place[j]) + 150.0
                flags = [int(abroad and flag and {i, j} != {0, 1}) for flag in pairs[min(i, j), max(i, j)]]
                writer.writerow([codes[i], codes[j], 2006, 1.0, output[i], spending[j], *flags, np.log(distance),
                                 int(abroad)])  # fmt: skip
    return path


if __name__ == "__main__":
    main()
