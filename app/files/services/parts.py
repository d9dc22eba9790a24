"""The side of an upload that talks to storage. None of these touches the database."""

from collections.abc import Iterable, Mapping

from app.core import storage
from app.core.errors import BadInput, WrongState
from app.core.translations import _
from app.files.services.uploads import Ticket
from app.inspection.kinds import by_name

GONE = ("NoSuchUpload", "NoSuchKey", "404")
NOT_JOINED = (*GONE, "InvalidPart", "InvalidPartOrder", "EntityTooSmall", "InvalidRequest")


def open_multipart(ticket: Ticket) -> str:
    """Begin the multipart upload in storage and return its id. Raises Unavailable."""
    return storage.start_multipart(ticket.storage_key, by_name(ticket.file_name).media_type)


def sign_parts(
    ticket: Ticket,
    part_numbers: Iterable[int],
    *,
    md5s: Mapping[int, str] | None = None,
    expires_s: int = 3600,
) -> dict[int, str]:
    """Return the addresses to which the browser puts these parts. Computes only, asks nobody.

    An address takes exactly the bytes of the plan and, where `md5s` (hex) has the part, those alone.
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
        number: storage.sign_part(
            ticket.storage_key,
            ticket.multipart_id,
            number,
            size_bytes=ticket.size_of_part(number),
            md5=(md5s or {}).get(number),
            expires_s=expires_s,
        )
        for number in numbers
    }


def headers_of(md5: str | None) -> dict[str, str]:
    """Return the headers with which a part of this MD5 (hex) is put to its address."""
    return {"Content-MD5": storage.checksum_of(md5)} if md5 else {}


def list_received_parts(ticket: Ticket) -> list[storage.StoredPart]:
    """Return the parts that arrived whole, each once, in order; none once they are joined.

    Of a part that was sent again the newest counts. SeaweedFS lists each of them: named all in one
    completion, the bytes it joins are among those it removes as superfluous, and gone after its next vacuum.
    """
    from botocore.exceptions import ClientError

    if ticket.multipart_id is None:
        return []
    try:
        listed = storage.list_parts(ticket.storage_key, ticket.multipart_id)
    except ClientError as problem:
        if problem.response.get("Error", {}).get("Code") in GONE:
            return []
        raise
    newest = {
        part["part_number"]: part
        for part in listed
        if 1 <= part["part_number"] <= ticket.part_count
        and part["size_bytes"] == ticket.size_of_part(part["part_number"])
    }
    return [newest[number] for number in sorted(newest)]


def join_parts(ticket: Ticket) -> int:
    """Join the parts in storage into the file and return its size in bytes.

    Storage's own list decides, not the browser's. Safe to repeat, also several times at once. Raises
    BadInput that names the first part that is missing.
    """
    from botocore.exceptions import ClientError

    if (size_bytes := _joined(ticket)) is not None:  # before, and the answer got lost
        return size_bytes
    parts = list_received_parts(ticket)
    arrived = {part["part_number"] for part in parts}
    missing = next((n for n in range(1, ticket.part_count + 1) if n not in arrived), None)
    if missing is None and ticket.multipart_id is not None:
        try:
            storage.complete_multipart(ticket.storage_key, ticket.multipart_id, parts)
        except ClientError as problem:
            if problem.response.get("Error", {}).get("Code") not in NOT_JOINED:
                raise
    if (size_bytes := _joined(ticket)) is not None:  # by us, or by another call beside this one
        return size_bytes
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


def _joined(ticket: Ticket) -> int | None:
    stored = storage.head(ticket.storage_key)
    return None if stored is None else int(stored["size_bytes"])


def drop_parts(ticket: Ticket) -> bool:
    """Remove from the intake what came of an upload that is over: the joined file first, then its parts.
    Return whether nothing is left of it.

    In this order, as giving up the parts of a joined file may take its bytes. Safe to repeat.
    """
    is_gone = storage.remove(ticket.storage_key)
    if is_gone and ticket.multipart_id is not None:
        storage.abort_multipart(ticket.storage_key, ticket.multipart_id)
    return is_gone
