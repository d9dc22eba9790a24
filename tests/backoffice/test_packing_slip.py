"""The packing slip: a PDF of what is in the parcel, for those who may see addresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest

from app.core.actor import system
from app.core.db import db
from app.fulfilment import services
from app.fulfilment.models import Shipment
from app.orders import verbs as order_verbs
from tests.backoffice.conftest import Person
from tests.variant_orders import put_on_offer, quoted


@pytest.fixture
def shipment(preset_products: None, session: Any) -> Shipment:
    put_on_offer()
    order = quoted()
    order_verbs.accept_quote(order.id, 1, typed_name="Ada Example", actor=system())
    goods = {line.id: line.quantity for line in order.lines}
    made = services.create_shipment(
        order.id, good_by_line=goods, method="pickup", actor=system("backoffice")
    )
    db.session.commit()
    return made


def test_the_paper_says_the_pieces_of_each_variant_and_no_price(
    somebody: Callable[..., Person], shipment: Shipment
) -> None:
    person, place = somebody("owner"), f"/admin/shipment/{shipment.ref}/packing-slip"
    page = person.get(f"/admin/shipment/{shipment.ref}")
    assert place in [link.get("href") for link in page.all("a.btn")]
    assert "10 × M TEE-M-NAVY" in page.said("#contents")
    answer = person.client.get(place, environ_base=person.environ)
    assert answer.mimetype == "application/pdf"
    said = " ".join(pypdfium2.PdfDocument(answer.data)[0].get_textpage().get_text_range().split())
    assert f"{shipment.ref}" in said and "T-shirt TEE" in said
    assert "S4 M10 L6" in said.replace("S 4", "S4").replace("M 10", "M10").replace("L 6", "L6")
    assert "£" not in said


def test_who_may_not_see_addresses_gets_no_paper(
    somebody: Callable[..., Person], shipment: Shipment
) -> None:
    person = somebody("operator")
    answer = person.client.get(
        f"/admin/shipment/{shipment.ref}/packing-slip", environ_base=person.environ
    )
    assert answer.status_code == 403
