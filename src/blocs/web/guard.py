"""What every request passes first: host, origin, token, size and time of the body; and the headers of every answer."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from blocs.web.errors import Refusal, answer

LARGEST = 1_000_000  # bytes of one body
HELD = 64_000_000  # bytes of all bodies at once
PATIENCE = 10.0  # seconds for a body to arrive
OPEN = frozenset(
    {"/api/docs", "/api/openapi.json"}
)  # they describe the server and hold nothing of the user's
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)


class Guard:
    """Lets a request through to `app` if it comes from this machine's page and holds the token."""

    def __init__(self, app: ASGIApp, *, token: str, port: int) -> None:
        self._app, self._token = app, token.encode()
        names = [f"127.0.0.1:{port}", f"localhost:{port}"] + ["127.0.0.1", "localhost"] * (port == 80)
        self._hosts = frozenset(names)
        self._origins = frozenset(f"http://{name}" for name in names)
        self._port, self._held = port, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # there are no web sockets here
            await send({"type": "websocket.close", "code": 1008})
            return
        marked = _marking(send, scope["path"])
        held = 0
        try:
            self._check(scope)
            body, held = await self._body(scope, receive)
        except Refusal as refusal:
            await answer(refusal)(scope, receive, marked)
            return
        try:
            await self._app(scope, _replayed(body, receive), marked)
        finally:
            self._held -= held

    def _check(self, scope: Scope) -> None:
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        hosts = _all(headers, b"host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            raise Refusal(
                403, "host", f"this server answers as 127.0.0.1:{self._port} or localhost:{self._port} only"
            )
        if any(origin not in self._origins for origin in _all(headers, b"origin")):
            raise Refusal(403, "origin", "this server answers its own page only")
        path = scope["path"]
        if not path.startswith("/api") or path in OPEN:
            return
        given = _all(headers, b"authorization")
        scheme, _, token = (given[0] if len(given) == 1 else "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(token.strip().encode(), self._token):
            raise Refusal(
                401, "token", "the token is missing or wrong; open the address that `blocs serve` printed, or send "
                "its token as `Authorization: Bearer TOKEN`",
            )  # fmt: skip

    async def _body(self, scope: Scope, receive: Receive) -> tuple[bytes, int]:
        """Return the body, and how many bytes it holds of what all may hold."""
        if scope["method"] in ("GET", "HEAD", "OPTIONS"):
            return b"", 0
        declared = _all(scope["headers"], b"content-length")
        if declared and declared[0].isdigit() and int(declared[0]) > LARGEST:
            raise _too_large()
        parts: list[bytes] = []
        held = 0
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Refusal(408, "time", "the connection ended before the body did")
                    part = message.get("body", b"")
                    if held + len(part) > LARGEST:
                        raise _too_large()
                    if self._held + len(part) > HELD:
                        raise Refusal(429, "busy", "too many large requests at once; try again", retry=2)
                    held += len(part)
                    self._held += len(part)
                    parts.append(part)
                    if not message.get("more_body", False):
                        break
        except TimeoutError:
            self._held -= held
            raise Refusal(408, "time", f"the body did not arrive within {PATIENCE:g} seconds") from None
        except Refusal:
            self._held -= held
            raise
        body = b"".join(parts)
        kind = (_all(scope["headers"], b"content-type") or [""])[0].partition(";")[0].strip().lower()
        if body and kind != "application/json":
            self._held -= held
            raise Refusal(415, "media_type", "send the body as `Content-Type: application/json`")
        return body, held


def _too_large() -> Refusal:
    return Refusal(
        413, "too_large", f"the body is larger than {LARGEST:,} bytes; a scenario needs a fraction of it"
    )


def _all(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in headers if key == name]


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that hands out `body` once and then what the connection says."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if not given:
            given = True
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return replay


def _marking(send: Send, path: str) -> Send:
    """Return a `send` that adds the headers every answer has; an answer may bring its own policy."""

    async def mark(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers: list[tuple[bytes, bytes]] = list(message.get("headers", []))
            names = {key.lower() for key, _ in headers}
            headers += [pair for pair in HEADERS if pair[0] not in names]
            if b"content-security-policy" not in names:
                headers.append((b"content-security-policy", POLICY.encode()))
            if path.startswith("/api") and b"cache-control" not in names:
                headers.append((b"cache-control", b"no-store"))
            message = {**message, "headers": headers}
        await send(message)

    return mark


def own_policy(style_hash: str) -> dict[str, str]:
    """Return the header of a page without scripts whose one style sheet stands in it."""
    return {
        "Content-Security-Policy": f"default-src 'none'; style-src '{style_hash}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    }
