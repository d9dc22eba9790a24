"""Passkeys of staff: registering one, signing in with one, removing one. A passkey signs its person in
alone, or takes the place of the code after the password: either way it checks who uses it."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import select

from app.accounts.models import SignInAttempt, Staff
from app.accounts.second_factor_models import Passkey
from app.accounts.services import passkey_proof, sessions
from app.accounts.services.attempts import judge_attempt
from app.accounts.services.passkey_proof import Unproven
from app.accounts.services.second_factor import begin_factor, end_factor_if_last
from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db, locked
from app.core.errors import AlreadyDone, BadInput, NotFound, Problem, WrongState
from app.core.events import record
from app.core.shop.details import shop_details
from app.core.translations import _

log = structlog.get_logger(__name__)
MOST = 20


class WrongPasskey(Problem):
    """The answer to the challenge doesn't sign anybody in."""

    status = 401
    code = "wrong_passkey"


def passkeys_of(staff_id: uuid.UUID) -> Sequence[Passkey]:
    """Return a person's passkeys, the oldest first."""
    mine = select(Passkey).where(Passkey.staff_id == staff_id)
    return db.session.scalars(mine.order_by(Passkey.created_at, Passkey.id)).all()


def registration_options(person: Staff, challenge: bytes) -> str:
    """Return, as JSON, what a browser needs to make a passkey that answers `challenge`. Raises WrongState where
    the shop's address takes none, or the person has too many."""
    from webauthn import generate_registration_options
    from webauthn.helpers import options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    if sentence := passkey_proof.obstacle():
        raise WrongState(sentence, next_step=_("Use an authenticator app."))
    mine = passkeys_of(person.id)
    if len(mine) >= MOST:
        raise WrongState(
            _("You have %(count)s passkeys already.", count=len(mine)),
            next_step=_("Remove one that you no longer use."),
        )
    return options_to_json(
        generate_registration_options(
            rp_id=passkey_proof.host(),
            rp_name=shop_details().name,
            user_name=person.email,
            user_id=person.id.bytes,
            user_display_name=person.name,
            challenge=challenge,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=_described(mine),
        )
    )


