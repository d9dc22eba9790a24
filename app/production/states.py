"""The lives of a job and of one step of its route, as tables."""

from __future__ import annotations

from app.core.workflow import Chart, Move, State

JOB = Chart(
    "job",
    initial="new",
    states=[
        State("new", "New", "waiting", "Starts when everything is here", "waiting"),
        State("ready", "Ready", "good", "Ready to make", "working"),
        State("scheduled", "Scheduled", "waiting", "Made on the day we planned", "waiting"),
        State("running", "Running", "working", "Being made", "working"),
        State("quality_check", "Quality check", "working", "Being made", "working"),
        State("finished", "Finished", "done", "Made", "good"),
        State("cancelled", "Cancelled", "done"),
    ],
    moves=[
        Move("make_ready", ("new",), "ready"),
        Move("hold_back", ("ready", "scheduled"), "new"),
        Move("schedule", ("ready", "scheduled"), "scheduled", "job.plan", "Plan the day"),
        Move("start", ("ready", "scheduled"), "running", "job.run", "Start"),
        Move("to_quality", ("running",), "quality_check"),
        Move("send_back", ("quality_check",), "running", "job.quality", "Send back"),
        Move("finish", ("running", "quality_check"), "finished", "job.run", "Finish"),
        Move(
            "cancel",
            ("new", "ready", "scheduled", "running", "quality_check"),
            "cancelled",
            "job.plan",
            "Cancel the job",
        ),
    ],
)

OPERATION = Chart(
    "operation",
    initial="pending",
    states=[
        State("pending", "Pending", "waiting"),
        State("running", "Running", "working"),
        State("paused", "Paused", "held"),
        State("done", "Done", "done"),
        State("skipped", "Skipped", "done"),
    ],
    moves=[
        Move("start", ("pending",), "running", "job.run", "Start"),
        Move("pause", ("running",), "paused", "job.run", "Pause"),
        Move("resume", ("paused",), "running", "job.run", "Go on"),
        Move("finish", ("running", "paused"), "done", "job.run", "Finish step"),
        Move("skip", ("pending", "paused"), "skipped", "job.plan", "Skip step"),
        Move("rework", ("done",), "pending", "job.plan", "Do again"),
    ],
)

ENDED = frozenset({"finished", "cancelled"})
STARTED = frozenset({"running", "quality_check", "finished"})
STEP_ENDED = frozenset({"done", "skipped"})
GATES = ("artwork", "material", "payment")
KINDS = ("first", "split", "reprint")
