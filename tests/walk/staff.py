"""What the people of the shop do on the walk, each signed in with a role of their own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.walk.web_client import Browser, Page, WalkFailed, until

SIGN_INS = "demo-signins.json"


class Staff:
    """The demo's people, signed in when they are first needed."""

    def __init__(self, base_url: str, home: Path) -> None:
        self.base_url = base_url
        file = home / SIGN_INS
        if not file.exists():
            raise WalkFailed(f"{file} is missing: the walk needs the demo's people.")
        self.passwords: dict[str, str] = json.loads(file.read_text("utf-8"))
        self.signed_in: dict[str, Browser] = {}

    def __getitem__(self, role: str) -> Browser:
        if role not in self.signed_in:
            self.signed_in[role] = self._sign_in(role)
        return self.signed_in[role]

    def _sign_in(self, role: str) -> Browser:
        browser = Browser(self.base_url)
        address = f"{role}@demo.example"
        page = browser.get("/admin/")
        if page.form("/admin/sign-in") is None:
            raise WalkFailed("The back office does not ask strangers to sign in.")
        page = browser.submit(
            page, "/admin/sign-in", {"email": address, "password": self.passwords[address]}
        )
        if page.path.rstrip("/") != "/admin":
            raise WalkFailed(f"Signing in as {role} led to {page.path}: {page.faults()}")
        return browser

    def act_on_order(self, role: str, ref: str, verb: str, event: str, **values: str) -> Page:
        """Do `verb` on the order page until `event` stands on its timeline."""
        return self[role].act(
            f"/admin/order/{ref}?timeline=all",
            f"/admin/order/{ref}/{verb}",
            values,
            done=lambda page: event in page.happened(),
        )

    def order_page(self, ref: str, role: str = "owner") -> Page:
        """Return the order page with every event of the order."""
        return self[role].get(f"/admin/order/{ref}?timeline=all")

    def wait_for_event(self, ref: str, event: str, *, count: int = 1) -> Page:
        """Return the order page once `event` stands on its timeline `count` times."""

        def look() -> Page | None:
            page = self.order_page(ref)
            return page if page.happened().count(event) >= count else None

        found: Page = until(look, f"{event} of {ref}")
        return found

    def review(self, ref: str) -> str:
        """Return the address of the artwork's review page."""
        hrefs = self.order_page(ref).attributes("#lines a", "href")
        found = next((href for href in hrefs if href.startswith("/admin/artwork/")), "")
        if not found:
            raise WalkFailed(f"The order page of {ref} leads to no artwork.")
        return found

    def approve_artwork(self, ref: str) -> list[str]:
        """Prepress looks at the file: overrides preflight if it held it, then signs; return how."""
        place, browser, how = self.review(ref), self["prepress"], []

        def ready(action: str) -> Callable[[], Page | None]:
            def look() -> Page | None:
                page = browser.get(place)
                return page if page.form(action) is not None else None

            return look

        def sign_or_override() -> Page | None:
            return ready("/approve_internally")() or ready("/override")()

        page = until(sign_or_override, "The artwork's review")
        if page.form("/approve_internally") is None:
            how.append("preflight overridden")
            browser.act(
                place,
                "/override",
                {"note": "Checked by eye on the walk."},
                done=lambda now: now.form("/override") is None,
            )
        until(ready("/approve_internally"), "The internal sign-off")
        browser.act(
            place, "/approve_internally", done=lambda now: now.form("/approve_internally") is None
        )
        how.append("signed internally")
        page = browser.get(place)
        if page.form("/send") is not None:
            browser.act(place, "/send", done=lambda now: now.form("/send") is None)
            how.append("sent")
        return how
