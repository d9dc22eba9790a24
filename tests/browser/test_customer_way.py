"""The customer's way through the portal in a real browser, with real storage behind it."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.services.links import ensure_link, issue_link
from app.artwork import verbs as artwork_verbs
from app.core.actor import system
from app.core.db import db
from app.core.events import Event
from app.files.models import Upload
from app.orders import verbs as order_verbs
from app.orders.models import Order
from tests.browser.live_shop import LiveShop, wait_until
from tests.files.sample_files import a_pdf
from tests.files.uploading import OWNER
from tests.orders.conftest import CARD, REQUESTER, VISITOR

pytestmark = pytest.mark.browser
PRODUCT = "/p/invitation-card-a6"
PARTS = "**/uploads/20**"  # where parts go in storage


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """A print file that fits the card."""
    path = tmp_path / "invitation_final2.pdf"
    path.write_bytes(a_pdf())
    return path


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture of 30 MB: four parts."""
    from PIL import Image

    path = tmp_path_factory.mktemp("large") / "large.png"
    width, height = 3700, 2700
    Image.frombytes("RGB", (width, height), os.urandom(width * height * 3)).save(
        path, compress_level=0
    )
    return path


def choose(tab: Any, file: Path) -> None:
    tab.set_input_files("[data-upload-input]", file)


def stands(tab: Any, *states: str) -> Any:
    """Wait until the box is in one of these states; return its row."""
    tab.wait_for_selector(", ".join(f'[data-upload][data-state="{one}"]' for one in states))
    return tab.locator("[data-upload-list]")


def hold_after(tab: Any, parts: int) -> list[str]:
    """Let so many parts through and hold the rest back; return the addresses that were asked."""
    asked: list[str] = []

    def route(one: Any) -> None:
        if one.request.method == "PUT":
            asked.append(one.request.url)
            if len(asked) > parts:
                return  # never answered: a line that broke down
        one.continue_()

    tab.route(PARTS, route)
    return asked


def fill_in(tab: Any) -> None:
    tab.fill('[name="personalisation.names"]', "Robin & Sasha")
    tab.fill('[name="personalisation.date"]', "2027-06-19")
    tab.fill('[name="name"]', "Ada Example")
    tab.fill('[name="email"]', "ada@example.com")
    tab.fill('[name="ship.line_1"]', "1 Example Street")
    tab.fill('[name="ship.city"]', "Sampleton")


def ask(tab: Any) -> None:
    tab.locator(".price-card [type=submit]").click()


def the_order() -> Order:
    return db.session.scalars(select(Order)).one()


def names(shop: LiveShop) -> list[str]:
    with shop.app.app_context():
        return list(db.session.scalars(select(Event.name).order_by(Event.at)))


