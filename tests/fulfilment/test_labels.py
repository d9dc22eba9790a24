"""A label is wanted, bought once, and kept; a crash at any point never buys a second one."""

from __future__ import annotations

import dataclasses
import hashlib

import pytest

from app.core import storage
from app.core.errors import AlreadyDone, BadInput, NotAllowed, NotFound, WrongState
from app.core.outbound import driver
from app.core.outbound import intent as intents
from app.core.outbound.adapters import REPEATS_BY_KEY, AdapterError, OutcomeUnknown
from app.core.postal_address import PostalAddress
from app.fulfilment import carriers, verbs
from app.fulfilment.carriers import Carrier, Label
from tests.fulfilment.conftest import last, names, settle


class Counter:
    """What a carrier at the network's edge sold, and how it fails."""

    def __init__(self, *, fails: Exception | None = None) -> None:
        self.sold: list[str] = []
        self.fails = fails

    def buy(self, request):
        if self.fails:
            raise self.fails
        self.sold.append(request.key)
        return Label(f"C{len(self.sold):08d}", b"%PDF-1.7 " + request.key.encode(), 420, "GBP")


@pytest.fixture
def courier(monkeypatch):
    """Put a counting carrier beside the others for one test."""

    def add(*, repeats: bool = False, fails: Exception | None = None) -> Counter:
        counter = Counter(fails=fails)

        class Courier(Carrier):
            key, name, services = "courier", "Courier", {"standard": "Standard"}
            abilities = frozenset({REPEATS_BY_KEY} if repeats else ())

            def buy(self, request):
                return counter.buy(request)

        monkeypatch.setitem(carriers.carriers(), "courier", Courier)
        return counter

    return add


def wanted(shipment, people, carrier_key="courier"):
    return verbs.buy_label(shipment.id, carrier_key=carrier_key, actor=people.warehouse)


def test_the_generic_carrier_gives_a_pdf_and_a_number_without_network(shipment_in, people):
    shipment = shipment_in("packed")
    intent = verbs.buy_label(shipment.id, actor=people.warehouse)
    assert names(shipment)[-1] == "shipment.label_requested"
    assert last(shipment, "shipment.label_requested").data["intent_id"] == str(intent.id)
    work = driver.claim(*intents.lock(intent.id))
    settle(work, driver.act(work))
    assert shipment.state == "labelled" and intent.state == "sent"
    body = storage.read_bytes(shipment.label_key)
    assert body.startswith(b"%PDF") and hashlib.sha256(body).hexdigest() == shipment.label_sha256
    event = last(shipment, "shipment.labelled")
    assert event.data["tracking_number"] == shipment.tracking_number
    assert event.after == {"state": "labelled"}


def test_a_label_is_wanted_once(shipment_in, people, courier):
    courier()
    shipment = shipment_in("packed")
    wanted(shipment, people)
    with pytest.raises(AlreadyDone):
        wanted(shipment, people)
    assert names(shipment).count("shipment.label_requested") == 1


def test_a_label_wants_a_packed_parcel_a_carrier_a_service_and_a_person(shipment_in, people):
    with pytest.raises(WrongState, match="state is “Picking”"):
        verbs.buy_label(shipment_in("picking").id, actor=people.warehouse)
    with pytest.raises(WrongState, match="will be collected"):
        verbs.buy_label(shipment_in("packed", method="pickup").id, actor=people.warehouse)
    shipment = shipment_in("packed")
    with pytest.raises(NotFound, match="nobody"):
        verbs.buy_label(shipment.id, carrier_key="nobody", actor=people.warehouse)
    with pytest.raises(BadInput, match="Standard"):
        verbs.buy_label(shipment.id, service="by_moon", actor=people.warehouse)
    with pytest.raises(NotAllowed):
        verbs.buy_label(shipment.id, actor=people.sales)


def test_an_address_without_a_street_gets_no_label(shipment_in, people):
    shipment = shipment_in("packed")
    shipment.address = PostalAddress(name="Juno Marrowby", country="GB")
    with pytest.raises(BadInput, match="no street, city"):
        verbs.buy_label(shipment.id, actor=people.warehouse)


