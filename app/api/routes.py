"""The routes of the API: one loop over the endpoints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, g, request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import BadRequest

from app.api import openapi, orders
from app.api.door import caller
from app.api.endpoints import Endpoint, verb_endpoints
from app.core.actor import require
from app.core.errors import BadInput
from app.core.inputs import Input, bad_input
from app.core.translations import _


def endpoints() -> list[Endpoint]:
    """Return every endpoint there is: readings first, then the verbs of the rooms."""
    return [*orders.ENDPOINTS, *verb_endpoints()]


def register(blueprint: Blueprint) -> None:
    """Add every endpoint and the OpenAPI document to the API, once a process."""
    if getattr(blueprint, "_got_registered_once", False):
        return
    found = endpoints()
    for one in found:
        blueprint.add_url_rule(one.rule, one.name, _view(one), methods=[one.method])
    document = openapi.document(found)

    def describe() -> Response:
        """Return the OpenAPI 3.1 document. Needs no key."""
        text = current_app.json.dumps(document)
        return current_app.response_class(text, mimetype="application/json")

    blueprint.add_url_rule("/openapi.json", "describe", describe)


def _view(endpoint: Endpoint) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        actor = caller()
        if endpoint.permission is not None:
            require(actor, endpoint.permission)
        given = _arguments(endpoint)
        more = {"verb": endpoint.verb} if endpoint.verb is not None else {}
        shape = endpoint.answer(actor, given, **more, **path)
        response = current_app.response_class(shape.model_dump_json(), mimetype="application/json")
        if g.get("replayed"):
            response.headers["Idempotent-Replayed"] = "true"
        return response

    return view


def _arguments(endpoint: Endpoint) -> Any:
    """Return the checked arguments: a model for a reading, the raw fields for a verb's own check."""
    model: type[BaseModel] | None = endpoint.Arguments
    if model is None:
        return None
    given = request.args.to_dict() if endpoint.method == "GET" else _body()
    try:
        checked = model.model_validate(given)
    except ValidationError as problem:
        raise bad_input(problem) from None
    return given if isinstance(checked, Input) else checked


def _body() -> dict[str, Any]:
    if not request.get_data(cache=True):
        return {}
    try:
        body = request.get_json(force=True)
    except BadRequest:
        body = None
    if not isinstance(body, dict):
        raise BadInput(
            _("Send a JSON object."), next_step=_("See /api/v1/openapi.json for its fields.")
        )
    return body
