"""Signing in with a passkey: alone from the sign-in page, or as the second factor after the password."""

from typing import Any

from flask import Flask, Response, request

from app.accounts.doors import browser_cookie, challenge, sign_in
from app.accounts.doors.identity import SIGNED_OUT
from app.accounts.services import passkey_proof, passkeys
from app.accounts.services.attempts import TooManyTries, begin_attempt
from app.core.clock import now
from app.core.db import db
from app.core.errors import WrongState
from app.core.translations import _

PURPOSE = "sign-in"
AT = "/admin/sign-in/passkey"


def init(app: Flask) -> None:
    """Put these addresses beside those of the sign-in page."""
    app.add_url_rule(f"{AT}/options", "sign_in.passkey_options", options, methods=["POST"])
    app.add_url_rule(AT, "sign_in.passkey", enter, methods=["POST"])


def options() -> Any:
    """Return what the browser asks a passkey, as JSON; after the password one of that person's."""
    if sentence := passkey_proof.obstacle():
        raise WrongState(sentence, next_step=_("Sign in with your password."))
    person = sign_in.pending_person() if _is_second_step() else None
    only_for = person.id if person else None
    return Response(
        passkeys.sign_in_options(challenge.give(PURPOSE, only_for), only_for),
        mimetype="application/json",
    )


def enter() -> Any:
    """Begin a session for the person whose passkey answered."""
    wanted, answer = request.form.get("next"), request.form.get("answer", "")
    asked = challenge.take(PURPOSE)
    secret, address = browser_cookie.read_or_make(), request.remote_addr or ""
    attempt_id = begin_attempt("passkey", passkeys.account_of(answer), ip=address, browser=secret)
    db.session.commit()
    try:
        signed = passkeys.sign_in_with_passkey(
            attempt_id,
            answer,
            asked.value if asked else None,
            asked.asked_at if asked else now(),
            actor=SIGNED_OUT,
            only_for=asked.only_for if asked else None,
            user_agent=request.user_agent.string,
            browser=secret,
        )
    except (passkeys.WrongPasskey, TooManyTries) as problem:
        db.session.commit()  # the try counts, and is in the log
        person = sign_in.pending_person() if _is_second_step() else None
        if person is not None:
            return sign_in.code_form(person, wanted, problem)
        return sign_in.form(wanted, problem=problem)
    return sign_in.enter(signed, wanted, secret)


def _is_second_step() -> bool:
    return request.form.get("step") == "second"
