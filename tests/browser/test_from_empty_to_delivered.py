"""An empty shop is set up by clicking alone, takes its first order, and delivers it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from app.accounts.services.first_owner import setup_link
from app.core import settings
from tests.browser.live_shop import LiveShop
from tests.browser.live_updates import live_line
from tests.browser.serving import served, watched_tab
from tests.browser.test_customer_way import ask, choose, fill_in, stands
from tests.browser.test_operator_way import badge, make, press
from tests.conftest import Committed
from tests.files.sample_files import a_pdf
from tests.notify.conftest import MailServer

__all__ = ["live_line"]
pytestmark = [pytest.mark.browser, pytest.mark.extended]
PASSWORD = "paper and black ink"
SHOP = {
    "Shop name": "Corner Press",
    "Address": "1 Example Street",
    "Town or city": "Hull",
    "Postcode": "HU1 1AA",
    "VAT number": "GB 980 7806 84",
    "E-mail for customers": "hello@cornerpress.example",
}


@pytest.fixture
def live_shop(committed: Committed, mail: MailServer) -> Iterator[LiveShop]:
    """A shop in which nothing is, as after `bin/run --no-demo`, served by threads."""
    with served(committed.app) as url:
        changed = {"smtp_port": mail.port, "mail_catcher_dir": None, "base_url": url}
        settings.use(settings.current().model_copy(update=changed))
        yield LiveShop(url, committed.app)


@pytest.fixture
def customer(chromium: Any) -> Iterator[Any]:
    """The customer's own browser."""
    with watched_tab(chromium, locale="en-GB", viewport={"width": 1280, "height": 900}) as page:
        page.set_default_timeout(20_000)
        yield page


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """A print file that fits the card."""
    path = tmp_path / "invitation.pdf"
    path.write_bytes(a_pdf())
    return path


def become_owner(shop: LiveShop, tab: Any) -> None:
    """Open the link that was printed where the shop was started, and create the owner's account."""
    with shop.inside():
        link = setup_link()
        assert link is not None
        address = f"{shop.url}/admin/set-up/{link.token}"
    tab.goto(f"{shop.url}/admin/")
    tab.get_by_text("This shop has no owner yet.").wait_for()
    tab.goto(address)
    tab.get_by_label("Your name").fill("Wren Oduya")
    tab.get_by_label("E-mail address").fill("wren@cornerpress.example")
    tab.get_by_label("Password", exact=True).fill(PASSWORD)
    tab.get_by_label("Confirm password").fill(PASSWORD)
    press(tab, "Create account")
    tab.wait_for_url("**/admin/set-up/")


def enter(tab: Any, step: str) -> None:
    tab.locator(f"#step-{step}").get_by_role("link").last.click()


def save(tab: Any, step: str) -> None:
    """Save the settings and find the step done in the guide."""
    press(tab, "Save")
    tab.wait_for_url("**/admin/set-up/")
    tab.locator(f"#step-{step} .badge-good", has_text="Done").wait_for()


def upload_logo(shop: LiveShop, tab: Any, folder: Path) -> None:
    """Drop a drawing as the logo."""
    enter(tab, "branding")
    picture = folder / "logo.svg"
    picture.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="100"><rect width="400" height="100"/></svg>'
    )
    choose(tab, picture)
    stands(tab, "checking")
    shop.work()
    stands(tab, "ready")
    press(tab, "Save logo")
    tab.wait_for_url("**/admin/set-up/")
    tab.locator("#step-branding .badge-good", has_text="Done").wait_for()


def set_up(tab: Any) -> None:
    """Go through the guide, one step after the other."""
    enter(tab, "shop")
    for label, value in SHOP.items():
        tab.get_by_label(label, exact=True).fill(value)
    tab.get_by_label("Country", exact=True).select_option("GB")
    save(tab, "shop")
    enter(tab, "bank")
    tab.get_by_label("IBAN").fill("GB82 WEST 1234 5698 7654 33")
    press(tab, "Save")
    tab.get_by_text("its check digits are wrong").wait_for()
    tab.get_by_label("IBAN").fill("GB82 WEST 1234 5698 7654 32")
    save(tab, "bank")
    enter(tab, "region")
    tab.get_by_label("Currency").select_option("GBP")
    tab.get_by_label("Time zone").select_option("Europe/London")
    save(tab, "region")
    enter(tab, "tax")
    save(tab, "tax")
    enter(tab, "sender")
    tab.get_by_label("Sender's address").fill("hello@cornerpress.example")
    save(tab, "sender")
    enter(tab, "opening")
    press(tab, "Add")
    tab.get_by_label("First day").fill("2026-12-25")
    tab.get_by_label("Reason").fill("Christmas")
    save(tab, "opening")
    enter(tab, "pickup")
    press(tab, "Add")
    tab.get_by_label("Name").fill("Market hall")
    tab.get_by_label("Address").fill("Stall 4, Hull")
    save(tab, "pickup")
    enter(tab, "quotes")
    tab.get_by_label("Terms").fill("Payment within 14 days.")
    save(tab, "quotes")
    tab.locator(".setup-presets li", has_text="print").first.get_by_role("button").click()
    tab.get_by_text("is loaded:").wait_for()
    tab.locator("#step-staff").get_by_role("button", name="Skip").click()
    tab.get_by_text("Your shop can take orders.").wait_for()


