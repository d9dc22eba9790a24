"""The staff's way through the back office in a real browser, live by a real WebSocket."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from app.artwork import verbs as artwork_verbs
from app.artwork.models import ArtworkVersion
from app.core.db import db
from app.core.postal_address import PostalAddress
from app.orders import verbs as order_verbs
from app.orders.models import Order
from tests.backoffice import busy_shop
from tests.browser import accessibility
from tests.browser.live_shop import LiveShop
from tests.browser.live_updates import is_live, live_line, sign_in
from tests.files.sample_files import a_pdf
from tests.files.uploading import OWNER, send
from tests.orders.conftest import CARD, REQUESTER, VISITOR, customer_of

__all__ = ["live_line"]
pytestmark = [pytest.mark.browser, pytest.mark.extended]
SHIP_TO = {"name": "Ada Example", "line_1": "4 Example Lane", "city": "Sampleton",
           "postcode": "EX1 2MP", "country": "GB"}  # fmt: skip


def a_request(shop: LiveShop) -> str:
    """A visitor of the portal asks for cards and sends the file; return the order's number."""
    with shop.app.app_context():
        upload = send(a_pdf(), owner_key=OWNER)
        db.session.commit()
        upload_id = upload.id
    shop.work()
    with shop.inside():
        wanted = replace(CARD, upload_id=upload_id)
        order = order_verbs.request_order(
            None,
            REQUESTER,
            [wanted],
            actor=VISITOR,
            owner_key=OWNER,
            ship_to=PostalAddress.of(SHIP_TO),
        )
        return order.ref


def the_order() -> Order:
    return db.session.scalars(select(Order)).one()


def accept(shop: LiveShop) -> None:
    with shop.inside():
        order_verbs.accept_quote(the_order().id, 1, "Ada Example", actor=customer_of(the_order()))


def sign(shop: LiveShop) -> None:
    """The customer signs the proof that was sent."""
    with shop.inside():
        order = the_order()
        version = db.session.scalars(select(ArtworkVersion)).one()
        artwork_verbs.approve_proof(
            version.slot_id, 1, "Ada Example", sha256=version.asset.sha256,
            actor=replace(customer_of(order)),
        )  # fmt: skip


def badge(tab: Any, word: str) -> None:
    """Wait for the word beside the order's number."""
    tab.locator(".title-row .badge", has_text=word).first.wait_for()


def press(tab: Any, name: str) -> None:
    tab.get_by_role("button", name=name, exact=True).click()


def test_from_a_request_on_the_board_to_the_parcel(
    live_shop: LiveShop, live_line: None, tab: Any
) -> None:
    sign_in(live_shop, tab)
    tab.get_by_role("link", name="Job board").first.click()
    is_live(tab)
    ref = a_request(live_shop)
    tab.locator(f"#slip-{ref}").click()
    tab.wait_for_url(f"**/admin/order/{ref}")
    is_live(tab)

    # what one does, the other sees; what the other types stays
    beside = tab.context.new_page()
    beside.goto(tab.url)
    is_live(beside)
    press(beside, "Start estimate")
    badge(beside, "Estimating")
    live_shop.work()
    badge(tab, "Estimating")
    price = tab.get_by_label("Different net price")
    price.fill("400")
    press(beside, "Put on hold…")
    beside.get_by_label("Reason, and what it is waiting for").fill("Paper is counted first.")
    press(beside, "Put on hold")
    beside.locator(".notice-held").wait_for()
    live_shop.work()
    tab.get_by_text("what you typed is kept").wait_for()
    assert price.input_value() == "400"
    press(tab, "Send quote")
    tab.get_by_role("alert").get_by_text("Someone else changed this").wait_for()
    press(beside, "Resume")
    beside.get_by_text("Resumed.", exact=True).wait_for()
    tab.goto(tab.url.removesuffix("/send_quote"))
    tab.get_by_label("Different net price").fill("400")
    tab.get_by_label("Reason for this price").fill("As agreed on the phone.")
    press(tab, "Send quote")
    badge(tab, "Quote sent")
    live_shop.work()
    badge(beside, "Quote sent")
    beside.close()
    assert "£480.00" in tab.locator("#quotes").inner_text()

    accept(live_shop)
    badge(tab, "Placed")
    press(tab, "Record payment")
    tab.get_by_text("The payment is recorded.").wait_for()
    live_shop.work()

    # prepress
    tab.get_by_role("link", name="Review", exact=True).last.click()
    tab.wait_for_url("**/admin/artwork/**")
    press(tab, "Approve and send")
    badge(tab, "Proof sent")
    live_shop.work()
    sign(live_shop)
    badge(tab, "Approved")
    tab.get_by_role("link", name=ref).click()
    assert tab.locator(".gates-table .dot-good").count() == 3
    number = tab.locator("#jobs a.ref").first.inner_text()

    make(live_shop, tab, number)

    # packing
    live_shop.work()
    tab.goto(f"{live_shop.url}/admin/order/{ref}")
    tab.locator("#shipments a").first.click()
    press(tab, "Start picking")
    tab.get_by_label("Weight in grams").fill("640")
    press(tab, "Mark as packed")
    press(tab, "Purchase label")
    tab.locator("[data-label-state]").wait_for()
    live_shop.work()
    press(tab, "Mark as shipped")
    press(tab, "Mark as delivered")
    tab.get_by_text("The shipment is marked as delivered.").wait_for()
    live_shop.work()
    tab.get_by_role("link", name=ref).first.click()
    badge(tab, "Closed")
    assert tab.locator("#messages tbody tr").count() >= 6


