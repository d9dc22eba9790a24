"""A promotion code on the product's page: the price follows it, and a wrong one says why."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html

from app.core.actor import system
from app.core.shop.region import region
from app.pricelists import promotion_verbs as verbs

PLACE = "/p/invitation-card-a6/price"
CHOSEN = {"options.paper": "smooth", "options.foil": "none", "quantity": "250"}


@pytest.fixture
def code(preset_products: None, session: Any) -> None:
    verbs.create_promotion(
        None, "autumn10", "Autumn sale", region().currency, percent="10", min_net="100",
        actor=system(),
    )  # fmt: skip


def words(client: Any, **given: str) -> str:
    page = client.get("/p/invitation-card-a6")
    token = html.document_fromstring(page.text).cssselect("input[name=csrf_token]")[0].get("value")
    answer = client.post(PLACE, data={**CHOSEN, "csrf_token": token, **given})
    assert answer.status_code == 200
    return " ".join(html.document_fromstring(answer.text).text_content().split())


def test_the_price_follows_the_code(client: Any, code: None) -> None:
    assert "Autumn sale" not in words(client)
    assert "Autumn sale" in words(client, promotion_code=" Autumn10")


def test_a_code_that_takes_nothing_off_says_why(client: Any, code: None) -> None:
    assert "don't know the code “WINTER”" in words(client, promotion_code="WINTER")
    assert "applies from" in words(client, promotion_code="AUTUMN10", quantity="25")