def request(shop: LiveShop, customer: Any, card: Path) -> str:
    """The customer configures a card, sends the file and requests a quote; return the order's number."""
    customer.goto(shop.url)
    customer.get_by_text("Corner Press").first.wait_for()
    assert customer.locator(".brand-logo").evaluate("picture => picture.naturalWidth") > 0
    customer.get_by_role("link", name="Personalised invitation card A6").click()
    customer.locator('[name="quantity"][value="300"]').check()
    fill_in(customer)
    customer.fill('[name="ship.postcode"]', "HU1 1AA")
    choose(customer, card)
    stands(customer, "checking")
    shop.work()
    stands(customer, "ready")
    ask(customer)
    customer.wait_for_url("**/orders/MR-*")
    shop.work()
    return str(customer.url.rsplit("/", 1)[-1])


def link_in(mail: MailServer, words: str) -> str:
    """The link in the last e-mail whose subject says `words`."""
    for one in reversed(mail.arrived):
        message = message_from_bytes(one.content, policy=policy.default)
        if words in str(message["Subject"]):
            assert "hello@cornerpress.example" in str(message["From"])
            body = message.get_body(("plain",))
            assert body is not None
            found = re.search(r"https?://\S+/t/[\w-]+", body.get_content())
            assert found is not None
            return found.group()
    raise AssertionError(words)


def test_from_an_empty_shop_to_the_first_delivered_order(
    live_shop: LiveShop,
    live_line: None,
    mail: MailServer,
    tab: Any,
    customer: Any,
    card: Path,
) -> None:
    become_owner(live_shop, tab)
    upload_logo(live_shop, tab, card.parent)
    set_up(tab)
    tab.goto(f"{live_shop.url}/admin/")
    assert tab.locator("#to-set-up").count() == 0

    ref = request(live_shop, customer, card)
    tab.goto(f"{live_shop.url}/admin/order/{ref}")
    press(tab, "Start estimate")
    press(tab, "Send quote")
    badge(tab, "Quote sent")
    live_shop.work()
    customer.goto(link_in(mail, "Your quote is ready"))
    customer.get_by_text("Payment within 14 days.").wait_for()
    customer.get_by_label("Your full name").fill("Ada Example")
    press(customer, "Accept and place order")
    customer.get_by_text("Your order is placed").wait_for()
    live_shop.work()
    tab.reload()
    press(tab, "Record payment")
    tab.get_by_text("The payment is recorded.").wait_for()
    live_shop.work()

    tab.get_by_role("link", name="Review", exact=True).last.click()
    tab.wait_for_url("**/admin/artwork/**")
    press(tab, "Approve and send")
    badge(tab, "Proof sent")
    live_shop.work()
    customer.goto(link_in(mail, "proof"))
    customer.get_by_role("link", name="Review the proof").click()
    customer.get_by_role("img", name="Page 1 of the proof").wait_for()
    customer.wait_for_load_state("load")
    customer.get_by_label("Your full name").fill("Ada Example")
    customer.get_by_label("I have checked spelling").check()
    press(customer, "Approve proof")
    customer.get_by_text("Thank you. The proof is approved").wait_for()
    live_shop.work()

    tab.goto(f"{live_shop.url}/admin/order/{ref}")
    make(live_shop, tab, tab.locator("#jobs a.ref").first.inner_text())
    live_shop.work()
    tab.goto(f"{live_shop.url}/admin/order/{ref}")
    tab.locator("#shipments a").first.click()
    press(tab, "Start picking")
    tab.get_by_label("Weight in grams").fill("640")
    press(tab, "Mark as packed")
    press(tab, "Purchase label")
    tab.locator("[data-label-state]").wait_for()
    live_shop.work()
    press(tab, "Mark as shipped")
    press(tab, "Mark as delivered")
    tab.get_by_text("The shipment is marked as delivered.").wait_for()
    live_shop.work()
    customer.reload()
    customer.locator(".nowcard .badge", has_text="Delivered").wait_for()
