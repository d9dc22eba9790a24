"""The life of an artwork slot, from the missing file to the approval, and what its state follows from."""

from collections.abc import Iterable

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


LEADS_TO = {
    ("override", "approved"): "internal_review",
    ("internal", "sent"): "proof_sent",
    ("internal", "changes_requested"): "awaiting_file",
    ("customer", "approved"): "approved",
    ("customer", "changes_requested"): "changes_requested",
    ("internal", "superseded"): "awaiting_file",
    ("customer", "superseded"): "awaiting_file",
}


def derived_state(
    verdict: str | None, approvals: Iterable[tuple[str, str]], *, is_checking: bool = False
) -> str:
    """Return the state that follows from the newest version's preflight `verdict` and its approvals.

    `approvals` are the stage and answer of that version's rows in order; `verdict` is None where no version came yet;
    `is_checking` says that a newer file is being checked, which voids every earlier approval.
    An internal approval alone changes nothing: the state waits for the proof to be sent.
    """
    if is_checking:
        return "checking"
    if verdict is None:
        return "awaiting_file"
    state = "on_hold" if verdict == "failed" else "internal_review"
    for approval in approvals:
        state = LEADS_TO.get(approval, state)
    return state
