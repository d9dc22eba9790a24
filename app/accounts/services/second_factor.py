"""The second factor: an authenticator app and recovery codes; passkeys have a module of their own. Owners
and finance must have one of them."""

import secrets
import time
import uuid

from sqlalchemy import delete, func, select

from app.accounts.keyed_hash import keyed_hash
from app.accounts.models import SignInAttempt, Staff
from app.accounts.second_factor_models import Authenticator, Passkey, RecoveryCode
from app.accounts.services import sessions
from app.accounts.services.attempts import judge_attempt
from app.accounts.services.second_factor_rules import is_required
from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db, locked
from app.core.errors import BadInput, Problem
from app.core.events import record
from app.core.outbound.credentials import decrypt_text, encrypt_text
from app.core.shop.details import shop_details
from app.core.translations import _

STEP_S = 30
CODES = 10
#: Without letters and digits that look alike on paper.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class WrongCode(Problem):
    """The code of the second factor is wrong; never says which kind was tried."""

    status = 401
    code = "wrong_code"


def address_of(person: Staff, secret: str) -> str:
    """Return the address that an authenticator app reads from the QR code."""
    from pyotp import TOTP

    return str(TOTP(secret).provisioning_uri(name=person.email, issuer_name=shop_details().name))


def new_secret() -> str:
    """Return a secret for an authenticator app, 160 bits in base 32."""
    from pyotp import random_base32

    return str(random_base32())


def _step_of(secret: str, code: str) -> int | None:
    """Return the time step whose code this is, among the present one and its neighbours; else None."""
    from pyotp import TOTP

    present, found = int(time.time()) // STEP_S, None
    for step in (present - 1, present, present + 1):
        if secrets.compare_digest(TOTP(secret).at(step * STEP_S), code):
            found = step
    return found


def add_authenticator(person: Staff, actor: Actor, secret: str, code: str) -> list[str]:
    """Keep an authenticator app whose code proves that it works, in place of a former one; return ten
    new recovery codes. Records staff.authenticator_added. Raises BadInput with field ``code``."""
    step = _step_of(secret, _digits(code))
    if step is None:
        raise BadInput(
            _("This code doesn't match."),
            next_step=_("Check that your phone's clock is right, then enter the newest code."),
            field="code",
        )
    db.session.execute(delete(Authenticator).where(Authenticator.staff_id == person.id))
    row = Authenticator(staff_id=person.id, secret=encrypt_text(secret), last_step=step)
    db.session.add(row)
    person.second_factor_at = now()
    record("staff.authenticator_added", person, actor)
    return _new_codes(person)


def has_authenticator(staff_id: uuid.UUID) -> bool:
    """Return whether a person has an authenticator app."""
    mine = select(Authenticator.id).where(Authenticator.staff_id == staff_id)
    return db.session.scalar(mine) is not None


def begin_factor(person: Staff) -> list[str]:
    """Note that a person has a second factor from now on; return recovery codes with the first one."""
    if person.second_factor_at is not None:
        return []
    person.second_factor_at = now()
    return _new_codes(person)


def create_recovery_codes(person: Staff, actor: Actor) -> list[str]:
    """Replace a person's recovery codes; return the new ones, which are shown this once. Records
    staff.recovery_codes_created."""
    record("staff.recovery_codes_created", person, actor)
    return _new_codes(person)


def _new_codes(person: Staff) -> list[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == person.id))
    plain = ["".join(secrets.choice(LETTERS) for _place in range(10)) for _code in range(CODES)]
    db.session.add_all(RecoveryCode(staff_id=person.id, code_hash=_code_key(one)) for one in plain)
    return [f"{one[:5]}-{one[5:]}" for one in plain]


def _code_key(code: str) -> str:
    return keyed_hash("recovery-code", code)


