"""To a member of staff: a way to sign in to their account was added, changed or removed."""

from typing import Any

from app.core.events import KINDS, Event
from app.notify.context import Recipient, account_context, account_holder
from app.notify.messages import MessageType


def context(event: Event, to: Recipient) -> dict[str, Any]:
    return account_context(event, to) | {"change": str(KINDS[event.name].staff_label)}


MESSAGE = MessageType(
    (
        "staff.password_set",
        "staff.authenticator_added",
        "staff.authenticator_removed",
        "staff.passkey_added",
        "staff.passkey_removed",
        "staff.recovery_codes_created",
        "staff.recovery_code_used",
        "staff.second_factor_reset",
        "staff.pin_set",
        "staff.badge_set",
        "staff.station_access_removed",
    ),
    audience=account_holder,
    context=context,
)
