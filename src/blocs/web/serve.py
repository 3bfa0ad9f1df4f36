"""Runs the server on this machine: binds, prints the address with its token, stops cleanly."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import sys
import webbrowser
from collections.abc import Callable
from pathlib import Path

import uvicorn

from blocs.errors import BlocsError
from blocs.web.app import create_app
from blocs.web.lab import Lab

HOST = "127.0.0.1"
CONNECTIONS = 512
GOODBYE = 2  # seconds for answers under way when the server stops


class ServeError(BlocsError):
    """A server that cannot start."""


class _Server(uvicorn.Server):
    """A server that says when it is up."""

    def __init__(self, config: uvicorn.Config, up: Callable[[], None]) -> None:
        super().__init__(config)
        self._up = up

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._up()


def serve(port: int, *, browser: bool, tell: Callable[[str], None], borders: Path | None = None) -> None:
    """Serve until interrupted. port 0: any free one. `tell` gets the address and, at the end, the farewell.

    Raises ServeError where the port is taken, DataError for a file of borders that is none.
    """
    if borders is not None:
        from blocs.web.outlines import borders_document

        borders_document(borders)  # what is wrong with it is said before the server is up
    listener = bind(port)
    lab = Lab(token=secrets.token_urlsafe(32), port=listener.getsockname()[1], borders=borders)
    address = f"http://{HOST}:{lab.port}/#token={lab.token}"

    def up() -> None:
        tell(f"blocs is at {address}")
        if not lab.assets:
            from blocs.web.assets import MISSING

            tell(MISSING)
        tell("Ctrl-C stops it.")
        if browser and lab.assets:
            webbrowser.open(address)

    log = logging.getLogger("blocs.web")
    if not log.hasHandlers():  # `blocs --verbose` listens already
        log.addHandler(logging.StreamHandler(sys.stderr))
    config = uvicorn.Config(
        create_app(lab),
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=GOODBYE,
    )
    try:
        _Server(config, up).run(sockets=[listener])
    except KeyboardInterrupt:
        pass  # uvicorn hands the signal on once it has stopped
    finally:
        lab.close()
        listener.close()
    ended = lab.ended(GOODBYE)
    tell("stopped")
    if not ended:
        # an interpreter that goes down under a compiling thread aborts; all that had to be closed is closed
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def bind(port: int) -> socket.socket:
    """Return a socket on `port` of this machine only. Raises ServeError where it cannot be had."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":  # elsewhere the option would let two servers share a port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(CONNECTIONS)
    except OSError as error:
        listener.close()
        raise ServeError(
            f"port {port} cannot be had ({error.strerror}); choose another with --port, or --port 0 for any free one"
        ) from None
    return listener
