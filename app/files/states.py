"""The life of an upload, from the first part to a checked file."""

from app.core.translations import _l
from app.core.workflow import Chart, Move, State

UPLOAD = Chart(
    "upload",
    initial="receiving",
    states=[
        State("receiving", _l("Uploading"), "working", _l("Uploading your file"), "working"),
        State("uploaded", _l("Checking"), "working", _l("Checking your file"), "working"),
        State("ready", _l("Checked"), "good", _l("Your file is fine"), "good"),
        State("refused", _l("Refused"), "bad", _l("We can't use this file"), "attention"),
        State("abandoned", _l("Abandoned"), "done", _l("The upload was not finished"), "waiting"),
    ],
    moves=[
        Move("complete", ("receiving",), "uploaded"),
        Move("accept", ("uploaded",), "ready"),
        Move("refuse", ("receiving", "uploaded"), "refused"),
        Move("abandon", ("receiving",), "abandoned"),
        Move("expire", ("ready",), "abandoned"),
    ],
)

CHECKED = frozenset({"ready", "refused"})
OVER = CHECKED | {"abandoned"}
