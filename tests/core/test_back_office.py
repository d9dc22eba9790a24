"""The base view keeps shut what Flask-Admin leaves open."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.core.backoffice_shop import WREN, shop

MAY_LOOK = {"X-Test-Permissions": "stock.view"}
MAY_EDIT = {"X-Test-Permissions": "stock.view stock.move export.run"}


@pytest.fixture(scope="module")
def own_application(application: Flask) -> Flask:
    return shop(application)


@pytest.fixture
def staff_client(own_application: Flask, session: Any) -> Any:
    """A browser at the small back office, on the test's transaction."""
    return own_application.test_client()


@pytest.fixture
def place(session: Any) -> Any:
    from app.stock.models import StockLocation

    row = StockLocation(key="rack-t", name="Rack T", kind="internal")
    session.add(row)
    session.commit()
    return row


@pytest.fixture
def items(session: Any, place: Any) -> list[Any]:
    from app.stock.models import StockItem

    rows = [
        StockItem(sku=f"T-{n:03}", name=f"Paper {n}", unit="sheet" if n % 2 else "kg", home=place)
        for n in range(1, 9)
    ]
    session.add_all(rows)
    session.commit()
    return rows


def events(session: Any, name: str) -> list[Any]:
    from app.core.events import Event

    return list(session.scalars(select(Event).where(Event.name == name)))


def form_of(page: str) -> dict[str, str]:
    """Return the hidden values of a page's form."""
    return dict(re.findall(r'name="(csrf_token|version_id)" value="([^"]+)"', page))


def opened(staff_client: Any, item: Any) -> dict[str, str]:
    """Return what the browser sends back when the edit form of `item` is saved unchanged."""
    page = staff_client.get(f"/admin/items/edit/?id={item.id}", headers=MAY_EDIT).text
    home = {"home": str(item.home_location_id)}
    return form_of(page) | {"sku": item.sku, "name": item.name, "unit": item.unit} | home


class TestWhoMayOpenAView:
    def test_a_stranger_is_sent_to_sign_in_and_back_here_afterwards(
        self, staff_client: Any
    ) -> None:
        answer = staff_client.get("/admin/items/?sort=1")
        assert answer.status_code == 303
        assert answer.location == "/admin/sign-in?next=/admin/items/?sort%3D1"

    def test_a_customer_is_a_stranger_here_whatever_they_may(self, staff_client: Any) -> None:
        headers = MAY_LOOK | {"X-Test-Kind": "customer"}
        assert staff_client.get("/admin/items/", headers=headers).status_code == 303

    def test_staff_without_the_permission_get_a_sentence_and_a_logged_event(
        self, staff_client: Any, session: Any
    ) -> None:
        answer = staff_client.get("/admin/items/", headers={"X-Test-Permissions": "order.view"})
        assert answer.status_code == 403
        assert "Ask an owner of the shop" in answer.text
        (denial,) = events(session, "access.denied")
        assert (denial.subject_id, denial.data["permission"]) == (WREN, "stock.view")
        assert denial.data["path"] == "/admin/items/"

    def test_a_view_that_names_no_permission_is_shut_for_everybody(self, staff_client: Any) -> None:
        assert (
            staff_client.get("/admin/shut/", headers={"X-Test-Permissions": "*"}).status_code == 403
        )

    def test_looking_does_not_include_writing(self, staff_client: Any, items: list[Any]) -> None:
        for path in ("/admin/items/new/", f"/admin/items/edit/?id={items[0].id}"):
            assert staff_client.get(path, headers=MAY_LOOK).status_code == 403

    def test_the_sidebar_shows_only_what_may_be_opened(self, staff_client: Any) -> None:
        page = staff_client.get("/admin/", headers={"X-Test-Permissions": "stock.view"}).text
        assert "/admin/items/" in page
        assert "/admin/shut/" not in page
        assert (
            "/admin/items/"
            not in staff_client.get("/admin/", headers={"X-Test-Permissions": ""}).text
        )

    @pytest.mark.parametrize("path", ["export/csv/", "ajax/lookup/"])
    def test_the_inherited_side_doors_are_closed(self, staff_client: Any, path: str) -> None:
        assert staff_client.get(f"/admin/items/{path}", headers=MAY_EDIT).status_code == 404

    @pytest.mark.parametrize("path", ["delete/", "action/", "ajax/update/"])
    def test_nothing_is_deleted_or_changed_in_bulk_but_by_verbs(
        self, staff_client: Any, items: list[Any], path: str
    ) -> None:
        token = form_of(
            staff_client.get(f"/admin/items/edit/?id={items[0].id}", headers=MAY_EDIT).text
        )
        data = token | {"id": str(items[0].id), "rowid": str(items[0].id), "action": "delete"}
        answer = staff_client.post(f"/admin/items/{path}", data=data, headers=MAY_EDIT)
        assert answer.status_code == 404


