"""Files that the shop makes itself: proofs, work orders, labels."""

from __future__ import annotations

from app.files.file_facts import FileFacts
from app.files.models import Asset
from app.files.services.storing import keep_asset


def register_generated(
    storage_key: str,
    *,
    sha256: str,
    size_bytes: int,
    media_type: str,
    facts: FileFacts | None = None,
) -> Asset:
    """Make the asset of a file that was stored under `storage_key` before; the same bytes twice are
    one asset."""
    return keep_asset(
        storage_key,
        sha256=sha256,
        size_bytes=size_bytes,
        media_type=media_type,
        facts=facts or FileFacts(),
    )
