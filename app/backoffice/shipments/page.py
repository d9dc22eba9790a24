"""One shipment: its contents, address and label, and the next step of packing and shipping."""

from typing import Any

from flask import abort, redirect
from flask_admin import expose

from app.backoffice.shipments.view import ShipmentView
from app.core import storage
from app.core.backoffice.record_page import SeparateRecordPage
from app.core.backoffice.view import BackOfficeView
from app.core.translations import _, _l
from app.fulfilment.models import ShipmentWithLabel
from app.fulfilment.verbs import SUBJECT


def views() -> list[BackOfficeView]:
    """Return the shipment's page; the sidebar shows the list of shipments instead."""
    return [ShipmentPage(name=_l("Shipment"), endpoint="shipment_page", url="/admin/shipment")]


class ShipmentPage(SeparateRecordPage):
    """One shipment and the one thing to do with it now."""

    permission_view = "shipment.view"
    subject = SUBJECT
    folder = "shipments"
    list_url = "/admin/shipments/"

    @expose("/<ref>/label")
    def label(self, ref: str) -> Any:
        """Send the browser to the label's PDF in storage."""
        shipment = self.find(ref).shipment
        if shipment.label_key is None:
            abort(404)
        name = _("%(ref)s label.pdf", ref=shipment.ref)
        return redirect(storage.sign_download(shipment.label_key, file_name=name, inline=True), 302)

    def context(self, record: ShipmentWithLabel) -> dict[str, Any]:
        """Return everything about the shipment."""
        return {"view": ShipmentView(record)}
