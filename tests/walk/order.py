"""One order from request to delivery, step by step."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

import requests

from app.catalog.presets import Sample, read
from tests.walk.customer import Customer
from tests.walk.mailbox import Mailbox
from tests.walk.production import Floor
from tests.walk.record import check_record
from tests.walk.staff import Staff
from tests.walk.steps import Steps
from tests.walk.web_client import WalkFailed

PRICE = "250.00"


@dataclass(frozen=True)
class RunningShop:
    """Where the shop is found."""

    url: str
    home: Path
    """Keeps the sign-ins of the demo's people."""
    mail: Path | None
    """Where the mail catcher keeps what was sent; None where the shop sends real e-mails."""


def walk_order(file: Path, preset: str, shop: RunningShop, *, as_json: bool) -> bool:
    """Send one order with `file` through `shop`; return whether everything was right."""
    steps = Steps(as_json=as_json)
    try:
        _walk(file, read(preset).sample, preset, shop, steps)
    except (WalkFailed, requests.RequestException, OSError) as problem:
        steps.end(ok=False, problem=str(problem))
        return False
    steps.end(ok=True)
    return True


def _walk(file: Path, sample: Sample, preset: str, shop: RunningShop, steps: Steps) -> None:
    if shop.mail is None:
        raise WalkFailed("The walk reads the e-mails of an embedded shop; start bin/run.")
    email = f"walk-{secrets.token_hex(6)}@demo.example"
    customer = Customer(shop.url, email)
    mailbox = Mailbox(shop.mail, email)
    staff = Staff(shop.url, shop.home)
    ref = _ask(file, sample, preset, steps, customer)
    _quote(ref, steps, customer, mailbox, staff)
    _approve(ref, steps, customer, mailbox, staff)
    floor = Floor(staff, ref)
    _make(steps, floor, staff, ref)
    _send(ref, steps, floor, customer, mailbox)
    with steps.step("every message once, every change on record") as found:
        found.update(check_record(ref, staff, mailbox))


def _ask(file: Path, sample: Sample, preset: str, steps: Steps, customer: Customer) -> str:
    with steps.step("open the catalogue and the product") as found:
        page = customer.product(sample.product)
        found["product"] = sample.product
    with steps.step("upload the file straight to storage") as found:
        upload_id = customer.upload(page, file)
        found.update(file=file.name, bytes=file.stat().st_size, upload=upload_id)
    with steps.step("ask for a quote, with a double click") as found:
        ref = customer.ask(page, sample, upload_id)
        found.update(order=ref, preset=preset, quantity=sample.quantity)
    with steps.step("a stranger does not find the order"):
        customer.stranger_sees_nothing()
    return ref


def _quote(ref: str, steps: Steps, customer: Customer, mailbox: Mailbox, staff: Staff) -> None:
    with steps.step("the link comes by e-mail and opens the order"):
        customer.follow(mailbox.wait("we've received your request", "the request").link)
    with steps.step("sales signs in and sees the request"):
        page = staff["sales"].get("/admin/orders/")
        if ref not in page.text:
            raise WalkFailed(f"The list of orders does not show {ref}.")
    with steps.step("the file is checked"):
        staff.wait_for_event(ref, "upload.checked")
    with steps.step("sales works out the price and sends the quote") as found:
        staff.act_on_order("sales", ref, "start_estimate", "order.estimating")
        page = staff["sales"].get(f"/admin/order/{ref}")
        form = page.form(f"/admin/order/{ref}/send_quote")
        if form is None:
            raise WalkFailed(f"The order page offers no quote: {page.faults()}")
        asked = [
            field
            for field in form.inputs.keys()  # noqa: SIM118 (lxml's view has no iterator)
            if field.startswith("price-") and form.inputs[field].get("required") is not None
        ]
        prices = dict.fromkeys(asked, PRICE)
        page = staff.act_on_order("sales", ref, "send_quote", "quote.sent", **prices)
        found["total"] = (page.texts("#quotes .num") or [""])[-1]
        found["priced"] = "by a person" if asked else "by the rule"
    with steps.step("the quote comes by e-mail, the customer accepts"):
        customer.follow(mailbox.wait("your quote is ready", "the quote").link)
        customer.accept()


def _approve(ref: str, steps: Steps, customer: Customer, mailbox: Mailbox, staff: Staff) -> None:
    with steps.step("prepress reviews and signs the artwork") as found:
        how = staff.approve_artwork(ref)
        found["how"] = ", ".join(how)
    with steps.step("the customer signs, with a double click") as found:
        # its subject is in the words of the trade
        customer.follow(mailbox.wait("until you approve", "what to sign").link)
        found.update(customer.sign())
    with steps.step("finance notes the payment"):
        staff.act_on_order("finance", ref, "confirm_payment", "order.payment_confirmed")


def _make(steps: Steps, floor: Floor, staff: Staff, ref: str) -> None:
    with steps.step("material is reserved, all gates open") as found:
        numbers = floor.job_numbers()
        if not numbers:
            raise WalkFailed(f"{ref} has no job.")
        for number in numbers:
            floor.wait_ready(number)
        staff.wait_for_event(ref, "job.ready", count=len(numbers))
        found["jobs"] = " ".join(numbers)
    with steps.step("the work order is printed") as found:
        found["bytes"] = sum(floor.ticket(number) for number in numbers)
    with steps.step("operators scan, start, count, finish; quality passes") as found:
        for number in numbers:
            found.update(floor.make(number))


def _send(ref: str, steps: Steps, floor: Floor, customer: Customer, mailbox: Mailbox) -> None:
    with steps.step("packed, labelled, handed over") as found:
        number = floor.shipment()
        found["shipment"] = number
        found["tracking"] = floor.send(number)
    with steps.step("delivered, the order closes") as found:
        floor.deliver(number)
        floor.staff.wait_for_event(ref, "order.closed")
        found["customer sees"] = customer.status()
        if customer.status() != "Delivered":
            raise WalkFailed(f"The customer's page says “{customer.status()}”.")
