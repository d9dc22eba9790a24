"""What a shop under https says to browsers: a program that prints one JSON object for each argument.

Each argument is a number of trusted proxies. Everything is imported once; each shop is a child of
its own, as one process makes one application.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import sys
from typing import Any

from sqlalchemy import delete, select

from app import PAGES, create_app
from app.accounts.models import SignInAttempt
from app.accounts.services.links import issue_link
from app.accounts.verbs import create_staff
from app.core.actor import system
from app.core.db import db
from tests.order_rows import placed_order

ORIGIN = "https://shop.example.com"
PASSWORD = "paper and black ink"
CLAIMED = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7", "X-Forwarded-Proto": "https"}


def said(answer: Any) -> dict[str, Any]:
    return {
        "status": answer.status_code,
        "headers": dict(answer.headers),
        "cookies": answer.headers.getlist("Set-Cookie"),
    }


def main() -> None:
    for name in PAGES:
        importlib.import_module(name)
    for proxies in sys.argv[1:]:
        child = os.fork()
        if child == 0:
            os.environ["TRUSTED_PROXIES"] = proxies
            print(json.dumps(answers(f"ada-{proxies}@example.com")), flush=True)
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0


def answers(email: str) -> dict[str, Any]:
    """What a shop says to the owner at `email` and to strangers; whose address it noted."""
    app = create_app()
    with app.app_context():
        db.session.execute(delete(SignInAttempt))
        create_staff(None, email, "Ada", ["owner"], actor=system("cli"), password=PASSWORD)
        secret = issue_link(placed_order().id, "Ada", actor=system("cli"))
        db.session.commit()
    client = app.test_client()

    def ask(method: str, path: str, **more: Any) -> Any:
        headers = {**CLAIMED, **more.pop("headers", {})}
        return client.open(path, method=method, base_url="http://shop.example.com",
                           headers=headers, environ_base={"REMOTE_ADDR": "10.0.0.1"}, **more)  # fmt: skip

    def token(path: str) -> str:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', ask("GET", path).text)
        assert found is not None
        return found.group(1)

    from_form = {"Referer": f"{ORIGIN}/"}  # what a browser sends from a page with strict-origin
    before = token("/admin/sign-in")
    form = {"csrf_token": before, "email": email, "password": PASSWORD}
    told: dict[str, Any] = {
        "page": said(ask("GET", "/admin/sign-in")),
        "signed_in": said(ask("POST", "/admin/sign-in", data=form, headers=from_form)),
        "old_token": said(ask("POST", "/admin/sign-out", data=form, headers=from_form)),
        "link": said(ask("GET", f"/t/{secret}")),
        "lost_link": said(
            ask(
                "POST",
                "/link",
                headers=from_form,
                data={"csrf_token": token("/link"), "email": "a@example.com", "order_ref": "1"},
            )
        ),
        "elsewhere": said(
            ask(
                "POST",
                "/link",
                data={"csrf_token": token("/link")},
                headers={"Referer": "https://evil.example/"},
            )
        ),
    }
    with app.app_context():
        told["addresses"] = sorted(set(db.session.scalars(select(SignInAttempt.ip))))
    return told


if __name__ == "__main__":
    main()
