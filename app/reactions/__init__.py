"""When this, then that: the only place where one room's event makes another room act."""

from __future__ import annotations

from app.core.deliveries import Reaction
from app.core.lazy import call

LETTER = Reaction("letter", do=call("app.notify.services:write_letter"))

REACTIONS: dict[str, tuple[Reaction, ...]] = {
    "order.requested": (LETTER,),
    "order.asked": (LETTER,),
    "order.declined": (LETTER,),
    "quote.sent": (LETTER,),
    "quote.expired": (LETTER,),
    "order.placed": (
        LETTER,
        Reaction("make_jobs", do=call("app.reactions.making:make_jobs")),
    ),
    "order.payment_confirmed": (
        Reaction("open_payment", do=call("app.reactions.making:open_payment")),
    ),
    "order.cancelled": (
        LETTER,
        Reaction("cancel_jobs", do=call("app.reactions.making:cancel_jobs")),
        Reaction("release_material", do=call("app.reactions.material:release_order")),
    ),
    "order.closed": (
        Reaction(
            "journal",
            "outbound",
            load=call("app.integrations.accounting.posting:load"),
            act=call("app.integrations.accounting.posting:act"),
            save=call("app.integrations.accounting.posting:save"),
            released=call("app.integrations.accounting.posting:released"),
            failed=call("app.integrations.accounting.posting:failed"),
        ),
    ),
    "upload.completed": (
        Reaction(
            "check_upload",
            "files",
            load=call("app.files.services.checking:load"),
            act=call("app.files.services.checking:act"),
            save=call("app.files.services.checking:save"),
            failed=call("app.files.services.checking:failed"),
        ),
    ),
    "upload.checked": (Reaction("add_version", do=call("app.reactions.artwork:add_version")),),
    "upload.refused": (Reaction("give_back", do=call("app.reactions.artwork:give_back")),),
    "artwork.file_refused": (LETTER,),
    "artwork.sent_back": (LETTER,),
    "artwork.file_received": (
        Reaction("supersede_quote", do=call("app.reactions.artwork:supersede_quote")),
        Reaction("close_gate", do=call("app.reactions.artwork:close_gate")),
    ),
    "artwork.checked": (
        Reaction(
            "proof",
            "files",
            load=call("app.reactions.proofs:load"),
            act=call("app.reactions.proofs:act"),
            save=call("app.reactions.proofs:save"),
        ),
    ),
    "artwork.overridden": (
        Reaction(
            "proof",
            "files",
            load=call("app.reactions.proofs:load"),
            act=call("app.reactions.proofs:act"),
            save=call("app.reactions.proofs:save"),
        ),
    ),
    "artwork.on_hold": (LETTER,),
    "artwork.changes_requested": (LETTER,),
    "proof.sent": (LETTER,),
    "proof.signed": (
        LETTER,
        Reaction("open_artwork", do=call("app.reactions.artwork:open_signed")),
    ),
    "job.created": (
        Reaction("open_if_signed", do=call("app.reactions.artwork:open_if_signed")),
        Reaction(
            "proof_for_job",
            "files",
            load=call("app.reactions.proofs:load_for_job"),
            act=call("app.reactions.proofs:act"),
            save=call("app.reactions.proofs:save"),
        ),
    ),
    "gate.opened": (Reaction("reserve_material", do=call("app.reactions.material:reserve")),),
    "stock.moved": (Reaction("retry_short", do=call("app.reactions.material:retry_short")),),
    "stock.released": (Reaction("retry_short", do=call("app.reactions.material:retry_short")),),
    "job.ready": (
        Reaction(
            "work_order",
            "files",
            load=call("app.reactions.papers:load_work_order"),
            act=call("app.reactions.papers:draw_work_order"),
            save=call("app.reactions.papers:save_work_order"),
        ),
    ),
    "job.started": (Reaction("use_material", do=call("app.reactions.material:use")),),
    "job.finished": (Reaction("make_shipment", do=call("app.reactions.sending:make_shipment")),),
    "shipment.label_requested": (
        Reaction(
            "buy_label",
            "outbound",
            load=call("app.reactions.papers:load_label"),
            act=call("app.reactions.papers:buy_label"),
            save=call("app.reactions.papers:save_label"),
            failed=call("app.reactions.papers:label_failed"),
        ),
    ),
    "shipment.shipped": (LETTER,),
    "shipment.ready_for_pickup": (LETTER,),
    "shipment.delivered": (
        LETTER,
        Reaction("close_order", do=call("app.reactions.sending:close_order")),
    ),
    "shipment.collected": (Reaction("close_order", do=call("app.reactions.sending:close_order")),),
    "message.queued": (
        Reaction(
            "send",
            "outbound",
            load=call("app.notify.sending:take"),
            act=call("app.notify.sending:hand_over"),
            save=call("app.notify.sending:keep"),
            failed=call("app.notify.sending:give_up"),
            released=call("app.notify.sending:release"),
        ),
    ),
    "staff.reset_requested": (LETTER,),
    "link.requested": (LETTER,),
    "export.requested": (
        Reaction(
            "export",
            "files",
            load=call("app.reports.exports:load"),
            act=call("app.reports.exports:act"),
            save=call("app.reports.exports:save"),
            failed=call("app.reports.exports:failed"),
        ),
    ),
}
