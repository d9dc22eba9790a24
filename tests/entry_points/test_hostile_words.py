"""Words that mean harm, typed wherever a customer or a colleague may type, on every page there is."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from lxml import html as parser

from app.accounts.services.links import issue_link
from app.core import storage
from app.core.actor import system
from app.core.db import db
from app.orders import verbs as order_verbs
from tests.backoffice.conftest import Person
from tests.invariants.conftest import Shop, whole_shop
from tests.orders.conftest import CARD, REQUESTER, VISITOR
from tests.servers import Database

EVIL = "\"'><xssmark onxss=1>{{7*7}}${7*7}</textarea></script><script>xss()</script>"
HEADERS = "Ada\r\nBcc: evil@example.com"
MOST_OF_A_KIND = 2
MOST_PAGES = 260


def harm(page: str) -> list[str]:
    """What of the words came alive in an HTML page."""
    document = parser.document_fromstring(page or "<html></html>")
    found = [f"<{one.tag}>" for one in document.iter("xssmark")]
    for one in document.iter():
        if not isinstance(one.tag, str):
            continue
        found += [f"{one.tag}@{name}" for name in one.attrib if name in {"onxss", "onerror"}]
        if one.tag == "script" and "xss()" in (one.text or "") and one.get("type") is None:
            found.append("script")
        found += [
            f"{one.tag}@{name}={value[:40]}"
            for name, value in one.attrib.items()
            if name in {"href", "src", "action"} and value.strip().lower().startswith("javascript:")
        ]
    if "49${" in page or "{{49" in page:
        found.append("a template inside a template")
    return found


pytestmark = [pytest.mark.slow, pytest.mark.extended]


def test_control_words_that_were_not_escaped_would_be_seen() -> None:
    assert {"<xssmark>", "xssmark@onxss", "script"} <= set(harm(f"<p>{EVIL}</p>"))
    assert harm('<a href="javascript:xss()">x</a>') == ["a@href=javascript:xss()"]


@pytest.fixture(scope="module")
def shop(application: Flask, database: Database) -> Iterator[Shop]:
    short = "\"'><xssmark onxss=1>"
    words = {
        "requester": replace(REQUESTER, name=f"Ada {short}", company=f"Works {short}"),
        "card": replace(
            CARD, personalisation={"names": f"A {short}"[:40], "date": "2027-06-19"}
        ),
        "file_name": "\"'><xssmark onxss=1>\r\nX: 1/../../etc/passwd.pdf",
        "ship_to": {"name": f"Ada {short}", "line_1": EVIL[:60], "line_2": EVIL[:60],
                    "city": f"City {short}"[:40], "postcode": "SM1 1AA", "country": "GB"},
        "note": EVIL,
        "signs": f"Ada {short}",
    }  # fmt: skip
    with whole_shop(application, database, **words) as built:
        with application.app_context():
            unfinished(application)
            db.session.remove()
        yield built


def unfinished(app: Flask) -> None:
    """Orders that wait for something, each with the words that brought them there."""
    sales = system("backoffice")
    asked, held, declined, cancelled = (
        order_verbs.request_order(
            None, REQUESTER, [CARD], actor=VISITOR, owner_key=f"v:{n}", details={"note": EVIL}
        )
        for n in range(4)
    )
    for order in (asked, held):
        order_verbs.start_estimate(order.id, actor=sales)
    order_verbs.ask_customer(asked.id, EVIL, actor=sales)
    order_verbs.send_quote(held.id, actor=sales, note=EVIL)
    order_verbs.hold(held.id, EVIL, actor=sales)
    order_verbs.decline(declined.id, EVIL, actor=sales)
    order_verbs.cancel(cancelled.id, EVIL, actor=sales)
    db.session.commit()


class Walker:
    """Opens every page that a browser can reach by links; at most two of each kind."""

    def __init__(self, open_: Callable[[str], Any], start: list[str]) -> None:
        self.open, self.waiting = open_, deque(start)
        self.seen: set[str] = set(start)
        self.kinds: Counter[str] = Counter()
        self.harm: dict[str, Any] = {}
        self.faults: dict[str, int] = {}
        self.signed: list[str] = []
        self.evil_pages: set[str] = set()

    def kind(self, address: str) -> str:
        parts = urlsplit(address)
        plain = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+|[A-Z]+-\w+", "#", parts.path)
        return f"{plain}?{'&'.join(sorted(parse_qs(parts.query)))}"

    def walk(self) -> Walker:
        while self.waiting and sum(self.kinds.values()) < MOST_PAGES:
            address = self.waiting.popleft()
            kind = self.kind(address)
            if self.kinds[kind] >= MOST_OF_A_KIND:
                continue
            self.kinds[kind] += 1
            answer = self.open(address)
            self.look(address, kind, answer)
        return self

    def look(self, address: str, kind: str, answer: Any) -> None:
        if answer.status_code >= 500:
            self.faults[address] = answer.status_code
        target = answer.headers.get("Location", "")
        if "X-Amz-Signature" in target:
            self.signed.append(target)
        elif target:
            self.add(urlsplit(target)._replace(scheme="", netloc="").geturl())
        if not answer.mimetype.startswith("text/html"):
            return
        page = answer.text
        if "xssmark" in page:
            self.evil_pages.add(kind)
        if found := harm(page):
            self.harm[address] = found
        for link in parser.document_fromstring(page or "<html></html>").iter("a", "img"):
            self.add(link.get("href") or link.get("src") or "")

    def add(self, address: str) -> None:
        if address.startswith("/") and not address.startswith(("//", "/static")):
            clean = address.split("#")[0]
            if clean not in self.seen:
                self.seen.add(clean)
                self.waiting.append(clean)


def test_no_page_of_the_back_office_lets_a_word_come_alive(shop: Shop) -> None:
    with shop.app.app_context():
        person = Person(shop.app.test_client(), "owner")
        db.session.commit()
    walker = Walker(
        lambda address: person.client.get(address, environ_base=person.environ),
        ["/admin/", "/admin/search/?q=xssmark", "/admin/account", "/admin/board/"],
    ).walk()
    assert walker.faults == {}
    assert walker.harm == {}
    assert len(walker.kinds) > 60
    assert len(walker.evil_pages) > 12  # the words were there to be seen
    assert_named_well(walker.signed)


class EveryPath(Walker):
    """Takes each address for a kind of its own, whatever its question mark says."""

    def kind(self, address: str) -> str:
        return urlsplit(address).path


def test_no_page_of_a_customer_does(shop: Shop) -> None:
    with shop.app.app_context():
        client = shop.app.test_client()
        for order_id, ref in shop.run("SELECT id, 'MR-' || number FROM orders").all():
            secret = issue_link(order_id, EVIL, actor=system("cli"))
            db.session.commit()
            assert client.get(f"/t/{secret}").status_code == 303, ref
    starts = [f"/orders/{row[0]}" for row in shop.run("SELECT 'MR-' || number FROM orders").all()]
    walker = EveryPath(client.get, ["/", "/link", *starts])
    walker.walk()
    assert walker.faults == {}
    assert walker.harm == {}
    assert len(walker.evil_pages) >= 4
    assert_named_well(walker.signed)


def assert_named_well(addresses: list[str]) -> None:
    """A stored file's name can't leave its header."""
    assert addresses
    for address in addresses:
        (given,) = parse_qs(urlsplit(address).query)["response-content-disposition"]
        assert re.fullmatch(r"(inline|attachment); filename\*=UTF-8''[A-Za-z0-9%._~-]+", given)
        assert "/" not in given.split("''")[1]


def test_no_letter_does_and_none_has_a_header_more(shop: Shop) -> None:
    assert len(shop.mail.arrived) >= 5
    evil = 0
    for envelope in shop.mail.arrived:
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert set(letter.keys()) == {
            "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version",
            "Content-Type",
        }  # fmt: skip
        assert len(envelope.rcpt_tos) == 1
        page = letter.get_body(("html",)).get_content()
        evil += "xssmark" in page
        assert harm(page) == []
    assert evil >= 3


def test_papers_print_the_words_as_they_were_typed(shop: Shop) -> None:
    import pypdfium2

    query = (
        "SELECT storage_key FROM work_orders UNION ALL SELECT label_key FROM shipments "
        "UNION ALL SELECT a.storage_key FROM proofs p JOIN assets a ON a.id = p.asset_id"
    )
    keys = [row[0] for row in shop.run(query).all()]
    assert len(keys) >= 3
    for key in keys:
        pdf = pypdfium2.PdfDocument(storage.read_bytes(key))
        said = "".join(page.get_textpage().get_text_range() for page in pdf)
        assert "<xssmark" in re.sub(r"\s+", "", said), key


@pytest.mark.parametrize("email", [HEADERS, "ada@example.com\r\nBcc: evil@example.com",
                                   "ada@example.com, evil@example.com", "<script>@example.com"])  # fmt: skip
def test_an_address_with_more_than_an_address_in_it_is_refused(shop: Shop, email: str) -> None:
    from app.core.errors import BadInput

    with shop.app.app_context(), pytest.raises(BadInput):
        order_verbs.request_order(
            None,
            replace(REQUESTER, email=email),
            [CARD],
            actor=VISITOR,
            owner_key="visitor:hostile",
        )


def test_a_name_of_two_lines_is_one_line_in_a_message(shop: Shop) -> None:
    from app.notify.rendering import render

    letter = render("request_received", {"contact_name": HEADERS, "order_number": HEADERS,
                                         "items": HEADERS, "link": "x"})  # fmt: skip
    assert "\n" not in letter.subject
    assert "\r" not in letter.subject
