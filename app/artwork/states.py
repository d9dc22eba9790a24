"""The life of an artwork slot, from the missing file to the signature."""

from app.core.translations import _l
from app.core.workflow import Chart, Move, State

# A new file can come at any time, also after an approval: then nothing is approved any more.
TAKES_FILE = (
    "awaiting_file",
    "on_hold",
    "internal_review",
    "proof_sent",
    "approved",
    "changes_requested",
)
CHECKING = frozenset({"checking"})
ON_HOLD = frozenset({"on_hold"})
IN_REVIEW = frozenset({"internal_review"})
CHANGES_REQUESTED = frozenset({"changes_requested"})
TO_REVIEW = ON_HOLD | IN_REVIEW | CHANGES_REQUESTED
"""States in which prepress has to decide."""
NEEDS_FILE = frozenset({"awaiting_file"})
FILE_WANTED = NEEDS_FILE | CHANGES_REQUESTED
UNDECIDED = ON_HOLD | IN_REVIEW
TO_SIGN = frozenset({"proof_sent"})
APPROVED = frozenset({"approved"})
ANSWERED = APPROVED | CHANGES_REQUESTED
WITH_CUSTOMER = TO_SIGN | APPROVED

ARTWORK = Chart(
    "artwork",
    initial="awaiting_file",
    tables=("artwork_slots",),
    states=[
        State(
            "awaiting_file",
            _l("Awaiting artwork"),
            "waiting",
            _l("Please upload your artwork"),
            "attention",
        ),
        State("checking", _l("Checking"), "working", _l("Checking your file"), "working"),
        State("on_hold", _l("On hold"), "held", _l("We found a problem in your file"), "attention"),
        State(
            "internal_review",
            _l("Internal review"),
            "attention",
            _l("Our team is reviewing it"),
            "working",
        ),
        State("proof_sent", _l("Proof sent"), "waiting", _l("Your proof is ready"), "attention"),
        State("approved", _l("Approved"), "good", _l("Approved by you"), "good"),
        State(
            "changes_requested",
            _l("Changes requested"),
            "attention",
            _l("We're making your changes"),
            "working",
        ),
    ],
    moves=[
        Move("add_file", TAKES_FILE, "checking"),
        Move("refuse_file", ("checking",), "awaiting_file"),
        Move("pass_check", ("checking",), "internal_review"),
        Move("fail_check", ("checking",), "on_hold"),
        Move("override", ("on_hold",), "internal_review"),
        Move("send_proof", ("internal_review",), "proof_sent"),
        Move("approve_proof", ("proof_sent",), "approved"),
        Move("request_changes", ("proof_sent",), "changes_requested"),
        Move(
            "request_new_file", ("on_hold", "internal_review", "changes_requested"), "awaiting_file"
        ),
    ],
)
CAN_HOLD = frozenset(ARTWORK.states) - APPROVED
