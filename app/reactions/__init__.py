"""When this, then that: the only place where one room's event makes another room act."""

from app.core.deliveries import Reaction
from app.core.lazy import Call
from app.core.outbound.driver import reaction as outbound
from app.files.services.check_slots import CHECK, CHECK_OF_STAFF
from app.notify.messages import events_with_messages


def at_once(place: str, label: str, name: str = "") -> Reaction:
    """Return a reaction that runs in one transaction: `place` is ``module:function``.

    The module is one of this package unless it is named wholly; `name` is stored, by default the
    function's.
    """
    module, function = place.split(":")
    if "." not in module:
        place = f"{__name__}.{place}"
    return Reaction(name or function, do=Call(place), label=label)


def slow(
    name: str,
    label: str,
    module: str,
    steps: tuple[str, str, str] = ("load", "act", "save"),
    *,
    failed: str = "",
    queue: str = "files",
) -> Reaction:
    """Return a reaction in three steps, named functions of `module`; no transaction spans `act`."""
    load, act, save = (Call(f"{module}:{step}") for step in steps)
    undo = Call(f"{module}:{failed}") if failed else None
    return Reaction(name, queue, load=load, act=act, save=save, failed=undo, label=label)


QUEUE_MESSAGES = at_once("app.notify.services:queue_messages", "Queue messages")
OPEN_PAYMENT = at_once("making:open_payment", "Open payment gate")
RESERVE = at_once("material:reserve_material", "Reserve material")
RETRY_SHORT = at_once("material:retry_short", "Retry short reservations")
MAKE_SHIPMENT = at_once("sending:make_shipment", "Create shipment")
CLOSE_ORDER = at_once("sending:close_order", "Close order")
RELEASE_PROMOTION = at_once("promotions:release_promotion", "Give promotion code back")
CHECKING = "app.files.services.checking"
# two queues, so that what the shop works with never waits behind strangers' files
CHECK_UPLOAD = slow(
    CHECK,
    "Check file",
    CHECKING,
    ("load_of_others", "act_for_others", "save"),
    failed="failed",
    queue="uploads",
)
CHECK_STAFF_UPLOAD = slow(
    CHECK_OF_STAFF,
    "Check file of staff",
    CHECKING,
    ("load_of_staff", "act", "save"),
    failed="failed",
)
PROOF = slow("proof", "Create proof", "app.reactions.proofs")
PROOF_FOR_JOB = slow(
    "proof_for_job", "Create job proof", "app.reactions.proofs", ("load_for_job", "act", "save")
)
CLEAR_INTAKE = slow("clear_intake", "Remove sent parts", "app.files.services.clearing")
WRITE = outbound("write", "Write to another system")

REACTIONS: dict[str, tuple[Reaction, ...]] = {
    # orders
    "order.placed": (at_once("making:make_jobs", "Create jobs"),),
    "order.payment_confirmed": (OPEN_PAYMENT,),
    "order.declined": (RELEASE_PROMOTION,),
    "quote.rejected": (RELEASE_PROMOTION,),
    "quote.expired": (RELEASE_PROMOTION,),
    "order.cancelled": (
        RELEASE_PROMOTION,
        at_once("making:cancel_jobs", "Cancel jobs"),
        at_once("material:release_material", "Release material"),
    ),
    "order.closed": (
        at_once(
            "app.integrations.accounting.posting:intend_entries", "Queue for accounting", "journal"
        ),
    ),
    "order.delivery_set": (
        at_once("sending:follow_delivery", "Update shipments"),
        MAKE_SHIPMENT,
    ),
    "rate.set": (at_once("rates:check_open_quotes", "Check open quotes"),),
    "staff.reset_asked": (at_once("people:prepare_reset", "Prepare password link"),),
    "sync.intended": (WRITE,),
    "sync.retried": (WRITE,),
    # files and artwork
    "upload.completed": (
        CHECK_UPLOAD,
        CHECK_STAFF_UPLOAD,
    ),
    "upload.checked": (at_once("artwork:add_version", "Add artwork version"), CLEAR_INTAKE),
    "upload.refused": (at_once("artwork:give_back", "Reject artwork"), CLEAR_INTAKE),
    "upload.abandoned": (at_once("artwork:give_back", "Reject artwork"), CLEAR_INTAKE),
    "artwork.file_received": (
        at_once("artwork:supersede_quote", "Replace quote"),
        at_once("artwork:match_gate", "Close artwork gate", "close_gate"),
    ),
    "artwork.checked": (PROOF,),
    "artwork.overridden": (PROOF,),
    "proof.signed": (at_once("artwork:match_gate", "Open artwork gate", "open_artwork"),),
    # production and stock
    "job.created": (
        OPEN_PAYMENT,
        at_once("artwork:open_if_signed", "Open artwork gate if approved"),
        RESERVE,
        PROOF_FOR_JOB,
    ),
    "gate.opened": (RESERVE,),
    "stock.moved": (RETRY_SHORT,),
    "stock.released": (RETRY_SHORT,),
    "job.ready": (slow("work_order", "Create work order", "app.reactions.papers"),),
    "job.started": (at_once("material:use_material", "Consume material"),),
    "job.finished": (MAKE_SHIPMENT, CLOSE_ORDER),
    "job.cancelled": (
        at_once("material:release_for_job", "Release cancelled job's material"),
        MAKE_SHIPMENT,
        CLOSE_ORDER,
    ),
    "order.resumed": (MAKE_SHIPMENT,),
    "operation.reopened": (at_once("material:use_material_again", "Consume material again"),),
    # shipments
    "shipment.label_requested": (outbound("buy_label", "Purchase label"),),
    "shipment.delivered": (CLOSE_ORDER,),
    "shipment.collected": (CLOSE_ORDER,),
    # messages, people, exports
    "message.queued": (outbound("send", "Send message", kind="channel", together=20),),
    "export.requested": (slow("export", "Write export", "app.reports.exports", failed="failed"),),
}
for _name in events_with_messages():
    REACTIONS[_name] = (QUEUE_MESSAGES, *REACTIONS.get(_name, ()))
