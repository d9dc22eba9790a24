"""The side of an upload that talks to storage. None of these touches the database."""

from collections.abc import Iterable

from app.core import storage
from app.core.errors import BadInput, WrongState
from app.core.translations import _
from app.files.services.uploads import Ticket
from app.inspection.kinds import by_name


def open_multipart(ticket: Ticket) -> str:
    """Begin the multipart upload in storage and return its id. Raises Unavailable."""
    return storage.start_multipart(ticket.storage_key, by_name(ticket.file_name).media_type)


def sign_parts(
    ticket: Ticket, part_numbers: Iterable[int], *, expires_s: int = 3600
) -> dict[int, str]:
    """Return the addresses to which the browser puts these parts. Computes only, asks nobody.

    Raises WrongState where the upload takes no parts (any more), BadInput for a number beyond plan.
    """
    if ticket.state != "receiving" or ticket.multipart_id is None:
        raise WrongState(
            _("This upload takes no more parts."), next_step=_("Drop the file in again.")
        )
    numbers = list(part_numbers)
    if not all(1 <= number <= ticket.part_count for number in numbers):
        raise BadInput(
            _("The file has parts 1 to %(most)s.", most=ticket.part_count), field="parts"
        )
    return {
        number: storage.sign_part(ticket.storage_key, ticket.multipart_id, number, expires_s)
        for number in numbers
    }


def list_received_parts(ticket: Ticket) -> list[storage.StoredPart]:
    """Return the parts that arrived; all of them once complete."""
    from botocore.exceptions import ClientError

    if ticket.multipart_id is None:
        return []
    try:
        return storage.list_parts(ticket.storage_key, ticket.multipart_id)
    except ClientError as problem:
        if problem.response.get("Error", {}).get("Code") == "NoSuchUpload":
            return []
        raise


def join_parts(ticket: Ticket) -> int:
    """Join the parts in storage into the file and return its size in bytes.

    Storage's own list decides, not the browser's. Safe to repeat. Raises BadInput that names the
    first part that is missing.
    """
    stored = storage.head(ticket.storage_key)
    if stored is not None:  # joined before, and the answer got lost
        return int(stored["size_bytes"])
    parts = list_received_parts(ticket)
    arrived = {part["part_number"] for part in parts}
    missing = next((n for n in range(1, ticket.part_count + 1) if n not in arrived), None)
    if missing is not None or ticket.multipart_id is None:
        raise BadInput(
            _(
                "Part %(part)s of %(all)s of “%(file)s” has not arrived.",
                part=missing or 1,
                all=ticket.part_count,
                file=ticket.file_name,
            ),
            next_step=_("Resume the upload; what has arrived is kept."),
            field="parts",
        )
    storage.complete_multipart(ticket.storage_key, ticket.multipart_id, parts)
    stored = storage.head(ticket.storage_key)
    if stored is None:
        raise BadInput(
            _("Storage did not keep “%(file)s”.", file=ticket.file_name),
            next_step=_("Upload it again."),
            field="parts",
        )
    return int(stored["size_bytes"])


def drop_parts(ticket: Ticket) -> None:
    """Remove the parts of an upload that was given up. Safe to repeat."""
    if ticket.multipart_id is not None:
        storage.abort_multipart(ticket.storage_key, ticket.multipart_id)