class TestTheClassItself:
    def test_a_view_that_can_edit_must_name_its_fields(self) -> None:
        from app.core.backoffice.model_view import BackOfficeModelView

        with pytest.raises(TypeError, match="form_columns"):
            type("Careless", (BackOfficeModelView,), {"permission_edit": "stock.move"})

    @pytest.mark.parametrize("name", ["state", "version_id", "id"])
    def test_a_form_can_never_write_state_version_or_key(self, name: str) -> None:
        from app.core.backoffice.model_view import BackOfficeModelView

        body = {"permission_edit": "stock.move", "form_columns": ("name", name)}
        with pytest.raises(TypeError, match=name):
            type("Careless", (BackOfficeModelView,), body)

    def test_a_view_without_a_guard_is_not_taken(self, own_application: Flask) -> None:
        from flask_admin import BaseView, expose

        class Open(BaseView):
            @expose("/")
            def index(self) -> str:
                return "open"

        with pytest.raises(TypeError, match="guard"):
            own_application.extensions["backoffice"].add_view(Open())


class TestOneRow:
    def test_a_row_outside_the_list_cannot_be_opened_by_its_id(
        self, staff_client: Any, session: Any
    ) -> None:
        from app.stock.models import StockLocation

        hidden = StockLocation(key="supplier-t", name="A supplier", kind="supplier")
        session.add(hidden)
        session.commit()
        answer = staff_client.get(f"/admin/places/details/?id={hidden.id}", headers=MAY_LOOK)
        assert answer.status_code == 404

    @pytest.mark.parametrize(
        "bad", ["abc", "", "1", "01930000-0000-7000-8000-00000000dead", "a,b", "\u0000"]
    )
    def test_a_bad_id_is_not_found(self, staff_client: Any, bad: str) -> None:
        for view in ("edit", "details"):
            answer = staff_client.get(
                f"/admin/items/{view}/", query_string={"id": bad}, headers=MAY_EDIT
            )
            assert answer.status_code == 404

    def test_details_show_the_row_and_what_happened_to_it(
        self, staff_client: Any, items: list[Any]
    ) -> None:
        staff_client.post(
            f"/admin/items/edit/?id={items[0].id}",
            data=opened(staff_client, items[0]) | {"name": "Cotton"},
            headers=MAY_EDIT,
        )
        page = staff_client.get(f"/admin/items/details/?id={items[0].id}", headers=MAY_LOOK).text
        assert "<del>Paper 1</del>" in page
        assert "<ins>Cotton</ins>" in page


