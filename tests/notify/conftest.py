from __future__ import annotations

import uuid
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller

from app.accounts.services.links import ensure_link
from app.cli.embedded import ports
from app.core import relay, settings
from app.core.actor import Actor, system
from app.core.db import db
from app.core.delivery_runner import run_delivery
from app.core.events import Event, record
from app.core.ids import new_id
from app.customers.models import Contact, Customer
from app.notify.links import ORDER, Link
from app.notify.models import Message
from app.orders.models import Order


@dataclass
class MailServer:
    """A real SMTP server whose temper a test can set: `answer` per command, or a broken line."""

    arrived: list = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)
    port: int = 0
    extensions: bool = True

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        return [one for one in responses if self.extensions or "SMTPUTF8" not in one]

    def _next(self, command: str, usual: str) -> str:
        waiting = self.answers.get(command, [])
        return waiting.pop(0) if waiting else usual

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self._next("RCPT", "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        answer = self._next("DATA", "250 OK")
        if answer.startswith("250") or answer == "take it, then hang up":
            self.arrived.append(envelope)
        if answer.endswith("hang up"):
            server.transport.abort()
        return answer


@pytest.fixture
def mail(app):
    """A mail server on a free port; the shop sends to it, and can't ask it what it has."""
    server = MailServer()
    server.port = ports.pick()
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    before = settings.current()
    yield server
    controller.stop()
    settings.use(before)


@pytest.fixture
def shop(committed, mail):
    """A shop with real commits whose mail goes to `mail`."""
    changed = {"smtp_port": mail.port, "mail_catcher_dir": None}
    settings.use(settings.current().model_copy(update=changed))
    with committed.app.app_context():
        yield committed.app
        db.session.remove()


def an_order() -> Order:
    """An order with its customer and contact; the test commits where it matters."""
    customer = Customer(name="Example Stationers")
    db.session.add(customer)
    db.session.flush()
    address = f"ada.{uuid.uuid4().hex[:8]}@example.com"
    contact = Contact(customer_id=customer.id, name="Ada Example", email=address)
    db.session.add(contact)
    db.session.flush()
    order = Order(customer_id=customer.id, contact_id=contact.id, currency="EUR")
    db.session.add(order)
    db.session.flush()
    return order


def a_link(order: Order | None = None) -> Link:
    """A link of the contact to an order (a new one unless it is given)."""
    order = order or an_order()
    return Link(ORDER, ensure_link(order.id, order.contact.name, actor=system()).id)


@pytest.fixture
def link(shop):
    """The link of a contact to their order."""
    made = a_link()
    db.session.commit()
    return made


def happened(name: str, order: Order, **data) -> Event:
    return record(name, order, system(), stream_id=order.id, data=data)


def staff(*permissions: str) -> Actor:
    return Actor("staff", new_id(), "Juno Example", "backoffice", frozenset(permissions))


def told(message: Message) -> list[str]:
    """Names of the events about one message, oldest first."""
    query = sa.select(Event.name).where(Event.subject_id == message.id).order_by(Event.stream_seq)
    return list(db.session.scalars(query))


def pending() -> list[uuid.UUID]:
    """Hand over what waits in the outbox; return the ids of the deliveries that send messages."""
    from app.reactions import REACTIONS

    while relay.drain({"message.queued": REACTIONS["message.queued"]}):
        pass
    query = sa.text("SELECT id FROM event_deliveries WHERE state = 'pending' ORDER BY id")
    ids = list(db.session.scalars(query))
    db.session.rollback()
    return ids


def send_all(app) -> list[str]:
    """Do what relay and worker would do now."""
    return [run_delivery(app, delivery_id) for delivery_id in pending()]


def fresh(message: Message) -> Message:
    db.session.rollback()
    return db.session.get_one(Message, message.id, populate_existing=True)
