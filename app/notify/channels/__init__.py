"""Message channels: ways by which a message reaches its recipient, one folder each."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Literal

from app.core.lazy import Call
from app.core.outbound.adapters import Adapter, Kind, adapter, declare


@dataclass(frozen=True)
class Outgoing:
    """A finished message. `message_id` is fixed before the first try and is the same at each."""

    message_id: str
    recipient: str
    subject: str
    body_text: str
    body_html: str


class Channel(Adapter):
    """What a channel can do besides `perform_write`, which takes an `Outgoing`."""

    kind = "channel"
    address: ClassVar[Literal["email", "phone"]]
    """Which address of a recipient it takes."""

    @classmethod
    @abstractmethod
    def refusal(cls, recipient: str) -> str | None:
        """Return why this recipient can't be reached at all, in a sentence; None if it can."""

    def new_message_id(self, unique: str) -> str:
        """Return the id under which the other side will know the message."""
        return unique


def channel(key: str) -> type[Channel]:
    """Return the channel called `key`; raises NotFound."""
    found = adapter(Channel.kind, key)
    assert issubclass(found, Channel)
    return found


KIND = declare(
    Kind(
        Channel.kind,
        "Message channels",
        __name__,
        Channel,
        prepare=Call("app.notify.sending:prepare"),
        follow=Call("app.notify.sending:follow"),
        subject=Call("app.notify.models:Message"),
        ends_here=False,
    )
)
