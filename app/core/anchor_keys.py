"""The pair of keys of anchors (Ed25519, RFC 8032). A signature and no shared key: whoever verifies, the operator
or the shop's own clock, needs nothing that could write an anchor."""

import base64


def make_keys() -> tuple[str, str]:
    """Return a new signing key and its public key, each 32 bytes in URL-safe base64."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    return _text(key.private_bytes_raw()), _text(key.public_key().public_bytes_raw())


def sign(body: str, signing_key: str) -> str:
    """Return the signature of `body` in URL-safe base64."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(signing_key))
    return _text(private.sign(body.encode()))


def is_signed(body: str, signature: str, public_key: str) -> bool:
    """Return whether `signature` is of `body`, made with the key that `public_key` belongs to."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    public = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(public_key))
    try:
        public.verify(base64.urlsafe_b64decode(signature), body.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()
