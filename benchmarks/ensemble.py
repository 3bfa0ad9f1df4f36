"""Times an ensemble as a user runs it, with the memory of all its processes: `python benchmarks/ensemble.py`."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path


def memory(pid: int) -> tuple[int, int]:
    """Return (resident, proportional) kB of a process and all below it; the second counts what they share once."""
    resident, shared_once, waiting = 0, 0, [pid]
    while waiting:
        one = waiting.pop()
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text().split()]
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        sizes = {words[0]: int(words[1]) for words in map(str.split, lines[1:])}
        resident, shared_once = resident + sizes.get("Rss:", 0), shared_once + sizes.get("Pss:", 0)
    return resident, shared_once


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--scenario", default="universal-tariff-10")
    parser.add_argument("rest", nargs="*", help="further arguments of `blocs ensemble`")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", "from blocs.cli import main; main()", "ensemble", given.scenario, "--draws",
                   str(given.draws), "--out", f"{folder}/e", "--json", "--quiet", *given.rest]  # fmt: skip
        began, peak = time.perf_counter(), (0, 0)
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        texts: list[str] = []
        reader = threading.Thread(
            target=lambda: texts.append(process.stdout.read() if process.stdout else "")
        )
        reader.start()
        while process.poll() is None:
            peak = max(peak, memory(process.pid), key=lambda sizes: sizes[1])
            time.sleep(1.0)  # reading sizes makes workers wait
        reader.join()
        document = json.loads(texts[0])
        size = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
    seconds = time.perf_counter() - began
    row = {
        "draws": document["draws"], "converged": document["converged"], "seconds": round(seconds, 1),
        "seconds_per_draw": round(seconds / document["draws"], 4), "peak_mb_all_processes": peak[1] // 1024,
        "peak_mb_resident_summed": peak[0] // 1024, "folder_mb": round(size / 1e6, 1),
    }  # fmt: skip
    sys.stdout.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
