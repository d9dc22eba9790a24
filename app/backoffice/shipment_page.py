"""One shipment: what is in it, where it goes, its label, and the packer's next step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, redirect, request
from flask_admin import expose

from app.backoffice import shipment_view
from app.backoffice.acting import carry_out, typed_number
from app.core import storage
from app.core.actor import Actor
from app.core.backoffice.access import staff_or_refuse
from app.core.backoffice.view import BackOfficeView
from app.core.errors import BadInput, NotFound, Problem
from app.fulfilment import queries
from app.fulfilment import services as fulfilment
from app.fulfilment.models import Shipment


def views() -> list[BackOfficeView]:
    """Return the shipment's page; the sidebar shows the list of shipments instead."""
    return [ShipmentPage(name="Shipment", endpoint="shipment_page", url="/admin/shipment")]


def _size_mm() -> tuple[int, int, int] | None:
    """The parcel's outer size, where all three sides were typed."""
    names = ("length_mm", "width_mm", "height_mm")
    typed = [name for name in names if request.form.get(name, "").strip()]
    if not typed:
        return None
    if len(typed) < len(names):
        raise BadInput("Give length, width and height, or none of them.", field="length_mm")
    length, width, height = (typed_number(name) for name in names)
    return length, width, height


def _label(shipment: Shipment, actor: Actor) -> Any:
    key, _, service = request.form.get("service", "").partition(":")
    return fulfilment.buy_label(
        shipment.id, actor=actor, carrier_key=key or "generic", service=service or "standard"
    )


VERBS: dict[str, tuple[str, Callable[[Shipment, Actor], Any]]] = {
    "pick": ("Picking has begun.", lambda s, a: fulfilment.start_picking(s.id, actor=a)),
    "pack": (
        "The parcel is packed.",
        lambda s, a: fulfilment.pack(s.id, typed_number("weight_g"), size_mm=_size_mm(), actor=a),
    ),
    "label": (
        "The label is being bought. It appears here in a moment.",
        _label,
    ),
    "no-label": (
        "It is noted that there is no label. You can buy one now.",
        lambda s, a: fulfilment.give_up_label(s.id, request.form.get("reason", ""), actor=a),
    ),
    "ship": ("The parcel left.", lambda s, a: fulfilment.mark_shipped(s.id, actor=a)),
    "deliver": ("The parcel arrived.", lambda s, a: fulfilment.mark_delivered(s.id, actor=a)),
    "ready": (
        "It waits to be collected; the customer knows.",
        lambda s, a: fulfilment.ready_for_pickup(s.id, actor=a),
    ),
    "collect": (
        "Collected.",
        lambda s, a: fulfilment.mark_collected(
            s.id, collected_by=request.form.get("collected_by", ""), actor=a
        ),
    ),
    "problem": (
        "The problem is noted.",
        lambda s, a: fulfilment.report_problem(s.id, request.form.get("problem", ""), actor=a),
    ),
    "return": (
        "The return is noted.",
        lambda s, a: fulfilment.mark_returned(s.id, request.form.get("reason", ""), actor=a),
    ),
}


class ShipmentPage(BackOfficeView):
    """One shipment and the one thing to do with it now."""

    permission_view = "shipment.view"

    @expose("/")
    def index(self) -> Any:
        """There is no page without a shipment: go to the list."""
        return redirect("/admin/shipments/")

    @expose("/<number>")
    def page(self, number: str) -> Any:
        """The whole page."""
        return self._page(self._find(number))

    @expose("/<number>/live")
    def live(self, number: str) -> Any:
        """The part that changes by itself."""
        return self._page(self._find(number), template="shipment_live")

    @expose("/<number>/label")
    def label(self, number: str) -> Any:
        """Send the browser to the label's PDF in storage."""
        shipment = self._find(number)
        if shipment.label_key is None:
            abort(404)
        name = f"{shipment.ref} label.pdf"
        return redirect(storage.sign_download(shipment.label_key, file_name=name, inline=True), 302)

    @expose("/<number>/<verb>", methods=("POST",))
    def act(self, number: str, verb: str) -> Any:
        """Do `verb` and come back."""
        entry = VERBS.get(verb)
        if entry is None:
            abort(404)
        shipment, actor = self._find(number), staff_or_refuse()
        return carry_out(
            lambda: entry[1](shipment, actor),
            entry[0],
            self.get_url(".page", number=shipment.ref),
            lambda problem: self._page(self._find(number), problem, failed=verb),
        )

    def _find(self, number: str) -> Shipment:
        try:
            return queries.find_shipment(number)
        except NotFound:
            abort(404)

    def _page(
        self,
        shipment: Shipment,
        problem: Problem | None = None,
        template: str = "shipment",
        failed: str = "",
    ) -> Any:
        return self.render(
            f"backoffice/{template}.html",
            view=shipment_view.read(shipment, staff_or_refuse()),
            problem=problem,
            failed=failed,
            typed=request.form if problem else {},
        )
