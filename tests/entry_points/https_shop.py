"""What a shop under https says to browsers: run as a program of its own, prints one JSON object."""

from __future__ import annotations

import json
import re
from typing import Any

from sqlalchemy import select

from app import create_app
from app.accounts.models import SignInAttempt
from app.accounts.services import create_staff, issue_link
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
    app = create_app()
    with app.app_context():
        create_staff(
            "ada@example.com", "Ada", ["owner"], actor=system("cli"), password=PASSWORD
        )  # fmt: skip
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
    form = {"csrf_token": before, "email": "ada@example.com", "password": PASSWORD}
    told = {
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
    print(json.dumps(told))


if __name__ == "__main__":
    main()
