from __future__ import annotations

import re
import uuid
from decimal import Decimal

import pytest
import sqlalchemy as sa

from app.backoffice.orders import page as order_page
from app.core.actor import system
from app.stock import admin
from app.stock import services as stock
from app.stock import verbs as stock_verbs
from app.stock.models import StockItem, StockLocation, StockMovement
from tests.back_office_app import back_office_app, hidden_values, page_text
from tests.order_rows import placed_order
from tests.stock.conftest import three

LOOKS = {"X-Test-Permissions": "stock.view"}
MOVES = {"X-Test-Permissions": "stock.view stock.move export.run"}


@pytest.fixture(scope="module")
def own(application):
    return back_office_app(application, admin, order_page)


@pytest.fixture
def browser(own, session):
    return own.test_client()


def row(page: str, sku: str) -> str:
    return next(line for line in page.split("<tr>") if f">{sku}<" in line)


def test_the_list_shows_three_numbers_at_the_end_of_their_cells(browser, paper) -> None:
    stock_verbs.receive(paper.id, "1234.5", actor=system())
    stock.reserve({uuid.uuid4(): {"P-1": 34}}, stream_id=uuid.uuid4(), actor=system())
    page = browser.get("/admin/stock/", headers=LOOKS)
    assert page.status_code == 200
    cells = row(page.text, "P-1")
    for number in ("1,334.5", "34", "1,300.5"):
        assert re.search(rf'<td class="num[^>]*>{re.escape(number)}</td>', cells)


@pytest.mark.parametrize("sort", [0, 1, 2, 3, 5])
def test_the_list_can_be_sorted_and_searched(browser, paper, foil, sort) -> None:
    page = browser.get(f"/admin/stock/?sort={sort}&desc=1", headers=LOOKS)
    assert page.status_code == 200
    assert ">P-1<" in page.text
    found = browser.get("/admin/stock/?search=F-1", headers=LOOKS).text
    assert ">F-1<" in found
    assert ">P-1<" not in found


def test_an_item_shows_who_holds_it_and_what_moved(browser, paper) -> None:
    stock.reserve({uuid.uuid4(): {"P-1": 34}}, stream_id=uuid.uuid4(), actor=system())
    stock_verbs.count(paper.id, 98, note="Two were wet", actor=system())
    said = page_text(browser.get(f"/admin/stock/details/?id={paper.id}", headers=LOOKS).text)
    assert "Reserved for orders 1" in said
    assert "Two were wet" in said
    assert "Record count" not in said
    assert "On hand in" in said and "at the end of each of the last 14 days" in said


def test_a_delivery_is_taken_in_once_however_often_the_button_is_pressed(browser, paper) -> None:
    page = browser.get(f"/admin/stock/details/?id={paper.id}", headers=MOVES).text
    form = hidden_values(page) | {"quantity": "12.5", "note": "DN-7"}
    for _ in range(2):
        answer = browser.post(f"/admin/stock/{paper.id}/receive", data=form, headers=MOVES)
        assert answer.status_code == 303
    assert float(three(paper)[0]) == 112.5
    after = browser.get(f"/admin/stock/details/?id={paper.id}", headers=MOVES).text
    assert "Stock received." in after
    assert "This was already done." in page_text(after)


def test_an_amount_that_makes_no_sense_is_refused_in_the_page(browser, paper) -> None:
    page = browser.get(f"/admin/stock/details/?id={paper.id}", headers=MOVES).text
    form = hidden_values(page) | {"quantity": "a lot"}
    answer = browser.post(
        f"/admin/stock/{paper.id}/receive", data=form, headers=MOVES, follow_redirects=True
    )
    assert "“a lot” is not an amount." in page_text(answer.text)
    assert three(paper)[0] == 100


def test_a_count_and_its_undoing(session, browser, paper) -> None:
    form = hidden_values(browser.get(f"/admin/stock/details/?id={paper.id}", headers=MOVES).text)
    browser.post(f"/admin/stock/{paper.id}/count", data=form | {"counted": "90"}, headers=MOVES)
    assert three(paper)[0] == 90
    newest = sa.select(StockMovement).order_by(StockMovement.id.desc()).limit(1)
    movement = session.scalars(newest).one()
    address = f"/admin/movements/{movement.id}/undo"
    browser.post(address, data=form, headers=MOVES)
    again = browser.post(address, data=form | {"idempotency_key": ""}, headers=MOVES)
    assert three(paper)[0] == 100
    assert again.status_code == 409
    assert "This movement was already undone." in page_text(again.text)


def test_who_may_only_look_moves_nothing(browser, paper) -> None:
    form = hidden_values(browser.get(f"/admin/stock/details/?id={paper.id}", headers=MOVES).text)
    for verb, data in (("receive", {"quantity": "5"}), ("count", {"counted": "5"})):
        answer = browser.post(f"/admin/stock/{paper.id}/{verb}", data=form | data, headers=LOOKS)
        assert answer.status_code == 403
    assert browser.get("/admin/stock/new/", headers=LOOKS).status_code == 403
    assert browser.get("/admin/stock/", headers={"X-Test-Permissions": ""}).status_code == 403
    assert three(paper)[0] == 100


