"""Somebody who has never seen JSON gives a product an option, puts its choices in order, and a rule."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from app.catalog.services import find_product
from app.core.db import db
from tests.browser import accessibility
from tests.browser.live_shop import LiveShop, wait_until
from tests.browser.live_updates import sign_in

pytestmark = pytest.mark.browser
CARD = "invitation-card-a6"


def stored(shop: LiveShop) -> dict[str, Any]:
    """The product's own properties as they are saved now."""
    with shop.app.app_context():
        found = dict(find_product(CARD).properties)
        db.session.remove()
    return found


def drag(tab: Any, what: Any, to: Any) -> None:
    """Drag `what` above `to` with the mouse, as a hand does: not in one leap."""
    what.scroll_into_view_if_needed()
    start, end = what.bounding_box(), to.bounding_box()
    tab.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    tab.mouse.down()
    tab.mouse.move(start["x"] + 8, start["y"] - 20, steps=4)
    tab.mouse.move(end["x"] + 12, end["y"] + 6, steps=12)
    tab.wait_for_timeout(200)  # rows make room
    tab.mouse.up()


def test_an_option_is_added_ordered_and_bound_by_a_rule(live_shop: LiveShop, tab: Any) -> None:
    sign_in(live_shop, tab)
    tab.goto(f"{live_shop.url}/admin/products/?search=INV-A6")
    tab.get_by_role("link", name="Edit").first.click()
    assert accessibility.faults(tab, impacts=accessibility.WORST) == []
    options = tab.locator("#s-options")

    # an option with three choices
    options.get_by_role("button", name="Add option").click()
    new = options.locator(".prop").filter(has=tab.get_by_label("Customers must choose"))
    new.get_by_label("Name", exact=True).fill("Corners")
    choices = new.locator(".line")
    expect(choices).to_have_count(1)
    for place, (label, price) in enumerate((("Square", ""), ("Round", "0.05"), ("Cut", "0.10"))):
        if place:
            new.get_by_role("button", name="Add choice").click()
            expect(choices).to_have_count(place + 1)
        choices.nth(place).get_by_label("Choice").fill(label)
        choices.nth(place).get_by_label("Price per piece").fill(price)

    # dragged with the mouse, and moved without one
    drag(tab, choices.nth(2).locator("[data-grip]"), choices.nth(0))
    expect(choices.nth(0).get_by_label("Choice")).to_have_value("Cut")
    choices.nth(0).get_by_role("button", name="Move down").press("Enter")
    expect(choices.nth(1).get_by_label("Choice")).to_have_value("Cut")

    # a rule: cut corners on cotton only
    rules = tab.locator("#s-constraints")
    rules.get_by_role("button", name="Add rule").click()
    rules.get_by_label("Option", exact=True).select_option(label="Corners")
    rules.get_by_label("Cut", exact=True).check()
    rules.get_by_label("Then", exact=True).select_option(label="Paper")
    rules.get_by_label("Cotton 350 g").check()
    tab.get_by_role("button", name="Save", exact=True).last.click()
    tab.get_by_text("is saved.").wait_for()
    saved = stored(live_shop)
    (corners,) = (one for one in saved["options"] if one["key"] == "corners")
    assert [one["key"] for one in corners["choices"]] == ["square", "cut", "round"]
    assert corners["choices"][1]["surcharge_minor"] == 10
    (rule,) = saved["constraints"]
    assert (rule["when"], rule["option"], rule["choices"]) == (
        {"corners": ["cut"]},
        "paper",
        ["cotton"],
    )

    # the customer sees which choices don't go together
    tab.goto(f"{live_shop.url}/p/{CARD}")
    tab.get_by_role("radio", name="Cut").check(force=True)
    tab.get_by_text("Not with Cut").first.wait_for()


def test_a_stock_item_is_found_by_a_part_of_its_name_with_the_keyboard(
    live_shop: LiveShop, tab: Any
) -> None:
    sign_in(live_shop, tab)
    tab.goto(f"{live_shop.url}/admin/products/?search=INV-A6")
    tab.get_by_role("link", name="Edit").first.click()
    materials = tab.locator("#s-materials")
    fields = materials.get_by_label("Stock item", exact=True)
    before = fields.count()
    materials.get_by_role("button", name="Add material").click()
    expect(fields).to_have_count(before + 1)
    field = fields.last
    field.press_sequentially("cotton")
    materials.locator("[data-key]").first.wait_for()
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).not_to_have_value("cotton")
    sku = field.input_value()
    materials.get_by_label("Per piece", exact=True).last.fill("0.25")
    field.press("Enter")
    tab.get_by_text("is saved.").wait_for()
    wait_until(tab, lambda: sku in [one.get("sku") for one in stored(live_shop)["materials"]])
