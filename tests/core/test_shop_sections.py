"""Sections of the shop's settings: what each refuses, and what follows from it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.core import settings
from app.core.actor import system
from app.core.errors import BadInput
from app.core.shop import Section, form, shop
from app.core.shop.bank import Bank, bank
from app.core.shop.opening import Opening, working_days
from app.core.shop.pickup import Pickup, pickup_words
from app.core.shop.sender import Sender, mail_from, reply_to
from app.core.shop.verbs import save_section

pytestmark = pytest.mark.usefixtures("session")
FRIDAY, SATURDAY, MONDAY = date(2026, 11, 27), date(2026, 11, 28), date(2026, 11, 30)


def save(section: type[Section], **values: Any) -> Any:
    return save_section(section.key, values=values, actor=system("cli"))


@pytest.mark.parametrize(
    ("section", "values", "field", "sentence"),
    [
        (Bank, {"iban": "GB82 WEST 1234 5698 7654 33"}, "iban", "its check digits are wrong"),
        (Bank, {"bic": "NOBANK"}, "bic", "is not a BIC"),
        (Bank, {"sort_code": "12-34"}, "sort_code", "It has six digits"),
        (Bank, {"routing_number": "123456789"}, "routing_number", "its check digit is wrong"),
        (Opening, {"monday": {"opens": "17:00", "closes": "09:00"}}, "monday.closes",
         "Closing time must be later"),
        (Opening, {"friday": {"opens": "09:00", "closes": ""}}, "friday.closes", "Enter both times"),
        (Opening, {"closed": [{"first": "2026-12-24", "last": "2026-12-20"}]}, "closed.0.last",
         "must not be before the first"),
        (Opening, {"closed": [{"first": "", "name": "Christmas"}]}, "closed.0.first", "Enter the first day."),
        (Pickup, {"places": [{"name": "", "address": "1 High St"}]}, "places.0.name",
         "Enter the name of the place."),
        (Sender, {"reply_to": "nobody@"}, "reply_to", "is not an e-mail address"),
    ],
)  # fmt: skip
def test_each_bad_value_has_its_sentence(
    section: type[Section], values: dict[str, Any], field: str, sentence: str
) -> None:
    before = shop(section)
    with pytest.raises(BadInput) as caught:
        save(section, **values)
    assert sentence in caught.value.faults[field]
    assert shop(section) == before


def test_a_right_iban_is_written_in_groups_of_four() -> None:
    save(Bank, holder="Corner & Sons", iban="gb82west12345698765432")
    assert bank().lines == [
        ("Account holder", "Corner & Sons"),
        ("IBAN", "GB82 WEST 1234 5698 7654 32"),
    ]


@pytest.mark.parametrize(
    ("start", "count", "day"),
    [
        (FRIDAY, 0, FRIDAY),
        (FRIDAY, 1, MONDAY),
        (SATURDAY, 0, MONDAY),
        (SATURDAY, 1, MONDAY),
        (FRIDAY, 5, date(2026, 12, 4)),
    ],
)
def test_working_days_pass_over_the_weekend(start: date, count: int, day: date) -> None:
    assert working_days(start, count) == day


def test_working_days_pass_over_closed_days() -> None:
    save(Opening, closed=[{"first": "2026-12-24", "last": "2027-01-01", "name": "Christmas"}])
    assert working_days(date(2026, 12, 23), 1) == date(2027, 1, 4)


def test_the_form_begins_with_the_shop_s_first_day_of_the_week() -> None:
    save_section("region", values={"first_day": "sunday"}, actor=system("cli"))
    assert [one.name for one in form.drawn(Opening, {})][:2] == ["sunday", "monday"]


def test_a_shop_that_opens_on_no_day_can_not_be_saved() -> None:
    nothing = {"opens": "", "closes": ""}
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    with pytest.raises(BadInput, match="at least one day"):
        save(Opening, **dict.fromkeys(days, nothing))


def test_the_sender_is_the_environment_s_until_it_is_set() -> None:
    assert (
        mail_from() == settings.current().mail_from or settings.current().mail_from in mail_from()
    )
    save(
        Sender,
        name='Corner "C" Sons',
        address="hello@bücher.example",
        reply_to="orders@example.com",
    )
    assert mail_from() == '"Corner \\"C\\" Sons" <hello@bücher.example>'
    assert reply_to() == "orders@example.com"


def test_without_places_an_order_is_collected_at_the_shop() -> None:
    save_section("shop", values={"line_1": "1 High St", "city": "Hull", "country": "GB", "postcode": "HU1 1AA"},
                 actor=system("cli"))  # fmt: skip
    assert pickup_words() == ["1 High St, Hull, HU1 1AA, United Kingdom"]
    save(Pickup, places=[{"name": "Market hall", "address": "Stall 4", "hours": "Sat 9–13"}])
    assert pickup_words() == ["Market hall, Stall 4, Sat 9–13"]
