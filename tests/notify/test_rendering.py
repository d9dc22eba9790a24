from __future__ import annotations

import pytest

from app.notify.links import ACCOUNT, Link
from app.notify.rendering import LINK_MARK, render, with_link

DELIVERED = {
    "contact_name": "Ada Example",
    "order_number": "MR-10001",
    "items": "250 × Invitation A6",
    "tracking_number": "TRK123",
    "link": Link(ACCOUNT),
}
pytestmark = pytest.mark.usefixtures("app")


def test_a_line_break_in_a_value_adds_no_header():
    made = render("delivered", DELIVERED | {"order_number": "1\r\nBcc: all@example.com"})
    assert "\n" not in made.subject and "\r" not in made.subject


def test_a_message_without_a_link_has_no_button():
    made = render("delivered", DELIVERED | {"link": None})
    assert LINK_MARK not in made.body_text + made.body_html
    assert "View order" not in made.body_text + made.body_html


def test_the_link_is_escaped_in_html_only():
    link = 'https://shop.example.com/t/x?a=1&b="2"'
    assert with_link(LINK_MARK, link) == link
    assert with_link(LINK_MARK, link, html=True) == (
        "https://shop.example.com/t/x?a=1&amp;b=&quot;2&quot;"
    )
