"""Uploads: the browser asks here for addresses and puts the bytes straight into storage."""

import uuid
from collections.abc import Callable
from typing import Any

from flask import request, url_for

from app import preflight
from app.accounts.models import network_of
from app.artwork.services.slots import named_slot
from app.files.doors import UploadDoor
from app.files.models import Asset
from app.portal import actor, blueprint, owner_key
from app.portal.catalogue import find as find_product

ADDRESSES = (
    ("POST", "", "start_upload", "start"),
    ("GET", "/<uuid:upload_id>", "upload_state", "state"),
    ("GET", "/<uuid:upload_id>/picture", "upload_picture", "picture"),
    ("GET", "/<uuid:upload_id>/parts", "upload_parts", "parts"),
    ("POST", "/<uuid:upload_id>/parts", "sign_parts", "sign"),
    ("POST", "/<uuid:upload_id>/complete", "complete_upload", "complete"),
    ("DELETE", "/<uuid:upload_id>", "abort_upload", "abort"),
)


def _answer(name: str) -> Callable[..., Any]:
    def answer(**where: uuid.UUID) -> Any:
        door = UploadDoor(owner_key(), actor(), report, _picture_url, _network())
        return door.answer(name, **where)

    return answer


def _network() -> str:
    return str(network_of(request.remote_addr or "nowhere"))


def _picture_url(upload_id: uuid.UUID) -> str:
    return url_for("portal.upload_picture", upload_id=upload_id)


def report(asset: Asset, wanted: str) -> preflight.BriefReport | None:
    """Return what preflight says of the file in brief; None where nothing is asked for.

    `wanted` is ``p/SLUG`` for a product, or ``slot/ID`` for a slot of an order of this browser.
    """
    kind, _, name = wanted.partition("/")
    if kind == "p":
        rule = find_product(name)[1].artwork
    else:
        slot = named_slot(name) if kind == "slot" else None
        rule = slot.requirement if slot and slot.stream_id in actor().streams else None
    return preflight.brief(asset.facts, rule) if rule is not None else None


for method, path, endpoint, name in ADDRESSES:
    blueprint.add_url_rule(f"/uploads{path}", endpoint, _answer(name), methods=[method])
