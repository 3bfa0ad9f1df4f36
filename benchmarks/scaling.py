"""Growth with size on synthetic worlds, to 160 regions by 100 goods: `python benchmarks/scaling.py [--solves N]`.

Every size is a process of its own, so that peak memory is that size's. The problem: the two largest economies put 25
points on all goods of one another, long run, to 1e-9, from the base. The first solve loads libraries and tables and
stands by itself.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

SIZES = ("20x10", "40x25", "81x50", "120x75", "160x100")


def main() -> None:
    """Measure every size and print a Markdown table; with --one, measure one size and print JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--solves", type=int, default=5)
    parser.add_argument("--sizes", nargs="+", default=SIZES)
    parser.add_argument("--one", help="regions x goods, in this process")
    asked = parser.parse_args()
    if asked.one:
        sys.stdout.write(json.dumps(measure(asked.one, asked.solves)) + "\n")
        return
    print_row(
        "regions × goods", "first solve", "solve, wall", "solve, processor", "iterations", "peak memory"
    )
    print_row(*["---"] * 6)
    for size in asked.sizes:
        command = [sys.executable, __file__, "--one", size, "--solves", str(asked.solves)]
        with tempfile.TemporaryDirectory() as cache:
            own = os.environ | {"XDG_CACHE_HOME": cache, "LOCALAPPDATA": cache}
            own.pop("JAX_COMPILATION_CACHE_DIR", None)
            done = subprocess.run(command, capture_output=True, text=True, check=True, env=own)
        row = json.loads(done.stdout)
        print_row(
            size.replace("x", " × "), f"{row['first']:.1f} s", f"{row['wall']:.3f} s",
            f"{row['processor']:.3f} s", row["iterations"], f"{row['peak_mb']} MB",
        )  # fmt: skip
    print_row(f"load {os.getloadavg()[0]:.1f}", *[""] * 5)


def print_row(*cells: object) -> None:
    sys.stdout.write(f"| {' | '.join(map(str, cells))} |\n")
    sys.stdout.flush()


def measure(size: str, solves: int) -> dict[str, float]:
    """Return seconds (first solve; median wall and processor of the others), iterations and peak memory in MB."""
    import cases
    import numpy as np

    import blocs

    regions, goods = map(int, size.split("x"))
    world = cases.synthetic(regions, goods)
    one, two = np.argsort(-world.accounts.absorption)[:2]
    tariff = world.accounts.tariff.copy()
    tariff[:, one, two] += 0.25
    tariff[:, two, one] += 0.25
    el = blocs.Elasticities(
        dict(zip(world.sectors, np.linspace(2.0, 9.0, goods), strict=True)), 0.5, 0.7, 0.8, 0.9
    )
    walls, processors, iterations = [], [], 0
    for _ in range(solves + 1):
        began, used = time.perf_counter(), time.process_time()
        outcome = blocs.solve(world, tariff=tariff, elasticities=el)
        walls.append(time.perf_counter() - began)
        processors.append(time.process_time() - used)
        iterations = outcome.status.iterations
        if not outcome.status.converged:
            raise SystemExit(f"{size}: {outcome.status}")
    unit = 1024**2 if sys.platform == "darwin" else 1024  # bytes there, kibibytes elsewhere
    return {
        "first": walls[0], "wall": statistics.median(walls[1:]), "processor": statistics.median(processors[1:]),
        "iterations": iterations, "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit),
    }  # fmt: skip


if __name__ == "__main__":
    main()
