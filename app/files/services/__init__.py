"""Verbs of files. Where storage is asked, the verb is cut in three, so that no transaction is open
while the network is waited for::

    ticket = start_upload(owner_key, name, size_bytes, actor=actor)   # intent
    db.session.commit()
    multipart_id = open_multipart(ticket)                             # call
    multipart_opened(ticket.upload_id, multipart_id)                  # result
    db.session.commit()

    ticket = find_ticket(upload_id, owner_key=owner_key)
    db.session.commit()
    size_bytes = join_parts(ticket)
    complete_upload(upload_id, size_bytes, owner_key=owner_key, actor=actor)
    db.session.commit()

    ticket = abort_upload(upload_id, owner_key=owner_key, actor=actor)
    db.session.commit()
    drop_parts(ticket)

`sign_parts` only computes; `list_received_parts` asks storage.
"""

from __future__ import annotations

from app.files.services.downloads import download_url, previews_of
from app.files.services.parts import (
    drop_parts,
    join_parts,
    list_received_parts,
    open_multipart,
    sign_parts,
)
from app.files.services.uploads import (
    Ticket,
    abort_upload,
    claim_upload,
    complete_upload,
    find_ticket,
    find_upload,
    multipart_opened,
    refuse_upload,
    start_upload,
)

__all__ = [
    "Ticket",
    "abort_upload",
    "claim_upload",
    "complete_upload",
    "download_url",
    "drop_parts",
    "find_ticket",
    "find_upload",
    "join_parts",
    "list_received_parts",
    "multipart_opened",
    "open_multipart",
    "previews_of",
    "refuse_upload",
    "sign_parts",
    "start_upload",
]
