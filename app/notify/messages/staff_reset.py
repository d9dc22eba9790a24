"""To a member of staff: the link to choose a first or a new password. It is stored nowhere."""

from datetime import datetime
from typing import Any

from flask_babel import format_timedelta

from app.core.clock import now
from app.core.db import get
from app.core.events import Event
from app.notify.context import Recipient, password_chooser
from app.notify.links import PASSWORD, Link
from app.notify.messages import MessageType


def context(event: Event, to: Recipient) -> dict[str, Any]:
    from app.accounts.models import PasswordReset

    data = event.data or {}
    reset = get(PasswordReset, data["reset_id"])
    expires_at = datetime.fromisoformat(data["expires_at"])
    return {
        "contact_name": to.name,
        "link": Link(PASSWORD, reset.id),
        "expires_in": format_timedelta(expires_at - now(), threshold=2),
        "is_invited": bool(data.get("invited")),
    }


MESSAGE = MessageType(("staff.reset_requested",), audience=password_chooser, context=context)