def test_from_the_catalogue_to_the_signature(live_shop: LiveShop, tab: Any, card: Path) -> None:
    tab.goto(live_shop.url)
    tab.get_by_role("link", name="Personalised invitation card A6").click()
    tab.get_by_role("radio", name="Copper foil").check()
    tab.locator('[name="quantity"][value="300"]').check()
    tab.get_by_text("£726.00").first.wait_for()
    fill_in(tab)
    assert "Robin & Sasha" in tab.locator("[data-sheet-words]").text_content()
    assert "19 June 2027" in tab.locator("[data-sheet-words]").text_content()

    choose(tab, card)
    row = stands(tab, "checking")
    live_shop.work()
    stands(tab, "ready")
    assert "Checked, no problems found" in row.inner_text()
    assert tab.locator("[data-sheet-picture]").get_attribute("href").endswith("/picture")
    ask(tab)
    tab.wait_for_url("**/orders/MR-*")
    assert "invitation_final2.pdf" in tab.locator(".portal-lines").inner_text()
    live_shop.work()

    with live_shop.inside():
        token = ensure_link(the_order().id, "Ada Example", actor=system()).token
    tab.goto(f"{live_shop.url}/t/{token}")  # as the e-mail has it
    with live_shop.inside():
        order_verbs.start_estimate(the_order().id, actor=system())
        order_verbs.send_quote(the_order().id, actor=system())
    tab.reload()
    assert tab.get_by_role("heading", name="Your quote: £726.00").is_visible()
    tab.get_by_label("Your full name").fill("Ada Example")
    tab.get_by_role("button", name="Accept and place order").dblclick(no_wait_after=True)
    tab.get_by_text("Your order is placed").wait_for()
    live_shop.work()
    with live_shop.inside():
        slot_id = the_order().lines[0].artwork_slot_id
        artwork_verbs.approve_internally(slot_id, 1, actor=system(), send=True)

    tab.reload()
    tab.get_by_role("link", name="Review the proof").click()
    tab.get_by_role("img", name="Page 1 of the proof").wait_for()
    tab.wait_for_load_state("load")  # the page's script is what tells a double click from two
    tab.get_by_label("Your full name").fill("Ada Example")
    tab.get_by_label("I have checked spelling").check()
    tab.get_by_role("button", name="Approve proof").dblclick(no_wait_after=True)
    tab.get_by_text("Thank you. The proof is approved").wait_for()
    assert tab.get_by_role("heading", name="Waiting for your payment: £726.00").is_visible()
    with live_shop.inside():
        order_verbs.confirm_payment(the_order().id, "", actor=system())
    tab.reload()
    assert "Ready for production" in tab.locator(".portal-lines").inner_text()
    happened = names(live_shop)
    for name in ("order.requested", "quote.accepted", "proof.signed", "job.ready"):
        assert happened.count(name) == 1


def test_a_choice_made_before_the_scripts_came_is_priced(live_shop: LiveShop, tab: Any) -> None:
    held: list[Any] = []

    def hold(one: Any) -> None:
        held.append(one)

    tab.route("**/js/configuration.js*", hold)
    tab.goto(live_shop.url + PRODUCT, wait_until="commit")
    tab.get_by_role("radio", name="Copper foil").check()
    tab.locator('[name="quantity"][value="300"]').check()
    wait_until(tab, lambda: held)
    assert "£726.00" not in tab.locator("#price").inner_text()
    held[0].continue_()
    tab.locator("#price").get_by_text("£726.00").first.wait_for()


def test_an_upload_goes_on_by_itself_after_a_reload(
    live_shop: LiveShop, tab: Any, large: Path
) -> None:
    tab.goto(live_shop.url + PRODUCT)
    hold_after(tab, 2)
    with tab.expect_response(lambda answer: answer.request.method == "PUT"):
        choose(tab, large)
    bar = tab.locator("[data-upload] progress")
    wait_until(tab, lambda: float(bar.evaluate("bar => bar.value")) >= 8 * 1024**2)
    wait_until(tab, lambda: tab.evaluate(KEPT) == 1)
    assert "of 30 MB" in tab.locator("[data-upload-list]").inner_text()
    tab.unroute_all(behavior="ignoreErrors")
    sent: list[str] = []
    tab.on("request", lambda one: sent.append(one.url) if one.method == "PUT" else None)
    with tab.expect_response("**/uploads/*/parts") as answered:
        tab.reload()
    arrived = len(answered.value.json()["parts"])
    stands(tab, "checking")
    live_shop.work()
    stands(tab, "ready")
    assert arrived >= 1
    assert arrived + len(sent) == 4, "only what was missing is sent"
    assert tab.locator("[data-upload-id]").input_value()


KEPT = """() => new Promise((resolve) => {
  const opening = indexedDB.open("makeready-files", 1);
  opening.onsuccess = () => {
    const asked = opening.result.transaction("files").objectStore("files").count();
    asked.onsuccess = () => { opening.result.close(); resolve(asked.result); };
  };
})"""
FORGET = """() => new Promise((resolve) => {
  const asked = indexedDB.deleteDatabase("makeready-files");
  asked.onsuccess = () => resolve(1);
})"""


