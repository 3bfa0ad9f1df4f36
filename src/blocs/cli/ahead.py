"""Loads libraries that a command needs later while it computes: a compiler leaves the interpreter idle for seconds."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from threading import Thread


def load_ahead(module: str) -> Thread:
    """Import `module` in a thread of its own and return it; a module that fails says so where it is used."""

    def load() -> None:
        with suppress(Exception):
            import_module(module)

    thread = Thread(target=load, name=f"load {module}")  # no daemon: an import must not be cut off at exit
    thread.start()
    return thread
