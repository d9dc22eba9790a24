"""What letters need of accounts: the address of a password link, and who may have a new order link."""

from __future__ import annotations

import hmac
import uuid
from typing import Any

from app.accounts.models import PasswordReset
from app.accounts.services.links import email_key
from app.accounts.services.resets import reset_token
from app.core.clock import now
from app.core.db import db
from app.core.events import Event
from app.core.settings import current


def reset_letter(event: Event) -> dict[str, Any] | None:
    """Return the context of the letter for staff.reset_requested; None where the link is over.

    Holds ``email, contact_name, link, minutes, invited``. The link is made here and stored nowhere.
    """
    reset = db.session.get(PasswordReset, uuid.UUID((event.data or {})["reset_id"]))
    if reset is None or reset.used_at is not None or reset.expires_at <= now():
        return None
    person = reset.staff
    return {
        "email": person.email,
        "contact_name": person.name,
        "link": f"{current().base_url}/admin/choose-password/{reset_token(reset.id)}",
        "minutes": int((reset.expires_at - now()).total_seconds() // 60),
        "invited": bool((event.data or {}).get("invited")),
    }


def may_have_link(event: Event, email: str) -> bool:
    """Return whether the one who caused this link.requested typed `email`, the address of the order's
    contact. Only then is a new link sent, and to that address. The order is ``data["order_id"]``, or
    where that is None the one with the number ``data["order_ref"]`` (as typed)."""
    return hmac.compare_digest(str((event.data or {}).get("email_key", "")), email_key(email))
