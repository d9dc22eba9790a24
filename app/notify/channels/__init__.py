"""Channels: ways by which a message leaves the house. One file each, found by its `CHANNEL`."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol


class TransportError(Exception):
    """The other side did not take the message, and surely so.

    `permanent`: it never will (no such address); otherwise it may be tried again later.
    """

    def __init__(self, sentence: str, *, permanent: bool) -> None:
        super().__init__(sentence)
        self.permanent = permanent


class OutcomeUnknown(Exception):
    """The message was handed over, but the answer got lost: it may or may not have been taken."""


@dataclass(frozen=True)
class Outgoing:
    """A finished message. `message_id` is fixed before the first try and is the same at each."""

    message_id: str
    recipient: str
    subject: str
    body_text: str
    body_html: str


class Channel(Protocol):
    """What a channel says of itself and can do."""

    name: str
    """Stored in `messages.channel`; never reused for something else."""
    label: str
    settings: tuple[str, ...]
    """Names of the settings that it needs."""

    def refusal(self, recipient: str) -> str | None:
        """Return why this recipient can't be reached at all, in a sentence; None if it can."""

    def new_message_id(self, unique: str) -> str:
        """Return the id under which the other side will know the message."""

    def send(self, outgoing: Outgoing) -> None:
        """Hand the message over. Raises TransportError or OutcomeUnknown. Bounded by time-outs."""

    def was_accepted(self, message_id: str) -> bool | None:
        """Return whether the other side has the message; None where it can't be asked."""


@lru_cache(maxsize=1)
def channels() -> dict[str, Channel]:
    """Return all channels by name."""
    found: dict[str, Channel] = {}
    for module in pkgutil.iter_modules(__path__):
        channel = importlib.import_module(f"{__name__}.{module.name}").CHANNEL
        found[channel.name] = channel
    return found
