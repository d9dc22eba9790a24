"""Pictures of stored files: the browser is sent to the storage and may keep what it got for a while."""

from flask import redirect
from werkzeug.wrappers import Response

from app.core import storage

SIGNED_S = 300
#: Less than the address is good for, so that no browser follows one that has run out.
KEPT_S = 240


def show_picture(storage_key: str) -> Response:
    """Return the way to a stored picture, which this person's browser alone may keep for `KEPT_S`."""
    address = storage.sign_download(
        storage_key, file_name="preview", inline=True, expires_s=SIGNED_S
    )
    answer = redirect(address, 302)
    answer.headers["Cache-Control"] = f"private, max-age={KEPT_S}"
    return answer
