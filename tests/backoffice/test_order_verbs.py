"""The verbs of the order page: what pressing them does, who is refused, what a wrong form says."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from app.core.clock import today
from app.core.db import db
from app.core.verbs import verbs_of
from app.orders import verbs as order_verbs
from app.orders.models import Order
from app.orders.states import ORDER
from tests.backoffice.conftest import Person, refusals
from tests.backoffice.orders_in_state import ME, fresh, order_in_state, place
from tests.orders.conftest import CARD, customer_of, events, reduce_tax

Enter = Callable[..., Person]
Ask = Callable[..., Order]


@dataclass(frozen=True)
class Case:
    """One verb: the state it starts from, who may and who may not, and what comes of it."""

    verb: str
    state: str
    role: str
    wrong_role: str
    event: str
    ends: str
    values: dict[str, str] = field(default_factory=dict)
    said: str = ""


CASES = [
    Case("start_estimate", "requested", "sales", "operator", "order.estimating", "estimating"),
    Case("ask_customer", "requested", "sales", "prepress", "order.asked", "needs_info",
         {"question": "Round corners?"}),
    Case("answer_question", "needs_info", "sales", "finance", "order.answered", "estimating",
         {"answer": "Yes, round."}),
    Case("send_quote", "estimating", "sales", "planner", "quote.sent", "quoted", {"note": "Soon."}),
    Case("revise_quote", "quoted", "sales", "warehouse", "quote.superseded", "estimating"),
    Case("decline", "estimating", "sales", "operator", "order.declined", "declined",
         {"reason": "We have no such paper."}),
    Case("hold", "placed", "prepress", "operator", "order.held", "placed",
         {"reason": "Away until Monday."}),
    Case("resume", "held", "quality", "operator", "order.resumed", "placed"),
    Case("cancel", "placed", "planner", "finance", "order.cancelled", "cancelled",
         {"reason": "The party is off."}),
    Case("confirm_payment", "placed", "finance", "prepress", "order.payment_confirmed", "placed"),
    Case("review_tax", "tax differs", "finance", "prepress", "order.tax_reviewed", "placed",
         {"note": "Credit note agreed."}),
    Case("set_delivery", "placed", "warehouse", "prepress", "order.delivery_set", "placed",
         {"delivery": "pickup"}),
    Case("mark_rush", "requested", "sales", "operator", "order.rush_changed", "requested"),
    Case("unmark_rush", "rush", "sales", "operator", "order.rush_changed", "requested"),
    Case("add_promotion", "without a code", "sales", "operator", "order.promotion_added",
         "estimating", {"promotion_code": "autumn10"}),
    Case("remove_promotion", "with a code", "sales", "operator", "order.promotion_removed",
         "estimating"),
    Case("revoke_link", "placed", "sales", "operator", "link.revoked", "placed"),
]  # fmt: skip
VERBS = {verb.key: verb for verb in verbs_of("order", "staff")}
EACH = pytest.mark.parametrize("case", CASES, ids=lambda case: case.verb)


def test_every_verb_of_the_page_is_tried_here() -> None:
    assert {case.verb for case in CASES} == set(VERBS)


@EACH
def test_a_verb_does_it_says_so_and_a_second_click_changes_nothing(
    case: Case, somebody: Enter, ask: Ask
) -> None:
    order = order_in_state(case.state, ask)
    person = somebody(case.role)
    page = person.get(place(order))
    answer = person.press(page, case.verb, **case.values)
    assert (answer.status, answer.answer.location) == (303, place(order))
    assert VERBS[case.verb].done in person.get(place(order)).said(".notice-good")
    assert fresh(order).state == case.ends
    version = order.version_id
    again = person.press(page, case.verb, **case.values)
    assert again.status == 303
    said = person.get(place(order)).said(".notice:not(.notice-good)")
    assert re.search(r"before|already|not on hold", said)
    assert (fresh(order).state, order.version_id) == (case.ends, version)
    [event] = [one for one in events(order, case.event) if one.actor_kind == "staff"]
    who = (event.actor_id, event.actor_label, event.door)
    assert who == (person.staff.id, person.staff.name, "backoffice")
    if case.state != case.ends and case.state in ORDER.states:
        assert (event.before["state"], event.after["state"]) == (case.state, case.ends)


@EACH
def test_the_wrong_role_is_not_offered_it_and_is_refused_and_logged(
    case: Case, somebody: Enter, ask: Ask
) -> None:
    order = order_in_state(case.state, ask)
    person = somebody(case.wrong_role)
    assert case.verb not in person.get(place(order)).verbs
    before = (fresh(order).state, order.version_id, len(events(order, case.event)))
    token = person.token("/admin/")
    answer = person.send(f"{place(order)}/{case.verb}", {"csrf_token": token, **case.values})
    assert answer.status == 403
    [refused] = refusals(person)
    assert refused.data["permission"] == VERBS[case.verb].permission_for(order)
    assert (fresh(order).state, order.version_id, len(events(order, case.event))) == before


@EACH
def test_without_the_token_or_on_a_closed_order_it_is_refused_where_it_happened(
    case: Case, somebody: Enter, ask: Ask
) -> None:
    order, closed = order_in_state(case.state, ask), order_in_state("closed", ask)
    versions = (order.version_id, closed.version_id)
    person = somebody(case.role)
    form = {"version_id": order.version_id, **case.values}
    answer = person.send(f"{place(order)}/{case.verb}", form)
    assert (answer.status, "form has expired" in answer.words) == (400, True)
    if case.verb != "revoke_link":  # a link is revoked in any state
        token = person.token("/admin/")
        form = {"csrf_token": token, **case.values}
        page = person.send(f"{place(closed)}/{case.verb}", form)
        assert page.status in (303, 409)
        page = page if page.status == 409 else person.get(place(closed))
        assert page.all("h1")[0].text_content() == closed.ref
        assert page.said()
    assert (fresh(order).version_id, fresh(closed).version_id) == versions
    assert fresh(closed).state == "closed"


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.verb not in ("revoke_link",)],
    ids=lambda case: case.verb,
)
def test_a_form_from_another_tab_is_refused_after_a_change(
    case: Case,
    somebody: Enter,
    ask: Ask,
) -> None:
    order = order_in_state(case.state, ask)
    person = somebody(case.role)
    page = person.get(place(order))
    if case.verb == "resume":
        order_verbs.resume(order.id, actor=ME)
        order_verbs.hold(order.id, "Something else.", actor=ME)
    else:
        row = fresh(order)
        row.promised_on = today() + timedelta(30)
    db.session.commit()
    version = fresh(order).version_id
    answer = person.press(page, case.verb, **case.values)
    assert answer.status == 409
    assert "Someone else changed this" in answer.said()
    assert fresh(order).version_id == version
    again = answer.form(case.verb)
    assert again["version_id"] == str(version)
    for name, value in case.values.items():
        assert again[name] == value


# -- the price form --------------------------------------------------------------------------------
NO_PRICES = ("abc", "-5", "12.345", "NaN", "1e999999", "1e-999999", "Infinity", "9" * 19,
             "<script>alert(1)</script>")  # fmt: skip


def test_a_price_that_is_none_is_said_beside_the_field_and_kept(somebody: Enter, ask: Ask) -> None:
    order = order_in_state("estimating", ask)
    name = f"price-{order.lines[0].id}"
    person = somebody("sales")
    page = person.get(place(order))
    for typed in NO_PRICES:
        answer = person.press(page, "send_quote", **{name: typed, "note": "My words."})
        assert answer.status == 422, typed
        [fault] = answer.all(".price-line .error")
        assert "is not an amount" in fault.text_content()
        [box] = answer.all(f'[name="{name}"]')
        assert (box.get("value"), box.get("aria-invalid")) == (typed, "true")
        assert box.get("aria-describedby") == fault.get("id")
        assert answer.form("send_quote")["note"] == "My words."
        assert answer.all("form[data-busy]"), "a live part must not take the words away"
        assert "<script>alert" not in answer.answer.text
    assert fresh(order).state == "estimating"
    assert order.quotes == []


def test_a_day_that_is_none_is_said_beside_the_field(somebody: Enter, ask: Ask) -> None:
    order = order_in_state("estimating", ask)
    person = somebody("sales")
    page = person.get(place(order))
    for name, value, why in (
        ("promised_on", "soon", "year, month, day"),
        ("valid_until", "2026-13-40", "year, month, day"),
        ("valid_until", "2001-01-01", "has passed"),
    ):
        answer = person.press(page, "send_quote", **{name: value})
        assert answer.status == 422
        assert why in answer.said(".price-line .error")
    assert fresh(order).state == "estimating"


def test_a_price_is_read_as_people_write_it(somebody: Enter, ask: Ask) -> None:
    order = order_in_state("estimating", ask)
    line = order.lines[0].id
    person = somebody("sales")
    for typed in ("120", "120.50", "1,120.50", "£120.50", " 120.5 ", "0"):
        page = person.get(place(order))
        person.press(page, "send_quote", **{f"price-{line}": typed, f"reason-{line}": "A friend."})
        quote = fresh(order).quotes[0]
        expected = round(float(typed.strip().replace(",", "").lstrip("£")) * 100)
        assert quote.net_minor == expected
        (row,) = quote.lines[0].rows
        assert (row.label, row.how) == (order.lines[0].product_name, "A friend.")
        assert row.amount_minor == expected
        assert quote.sent_by == person.staff.name
        order_verbs.revise_quote(order.id, reason="Once more.", actor=ME)


def test_the_page_says_what_the_quote_will_come_to(somebody: Enter, ask: Ask) -> None:
    order = order_in_state("estimating", ask)
    person = somebody("sales")
    said = person.get(place(order)).said("#price .card-foot")
    person.press(place(order), "send_quote")
    [quote] = fresh(order).quotes
    assert f"total £{quote.total_minor / 100:,.2f}" in said


def test_a_question_without_words_opens_its_dialog_again_with_the_fault(
    somebody: Enter,
    ask: Ask,
) -> None:
    order = order_in_state("requested", ask)
    answer = somebody("sales").press(place(order), "ask_customer", question="   ")
    assert answer.status == 422
    [dialog] = answer.all("dialog[data-open-now]")
    assert dialog.get("id") == "ask_customer"
    assert "Enter the question" in dialog.text_content()


def test_on_hold_there_is_no_price_form_and_no_quote_goes_out(
    somebody: Enter,
    ask: Ask,
) -> None:
    order = order_in_state("estimating", ask)
    order_verbs.hold(order.id, "Waiting for paper.", actor=ME)
    person = somebody("sales")
    page = person.get(place(order))
    assert "send_quote" not in page.verbs
    assert "Waiting for paper." in page.said(".notice-held")
    token = person.token(place(order))
    answer = person.send(f"{place(order)}/send_quote", {"csrf_token": token})
    assert answer.status == 409
    assert "on hold" in answer.said()


def test_the_total_follows_the_prices_as_they_are_typed(somebody: Enter, ask: Ask) -> None:
    order = order_in_state("estimating", ask)
    person = somebody("sales")
    page = person.get(place(order))
    (total,) = page.all("#quote-total")
    assert total.get("hx-post") == f"{place(order)}/total"
    form = page.form("send_quote")
    form.pop("")
    field = f"price-{order.lines[0].id}"
    typed = person.send(f"{place(order)}/total", form | {field: "120.50"})
    assert typed.words.startswith("Net £120.50, VAT 20 % £24.10, total £144.60")
    assert "nobody has said yet where it goes" in typed.words
    free = person.send(f"{place(order)}/total", form | {field: "0"})
    assert "costs nothing" in free.words
    wrong = person.send(f"{place(order)}/total", form | {field: "much"})
    assert (wrong.status, "not an amount" in wrong.words) == (200, True)
    assert fresh(order).state == "estimating"


def test_a_price_of_zero_without_a_reason_is_told_beside_the_reason(
    somebody: Enter, ask: Ask
) -> None:
    order = order_in_state("estimating", ask)
    person = somebody("sales")
    line = order.lines[0].id
    answer = person.press(place(order), "send_quote", **{f"price-{line}": "0"})
    assert answer.status == 422
    (field,) = answer.all(f"[name=reason-{line}][aria-invalid=true]")
    assert "Enter the price, or 0 and the reason" in answer.said(
        f"#{field.get('aria-describedby')}"
    )


def test_the_customers_answer_is_read_where_the_price_is_made(somebody: Enter, ask: Ask) -> None:
    order = order_in_state("needs_info", ask)
    question = order.question
    order_verbs.answer_question(order.id, "Both sides, please.", actor=ME)
    order_verbs.ask_customer(order.id, "And the corners?", actor=ME)
    order_verbs.answer_question(order.id, "Round ones.", actor=ME)
    page = somebody("sales").get(place(order))
    assert page.said("#price .answers") == (
        f"And the corners? Round ones. {question} Both sides, please."
    )


def test_each_rate_of_tax_stands_in_the_footer_and_under_the_items(
    somebody: Enter, ask: Ask
) -> None:
    order = ask(wanted=[CARD, CARD])
    order_verbs.start_estimate(order.id, actor=ME)
    reduce_tax(order.lines[1])
    person = somebody("sales")
    assert re.search(r"VAT 20 % £\S+, VAT 5 % £", person.get(place(order)).said("#quote-total"))
    order_verbs.send_quote(order.id, actor=ME)
    order_verbs.accept_quote(order.id, 1, "Ada Example", actor=customer_of(order))
    assert re.search(r"VAT 20 % £\S+ · VAT 5 % £", person.get(place(order)).said("#lines"))
