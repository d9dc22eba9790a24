"""Each answer carries the security headers, and no page needs what they forbid."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.core.settings import ROOT
from tests.core.backoffice_shop import shop
from tests.servers import MONITOR

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
LETTERS = {"emails", "email", "letters", "messages", "pdf", "print", "papers"}
"""Folders of templates that no browser shows: mail clients and printers know no policy."""


@pytest.fixture(scope="module")
def own_application(application: Flask) -> Flask:
    return shop(application)


@pytest.fixture
def desk(own_application: Flask, session: Any) -> Any:
    return own_application.test_client()


def directives(answer: Any) -> dict[str, str]:
    policy = answer.headers["Content-Security-Policy"]
    return dict((part.strip() + " ").split(" ", 1) for part in policy.split(";"))


def on_screen() -> list[Path]:
    root = ROOT / "templates"
    return [path for path in TEMPLATES if not LETTERS & set(path.relative_to(root).parts[:-1])]


class TestHeaders:
    def test_the_policy_allows_nothing_inline_and_no_other_place(self, desk: Any) -> None:
        policy = directives(desk.get("/admin/", headers={"X-Test-Permissions": ""}))
        assert policy["default-src"].strip() == "'none'"
        assert "unsafe" not in str(policy)
        assert policy["frame-ancestors"].strip() == "'none'"
        assert policy["base-uri"].strip() == "'none'"
        assert "*" not in str(policy)

    def test_the_policy_names_the_storage_and_the_live_line(self, desk: Any) -> None:
        from app.core.settings import current
        from app.core.web import origin

        policy = directives(desk.get("/admin/", headers={"X-Test-Permissions": ""}))
        assert origin(current().s3_endpoint_url or "") in policy["connect-src"]
        assert origin(current().realtime_url).replace("http", "ws", 1) in policy["connect-src"]

    def test_each_answer_has_a_nonce_of_its_own_and_the_page_carries_it(self, desk: Any) -> None:
        nonces = set()
        for _ in range(2):
            answer = desk.get("/admin/", headers={"X-Test-Permissions": ""})
            (nonce,) = set(re.findall(r'nonce="([^"]+)"', answer.text))
            assert f"'nonce-{nonce}'" in directives(answer)["script-src"]
            nonces.add(nonce)
        assert len(nonces) == 2

    @pytest.mark.parametrize("path", ["/admin/", "/nowhere", "/static/css/base.css"])
    def test_every_answer_is_guarded_whatever_it_is(self, desk: Any, path: str) -> None:
        headers = desk.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Content-Security-Policy" in headers

    def test_pages_are_never_kept_and_hashed_files_are(self, desk: Any) -> None:
        page = desk.get("/admin/", headers={"X-Test-Permissions": ""})
        assert page.headers["Cache-Control"] == "no-store"
        sheet = re.search(r'href="(/static/css/base.css\?v=[0-9a-f]{12})"', page.text)
        assert sheet is not None
        assert "immutable" in desk.get(sheet.group(1)).headers["Cache-Control"]


class TestTemplates:
    @pytest.mark.parametrize("path", on_screen(), ids=lambda path: path.name)
    def test_no_script_or_style_stands_in_a_page(self, path: Path) -> None:
        text = path.read_text()
        assert not re.search(r"\sstyle=", text)
        assert "<style" not in text
        assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
        assert "javascript:" not in text
        for script in re.findall(r"<script[^>]*>", text):
            assert "src=" in script or 'type="application/json"' in script
            assert "nonce" in script or "application/json" in script

    @pytest.mark.parametrize("path", on_screen(), ids=lambda path: path.name)
    def test_nothing_comes_from_elsewhere(self, path: Path) -> None:
        assert not re.search(r"(src|href)=[\"']https?://", path.read_text())

    def test_every_icon_that_a_template_names_is_in_the_sprite(self) -> None:
        sprite = (ROOT / "app" / "static" / "icons.svg").read_text()
        drawn = set(re.findall(r'id="i-([\w-]+)"', sprite))
        for path in TEMPLATES:
            named = set(re.findall(r"\bicon\(\s*\"([\w-]+)\"", path.read_text()))
            assert named <= drawn, f"{path.name}: {sorted(named - drawn)}"

    def test_vendored_files_are_what_was_written_down(self) -> None:
        import subprocess
        import sys

        script = str(ROOT / "bin" / "vendor")
        done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    def test_no_stylesheet_or_script_is_longer_than_400_lines(self) -> None:
        static = ROOT / "app" / "static"
        files = [*static.glob("css/**/*.css"), *static.glob("js/**/*.js")]
        assert files
        assert [path.name for path in files if len(path.read_text().splitlines()) > 400] == []


class TestProblems:
    def test_a_missing_page_says_what_to_do(self, desk: Any) -> None:
        answer = desk.get("/nowhere")
        assert answer.status_code == 404
        assert "Page not found" in answer.text
        assert "Check the address" in answer.text

    def test_a_program_gets_json(self, desk: Any) -> None:
        answer = desk.get("/nowhere", headers={"Accept": "application/json"})
        assert answer.status_code == 404
        assert answer.mimetype == "application/problem+json"
        assert (answer.json["status"], answer.json["code"]) == (404, "not_found")
        assert answer.json["title"] == "Page not found"
        assert "Check the address" in answer.json["detail"]
        assert answer.json["instance"] == "/nowhere"

    def test_a_fragment_s_problem_goes_to_the_notices_of_the_page(self, desk: Any) -> None:
        headers = {"HX-Request": "true", "X-Test-Permissions": "order.view"}
        answer = desk.get("/admin/items/", headers=headers)
        assert answer.status_code == 403
        assert answer.headers["HX-Retarget"] == "#notices"
        assert answer.text.strip().startswith('<div class="notice notice-bad"')

    def test_a_fault_shows_a_number_and_no_inner_words(
        self, own_application: Flask, session: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*args: object) -> None:
            raise RuntimeError("inner words")

        from app.core.backoffice import listing

        monkeypatch.setattr(listing, "read_args", broken)
        desk = own_application.test_client()
        answer = desk.get("/admin/items/", headers={"X-Test-Permissions": "stock.view"})
        assert answer.status_code == 500
        assert re.search(r"Reference [0-9a-f]{8}\.", answer.text)
        assert "inner words" not in answer.text

    def test_what_is_not_ready_is_named(self, desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        from app.core.web import health

        def away() -> None:
            raise ConnectionError

        monkeypatch.setitem(health.CHECKS, "storage", away)
        answer = desk.get("/readyz", headers=MONITOR)
        assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
        assert answer.json["parts"] == {
            "database": "ok",
            "redis": "ok",
            "storage": "ConnectionError",
            "sandbox": "ok",
        }

    def test_a_machine_that_cannot_confine_a_file_is_not_ready_and_says_why(
        self, desk: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from app.core.sandbox import landlock

        monkeypatch.setattr(landlock, "version", lambda: 0)
        answer = desk.get("/readyz", headers=MONITOR)
        assert answer.status_code == 503
        assert "Landlock is missing" in answer.json["parts"]["sandbox"]
        assert "Landlock is missing" in answer.text

    def test_a_live_ticket_is_for_people_of_the_shop_or_of_an_order(self, desk: Any) -> None:
        from app.core.realtime import admit

        refused = desk.get("/live/ticket")
        assert (refused.status_code, refused.mimetype) == (403, "application/problem+json")
        answer = desk.get("/live/ticket", headers={"X-Test-Permissions": ""})
        own = "01930000-0000-7000-8000-00000000a001"  # told when their access ends
        assert admit(answer.json["ticket"]) == {"*", own}
