"""From a cold process to the printed JSON, with an empty compile cache: `python benchmarks/cold.py [--runs N]`.

Each run is a new process of `blocs run SCENARIO --json` whose cache folder is new and empty. Printed: seconds of wall
time (minimum, median, maximum over the runs) and the peak memory of the largest process. With `--warm` the cache
folder is kept between runs and the first run is not counted: what a user meets from the second call on.
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
from pathlib import Path

COMMAND = "from blocs.cli import main; main()"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--scenario", default="universal-tariff-10")
    parser.add_argument("--warm", action="store_true", help="keep the compile cache between runs")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if asked.warm:
            timed(asked.scenario, Path(folder) / "kept")
        caches = [Path(folder) / ("kept" if asked.warm else str(n)) for n in range(asked.runs)]
        seconds = [timed(asked.scenario, cache) for cache in caches]
    unit = 1024**2 if sys.platform == "darwin" else 1024  # bytes there, kibibytes elsewhere
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / unit
    report = {
        "scenario": asked.scenario,
        "cache": "kept" if asked.warm else "empty",
        "runs": asked.runs,
        "seconds": {
            "min": round(min(seconds), 2),
            "median": round(statistics.median(seconds), 2),
            "max": round(max(seconds), 2),
        },
        "peak_mb": round(peak),
    }
    sys.stdout.write(json.dumps(report, indent=2) + "\n")


def timed(scenario: str, cache: Path) -> float:
    """Return the wall seconds of one run that keeps compiled programs in `cache`; raises if it fails."""
    cache.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {"XDG_CACHE_HOME": str(cache), "LOCALAPPDATA": str(cache)}
    environment.pop("JAX_COMPILATION_CACHE_DIR", None)
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, "run", scenario, "--json", "--quiet"],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    seconds = time.perf_counter() - began
    if not json.loads(done.stdout)["status"]["converged"]:
        raise SystemExit(f"{scenario} did not converge")
    return seconds


if __name__ == "__main__":
    main()
