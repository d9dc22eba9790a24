"""What a browser answers with a passkey (WebAuthn), checked: where the shop takes them, and by which rules.

A passkey always asks its owner for a fingerprint, a face or a PIN (user verification), so that it stands
for a password and a second factor at once.
"""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, NoReturn
from urllib.parse import urlsplit

from flask import json

from app.core.settings import current
from app.core.translations import _, _l

LONGEST_ANSWER, LONGEST_ID = 65_536, 1023
#: What was wrong with an answer → what its person reads, and what they can do.
FAULTS = {
    "malformed": (
        _l("We couldn't read your browser's answer."),
        _l("Reload the page, then try again."),
    ),
    "challenge": (
        _l("This took too long, or was sent twice."),
        _l("Try again."),
    ),
    "origin": (
        _l("This passkey was used at another address than the shop's."),
        _l("Open %(origin)s, then try again."),
    ),
    "unverified": (
        _l("Your device didn't check that it was you."),
        _l("Use a passkey that asks for your fingerprint, face or PIN."),
    ),
    "unknown": (
        _l("This passkey isn't registered here."),
        _l("Sign in with your password, then add it under Your account."),
    ),
    "other_person": (
        _l("This passkey belongs to another account."),
        _l("Use one of your own, or sign in as someone else."),
    ),
    "sign_count": (
        _l("This passkey may have been copied, so we didn't accept it."),
        _l("Sign in another way, remove this passkey and add a new one."),
    ),
    "signature": (
        _l("This passkey didn't prove who you are."),
        _l("Try again, or sign in another way."),
    ),
}


class Unproven(Exception):
    """The answer proves nothing; `reason` is a key of FAULTS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    @property
    def words(self) -> tuple[str, str]:
        """What was wrong, and what to do next."""
        sentence, next_step = FAULTS[self.reason]
        return _(sentence), _(next_step, origin=origin())


@dataclass(frozen=True)
class NewPasskey:
    """What was proved of a passkey that is to be registered."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def host() -> str:
    """Return the host name of the shop's address as browsers write it, which passkeys are bound to."""
    name = (urlsplit(current().base_url).hostname or "").lower()
    return name if name.isascii() else name.encode("idna").decode()


def origin() -> str:
    """Return the shop's address as browsers name it in an answer: scheme, host, and a port of its own."""
    parts = urlsplit(current().base_url)
    default = {"https": 443, "http": 80}.get(parts.scheme)
    port = f":{parts.port}" if parts.port and parts.port != default else ""
    return f"{parts.scheme}://{host()}{port}"


def obstacle() -> str:
    """Return why the shop's address takes no passkeys, as a sentence; "" where it does."""
    name = host()
    try:
        ip_address(name)
    except ValueError:
        is_local = name == "localhost" or name.endswith(".localhost")
        if is_local or origin().startswith("https://"):
            return ""
        return _("Passkeys need https, and this shop's address begins with http.")
    return _(
        "Passkeys need a host name, such as localhost, and this shop's address is an IP address (%(number)s).",
        number=name,
    )


def credential_id_of(answer: str) -> bytes:
    """Return the id of the passkey that answered; b"" where it has none that one can have. `answer` is what
    a browser sent, as JSON. Raises Unproven where it is nothing that an answer can be."""
    from webauthn import base64url_to_bytes

    try:
        found = base64url_to_bytes(_read(answer)["rawId"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return b""
    return found if len(found) <= LONGEST_ID else b""


def _read(answer: str) -> dict[str, Any]:
    try:
        read = json.loads(answer) if len(answer) <= LONGEST_ANSWER else None
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise Unproven("malformed")
    return read


def prove_new(answer: str, challenge: bytes) -> NewPasskey:
    """Return the passkey that answers `challenge` and is to be registered. Raises Unproven."""
    from webauthn import verify_registration_response
    from webauthn.helpers import parse_registration_credential_json

    try:
        credential = parse_registration_credential_json(_read(answer))
        _check_client(credential.response.client_data_json, challenge)
        proved = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=host(),
            expected_origin=origin(),
        )
    except Exception as fault:
        _refuse(fault)
    if not proved.user_verified:
        raise Unproven("unverified")
    if len(proved.credential_id) > LONGEST_ID:
        raise Unproven("malformed")
    return NewPasskey(proved.credential_id, proved.credential_public_key, proved.sign_count)


def prove_known(
    answer: str, challenge: bytes, *, public_key: bytes, sign_count: int, owner: bytes
) -> int:
    """Return what the passkey has counted, which answers `challenge` by `public_key` and belongs to
    `owner`. Raises Unproven, also where it has not counted on since `sign_count`."""
    from webauthn import verify_authentication_response
    from webauthn.helpers import parse_authentication_credential_json

    try:
        credential = parse_authentication_credential_json(_read(answer))
        _check_client(credential.response.client_data_json, challenge)
        proved = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=host(),
            expected_origin=origin(),
            credential_public_key=public_key,
            credential_current_sign_count=0,  # compared below, once the signature is known to be right
        )
    except Exception as fault:
        _refuse(fault)
    if credential.response.user_handle not in (None, b"", owner):
        raise Unproven("other_person")
    if not proved.user_verified:
        raise Unproven("unverified")
    count = proved.new_sign_count
    if (count or sign_count) and count <= sign_count:
        raise Unproven("sign_count")
    return count


def _check_client(client_data: bytes, challenge: bytes) -> None:
    """Raise Unproven unless the browser answered this challenge, at the shop's own address."""
    from webauthn.helpers import parse_client_data_json

    client = parse_client_data_json(client_data)
    if client.challenge != challenge:
        raise Unproven("challenge")
    if client.origin != origin():
        raise Unproven("origin")


def _refuse(fault: Exception) -> NoReturn:
    """Raise Unproven for whatever the library tripped over: a stranger may have made the answer."""
    from webauthn.helpers.exceptions import (
        InvalidAuthenticationResponse,
        InvalidRegistrationResponse,
    )

    if isinstance(fault, Unproven):
        raise fault
    is_readable = isinstance(fault, InvalidAuthenticationResponse | InvalidRegistrationResponse)
    raise Unproven("signature" if is_readable else "malformed") from fault
