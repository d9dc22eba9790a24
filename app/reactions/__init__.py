"""When this, then that: the only place where one room's event makes another room act."""

from __future__ import annotations

from app.core.deliveries import Reaction
from app.core.lazy import call
from app.core.outbound.driver import reaction as outbound
from app.notify.messages import events_with_messages


def at_once(name: str, label: str, place: str) -> Reaction:
    """Return a reaction that runs in one transaction: `place` is ``module:function``."""
    return Reaction(name, do=call(place), label=label)


def slow(
    name: str,
    label: str,
    queue: str,
    module: str,
    steps: tuple[str, str, str] = ("load", "act", "save"),
    *,
    failed: str = "",
) -> Reaction:
    """Return a reaction in three steps, named functions of `module`; no transaction spans `act`."""
    load, act, save = (call(f"{module}:{step}") for step in steps)
    undo = call(f"{module}:{failed}") if failed else None
    return Reaction(name, queue, load=load, act=act, save=save, failed=undo, label=label)


QUEUE_MESSAGES = at_once("queue_messages", "Queue messages", "app.notify.services:queue_messages")
OPEN_PAYMENT = at_once("open_payment", "Open payment gate", "app.reactions.making:open_payment")
RESERVE = at_once("reserve_material", "Reserve material", "app.reactions.material:reserve")
RETRY_SHORT = at_once(
    "retry_short", "Retry short reservations", "app.reactions.material:retry_short"
)
CLOSE_ORDER = at_once("close_order", "Close order", "app.reactions.sending:close_order")
PROOF = slow("proof", "Create proof", "files", "app.reactions.proofs")

WRITE = outbound("write", "Write to another system")

REACTIONS: dict[str, tuple[Reaction, ...]] = {
    # orders
    "order.placed": (at_once("make_jobs", "Create jobs", "app.reactions.making:make_jobs"),),
    "order.payment_confirmed": (OPEN_PAYMENT,),
    "order.cancelled": (
        at_once("cancel_jobs", "Cancel jobs", "app.reactions.making:cancel_jobs"),
        at_once("release_material", "Release material", "app.reactions.material:release_order"),
    ),
    "order.closed": (
        at_once(
            "journal",
            "Queue for accounting",
            "app.integrations.accounting.posting:intend_entries",
        ),
    ),
    "sync.intended": (WRITE,),
    "sync.retried": (WRITE,),
    # files and artwork
    "upload.completed": (
        slow("check_upload", "Check file", "files", "app.files.services.checking", failed="failed"),
    ),
    "upload.checked": (
        at_once("add_version", "Add artwork version", "app.reactions.artwork:add_version"),
    ),
    "upload.refused": (at_once("give_back", "Reject artwork", "app.reactions.artwork:give_back"),),
    "artwork.file_received": (
        at_once("supersede_quote", "Replace quote", "app.reactions.artwork:supersede_quote"),
        at_once("close_gate", "Close artwork gate", "app.reactions.artwork:close_gate"),
    ),
    "artwork.checked": (PROOF,),
    "artwork.overridden": (PROOF,),
    "proof.signed": (
        at_once("open_artwork", "Open artwork gate", "app.reactions.artwork:open_signed"),
    ),
    # production and stock
    "job.created": (
        OPEN_PAYMENT,
        at_once(
            "open_if_signed",
            "Open artwork gate if approved",
            "app.reactions.artwork:open_if_signed",
        ),
        RESERVE,
        slow(
            "proof_for_job",
            "Create job proof",
            "files",
            "app.reactions.proofs",
            ("load_for_job", "act", "save"),
        ),
    ),
    "gate.opened": (RESERVE,),
    "stock.moved": (RETRY_SHORT,),
    "stock.released": (RETRY_SHORT,),
    "job.ready": (
        slow(
            "work_order",
            "Create work order",
            "files",
            "app.reactions.papers",
            ("load_work_order", "draw_work_order", "save_work_order"),
        ),
    ),
    "job.started": (at_once("use_material", "Consume material", "app.reactions.material:use"),),
    "job.finished": (
        at_once("make_shipment", "Create shipment", "app.reactions.sending:make_shipment"),
    ),
    # shipments
    "shipment.label_requested": (outbound("buy_label", "Purchase label"),),
    "shipment.delivered": (CLOSE_ORDER,),
    "shipment.collected": (CLOSE_ORDER,),
    # messages, people, exports
    "message.queued": (outbound("send", "Send message", kind="channel", together=20),),
    "export.requested": (
        slow("export", "Write export", "files", "app.reports.exports", failed="failed"),
    ),
}
for _name in events_with_messages():
    REACTIONS[_name] = (QUEUE_MESSAGES, *REACTIONS.get(_name, ()))
