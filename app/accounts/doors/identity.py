"""Who makes a request: set in ``flask.g.actor`` before any page runs.

Under /admin a person of the shop, by their session; under /api a program, by its key; anywhere else
a customer, by the links that this browser opened (a person of the shop where it opened none).
Everything under /admin is shut unless somebody is signed in; only sign-in and password pages open.
"""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, abort, flash, g, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy.exc import SQLAlchemyError

from app.accounts.doors import cookie
from app.accounts.models import OrderLink, StaffSession
from app.accounts.services.api_tokens import describe_refused, verify_api_token
from app.accounts.services.second_factor_rules import is_overdue
from app.accounts.services.sessions import SignedIn, find_session, touch_session
from app.accounts.services.staff import staff_actor
from app.core.actor import Actor
from app.core.backoffice.access import to_sign_in
from app.core.db import db
from app.core.errors import NotAllowed
from app.core.translations import _
from app.core.web.problems import log_refusal

VISITOR = Actor("customer", None, "A visitor", "portal")
SIGNED_OUT = Actor("customer", None, "A visitor", "backoffice")
#: The only pages under /admin for somebody who is not signed in.
OPEN_ENDPOINTS = {
    "sign_in.sign_in",
    "sign_in.sign_out",
    "sign_in.second_factor",
    "sign_in.passkey",
    "sign_in.passkey_options",
    "resets.forgotten",
    "resets.choose_password",
    "first_owner.page",
}
#: What a session opens that was begun with a PIN or a badge, besides signing in and out.
AT_STATION = ("station.", "live.", "artwork.picture", "job_page.approved_file", "sign_in.sign_out")
PROBES = {"/healthz", "/readyz", "/readyz/pages", "/metrics"}


class Person(UserMixin):
    """A signed-in person as Flask-Login knows them; the id is the session's token, not the person's,
    so that a session that was ended lets nobody in."""

    def __init__(self, row: StaffSession, secret: str) -> None:
        self.session = row
        self.secret = secret

    def get_id(self) -> str:
        return self.secret


def init(app: Flask) -> None:
    """Put `identify` before every request."""
    manager = LoginManager()
    manager.session_protection = None  # our sessions are rows; an address may change on the way
    manager.user_loader(_load)
    manager.init_app(app)
    app.before_request(identify)
    app.extensions["recognise"] = recognise


def _load(secret: str) -> Person | None:
    row = find_session(secret)
    return Person(row, secret) if row else None


def identify() -> Any:
    """Set ``g.actor`` (and for staff ``g.staff``, ``g.zone``, ``g.role_words``); shut /admin."""
    g.actor = VISITOR
    endpoint = request.endpoint or ""
    if endpoint == "static" or endpoint.endswith(".static") or request.path in PROBES:
        return None
    if is_under("/admin"):
        g.actor = SIGNED_OUT
        if not _as_staff(endpoint) and endpoint not in OPEN_ENDPOINTS:
            return _shut()
        if "staff" in g and is_overdue(g.staff) and not _sets_up(endpoint):
            return _to_set_up()
        return None
    if is_under("/api"):
        _as_program()
    elif not _as_customer():
        _as_staff(endpoint)
    return None


def recognise() -> Actor | None:
    """Return whose session or links came with a request that is refused before `identify`, for the log alone;
    None while the database is away. Changes nothing."""
    try:
        links = [] if is_under("/admin") else cookie.opened()
        if links:
            return cookie.holder(links)
        if "_user_id" in session and current_user.is_authenticated:
            return staff_actor(current_user.session.staff)
    except SQLAlchemyError:
        db.session.rollback()
        return None
    return SIGNED_OUT if is_under("/admin") else VISITOR


def is_under(prefix: str) -> bool:
    """Return whether this request is for `prefix` or what lies below it."""
    return request.path == prefix or request.path.startswith(f"{prefix}/")


def _sets_up(endpoint: str) -> bool:
    return endpoint.startswith("security.") or endpoint in OPEN_ENDPOINTS


def _to_set_up() -> Any:
    """Lead somebody who must have a second factor to the page that sets it up; refuse what is posted."""
    if request.method not in {"GET", "HEAD"}:
        raise NotAllowed(
            _("Your role signs in with a second factor, and yours isn't set up."),
            next_step=_("Set it up under Your account, then do this again."),
        )
    return redirect(url_for("security.page"), 303)


def _as_staff(endpoint: str) -> bool:
    if "_user_id" not in session:
        return False
    if not current_user.is_authenticated:
        logout_user()
        return False
    if current_user.session.is_at_station and not endpoint.startswith(AT_STATION):
        return False
    if touch_session(current_user.session):
        db.session.commit()
    person = g.staff = current_user.session.staff
    g.actor = staff_actor(person)
    g.zone, g.role_words = person.timezone, person.role_words
    return True


def _as_program() -> None:
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and secret.strip():
        found = verify_api_token(secret.strip())
        if found is None:
            log_refusal("api.key_refused", **describe_refused(secret.strip()))
        g.actor = found or VISITOR
        db.session.commit()  # its last use is recorded whatever comes next


def _as_customer() -> bool:
    links: list[OrderLink] = cookie.opened()
    if not links:
        return False
    g.links = links
    g.actor = cookie.holder(links)
    return True


def _shut() -> Any:
    """Send a person to the sign-in page and back afterwards; tell a program or a form 401."""
    if request.method not in {"GET", "HEAD"}:
        abort(401)
    return to_sign_in()


def let_in(signed: SignedIn) -> None:
    """Begin a browser's session for the person: everything that was in the old one is dropped."""
    session.clear()
    session.permanent = True
    login_user(Person(signed.session, signed.token))
    g.staff, g.actor = signed.staff, staff_actor(signed.staff)


def let_out(notice: str = "") -> None:
    """Forget the person in this browser."""
    logout_user()
    session.clear()
    if notice:
        flash(notice, "info")
    g.actor = SIGNED_OUT
    g.pop("staff", None)


def own_address(given: str | None, otherwise: str = "/admin/") -> str:
    """Return `given` where it leads to a page of the back office, else `otherwise`."""
    address = given or ""
    parts = urlsplit(address)
    plain = not parts.scheme and not parts.netloc and address.startswith(("/admin/", "/admin?"))
    safe = plain and "\\" not in address and address.isprintable()
    return address if safe and not address.startswith("/admin/sign-") else otherwise
