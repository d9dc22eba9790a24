"""The API's blueprint: who may call it, and one loop over the endpoints."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, g, request
from pydantic import ValidationError
from werkzeug.exceptions import BadRequest

from app.api import openapi, orders
from app.api.endpoints import Endpoint, verb_endpoints
from app.core.actor import require
from app.core.errors import BadInput, NotFound
from app.core.inputs import Input, bad_input
from app.core.translations import _
from app.core.web.problems import problem_json

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def make_blueprint() -> Blueprint:
    """Return the API with every endpoint and its OpenAPI document; the verbs must have been loaded."""
    made = Blueprint("api", __name__, url_prefix="/api/v1")
    made.before_request(need_token)
    made.after_request(keep_out_of_caches)
    found = [*orders.ENDPOINTS, *verb_endpoints()]
    for one in found:
        made.add_url_rule(one.rule, one.name, _view(one), methods=[one.method])
    document = openapi.document(found)
    # needs no token
    made.add_url_rule("/openapi.json", "describe", lambda: document)
    made.add_url_rule("/", "nothing", nothing, defaults={"rest": ""}, methods=METHODS)
    made.add_url_rule("/<path:rest>", "nothing", nothing, methods=METHODS)
    return made


def need_token() -> Response | None:
    """Answer 401 to whoever came without a valid token, and nothing else."""
    if request.endpoint == "api.describe" or g.actor.kind == "api":
        return None
    return problem_json(
        401,
        "unauthorised",
        _("This endpoint needs a valid API token."),
        _("Send it as “Authorization: Bearer mrk_…”."),
        headers={"WWW-Authenticate": 'Bearer realm="Makeready"'},
    )


def keep_out_of_caches(response: Response) -> Response:
    """Answers belong to the token that asked."""
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def nothing(rest: str) -> Any:
    """Answer every other address under /api/v1."""
    raise NotFound(_("There is nothing at this address."), next_step="See /api/v1/openapi.json.")


def _view(endpoint: Endpoint) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        if endpoint.permission is not None:
            require(g.actor, endpoint.permission)
        elif endpoint.require is not None:
            endpoint.require(g.actor, **path)
        try:
            arguments = _arguments(endpoint)
        except BadInput:
            if endpoint.require_possible is not None:
                endpoint.require_possible(g.actor, **path)
            raise
        shape = endpoint.answer(g.actor, arguments, **path)
        response = current_app.response_class(shape.model_dump_json(), mimetype="application/json")
        if g.get("replayed"):
            response.headers["Idempotent-Replayed"] = "true"
        return response

    return view


def _arguments(endpoint: Endpoint) -> Any:
    """Return the checked arguments: a model for a reading, the raw fields for a verb's own check."""
    if endpoint.Arguments is None:
        return None
    given = request.args.to_dict() if endpoint.method == "GET" else _body()
    try:
        checked = endpoint.Arguments.model_validate(given)
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
