"""Short-lived addresses for stored files."""

from app.core import storage
from app.files.models import Asset
from app.files.names import clean_name
from app.inspection.kinds import SHOWN_INLINE


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
