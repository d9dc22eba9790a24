"""What must hold of artwork at any moment, read from the rows themselves."""

from collections.abc import Iterator

from sqlalchemy import text

from app.artwork.states import derived_state
from app.core.db import db
from app.core.invariants import UNSETTLED, invariant, no_rows

BATCH = 1000
NEWEST = text("""
    SELECT s.id, s.state, s.upload_id IS NOT NULL AS is_checking, r.verdict, a.said
    FROM artwork_slots s
    LEFT JOIN LATERAL (SELECT id FROM artwork_versions WHERE slot_id = s.id
                       ORDER BY number DESC LIMIT 1) v ON true
    LEFT JOIN LATERAL (SELECT verdict FROM preflight_reports WHERE version_id = v.id
                       ORDER BY id DESC LIMIT 1) r ON true
    LEFT JOIN LATERAL (SELECT jsonb_agg(jsonb_build_array(stage, answer) ORDER BY position) AS said
                       FROM approvals WHERE version_id = v.id AND slot_id = s.id) a ON true
    ORDER BY s.id
""")


@invariant("The state of each artwork slot follows from what was said about it")
def states_follow() -> Iterator[str]:
    """Yield each slot whose state does not follow from its newest version's approvals."""
    for slot in db.session.execute(NEWEST.execution_options(yield_per=BATCH)):
        rows = [(stage, answer) for stage, answer in slot.said or ()]
        expected = derived_state(slot.verdict, rows, is_checking=slot.is_checking)
        if slot.state != expected:
            yield f"artwork slot {slot.id} is {slot.state}, its approvals say {expected}"


signed_files = no_rows(
    "Each approval is of the file that is stored under that hash",
    """
    SELECT kind, a.id, left(source_sha256, 12) AS source, left(sha256, 12) AS stored
    FROM (SELECT 'approval' AS kind, id, version_id, source_sha256 FROM approvals
          UNION ALL SELECT 'proof', id, version_id, source_sha256 FROM proofs) a
    JOIN artwork_versions v ON v.id = version_id JOIN assets ON assets.id = v.asset_id
    WHERE source_sha256 <> sha256
    """,
    "{kind} {id} is of {source}, its version's file is {stored}",
)
versions_count = no_rows(
    "The versions of each artwork slot are numbered without a gap, each with its report",
    """
    SELECT format('slot %s has %s versions, the highest is %s', slot_id, count(*), max(number)) AS problem
    FROM artwork_versions GROUP BY slot_id HAVING count(*) <> max(number)
    UNION ALL SELECT format('version %s has no preflight report', id) FROM artwork_versions v
    WHERE NOT EXISTS (SELECT FROM preflight_reports WHERE version_id = v.id)
    """,
    "artwork {problem}",
)
written_once = no_rows(
    "Versions, reports, proofs and approvals are written once",
    """
    SELECT name FROM unnest(ARRAY['artwork_versions', 'preflight_reports', 'proofs', 'approvals']) name
    WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = name::regclass
                      AND tgname = name || '_append_only' AND tgenabled <> 'D')
    """,
    "the table {name} can be changed: its trigger is missing or off",
)
checks_end = no_rows(
    "A file that an artwork slot waits for is still coming or being checked",
    f"""
    SELECT s.id, u.state FROM artwork_slots s JOIN uploads u ON u.id = s.upload_id
    WHERE u.state NOT IN ('receiving', 'uploaded')
    AND u.id NOT IN {UNSETTLED} AND s.stream_id NOT IN {UNSETTLED}
    """,
    "artwork slot {id} waits for a file that is {state}",
)