def test_a_crash_after_buying_never_buys_twice(shipment_in, people, courier):
    counter = courier()
    shipment = shipment_in("packed")
    intent = wanted(shipment, people)
    driver.act(driver.claim(*intents.lock(intent.id)))  # and here the worker dies
    work = driver.claim(*intents.lock(intent.id))
    settle(work, driver.act(work))
    assert intent.state == "unknown" and len(counter.sold) == 1
    assert names(shipment)[-1] == "shipment.label_unknown"
    with pytest.raises(AlreadyDone):
        wanted(shipment, people)
    with pytest.raises(BadInput):
        verbs.mark_not_purchased(shipment.id, " ", actor=people.warehouse)
    verbs.mark_not_purchased(shipment.id, "They know of none", actor=people.warehouse)
    with pytest.raises(WrongState):
        verbs.mark_not_purchased(shipment.id, "Again", actor=people.warehouse)
    assert wanted(shipment, people).key != intent.key
    assert intent.state == "abandoned"


def test_a_carrier_that_repeats_by_key_is_asked_again_with_the_same_key(
    shipment_in, people, courier
):
    counter = courier(repeats=True)
    shipment = shipment_in("packed")
    intent = wanted(shipment, people)
    driver.act(driver.claim(*intents.lock(intent.id)))
    work = driver.claim(*intents.lock(intent.id))
    settle(work, driver.act(work))
    assert set(counter.sold) == {intent.key} and intent.attempts == 2
    assert shipment.state == "labelled"


def test_a_label_that_was_saved_is_not_bought_or_saved_again(shipment_in, people, courier):
    counter = courier()
    shipment = shipment_in("packed")
    intent = wanted(shipment, people)
    work = driver.claim(*intents.lock(intent.id))
    bought = driver.act(work)
    settle(work, bought)
    assert driver.claim(*intents.lock(intent.id)) is None
    with pytest.raises(AlreadyDone):
        settle(work, bought)
    assert len(counter.sold) == 1 and names(shipment).count("shipment.labelled") == 1
    assert intent.outcome["cost_minor"] == 420


def test_a_refusal_for_good_is_shown_and_may_be_asked_anew(shipment_in, people, courier):
    courier(fails=AdapterError("We don't go to that island.", permanent=True))
    shipment = shipment_in("packed")
    intent = wanted(shipment, people)
    work = driver.claim(*intents.lock(intent.id))
    settle(work, driver.act(work))
    assert intent.state == "failed" and "island" in intent.error
    assert names(shipment)[-1] == "shipment.label_failed" and shipment.state == "packed"
    assert wanted(shipment, people).state == "intended"


def test_a_carrier_that_never_answered_leaves_a_doubt(shipment_in, people, courier):
    courier(fails=OutcomeUnknown("The courier does not answer."))
    shipment = shipment_in("packed")
    intent = wanted(shipment, people)
    work = driver.claim(*intents.lock(intent.id))
    settle(work, driver.act(work))
    assert intent.state == "unknown"


def test_a_carrier_that_surely_sold_nothing_is_asked_again_later(shipment_in, people, courier):
    counter = courier(fails=AdapterError("The courier is busy.", permanent=False))
    shipment = shipment_in("packed")
    intent = wanted(shipment, people)
    asked_for = last(shipment, "shipment.label_requested")
    work = driver.claim(*intents.lock(intent.id))
    with pytest.raises(AdapterError) as busy:
        driver.act(work)
    driver.reaction("buy_label", "Purchase label").released(asked_for, busy.value)
    assert intent.state == "intended" and "busy" in intent.error
    counter.fails = None
    work = driver.claim(*intents.lock(intent.id))
    settle(work, driver.act(work))
    assert shipment.state == "labelled" and len(counter.sold) == 1


def test_only_the_warehouse_gives_up_a_label(shipment_in, people):
    with pytest.raises(NotAllowed):
        verbs.mark_not_purchased(shipment_in("packed").id, "No", actor=people.sales)


def test_the_label_asks_for_what_was_packed(shipment_in, people, courier):
    courier()
    shipment = shipment_in("picking")
    verbs.pack(shipment.id, 640, length_mm=300, width_mm=220, height_mm=60, actor=people.warehouse)
    work = driver.claim(*intents.lock(wanted(shipment, people).id))
    assert work.request.weight_g == 640 and work.request.size_mm == (300, 220, 60)
    assert work.request.recipient.city == "Sampleton"
    assert dataclasses.asdict(work.request)["reference"] == shipment.ref
