"""Workers end with the process that asked for them, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

ASKING = """
    import time
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context
    from os import getpid

    from blocs.study.ensemble.evaluate import start_worker

    if __name__ == "__main__":
        pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=start_worker)
        print(pool.submit(getpid).result(), flush=True)
        time.sleep(600)
"""


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL and process numbers as on Unix")
def test_workers_of_a_killed_process_leave(tmp_path: Path) -> None:
    """A killed process cannot shut its pool down; its workers see that it is gone and free their memory."""
    script = tmp_path / "asking.py"
    script.write_text(textwrap.dedent(ASKING))
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as asking:
        assert asking.stdout is not None
        worker = int(asking.stdout.readline())
        assert alive(worker)
        asking.send_signal(signal.SIGKILL)
        asking.wait()
    until = time.monotonic() + 60.0
    while alive(worker) and time.monotonic() < until:
        time.sleep(0.1)
    assert not alive(worker)


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")
