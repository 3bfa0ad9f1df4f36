"""Where the published inputs of the reproduction tests live; a test skips where they are absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = Path(os.environ.get("BLOCS_SOURCE_DATA", ROOT.parent / "shared" / "data"))


def validation(name: str) -> Path:
    """Return the folder `validation/name` of the source data, or skip the test saying how to get it."""
    folder = SOURCE / "validation" / name
    if not folder.is_dir():
        pytest.skip(
            f"no published inputs {name!r}: set BLOCS_SOURCE_DATA to the folder that holds validation/{name}"
        )
    return folder
