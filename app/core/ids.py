"""Identifiers: UUIDv7 for rows, long random tokens for links and sessions."""

import hashlib
import os
import secrets
import time
import uuid


def new_id() -> uuid.UUID:
    """Return a UUID version 7: sortable by time of making (RFC 9562, section 5.7)."""
    unix_ms = time.time_ns() // 1_000_000
    random_bits = int.from_bytes(os.urandom(10), "big")
    rand_a = random_bits >> 68
    rand_b = random_bits & ((1 << 62) - 1)
    value = (unix_ms & ((1 << 48) - 1)) << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | rand_b
    return uuid.UUID(int=value)


def token() -> str:
    """Return 256 random bits as 43 URL-safe characters."""
    return secrets.token_urlsafe(32)


def hash_token(value: str) -> str:
    """Return the SHA-256 of a token in hex. Tokens are random, so no salt or stretching is needed."""
    return hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()
