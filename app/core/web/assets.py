"""Addresses of static files that change with their content, so that browsers may keep them long."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, request, url_for

#: In this order: later files may lean on earlier ones.
SHARED_CSS = ("tokens", "base", "shell", "controls", "content", "work", "overlays")
BACKOFFICE_CSS = (*SHARED_CSS, "admin", "helpers", "narrow")
PORTAL_CSS = (*SHARED_CSS, "portal", "admin", "helpers", "narrow")
STATION_CSS = (*SHARED_CSS, "station", "helpers", "narrow")
YEAR_S = 31_536_000


@lru_cache(maxsize=512)
def _digest(path: str, modified_ns: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """Return the address of the static file `name` with ``?v=`` and a hash of its content."""
    known: dict[str, str] = g.setdefault("asset_addresses", {})
    if name not in known:
        path = Path(current_app.static_folder or "") / name
        found = _digest(str(path), path.stat().st_mtime_ns) if path.is_file() else None
        known[name] = url_for("static", filename=name, v=found)
    return known[name]


def init(app: Flask) -> None:
    """Give templates `asset` and the stylesheet lists; let hashed addresses be kept for a year."""
    app.jinja_env.globals.update(
        asset=asset,
        icon_sprite=lambda: asset("icons.svg"),
        css_files={"backoffice": BACKOFFICE_CSS, "portal": PORTAL_CSS, "station": STATION_CSS},
    )

    @app.after_request
    def keep(response: Response) -> Any:
        if request.endpoint == "static" and request.args.get("v"):
            response.headers["Cache-Control"] = f"public, max-age={YEAR_S}, immutable"
        return response