def make(shop: LiveShop, tab: Any, number: str) -> None:
    """Scan the ticket at each station, spoil one, and pass what is good."""
    scanned = 0
    for station in ("Digital press", "Guillotine", "Finishing bench"):
        tab.goto(f"{shop.url}/admin/station/")
        tab.get_by_role("link", name=station).click()
        tab.locator("[data-scan]:focus").wait_for()
        tab.keyboard.type(number)  # as a scanner does, without a look where the focus is
        tab.keyboard.press("Enter")
        tab.wait_for_url(re.compile(rf"job={number}"))
        scanned += 1
        is_live(tab)
        tab.locator(".big-go", has_text="Start").click()
        tab.get_by_text("Started.").wait_for()
        is_live(tab)
        if station == "Digital press":
            tab.locator(".big-bad").click()
            tab.get_by_label("Cause").fill("Scratch")
            tab.locator("dialog[open] [data-add='1']").click()
            press(tab, "Count as spoiled")
            tab.locator(".jobcard .down", has_text="1").wait_for()
            is_live(tab)
        if station == "Finishing bench":
            with tab.expect_navigation():
                tab.locator(".big-go", has_text="Pass all").click()
            continue
        tab.locator(".big-good").click()
        tab.locator("dialog[open] [data-all]").click()
        press(tab, "Count as good")
        with tab.expect_navigation():
            tab.locator(".big-go", has_text="Finish operation").click()
    assert scanned == 3


# The dashboard, board, search, logs, stations, jobs and shipments have tests of their own.
PAGES = (
    "/admin/orders/", "/admin/artwork/", "/admin/proofs/", "/admin/jobs/", "/admin/work-centres/",
    "/admin/shipments/", "/admin/roles/", "/admin/families/", "/admin/movements/",
    "/admin/contacts/", "/admin/exports/", "/admin/figures/", "/admin/intents/", "/admin/account",
    "/admin/account/sign-in", "/admin/api-keys/", "/admin/api-keys/new/",
    "/admin/new-order/", "/admin/new-order/invitation-card-a6",
    "/admin/set-up/", "/admin/settings/", "/admin/settings/shop", "/admin/settings/opening",
    "/admin/settings/pickup", "/admin/settings/branding",
)  # fmt: skip
AND_ITS_FIRST_ROW = (
    "/admin/messages/", "/admin/products/", "/admin/stock/", "/admin/customers/", "/admin/staff/",
)  # fmt: skip


def test_no_page_of_the_back_office_has_a_fault_that_shuts_somebody_out(
    live_shop: LiveShop, tab: Any
) -> None:
    sign_in(live_shop, tab)
    with live_shop.app.app_context():
        busy_shop.busy(1)
        every = {order.state: order.ref for order in db.session.scalars(select(Order))}
        slot_id = db.session.scalars(select(busy_shop.ArtworkSlot.id)).first()
        db.session.commit()
        db.session.remove()
    paths = [
        *PAGES,
        *(f"/admin/order/{ref}" for ref in every.values()),
        f"/admin/artwork/{slot_id}",
    ]
    found: list[str] = []

    def look(path: str) -> None:
        answer = tab.goto(live_shop.url + path)
        assert answer.status == 200, path
        found.extend(accessibility.faults(tab, impacts=accessibility.WORST))

    for path in paths:
        look(path)
    for path in AND_ITS_FIRST_ROW:
        look(path)
        look(tab.locator("tbody td.at-lead a").first.get_attribute("href"))
    assert found == []
