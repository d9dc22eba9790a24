"""What letters need of accounts."""

from __future__ import annotations

from typing import Any

from app.accounts.correspondence import may_have_link, reset_letter
from app.accounts.services import (
    begin_attempt,
    find_reset,
    offer_reset,
    request_link,
    set_password,
    staff_actor,
)
from app.core.actor import Actor
from tests.accounts.conftest import events


def test_the_letter_has_the_link_that_opens_the_form(take_on: Any, owner: Any) -> None:
    ines = take_on("ines", "sales")
    reset = offer_reset(ines.id, actor=staff_actor(owner))
    (event,) = events("staff.reset_requested")
    letter = reset_letter(event)
    assert letter is not None
    assert (letter["email"], letter["contact_name"]) == ("ines@example.com", "Ines")
    assert letter["minutes"] in {59, 60}
    assert find_reset(letter["link"].rsplit("/", 1)[1]).id == reset.id


def test_no_letter_goes_out_once_the_link_is_over(take_on: Any, owner: Any) -> None:
    ines = take_on("ines", "sales")
    offer_reset(ines.id, actor=staff_actor(owner))
    set_password(ines.id, "another long password", actor=staff_actor(ines))
    (event,) = events("staff.reset_requested")
    assert reset_letter(event) is None


def test_a_new_link_is_for_the_address_of_the_order_only(session: Any) -> None:
    visitor = Actor("customer", None, "A visitor", "portal")
    attempt_id = begin_attempt("link", "MR-10428", ip="198.51.100.7")
    event = request_link(attempt_id, "Anna@Example.com", actor=visitor, order_ref="MR-10428")
    assert may_have_link(event, "anna@example.com ")
    assert not may_have_link(event, "bert@example.com")
