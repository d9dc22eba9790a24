"""No page of the portal shuts anybody out: axe-core in a real browser, on a phone and on a desk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.accounts.services.links import issue_link
from app.artwork import verbs as artwork_verbs
from app.core.actor import system
from app.orders import verbs as order_verbs
from tests.browser import accessibility
from tests.browser.live_shop import LiveShop
from tests.browser.test_customer_way import (
    PRODUCT,
    ask,
    asked_and_quoted,
    choose,
    hold_after,
    large,
)
from tests.files.sample_files import a_pdf
from tests.files.uploading import OWNER, send
from tests.orders.conftest import CARD, REQUESTER, VISITOR

__all__ = ["large"]
pytestmark = pytest.mark.browser


def pages(shop: LiveShop, tab: Any) -> list[str]:
    """Every page of the portal in the states that look different, with the links opened."""
    address, link = asked_and_quoted(shop)
    tab.goto(link)
    with shop.inside():
        upload_id = send(a_pdf(tint=0.5), "card.pdf").id
    with shop.inside():
        asked = order_verbs.request_order(
            None,
            REQUESTER,
            [replace(CARD, upload_id=upload_id), CARD],
            actor=VISITOR,
            owner_key=OWNER,
        )
        order_verbs.start_estimate(asked.id, actor=system())
        order_verbs.send_quote(asked.id, actor=system())
        order_verbs.accept_quote(asked.id, 1, "Ada Example", actor=system())
        question = order_verbs.request_order(
            None, REQUESTER, [CARD], actor=VISITOR, owner_key=OWNER
        )
        order_verbs.ask_customer(question.id, "Which date is right?", actor=system())
        keys = [issue_link(one.id, "Ada Example", actor=system("cli")) for one in (asked, question)]
        refs = [one.ref for one in (asked, question)]
        slot_id = asked.lines[0].artwork_slot_id
    with shop.inside():
        artwork_verbs.approve_internally(slot_id, 1, actor=system(), send=True)
    for key in keys:
        tab.goto(f"{shop.url}/t/{key}")
    placed, waiting = (f"{shop.url}/orders/{ref}" for ref in refs)
    proof = f"{placed}/proof/{slot_id}"
    fixed = [shop.url + path for path in ("/", PRODUCT, "/p/poster-a2", "/p/bespoke-ring")]
    return [*fixed, f"{shop.url}/link", f"{shop.url}/t/nothing", address, placed, waiting, proof]


@pytest.mark.extended
def test_every_page_is_open_to_everybody(live_shop: LiveShop, tab: Any) -> None:
    found = []
    addresses = pages(live_shop, tab)
    dark = {addresses[1], addresses[6], addresses[-1]}  # a product, a quote, a proof
    for address in addresses:
        for scheme in ("light", "dark") if address in dark else ("light",):
            tab.emulate_media(color_scheme=scheme)
            tab.goto(address)
            found += [
                f"{scheme}: {one}" for one in accessibility.faults(tab, impacts=accessibility.WORST)
            ]
    assert found == []


def test_the_faulty_form_and_a_file_on_its_way_are_open_to_everybody_too(
    live_shop: LiveShop, tab: Any, large: Path
) -> None:
    tab.goto(live_shop.url + PRODUCT)
    tab.locator("form#request").evaluate("form => (form.noValidate = true)")
    ask(tab)
    tab.get_by_text("need your attention.").wait_for()
    hold_after(tab, 1)
    with tab.expect_response(lambda answer: answer.request.method == "PUT"):
        choose(tab, large)
    assert accessibility.faults(tab) == []
    tab.unroute_all(behavior="ignoreErrors")
