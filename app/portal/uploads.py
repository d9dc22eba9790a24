"""Uploads: the browser asks here for addresses and puts the bytes straight into storage."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, jsonify, request

from app.core.db import db
from app.core.errors import BadInput
from app.files import services as files
from app.portal.visitor import actor, owner_key

MOST_PARTS_AT_ONCE = 100


def register(blueprint: Blueprint) -> None:
    """Add the upload's addresses; all speak JSON."""
    blueprint.post("/uploads", endpoint="start_upload")(start)
    blueprint.get("/uploads/<uuid:upload_id>", endpoint="upload_state")(state)
    blueprint.get("/uploads/<uuid:upload_id>/parts", endpoint="upload_parts")(parts)
    blueprint.post("/uploads/<uuid:upload_id>/parts", endpoint="sign_parts")(sign)
    blueprint.post("/uploads/<uuid:upload_id>/complete", endpoint="complete_upload")(complete)
    blueprint.delete("/uploads/<uuid:upload_id>", endpoint="abort_upload")(abort)
