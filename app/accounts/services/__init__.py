"""What can be done with accounts. Each verb is one function; the door that calls it commits."""

from __future__ import annotations

from app.accounts.services.api_tokens import issue_api_token, revoke_api_token, verify_api_token
from app.accounts.services.attempts import TooManyTries, begin_attempt
from app.accounts.services.links import (
    LinkOver,
    email_key,
    ensure_link,
    find_link,
    issue_link,
    link_token,
    links_of,
    open_link,
    open_links,
    request_link,
    revoke_link,
)
from app.accounts.services.resets import (
    find_reset,
    request_reset,
    reset_password,
    reset_token,
)
from app.accounts.services.sessions import (
    SignedIn,
    WrongSignIn,
    find_session,
    open_sessions,
    revoke_session,
    sign_in,
    sign_out,
    start_session,
    touch_session,
)
from app.accounts.services.staff import (
    change_own_password,
    change_profile,
    change_roles,
    create_staff,
    disable_staff,
    enable_staff,
    find_staff,
    set_password,
    staff_actor,
)

__all__ = [
    "LinkOver",
    "SignedIn",
    "TooManyTries",
    "WrongSignIn",
    "begin_attempt",
    "change_own_password",
    "change_profile",
    "change_roles",
    "create_staff",
    "disable_staff",
    "email_key",
    "enable_staff",
    "ensure_link",
    "find_link",
    "find_reset",
    "find_session",
    "find_staff",
    "issue_api_token",
    "issue_link",
    "link_token",
    "links_of",
    "open_link",
    "open_links",
    "open_sessions",
    "request_link",
    "request_reset",
    "reset_password",
    "reset_token",
    "revoke_api_token",
    "revoke_link",
    "revoke_session",
    "set_password",
    "sign_in",
    "sign_out",
    "staff_actor",
    "start_session",
    "touch_session",
    "verify_api_token",
]
