"""The back office of artwork: the queue to review, the proofs that are out, and the review page."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from flask import abort, flash, g, redirect, request
from flask_admin.contrib.sqla.filters import FilterEqual
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.artwork import review_page
from app.artwork.models import ArtworkSlot
from app.artwork.services import (
    attach_upload,
    override_hold,
    send_back,
    send_proof,
    sign_internally,
)
from app.artwork.states import ARTWORK, PROOF_OUT, TO_REVIEW
from app.core import storage
from app.core.actor import Actor
from app.core.admin_base import BackOfficeModelView, expose, staff_or_refuse
from app.core.db import db, get
from app.core.errors import AlreadyDone, NotAllowed, Problem
from app.core.web.stored import show_picture
from app.files.doors import owner_key_of, wanted_upload
from app.files.models import Preview
from app.files.services import claim_upload
from app.orders.models import Order

IN_REVIEW = (*TO_REVIEW, "checking")


class SlotView(BackOfficeModelView):
    """What both lists of slots share: columns, words, and where a row leads."""

    area = "Artwork"
    permission_view = "order.view"
    chart = ARTWORK
    states: tuple[str, ...] = ()
    column_list: tuple[str, ...] = (
        "label",
        "order",
        "customer",
        "state",
        "hold_reason",
        "entered_at",
    )
    column_labels = {
        "label": "Artwork",
        "hold_reason": "Why",
        "entered_at": "Since",
    }
    column_sortable_list = ("label", "state", "entered_at")
    column_default_sort = ("entered_at", False)
    column_searchable_list = ("label",)
    phone_places = {
        "state": "at-end",
        "order": "",
        "customer": "to-end",
        "hold_reason": "at-body later",
        "entered_at": "skip-sm",
    }
    column_filters: tuple[Any, ...] = ("entered_at",)
    column_formatters = {
        "order": lambda view, context, row, name: view.order_link(row),
        "customer": lambda view, context, row, name: view.order_of(row).customer.name,
    }

    def get_query(self) -> Any:
        return super().get_query().filter(ArtworkSlot.state.in_(self.states))

    def read_ahead(self, rows: Sequence[ArtworkSlot]) -> None:
        """Read the orders and their customers."""
        wanted = {row.stream_id for row in rows}
        query = select(Order).where(Order.id.in_(wanted)).options(joinedload(Order.customer))
        g.slot_orders = {order.id: order for order in db.session.scalars(query)}

    def order_of(self, row: ArtworkSlot) -> Order:
        """Return the order that the artwork belongs to."""
        known: dict[uuid.UUID, Order] = g.slot_orders
        return known[row.stream_id]

    def order_link(self, row: ArtworkSlot) -> Markup:
        """Return the order's number as a link to its page."""
        ref = self.order_of(row).ref
        url = self.get_url("order_page.page", ref=ref)
        return Markup('<a class="ref" href="{}">{}</a>').format(url, ref)

    def get_export_value(self, model: ArtworkSlot, name: str) -> Any:
        """Return the bare value; what the row itself lacks is read from its order."""
        if name == "order":
            return self.order_of(model).ref
        if name == "customer":
            return self.order_of(model).customer.name
        return super().get_export_value(model, name)

    def row_url(self, row: ArtworkSlot) -> str:
        return str(self.get_url("artwork.review", slot_id=row.id))


