"""The page of one order: who may see it, what it says, and every answer that can be given on it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from app.accounts.services.links import issue_link, links_of
from app.accounts.verbs import revoke_link
from app.artwork.services.output import slots_of
from app.core.actor import system
from app.core.clock import now
from app.core.db import db
from app.orders import verbs as order_verbs
from tests.orders.conftest import CARD
from tests.portal.conftest import Portal, counted, events, quoted, requested, who
from tests.production.conftest import jobs_for, open_all

ACCEPT = {"typed_name": "Ada Example"}


def test_only_a_browser_with_its_link_sees_an_order(portal: Portal, stranger: Portal) -> None:
    order, other = requested(), requested()
    page = portal.open(order)
    assert (page.status, page.said("h1")) == (200, ["Personalised invitation card A6"])
    stranger.open(other)
    for path in ("", "/live"):
        assert stranger.get(f"/orders/{order.ref}{path}").status == 404
    for ref in ("MR-0", "MR-999999", "MR-x", "MR-" + "9" * 30, f"MR-{order.number}x"):
        assert portal.get(f"/orders/{ref}").status == 404


@pytest.mark.parametrize("action", ["accept_quote", "reject_quote", "answer_question", "cancel"])
def test_nobody_else_answers(portal: Portal, stranger: Portal, action: str) -> None:
    order = quoted()
    stranger.open(requested())
    form = {"csrf_token": stranger.token(), "version": "1", "reason": "x", **ACCEPT}
    assert stranger.post(f"/orders/{order.ref}/{action}", form).status == 404
    assert order.state == "quoted"


@pytest.mark.parametrize("action", ["accept_quote", "reject_quote", "answer_question", "cancel"])
def test_no_answer_is_taken_without_its_token(portal: Portal, action: str) -> None:
    order = quoted()
    portal.open(order)
    answer = portal.post(f"/orders/{order.ref}/{action}", {"version": "1", **ACCEPT})
    assert (answer.status, order.state) == (400, "quoted")


def test_a_link_that_is_over_says_what_to_do(portal: Portal) -> None:
    order = requested()
    key = issue_link(order.id, "Ada", actor=system("cli"))
    (link,) = links_of(order.id)
    revoke_link(link.id, actor=system("cli"))
    page = portal.get(f"/t/{key}")
    assert page.status == 410
    assert "Your order is safe" in page.words
    assert page.form("") is not None


def test_the_quote_is_accepted_with_a_typed_name(portal: Portal) -> None:
    order = quoted()
    page = portal.open(order)
    assert "Your quote: £514.80" in page.words
    after = portal.send(page, "/accept_quote", ACCEPT)
    assert (after.status, order.state) == (200, "placed")
    assert "Your order is placed" in after.words
    for name in ("quote.accepted", "order.placed"):
        (event,) = events(name)
        assert who(event) == ("customer", "link")
        assert event.data["typed_name"] == "Ada Example"
    assert events("order.placed")[0].after["state"] == "placed"


def test_a_second_click_on_accept_changes_nothing_and_says_so(portal: Portal) -> None:
    order = quoted()
    page = portal.open(order)
    portal.send(page, "/accept_quote", ACCEPT)
    again = portal.send(page, "/accept_quote", ACCEPT)
    assert (again.status, again.path) == (200, f"/orders/{order.ref}")
    assert "Nothing was changed" in again.words
    assert len(events("quote.accepted")) == 1


def test_without_a_name_the_quote_waits_and_the_field_says_why(portal: Portal) -> None:
    order = quoted()
    page = portal.send(portal.open(order), "/accept_quote", {"typed_name": "  "})
    assert (page.status, order.state) == (422, "quoted")
    assert page.fault("typed_name") == "Enter your full name to accept the quote."
    assert "data-missed" not in page.text


def test_a_quote_that_was_replaced_meanwhile_is_not_accepted(portal: Portal) -> None:
    order = quoted()
    old_tab = portal.open(order)
    order_verbs.revise_quote(order.id, reason="Foil.", actor=system())
    during = portal.send(old_tab, "/accept_quote", ACCEPT)
    assert (during.status, order.state) == (409, "estimating")
    order_verbs.send_quote(order.id, actor=system())
    page = portal.send(old_tab, "/accept_quote", ACCEPT)
    assert (page.status, order.state) == (409, "quoted")
    assert "Quote version 1 was replaced by version 2." in page.words
    assert (page.form("/accept_quote") or {})["version"] == "2"
    assert (page.form("/accept_quote") or {})["typed_name"] == "Ada Example"


def test_a_quote_that_ran_out_is_not_accepted(portal: Portal) -> None:
    order = quoted(valid_until=date.today() + timedelta(days=3))
    page = portal.open(order)
    with time_machine.travel(now() + timedelta(days=5)):
        refused = portal.send(page, "/accept_quote", ACCEPT)
    assert (refused.status, order.state) == (409, "quoted")
    assert "This quote expired" in refused.words and "Request a new one" in refused.words


def test_the_quote_is_said_no_to_once(portal: Portal) -> None:
    order = quoted()
    page = portal.open(order)
    after = portal.send(page, "/reject_quote", {"note": "Too late for us."})
    assert (order.state, order.reason) == ("rejected", "Too late for us.")
    assert "You declined the quote" in after.words
    portal.send(page, "/reject_quote", {"note": "Too late for us."})
    late = portal.send(page, "/accept_quote", ACCEPT)
    assert (late.status, order.state, len(events("quote.rejected"))) == (409, "rejected", 1)


@pytest.mark.parametrize("version", ["", "x", "1" * 9, "²"])
def test_a_version_that_was_never_shown_is_not_accepted(portal: Portal, version: str) -> None:
    order = quoted()
    page = portal.send(portal.open(order), "/accept_quote", ACCEPT | {"version": version})
    assert page.status in (409, 422)
    assert order.state == "quoted"


def test_the_shops_question_is_answered(portal: Portal) -> None:
    order = requested()
    order_verbs.ask_customer(order.id, "Which <date>?", actor=system())
    page = portal.open(order)
    assert "Which <date>?" in page.said(".quoted")
    empty = portal.send(page, "/answer_question", {"answer": " "})
    assert (empty.status, empty.fault("answer")) == (422, "Enter the answer.")
    portal.send(page, "/answer_question", {"answer": "The first."})
    assert order.state == "estimating"
    (event,) = events("order.answered")
    assert (who(event), event.data["answer"]) == (("customer", "link"), "The first.")
    again = portal.send(page, "/answer_question", {"answer": "The second."})
    assert (again.status in {200, 409}, len(events("order.answered"))) == (True, 1)


def test_an_order_is_cancelled_with_a_reason_and_only_once(portal: Portal) -> None:
    order = quoted()
    page = portal.open(order)
    empty = portal.send(page, "/cancel", {"reason": ""})
    assert (empty.status, order.state) == (422, "quoted")
    assert "Enter the reason" in empty.fault("reason")
    portal.send(page, "/cancel", {"reason": "We moved."})
    portal.send(page, "/cancel", {"reason": "We moved."})
    (event,) = events("order.cancelled")
    assert (who(event), event.after["state"]) == (("customer", "link"), "cancelled")
    late = portal.send(page, "/accept_quote", ACCEPT)
    assert (late.status, order.state) == (409, "cancelled")


def test_cancelling_is_offered_until_the_order_is_released_to_be_made(portal: Portal) -> None:
    order = quoted()
    portal.send(portal.open(order), "/accept_quote", ACCEPT)
    (job,) = jobs_for(order)
    page = portal.get(f"/orders/{order.ref}")
    assert page.form("/cancel") is not None
    open_all(job)
    after = portal.get(f"/orders/{order.ref}/live")
    assert after.form("/cancel") is None
    assert "To request a cancellation, reply to any of our e-mails" in after.words
    refused = portal.send(page, "/cancel", {"reason": "We moved."})
    assert (refused.status, order.state) == (409, "placed")
    assert "reply to any of our e-mails" in " ".join(refused.said(".nowcard .notice"))
    assert events("order.cancelled") == []


def test_what_was_typed_stays_when_something_is_wrong(portal: Portal) -> None:
    order = quoted()
    page = portal.open(order)
    order_verbs.revise_quote(order.id, reason="Foil.", actor=system())
    order_verbs.send_quote(order.id, actor=system())
    refused = portal.send(page, "/reject_quote", {"note": "<b>No</b> " + "x" * 3000})
    assert (refused.form("/reject_quote") or {})["note"].startswith("<b>No</b>")
    assert "<b>No" not in refused.text


def test_the_page_asks_as_often_for_thirty_lines_as_for_one(portal: Portal) -> None:
    few, many = requested(), requested(*[CARD] * 30)
    portal.open(few)
    portal.open(many)
    with counted() as short:
        portal.get(f"/orders/{few.ref}")
    with counted() as long:
        portal.get(f"/orders/{many.ref}")
    assert len(long) == len(short)


def test_thirty_lines_and_a_long_name_stay_readable(portal: Portal) -> None:
    order = requested(*[CARD] * 30)
    order.contact.name = "N" * 200
    db.session.flush()
    page = portal.open(order)
    assert page.said("h1") == ["Personalised invitation card A6 and 29 more"]
    assert len(page.said(".portal-lines > li")) == 30
    assert "N" * 61 not in page.words


def test_the_part_that_changes_comes_alone(portal: Portal) -> None:
    order = quoted()
    portal.open(order)
    page = portal.get(f"/orders/{order.ref}/live")
    assert "<html" not in page.text and "Your quote: £514.80" in page.words


def test_what_comes_and_what_happened_are_told_in_order(portal: Portal) -> None:
    page = portal.open(quoted())
    told = page.said(".timeline li")
    assert told[0].startswith("Delivery")
    assert [one.split("just")[0] for one in told[-2:]] == [
        "We sent you the quote",
        "You requested a quote",
    ]
    assert page.said(".timeline .t-now") == ["Your answer to the quote"]


def test_an_order_that_waits_for_its_payment_says_so_until_it_came(portal: Portal) -> None:
    order = quoted()
    portal.send(portal.open(order), "/accept_quote", ACCEPT)
    for slot in slots_of(order.id):
        slot.state = "approved"
    db.session.flush()
    page = portal.get(f"/orders/{order.ref}")
    assert page.said(".nowcard .badge") == ["Waiting for your payment"]
    assert "Waiting for your payment: £514.80" in page.words
    order_verbs.confirm_payment(order.id, "", actor=system())
    after = portal.get(f"/orders/{order.ref}")
    assert after.said(".nowcard .badge") == ["Preparing for production"]
    assert "We received your payment" in after.words


def test_a_browser_with_several_links_acts_as_the_holder_of_the_order_s_own(portal: Portal) -> None:
    order, other = quoted(), quoted()
    page = portal.open(order)
    portal.get(f"/t/{issue_link(other.id, 'Somebody Else', actor=system('cli'))}")
    portal.send(page, "/accept_quote", ACCEPT)
    assert [event.actor_label for event in events("quote.accepted")] == ["Ada Example"]


def test_a_foreign_or_expired_address_offers_a_new_link_in_the_shops_look(
    portal: Portal, stranger: Portal
) -> None:
    order = requested()
    page = portal.open(order)
    with time_machine.travel(now() + timedelta(days=400)):
        expired = portal.get(page.path)
    foreign, missing = stranger.get(page.path), stranger.get("/orders/MR-999999")
    for shut in (expired, foreign, missing):
        assert shut.status == 404
        assert shut.form("/link") is not None and "Example Street Press" in shut.words
        assert order.contact.name not in shut.words
    assert (foreign.form("/link") or {})["order_ref"] == order.ref
    assert foreign.words.replace(order.ref, "X") == missing.words.replace("MR-999999", "X")
    sent = stranger.send(foreign, "/link", {"email": "ada@example.com"})
    assert (sent.path, len(events("link.requested"))) == ("/link/sent", 1)
    part = stranger.get(f"{page.path}/live", headers={"HX-Request": "true"})
    assert (part.status, part.form("/link")) == (404, None)
