"""The OpenAPI 3.1 document, built from the shapes: what it says is what the code checks."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.api.shapes import OrderBrief, OrderFull, OrderPage, PageArgs, ProblemDetails

SHAPES: tuple[type[BaseModel], ...] = (OrderBrief, OrderFull, OrderPage, ProblemDetails)
PROBLEMS = {
    "401": "No key, or one that is not good now",
    "403": "The key's scopes do not allow it",
    "404": "There is no such thing",
    "422": "An argument can't be used",
}


def _ref(shape: type[BaseModel]) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{shape.__name__}"}


def _answers(shape: type[BaseModel], words: str, problems: tuple[str, ...]) -> dict[str, Any]:
    answers: dict[str, Any] = {
        "200": {"description": words, "content": {"application/json": {"schema": _ref(shape)}}}
    }
    for status in problems:
        content = {"application/problem+json": {"schema": _ref(ProblemDetails)}}
        answers[status] = {"description": PROBLEMS[status], "content": content}
    return answers


def _query_parameters() -> list[dict[str, Any]]:
    properties = PageArgs.model_json_schema()["properties"]
    return [
        {"name": name, "in": "query", "required": False, "schema": schema}
        for name, schema in properties.items()
    ]


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """Return the whole document as a dict."""
    _, schemas = models_json_schema(
        [(shape, "serialization") for shape in SHAPES],
        ref_template="#/components/schemas/{model}",
    )
    number = {
        "name": "number",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "examples": ["MR-10428"]},
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Makeready",
            "version": "1",
            "description": "Orders of the shop. Money is in minor units, times are in UTC.",
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"key": []}],
        "paths": {
            "/orders": {
                "get": {
                    "operationId": "listOrders",
                    "summary": "List orders, the newest first",
                    "parameters": _query_parameters(),
                    "responses": _answers(OrderPage, "One page", ("401", "403", "422")),
                }
            },
            "/orders/{number}": {
                "get": {
                    "operationId": "getOrder",
                    "summary": "One order by its number",
                    "parameters": [number],
                    "responses": _answers(OrderFull, "The order", ("401", "403", "404")),
                }
            },
        },
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }
