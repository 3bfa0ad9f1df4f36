"""The page that describes every route: plain HTML from the OpenAPI document, no script, nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import json
from html import escape
from typing import Any

STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
:root { color-scheme: light dark; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; }
pre { overflow-x: auto; padding: 0.75rem; border: 1px solid #8888; border-radius: 4px; }
h2 { margin-top: 2.5rem; border-top: 1px solid #8888; padding-top: 1rem; }
summary { cursor: pointer; }
table { border-collapse: collapse; } td, th { text-align: left; padding: 0.2rem 0.8rem 0.2rem 0; vertical-align: top; }
"""


def style_hash() -> str:
    """Return what the content security policy names to let the page's one style sheet pass."""
    return f"sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}"


def page(document: dict[str, Any]) -> str:
    """Return the OpenAPI `document` as HTML."""
    info = document["info"]
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>{escape(info['title'])}</title><style>{STYLE}</style></head><body><main>",
        f"<h1>{escape(info['title'])} {escape(info['version'])}</h1><p>{escape(info['description'])}</p>",
        '<p><a href="openapi.json">The same for programs (OpenAPI)</a></p>',
    ]
    for path, methods in document["paths"].items():
        parts += [_route(path, method, route) for method, route in methods.items()]
    parts.append("<h2>Shapes</h2>")
    for name, shape in document["components"]["schemas"].items():
        about = escape(" ".join(str(shape.get("description", "")).split()))
        body = escape(json.dumps(shape, indent=1, ensure_ascii=False))
        parts.append(
            f'<details id="{escape(name)}"><summary><code>{escape(name)}</code> {about}</summary>'
            f"<pre>{body}</pre></details>"
        )
    parts.append("</main></body></html>")
    return "".join(parts)


def _route(path: str, method: str, route: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(p['name'])}</code></td><td>in {escape(p['in'])}</td>"
        f"<td><code>{escape(json.dumps(p.get('schema', {})))}</code></td></tr>"
        for p in route.get("parameters", [])
    )
    body = "".join(
        f"<p>Body: {_shape(content.get('schema', {}))}</p>"
        for content in route.get("requestBody", {}).get("content", {}).values()
    )
    answers = "".join(
        f"<tr><td>{escape(status)}</td><td>{escape(answer.get('description', ''))}</td><td>"
        + ", ".join(_shape(c.get("schema", {})) for c in answer.get("content", {}).values())
        + "</td></tr>"
        for status, answer in route["responses"].items()
    )
    about = escape(str(route.get("description", "")))
    return (
        f"<h2><code>{method.upper()} {escape(path)}</code></h2><p>{escape(route.get('summary', ''))}. {about}</p>"
        f"{body}<table>{rows}</table><table>{answers}</table>"
    )


def _shape(schema: dict[str, Any]) -> str:
    """Return a shape as a link where it has a name."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}"><code>{name}</code></a>'
    several = schema.get("anyOf") or schema.get("oneOf")
    if several:
        return " or ".join(_shape(one) for one in several)
    return f"<code>{escape(json.dumps(schema))}</code>"
