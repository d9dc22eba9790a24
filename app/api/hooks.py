"""Webhooks in: the raw body is checked against the sender's signature before anything is read."""

from typing import Any

from flask import Blueprint, request

from app.core.db import db
from app.core.errors import NotFound
from app.core.outbound.adapters import KINDS, WEBHOOKS, Adapter, of_kind
from app.core.outbound.credentials import open_adapter
from app.core.translations import _
from app.core.web.problems import log_refusal, problem_json

blueprint = Blueprint("hooks", __name__, url_prefix="/hooks")


@blueprint.post("/<source>")
def receive(source: str) -> Any:
    """Take one call in; 404 for a source that nobody set up, 401 for a false signature."""
    sender = find_sender(source)
    body = request.get_data(cache=False)
    headers = {name.lower(): value for name, value in request.headers.items()}
    if not sender.is_genuine(body, headers):
        log_refusal("webhook.false_signature", source=source)
        return problem_json(401, "unauthorised", "The signature does not fit the body.")
    sender.receive(body, headers)
    db.session.commit()
    return "", 204


def find_sender(key: str) -> Adapter:
    """Return the adapter `key`, which takes webhooks, with its settings; raise NotFound without one."""
    for kind in KINDS:
        found = of_kind(kind).get(key)
        if found is not None and WEBHOOKS in found.abilities:
            return open_adapter(kind, key)
    raise NotFound(_("There is no webhook at this address."))
