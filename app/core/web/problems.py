"""Problems as pages, fragments or problem details (RFC 9457): what is wrong, and what to do."""

import uuid
from datetime import timedelta
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any

import structlog
from flask import Flask, Response, current_app, make_response, render_template, request
from sqlalchemy import func, select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from app.core.actor import Actor
from app.core.clock import now
from app.core.database_faults import OUTAGES, is_outage
from app.core.db import db
from app.core.errors import NotAllowed, Problem
from app.core.events import Event, record
from app.core.settings import current
from app.core.shop.reading import use_last_known
from app.core.translations import _, _l
from app.core.web.live import actor as current_person

log = structlog.get_logger(__name__)
#: Actor kind → the table that the one who was refused is a row of.
TABLES = {"staff": "staff", "customer": "order_links", "api": "api_tokens"}
MOST_EVENTS = 20
WINDOW = timedelta(hours=1)
#: The name that a route gives to a part of its address which lets somebody in.
SECRET = "secret"  # nosec B105
PROBLEM_JSON = "application/problem+json"
TITLES = {
    400: _l("We couldn't read this request"),
    401: _l("Please sign in"),
    403: _l("You don't have access"),
    404: _l("Page not found"),
    405: _l("This page can't be used this way"),
    409: _l("This can't be done now"),
    410: _l("No longer available"),
    413: _l("This is too large"),
    422: _l("Please check what you entered"),
    429: _l("Too many requests"),
    500: _l("Something went wrong on our side"),
    503: _l("Temporarily unavailable"),
}
SENTENCES = {
    400: (
        _l("The address or the form has a value that we can't use."),
        _l("Go back and try again."),
    ),
    401: (_l("This page is for staff of the shop."), _l("Sign in, then open it again.")),
    403: (_l("You can't see this page."), _l("Ask an owner of the shop for a role that can.")),
    404: (
        _l("The address is wrong, or what was here has been removed."),
        _l("Check the address, or search for it by its number."),
    ),
    405: (
        _l("This address takes another kind of request."),
        _l("Go back and use the button on the page."),
    ),
    413: (
        _l("Files are sent directly to the storage, not to this address."),
        _l("Use the upload box."),
    ),
    429: (_l("We limit how often this can be used."), _l("Wait a minute, then try again.")),
    500: (
        _l("Nothing was saved. The fault has been logged under its reference."),
        _l("Try again. If it happens again, tell the shop's engineer the reference."),
    ),
    503: (
        _l("A part that we need isn't answering."),
        _l("Try again in a minute. Nothing was lost."),
    ),
}
RELOAD = _l("Reload the page to see what it says now.")
#: What the database refused → status, code, sentence, next step.
DATABASE: dict[type[Exception], tuple[int, str, str, str]] = {
    StaleDataError: (409, "stale", _l("Someone else changed this. Nothing was saved."), RELOAD),
    IntegrityError: (
        409,
        "clash",
        _l("This clashes with another record. Nothing was saved."),
        RELOAD,
    ),
    DataError: (400, "bad_value", *SENTENCES[400]),  # a sign or a number that no column holds
}
#: When a program may ask again after 503; people read it in the sentence.
RETRY_AFTER_S = 5


def wants_json() -> bool:
    """Return whether the caller is a program: it uses the API, asked for JSON, or sent JSON."""
    if request.path.startswith(("/api/", "/hooks/")):
        return True
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
    """Return the problem as ``application/problem+json`` with further `members`; `code` is stable."""
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
    members: dict[str, Any] | None = None,
) -> Response:
    """Return the problem in the form the caller wants; `field` names the input it is about, `members` are
    further ones of its JSON.

    A fragment request (htmx) gets a notice for the page's notices area, so that nothing else there is lost.
    """
    title = title or TITLES.get(status, TITLES[400])
    later = {"Retry-After": str(RETRY_AFTER_S)} if status == 503 else {}
    if wants_json():
        code = code or HTTPStatus(status).phrase.lower().replace(" ", "_")
        return problem_json(
            status,
            code,
            sentence,
            next_step,
            field=field,
            title=title,
            headers=later,
            **(members or {}),
        )
    is_fragment = bool(request.headers.get("HX-Request"))
    page = render_template(
        "errors/fragment.html" if is_fragment else "errors/problem.html",
        status=status,
        title=title,
        sentence=sentence,
        next_step=next_step,
    )
    response = make_response(page, status)
    response.headers.update(later)
    if is_fragment:
        response.headers.update({"HX-Retarget": "#notices", "HX-Reswap": "innerHTML"})
    return response


