"""The state of a slot, derived from its approvals: rows in, state out, nothing else is read."""

from collections.abc import Iterable

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
