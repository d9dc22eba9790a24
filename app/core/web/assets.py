"""Addresses of static files that change with their content, so that browsers may keep them long."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, request, url_for
from markupsafe import Markup

#: In this order: later files may lean on earlier ones.
SHARED_CSS = ("tokens", "base", "shell", "controls", "content", "work", "overlays")
BACKOFFICE_CSS = (*SHARED_CSS, "admin", "helpers", "editor", "narrow")
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
        known[name] = _address(request.script_root, name, found)
    return known[name]


@lru_cache(maxsize=512)
def _address(root: str, name: str, digest: str | None) -> str:
    return url_for("static", filename=name, v=digest)


def icon(name: str, label: str | None = None, **more: str) -> Markup:
    """Return an icon of the sprite, for a template: with `label` a picture that is read out."""
    return _icon(asset("icons.svg"), name, str(label or ""), more.get("class", ""))


@lru_cache(maxsize=512)
def _icon(sprite: str, name: str, label: str, css: str) -> Markup:
    role = Markup('role="img" aria-label="%s"') % label if label else Markup('aria-hidden="true"')
    svg = Markup('<svg class="icon%s" %s><use href="%s#i-%s"/></svg>')
    return svg % (css and f" {css}", role, sprite, name)


def init(app: Flask) -> None:
    """Give templates `asset` and the stylesheet lists; let hashed addresses be kept for a year."""
    app.jinja_env.globals.update(
        asset=asset,
        icon_mark=icon,
        icon_sprite=lambda: asset("icons.svg"),
        css_files={"backoffice": BACKOFFICE_CSS, "portal": PORTAL_CSS, "station": STATION_CSS},
    )

    @app.after_request
    def keep(response: Response) -> Any:
        if request.endpoint == "static" and request.args.get("v"):
            response.headers["Cache-Control"] = f"public, max-age={YEAR_S}, immutable"
        return response
