"""Lists page by key, filter without a script, and hand exports to a job."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any

import pytest
from flask import Flask

from tests.core.backoffice_shop import shop
from tests.core.test_back_office import MAY_EDIT, MAY_LOOK, form_of, items, place, staff_client

__all__ = ["items", "place", "staff_client"]  # fixtures


@pytest.fixture(scope="module")
def own_application(application: Flask) -> Flask:
    return shop(application)


def skus(page: str) -> list[str]:
    return re.findall(r">(T-\d+)</a>", page)


def link(page: str, rel: str) -> str | None:
    found = re.search(rf'href="([^"]+)" rel="{rel}"', page)
    return unescape(found.group(1)) if found else None


def walk(staff_client: Any, url: str, rel: str) -> list[list[str]]:
    """Return the SKUs of each page from `url` on, following `rel` to its end."""
    pages = []
    at: str | None = url
    while at is not None:
        page = staff_client.get(at, headers=MAY_LOOK)
        assert page.status_code == 200
        pages.append(skus(page.text))
        at = link(page.text, rel)
    return pages


class TestPaging:
    @pytest.mark.parametrize(
        "address",
        [
            "",
            "?sort=0&desc=1",
            "?sort=1",
            "?sort=2",  # many rows share a value: the key decides
            "?sort=3&desc=1",  # a joined column
        ],
    )
    def test_older_reaches_every_row_once_and_newer_comes_back(
        self, staff_client: Any, items: list[Any], address: str
    ) -> None:
        there = walk(staff_client, f"/admin/items/{address}", "next")
        seen = [sku for page in there for sku in page]
        assert sorted(seen) == [row.sku for row in items]
        assert [len(page) for page in there] == [3, 3, 2]
        last = self.last_page(staff_client, f"/admin/items/{address}")
        back = walk(staff_client, last, "prev")
        assert back == there[::-1]

    def last_page(self, staff_client: Any, url: str) -> str:
        while True:
            following = link(staff_client.get(url, headers=MAY_LOOK).text, "next")
            if following is None:
                return url
            url = following

    def test_a_row_that_comes_in_between_shifts_nobody(
        self, staff_client: Any, session: Any, items: list[Any], place: Any
    ) -> None:
        from app.stock.models import StockItem

        older = link(staff_client.get("/admin/items/", headers=MAY_LOOK).text, "next")
        session.add(StockItem(sku="T-000", name="First", unit="kg", home=place))
        session.commit()
        assert skus(staff_client.get(older, headers=MAY_LOOK).text) == ["T-004", "T-005", "T-006"]

    @pytest.mark.parametrize("bad", ["-5", "abc", "2", "W10", "🙂", "bnVsbA", "WzAsInNrdSIsMSwyXQ"])
    def test_a_page_that_the_list_did_not_write_is_not_found(
        self, staff_client: Any, items: list[Any], bad: str
    ) -> None:
        answer = staff_client.get("/admin/items/", query_string={"page": bad}, headers=MAY_LOOK)
        assert answer.status_code == 404

    def test_a_page_of_another_order_is_not_found(
        self, staff_client: Any, items: list[Any]
    ) -> None:
        older = link(staff_client.get("/admin/items/", headers=MAY_LOOK).text, "next")
        assert staff_client.get(f"{older}&sort=1", headers=MAY_LOOK).status_code == 404

    def test_missing_values_come_last_in_both_directions(self) -> None:
        from sqlalchemy import Column, Integer
        from sqlalchemy.dialects import postgresql

        from app.core.backoffice import paging

        due, key = Column("due", Integer), Column("id", Integer)
        for descending in (False, True):
            order = paging.Order("due", due, key, descending, lambda r: r, lambda r: r)
            words = [
                str(part.compile(dialect=postgresql.dialect()))
                for part in paging.ordering(order, backwards=False)
            ]
            assert words[0].endswith("NULLS LAST")
        edge = paging.Edge(before=False, value=None, key=4)
        condition = paging.beyond(paging.Order("due", due, key, False, id, id), edge)
        assert str(condition) == "due IS NULL AND id > :id_1"


class TestColumns:
    def test_a_cell_shows_what_its_column_declares_and_the_export_has_the_bare_value(
        self, staff_client: Any, own_application: Flask, place: Any
    ) -> None:
        page = staff_client.get("/admin/places/", headers=MAY_LOOK).text
        assert "RACK T" in page
        assert "In the house" in page
        assert ">Called</a>" in page
        assert re.search(r'<td class="num [^>]*>6</td>', page)
        views = own_application.extensions["backoffice"]._views
        view = next(one for one in views if one.endpoint == "places")
        with own_application.test_request_context("/admin/places/?flt0_starts_contains=Rack"):
            assert list(view.export_rows()) == [
                ["Key", "Called", "Kind", "Length"],
                ["rack-t", "Rack T", "internal", 6],
            ]

    def test_details_leave_out_what_is_empty_and_may_be(
        self, staff_client: Any, place: Any
    ) -> None:
        page = staff_client.get(f"/admin/places/details/?id={place.id}", headers=MAY_LOOK).text
        assert "In the house" in page
        assert "Remark" not in page

    def test_filters_offer_a_column_s_words_and_narrow_by_a_condition(
        self, staff_client: Any, place: Any
    ) -> None:
        page = staff_client.get("/admin/places/", headers=MAY_LOOK).text
        assert '<option value="internal">In the house</option>' in page
        nothing = staff_client.get("/admin/places/?flt0_starts_contains=Shelf", headers=MAY_LOOK)
        assert "RACK T" not in nothing.text
        same = staff_client.get("/admin/places/?flt0_kind_equals=internal", headers=MAY_LOOK).text
        assert "RACK T" in same


class TestFilters:
    def test_a_filter_narrows_the_list_and_shows_a_chip_that_removes_it(
        self, staff_client: Any, items: list[Any]
    ) -> None:
        page = staff_client.get("/admin/items/?add=unit_equals&value=kg", headers=MAY_LOOK).text
        assert skus(page) == ["T-002", "T-004", "T-006"]
        assert "flt0_unit_equals=kg" in unescape(page)
        chip = re.search(r'class="chip chip-on" href="([^"]+)"', page)
        assert chip is not None
        assert "flt0" not in chip.group(1)

    def test_the_next_page_keeps_the_filter(self, staff_client: Any, items: list[Any]) -> None:
        page = staff_client.get("/admin/items/?flt0_unit_equals=sheet", headers=MAY_LOOK).text
        older = link(page, "next")
        assert skus(staff_client.get(older, headers=MAY_LOOK).text) == ["T-007"]

    def test_the_search_looks_in_the_named_columns(
        self, staff_client: Any, items: list[Any]
    ) -> None:
        assert skus(staff_client.get("/admin/items/?search=Paper+3", headers=MAY_LOOK).text) == [
            "T-003"
        ]

    def test_a_search_that_finds_nothing_says_so(self, staff_client: Any, items: list[Any]) -> None:
        page = staff_client.get("/admin/items/?search=%25zz", headers=MAY_LOOK).text
        assert "No results" in page

    def test_a_saved_view_is_marked_while_it_is_shown(
        self, staff_client: Any, items: list[Any]
    ) -> None:
        page = staff_client.get("/admin/items/?flt0_unit_equals=sheet", headers=MAY_LOOK).text
        assert re.search(r'aria-current="true">By the sheet', page)


class TestTotals:
    def test_a_small_list_is_counted(self, staff_client: Any, items: list[Any]) -> None:
        assert "3 shown of 8" in staff_client.get("/admin/items/", headers=MAY_LOOK).text

    def test_a_costly_list_is_estimated_with_two_digits(self, session: Any) -> None:
        from sqlalchemy import func, select

        from app.core.backoffice import listing

        series = (
            func.generate_series(1, 18_734_000).table_valued("n", name="numbers").render_derived()
        )
        found = listing.total(session, select(series.c.n))
        assert found.exactly is None
        assert found.about == 19_000_000

    @pytest.mark.parametrize(("rows", "said"), [(0, 0), (99, 99), (18_734, 19_000), (951, 950)])
    def test_an_estimate_keeps_two_leading_digits(self, rows: int, said: int) -> None:
        from app.core.backoffice.listing import round_estimate

        assert round_estimate(rows) == said


class TestCells:
    def test_times_are_words_and_a_missing_value_is_a_dash(
        self, staff_client: Any, items: list[Any]
    ) -> None:
        page = staff_client.get("/admin/items/", headers=MAY_LOOK).text
        assert re.search(r'<time datetime="[^"]+" title="[^"]+" data-ago>just now</time>', page)

    def test_what_was_typed_is_escaped(
        self, staff_client: Any, session: Any, items: list[Any]
    ) -> None:
        items[0].name = "<script>alert(1)</script>" + "x" * 90
        session.commit()
        page = staff_client.get("/admin/items/", headers=MAY_LOOK).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


class TestExports:
    def test_an_export_is_handed_to_the_job_with_the_list_s_filters(
        self, staff_client: Any, own_application: Flask, items: list[Any]
    ) -> None:
        from app.core.backoffice.export import set_export_hook

        asked: list[Any] = []

        def take(request: Any) -> str:
            asked.append(request)
            return "We write it now."

        set_export_hook(own_application, take)
        token = form_of(staff_client.get("/admin/items/", headers=MAY_EDIT).text)
        url = "/admin/items/ask-export/?flt0_unit_equals=kg"
        assert staff_client.post(url, data=token, headers=MAY_EDIT).status_code == 302
        assert "We write it now." in staff_client.get("/admin/items/", headers=MAY_EDIT).text
        (request,) = asked
        assert (request.endpoint, request.args) == ("items", {"flt0_unit_equals": "kg"})
        assert request.about_rows == 4
        own_application.extensions.pop("request_export")

    def test_without_a_job_the_page_says_so(self, staff_client: Any, items: list[Any]) -> None:
        token = form_of(staff_client.get("/admin/items/", headers=MAY_EDIT).text)
        answer = staff_client.post("/admin/items/ask-export/", data=token, headers=MAY_EDIT)
        assert answer.status_code == 503
        assert "not set up in this shop" in answer.text

    def test_whoever_may_not_export_is_refused(self, staff_client: Any, items: list[Any]) -> None:
        token = form_of(staff_client.get("/admin/items/", headers=MAY_EDIT).text)
        answer = staff_client.post("/admin/items/ask-export/", data=token, headers=MAY_LOOK)
        assert answer.status_code == 403

    @pytest.mark.parametrize(
        ("value", "written"),
        [
            ("=cmd|'/c calc'!A1", "'=cmd|'/c calc'!A1"),
            ("+44 7700 900118", "'+44 7700 900118"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("  =1+1", "'  =1+1"),
            ("\t=1", "'\t=1"),
            ("-12.50", "-12.50"),
            ("-2+3", "'-2+3"),
            (-5, "-5"),
            ("Cotton = soft", "Cotton = soft"),
            (None, ""),
        ],
    )
    def test_no_cell_is_a_formula(self, value: Any, written: str) -> None:
        from app.core.backoffice.export import escape_formula

        assert escape_formula(value) == written

    def test_the_file_has_a_header_and_one_line_for_each_row(self) -> None:
        from app.core.backoffice.export import write_csv

        file = io.StringIO()
        assert write_csv(file, ["Name"], [["=1"], ["a, b"]]) == 2
        assert file.getvalue() == 'Name\r\n\'=1\r\n"a, b"\r\n'
