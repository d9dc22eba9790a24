"""The pages of the shop that `tests.bench.scale` asks: one line each. A side: names in, times out."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

PASSWORD = "bench-only-password"
EMAIL = "bench@demo.example"
Page = Callable[[FlaskClient], Any]


def staff(path: str, expected: int = 200) -> Page:
    """Return a page of the back office."""
    return lambda client: _answered(client.get(path, base_url="http://127.0.0.1"), expected)


def api(path: str, key: str) -> Page:
    """Return an answer of the API."""
    headers = {"Authorization": f"Bearer {key}"}
    return lambda client: _answered(
        client.get(path, headers=headers, base_url="http://127.0.0.1"), 200
    )


def _answered(answer: Any, expected: int) -> None:
    assert answer.status_code == expected, (answer.request.path, answer.status, answer.text[:500])


def pages(facts: dict[str, Any]) -> dict[str, Page]:
    """Return name → page, of a shop with these `facts`."""
    ref, key = facts["ref"], facts["key"]
    return {
        "order list": staff("/admin/orders/"),
        "order list, deep page": staff(facts["deep"]),
        "order list, open": staff("/admin/orders/?flt_show_only_equals=open"),
        "order page": staff(f"/admin/order/{ref}"),
        "portal status": staff(facts["portal"]),
        "API, list": api("/api/v1/orders", key),
        "API, one order": api(f"/api/v1/orders/{ref}", key),
        "reports": staff("/admin/figures/"),
        "dashboard": staff("/admin/"),
        "search by a word": staff("/admin/search/?q=quillfeather+weddings"),
        "search by a rare word": staff(f"/admin/search/?q={facts['email']}"),
        "search by a common word": staff("/admin/search/?q=card"),
        "search by a number": staff(f"/admin/search/?q={facts['number']}", 302),
        "search, nothing found": staff("/admin/search/?q=xylophonist"),
        "messages": staff("/admin/messages/"),
        "messages, search": staff(f"/admin/messages/?search={facts['email']}"),
        "messages, search by a common word": staff("/admin/messages/?search=quote"),
        "order list, search": staff("/admin/orders/?search=quillfeather"),
        "order list, search by two words": staff("/admin/orders/?search=quillfeather+card"),
        "order list, search by a common word": staff("/admin/orders/?search=card"),
        "order list, search by a number": staff(f"/admin/orders/?search={ref}"),
        "board": staff("/admin/board/"),
        "customers": staff("/admin/customers/"),
        "customers, search": staff(f"/admin/customers/?search={facts['email']}"),
        "customers, search by a common word": staff("/admin/customers/?search=demo"),
        "shipments": staff("/admin/shipments/"),
        "jobs": staff("/admin/jobs/"),
        "jobs, search": staff("/admin/jobs/?search=invitation"),
        "stations": staff("/admin/station/"),
        "one station": staff(f"/admin/station/{facts['station']}"),
        "proofs": staff("/admin/artwork/"),
        "event log": staff("/admin/events/"),
        "stock movements": staff("/admin/movements/"),
    }


def find(client: FlaskClient) -> dict[str, Any]:
    """Return what the pages are asked about: an order that is being made, a link, a key, addresses."""
    from app.accounts.services.links import issue_link
    from app.accounts.services.staff import find_staff
    from app.accounts.verbs import create_staff, issue_api_token
    from app.core.actor import system
    from app.core.db import db

    actor = system("bench")
    if find_staff(EMAIL) is None:
        create_staff(None, EMAIL, "Bench", ["owner"], actor=actor, password=PASSWORD)
    _, key = issue_api_token(None, "bench", ["order.view"], actor=actor)
    order = db.session.execute(
        text(
            "SELECT o.id, o.number, c.email FROM orders o JOIN contacts c ON c.id = o.contact_id "
            "JOIN jobs j ON j.order_id = o.id WHERE j.state = 'running' ORDER BY o.number LIMIT 1"
        )
    ).one()
    token = issue_link(order.id, "Bench", actor=actor)
    station = db.session.scalar(
        text(
            "SELECT w.key FROM operations o JOIN work_centres w ON w.id = o.work_centre_id "
            "WHERE o.state = 'running' ORDER BY o.id LIMIT 1"
        )
    )
    db.session.commit()
    return {"ref": f"MR-{order.number}", "number": order.number, "email": order.email, "key": key,
            "station": station, "portal": f"/t/{token}"}  # fmt: skip


def sign_in(client: FlaskClient) -> None:
    """Sign the client in as an owner."""
    import re

    where = "http://127.0.0.1"
    page = client.get("/admin/sign-in", base_url=where).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    form = {"email": EMAIL, "password": PASSWORD, "csrf_token": token[1] if token else ""}
    answer = client.post("/admin/sign-in", data=form, base_url=where)
    assert answer.status_code == 303, answer.text[:500]


def middle(client: FlaskClient) -> str:
    """Return the address of the order list's page in the middle of the shop's past."""
    from app.core.backoffice import paging
    from app.core.db import db
    from app.orders.models import Order

    half = db.session.scalar(text("SELECT (min(number) + max(number)) / 2 FROM orders"))
    row = db.session.query(Order).filter_by(number=half).one()
    order = paging.Order(
        "created_at",
        Order.created_at,
        Order.id,
        True,
        lambda r: r.created_at,
        lambda r: r.id,
        False,
    )
    return f"/admin/orders/?page={paging.pack(order, row, before=False)}"


def known_of(app: Flask) -> tuple[FlaskClient, dict[str, Page]]:
    """Return a client that is signed in, and name → page.

    The client speaks to the whole application: pages are what they are in a worker.
    """
    client = app.test_client()
    with app.app_context():
        facts = find(client)
        facts["deep"] = middle(client)
    sign_in(client)
    customer = app.test_client()
    facts["portal"] = _portal(customer, facts["portal"])
    known = pages(facts)
    status = known["portal status"]
    return client, known | {"portal status": lambda _: status(customer)}


def main() -> None:
    from app import create_app

    client, known = known_of(create_app())
    print(json.dumps(list(known)), flush=True)
    for line in sys.stdin:
        ask = known[line.strip()]
        started = time.perf_counter()
        ask(client)
        print(f"{(time.perf_counter() - started) * 1000:.3f}", flush=True)


def _portal(client: FlaskClient, link: str) -> str:
    """Follow the customer's link as a browser does; return the address of the page itself."""
    answer = client.get(link, base_url="http://127.0.0.1")
    return str(answer.headers["Location"]) if answer.status_code in (302, 303) else link


if __name__ == "__main__":
    main()
