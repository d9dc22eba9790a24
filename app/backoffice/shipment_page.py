"""One shipment: its contents, address and label, and the next step of packing and shipping."""

from typing import Any, NamedTuple

from flask import Response, abort, redirect
from flask_admin import expose

from app.catalog.breakdown import BreakdownRow, breakdown_rows, share_out
from app.catalog.demand import parcel_weight_g
from app.catalog.facts import Facts
from app.catalog.labels import personalised
from app.core import storage
from app.core.backoffice.record_page import SeparateRecordPage
from app.core.db import db, get
from app.core.events import Event, timeline
from app.core.outbound.chart import UNDER_WAY
from app.core.pdf import render_pdf
from app.core.translations import _, _l
from app.fulfilment.carriers import carriers
from app.fulfilment.models import ShipmentWithLabel
from app.fulfilment.packing_slip import packing_slip_html
from app.fulfilment.states import ARRIVED, PACKED, SHIPMENT, STEPS
from app.fulfilment.variants import left_of, unknown_lines
from app.fulfilment.verbs import SUBJECT
from app.orders.models import Order, OrderLine
from app.orders.services.line_prices import line_facts


class Packed(NamedTuple):
    """One line in the parcel and its pieces, with the choices to check it by. `variants` are the pieces of each
    variant where that is known, else `left` those that may be among them."""

    line: OrderLine
    quantity: int
    variants: dict[str, int]
    left: dict[str, int]

    @property
    def words(self) -> str:
        chosen = self.line.specification.chosen(self.line.configuration.options)
        return " · ".join(choice.label for _, choice in chosen)

    @property
    def breakdown(self) -> list[BreakdownRow]:
        """The pieces of each variant as the one who packs picks them."""
        return breakdown_rows(self.line.specification, self.variants)

    @property
    def asked(self) -> list[BreakdownRow]:
        """Of which variants it must be said how many are in the parcel, with those that are left."""
        return breakdown_rows(self.line.specification, self.left)

    @property
    def written(self) -> list[tuple[str, str]]:
        return personalised(self.line.specification, self.line.configuration)


class ShipmentView:
    """The page of one shipment, in a number of queries that does not grow with its lines."""

    def __init__(self, record: ShipmentWithLabel) -> None:
        self.shipment = shipment = record.shipment
        self.order = get(Order, shipment.order_id)
        self.intent = record.label
        known = carriers()
        self.carriers = [known[key] for key in sorted(known)]
        adapter, number = known.get(shipment.carrier_key or ""), shipment.tracking_number
        self.carrier_name = adapter.name if adapter else ""
        self.tracking_url = adapter.track(number) if adapter and number else None
        self.address = shipment.address.printed()
        self.lacking = () if shipment.is_pickup else shipment.address.missing()
        self.events = timeline(shipment.order_id, Event.subject_id == shipment.id, limit=60)
        lines = {line.id: line for line in self.order.lines}
        unknown = {line.id for line, _count in unknown_lines(shipment)}
        contents = [
            Packed(
                lines[entry.line_id],
                entry.quantity,
                shipment.breakdowns.get(str(entry.line_id), {}),
                left_of(lines[entry.line_id], shipment.id) if entry.line_id in unknown else {},
            )
            for entry in shipment.lines
        ]
        self.contents = sorted(contents, key=lambda one: one.line.position)

    @property
    def buying(self) -> bool:
        """Whether a label was requested and the carrier has not answered."""
        is_under_way = self.intent is not None and self.intent.state in UNDER_WAY
        return is_under_way and self.shipment.state in PACKED

    @property
    def estimated_weight_g(self) -> int:
        """What the parcel should weigh by its products, in grams. One query."""
        facts = line_facts(one.line for one in self.contents)
        total = 0
        for one in self.contents:
            product, options = one.line.specification, one.line.configuration.options
            measures = Facts.of(facts.get(one.line.id))
            variants = one.variants or share_out(one.line.configuration.quantities, one.quantity)
            total += parcel_weight_g(product, options, one.quantity, measures, variants)
        return total

    @property
    def steps(self) -> list[tuple[str, str, str]]:
        """The shipment's progress as (label, note, how)."""
        way, state = STEPS[self.shipment.method], self.shipment.state
        at = len(way) if state in ARRIVED else way.index(state if state in way else "shipped")
        hows = ["done"] * at + ["now"] + [""] * len(way)
        return [(SHIPMENT.word(name), "", how) for name, how in zip(way, hows, strict=False)]


class ShipmentPage(SeparateRecordPage):
    """One shipment and the one thing to do with it now."""

    name = _l("Shipment")
    endpoint = "shipment_page"
    path = "shipment"
    permission_view = "shipment.view"
    subject = SUBJECT
    folder = "shipments"
    list_url = "/admin/shipments/"

    @expose("/<ref>/label")
    def label(self, ref: str) -> Any:
        """Send the browser to the label's PDF in storage."""
        self.need("customer.view")  # the address is on it
        shipment = self.find(ref).shipment
        if shipment.label_key is None:
            abort(404)
        name = _("%(ref)s label.pdf", ref=shipment.ref)
        return redirect(storage.sign_download(shipment.label_key, file_name=name, inline=True), 302)

    @expose("/<ref>/packing-slip")
    def packing_slip(self, ref: str) -> Any:
        """Return the packing slip as a PDF."""
        self.need("customer.view")  # the address is on it
        shipment = self.find(ref).shipment
        html, name = packing_slip_html(shipment), f"{shipment.ref}.pdf"
        db.session.rollback()  # no transaction stays open while the paper is drawn
        shown = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
        return Response(render_pdf(html), mimetype="application/pdf", headers=shown)

    def context(self, record: ShipmentWithLabel) -> dict[str, Any]:
        """Return everything about the shipment."""
        return {"view": ShipmentView(record)}
