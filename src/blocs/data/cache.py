"""Where blocs may keep what can be computed again: the user's cache folder, by the customs of the system."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def user_folder() -> Path:
    """Return blocs' folder in the user's cache; RuntimeError where the user has no home."""
    root = os.environ.get("XDG_CACHE_HOME") or (
        os.environ.get("LOCALAPPDATA") if sys.platform == "win32" else None
    )
    return (Path(root) if root else Path.home() / ".cache") / "blocs"
