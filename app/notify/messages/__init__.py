"""The messages: one file each, with its template of the same name in ``templates/messages``.

Each declares the events, audience, channels and variables of its message.
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from app.core.events import Event
from app.core.outbound.adapters import of_kind
from app.notify import channels
from app.notify.context import Audience, Recipient, is_unconfirmed, order_contact, order_context
from app.notify.rendering import FOLDER


@dataclass(frozen=True)
class MessageType:
    """What one file of this folder declares as ``MESSAGE``.

    `context` returns the variables of the template; `texts` adds those that the event carries, each
    from the first of the named keys that is not empty. `is_current`: whether what the event offers is
    still on offer; a message is not queued where something newer took its place already.
    """

    events: tuple[str, ...]
    audience: Audience = order_contact
    channels: tuple[str, ...] = ("email",)
    context: Callable[[Event, Recipient], dict[str, Any]] = order_context
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_current: Callable[[Event], bool] = lambda event: True

    def variables(self, event: Event, to: Recipient) -> dict[str, Any]:
        """Return every variable that the template uses. What a stranger typed is left out until somebody of
        the shop, or whoever holds the link that was sent, has done something with the order.

        It may issue a link, so it is called only for a message that is really queued.
        """
        data = event.data or {}
        texts = {
            name: str(next(filter(None, map(data.get, keys)), ""))
            for name, keys in self.texts.items()
        }
        found = self.context(event, to) | texts
        if to.order is not None and is_unconfirmed(to.order):
            found |= dict.fromkeys(("contact_name", *texts), "")
        return found


@lru_cache(maxsize=1)
def message_types() -> dict[str, MessageType]:
    """Return all messages by name. Raises LookupError for a missing template or channel."""
    declared = of_kind(channels.KIND.key)
    found: dict[str, MessageType] = {}
    for module in pkgutil.iter_modules(__path__):
        name = module.name
        message = getattr(importlib.import_module(f"{__name__}.{name}"), "MESSAGE", None)
        if not isinstance(message, MessageType):
            raise LookupError(f"The message {name} declares no MESSAGE.")
        if not (FOLDER / f"{name}.html").is_file():
            raise LookupError(f"The message {name} has no template {FOLDER / name}.html.")
        if unknown := set(message.channels) - set(declared):
            raise LookupError(f"The message {name} names no known channel: {', '.join(unknown)}.")
        found[name] = message
    return found


def events_with_messages() -> tuple[str, ...]:
    """Return the names of all events that queue a message, sorted."""
    return tuple(sorted({event for one in message_types().values() for event in one.events}))