def test_a_file_that_was_not_kept_is_chosen_again_and_no_other_is_taken(
    live_shop: LiveShop, tab: Any, large: Path, card: Path
) -> None:
    tab.goto(live_shop.url + PRODUCT)
    hold_after(tab, 1)
    with tab.expect_response(lambda answer: answer.request.method == "PUT"):
        choose(tab, large)
    wait_until(tab, lambda: tab.evaluate(KEPT) == 1)
    tab.unroute_all(behavior="ignoreErrors")
    tab.goto(live_shop.url)
    tab.evaluate(FORGET)
    tab.goto(live_shop.url + PRODUCT)
    row = stands(tab, "wanted")
    assert "of 30 MB have arrived. Choose the same file again" in row.inner_text()
    choose(tab, card)
    tab.get_by_text("is another file. Choose “large.png”, or remove it first.").first.wait_for()
    choose(tab, large)
    stands(tab, "checking")
    assert names(live_shop).count("upload.started") == 1


def test_pause_and_a_broken_line_lose_nothing(live_shop: LiveShop, tab: Any, large: Path) -> None:
    tab.goto(live_shop.url + PRODUCT)
    hold_after(tab, 1)
    with tab.expect_response(lambda answer: answer.request.method == "PUT"):
        choose(tab, large)
    tab.get_by_role("button", name="Pause").click()
    row = tab.locator("[data-upload-list]")
    assert "Paused at 8.4 MB of 30 MB" in row.inner_text()
    tab.context.set_offline(True)
    tab.get_by_role("button", name="Resume").click()
    tab.get_by_text("You are offline; the upload continues when you are back.").wait_for()
    tab.unroute_all(behavior="ignoreErrors")
    tab.context.set_offline(False)
    stands(tab, "checking")
    assert names(live_shop).count("upload.completed") == 1


def test_a_part_that_is_damaged_on_its_way_is_refused_by_storage_and_sent_again(
    live_shop: LiveShop, tab: Any, card: Path
) -> None:
    tab.goto(live_shop.url + PRODUCT)
    answers: list[int] = []

    def damage(one: Any) -> None:
        if one.request.method != "PUT" or answers:
            return one.continue_()
        answer = one.fetch(post_data=b"X" + one.request.post_data_buffer[1:])
        answers.append(answer.status)
        return one.fulfill(response=answer)

    tab.route(PARTS, damage)
    choose(tab, card)
    stands(tab, "checking")
    assert answers == [400]
    live_shop.work()
    stands(tab, "ready")
    with live_shop.app.app_context():
        upload = db.session.scalars(select(Upload)).one()
        digest = hashlib.sha256(card.read_bytes()).hexdigest()
        assert (upload.declared_sha256, upload.asset.sha256) == (digest, digest)
        db.session.remove()


