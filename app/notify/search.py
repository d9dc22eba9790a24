"""Messages are found by recipient and subject, in their own list."""

from app.core.search import Searchable, Words
from app.notify.models import Message

Searchable(
    "message",
    Message,
    (Words(Message.recipient, permission="customer.view"), Words(Message.subject)),
)
