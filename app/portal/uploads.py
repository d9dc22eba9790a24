"""Uploads: the browser asks here for addresses and puts the bytes straight into storage."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import Blueprint, url_for

from app.artwork import preflight
from app.artwork.services.slots import named_slot
from app.catalog.properties import Artwork
from app.files.doors import UploadDoor
from app.files.models import Asset
from app.portal.catalogue import find as find_product
from app.portal.visitor import actor, owner_key

ADDRESSES = (
    ("POST", "", "start_upload", "start"),
    ("GET", "/<uuid:upload_id>", "upload_state", "state"),
    ("GET", "/<uuid:upload_id>/picture", "upload_picture", "picture"),
    ("GET", "/<uuid:upload_id>/parts", "upload_parts", "parts"),
    ("POST", "/<uuid:upload_id>/parts", "sign_parts", "sign"),
    ("POST", "/<uuid:upload_id>/complete", "complete_upload", "complete"),
    ("DELETE", "/<uuid:upload_id>", "abort_upload", "abort"),
)


def register(blueprint: Blueprint) -> None:
    """Add the upload's addresses; all speak JSON."""
    for method, path, endpoint, name in ADDRESSES:
        blueprint.add_url_rule(f"/uploads{path}", endpoint, _answer(name), methods=[method])


def _answer(name: str) -> Callable[..., Any]:
    def answer(**where: uuid.UUID) -> Any:
        door = UploadDoor(owner_key(), actor(), report, _picture_url)
        return getattr(door, name)(**where)

    return answer


def _picture_url(upload_id: uuid.UUID) -> str:
    return url_for("portal.upload_picture", upload_id=upload_id)


def report(asset: Asset, wanted: str) -> preflight.BriefReport | None:
    """Return what preflight says of the file in brief; None where nothing is asked for.

    `wanted` is ``p/SLUG`` for a product, or ``slot/ID`` for a place of an order of this browser.
    """
    rule = _requirement(wanted)
    return preflight.brief(asset.facts, rule) if rule is not None else None


def _requirement(wanted: str) -> Artwork | None:
    """Return what a product's files must be, or a slot's of this browser's own orders."""
    kind, _, name = wanted.partition("/")
    if kind == "p":
        _, terms = find_product(name)
        return terms.artwork
    slot = named_slot(name) if kind == "slot" else None
    mine = slot is not None and slot.stream_id in actor().streams
    return slot.requirement if slot is not None and mine else None
