"""The OpenAPI 3.1 document, built from the endpoints' shapes: what it says is what the code checks."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.api.endpoints import Endpoint
from app.api.shapes import ProblemDetails
from app.core.idempotency import HEADER

PROBLEMS = {
    "401": "No key, or one that is not valid now",
    "403": "The key's scopes do not allow it",
    "404": "There is no such record",
    "409": "The record's state does not allow it, or somebody changed it",
    "422": "An argument can't be used",
}
HEADERS = (
    (HEADER, "string", "Makes a repeated call answer without a second effect"),
    ("If-Match", "string", "The record's version as you saw it"),
)


def document(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """Return the whole document as a dict."""
    bodies = [one.Arguments for one in endpoints if one.Arguments and one.method != "GET"]
    answers: list[type[BaseModel]] = [ProblemDetails, *(one.Answer for one in endpoints)]
    places, schemas = models_json_schema(
        [
            *((shape, "serialization") for shape in dict.fromkeys(answers)),
            *((shape, "validation") for shape in dict.fromkeys(bodies)),
        ],
        ref_template="#/components/schemas/{model}",
    )
    paths: dict[str, dict[str, Any]] = {}
    for one in endpoints:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, places)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Makeready",
            "version": "1",
            "description": "Orders of the shop. Money is in minor units, times are in UTC.",
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(one: Endpoint, places: Any) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": places[ProblemDetails, "serialization"]}}
    answer = {"application/json": {"schema": places[one.Answer, "serialization"]}}
    found: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "responses": {"200": {"description": one.summary, "content": answer}}
        | {
            status: {"description": text, "content": problem}
            for status, text in PROBLEMS.items()
            if one.method == "POST" or status != "409"
        },
    }
    parameters = [
        {"name": "ref", "in": "path", "required": True, "schema": {"type": "string"}}
        for _ in range(one.path.count("{ref}"))
    ]
    if one.Arguments is not None and one.method == "GET":
        properties = one.Arguments.model_json_schema()["properties"]
        parameters += [
            {"name": name, "in": "query", "required": False, "schema": schema}
            for name, schema in properties.items()
        ]
    elif one.Arguments is not None:
        body = {"application/json": {"schema": places[one.Arguments, "validation"]}}
        required = any(field.is_required() for field in one.Arguments.model_fields.values())
        found["requestBody"] = {"required": required, "content": body}
        parameters += [
            {"name": name, "in": "header", "required": False, "description": text}
            | {"schema": {"type": kind}}
            for name, kind, text in HEADERS
        ]
    return found | ({"parameters": parameters} if parameters else {})