class TestChanging:
    def test_a_change_is_saved_and_recorded_with_before_and_after(
        self, staff_client: Any, session: Any, items: list[Any]
    ) -> None:
        item = items[0]
        answer = staff_client.post(
            f"/admin/items/edit/?id={item.id}",
            data=opened(staff_client, item) | {"name": "Cotton 350 g"},
            headers=MAY_EDIT,
        )
        assert answer.status_code == 302
        session.refresh(item)
        assert item.name == "Cotton 350 g"
        (event,) = events(session, "stock_item.changed")
        assert (event.before, event.after) == ({"name": "Paper 1"}, {"name": "Cotton 350 g"})
        assert (event.subject_id, event.actor_label) == (item.id, "Wren Applecote")

    def test_saving_without_a_change_records_nothing(
        self, staff_client: Any, session: Any, items: list[Any]
    ) -> None:
        answer = staff_client.post(
            f"/admin/items/edit/?id={items[0].id}",
            data=opened(staff_client, items[0]),
            headers=MAY_EDIT,
        )
        assert answer.status_code == 302
        assert events(session, "stock_item.changed") == []

    def test_a_form_from_before_another_change_saves_nothing_and_shows_both(
        self, staff_client: Any, session: Any, items: list[Any]
    ) -> None:
        item = items[0]
        mine = opened(staff_client, item) | {"name": "Mine"}
        theirs = opened(staff_client, item) | {"name": "Theirs"}
        staff_client.post(f"/admin/items/edit/?id={item.id}", data=theirs, headers=MAY_EDIT)
        answer = staff_client.post(f"/admin/items/edit/?id={item.id}", data=mine, headers=MAY_EDIT)
        assert answer.status_code == 409
        assert "Wren Applecote changed this just now" in answer.text
        assert "<del>Theirs</del>" in answer.text
        assert "<ins>Mine</ins>" in answer.text
        session.refresh(item)
        assert item.name == "Theirs"
        again = mine | form_of(answer.text)
        assert (
            staff_client.post(
                f"/admin/items/edit/?id={item.id}", data=again, headers=MAY_EDIT
            ).status_code
            == 302
        )
        session.refresh(item)
        assert item.name == "Mine"

    def test_a_form_without_its_version_counts_as_stale(
        self, staff_client: Any, items: list[Any]
    ) -> None:
        data = opened(staff_client, items[0])
        del data["version_id"]
        answer = staff_client.post(
            f"/admin/items/edit/?id={items[0].id}", data=data, headers=MAY_EDIT
        )
        assert answer.status_code == 409

    def test_a_field_that_the_form_does_not_name_is_not_written(
        self, staff_client: Any, session: Any, items: list[Any]
    ) -> None:
        data = opened(staff_client, items[0]) | {
            "created_at": "2001-01-01T00:00",
            "id": str(uuid.uuid4()),
        }
        staff_client.post(f"/admin/items/edit/?id={items[0].id}", data=data, headers=MAY_EDIT)
        before = items[0].created_at
        session.refresh(items[0])
        assert items[0].created_at == before

    def test_a_clash_names_the_field_and_never_shows_the_database_s_words(
        self, staff_client: Any, session: Any, items: list[Any]
    ) -> None:
        data = opened(staff_client, items[0]) | {"sku": items[1].sku}
        answer = staff_client.post(
            f"/admin/items/edit/?id={items[0].id}", data=data, headers=MAY_EDIT
        )
        assert answer.status_code == 200
        assert "SKU: this is already taken." in answer.text or "Already exists" in answer.text
        assert "duplicate key" not in answer.text
        assert events(session, "stock_item.changed") == []

    def test_a_post_without_the_token_changes_nothing(
        self, staff_client: Any, session: Any, items: list[Any]
    ) -> None:
        data = opened(staff_client, items[0]) | {"name": "Forged"}
        del data["csrf_token"]
        answer = staff_client.post(
            f"/admin/items/edit/?id={items[0].id}", data=data, headers=MAY_EDIT
        )
        assert answer.status_code == 400
        assert "form has expired" in answer.text
        session.refresh(items[0])
        assert items[0].name == "Paper 1"

    def test_a_new_row_is_made_and_recorded(
        self, staff_client: Any, session: Any, place: Any
    ) -> None:
        from app.stock.models import StockItem

        page = staff_client.get("/admin/items/new/", headers=MAY_EDIT).text
        data = form_of(page) | {"sku": "N-1", "name": "New", "unit": "kg", "home": str(place.id)}
        assert (
            staff_client.post("/admin/items/new/", data=data, headers=MAY_EDIT).status_code == 302
        )
        row = session.scalars(select(StockItem).where(StockItem.sku == "N-1")).one()
        (event,) = events(session, "stock.item_created")
        assert (event.subject_id, event.after["sku"]) == (row.id, "N-1")
