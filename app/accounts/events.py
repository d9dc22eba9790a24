"""The kinds of events of staff, their sessions, customers' links and API tokens."""

import uuid
from datetime import datetime

from app.core.events import EventKind, Payload
from app.core.translations import _l


class SessionsEnded(Payload):
    """How many sessions ended with it, and the link that a password was chosen by."""

    sessions_ended: int
    reset_id: uuid.UUID | None = None


class ResetLink(Payload):
    """A link to choose a password."""

    reset_id: uuid.UUID
    invited: bool
    expires_at: datetime


class SignIn(Payload):
    """The network address of a sign-in."""

    ip: str


class OrderLink(Payload):
    """A link to an order and whom it is for."""

    link_id: uuid.UUID
    label: str
    expires_at: datetime


class LinkRequest(Payload):
    """Who asks for a new link, and to which order."""

    email_key: str
    order_id: uuid.UUID | None
    order_ref: str
    label: str | None


EventKind("staff.created", _l("Staff member added"), personal_fields=("name", "email"))
EventKind("staff.changed", _l("Staff member changed"), personal_fields=("name",))
EventKind("staff.disabled", _l("Staff member disabled"), SessionsEnded, tone="bad")
EventKind("staff.enabled", _l("Staff member enabled"))
EventKind("staff.password_set", _l("Password changed"), SessionsEnded)
EventKind("staff.reset_requested", _l("Password link requested"), ResetLink)
EventKind("staff.signed_in", _l("Signed in"), SignIn, personal_fields=("ip",))
EventKind("staff.signed_out", _l("Signed out"))
EventKind("staff.session_revoked", _l("Session revoked"))
EventKind(
    "link.issued",
    _l("Link issued"),
    OrderLink,
    detail="label",
    is_routine=True,
    personal_fields=("label",),
)
EventKind("link.revoked", _l("Link revoked"))
EventKind(
    "link.requested",
    _l("New link requested"),
    LinkRequest,
    detail="label",
    personal_fields=("email_key", "label"),
)
EventKind("api_token.issued", _l("API token issued"))
EventKind("api_token.revoked", _l("API token revoked"))