def codes_left(staff_id: uuid.UUID) -> int:
    """Return how many recovery codes a person has that were not used."""
    mine = (RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(select(func.count()).select_from(RecoveryCode).where(*mine)) or 0


def check_code(attempt: SignInAttempt, person: Staff, code: str, *, actor: Actor) -> None:
    """Take the code of a locked person's app, or one of their recovery codes, each once; mark the
    attempt as right. Records staff.recovery_code_used, or access.denied with WrongCode."""
    if not (_takes_app_code(person, _digits(code)) or _takes_recovery_code(person, code)):
        data = {"what": "second_factor", "reason": "wrong_code", "staff_id": person.id}
        record("access.denied", attempt, actor, data=data | {"ip": attempt.ip})
        raise WrongCode(
            _("This code is wrong or was used already."),
            next_step=_("Enter the newest code of your app, or a recovery code."),
            field="code",
        )
    attempt.outcome = "right"


def sign_in_with_code(
    attempt_id: uuid.UUID,
    staff_id: uuid.UUID,
    code: str,
    *,
    actor: Actor,
    user_agent: str = "",
    browser: str = "",
) -> sessions.SignedIn:
    """Let a person in who has proved their password and now their second factor. Locks the person;
    records staff.signed_in. Raises TooManyTries, or WrongCode also for a disabled person."""
    attempt = judge_attempt(attempt_id)
    person = locked(Staff, staff_id)
    check_code(attempt, person, "" if person.is_disabled else code, actor=actor)
    return sessions.start_session(
        person, ip=attempt.ip, user_agent=user_agent, door=actor.door, browser=browser,
        method="factor",
    )  # fmt: skip


def _takes_app_code(person: Staff, code: str) -> bool:
    mine = select(Authenticator).where(Authenticator.staff_id == person.id)
    row = db.session.scalar(mine.with_for_update())
    step = _step_of(decrypt_text(row.secret), code) if row is not None else None
    if row is None or step is None or step <= row.last_step:
        return False
    row.last_step = step
    return True


def _takes_recovery_code(person: Staff, code: str) -> bool:
    key = _code_key("".join(code.lower().replace("-", " ").split()))
    mine = select(RecoveryCode).where(
        RecoveryCode.staff_id == person.id,
        RecoveryCode.code_hash == key,
        RecoveryCode.used_at.is_(None),
    )
    row = db.session.scalar(mine.with_for_update())
    if row is None:
        return False
    row.used_at = now()
    who = Actor("staff", person.id, person.name, "backoffice")
    record("staff.recovery_code_used", person, who, data={"left": codes_left(person.id)})
    return True


def _digits(code: str) -> str:
    return "".join(code.split()) if code.isascii() else ""


def remove_authenticator(person: Staff, actor: Actor) -> Staff:
    """Remove a person's own authenticator app. Records staff.authenticator_removed. Whoever must have a
    second factor and has no passkey either has to set up another one before anything else."""
    db.session.execute(delete(Authenticator).where(Authenticator.staff_id == person.id))
    end_factor_if_last(person)
    record("staff.authenticator_removed", person, actor)
    return person


def reset_second_factor(person: Staff, actor: Actor) -> Staff:
    """Remove the second factor of somebody who lost it, passkeys too: they are signed out everywhere, and
    set up another one at their next sign-in. Records staff.second_factor_reset."""
    for model in (Authenticator, Passkey):
        db.session.execute(delete(model).where(model.staff_id == person.id))
    end_factor_if_last(person)
    data = {"sessions_ended": sessions.end_all(person.id)}
    record("staff.second_factor_reset", person, actor, data=data)
    return person


def end_factor_if_last(person: Staff) -> None:
    """Once the last second factor is gone, its recovery codes go too; who must have one is asked at once."""
    has_passkey = db.session.scalar(
        select(Passkey.id).where(Passkey.staff_id == person.id).limit(1)
    )
    if has_passkey or has_authenticator(person.id):
        return
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == person.id))
    person.second_factor_at = None
    person.second_factor_due_at = now() if is_required(person) else None


def rotate() -> int:
    """Encrypt all secrets anew under the first key; return how many. Locks them in key order."""
    rows = db.session.scalars(select(Authenticator).order_by(Authenticator.id).with_for_update())
    found = rows.all()
    for row in found:
        row.secret = encrypt_text(decrypt_text(row.secret))
    return len(found)
