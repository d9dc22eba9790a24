"""Problems as pages, fragments or JSON: one sentence that says what is wrong, one what to do.

JSON is problem details (RFC 9457) at every entry point; `problem_json` alone makes it.
"""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, make_response, render_template, request
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from app.core.errors import NotAllowed, Problem, Stale
from app.core.settings import current
from app.core.web.addresses import shown_path
from app.core.web.denials import log_denial
from app.core.web.live import actor as current_person

PROBLEM_JSON = "application/problem+json"
TITLES = {
    400: "We could not read that",
    401: "Please sign in",
    403: "This is not open to you",
    404: "There is nothing here",
    405: "That is not how this page works",
    409: "That can't be done now",
    410: "This is over",
    413: "That is too large",
    422: "Something needs a look",
    429: "That was a lot in a short time",
    500: "Something broke on our side",
    503: "A part of the shop does not answer",
}
SENTENCES = {
    400: ("The address or the form has a value that we can't use.", "Go back and try again."),
    401: ("This page is for people of the shop.", "Sign in, then open it again."),
    403: ("You may not see this page.", "Ask an owner of the shop for the role that may."),
    404: (
        "The address is wrong, or what was here is gone.",
        "Check the address, or look for it by its number in the search.",
    ),
    405: ("This address takes another kind of request.", "Go back and use the button on the page."),
    413: ("The shop takes files directly into storage, not here.", "Use the upload box."),
    429: ("We slow down after many tries.", "Wait a minute, then try again."),
    500: (
        "Nothing was saved. The fault is written down with its number.",
        "Try again. If it comes back, tell the shop's engineer the number.",
    ),
    503: ("A part we need does not answer now.", "Try again in a minute. Nothing was lost."),
}


def wants_json() -> bool:
    """Return whether the caller is a program: it asked for JSON, or sent JSON."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json", PROBLEM_JSON])
    return request.is_json or best in ("application/json", PROBLEM_JSON)


def problem_json(
    status: int,
    code: str,
    sentence: str,
    next_step: str = "",
    *,
    field: str | None = None,
    headers: dict[str, str] | None = None,
    title: str = "",
    **members: Any,
) -> Response:
    """Return the problem as ``application/problem+json``; `code` is stable, the words are not.

    `members` are added to the body as they are.
    """
    body: dict[str, Any] = {
        "type": f"{current().base_url}/api/v1/openapi.json#problem-{code}",
        "title": title or TITLES.get(status, "Problem"),
        "status": status,
        "code": code,
        "detail": " ".join(part for part in (sentence, next_step) if part),
        "instance": shown_path(),
    }
    if field:
        body["field"] = field
    response = make_response(current_app.json.dumps(body | members), status)
    response.mimetype = PROBLEM_JSON
    response.headers.update({"Cache-Control": "no-store"} | (headers or {}))
    return response


def answer(
    status: int,
    sentence: str,
    next_step: str = "",
    *,
    code: str = "",
    field: str | None = None,
    title: str = "",
) -> Response:
    """Return the problem in the form the caller wants; `field` names the input it is about.

    A fragment request (htmx) gets a notice that takes the place of the page's notices area, with
    the status kept, so that nothing else on the page is lost.
    """
    title = title or TITLES.get(status, TITLES[400])
    if wants_json():
        code = code or HTTPStatus(status).phrase.lower().replace(" ", "_")
        return problem_json(status, code, sentence, next_step, field=field, title=title)
    parts: dict[str, Any] = {
        "status": status,
        "title": title,
        "sentence": sentence,
        "next_step": next_step,
    }
    if request.headers.get("HX-Request"):
        response = make_response(render_template("errors/fragment.html", **parts), status)
        response.headers["HX-Retarget"] = "#notices"
        response.headers["HX-Reswap"] = "innerHTML"
        return response
    return make_response(render_template("errors/problem.html", **parts), status)


def init(app: Flask) -> None:
    """Turn every exception of a request into an answer for a person; the fault goes to the log."""

    @app.errorhandler(Problem)
    def problem(error: Problem) -> Response:
        if isinstance(error, NotAllowed):
            log_denial(current_person(), error.field)
        return answer(
            error.status, error.sentence, error.next_step, code=error.code, field=error.field
        )

    @app.errorhandler(StaleDataError)
    def stale(error: StaleDataError) -> Response:
        return problem(
            Stale(
                "Someone else changed this since you opened it. Nothing of yours was saved.",
                next_step="Load the page again and look at what is there now.",
            )
        )

    @app.errorhandler(IntegrityError)
    def clash(error: IntegrityError) -> Response:
        # its own words hold the values that clash, and those may be somebody's address
        named = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
        app.logger.warning("integrity: %s", named)
        return answer(
            409,
            "This clashes with something that is already there. Nothing was saved.",
            "Load the page again and look at what is there now.",
            code="clash",
        )

    @app.errorhandler(DataError)
    def unkeepable(error: DataError) -> Response:
        """A sign that no text column holds, or a number past every limit."""
        app.logger.warning("unkeepable value: %s", type(error.orig).__name__)
        sentence, next_step = SENTENCES[400]
        return answer(400, sentence, next_step, code="bad_value")

    @app.errorhandler(OperationalError)
    def database_away(error: OperationalError) -> Response:
        app.logger.error("database: %s", error.orig)
        sentence, next_step = SENTENCES[503]
        return answer(503, sentence, next_step, code="unavailable")

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Any:
        status = error.code or 500
        if error.response is not None or status < 400:
            return error
        if status == 403:
            log_denial(current_person(), None)
        sentence, next_step = SENTENCES.get(status, SENTENCES[400])
        return answer(status, sentence, next_step)

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Response:
        number = uuid.uuid4().hex[:8]
        app.logger.exception("fault %s at %s %s", number, request.method, shown_path())
        if app.config.get("PROPAGATE_EXCEPTIONS"):
            raise error
        sentence, next_step = SENTENCES[500]
        return answer(500, f"{sentence} Number {number}.", next_step, code="fault")
