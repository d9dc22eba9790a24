"""An authenticator in software: it makes passkeys and answers with them as a phone does, or wrongly on demand."""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


def encoded(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class SoftPasskey:
    """One passkey (ES256). `count` is what it counts; it stays 0 for one that doesn't, as synced ones do."""

    def __init__(self, origin: str = "http://localhost", *, counts: bool = True) -> None:
        self.origin = origin
        self.rp_id = origin.partition("://")[2].partition(":")[0]
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(32)
        self.count = 0
        self.step = 1 if counts else 0
        self.owner = b""

    def make(self, options: dict[str, Any], **wrong: Any) -> str:
        """Return what the browser sends of a new passkey."""
        self.owner = decoded(options["user"]["id"])
        client = self._client("webauthn.create", options["challenge"], **wrong)
        numbers = self.key.public_key().public_numbers()
        key = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        attested = bytes(16) + len(self.id).to_bytes(2) + self.id + cbor2.dumps(key)
        data = self._data(WITH_KEY, **wrong) + attested
        statement = {"fmt": "none", "attStmt": {}, "authData": data}
        return self._answer(clientDataJSON=client, attestationObject=cbor2.dumps(statement))

    def use(self, options: dict[str, Any], **wrong: Any) -> str:
        """Return what the browser sends of a passkey that is used."""
        self.count += self.step
        client = self._client("webauthn.get", options["challenge"], **wrong)
        data = self._data(0, **wrong)
        signed = data + hashlib.sha256(client).digest()
        return self._answer(
            clientDataJSON=client,
            authenticatorData=data,
            signature=self.key.sign(signed, ec.ECDSA(hashes.SHA256())),
            userHandle=wrong.get("owner", self.owner),
        )

    def _client(self, kind: str, challenge: str, **wrong: Any) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": wrong.get("origin", self.origin)}
        return json.dumps(said).encode()

    def _data(self, flags: int, **wrong: Any) -> bytes:
        flags |= PRESENT | (VERIFIED if wrong.get("verified", True) else 0)
        rp_id = wrong.get("rp_id", self.rp_id)
        count = wrong.get("count", self.count)
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + count.to_bytes(4)

    def _answer(self, **response: bytes) -> str:
        said = {name: encoded(value) for name, value in response.items()}
        name = encoded(self.id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": said})