class ReviewView(SlotView):
    """Files that prepress has to look at, and the page where it does."""

    title = "Review"
    menu_icon = "image"
    menu_order = 10
    sentence = "Files to judge before a proof goes out, oldest first."
    column_filters = (
        FilterEqual(
            ArtworkSlot.state, "State", options=[(name, ARTWORK.word(name)) for name in IN_REVIEW]
        ),
        "entered_at",
    )
    empty_title = "Nothing to review"
    empty_sentence = "Every file that came was looked at."
    states = IN_REVIEW

    @expose("/<uuid:slot_id>")
    def review(self, slot_id: uuid.UUID) -> Any:
        """One slot: artwork beside proof, what preflight found, and what can be decided now."""
        return self._page("backoffice/artwork.html", slot_id)

    @expose("/<uuid:slot_id>/live")
    def live(self, slot_id: uuid.UUID) -> Any:
        """The part that changes, fetched again when something happened."""
        return self._page("backoffice/artwork_live.html", slot_id)

    def _page(self, template: str, slot_id: uuid.UUID, problem: Problem | None = None) -> Any:
        page = review_page.read(slot_id, request.args.get("version"), staff_or_refuse())
        return self.render(
            template,
            page=page,
            problem=problem,
            failed=request.endpoint if problem else "",
            typed=request.form.get("note", "") if problem else "",
            taken=request.form.get("upload_id", "") if problem else "",
        )

    @expose("/<uuid:slot_id>/override", methods=("POST",))
    def override(self, slot_id: uuid.UUID) -> Any:
        """Let a file through that preflight held."""
        reason = request.form.get("note", "")
        return self._carry_out(
            slot_id,
            lambda actor: override_hold(slot_id, reason, actor=actor),
            "The file goes on. Your reason is kept with it.",
        )

    @expose("/<uuid:slot_id>/sign", methods=("POST",))
    def sign(self, slot_id: uuid.UUID) -> Any:
        """Sign the version that was looked at; by the slot's rule that sends it too."""
        number = _number("version")
        return self._carry_out(
            slot_id,
            lambda actor: sign_internally(slot_id, number, actor=actor),
            f"Version {number} is signed.",
        )

    @expose("/<uuid:slot_id>/send", methods=("POST",))
    def send(self, slot_id: uuid.UUID) -> Any:
        """Show the signed version to the customer."""
        return self._carry_out(
            slot_id,
            lambda actor: send_proof(slot_id, actor=actor),
            "The customer can sign it now.",
        )

    @expose("/<uuid:slot_id>/take", methods=("POST",))
    def take(self, slot_id: uuid.UUID) -> Any:
        """Put a file that this person sent into the slot: the first one, or the next version."""

        def verb(actor: Actor) -> None:
            self.need("artwork.upload")
            upload_id, owner_key = wanted_upload(), owner_key_of(actor)
            stream_id = get(ArtworkSlot, slot_id).stream_id
            claim_upload(upload_id, stream_id=stream_id, owner_key=owner_key, actor=actor)
            attach_upload(slot_id, upload_id, actor=actor)

        return self._carry_out(slot_id, verb, "The file is here. It is being checked now.")

    @expose("/<uuid:slot_id>/send-back", methods=("POST",))
    def send_back(self, slot_id: uuid.UUID) -> Any:
        """Ask the customer for another file."""
        note = request.form.get("note", "")
        return self._carry_out(
            slot_id,
            lambda actor: send_back(slot_id, note, actor=actor),
            "The customer is asked for another file.",
        )

    @expose("/picture/<uuid:preview_id>")
    def picture(self, preview_id: uuid.UUID) -> Any:
        """Send the browser to a preview in storage."""
        return show_picture(get(Preview, preview_id).storage_key)

    @expose("/<uuid:slot_id>/file/<int:number>")
    def original(self, slot_id: uuid.UUID, number: int) -> Any:
        """Send the browser to the original file of version `number`, as an attachment."""
        version = review_page.version_of(get(ArtworkSlot, slot_id), number)
        address = storage.sign_download(version.asset.storage_key, file_name=version.file_name)
        return redirect(address, 302)

    @expose("/<uuid:slot_id>/proof/<int:number>")
    def proof(self, slot_id: uuid.UUID, number: int) -> Any:
        """Send the browser to the newest proof of version `number`, to look at in place."""
        proof = review_page.version_of(get(ArtworkSlot, slot_id), number).proof
        if proof is None:
            abort(404)
        name = f"proof-v{number}.pdf"
        address = storage.sign_download(proof.asset.storage_key, file_name=name, inline=True)
        return redirect(address, 302)

    def _carry_out(self, slot_id: uuid.UUID, verb: Callable[[Actor], Any], done: str) -> Any:
        """Run the verb, commit, and go back to the page; a problem is said on it, nothing half done."""
        try:
            verb(staff_or_refuse())
            db.session.commit()
        except AlreadyDone as problem:
            db.session.rollback()
            flash(str(problem), "info")
        except NotAllowed:
            db.session.rollback()
            raise
        except Problem as problem:
            db.session.rollback()
            return self._page("backoffice/artwork.html", slot_id, problem), problem.status
        else:
            flash(done, "good")
        return redirect(self.get_url(".review", slot_id=slot_id), 303)


class ProofsOutView(SlotView):
    """Proofs that wait for the customer's signature."""

    title = "Proofs awaiting approval"
    menu_icon = "sign"
    menu_order = 20
    sentence = "Sent and not answered yet, longest first. Silence never approves."
    empty_title = "No proof is out"
    empty_sentence = "Every proof that was sent has been answered."
    column_list = ("label", "order", "customer", "state", "entered_at")
    states = (PROOF_OUT,)


def _number(name: str) -> int:
    text = request.form.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        abort(404)
    return int(text)


def views() -> list[BackOfficeModelView]:
    """Return this room's views for the back office to assemble."""
    return [
        ReviewView(ArtworkSlot, name="Review", endpoint="artwork", url="/admin/artwork"),
        ProofsOutView(
            ArtworkSlot, name="Proofs awaiting approval", endpoint="proofs_out", url="/admin/proofs"
        ),
    ]
