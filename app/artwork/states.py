"""The life of an artwork slot, from the missing file to the signature."""

from __future__ import annotations

from app.core.workflow import Chart, Move, State

# A new file can come at any time, also after an approval: then nothing is approved any more.
TAKES_A_FILE = (
    "awaiting_file",
    "on_hold",
    "internal_review",
    "proof_sent",
    "approved",
    "changes_requested",
)

TO_REVIEW = ("on_hold", "internal_review", "changes_requested")
"""States in which prepress has to decide."""
PROOF_OUT = "proof_sent"

NEEDS_FILE = frozenset({"awaiting_file"})
TO_SIGN = frozenset({"proof_sent"})

ARTWORK = Chart(
    "artwork",
    initial="awaiting_file",
    tables=("artwork_slots",),
    states=[
        State(
            "awaiting_file",
            "Waits for file",
            "waiting",
            "Please send your file",
            "attention",
        ),
        State("checking", "Checking", "working", "We check your file", "working"),
        State(
            "on_hold",
            "On hold, preflight",
            "held",
            "Something in your file needs a look",
            "attention",
        ),
        State("internal_review", "Internal review", "attention", "We look at it", "working"),
        State("proof_sent", "Proof sent", "waiting", "Your proof is ready", "attention"),
        State("approved", "Approved", "good", "Signed by you", "good"),
        State(
            "changes_requested",
            "Changes asked",
            "attention",
            "We put in your changes",
            "working",
        ),
    ],
    moves=[
        Move("receive_file", TAKES_A_FILE, "checking", "artwork.upload", "Send a file"),
        Move("refuse_file", ("checking",), "awaiting_file"),
        Move("pass_check", ("checking",), "internal_review"),
        Move("fail_check", ("checking",), "on_hold"),
        Move("override", ("on_hold",), "internal_review", "artwork.override", "Override"),
        Move("send_proof", ("internal_review",), "proof_sent", "proof.send", "Send proof"),
        Move("sign", ("proof_sent",), "approved", "proof.sign", "Approve"),
        Move(
            "request_changes",
            ("proof_sent",),
            "changes_requested",
            "proof.sign",
            "Ask for changes",
        ),
        Move(
            "send_back",
            ("on_hold", "internal_review", "changes_requested"),
            "awaiting_file",
            "artwork.check",
            "Send back to customer",
        ),
    ],
)
