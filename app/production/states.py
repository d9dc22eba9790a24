"""The lives of a job and of one operation of its route, as tables."""

from app.core.translations import _l
from app.core.workflow import Chart, Move, State

JOB = Chart(
    "job",
    initial="new",
    states=[
        State("new", _l("New"), "waiting", _l("Preparing for production"), "waiting"),
        State("ready", _l("Ready"), "good", _l("Ready for production"), "working"),
        State("scheduled", _l("Scheduled"), "waiting", _l("Scheduled for production"), "waiting"),
        State("running", _l("Running"), "working", _l("In production"), "working"),
        State("quality_check", _l("Quality check"), "working", _l("In production"), "working"),
        State("finished", _l("Finished"), "done", _l("Made"), "good"),
        State("cancelled", _l("Cancelled"), "done"),
    ],
    moves=[
        Move("make_ready", ("new",), "ready"),
        Move("hold_back", ("ready", "scheduled"), "new"),
        Move("schedule_job", ("ready", "scheduled"), "scheduled"),
        Move("start", ("ready", "scheduled"), "running"),
        Move("to_quality", ("running",), "quality_check"),
        Move("send_back", ("quality_check",), "running"),
        Move("finish", ("running", "quality_check"), "finished"),
        Move("cancel_job", ("new", "ready", "scheduled", "running", "quality_check"), "cancelled"),
    ],
)

OPERATION = Chart(
    "operation",
    initial="pending",
    states=[
        State("pending", _l("Pending"), "waiting"),
        State("running", _l("Running"), "working"),
        State("paused", _l("Paused"), "held"),
        State("done", _l("Done"), "done"),
        State("skipped", _l("Skipped"), "done"),
    ],
    moves=[
        Move("start_operation", ("pending",), "running"),
        Move("pause_operation", ("running",), "paused"),
        Move("resume_operation", ("paused",), "running"),
        Move("finish_operation", ("running", "paused"), "done"),
        Move("skip_operation", ("pending", "paused"), "skipped"),
        Move("rework_operation", ("done",), "pending"),
    ],
)

NOT_RELEASED = frozenset({"new"})
READY = frozenset({"ready"})
SCHEDULED = frozenset({"scheduled"})
NOT_STARTED = NOT_RELEASED | READY | SCHEDULED
RUNNING = frozenset({"running"})
IN_QUALITY = frozenset({"quality_check"})
IN_PRODUCTION = RUNNING | IN_QUALITY
RELEASED = READY | SCHEDULED | IN_PRODUCTION
FINISHED = frozenset({"finished"})
CANCELLED = frozenset({"cancelled"})
ENDED = FINISHED | CANCELLED
STARTED = IN_PRODUCTION | FINISHED
OPEN = NOT_STARTED | IN_PRODUCTION
LANES = ("new", "ready", "scheduled", "running", "quality_check", "finished")

STEP_PENDING = frozenset({"pending"})
STEP_RUNNING = frozenset({"running"})
STEP_PAUSED = frozenset({"paused"})
STEP_STARTED = STEP_RUNNING | STEP_PAUSED
STEP_DONE = frozenset({"done"})
STEP_SKIPPED = frozenset({"skipped"})
STEP_ENDED = STEP_DONE | STEP_SKIPPED

# gate → what it waits for at first
GATES = {"artwork": "approval", "material": "reservation", "payment": "payment"}
GATE_CAUSES = ("", *GATES.values(), "new_version", "short_stock", "other")
SHORT = frozenset({"short_stock"})
KINDS = ("first", "split", "reprint")
