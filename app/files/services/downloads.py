"""Short-lived addresses for stored files."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from app.core import storage
from app.core.db import db
from app.files.kinds import SHOWN_INLINE
from app.files.models import Asset, Preview
from app.files.names import clean_name


def download_url(
    asset: Asset, *, file_name: str, inline: bool = False, expires_s: int = 300
) -> str:
    """Return an address that gives the file for `expires_s` seconds.

    As attachment; with `inline` shown by the browser, if the type is one that can't carry script.
    """
    shown = inline and asset.media_type in SHOWN_INLINE
    return storage.sign_download(
        asset.storage_key, file_name=clean_name(file_name), inline=shown, expires_s=expires_s
    )


def previews_of(asset_id: uuid.UUID) -> list[Preview]:
    """Return an asset's pictures in order: thumb, page-1 …, turntable."""
    query = select(Preview).where(Preview.asset_id == asset_id).order_by(Preview.position)
    return list(db.session.scalars(query))