def sign_in_options(challenge: bytes, only_for: uuid.UUID | None = None) -> str:
    """Return, as JSON, what a browser needs to answer `challenge` with a passkey: with any that it knows for this
    shop, or with one of the person `only_for`."""
    from webauthn import generate_authentication_options
    from webauthn.helpers import options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    return options_to_json(
        generate_authentication_options(
            rp_id=passkey_proof.host(),
            challenge=challenge,
            allow_credentials=_described(passkeys_of(only_for)) if only_for else None,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def _described(rows: Sequence[Passkey]) -> list[Any]:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(id=row.credential_id) for row in rows]


def add_passkey(person: Staff, actor: Actor, name: str, answer: str, challenge: bytes) -> list[str]:
    """Register the passkey that answered `challenge`; return recovery codes with a person's first second
    factor, else nothing. Records staff.passkey_added. Raises BadInput where the answer proves nothing,
    AlreadyDone for a passkey that is registered, for this person or another."""
    try:
        new = passkey_proof.prove_new(answer, challenge)
    except Unproven as fault:
        log.warning("passkey.refused", staff_id=str(person.id), reason=fault.reason)
        sentence, next_step = fault.words
        raise BadInput(sentence, next_step=next_step) from None
    if _find(new.credential_id) is not None:
        raise AlreadyDone(_("This passkey is already registered. Nothing was changed."))
    row = Passkey(
        staff_id=person.id,
        credential_id=new.credential_id,
        public_key=new.public_key,
        sign_count=new.sign_count,
        name=name,
    )
    db.session.add(row)
    db.session.flush()
    record("staff.passkey_added", person, actor, data={"passkey": name})
    return begin_factor(person)


def remove_passkey(person: Staff, actor: Actor, passkey_id: uuid.UUID) -> Staff:
    """Remove one of a person's passkeys. Records staff.passkey_removed. Whoever must have a second factor
    and removes the last one has to set up another before anything else. Raises NotFound for another
    person's."""
    row = db.session.get(Passkey, passkey_id)
    if row is None or row.staff_id != person.id:
        raise NotFound(_("There is no such passkey."))
    name = row.name
    db.session.delete(row)
    db.session.flush()
    end_factor_if_last(person)
    record("staff.passkey_removed", person, actor, data={"passkey": name})
    return person


def account_of(answer: str) -> str:
    """Return under which account a try with this answer is counted: its person's e-mail address, where
    the passkey is known here, else its id."""
    try:
        credential_id = passkey_proof.credential_id_of(answer)
    except Unproven:
        return "passkey"
    row = _find(credential_id)
    person = db.session.get(Staff, row.staff_id) if row else None
    return person.email if person else f"passkey {credential_id.hex()}"


def sign_in_with_passkey(
    attempt_id: uuid.UUID,
    answer: str,
    challenge: bytes | None,
    asked_at: datetime,
    *,
    actor: Actor,
    only_for: uuid.UUID | None = None,
    user_agent: str = "",
    browser: str = "",
) -> sessions.SignedIn:
    """Let in the person whose passkey answered `challenge`, which was given out at `asked_at`; None for one
    that is over. `only_for` is the person who has proved their password before.

    `attempt_id` is from ``begin_attempt("passkey", account_of(answer), ip=…)``, committed before. Locks
    the person; records staff.signed_in. Raises TooManyTries, or WrongPasskey, also for a disabled person,
    with access.denied recorded: commit then too.
    """
    attempt = judge_attempt(attempt_id)
    person: Staff | None = None
    try:
        row = _find(passkey_proof.credential_id_of(answer))
        person = locked(Staff, row.staff_id) if row else None
        row = (
            db.session.get(Passkey, row.id, with_for_update=True, populate_existing=True)
            if row
            else None
        )
        if row is None or person is None:
            raise Unproven("unknown")
        _prove(row, answer, challenge, asked_at, only_for)
        if person.is_disabled:
            raise Unproven("unknown")
    except Unproven as fault:
        _deny(attempt, person, fault.reason, actor)
        sentence, next_step = fault.words
        raise WrongPasskey(sentence, next_step=next_step) from None
    row.last_used_at = now()
    attempt.outcome = "right"
    return sessions.start_session(
        person, ip=attempt.ip, user_agent=user_agent, door=actor.door, browser=browser,
        method="passkey",
    )  # fmt: skip


def _prove(
    row: Passkey,
    answer: str,
    challenge: bytes | None,
    asked_at: datetime,
    only_for: uuid.UUID | None,
) -> None:
    """Keep what a locked passkey counted, where it answers. Raises Unproven. What was asked before it was
    last used is over: an answer that was overheard is not taken a second time, whatever cookie comes with it."""
    if challenge is None or (row.last_used_at is not None and asked_at <= row.last_used_at):
        raise Unproven("challenge")
    if only_for not in (None, row.staff_id):
        raise Unproven("other_person")
    row.sign_count = passkey_proof.prove_known(
        answer,
        challenge,
        public_key=row.public_key,
        sign_count=row.sign_count,
        owner=row.staff_id.bytes,
    )


def _find(credential_id: bytes) -> Passkey | None:
    return db.session.scalar(select(Passkey).where(Passkey.credential_id == credential_id))


def _deny(attempt: SignInAttempt, person: Staff | None, reason: str, actor: Actor) -> None:
    log.warning("sign_in.failed", reason=reason, ip=attempt.ip, account=attempt.account_key[:12])
    staff_id = person.id if person else None
    data = {"what": "passkey", "reason": reason, "staff_id": staff_id, "ip": attempt.ip}
    record("access.denied", attempt, actor, data=data)
