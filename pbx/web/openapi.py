"""The OpenAPI 3.1 document, made from `pbx.web.contract`."""

import re
from typing import Any

import msgspec

from pbx.web import schemas
from pbx.web.contract import OPERATIONS
from pbx.web.operation import ANYONE, Operation


def document() -> dict[str, Any]:
    """The whole document as JSON-ready data."""
    types = [t for o in OPERATIONS for t in (o.request, o.response) if t is not None]
    refs, components = msgspec.json.schema_components(
        [*types, schemas.Problem], ref_template="#/components/schemas/{name}"
    )
    by_type = {repr(t): ref for t, ref in zip([*types, schemas.Problem], refs, strict=True)}
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        item = paths.setdefault(operation.path, {})
        item[operation.method.lower()] = _operation(operation, by_type)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Vermittlung",
            "version": "1",
            "description": "Calls, tasks, numbers, voicemail. Sign in with a cookie"
            " (`POST /api/v1/session`) or `Authorization: Bearer <api token>`.",
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "cookie": {"type": "apiKey", "in": "cookie", "name": "pbx_session"},
                "token": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def _operation(o: Operation, by_type: dict[str, Any]) -> dict[str, Any]:
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", o.path)
    ]
    parameters += [
        {"name": name, "in": "query", "description": text, "schema": {"type": "string"}}
        for name, text in o.query
    ]
    answer: dict[str, Any] = {"description": o.summary}
    if o.response is not None:
        answer["content"] = {o.content: {"schema": by_type[repr(o.response)]}}
    elif o.status != 204:
        answer["content"] = {o.content: {}}
    problem = {
        "description": "What went wrong; `error_id` is stable",
        "content": {"application/problem+json": {"schema": by_type[repr(schemas.Problem)]}},
    }
    result: dict[str, Any] = {
        "operationId": o.name,
        "summary": o.summary,
        "parameters": parameters,
        "responses": {str(o.status): answer, "default": problem},
        "security": [] if o.access is ANYONE else [{"cookie": []}, {"token": []}],
        "x-access": o.access.value,
    }
    if o.request is not None:
        result["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": by_type[repr(o.request)]}},
        }
    return result
