"""The request form after "Back": nothing is ordered twice by accident, and nothing that was changed is lost."""

from __future__ import annotations

import time_machine
from sqlalchemy import func, select, text

from app.core.clock import now
from app.core.db import db
from app.orders.models import Order
from app.portal.repeats import AT_ONCE
from tests.files.sample_files import a_pdf
from tests.files.uploading import check, send
from tests.portal.conftest import REQUEST, Page, Portal
from tests.portal.test_request import owner_of

FORM = "/p/invitation-card-a6/request"
PRODUCT = "/p/invitation-card-a6"


def refs() -> list[str]:
    return [order.ref for order in db.session.scalars(select(Order).order_by(Order.number))]


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Order)) or 0


def is_asked(page: Page) -> bool:
    return page.status == 409 and "You've already requested this" in page.said("h1")


def test_a_form_that_is_sent_again_at_once_leads_to_its_order_and_says_so(portal: Portal) -> None:
    form = portal.get(PRODUCT)
    first, again = portal.send(form, FORM, REQUEST), portal.send(form, FORM, REQUEST)
    assert (first.path, count()) == (again.path, 1)
    assert "nothing was sent again" in again.words
    assert "nothing was sent again" not in first.words


def test_a_form_that_is_sent_again_later_is_asked_about(portal: Portal) -> None:
    form = portal.get(PRODUCT)
    portal.send(form, FORM, REQUEST)
    (ref,) = refs()
    with time_machine.travel(now() + AT_ONCE * 2, tick=False):
        page = portal.send(form, FORM, REQUEST)
    assert is_asked(page)
    assert f"4 min ago: order {ref}. Nothing was sent again." in page.said("p.lead")[0]
    assert page.document.xpath(f"//a[@href='/orders/{ref}']")
    assert count() == 1


def test_the_same_request_in_a_new_form_is_asked_about_and_can_be_meant(portal: Portal) -> None:
    portal.send(portal.get(PRODUCT), FORM, REQUEST)
    page = portal.send(portal.get(PRODUCT), FORM, REQUEST)
    assert is_asked(page)
    assert count() == 1
    second = portal.send(page, FORM)
    assert (second.path, count()) == (f"/orders/{refs()[1]}", 2)
    lines = [order.lines[0].configuration for order in db.session.scalars(select(Order))]
    assert lines[0] == lines[1]
    # its own second click, and its own way back
    assert portal.send(page, FORM).path == second.path
    with time_machine.travel(now() + AT_ONCE * 2, tick=False):
        assert portal.send(page, FORM).path == second.path
    assert count() == 2


def test_a_form_that_was_changed_after_back_makes_an_order_of_its_own(portal: Portal) -> None:
    form = portal.get(PRODUCT)
    first = portal.send(form, FORM, REQUEST)
    second = portal.send(form, FORM, REQUEST | {"quantity": "500"})
    third = portal.send(form, FORM, REQUEST | {"note": "In blue."})
    assert len({first.path, second.path, third.path}) == count() == 3
    assert [order.lines[0].quantity for order in db.session.scalars(select(Order))].count(500) == 1
    # each of them sent twice is still one
    assert portal.send(form, FORM, REQUEST | {"quantity": "500"}).path == second.path
    assert count() == 3


def test_the_file_stays_with_the_order_that_has_it(portal: Portal) -> None:
    upload = send(a_pdf(), owner_key=owner_of(portal))
    check(upload)
    given = REQUEST | {"upload_id": str(upload.id)}
    portal.send(portal.get(PRODUCT), FORM, given)
    page = portal.send(portal.get(PRODUCT), FORM, given)
    assert is_asked(page)
    assert "Your file stays with order" in page.words
    second = portal.send(page, FORM)
    assert (second.status, count()) == (200, 2)
    assert "Please upload your artwork" in second.words or "upload your file" in second.words


def test_a_file_that_came_after_back_is_not_swallowed(portal: Portal) -> None:
    form = portal.get(PRODUCT)
    portal.send(form, FORM, REQUEST)
    upload = send(a_pdf(), owner_key=owner_of(portal))
    check(upload)
    page = portal.send(form, FORM, REQUEST | {"upload_id": str(upload.id)})
    assert is_asked(page)
    assert portal.send(page, FORM).status == 200
    assert upload.stream_id is not None


def is_known_since_yesterday() -> None:
    db.session.execute(text("UPDATE contacts SET created_at = created_at - interval '1 day'"))


def test_another_browser_is_told_nothing_of_it(portal: Portal, stranger: Portal) -> None:
    portal.send(portal.get(PRODUCT), FORM, REQUEST)
    is_known_since_yesterday()
    page = stranger.send(stranger.get(PRODUCT), FORM, REQUEST)
    assert (page.path, count()) == (f"/orders/{refs()[1]}", 2)
    assert refs()[0] not in page.words


def test_who_has_no_link_to_the_first_order_is_led_to_the_e_mail(
    portal: Portal, stranger: Portal
) -> None:
    portal.send(portal.get(PRODUCT), FORM, REQUEST)
    is_known_since_yesterday()
    stranger.send(stranger.get(PRODUCT), FORM, REQUEST)
    page = stranger.send(stranger.get(PRODUCT), FORM, REQUEST)
    assert is_asked(page)
    (place,) = page.document.xpath("//main//a[starts-with(@href, '/orders/')]/@href")
    assert place == f"/orders/{refs()[1]}"
    assert "We've sent a link to your e-mail address" in stranger.get(place).words
