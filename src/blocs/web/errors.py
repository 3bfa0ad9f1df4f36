"""From what goes wrong to an answer: a status, one word for programs, one sentence for people."""

from __future__ import annotations

import re
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.responses import JSONResponse, Response

from blocs.errors import BlocsError, ConvergenceError, ScenarioError
from blocs.web.contract import ErrorBody, ErrorDocument

_PLACE = re.compile(r"^(?:[^\s:]+: )?(measures\[\d+\](?:\.\w+)?)")


class Refusal(Exception):
    """An answer that is not 2xx."""

    def __init__(self, status: int, kind: str, message: str, *, retry: int | None = None) -> None:
        self.status, self.kind, self.message, self.retry = status, kind, message, retry
        super().__init__(message)


def refusal_of(error: BaseException) -> Refusal:
    """Return the answer for `error`: what the user did wrong is 422, what nobody foresaw is 500."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, ScenarioError):
        return Refusal(422, "scenario", str(error))
    if isinstance(error, ConvergenceError):
        return Refusal(422, "convergence", str(error))
    if isinstance(error, BlocsError):
        return Refusal(422, "data", str(error))
    if isinstance(error, RequestValidationError):
        return _invalid(error)
    if isinstance(error, MemoryError):
        return Refusal(503, "busy", "the server is out of memory; try a smaller request", retry=5)
    return Refusal(
        500,
        "internal",
        f"the server made a mistake ({type(error).__name__}); its traceback is on the terminal",
    )


def body_of(refusal: Refusal) -> ErrorBody:
    """Return what the answer says."""
    found = _PLACE.match(refusal.message)
    content = {"kind": refusal.kind, "message": refusal.message, "place": found[1] if found else ""}
    return ErrorBody.model_validate(content)


def answer(refusal: Refusal) -> Response:
    """Return the answer."""
    document = ErrorDocument(error=body_of(refusal)).model_dump(by_alias=True)
    headers = {} if refusal.retry is None else {"Retry-After": str(refusal.retry)}
    if refusal.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(document, status_code=refusal.status, headers=headers)


def _invalid(error: RequestValidationError) -> Refusal:
    """Say the first thing wrong with a request in words."""
    first: dict[str, Any] = dict(error.errors()[0])
    if first["type"] == "json_invalid":
        return Refusal(400, "body", f"the body is no JSON: {first.get('ctx', {}).get('error', first['msg'])}")
    place = ".".join(str(part) for part in first["loc"] if part not in ("body", "query", "path", "header"))
    message = str(first["msg"]).removeprefix("Value error, ")
    text = f"{place}: {message}" if place else f"the body is not what this route takes: {message}"
    return Refusal(422, "request", f"{text[:400]}; /api/docs describes every request")