def init(app: Flask) -> None:
    """Turn every exception of a request into an answer for a person; the fault goes to the log."""

    @app.errorhandler(Problem)
    def problem(error: Problem) -> Response:
        if isinstance(error, NotAllowed):
            log_denial(current_person(), error.field)
        return answer(
            error.status,
            error.sentence,
            error.next_step,
            code=error.code,
            field=error.field,
            members=error.members(),
        )

    def refused_by_database(error: Exception) -> Response:
        # its own words hold the values that clash, which may be somebody's address
        named = getattr(
            getattr(getattr(error, "orig", None), "diag", None), "constraint_name", None
        )
        app.logger.warning("database: %s %s", type(error).__name__, named)
        use_last_known()
        found = next(words for kind, words in DATABASE.items() if isinstance(error, kind))
        status, code, sentence, next_step = found
        return answer(status, sentence, next_step, code=code)

    def database_away(error: Exception) -> Response:
        if not is_outage(error):
            return broken(error)
        app.logger.error("database: %s", getattr(error, "orig", None) or type(error).__name__)
        use_last_known()
        db.session.remove()  # a connection that was lost is none to draw a page with
        return answer(503, *SENTENCES[503], code="unavailable")

    for kind in DATABASE:
        app.register_error_handler(kind, refused_by_database)
    for kind in (*OUTAGES, DBAPIError):
        app.register_error_handler(kind, database_away)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Any:
        status = error.code or 500
        if error.response is not None or status < 400:
            return error
        if status == 403:
            log_denial(current_person(), None)
        return answer(status, *SENTENCES.get(status, SENTENCES[400]))

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Response:
        number = uuid.uuid4().hex[:8]
        use_last_known()
        app.logger.exception("fault %s at %s %s", number, request.method, shown_path())
        if app.config.get("PROPAGATE_EXCEPTIONS"):
            raise error
        sentence, next_step = SENTENCES[500]
        return answer(
            500,
            _("%(sentence)s Reference %(number)s.", sentence=sentence, number=number),
            next_step,
            code="fault",
        )


def shown_path() -> str:
    """Return the path of this request, at most 500 long, with “…” in the place of a token."""
    path = request.path
    secret = (request.view_args or {}).get(SECRET)
    return (path.replace(str(secret), "…") if secret else path)[:500]


def log_refusal(event: str, **facts: Any) -> None:
    """Log that a request was refused before it came to a permission: who sent it, from where, to what.

    Who it was is asked of the sign-in (`app.extensions["recognise"]`) where the request was refused before that.
    """
    person = current_person() or current_app.extensions.get("recognise", current_person)()
    who, kind = (person.label, person.kind) if person else ("nobody", None)
    where = {"ip": request.remote_addr, "method": request.method, "path": shown_path()}
    log.warning(event, who=who, kind=kind, **where, **facts)


def log_denial(actor: Actor | None, permission: str | None) -> None:
    """Roll back what the request had begun, log the denial, record `access.denied` and commit.

    The event is in the chain of the one who was refused; after 20 in an hour only the log is written.
    """
    data = {"permission": permission, "method": request.method, "path": shown_path()}
    who = (actor.label, actor.kind) if actor else ("nobody", None)
    log.warning("access.denied", who=who[0], kind=who[1], ip=request.remote_addr, **data)
    db.session.rollback()
    if actor is None or actor.id is None or actor.kind not in TABLES:
        return
    subject = SimpleNamespace(id=actor.id, __tablename__=TABLES[actor.kind])
    try:
        if _lately(subject) < MOST_EVENTS:
            record("access.denied", subject, actor, data=data)
            db.session.commit()
    except Exception:
        log.exception("access.denied could not be recorded")
        db.session.rollback()


def _lately(subject: Any) -> int:
    query = select(func.count()).where(
        Event.subject_kind == subject.__tablename__,
        Event.subject_id == subject.id,
        Event.name == "access.denied",
        Event.at > now() - WINDOW,
    )
    return db.session.scalar(query) or 0