BAD_FILES = {
    "type": ("card.eps", b"%!PS", "We can't take EPS. Save it as PDF and drop it here again."),
    "empty": ("card.pdf", b"", "The file is empty (0 bytes)."),
    "truncated": ("card.pdf", a_pdf()[: len(a_pdf()) // 2], "ends too early"),
    "mismatched": (
        "card.png",
        a_pdf(),
        "The name says PNG image, but the file is a PDF document.",
    ),
    "hostile name": ("<img src=x>\u202efdp.pdf", b"", "The file is empty (0 bytes)."),
}


def test_each_bad_file_is_named_in_its_box_and_the_form_stays(
    live_shop: LiveShop, tab: Any
) -> None:
    for what, (name, body, words) in BAD_FILES.items():
        tab.context.clear_cookies()  # a visitor who was never here
        tab.goto(live_shop.url + PRODUCT)
        tab.fill('[name="name"]', "Ada Example")
        file = {"name": name, "mimeType": "application/pdf", "buffer": body}
        tab.set_input_files("[data-upload-input]", file)
        stands(tab, "checking", "refused")
        live_shop.work()
        row = stands(tab, "refused")
        assert words in row.inner_text(), what
        assert tab.locator("[data-upload-id]").input_value() == "", what
        assert tab.locator('[name="name"]').input_value() == "Ada Example", what
        assert tab.locator("[data-upload-drop]").is_visible(), what
        assert row.locator("img[src=x]").count() == 0, what
        tab.evaluate(FORGET)


def test_a_request_pressed_too_early_goes_out_when_the_file_has_arrived(
    live_shop: LiveShop, tab: Any, large: Path
) -> None:
    tab.goto(live_shop.url + PRODUCT)
    fill_in(tab)
    hold_after(tab, 1)
    with tab.expect_response(lambda answer: answer.request.method == "PUT"):
        choose(tab, large)
    tab.get_by_text("Your file is uploading. You can press this now").first.wait_for()
    ask(tab)
    tab.get_by_text("This is sent as soon as your file has arrived").first.wait_for()
    assert tab.url.endswith(PRODUCT)
    tab.get_by_role("button", name="Pause").click()
    tab.unroute_all(behavior="ignoreErrors")
    tab.get_by_role("button", name="Resume").click()
    stands(tab, "checking")
    live_shop.work()
    tab.wait_for_url("**/orders/MR-*")
    assert "large.png" in tab.locator(".portal-lines").inner_text()


def test_faults_are_beside_their_fields_and_the_first_has_the_focus(
    live_shop: LiveShop, tab: Any
) -> None:
    tab.goto(live_shop.url + PRODUCT)
    fill_in(tab)
    tab.locator("form#request").evaluate("form => (form.noValidate = true)")
    tab.fill('[name="personalisation.date"]', "")
    tab.fill('[name="email"]', "ada at example")
    ask(tab)
    tab.get_by_text("2 fields need your attention.").wait_for()
    tab.locator('[name="personalisation.date"]:focus').wait_for()
    assert tab.locator('[name="personalisation.names"]').input_value() == "Robin & Sasha"


def asked_and_quoted(shop: LiveShop) -> tuple[str, str]:
    """Make an order with a quote; return its address and its link's."""
    with shop.inside():
        order = order_verbs.request_order(None, REQUESTER, [CARD], actor=VISITOR, owner_key=OWNER)
        order_verbs.start_estimate(order.id, actor=system())
        order_verbs.send_quote(order.id, actor=system(), note="The foil goes on by hand.")
        key = issue_link(order.id, "Ada Example", actor=system("cli"))
        ref = order.ref
    return f"{shop.url}/orders/{ref}", f"{shop.url}/t/{key}"


LIVE = "document.body.dispatchEvent(new CustomEvent('live', {bubbles: true}))"


def test_news_do_not_eat_what_is_being_typed(live_shop: LiveShop, tab: Any) -> None:
    _, link = asked_and_quoted(live_shop)
    tab.goto(link)
    name = tab.get_by_label("Your full name")
    name.fill("Ada Exam")
    with live_shop.inside():
        order_verbs.revise_quote(the_order().id, reason="Foil.", actor=system())
    tab.evaluate(LIVE)
    tab.get_by_text("This order has been updated.").wait_for()
    assert name.input_value() == "Ada Exam"
    name.fill("")
    tab.get_by_role("heading", name="Items").click()
    tab.get_by_role("heading", name="We're preparing your quote").wait_for()
    assert not tab.get_by_text("This order has been updated").is_visible()


def test_news_do_not_eat_an_upload(live_shop: LiveShop, tab: Any, card: Path) -> None:
    _, link = asked_and_quoted(live_shop)
    tab.goto(link)
    choose(tab, card)
    stands(tab, "checking")
    tab.evaluate(LIVE)
    live_shop.work()
    row = stands(tab, "ready")
    assert "invitation_final2.pdf" in row.inner_text()
    tab.get_by_role("button", name="Upload file").click()
    tab.get_by_text("We've received your file and are checking it now.").wait_for()
    assert names(live_shop).count("artwork.file_received") == 1
