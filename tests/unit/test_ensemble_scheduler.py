"""A Dask scheduler dies in the middle: a clear error, finished chunks kept, the rest later, the same bytes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import blocs
from blocs.study.ensemble.evaluate import CHUNK, ONE_THREAD

CHUNKS = 4


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, subprocess.Popen, subprocess.Popen]]:
    """A scheduler and one worker with one thread, as two processes; yields its address and both."""
    words = folder / "scheduler.log"
    with words.open("w") as log:
        scheduler = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0",
             "--no-dashboard"],
            stdout=log, stderr=log,
        )  # fmt: skip
    worker = None
    try:
        until = time.monotonic() + 120.0
        while (found := re.search(r"tcp://127\.0\.0\.1:\d+", words.read_text())) is None:
            assert scheduler.poll() is None, words.read_text()
            assert time.monotonic() < until, "no scheduler in two minutes"
            time.sleep(0.1)
        worker = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_worker", found[0], "--nthreads", "1", "--no-nanny",
             "--no-dashboard", "--death-timeout", "20", "--local-directory", str(folder)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | ONE_THREAD,
        )  # fmt: skip
        yield found[0], scheduler, worker
    finally:
        for process in (worker, scheduler):
            if process is not None:
                process.kill()
                process.wait()


def command(file: Path, out: Path, address: str) -> list[str]:
    return [
        sys.executable, "-c", "from blocs.cli import main; main()", "ensemble", str(file), "--draws",
        str(CHUNK * CHUNKS), "--scheduler", address, "--out", str(out), "--json",
    ]  # fmt: skip


@pytest.mark.slow
def test_a_scheduler_that_is_killed_loses_nothing_finished(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    file, out, whole = tmp_path / "s.yaml", tmp_path / "e", tmp_path / "whole"
    blocs.Scenario.from_dict(
        {
            "name": "s", "years": "2025", "world": "81x28",
            "measures": [{"type": "tariff", "by": "USA", "on": "CHN", "rate": 0.5}],
        }
    ).save(file)  # fmt: skip
    chunks = out / "chunks"
    with cluster(tmp_path) as (address, scheduler, _):
        process = subprocess.Popen(
            command(file, out, address), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        until = time.monotonic() + 300.0
        while not list(chunks.glob("*.parquet")) and process.poll() is None:
            assert time.monotonic() < until, "no chunk in five minutes"
            time.sleep(0.02)
        scheduler.send_signal(signal.SIGKILL)
        said, wrong = process.communicate(timeout=300)
    assert process.returncode == 2, wrong
    assert said == ""
    assert "the Dask cluster broke off: the scheduler is gone" in wrong
    assert "--resume" in wrong
    assert "Traceback" not in wrong, wrong
    kept = {path.name: path.read_bytes() for path in chunks.glob("*.parquet")}
    assert 1 <= len(kept) < CHUNKS
    with cluster(tmp_path) as (address, _, _):
        done = subprocess.run(
            [*command(file, out, address), "--resume"], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        straight = subprocess.run(command(file, whole, address), capture_output=True, text=True, check=False)
        assert straight.returncode == 0, straight.stderr
    assert {name: (chunks / name).read_bytes() for name in kept} == kept
    for path in sorted(chunks.glob("*.parquet")):
        assert path.read_bytes() == (whole / "chunks" / path.name).read_bytes(), path.name
    assert json.loads(done.stdout)["welfare"] == json.loads(straight.stdout)["welfare"]
