"""The back office of artwork: the queue to review, the proofs that are out, and the review page."""

import uuid
from typing import Any, ClassVar

from flask import abort, redirect, request
from flask_admin import expose

from app.artwork import review_page
from app.artwork.models import ArtworkSlot
from app.artwork.states import ARTWORK, CHECKING, TO_REVIEW, TO_SIGN
from app.artwork.verbs import SUBJECT, add_file
from app.core import storage
from app.core.backoffice.access import staff_or_refuse
from app.core.backoffice.columns import Column, choice_filter
from app.core.backoffice.model_view import BackOfficeModelView
from app.core.backoffice.record_page import RecordPage
from app.core.db import get
from app.core.translations import _l
from app.core.web.stored import show_picture
from app.files.doors import owner_key_of
from app.files.models import Preview
from app.orders.cells import customer_column, order_column


class SlotView(BackOfficeModelView):
    """What both lists of slots share: columns, words, and where a row leads."""

    area = _l("Artwork")
    permission_view = "order.view"
    chart = ARTWORK
    states: tuple[str, ...] = ()
    row_page = "artwork.page"
    columns: ClassVar[tuple[Column, ...]] = (
        Column("label", _l("Artwork"), is_sortable=True),
        order_column(),
        customer_column("to-end"),
        Column("state", phone="at-end", is_sortable=True),
        Column("hold_reason", _l("Reason"), "at-body later"),
        Column("entered_at", _l("Since"), "skip-sm", is_sortable=True),
    )
    column_default_sort = ("entered_at", False)
    column_searchable_list = ("label",)
    column_filters: tuple[Any, ...] = ("entered_at",)

    def get_query(self) -> Any:
        return super().get_query().filter(ArtworkSlot.state.in_(self.states))


class ReviewView(RecordPage, SlotView):
    """Files that prepress has to look at, and the page where it does."""

    model = ArtworkSlot
    name = _l("Review")
    endpoint = "artwork"
    menu_icon = "image"
    menu_order = 10
    sentence = _l("Files to review before a proof is sent, oldest first.")
    column_filters = (
        choice_filter(
            ArtworkSlot.state,
            _l("State"),
            {name: ARTWORK.word(name) for name in (*TO_REVIEW, *CHECKING)},
        ),
        "entered_at",
    )
    empty_title = _l("Nothing to review")
    empty_sentence = _l("Files that need a decision appear here.")
    states = (*TO_REVIEW, *CHECKING)
    subject = SUBJECT
    folder = "artwork"

    def context(self, slot: ArtworkSlot) -> dict[str, Any]:
        """Return the slot with the version that the address names, the newest without one."""
        return {"page": review_page.read(slot, request.args.get("version"))}

    def more_input(self, verb: str) -> dict[str, Any]:
        """Return the key of the person's uploads."""
        return {"owner_key": owner_key_of(staff_or_refuse())} if verb == add_file.key else {}

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


class ProofsOutView(SlotView):
    """Proofs that wait for the customer's signature."""

    model = ArtworkSlot
    name = _l("Proofs awaiting approval")
    endpoint = "proofs_out"
    path = "proofs"
    menu_icon = "sign"
    menu_order = 20
    sentence = _l("Sent and not answered yet, oldest first.")
    empty_title = _l("No proofs awaiting approval")
    empty_sentence = _l("Every proof that was sent has been answered.")
    columns = tuple(one for one in SlotView.columns if one.name != "hold_reason")
    states = tuple(TO_SIGN)
