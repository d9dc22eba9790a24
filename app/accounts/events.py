"""The kinds of events of staff, their sessions, customers' links and API tokens."""

import uuid
from datetime import datetime

from app.core.events import EventKind, Personal, PersonalOrNone, payload
from app.core.translations import _l

SESSIONS_ENDED = payload(sessions_ended=int, reset_id=(uuid.UUID | None, None))

EventKind("staff.created", _l("Staff member added"), personal_fields=("name", "email"))
EventKind("staff.changed", _l("Staff member changed"), personal_fields=("name",))
EventKind(
    "staff.disabled", _l("Staff member disabled"), SESSIONS_ENDED, tone="bad", ends_access=True
)
EventKind("staff.enabled", _l("Staff member enabled"))
EventKind("staff.password_set", _l("Password changed"), SESSIONS_ENDED, ends_access=True)
EventKind(
    "staff.reset_requested",
    _l("Password link requested"),
    payload(reset_id=uuid.UUID, invited=bool, expires_at=datetime),
)
EventKind("staff.reset_asked", _l("Password link requested for an address"), is_routine=True)
EventKind(
    "staff.new_browser",
    _l("Signed in from a new browser"),
    payload(ip=Personal, browser=Personal),
    detail="browser",
)
EventKind("staff.signed_in", _l("Signed in"), payload(ip=Personal, method=(str, "password")))
EventKind("staff.authenticator_added", _l("Authenticator app set up"))
EventKind("staff.authenticator_removed", _l("Authenticator app removed"), tone="bad")
EventKind("staff.passkey_added", _l("Passkey added"), payload(passkey=Personal), detail="passkey")
EventKind(
    "staff.passkey_removed",
    _l("Passkey removed"),
    payload(passkey=Personal),
    detail="passkey",
    tone="bad",
)
EventKind("staff.recovery_codes_created", _l("Recovery codes created"))
EventKind("staff.recovery_code_used", _l("Recovery code used"), payload(left=int))
EventKind(
    "staff.second_factor_reset",
    _l("Second factor reset"),
    payload(sessions_ended=int),
    tone="bad",
    ends_access=True,
)
EventKind("staff.pin_set", _l("Station PIN set"))
EventKind("staff.badge_set", _l("Station badge set"))
EventKind("staff.station_access_removed", _l("Station PIN and badge removed"))
EventKind("staff.signed_out", _l("Signed out"), ends_access=True)
EventKind("staff.session_revoked", _l("Session revoked"), ends_access=True)
EventKind(
    "link.issued",
    _l("Link issued"),
    payload(link_id=uuid.UUID, label=Personal, expires_at=datetime),
    detail="label",
    is_routine=True,
)
EventKind("link.revoked", _l("Link revoked"), ends_access=True)
EventKind(
    "link.requested",
    _l("New link requested"),
    payload(
        email_key=Personal,
        order_id=uuid.UUID | None,
        order_ref=str,
        label=PersonalOrNone,
    ),
    detail="label",
)
EventKind("api_token.issued", _l("API key created"))
EventKind("api_token.revoked", _l("API key revoked"))
