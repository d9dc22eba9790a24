"""The life of an upload, from the first part to a checked file."""

from app.core.workflow import Chart, Move, State

UPLOAD = Chart(
    "upload",
    initial="receiving",
    states=[
        State("receiving", "Uploading", "working", "Uploading your file", "working"),
        State("uploaded", "Checking", "working", "Checking your file", "working"),
        State("ready", "Checked", "good", "Your file is fine", "good"),
        State("refused", "Refused", "bad", "We can't use this file", "attention"),
        State("abandoned", "Abandoned", "done", "The upload was not finished", "waiting"),
    ],
    moves=[
        Move("complete", ("receiving",), "uploaded"),
        Move("accept", ("uploaded",), "ready"),
        Move("refuse", ("receiving", "uploaded"), "refused"),
        Move("abandon", ("receiving",), "abandoned"),
    ],
)

CHECKED = frozenset({"ready", "refused"})
