"""The page that shows everything about one order, and takes what staff do with it."""

from typing import Any

from flask import request
from flask_admin import expose

from app.backoffice.orders.view import OrderView, total_of
from app.core.backoffice.record_page import SeparateRecordPage
from app.core.translations import _l
from app.orders.models import Order
from app.orders.verbs import SUBJECT


class OrderPage(SeparateRecordPage):
    """One order: lines, quotes, jobs, messages, shipments, gates, facts, timeline."""

    name = _l("Order")
    endpoint = "order_page"
    path = "order"
    permission_view = "order.view"
    subject = SUBJECT
    folder = "orders"
    list_url = "/admin/orders/"

    @expose("/<ref>/total", methods=("POST",))
    def total(self, ref: str) -> Any:
        """What the quote comes to at the prices that are being typed; changes nothing."""
        self.need("quote.send")
        order = self.find(ref)
        return self.render(
            "backoffice/orders/total.html", order=order, total=total_of(order, request.form)
        )

    def context(self, order: Order) -> dict[str, Any]:
        """Return everything about the order; ``?timeline=all`` shows every event."""
        whole = request.args.get("timeline") == "all"
        return {"order": order, "view": OrderView(order, whole_timeline=whole)}
