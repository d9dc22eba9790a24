"""To a member of staff: somebody signed in to their account from a browser that is new to it."""

from app.notify.context import account_context, account_holder
from app.notify.messages import MessageType

MESSAGE = MessageType(
    ("staff.new_browser",),
    audience=account_holder,
    context=account_context,
    texts={"browser": ("browser",), "ip": ("ip",)},
)
