"""The page that shows everything about one order, and takes what staff do with it."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, request
from flask_admin import expose
from sqlalchemy import select

from app.backoffice import order_view
from app.backoffice.acting import carry_out, seen_version
from app.backoffice.order_verbs import VERBS
from app.core.backoffice.view import BackOfficeView
from app.core.db import db
from app.core.errors import Problem
from app.orders.models import PREFIX, Order


def views() -> list[BackOfficeView]:
    """Return the order page; the sidebar shows the list of orders instead."""
    return [OrderPage(name="Order", endpoint="order_page", url="/admin/order")]


def find(ref: str) -> Order:
    """Return the order ``MR-10428``; 404 for anything else."""
    number = ref.removeprefix(PREFIX)
    if not number.isascii() or not number.isdigit() or len(number) > 15:
        abort(404)
    order = db.session.scalar(select(Order).where(Order.number == int(number)))
    if order is None:
        abort(404)
    return order


class OrderPage(BackOfficeView):
    """One order: lines, quotes, jobs, messages, shipments, gates, facts, timeline."""

    permission_view = "order.view"

    @expose("/")
    def index(self) -> Any:
        """There is no page without an order: go to the list."""
        return redirect("/admin/orders/")

    @expose("/<ref>")
    def page(self, ref: str) -> Any:
        """The whole page."""
        return self._page(find(ref))

    @expose("/<ref>/live")
    def live(self, ref: str) -> Any:
        """The part that changes, fetched again when something happened to the order."""
        return self.render(
            "backoffice/order_live.html",
            view=order_view.read(find(ref), whole_timeline=self._whole()),
        )

    @expose("/<ref>/<verb>", methods=("POST",))
    def act(self, ref: str, verb: str) -> Any:
        """Do `verb` and come back; a problem is said on this page and nothing is half done."""
        entry = VERBS.get(verb)
        if entry is None:
            abort(404)
        actor = self.need(entry.permission)
        order = find(ref)
        return carry_out(
            lambda: entry.call(order, request.form, actor, seen_version()),
            entry.said,
            self.get_url(".page", ref=ref),
            lambda problem: self._page(find(ref), problem, verb),
        )

    def _page(self, order: Order, problem: Problem | None = None, failed: str = "") -> Any:
        """Return the page; after a problem with what was typed in the form of the verb `failed`."""
        return self.render(
            "backoffice/order.html",
            view=order_view.read(order, whole_timeline=self._whole()),
            order=order,
            problem=problem,
            failed=failed,
            typed=request.form if problem else {},
        )

    def _whole(self) -> bool:
        return request.args.get("timeline") == "all"
