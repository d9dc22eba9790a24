"""The end of the walk: every message once, every change on record, in order, by the right person."""

from __future__ import annotations

from collections import Counter

from tests.walk.mailbox import Mailbox
from tests.walk.staff import Staff
from tests.walk.web_client import Page, WalkFailed, until

ONCE = (
    "order.requested",
    "quote.sent",
    "quote.accepted",
    "order.placed",
    "proof.signed",
    "order.payment_confirmed",
    "shipment.shipped",
    "shipment.delivered",
    "order.closed",
)
BY = {
    "quote.sent": ("staff", "backoffice"),
    "quote.accepted": ("customer", "link"),
    "proof.signed": ("customer", "link"),
    "order.payment_confirmed": ("staff", "backoffice"),
    "shipment.shipped": ("staff", "backoffice"),
    "order.closed": ("system", "job"),
}
MESSAGES = (
    "request_received",
    "quote_ready",
    "order_placed",
    "proof_ready",
    "proof_signed",
    "shipped",
    "delivered",
)


def check_record(ref: str, staff: Staff, mailbox: Mailbox) -> dict[str, int]:
    """Return how many messages and events there are; raise where one is missing, double or wrong."""
    page = until(lambda: _all_sent(staff.order_page(ref)), "The last message", timeout_s=60)
    kept = Counter(page.attributes("[data-message]", "data-message"))
    for name in MESSAGES:
        if kept[name] != 1:
            raise WalkFailed(f"The message “{name}” stands {kept[name]} times at {ref}.")
    arrived = mailbox.mails()
    if len(arrived) != sum(kept.values()):
        raise WalkFailed(f"{sum(kept.values())} messages are sent, {len(arrived)} e-mails arrived.")
    events = whole_timeline(staff, ref)
    names = Counter(name for name, _, _ in events)
    for name in ONCE:
        if names[name] != 1:
            raise WalkFailed(f"The event {name} stands {names[name]} times at {ref}.")
    for name, kind, door in events:
        if name in BY and (kind, door) != BY[name]:
            raise WalkFailed(f"{name} was recorded as done by {kind} through {door}.")
    if page.texts(".notice-bad"):
        raise WalkFailed(page.faults())
    return {"messages": len(arrived), "events": len(events)}


def _all_sent(page: Page) -> Page | None:
    states = page.attributes("[data-message]", "data-state")
    done = {"sent", "delivered", "opened"}
    if "unknown" in states or "failed" in states or "bounced" in states:
        raise WalkFailed(f"A message is {', '.join(sorted(set(states) - done))}.")
    return page if len(states) >= len(MESSAGES) and set(states) <= done else None


def whole_timeline(staff: Staff, ref: str) -> list[tuple[str, str, str]]:
    """Return (name, actor, door) of every event of the order."""
    page = staff["owner"].get(f"/admin/order/{ref}?timeline=all")
    columns = [
        page.attributes("[data-event]", f"data-{name}") for name in ("event", "actor", "door")
    ]
    return list(zip(*columns, strict=True))
