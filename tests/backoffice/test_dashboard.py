"""The dashboard: to-dos, late jobs, what waits on customers, the system's status."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from app.backoffice.dashboard.facts import greeting
from app.core.actor import system
from app.core.db import db
from app.orders import verbs as order_verbs
from app.production import services as production
from app.production import verbs as production_verbs
from tests.backoffice import busy_shop
from tests.backoffice.conftest import Person, refusals
from tests.order_rows import placed_order

Enter = Callable[..., Person]


def todos(person: Person) -> list[str]:
    """The titles of the person's to-dos."""
    page = person.get("/admin/")
    assert page.status == 200
    return [one.text_content() for one in page.all(".list-acts a.plain")]


@pytest.mark.parametrize(
    "role", ["owner", "sales", "prepress", "planner", "operator", "quality", "warehouse", "finance"]
)
def test_an_empty_shop_greets_everybody_kindly(somebody: Enter, role: str) -> None:
    page = somebody(role).get("/admin/")
    assert page.status == 200
    assert page.words.count("ready for its first request") == 1
    assert "Nothing to do yet" in page.words
    assert "None" not in page.words


def test_it_greets_by_the_hour_and_the_first_name(app: Any) -> None:
    with app.test_request_context():
        said = [
            greeting("Wren Applecote", datetime(2026, 11, 24, hour, tzinfo=UTC))
            for hour in (3, 8, 13, 19)
        ]
    assert said == [f"Good {part}, Wren" for part in ("evening", "morning", "afternoon", "evening")]


def test_the_sentence_counts_the_persons_todos(somebody: Enter) -> None:
    busy_shop.asked(2, "requested")
    said = somebody("sales").get("/admin/").said(".today-sentence")
    assert "You have 2 to-dos" in said


def make_request() -> str:
    busy_shop.asked(1, "requested")
    return "New request from Fernbank Weddings"


def make_quote() -> str:
    return f"Quote for {busy_shop.asked(1, 'estimating')[0].ref} not sent yet"


def make_hold() -> str:
    busy_shop.slot(placed_order(), "on_hold", label="Front", hold_reason="96 dpi")
    return "Front failed preflight"


def make_review() -> str:
    busy_shop.slot(placed_order(), "internal_review", label="Front")
    return "Front needs internal approval"


def make_changes() -> str:
    busy_shop.slot(placed_order(), "changes_requested", label="Front")
    return "Front: customer requested changes"


def make_payment() -> str:
    return f"Payment for {placed_order().ref} not recorded"


def make_message() -> str:
    busy_shop.message(placed_order(), "failed", error="550 No such mailbox")
    return "Not delivered: Your proof is ready"


def make_unknown() -> str:
    busy_shop.message(placed_order(), "unknown")
    return "Delivery not confirmed: Your proof is ready"


def make_dead_letter() -> str:
    busy_shop.dead_letter(placed_order())
    return "1 background task failed"


def make_short() -> str:
    job = busy_shop.job_in("new")
    words = "CARD-350: 250 needed, 120 sheets available"
    production.update_gate(job.id, "material", cause="short_stock", waits_for=words, actor=system())
    return f"Not enough material for {job.title}"


def make_spoiled() -> str:
    job = busy_shop.job_in("running", number=2)
    for step in job.operations[:2]:
        if step.state == "pending":
            production_verbs.start_operation(step.id, actor=system())
        production_verbs.finish_operation(step.id, actor=system())
    return f"{job.title}: 2 spoiled, 20 short. Reprint or finish short?"


def make_check() -> str:
    return f"Quality check: {busy_shop.job_in('quality_check').title}"


def make_plan() -> str:
    return f"{busy_shop.job_in('ready').title} is ready to schedule"


def shipment() -> Any:
    from app.fulfilment import services as fulfilment

    order = placed_order([4])
    goods = {line.id: line.quantity for line in order.lines}
    return fulfilment.create_shipment(order.id, good_by_line=goods, actor=system())


def make_parcel() -> str:
    return f"Pack {shipment().ref} for Fernbank Weddings"


@pytest.mark.parametrize(
    ("make", "who", "not_who", "leads_to"),
    [
        (make_request, "sales", "prepress", "/admin/order/"),
        (make_quote, "sales", "prepress", "/admin/order/"),
        (make_hold, "prepress", "sales", "/admin/artwork/"),
        (make_review, "prepress", "sales", "/admin/artwork/"),
        (make_changes, "prepress", "sales", "/admin/artwork/"),
        (make_payment, "finance", "planner", "/admin/order/"),
        (make_message, "sales", "planner", "/admin/messages/"),
        (make_unknown, "sales", "planner", "/admin/messages/"),
        (make_dead_letter, "owner", "finance", "/admin/dead-letters/"),
        (make_short, "warehouse", "sales", "/admin/stock/"),
        (make_spoiled, "quality", "operator", "/admin/job/"),
        (make_check, "quality", "planner", "/admin/job/"),
        (make_plan, "planner", "quality", "/admin/job/"),
        (make_parcel, "warehouse", "planner", "/admin/shipment/"),
    ],
)
def test_each_todo_is_shown_to_those_who_can_do_it_and_leads_to_the_page_for_it(
    somebody: Enter, make: Callable[[], str], who: str, not_who: str, leads_to: str
) -> None:
    title = make()
    person = somebody(who)
    page = person.get("/admin/")
    found = [row for row in page.all(".list-acts > li") if title in row.text_content()]
    assert len(found) == 1, page.said(".list-acts")
    button = found[0].cssselect("a.btn")[0].get("href")
    assert button.startswith(leads_to)
    assert person.get(button).status == 200
    assert title not in todos(somebody(not_who))


