"""How the engine enters JAX: float64 for the length of a call, and a compile cache in the user's cache folder."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import jax

from blocs.data.cache import user_folder


@contextmanager
def float64() -> Iterator[None]:
    """Compute in float64 inside the block, whatever the process uses outside."""
    _compile_cache()
    with jax.enable_x64(True):
        yield


def cache_folder() -> Path:
    """Return the folder for compiled programs, per jaxlib version and processor."""
    from importlib.metadata import version

    return user_folder() / "xla" / f"jaxlib-{version('jaxlib')}-{platform.machine()}-{_processor()}"


@lru_cache(maxsize=1)
def _compile_cache() -> None:
    """Point JAX at our cache unless the user configured one; stay silent where it cannot be written."""
    if getattr(jax.config, "jax_compilation_cache_dir", None) or "JAX_COMPILATION_CACHE_DIR" in os.environ:
        return
    try:
        folder = cache_folder()
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except (OSError, RuntimeError):  # read-only or missing home: compile in memory as without a cache
        return
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.3)


def _processor() -> str:
    """Return a short digest of the processor's feature flags: compiled code is only good for the same ones."""
    import hashlib

    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
        lines = [line for line in text.splitlines() if line.startswith(("flags", "Features", "model name"))]
        described = "\n".join(sorted(set(lines)))
    except OSError:
        described = platform.processor()
    return hashlib.sha256(described.encode()).hexdigest()[:10]
