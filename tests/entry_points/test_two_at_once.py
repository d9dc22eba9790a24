"""Two people do what excludes each other, at the same moment on connections of their own: it ends as if one had come
after the other, and never as both."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select, update

from app.artwork import verbs as artwork_verbs
from app.artwork.models import Approval, ArtworkSlot
from app.catalog.properties import Artwork, Step
from app.core.actor import system
from app.core.db import db
from app.fulfilment import verbs as shipment_verbs
from app.fulfilment.models import Shipment, ShipmentWithLabel
from app.fulfilment.services import create_shipment
from app.orders import verbs as order_verbs
from app.orders.models import Order
from app.orders.services.quoting import LinePrice
from app.production import invariants, verbs
from app.production.models import Job
from app.tax.usual import ensure_usual
from tests.backoffice import busy_shop
from tests.files.sample_files import a_pdf
from tests.files.uploading import OWNER, send
from tests.order_rows import MOVED, placed_order
from tests.orders.conftest import customer_of
from tests.portal.conftest import REQUEST, Page
from tests.production.conftest import jobs_for
from tests.production.test_races import at_once

pytestmark = pytest.mark.extended
TIMES = 10
BOSS = system("cli")
CHECK = (Step(key="check", name="Check", work_centre="desk", quality_check=True),)
Ids = tuple[uuid.UUID, ...]


def kept(app: Any, make: Callable[[], Ids]) -> Ids:
    """Make the rows and commit them; return their ids."""
    with app.app_context():
        found = make()
        db.session.commit()
        db.session.remove()
    return found


def state_of(app: Any, table: type[Any], row_id: uuid.UUID) -> str:
    with app.app_context():
        found: str = db.session.get_one(table, row_id).state
        db.session.remove()
    return found


def a_shipment(state: str) -> Ids:
    order = placed_order([10])
    good = {line.id: line.quantity for line in order.lines}
    shipment = create_shipment(order.id, good_by_line=good, actor=BOSS)
    shipment.state = state
    return order.id, shipment.id


@pytest.mark.parametrize(
    ("state", "verb"),
    [
        ("labelled", lambda s: shipment_verbs.mark_shipped(s, actor=BOSS)),
        ("picking", lambda s: shipment_verbs.pack(s, 900, actor=BOSS)),
    ],
)
def test_an_order_is_cancelled_or_its_parcel_goes_on(
    committed: Any, state: str, verb: Callable[[uuid.UUID], object]
) -> None:
    app = committed.app
    for _ in range(TIMES):
        order, shipment = kept(app, lambda: a_shipment(state))
        outcomes = at_once(
            app,
            lambda order=order: order_verbs.cancel(order, "Moved.", actor=BOSS),
            lambda shipment=shipment: verb(shipment),
        )
        assert outcomes == ["done", "wrong_state"]
        cancelled = state_of(app, Order, order) == "cancelled"
        assert cancelled == (state_of(app, Shipment, shipment) == state)


def test_a_label_is_bought_or_the_order_goes_elsewhere(committed: Any) -> None:
    app, seen = committed.app, set()
    for _ in range(TIMES):
        order, shipment = kept(app, lambda: a_shipment("packed"))
        outcomes = at_once(
            app,
            lambda order=order: order_verbs.set_delivery(order, "carrier", MOVED, actor=BOSS),
            lambda shipment=shipment: shipment_verbs.buy_label(shipment, actor=BOSS),
        )
        assert outcomes == ["done", "wrong_state"]
        with app.app_context():
            goes_to = db.session.get_one(Order, order).ship_to
            row = ShipmentWithLabel(db.session.get_one(Shipment, shipment))
            assert (row.label is not None) == (goes_to == row.shipment.address)
            db.session.remove()
        seen.add(goes_to == MOVED)
    assert seen


def test_an_order_is_cancelled_or_its_pieces_are_packed(committed: Any) -> None:
    app, seen = committed.app, set()
    for _ in range(TIMES):

        def make() -> Ids:
            order = placed_order([10])
            return order.id, order.lines[0].id

        order, line = kept(app, make)
        outcomes = at_once(
            app,
            lambda order=order: order_verbs.cancel(order, "Moved.", actor=BOSS),
            lambda order=order, line=line: create_shipment(
                order, good_by_line={line: 10}, actor=BOSS
            ),
        )
        assert outcomes == ["done", "wrong_state"]
        with app.app_context():
            packed = db.session.scalar(select(Shipment.id).where(Shipment.order_id == order))
            db.session.remove()
        assert (state_of(app, Order, order) == "cancelled") == (packed is None)
        seen.add(packed is None)
    assert seen


def test_nothing_is_sent_of_an_order_that_was_cancelled_before(committed: Any) -> None:
    """Also where the shipment is older than the rule that keeps its order from being cancelled."""
    app = committed.app
    order, shipment = kept(app, lambda: a_shipment("labelled"))
    with app.app_context():
        db.session.execute(update(Order).where(Order.id == order).values(state="cancelled"))
        db.session.commit()
    ship = at_once(app, lambda: shipment_verbs.mark_shipped(shipment, actor=BOSS))
    assert (ship, state_of(app, Shipment, shipment)) == (["wrong_state"], "labelled")


def test_an_order_is_cancelled_or_its_quote_is_accepted(committed: Any) -> None:
    app, seen = committed.app, set()

    def make() -> Ids:
        ensure_usual(BOSS)
        order = placed_order([10], state="estimating")
        order_verbs.send_quote(order.id, {order.lines[0].id: LinePrice(25_000)}, actor=BOSS)
        return (order.id,)

    for _ in range(TIMES):
        (order,) = kept(app, make)
        with app.app_context():
            customer = customer_of(db.session.get_one(Order, order))
            db.session.remove()
        outcomes = at_once(
            app,
            lambda order=order: order_verbs.cancel(order, "Moved.", actor=BOSS),
            lambda order=order, customer=customer: order_verbs.accept_quote(
                order, 1, "Ada Example", actor=customer
            ),
        )
        # an accepted order can still be cancelled while no work has begun; a cancelled one is not accepted
        assert outcomes in (["done", "done"], ["done", "wrong_state"])
        with app.app_context():
            row = db.session.get_one(Order, order)
            names = [quote.state for quote in row.quotes]
            assert row.state == "cancelled"
            assert ("accepted" in names) == (outcomes == ["done", "done"])
            db.session.remove()
        seen.add(outcomes[1])
    assert seen


def test_a_job_is_split_or_passed(committed: Any) -> None:
    app, seen = committed.app, set()

    def make() -> Ids:
        job = jobs_for(placed_order([10]), route=CHECK, gates=())[0]
        return job.id, job.operations[0].id

    for _ in range(TIMES):
        job, step = kept(app, make)

        def pass_all(job: uuid.UUID = job, step: uuid.UUID = step) -> None:
            verbs.start_operation(step, actor=BOSS)
            verbs.pass_quality(job, actor=BOSS)

        outcomes = at_once(app, pass_all, lambda job=job: verbs.split_job(job, [4, 6], actor=BOSS))
        assert outcomes == ["done", "wrong_state"]
        with app.app_context():
            parts = db.session.scalar(
                select(func.count()).select_from(Job).where(Job.parent_id == job)
            )
            row = db.session.get_one(Job, job)
            assert (row.state == "finished", parts) in ((True, 0), (False, 2))
            assert list(invariants.pieces_add_up()) == []
            db.session.remove()
        seen.add(parts)
    assert seen


def test_a_proof_is_approved_as_it_was_shown_or_a_newer_file_has_come(committed: Any) -> None:
    app, seen = committed.app, set()
    with app.app_context():
        uploads = [send(a_pdf(tint=n / 20), f"card {n}.pdf").id for n in range(TIMES)]
        db.session.remove()

    def make() -> Ids:
        order = placed_order([10])
        slot = busy_shop.slot(order, "proof_sent")
        slot.requirement = Artwork(label="Print file", approval="design")
        busy_shop.version(slot, "card.pdf")
        return order.id, slot.id

    for upload in uploads:
        order, slot = kept(app, make)
        with app.app_context():
            customer = customer_of(db.session.get_one(Order, order))
            sha256 = db.session.get_one(ArtworkSlot, slot).versions[0].asset.sha256
            db.session.remove()
        outcomes = at_once(
            app,
            lambda slot=slot, me=customer, sha256=sha256: artwork_verbs.approve_proof(
                slot, version=1, sha256=sha256, typed_name="Ada Example", actor=me
            ),
            lambda slot=slot, upload=upload, me=customer: artwork_verbs.add_file(
                slot, upload, OWNER, actor=me
            ),
        )
        # the approval came first and is superseded by the file, or was refused for the file
        assert outcomes in (["done", "done"], ["done", "stale"])
        with app.app_context():
            row = db.session.get_one(ArtworkSlot, slot)
            answers = db.session.scalars(select(Approval.answer).order_by(Approval.position)
                                         .where(Approval.slot_id == slot)).all()  # fmt: skip
            approved = ["approved"] if outcomes[1] == "done" else []
            assert (row.state, row.upload_id) == ("checking", upload)
            assert answers == [*approved, "superseded"]
            db.session.remove()
        seen.add(outcomes[1])
    assert seen


@pytest.mark.usefixtures("preset_shop")
def test_fifty_times_the_same_form_at_once_without_a_cookie_is_one_order(committed: Any) -> None:
    """The browsers hold nothing but the form's own token, as at a first visit."""
    app, product = committed.app, "/p/invitation-card-a6"
    first = app.test_client()
    form = Page(first.get(product)).form("/request")
    assert form is not None
    with first.session_transaction() as session:
        session.pop("visitor", None)
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = first.get_cookie(name)
    assert cookie is not None
    gate, answers = threading.Barrier(50), []

    def press(number: int) -> None:
        # each from an address of its own: how often one address may ask is another matter
        where = {"REMOTE_ADDR": f"198.51.100.{number + 1}"}
        browser = app.test_client()
        browser.set_cookie(name, cookie.value)
        gate.wait(30)
        answers.append(browser.post(f"{product}/request", data=form | REQUEST, environ_base=where))

    threads = [threading.Thread(target=press, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert {answer.status_code for answer in answers} == {303}
    # all are led to the one order, whose page says that the link was sent by e-mail
    (place,) = {answer.location for answer in answers}
    assert place.startswith("/orders/MR-")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Order)) == 1
        db.session.remove()
