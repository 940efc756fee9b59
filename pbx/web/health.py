"""State of the process and of what it depends on; the API's own description."""

import html
from typing import Any

from aiohttp import web

from pbx.web import schemas as s
from pbx.web.api import Api, answer, handles
from pbx.web.openapi import document


@handles("healthz")
async def healthz(api: Api, request: web.Request) -> web.StreamResponse:
    return answer(s.Health("ok"))


@handles("readyz")
async def readyz(api: Api, request: web.Request) -> web.StreamResponse:
    switch = await api.health.asterisk()
    state = s.Readiness(
        ready=False,
        asterisk=switch["asterisk"],
        trunk=switch["trunk"],
        database=await api.health.database(),
        mail=await api.health.mail(),
    )
    # Without mail, messages wait; calls need the other three.
    state.ready = state.asterisk == state.trunk == state.database == "ok"
    return answer(state, 200 if state.ready else 503)


@handles("openapi")
async def openapi(api: Api, request: web.Request) -> web.StreamResponse:
    return answer(document())


@handles("docs")
async def docs(api: Api, request: web.Request) -> web.StreamResponse:
    return web.Response(text=_page(document()), content_type="text/html")


def _page(described: dict[str, Any]) -> str:
    """The description as one plain page, readable without scripts."""
    rows = []
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            rows.append(
                f"<tr><td><code>{method.upper()}</code></td><td><code>{html.escape(path)}</code>"
                f"</td><td>{html.escape(operation['summary'])}{_details(operation)}</td></tr>"
            )
    shapes = "".join(
        f"<details id='{name}'><summary><code>{name}</code></summary>"
        f"<pre>{html.escape(_shape(schema))}</pre></details>"
        for name, schema in described["components"]["schemas"].items()
    )
    return _PAGE.format(rows="".join(rows), shapes=shapes)


def _details(operation: dict[str, Any]) -> str:
    parts = [
        f"<code>{p['name']}</code> ({p['in']}) {html.escape(p.get('description', ''))}"
        for p in operation["parameters"]
    ]
    if "requestBody" in operation:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        parts.append(f"takes {_link(schema)}")
    for status, response in operation["responses"].items():
        schema = response.get("content", {}).get("application/json", {}).get("schema")
        if schema:
            parts.append(f"{status}: {_link(schema)}")
    return "".join(f"<br><small>{part}</small>" for part in parts)


def _link(schema: dict[str, Any]) -> str:
    name = schema.get("$ref", "").rpartition("/")[2]
    return f"<a href='#{name}'><code>{name}</code></a>"


def _shape(schema: dict[str, Any]) -> str:
    required = set(schema.get("required", ()))
    lines = [
        f"{name}{'' if name in required else '?'}: {_kind(value)}"
        for name, value in schema.get("properties", {}).items()
    ]
    return "\n".join(lines)


def _kind(value: dict[str, Any]) -> str:
    if "$ref" in value:
        return str(value["$ref"].rpartition("/")[2])
    if "anyOf" in value:
        return " | ".join(_kind(part) for part in value["anyOf"])
    if "enum" in value:
        return " | ".join(map(repr, value["enum"]))
    if value.get("type") == "array":
        return f"[{_kind(value.get('items', {}))}]"
    return str(value.get("format") or value.get("type") or "any")


_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Vermittlung: API</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 16px/1.5 system-ui, sans-serif }}
body {{ max-width: 70rem; margin: 2rem auto; padding: 0 1rem }}
table {{ border-collapse: collapse; width: 100% }}
td {{ border-bottom: 1px solid #8884; padding: .4rem .6rem .4rem 0; vertical-align: top }}
pre {{ overflow-x: auto }}
</style>
<h1>Vermittlung: API</h1>
<p>Sign in with <code>POST /api/v1/session</code> (cookie) or send
<code>Authorization: Bearer &lt;api token&gt;</code>. Errors are
<code>application/problem+json</code> with a stable <code>error_id</code>.
As JSON: <a href="/api/v1/openapi.json">openapi.json</a>.</p>
<table>{rows}</table><h2>Shapes</h2>{shapes}</html>"""
