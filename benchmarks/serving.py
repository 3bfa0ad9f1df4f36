"""Starts `blocs serve` in a process of its own, for the benchmarks of the lab."""

from __future__ import annotations

import re
import subprocess
import sys

COMMAND = [sys.executable, "-c", "from blocs.cli import main; main()", "serve", "--port", "0", "--no-browser"]
ADDRESS = re.compile(r"http://127\S*:(\d+)/#token=(\S+)")


def serve() -> tuple[subprocess.Popen[str], re.Match[str]]:
    """Return the server's process and its address once it is up: the whole, the port (1) and the token (2)."""
    server = subprocess.Popen(COMMAND, stderr=subprocess.PIPE, text=True)
    assert server.stderr is not None
    printed = []
    for line in server.stderr:
        printed.append(line)
        if found := ADDRESS.search(line):
            return server, found
    sys.exit(f"no server: {''.join(printed)}")
