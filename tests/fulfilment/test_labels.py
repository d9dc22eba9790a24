"""A label is wanted, bought once, and kept; a crash at any point never buys a second one."""

from __future__ import annotations

import dataclasses
import hashlib

import pytest

from app.core import storage
from app.core.actor import system
from app.core.errors import AlreadyDone, BadInput, NotAllowed, NotFound, Unavailable, WrongState
from app.fulfilment import carriers, labels, services
from app.fulfilment.carriers import Carrier, CarrierError, Label
from tests.fulfilment.conftest import last, names

CROWDED = {"key": "courier", "name": "Courier", "services": {"standard": "Standard"}}


class Counter:
    """A carrier at the network's edge that counts what it sells."""

    def __init__(self, *, fails: Exception | None = None) -> None:
        self.sold: list[str] = []
        self.fails = fails

    def buy(self, request):
        if self.fails:
            raise self.fails
        self.sold.append(request.key)
        return Label(f"C{len(self.sold):08d}", b"%PDF-1.7 " + request.key.encode(), 420, "GBP")


@pytest.fixture
def courier():
    """Put a counting carrier into the registry for one test."""
    added = []

    def add(*, repeats: bool = False, fails: Exception | None = None) -> Counter:
        counter = Counter(fails=fails)
        carriers.register(Carrier(buy=counter.buy, repeats_by_key=repeats, **CROWDED))
        added.append(counter)
        return counter

    yield add
    carriers.CARRIERS.pop("courier", None)


def wanted(shipment, people, carrier_key="courier"):
    return services.buy_label(shipment.id, carrier_key=carrier_key, actor=people.warehouse)


def test_the_generic_carrier_gives_a_pdf_and_a_number_without_network(shipment_in, people):
    shipment = shipment_in("packed")
    intent = services.buy_label(shipment.id, actor=people.warehouse)
    assert names(shipment)[-1] == "shipment.label_requested"
    assert last(shipment, "shipment.label_requested").data["intent_id"] == str(intent.id)
    work = labels.load_label(intent.id, actor=system())
    bought = labels.buy(work)
    labels.save_label(work, bought, actor=system())
    assert shipment.state == "labelled" and intent.state == "bought"
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
    with pytest.raises(WrongState, match="not packed"):
        services.buy_label(shipment_in("picking").id, actor=people.warehouse)
    with pytest.raises(WrongState, match="collected"):
        services.buy_label(shipment_in("packed", method="pickup").id, actor=people.warehouse)
    shipment = shipment_in("packed")
    with pytest.raises(NotFound, match="nobody"):
        services.buy_label(shipment.id, carrier_key="nobody", actor=people.warehouse)
    with pytest.raises(BadInput, match="Standard"):
        services.buy_label(shipment.id, service="by_moon", actor=people.warehouse)
    with pytest.raises(NotAllowed):
        services.buy_label(shipment.id, actor=people.sales)


def test_an_address_without_a_street_gets_no_label(shipment_in, people):
    shipment = shipment_in("packed")
    shipment.address = {"name": "Juno Marrowby", "country": "GB"}
    with pytest.raises(BadInput, match="street, city"):
        services.buy_label(shipment.id, actor=people.warehouse)


def test_a_crash_after_buying_never_buys_twice(shipment_in, people, courier):
    counter = courier()
    shipment = shipment_in("packed")
    intent = wanted(shipment, people)
    labels.buy(labels.load_label(intent.id, actor=system()))  # and here the worker dies
    assert labels.load_label(intent.id, actor=system()) is None
    assert intent.state == "unknown" and len(counter.sold) == 1
    assert names(shipment)[-1] == "shipment.label_unknown"
    with pytest.raises(AlreadyDone):
        wanted(shipment, people)
    with pytest.raises(BadInput):
        services.give_up_label(shipment.id, " ", actor=people.warehouse)
    services.give_up_label(shipment.id, "They know of none", actor=people.warehouse)
    with pytest.raises(WrongState):
        services.give_up_label(shipment.id, "Again", actor=people.warehouse)
    assert wanted(shipment, people).key != intent.key


def test_a_carrier_that_repeats_by_key_is_asked_again_with_the_same_key(
    shipment_in, people, courier
):
    counter = courier(repeats=True)
    shipment = shipment_in("packed")
    intent = wanted(shipment, people)
    labels.buy(labels.load_label(intent.id, actor=system()))
    work = labels.load_label(intent.id, actor=system())
    labels.save_label(work, labels.buy(work), actor=system())
    assert set(counter.sold) == {intent.key} and intent.attempts == 2
    assert shipment.state == "labelled"


def test_a_label_that_was_saved_is_not_bought_or_saved_again(shipment_in, people, courier):
    counter = courier()
    shipment = shipment_in("packed")
    intent = wanted(shipment, people)
    work = labels.load_label(intent.id, actor=system())
    bought = labels.buy(work)
    labels.save_label(work, bought, actor=system())
    assert labels.load_label(intent.id, actor=system()) is None
    with pytest.raises(AlreadyDone):
        labels.save_label(work, bought, actor=system())
    assert len(counter.sold) == 1 and names(shipment).count("shipment.labelled") == 1
    assert intent.outcome["cost_minor"] == 420


def test_a_refusal_for_good_is_shown_and_may_be_asked_anew(shipment_in, people, courier):
    courier(fails=CarrierError("We don't go to that island.", permanent=True))
    shipment = shipment_in("packed")
    intent = wanted(shipment, people)
    work = labels.load_label(intent.id, actor=system())
    with pytest.raises(BadInput, match="island") as refused:
        labels.buy(work)
    labels.label_failed(intent.id, refused.value, actor=system())
    assert intent.state == "failed" and "island" in intent.error
    assert names(shipment)[-1] == "shipment.label_failed" and shipment.state == "packed"
    assert wanted(shipment, people).state == "requested"


def test_a_carrier_that_never_answered_leaves_a_doubt(shipment_in, people, courier):
    courier(fails=CarrierError("The courier does not answer.", permanent=False))
    shipment = shipment_in("packed")
    intent = wanted(shipment, people)
    work = labels.load_label(intent.id, actor=system())
    with pytest.raises(Unavailable) as silent:
        labels.buy(work)
    labels.label_failed(intent.id, silent.value, actor=system())
    assert intent.state == "unknown"


def test_only_the_warehouse_gives_up_a_label(shipment_in, people):
    with pytest.raises(NotAllowed):
        services.give_up_label(shipment_in("packed").id, "No", actor=people.sales)


def test_the_label_asks_for_what_was_packed(shipment_in, people, courier):
    courier()
    shipment = shipment_in("picking")
    services.pack(shipment.id, 640, size_mm=(300, 220, 60), actor=people.warehouse)
    work = labels.load_label(wanted(shipment, people).id, actor=system())
    assert work.request.weight_g == 640 and work.request.size_mm == (300, 220, 60)
    assert work.request.recipient["city"] == "Sampleton"
    assert dataclasses.asdict(work.request)["reference"] == shipment.ref
