from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from jinja2 import UndefinedError

from app.notify.rendering import LINK_MARK, names, render, with_link

FULL = {
    "contact_name": "Ada Example",
    "order_number": "MR-10001",
    "product": "Invitation A6",
    "quantity": "250",
    "total": "£12.00",
    "valid_until": "Fri 27 Nov",
    "promised_on": "Fri 4 Dec",
    "note": "Make it bigger",
    "problems": ["The image has 96 dpi, 300 are needed."],
    "signed_by": "Ada Example",
    "carrier": "Example Post",
    "tracking_number": "TRK123",
    "minutes": 30,
    "link": "https://shop.example.com/t/x",
}
pytestmark = pytest.mark.usefixtures("app")


class Words(HTMLParser):
    """The words and links of an HTML mail."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words, self.links = "", []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.links += [value for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data):
        self.words += data


@pytest.mark.parametrize("name", names())
def test_every_message_has_a_subject_a_text_and_one_link(name):
    made = render(name, FULL)
    assert 5 < len(made.subject) < 80
    assert made.body_text.count(LINK_MARK) == 1
    assert Words(made.body_html).links == [LINK_MARK]


@pytest.mark.parametrize("name", names())
def test_the_plain_text_says_everything_the_html_says(name):
    made = render(name, FULL)
    plain = " ".join(made.body_text.split())
    html = Words(made.body_html).words
    for value in FULL.values():
        if isinstance(value, str) and value in html and value != "MR-10001":
            assert value in plain, value
    assert not re.search(r"[{}]|%}", made.body_text)


@pytest.mark.parametrize("name", names())
def test_a_bare_context_still_makes_a_whole_message(name):
    made = render(name, {})
    assert "None" not in made.subject + made.body_text + made.body_html
    assert "\n\n\n" not in made.body_text
    assert Words(made.body_html).links == []


@pytest.mark.parametrize("name", names())
def test_the_words_follow_the_house_rules(name):
    text = render(name, FULL).body_text.lower()
    for never in ("!", "oops", "successfully", "please wait", "sorry for"):
        assert never not in text


@pytest.mark.parametrize("name", names())
def test_what_a_customer_typed_is_never_markup(name):
    hostile = {
        key: "<img src=x>" if isinstance(value, str) else value for key, value in FULL.items()
    }
    hostile["problems"] = ["<script>alert(1)</script>"]
    made = render(name, hostile)
    assert "<img" not in made.body_html
    assert "<script" not in made.body_html


def test_a_line_break_in_a_value_adds_no_header():
    made = render("quote_ready", FULL | {"order_number": "1\r\nBcc: all@example.com"})
    assert "\n" not in made.subject and "\r" not in made.subject


def test_a_template_that_asks_for_what_nobody_knows_is_refused(tmp_path, monkeypatch):
    from app.notify import rendering

    (tmp_path / "odd.txt").write_text("Subject\n\n{{ unheard_of }}\n")
    monkeypatch.setattr(rendering, "FOLDER", tmp_path)
    rendering._templates.cache_clear()
    with pytest.raises(UndefinedError):
        render("odd", {})
    rendering._templates.cache_clear()


def test_the_link_is_escaped_in_html_only():
    link = 'https://shop.example.com/t/x?a=1&b="2"'
    assert with_link(LINK_MARK, link) == link
    assert with_link(LINK_MARK, link, html=True) == (
        "https://shop.example.com/t/x?a=1&amp;b=&quot;2&quot;"
    )


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(30, "30 minutes"), (59, "59 minutes"), (10_079, "7 days"), (240, "4 hours")],
)
def test_how_long_a_link_is_good_is_said_in_people_words(minutes, words):
    assert f"for {words}." in render("staff_reset", {"minutes": minutes}).body_text


def test_a_person_who_was_taken_on_is_not_told_that_they_asked():
    made = render("staff_reset", {"minutes": 10_079, "invited": True, "link": "x"})
    assert made.subject == "Choose your password"
    assert "asked" not in made.body_text
