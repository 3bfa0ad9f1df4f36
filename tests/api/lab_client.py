"""A lab without a network, and the scenarios its tests ask for."""

from __future__ import annotations

from contextlib import contextmanager

from starlette.testclient import TestClient

from blocs.web.app import create_app
from blocs.web.lab import Lab

TOKEN, PORT = "a-token-for-tests", 8765
HEADERS = {"Authorization": f"Bearer {TOKEN}"}


def scenario(**changes):
    content = {
        "name": "mine",
        "world": "81x28",
        "years": "2025-2027",
        "measures": [
            {"type": "tariff", "by": "USA", "on": "CHN", "rate": 0.25},
            {"type": "tariff", "by": "CHN", "on": "USA", "rate": 0.1, "years": "2026-"},
        ],
    }
    return content | changes


TWO_YEARS = scenario(years="2025-2026")  # every figure and table is drawn: the fewer years the better


@contextmanager
def lab_client(lab: Lab | None = None):
    """Yield (client, lab): requests go straight to the application, which is not warmed up."""
    lab = lab or Lab(token=TOKEN, port=PORT, assets={})
    app = create_app(lab, warm=False)
    with TestClient(app, base_url=f"http://127.0.0.1:{PORT}", headers=HEADERS) as client:
        yield client, lab
