"""Who comes in by a key, and how a problem is said to a program (RFC 9457, problem details)."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, current_app, g, request
from werkzeug.exceptions import HTTPException

from app.accounts.services.api_tokens import verify_api_token
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import NotAllowed, NotFound, Problem
from app.core.translations import _
from app.core.web.addresses import shown_path
from app.core.web.denials import log_denial
from app.core.web.problems import SENTENCES
from app.core.web.problems import problem_json as problem

OPEN_ENDPOINTS = frozenset({"api.describe"})

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.before_request
def come_in() -> Response | None:
    """Take the key from the Authorization header; without a good one nothing is said but 401."""
    if request.endpoint in OPEN_ENDPOINTS:
        return None
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    found = verify_api_token(secret.strip()) if scheme.lower() == "bearer" else None
    db.session.commit()  # the key's last use is noted whatever comes next
    if found is None:
        return problem(
            401,
            "unauthorised",
            _("This endpoint needs a valid API token."),
            _("Send it as “Authorization: Bearer mrk_…”."),
            headers={"WWW-Authenticate": 'Bearer realm="Makeready"'},
        )
    g.actor = found
    return None


def caller() -> Actor:
    """Return the actor of the key that this request came with."""
    actor: Actor = g.actor
    return actor


@blueprint.after_request
def never_kept(response: Response) -> Response:
    """Keep answers out of caches: they belong to the key that asked."""
    response.headers.setdefault("Cache-Control", "no-store")
    return response


@blueprint.errorhandler(Problem)
def known(error: Problem) -> Response:
    """Answer with what the service said."""
    db.session.rollback()
    if isinstance(error, NotAllowed):
        log_denial(caller(), error.field)
        return problem(403, error.code, error.sentence, _("Use a token with the scope it needs."))
    return problem(error.status, error.code, error.sentence, error.next_step, field=error.field)


@blueprint.errorhandler(HTTPException)
def http(error: HTTPException) -> Response:
    """Answer what the framework refused, in our form."""
    status = error.code or 500
    sentence, next_step = SENTENCES.get(status, SENTENCES[400])
    return problem(status, error.name.lower().replace(" ", "_"), sentence, next_step)


@blueprint.errorhandler(Exception)
def broken(error: Exception) -> Response:
    """Write the fault down with a number and say nothing else about it."""
    db.session.rollback()
    number = uuid.uuid4().hex[:8]
    current_app.logger.exception("fault %s at %s %s", number, request.method, shown_path())
    sentence, next_step = SENTENCES[500]
    return problem(
        500,
        "fault",
        _("%(sentence)s Reference %(number)s.", sentence=sentence, number=number),
        next_step,
    )


@blueprint.route("/", defaults={"rest": ""}, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
@blueprint.route("/<path:rest>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
def nothing(rest: str) -> Any:
    """Answer every other address under /api/v1."""
    raise NotFound(_("There is nothing at this address."), next_step="See /api/v1/openapi.json.")
