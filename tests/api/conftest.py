"""One lab for all tests of its routes in a process: worlds, what was compiled and what was solved stay."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner


@pytest.fixture(scope="session")
def lab():
    """(client, lab): requests go straight to the application."""
    pytest.importorskip("fastapi", reason="the lab needs blocs[web]")
    from api.lab_client import lab_client

    with lab_client() as (client, lab):
        yield client, lab


@pytest.fixture(scope="session")
def client(lab):
    return lab[0]


@pytest.fixture(scope="session")
def schema(client):
    return client.get("/api/schema").json()


@pytest.fixture(scope="session")
def printed(client, tmp_path_factory):
    """(folder, document): what `blocs run` makes of the file that the page offers of `TWO_YEARS`."""
    from api.lab_client import TWO_YEARS

    from blocs.cli.main import main

    place = tmp_path_factory.mktemp("run")
    file = place / "mine.yaml"
    file.write_text(client.post("/api/yaml", json=TWO_YEARS).json()["yaml"], encoding="utf-8")
    done = CliRunner().invoke(main, ["run", str(file), "--out", str(place / "out"), "--json", "--quiet"])
    assert done.exit_code == 0, done.output
    return place / "out", json.loads(done.stdout)