def test_a_message_that_was_sent_again_is_no_todo(somebody: Enter) -> None:
    old = busy_shop.message(placed_order(), "failed", error="550")
    busy_shop.message(placed_order(), "sent", resend_of_id=old.id)
    assert not any("elivered" in title for title in todos(somebody("sales")))


def test_failures_come_before_routine_work(somebody: Enter) -> None:
    busy_shop.job_in("ready")
    busy_shop.asked(1, "requested")
    busy_shop.dead_letter(placed_order(paid_at=datetime.now(UTC)))
    titles = todos(somebody("owner"))
    assert [title.split()[0] for title in titles] == ["1", "New", "Invitation"]


def test_late_and_held_jobs_say_what_keeps_them(somebody: Enter) -> None:
    late = busy_shop.job_in("running", due=-2)
    held = busy_shop.job_in("ready", due=5)
    order_verbs.hold(held.order_id, "The customer is on holiday.", actor=system())
    busy_shop.job_in("ready", due=5)
    page = somebody("planner").get("/admin/")
    rows = {
        row.cssselect(".ref")[0].text_content(): " ".join(row.text_content().split())
        for row in page.all("table tbody tr")
    }
    assert set(rows) == {late.number, held.number}
    assert "2 days late" in rows[late.number]
    assert "In progress" in rows[late.number]
    assert "The customer is on holiday." in rows[held.number]
    assert "1 job is late" in page.said(".today-sentence")


def test_what_waits_on_customers_is_listed_longest_first(somebody: Enter) -> None:
    quoted = busy_shop.asked(1, "quoted")[0]
    busy_shop.asked(1, "needs_info")
    busy_shop.slot(placed_order(), "proof_sent", label="Front")
    busy_shop.slot(placed_order(), "awaiting_file", label="Back")
    busy_shop.slot(placed_order(state="cancelled"), "awaiting_file", label="Gone")
    page = somebody("sales").get("/admin/")
    said = [one.text_content() for one in page.all("aside .list a.plain")]
    assert f"Quote {quoted.ref} v1" in said
    assert {"Which paper did you have in mind?", "Proof: Front", "Artwork: Back"} < set(said)
    assert "Artwork: Gone" not in said


def test_the_live_part_is_empty_until_something_changed(somebody: Enter) -> None:
    person = somebody("sales")
    seen = person.get("/admin/").all("input[name=seen]")[0].get("value")
    assert person.get(f"/admin/dashboard/live?seen={seen}").status == 204
    busy_shop.asked(1, "requested")
    db.session.execute(text("SELECT nextval('outbox_position_seq')"))  # as its event does
    page = person.get(f"/admin/dashboard/live?seen={seen}")
    assert page.status == 200
    assert "New request from" in page.words


def test_the_health_card_tells_what_works_to_those_who_see_events(somebody: Enter) -> None:
    busy_shop.dead_letter(placed_order())
    page = somebody("owner").get("/admin/dashboard/health")
    assert page.status == 200
    rows = {
        row.cssselect(".grow")[0].text: row.cssselect(".badge")[0].text for row in page.all("li")
    }
    assert rows == {
        "Events": "Working",
        "Background tasks": "Check",
        "E-mail": "Working",
        "Queue": "Working",
        "File storage": "Working",
    }
    operator = somebody("operator")
    assert operator.get("/admin/dashboard/health").status == 403
    assert len(refusals(operator)) == 1


def test_nobody_sees_it_without_signing_in(client: Any) -> None:
    for path in ("/admin/", "/admin/dashboard/live", "/admin/dashboard/health"):
        answer = client.get(path)
        assert answer.status_code == 303
        assert "/admin/sign-in" in answer.headers["Location"]


def test_dashboard_and_board_take_no_more_queries_when_the_shop_is_busier(
    somebody: Enter, queries: Callable[..., int]
) -> None:
    busy_shop.busy(2)  # one of them is being packed
    person = somebody("owner")
    pages = ("/admin/", "/admin/board/")
    few = [queries(partial(person.get, page)) for page in pages]
    busy_shop.busy(1)
    assert [queries(partial(person.get, page)) for page in pages] == few
