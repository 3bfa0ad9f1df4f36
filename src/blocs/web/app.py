"""The server as an ASGI application: routes behind the guard, errors as documents, the page as files in memory."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse
from starlette.routing import Match

from blocs import __version__
from blocs.errors import BlocsError, nearest
from blocs.scenario.schema import Scenario
from blocs.web import describe, routes_jobs, routes_lab, routes_studies
from blocs.web.assets import MISSING
from blocs.web.contract import ErrorDocument
from blocs.web.errors import Refusal, answer, refusal_of
from blocs.web.guard import OPEN, Guard, own_policy
from blocs.web.lab import Lab

log = logging.getLogger("blocs.web")
ABOUT = (
    "The lab of blocs on this machine. Every route under /api but this description needs the token that `blocs serve` "
    "prints: `Authorization: Bearer TOKEN`."
)
PAGE = "/{path:path}"  # any address that is no route
YEAR = "public, max-age=31536000, immutable"


def create_app(lab: Lab, *, warm: bool = True) -> Guard:
    """Return the application over `lab`. warm: solve once in the background as soon as it is up."""

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        if warm:
            lab.warm()
        yield
        lab.close()

    app = FastAPI(
        title="blocs",
        version=__version__,
        description=ABOUT,
        lifespan=life,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses={"default": {"model": ErrorDocument, "description": "anything that went wrong"}},
    )
    app.state.lab = lab
    for kind in (Refusal, BlocsError, RequestValidationError, MemoryError, Exception):
        app.add_exception_handler(kind, _failed)
    app.add_exception_handler(HTTPException, _no_route)
    for router in (routes_lab.router, routes_studies.router, routes_jobs.router):
        app.include_router(router)
    _describe(app)
    app.add_api_route(PAGE, _file, methods=["GET", "HEAD"], include_in_schema=False)
    return Guard(app, token=lab.token, port=lab.port)


async def _failed(request: Request, error: Exception) -> Response:
    refusal = refusal_of(error)
    if refusal.status == 500:
        log.error("%s %s", request.method, request.url.path, exc_info=error)
    return answer(refusal)


async def _no_route(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    if status == 405 and _is_route(request):
        return answer(
            Refusal(405, "request", f"{request.url.path} does not take {request.method}; see /api/docs")
        )
    if status == 400:
        return answer(Refusal(400, "body", "the body cannot be read as JSON"))
    return answer(Refusal(404, "not_found", "there is no such route; /api/docs lists them"))


def _not_taken(request: Request) -> Refusal:
    return Refusal(
        405, "request", f"{request.url.path} does not take {request.method}; /api/docs says what it takes"
    )


def _is_route(request: Request) -> bool:
    """Whether the address belongs to a route of its own, under whatever method."""
    own = [route for route in request.app.routes if getattr(route, "path", "") != PAGE]
    return any(route.matches(request.scope)[0] is not Match.NONE for route in own)


def _describe(app: FastAPI) -> None:
    document = openapi(app)
    html = describe.page(document)
    headers = own_policy(describe.style_hash())

    async def docs() -> Response:
        return HTMLResponse(html, headers=headers)

    async def programs() -> Response:
        return JSONResponse(document)

    pages, programs_path = "/api/docs", "/api/openapi.json"
    assert {pages, programs_path} == OPEN
    app.add_api_route(pages, docs, methods=["GET"], include_in_schema=False)
    app.add_api_route(programs_path, programs, methods=["GET"], include_in_schema=False)


def openapi(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document, with the scenario's own schema where a scenario is asked for."""
    document = app.openapi()
    shape = Scenario.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = document["components"]["schemas"]
    schemas.update(shape.pop("$defs", {}))
    schemas["Scenario"] = shape
    document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    document["security"] = [{"token": []}]
    return _with_scenario(document)


def _with_scenario(node: Any) -> Any:
    if isinstance(node, dict):
        if node.get("x-blocs") == "Scenario":
            return {"$ref": "#/components/schemas/Scenario"}
        return {key: _with_scenario(value) for key, value in node.items()}
    return [_with_scenario(value) for value in node] if isinstance(node, list) else node


async def _file(request: Request, path: str) -> Response:
    """Return a file of the page; the address is looked up in a table, never on the disk."""
    lab: Lab = request.app.state.lab
    address = f"/{path}"
    if address == "/" and not lab.assets:
        return PlainTextResponse(f"{MISSING}\n", status_code=503)
    asset = lab.assets.get(address)
    if asset is None and _is_route(request):
        return answer(_not_taken(request))
    if asset is None:
        routes = [str(getattr(route, "path", "")) for route in request.app.routes]
        close = (
            nearest(address, [route for route in routes if "{" not in route]) if len(address) < 200 else []
        )
        hint = f"; did you mean {close[0]}?" if close else "; /api/docs lists them"
        raise Refusal(404, "not_found", f"there is no such address{hint}")
    headers = {"Cache-Control": YEAR if asset.lasting else "no-cache"}
    return Response(asset.content, media_type=asset.media_type, headers=headers)
