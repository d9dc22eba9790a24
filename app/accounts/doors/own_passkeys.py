"""One's own passkeys: adding one, with the current password, and removing one."""

from typing import Any

from flask import Flask, Response, g, request

from app.accounts import verbs
from app.accounts.doors import challenge, security
from app.accounts.services import passkey_proof, passkeys
from app.core.db import db
from app.core.errors import BadInput

PURPOSE = "add"
AT = "/admin/account/sign-in/passkeys"


def init(app: Flask) -> None:
    """Put these addresses beside those of the page that they belong to."""
    for path, view in (
        ("/options", passkey_options),
        ("", add_passkey),
        ("/remove", remove_passkey),
    ):
        app.add_url_rule(AT + path, f"security.{view.__name__}", view, methods=["POST"])


def passkey_options() -> Any:
    """Return what the browser makes a passkey from, as JSON, for whoever knows the current password."""
    security.prove_password()
    asked = challenge.give(PURPOSE, only_for=g.staff.id)
    return Response(passkeys.registration_options(g.staff, asked), mimetype="application/json")


def add_passkey() -> Any:
    """Keep the passkey that the browser made; with a person's first second factor, show recovery codes."""

    def change() -> Any:
        asked = challenge.take(PURPOSE)
        if asked is None or asked.only_for != g.staff.id:
            sentence, next_step = passkey_proof.Unproven("challenge").words
            raise BadInput(sentence, next_step=next_step)
        name, answer = request.form.get("name", ""), request.form.get("answer", "")
        codes = verbs.add_passkey(g.staff.id, name, answer, asked.value, actor=g.actor)
        if not codes:
            return security.done(verbs.add_passkey)
        db.session.commit()
        return security.show(codes=codes)

    return security.once("passkey", verbs.add_passkey.key, change)


def remove_passkey() -> Any:
    """Remove a passkey of one's own, for whoever knows the current password."""

    chosen = request.form.get("passkey_id", "")

    def change() -> Any:
        verbs.remove_passkey(g.staff.id, chosen, actor=g.actor)
        return security.done(verbs.remove_passkey)

    return security.proved(f"passkey-{chosen}", verbs.remove_passkey.key, change)
