"""The ways that orders go: each a generator that runs services and yields the hours until it goes on."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from sqlalchemy import select

from app.accounts.matrix import customer_permissions, permissions_of
from app.artwork import verbs as artwork_verbs
from app.artwork.models import ArtworkSlot
from app.artwork.services.output import visible_version
from app.core.actor import Actor
from app.core.clock import today
from app.core.db import db
from app.core.postal_address import PostalAddress
from app.fulfilment import verbs as shipment_verbs
from app.fulfilment.models import Shipment
from app.orders import verbs as order_verbs
from app.orders.models import Order
from app.orders.services.request import RequestedLine, Requester
from app.production import verbs as production_verbs
from app.production.models import Job
from tests.seeding import reactions

# What stands for the customer while a story is recorded; each printed order has names of its own.
COMPANY, PERSON, EMAIL = "Qzcompany Qz", "Qzperson Qz", "qzmail@demo.example"
NOTE = "Qznote"
SHIP_TO = {"name": PERSON, "line_1": "4 Example Lane", "city": "Sampleton", "postcode": "EX1 2MP",
           "country": "GB"}  # fmt: skip


def staff() -> Actor:
    return Actor("staff", None, "Demo Staff", "backoffice", permissions_of(["owner"]))


Hours = Iterator[float]


@dataclass(frozen=True)
class Ware:
    """A product of the presets as somebody asks for it; `file` is a stored asset where it needs one."""

    slug: str
    quantity: int
    options: dict[str, str]
    personalisation: dict[str, str] = field(default_factory=dict)
    file: str = ""


WARES = (
    Ware("invitation-card-a6", 100, {"paper": "smooth", "foil": "none"},
         {"names": "Robin & Sasha", "date": "2099-06-19"}, "card"),
    Ware("invitation-card-a6", 250, {"paper": "cotton", "foil": "none"},
         {"names": "Ash & Wren", "date": "2099-07-03"}, "card"),
    Ware("printed-part", 12, {"material": "pa12", "colour": "black"}, {}, "part"),
)  # fmt: skip


class Teller:
    """One order on its way, with the people around it."""

    def __init__(self, ware: Ware, uploads: Callable[[str, uuid.UUID], uuid.UUID]) -> None:
        self.ware = ware
        self.uploads = uploads
        self.id = uuid.UUID(int=0)

    @property
    def order(self) -> Order:
        return db.session.get_one(Order, self.id)

    @property
    def customer(self) -> Actor:
        return Actor("customer", None, PERSON, "link", customer_permissions(), frozenset({self.id}))

    @property
    def jobs(self) -> list[Job]:
        return list(db.session.scalars(select(Job).where(Job.order_id == self.id)))

    @property
    def slots(self) -> list[ArtworkSlot]:
        return list(db.session.scalars(select(ArtworkSlot).where(ArtworkSlot.stream_id == self.id)))

    @property
    def shipment(self) -> Shipment:
        return db.session.scalars(select(Shipment).where(Shipment.order_id == self.id)).one()

    def ask(self, *, pickup: bool = False, file: bool = True) -> None:
        """The request, with its file where the product needs one and `file` says so."""
        ware = self.ware
        made = order_verbs.request_order(
            None,
            Requester(PERSON, EMAIL, "", COMPANY),
            [RequestedLine(ware.slug, ware.quantity, ware.options, ware.personalisation)],
            actor=Actor("customer", None, PERSON, "portal", customer_permissions()),
            owner_key="demo",
            details={"wanted_on": today("UTC") + timedelta(days=14), "note": NOTE},
            ship_to=None if pickup else PostalAddress.of(SHIP_TO),
            is_pickup=pickup,
        )
        self.id = made.id
        for slot in self.slots if file else ():
            upload = self.uploads(ware.file, made.id)
            artwork_verbs.add_file(slot.id, upload, actor=self.customer)

    def quote(self) -> None:
        order_verbs.start_estimate(self.id, actor=staff())
        order_verbs.send_quote(self.id, actor=staff())

    def accept(self) -> None:
        order_verbs.accept_quote(self.id, 1, PERSON, actor=self.customer)
        reactions.run()

    def show_proof(self) -> None:
        for slot in self.slots:
            artwork_verbs.approve_internally(slot.id, 1, actor=staff())

    def sign(self) -> None:
        for slot in self.slots:
            seen = visible_version(slot.id)
            assert seen
            artwork_verbs.approve_proof(
                slot.id, seen.number, PERSON, sha256=seen.sha256, actor=self.customer, ip=None
            )

    def pay(self) -> None:
        order_verbs.confirm_payment(self.id, "bank transfer", actor=staff())

    def make(self, spoiled: int = 0, *, steps: int | None = None) -> Hours:
        """Run the steps of every job; `spoiled` pieces go wrong at the first, and are made again."""
        for job in self.jobs:
            for number, step in enumerate(job.operations[:steps]):
                production_verbs.start_operation(step.id, actor=staff())
                reactions.run()
                yield 0.5
                if spoiled and not number:
                    production_verbs.count_pieces(
                        step.id, spoiled=spoiled, cause="Scratch", actor=staff()
                    )
                    production_verbs.count_pieces(step.id, good=job.quantity, actor=staff())
                production_verbs.finish_operation(step.id, actor=staff(), rest_good=True)
                yield 1

    def send(self) -> Hours:
        """Pick, pack, label and send, or lay out for pickup."""
        shipment = self.shipment
        shipment_verbs.start_picking(shipment.id, actor=staff())
        shipment_verbs.pack(shipment.id, 640, actor=staff())
        if shipment.method == "pickup":
            shipment_verbs.mark_ready_for_pickup(shipment.id, actor=staff())
        else:
            shipment_verbs.buy_label(shipment.id, carrier_key="generic", actor=staff())
            reactions.run()
            yield 2
            shipment_verbs.mark_shipped(shipment.id, actor=staff())


def to_quote(tell: Teller, *, pickup: bool = False) -> Hours:
    tell.ask(pickup=pickup)
    yield 3
    tell.quote()


def to_placed(tell: Teller, *, pickup: bool = False) -> Hours:
    yield from to_quote(tell, pickup=pickup)
    yield 20
    tell.accept()


def to_signed(tell: Teller, *, pickup: bool = False) -> Hours:
    yield from to_placed(tell, pickup=pickup)
    yield 4
    tell.show_proof()
    yield 18
    tell.sign()


def to_made(tell: Teller, *, pickup: bool = False, spoiled: int = 0) -> Hours:
    yield from to_signed(tell, pickup=pickup)
    yield 2
    tell.pay()
    reactions.run()
    yield 6
    yield from tell.make(spoiled)


def closed(tell: Teller, *, pickup: bool = False, spoiled: int = 0) -> Hours:
    yield from to_made(tell, pickup=pickup, spoiled=spoiled)
    reactions.run()
    yield 4
    yield from tell.send()
    yield 30
    done = shipment_verbs.mark_collected if pickup else shipment_verbs.mark_delivered
    done(tell.shipment.id, actor=staff())


def late(tell: Teller) -> Hours:
    """Like `closed`, but three weeks lie between the signature and the press."""
    yield from to_signed(tell)
    yield 500
    tell.pay()
    reactions.run()
    yield 6
    yield from tell.make()
    reactions.run()
    yield 4
    yield from tell.send()
    yield 30
    shipment_verbs.mark_delivered(tell.shipment.id, actor=staff())


def ended(tell: Teller, how: str) -> Hours:
    """A request that becomes nothing: declined, rejected or cancelled, before a file came."""
    tell.ask(file=False)
    yield 5
    if how == "declined":
        order_verbs.decline(tell.id, "We can't make this size.", actor=staff())
        return
    tell.quote()
    yield 40
    if how == "rejected":
        order_verbs.reject_quote(tell.id, 1, "Too late for us.", actor=tell.customer)
    else:
        order_verbs.cancel(tell.id, "The customer called.", actor=staff())


def half_made(tell: Teller) -> Hours:
    yield from to_signed(tell)
    tell.pay()
    reactions.run()
    yield 6
    yield from tell.make(steps=1)
    job = tell.jobs[0]
    production_verbs.start_operation(job.operations[1].id, actor=staff())


def ready(tell: Teller) -> Hours:
    yield from to_signed(tell)
    tell.pay()


def asked(tell: Teller, *, estimating: bool = False, question: bool = False) -> Hours:
    tell.ask()
    yield 2
    if estimating or question:
        order_verbs.start_estimate(tell.id, actor=staff())
    if question:
        order_verbs.ask_customer(tell.id, "Which paper did you have in mind?", actor=staff())


def on_the_way(tell: Teller) -> Hours:
    yield from to_made(tell)
    reactions.run()
    yield 4
    yield from tell.send()


def on_hold(tell: Teller) -> Hours:
    yield from to_signed(tell)
    yield 1
    order_verbs.hold(tell.id, "The customer thinks it over.", actor=staff())


Story = Callable[[Teller], Hours]

# How often each of them is told, the ended ones and the open ones apart.
ENDED: tuple[tuple[int, int, Story], ...] = (
    (18, 0, closed),
    (6, 1, partial(closed, spoiled=6)),
    (6, 2, partial(closed, pickup=True)),
    (5, 0, late),
    (20, 1, partial(ended, how="rejected")),
    (20, 0, partial(ended, how="cancelled")),
    (25, 2, partial(ended, how="declined")),
)
OPEN: tuple[tuple[int, int, Story], ...] = (
    (3, 0, asked),
    (2, 1, partial(asked, estimating=True)),
    (1, 1, partial(asked, question=True)),
    (3, 0, to_quote),
    (4, 0, to_placed),
    (3, 1, to_signed),
    (3, 0, ready),
    (4, 1, half_made),
    (2, 2, to_made),
    (2, 0, on_the_way),
    (1, 0, on_hold),
)
