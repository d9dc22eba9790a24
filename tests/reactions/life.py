"""A whole order's life, whose reactions come as a test wants them."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from app import declarations
from app.accounts.services import resets
from app.accounts.services.attempts import begin_attempt
from app.artwork import verbs as artwork_verbs
from app.artwork.models import ArtworkSlot
from app.artwork.services.output import visible_version
from app.catalog.presets import read
from app.core.actor import Actor
from app.core.backoffice.export import ExportRequest
from app.core.db import db
from app.core.errors import BadInput, Problem
from app.core.invariants import INVARIANTS, find_break
from app.core.postal_address import PostalAddress
from app.files.models import STAFF_OWNERS
from app.fulfilment import verbs as shipment_verbs
from app.fulfilment.models import Shipment
from app.notify.models import Message
from app.orders import services as orders
from app.orders import verbs as order_verbs
from app.orders.models import Order, Quote
from app.orders.services.quoting import LinePrice
from app.production import queries as production
from app.production import verbs as production_verbs
from app.production.models import Job
from app.rates import verbs as rates
from app.reports.verbs import request_export
from app.stock.models import Reservation, StockLevel
from tests.files import sample_files
from tests.files.uploading import OWNER, send
from tests.order_rows import MOVED, staff_actor
from tests.orders.conftest import REQUESTER, VISITOR, customer_of
from tests.reactions.running import Reactions

SHIP_TO = {"name": "Ada Example", "line_1": "1 Example Street", "city": "Sampleton",
           "postcode": "SM1 1AA", "country": "GB"}  # fmt: skip
#: Whole chains, all of storage or all figures: asked by tests of their own.
NOT_ABOUT_ORDER = ("chain", "stored", "figures", "written once", "as it was written")


class Life:
    """One order of a preset's sample product, from its request to its last delivery."""

    def __init__(self, reactions: Reactions, preset: str) -> None:
        self.reactions, self.sample = reactions, read(preset).sample
        self.files, self.failed = 0, False
        self.order_id = self._request()
        reactions.settle()

    @property
    def order(self) -> Order:
        return db.session.get_one(Order, self.order_id)

    @property
    def customer(self) -> Any:
        return customer_of(self.order)

    @property
    def slot(self) -> ArtworkSlot:
        return db.session.get_one(ArtworkSlot, self.order.lines[0].artwork_slot_id)

    def job(self) -> Job:
        query = select(Job).where(Job.order_id == self.order_id, Job.kind == "first")
        return found(db.session.scalars(query).first())

    def shipment(self) -> uuid.UUID:
        query = select(Shipment.id).where(Shipment.order_id == self.order_id)
        return found(db.session.scalars(query).first())

    def shown(self) -> Any:
        return found(visible_version(self.slot.id))

    def do(self, step: Callable[[], object]) -> None:
        """Do a step as soon as it is possible: late reactions come when nothing else helps."""
        while True:
            try:
                step()
                db.session.commit()
            except Problem:
                db.session.rollback()
                if not self.reactions.release_one():
                    raise
                self.reactions.settle()
                continue
            self.reactions.settle()
            return

    def refused(self, step: Callable[[], object]) -> None:
        """Try what is not allowed, whichever reactions have run."""
        with pytest.raises(Problem):
            step()
        db.session.rollback()

    def _file(self, owner_key: str = OWNER) -> uuid.UUID:
        """Send a file that differs from the one before in its bytes alone."""
        self.files += 1
        if self.sample.product in MODELS:
            body = bytearray(sample_files.an_stl(side=20))
            body[:8] = f"file {self.files:03d}".encode()
            return send(bytes(body), f"part {self.files}.stl", owner_key=owner_key).id
        drawn = sample_files.a_pdf(tint=self.files / 10)
        return send(drawn, f"card {self.files}.pdf", owner_key=owner_key).id

    def _request(self) -> uuid.UUID:
        sample = self.sample
        line = orders.RequestedLine(
            sample.product,
            sample.quantity,
            options=dict(sample.options),
            personalisation=dict(sample.personalisation),
            upload_id=self._file(),
        )
        order = order_verbs.request_order(
            None,
            REQUESTER,
            [line],
            actor=VISITOR,
            owner_key=OWNER,
            ship_to=PostalAddress.of(SHIP_TO),
        )
        db.session.commit()
        return order.id

    def send_file(self) -> None:
        upload_id = self._file()
        self.do(lambda: artwork_verbs.add_file(self.slot.id, upload_id, actor=self.customer))

    def send_what_is_no_file(self) -> None:
        """The check refuses it, and the slot waits for another one."""
        upload_id = send(b"Please see our website.", f"words {self.files}.pdf").id
        self.do(lambda: artwork_verbs.add_file(self.slot.id, upload_id, actor=self.customer))

    def take_file(self) -> None:
        """Staff send the file that came by e-mail."""
        prepress = staff_actor("prepress")
        upload_id = self._file(f"{STAFF_OWNERS}{prepress.id}")
        self.do(lambda: artwork_verbs.add_file(self.slot.id, upload_id, actor=prepress))

    def go_on_beside(self) -> None:
        """What happens in the shop meanwhile: somebody forgot a password, somebody exports the orders,
        a metal gets dearer."""
        nobody = Actor("system", None, "Somebody", "backoffice")
        attempt = begin_attempt("reset", "bo@example.com", ip="198.51.100.7", browser="")
        db.session.commit()
        self.do(lambda: resets.request_reset(attempt, "bo@example.com", actor=nobody))
        owner = staff_actor("owner")
        wanted = ExportRequest("orders", "Orders", {}, owner)
        self.do(lambda: request_export(None, wanted, actor=owner))
        gold = {
            "key": f"gold_{self.order.number}",
            "name": "Gold",
            "currency": "GBP",
            "source": "A list",
        }
        self.do(lambda: rates.create_rate(None, actor=owner, value="40", **gold))

    def quote(self) -> None:
        sales = staff_actor("sales")
        if self.order.state == "requested":
            self.do(lambda: order_verbs.start_estimate(self.order_id, actor=sales))
        self.do(self._checked)
        by_hand = {self.order.lines[0].id: LinePrice(40_000, "as agreed")}
        self.do(lambda: order_verbs.send_quote(self.order_id, by_hand, actor=sales))

    def _checked(self) -> None:
        if self.slot.state == "checking":
            raise BadInput("wait")

    def accept(self, version: int) -> None:
        order_verbs.accept_quote(self.order_id, version, "Ada Example", actor=self.customer)

    def sign(self) -> None:
        """Prepress lets the newest file through, the customer approves exactly that."""
        prepress = staff_actor("prepress")
        self.do(self._checked)
        if self.slot.state == "on_hold":
            self.do(lambda: artwork_verbs.override(self.slot.id, "Seen and good.", actor=prepress))
        self.do(
            lambda: artwork_verbs.approve_internally(
                self.slot.id, self.shown().number, send=True, actor=prepress
            )
        )
        self.do(
            lambda: artwork_verbs.approve_proof(
                self.slot.id,
                self.shown().number,
                "Ada Example",
                sha256=self.shown().sha256,
                actor=self.customer,
            )
        )

    def pay(self) -> None:
        who = staff_actor("finance")
        self.do(lambda: order_verbs.confirm_payment(self.order_id, "", actor=who))

    def start_first(self) -> None:
        step_id = found(production.job_card(self.job().id).step).id
        production_verbs.start_operation(step_id, actor=staff_actor("operator"))

    def make(self) -> None:
        """Every operation, the last one while the order is on hold."""
        operator, quality = staff_actor("operator"), staff_actor("quality")
        self.do(self.start_first)
        while step := production.job_card(self.job().id).step:
            actor = quality if step.is_quality_check else operator
            if step.state == "pending":
                self.do(lambda s=step.id, a=actor: production_verbs.start_operation(s, actor=a))
            elif step.is_quality_check and self.order.lines[0].quantity > 2 and not self.failed:
                self._fail()
            elif step.is_quality_check:
                self.do(self._hold)
                job_id = self.job().id
                self.do(lambda j=job_id: production_verbs.pass_quality(j, actor=quality))
            else:
                if step.is_last and step.open:
                    self.do(lambda s=step: production_verbs.count_pieces(
                        s.id, good=s.countable, actor=operator))  # fmt: skip
                self.do(lambda s=step.id: production_verbs.finish_operation(s, actor=operator))
        if self.order.hold_reason:
            self.do(lambda: order_verbs.resume(self.order_id, actor=staff_actor("owner")))

    def _fail(self) -> None:
        """Two pieces are bent: the step before the check makes them again, of new material."""
        job_id, quality = self.job().id, staff_actor("quality")
        self.failed = True
        self.do(lambda: production_verbs.fail_quality(job_id, 2, "Bent", actor=quality))

    def _hold(self) -> None:
        if not self.order.hold_reason:
            order_verbs.hold(self.order_id, "A question.", actor=staff_actor("planner"))

    def move_house(self) -> None:
        """The customer's parcel is to go elsewhere."""
        new = PostalAddress.of(SHIP_TO | {"line_1": "9 New Street"})
        who = self.customer
        self.do(lambda: order_verbs.set_delivery(self.order_id, "carrier", new, actor=who))

    def ship(self) -> None:
        packer = staff_actor("warehouse")
        for step in (
            lambda s: shipment_verbs.start_picking(s, actor=packer),
            lambda s: order_verbs.set_delivery(s and self.order_id, "carrier", MOVED, actor=packer),
            lambda s: shipment_verbs.pack(s, 900, actor=packer),
            lambda s: shipment_verbs.buy_label(s, actor=packer),
            lambda s: shipment_verbs.mark_shipped(s, actor=packer),
            lambda s: shipment_verbs.mark_delivered(s, actor=packer),
        ):
            self.do(lambda step=step: step(self.shipment()))

    def live(self) -> None:
        """From the quote to the end, with a new file while the quote is out and one after the approval."""
        self.go_on_beside()
        self.quote()
        self.send_what_is_no_file()
        self.take_file()
        self.refused(lambda: self.accept(1))
        self.quote()
        self.do(lambda: self.accept(2))
        self.sign()
        self.send_file()
        self.refused(self.start_first)
        self.sign()
        self.pay()
        self.make()
        self.move_house()
        self.ship()
        self.reactions.finish()

    def live_and_cancel(self) -> None:
        """To the signature, and then the customer cancels."""
        self.quote()
        self.do(lambda: self.accept(1))
        self.sign()
        self.do(lambda: order_verbs.cancel(self.order_id, "Moved.", actor=self.customer))
        self.refused(self.start_first)
        self.reactions.finish()

    def state(self) -> dict[str, Any]:
        """Return how everything of the order stands now; what differs by the hour is left out."""
        order, slot = self.order, self.slot
        quotes = db.session.scalars(select(Quote).where(Quote.order_id == order.id))
        jobs = list(db.session.scalars(select(Job).where(Job.order_id == order.id)))
        tickets = production.work_orders([job.id for job in jobs])
        return {
            "order": (order.state, order.hold_reason, order.lines[0].price_minor),
            "quotes": [(q.version, q.total_minor, q.state) for q in quotes],
            "artwork": (slot.state, [v.file_name for v in slot.versions]),
            # a job that is cancelled, or was not made any more: nothing is made of it
            "jobs": [job_state(job, slot.versions[-1].asset.sha256)
                     for job in jobs if job.state != "cancelled"],
            "other tickets": [ticket.version for ticket in tickets.values()
                              if ticket.approved_sha256 != slot.versions[-1].asset.sha256],
            "stock": sorted((level.item.sku, level.on_hand, level.reserved)
                            for level in db.session.scalars(select(StockLevel))),
            "claims": sorted((r.item.sku, r.held, r.consumed) for r in db.session.scalars(
                select(Reservation).where(Reservation.stream_id == order.id))
                if r.held or r.consumed),
            "shipments": [(s.state, s.pieces, s.address.line_1) for s in db.session.scalars(
                select(Shipment).where(Shipment.order_id == order.id))],
            "messages": Counter(m.template for m in db.session.scalars(select(Message).where(
                Message.stream_id == order.id)) if m.template not in OVERTAKEN),
        }  # fmt: skip


#: Sample products that are made from a model.
MODELS = ("bespoke-ring", "printed-part")
#: One for each offer; those that were replaced before their message was queued have none.
OVERTAKEN = ("quote_ready", "proof_ready", "file_problem")


def job_state(job: Job, approved_sha256: str) -> tuple[Any, ...]:
    """Return how the job stands."""
    gates = [(gate.key, gate.is_open) for gate in job.gates]
    steps = [(step.key, step.state) for step in job.operations]
    return job.kind, job.state, job.approved_sha256 == approved_sha256, gates, steps


def found(row: Any) -> Any:
    """Return the row; raise the problem of a page that doesn't show it yet."""
    if row is None:
        raise BadInput("not there yet")
    return row


def broken_invariants() -> Iterator[str]:
    """Yield what `flask check` would name, of the invariants that are about orders."""
    declarations.load(declarations.INVARIANTS)
    for name in INVARIANTS:
        if not any(word in name.lower() for word in NOT_ABOUT_ORDER) and (row := find_break(name)):
            yield f"{name}: {row}"
