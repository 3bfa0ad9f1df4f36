"""The lab's server as a slider sees it: from the start to an answer, and 50 moves at 81×50, over the loopback.

Run by hand: python benchmarks/web.py [moves]. What the browser adds to paint is measured with the page's own tests.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import statistics
import sys
import time
from pathlib import Path

from serving import serve

CASES = {
    "a duty between two": lambda x: [{"type": "tariff", "by": "USA", "on": "CHN", "rate": 0.1 + 0.8 * x}],
    "a duty on everybody": lambda x: [
        {"type": "tariff", "by": "USA", "on": ["all", "-USA"], "rate": 0.3 * x}
    ],
    "a cost between camps": lambda x: [
        {"type": "trade_cost", "between": ["G7", ["CHN", "RUS"]], "cost": 0.02 + 0.4 * x}
    ],
    "part of trade stops": lambda x: [
        {"type": "embargo", "between": ["USA", "CHN"], "goods": "goods", "intensity": 0.05 + 0.9 * x}
    ],
}


class Server:
    """`blocs serve` in a process of its own."""

    def __init__(self):
        self.began = time.perf_counter()
        self.process, found = serve()
        self.up = time.perf_counter() - self.began
        self.line = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=300)
        self.headers = {
            "Authorization": f"Bearer {found[2]}",
            "Content-Type": "application/json",
            "Blocs-Client": "b",
        }

    def ask(self, method, path, body=None):
        self.line.request(method, path, None if body is None else json.dumps(body), self.headers)
        answer = self.line.getresponse()
        text = answer.read()
        assert answer.status == 200, text
        return json.loads(text)

    def processor(self):
        """Seconds of processor time so far; NaN where the system does not say."""
        status = Path(f"/proc/{self.process.pid}/stat")
        if not status.is_file():
            return float("nan")
        fields = status.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """Peak resident memory, MB; NaN where the system does not say."""
        status = Path(f"/proc/{self.process.pid}/status")
        told = re.search(r"VmHWM:\s+(\d+)", status.read_text()) if status.is_file() else None
        return int(told[1]) / 1e3 if told else float("nan")


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(moves: int) -> None:
    server = Server()
    say(f"address printed after {server.up:.1f} s")
    began = time.perf_counter()
    server.ask("GET", "/api/schema")
    server.ask("GET", "/api/borders")
    say(f"schema and borders {time.perf_counter() - began:.2f} s later")
    while server.ask("GET", "/api/health")["state"] == "warming":
        time.sleep(0.2)
    say(
        f"warm after {time.perf_counter() - server.began:.1f} s: {server.ask('GET', '/api/health')['message']}"
    )
    for name, measures in CASES.items():
        took, spent = [], server.processor()
        for n in range(moves):
            scenario = {"name": "drag", "years": "2025-2030", "measures": measures(n / moves)}
            began = time.perf_counter()
            server.ask("POST", "/api/solve?detail=map&year=2027", scenario)
            took.append(1e3 * (time.perf_counter() - began))
        spent = 1e3 * (server.processor() - spent) / moves
        took.sort()
        p95 = took[min(int(0.95 * moves), moves - 1)]
        say(
            f"{name}: median {statistics.median(took):.0f} ms, p95 {p95:.0f} ms, largest {took[-1]:.0f} ms; "
            f"processor {spent:.0f} ms a move"
        )
    say(f"memory at most {server.memory():.0f} MB")
    server.process.terminate()
    server.process.wait(20)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
