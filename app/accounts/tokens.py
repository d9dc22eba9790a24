"""Tokens that can be made again from a row's salt and the shop's secret, and so are stored nowhere.

A message with a link is written when it is sent: its text asks for the token by the row's id. Who
has a copy of the database has only salts and hashes.
"""

import base64
import hashlib
import hmac

from app.core.settings import current


def derived_token(purpose: str, salt: str) -> str:
    """Return the 256-bit token of a row as 43 URL-safe characters (HMAC-SHA-256, RFC 2104)."""
    message = f"{purpose}\0{salt}".encode()
    mac = hmac.new(current().secret_key.encode(), message, hashlib.sha256)
    return base64.urlsafe_b64encode(mac.digest()).rstrip(b"=").decode("ascii")