def test_a_form_without_its_token_is_refused(browser, paper) -> None:
    answer = browser.post(f"/admin/stock/{paper.id}/receive", data={"quantity": "5"}, headers=MOVES)
    assert answer.status_code in (400, 403)
    assert three(paper)[0] == 100


def test_a_new_item_has_its_level_at_once(session, browser, shelf) -> None:
    stock.standard_location("supplier")
    page = browser.get("/admin/stock/new/", headers=MOVES).text
    assert "Shelf" in page
    assert "Suppliers" not in page
    form = hidden_values(page)
    data = form | {"sku": "N-1", "name": "New", "unit": "g", "home": str(shelf.id)}
    answer = browser.post("/admin/stock/new/", data=data, headers=MOVES)
    assert answer.status_code == 302
    assert three(stock.find_item("N-1")) == (0, 0, 0)
    again = browser.post("/admin/stock/new/", data=data, headers=MOVES)
    assert "Already exists." in page_text(again.text)
    assert session.scalar(sa.select(sa.func.count(StockItem.id))) == 1


def test_an_item_can_not_be_edited_or_deleted(browser, paper) -> None:
    assert browser.get(f"/admin/stock/edit/?id={paper.id}", headers=MOVES).status_code == 403
    form = hidden_values(browser.get(f"/admin/stock/details/?id={paper.id}", headers=MOVES).text)
    gone = browser.post("/admin/stock/delete/", data=form | {"id": str(paper.id)}, headers=MOVES)
    assert gone.status_code == 404


@pytest.mark.parametrize("query", ["", "?flt0_reason_equals=count", "?search=P-1", "?sort=2"])
def test_movements_are_listed_and_nothing_else_can_be_done(session, browser, paper, query) -> None:
    stock_verbs.count(paper.id, 98, actor=system())
    page = browser.get(f"/admin/movements/{query}", headers=MOVES)
    assert page.status_code == 200
    assert "Counted" in page.text
    movement = session.scalars(sa.select(StockMovement)).first()
    detail = browser.get(f"/admin/movements/details/?id={movement.id}", headers=MOVES)
    assert detail.status_code == 200
    for address in ("new", "edit"):
        answer = browser.get(f"/admin/movements/{address}/?id={movement.id}", headers=MOVES)
        assert answer.status_code == 403


@pytest.mark.parametrize(
    "address", ["stock/details/?id=abc", "stock/?page=-5", "movements/?page=x"]
)
def test_a_bad_address_is_not_found(browser, address) -> None:
    assert browser.get(f"/admin/{address}", headers=MOVES).status_code == 404


def test_a_movement_leads_to_its_item_and_its_order(browser, paper, session) -> None:
    order, line = placed_order(), uuid.uuid4()
    stock.reserve({line: {"P-1": 5}}, stream_id=order.id, actor=system())
    stock.consume(line, {"P-1": 5}, stream_id=order.id, actor=system())
    used = session.scalars(
        sa.select(StockMovement).where(StockMovement.stream_id == order.id)
    ).one()
    page = browser.get(f"/admin/movements/details/?id={used.id}", headers=LOOKS).text
    assert f'href="/admin/stock/details/?id={paper.id}"' in page
    assert f">{order.ref}</a>" in page
    assert f">{order.ref}</a>" in browser.get("/admin/movements/", headers=LOOKS).text


def test_a_new_item_may_come_with_what_lies_there_already(session, browser, shelf) -> None:
    form = hidden_values(browser.get("/admin/stock/new/", headers=MOVES).text)
    data = form | {"sku": "N-2", "name": "New", "unit": "g", "home": str(shelf.id)}
    faulty = browser.post("/admin/stock/new/", data=data | {"opening": "much"}, headers=MOVES)
    assert "much" in page_text(faulty.text)
    assert session.scalar(sa.select(sa.func.count(StockItem.id))) == 0
    answer = browser.post("/admin/stock/new/", data=data | {"opening": "12.5"}, headers=MOVES)
    assert answer.status_code == 302
    assert three(stock.find_item("N-2"))[0] == Decimal("12.5")


def test_a_location_is_made_from_its_name(session, browser) -> None:
    path = "/admin/stock-locations/new/"
    assert browser.get(path, headers=LOOKS).status_code == 403
    form = hidden_values(browser.get(path, headers=MOVES).text)
    answer = browser.post(path, data=form | {"name": "Glass shelf"}, headers=MOVES)
    assert answer.status_code == 302
    place = session.scalars(
        sa.select(StockLocation).where(StockLocation.name == "Glass shelf")
    ).one()
    assert (place.key, place.kind) == ("glass_shelf", "internal")
    page = browser.get("/admin/stock-locations/", headers=LOOKS).text
    assert "Glass shelf" in page_text(page)
