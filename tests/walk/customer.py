"""What the customer does on the walk."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

from app.catalog.presets import Sample
from tests.walk.web_client import Browser, Page, WalkFailed, until

PERSON = "Walker Example"
ADDRESS = {
    "ship.line_1": "1 Example Street",
    "ship.city": "Sampleton",
    "ship.postcode": "SM1 1AA",
    "ship.country": "GB",
}


class Customer:
    """One customer: the browser that asks, then the browser that opens the link from the e-mail."""

    def __init__(self, base_url: str, email: str) -> None:
        self.email = email
        self.browser = Browser(base_url)
        self.base_url = base_url
        self.page_path = ""

    def product(self, slug: str) -> Page:
        """Open the catalogue, find the product there, open it."""
        shelf = self.browser.get("/")
        if f"/p/{slug}" not in shelf.attributes("main a", "href"):
            raise WalkFailed(f"The catalogue does not offer {slug}.")
        return self.browser.get(f"/p/{slug}")

    def upload(self, page: Page, file: Path) -> str:
        """Send the file in parts straight to storage, as the page's script does; return its id."""
        token = page.document.xpath("string(//input[@name='csrf_token']/@value)")
        size = file.stat().st_size
        started = {"file_name": file.name, "size_bytes": size}
        plan = self.browser.json("POST", "/uploads", token, started)
        upload = f"/uploads/{plan['id']}"
        numbers = list(range(1, plan["part_count"] + 1))
        with file.open("rb") as body:
            for first in range(0, len(numbers), 50):
                some = numbers[first : first + 50]
                signed = self.browser.json(
                    "POST", f"{upload}/parts", token, {"part_numbers": some}
                )["urls"]
                for number in some:
                    self._put(signed[str(number)], body.read(plan["part_size_bytes"]), number)
        arrived = self.browser.json("GET", f"{upload}/parts", token)["parts"]
        if len(arrived) != len(numbers):
            raise WalkFailed(f"{len(arrived)} of {len(numbers)} parts arrived.")
        self.browser.json("POST", f"{upload}/complete", token)
        return str(plan["id"])

    def _put(self, address: str, part: bytes, number: int) -> None:
        def send() -> bool:
            try:
                answer = requests.put(address, data=part, timeout=60)
            except requests.ConnectionError:
                return False
            if 400 <= answer.status_code < 500:
                raise WalkFailed(f"Storage answers {answer.status_code} to part {number}.")
            return answer.status_code == 200

        until(send, f"Part {number}", timeout_s=60)

    def ask(self, page: Page, sample: Sample, upload_id: str) -> str:
        """Fill the form and send it twice, as a double click does; return the order's number."""
        values = self.form_values(sample, upload_id)
        action = f"/p/{sample.product}/request"
        landed = self._send(page, action, values)
        again = self._send(page, action, values)
        if landed.path != again.path or not landed.path.startswith("/orders/MR-"):
            raise WalkFailed(f"Asking twice led to {landed.path} and {again.path}.")
        self.page_path = landed.path
        return landed.path.removeprefix("/orders/")

    def _send(self, page: Page, action: str, values: Mapping[str, str]) -> Page:
        def send() -> Page | None:
            try:
                return self.browser.submit(page, action, values)
            except requests.ConnectionError:
                return None  # sent again with the same key: it makes one order

        found: Page = until(send, "An answer to the request", timeout_s=60)
        return found

    def form_values(self, sample: Sample, upload_id: str) -> dict[str, str]:
        """Return the form's fields for the preset's sample order."""
        values = {f"options.{key}": choice for key, choice in sample.options.items()}
        values |= {f"quantities.{key}": str(n) for key, n in sample.quantities.items()}
        values |= {f"personalisation.{key}": text for key, text in sample.personalisation.items()}
        person = {"name": PERSON, "email": self.email, "upload_id": upload_id}
        return values | person | {"quantity": str(sample.quantity)} | ADDRESS

    def follow(self, link: str) -> Page:
        """Open the e-mail's link in a browser that was never here; the token must leave the bar."""
        self.browser = Browser(self.base_url)
        for _ in range(2):  # a mail scanner that looks first must not use the link up
            Browser(self.base_url).get(link)
        page = self.browser.get(link)
        if "/t/" in page.url or page.path != self.page_path:
            raise WalkFailed(f"The link leads to {page.url}.")
        return page

    def stranger_sees_nothing(self) -> None:
        """A browser without the link must not find the order."""
        Browser(self.base_url).get(self.page_path, expect=404)

    def accept(self) -> Page:
        """Accept the quote with a typed name, by clicking twice."""
        action = "/accept_quote"
        page = until(lambda: self._with_form(action), "The quote on the customer's page")
        self.browser.act(
            self.page_path,
            action,
            {"typed_name": PERSON},
            done=lambda now: "quote.accepted" in now.happened(),
        )
        again = self._again(page, action, {"typed_name": PERSON})
        if again.happened().count("quote.accepted") != 1:
            raise WalkFailed("Accepting twice did something twice.")
        return again

    def sign(self) -> dict[str, Any]:
        """Review the proof (or the design), open it, tick, type the name, sign, sign again."""
        place = until(lambda: self._proof_link(), "The proof on the customer's page")
        page = until(lambda: self._when(place, "/approve_proof"), "The form to sign")
        paper = self.browser.fetch(f"{place}/paper")
        values = {"typed_name": PERSON, "checked": "yes"}
        self.browser.act(
            place, "/approve_proof", values, done=lambda now: now.form("/approve_proof") is None
        )
        again = self._again(page, "/approve_proof", values)
        if again.happened().count("proof.signed") != 1:
            raise WalkFailed("Signing twice did something twice.")
        return {"bytes": len(paper), "is_pdf": paper[:5] == b"%PDF-"}

    def _again(self, page: Page, action: str, values: Mapping[str, str]) -> Page:
        """Send the form of an older tab, which must be refused; read the order."""
        try:
            self.browser.submit(page, action, values, expect=409)
        except requests.ConnectionError:
            pass
        return self.browser.get(self.page_path)

    def _with_form(self, action: str) -> Page | None:
        page = self.browser.get(self.page_path)
        return page if page.form(action) is not None else None

    def _when(self, place: str, action: str) -> Page | None:
        page = self.browser.get(place)
        return page if page.form(action) is not None else None

    def _proof_link(self) -> str:
        hrefs = self.browser.get(self.page_path).attributes("main .nowcard a", "href")
        return next((h for h in hrefs if "/proof/" in h and not h.endswith("/paper")), "")

    def status(self) -> str:
        """Return the word that the order's page says now."""
        return (self.browser.get(self.page_path).texts(".nowcard .badge") or [""])[0]
