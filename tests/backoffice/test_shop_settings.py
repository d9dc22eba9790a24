"""The pages of the shop's settings: each section has its form, faults stand at their fields, changes their history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.core.shop import SECTIONS
from app.core.shop.details import shop_details
from app.core.shop.region import region
from tests.backoffice.conftest import Person

Enter = Callable[..., Person]


PAGE = "/admin/settings/{}".format
SAVE = "save_section"


@pytest.mark.parametrize(
    "key", sorted(key for key, section in SECTIONS.items() if section.is_listed)
)
def test_each_section_has_its_page(somebody: Enter, key: str) -> None:
    owner = somebody("owner")
    assert owner.get(PAGE(key)).status == 200
    assert str(SECTIONS[key].title) in owner.get("/admin/settings/").words


def test_what_is_saved_is_shown_at_once_and_in_the_history(somebody: Enter, session: Any) -> None:
    owner = somebody("owner")
    assert owner.press(PAGE("shop"), SAVE, name="Corner & Sons").status == 303
    page = owner.get(PAGE("shop"))
    assert "Settings changed" in page.words and "Corner & Sons" in page.words
    assert shop_details().name == "Corner & Sons"


def test_a_fault_stands_at_its_field_with_what_was_typed(somebody: Enter, session: Any) -> None:
    owner = somebody("owner")
    page = owner.press(PAGE("region"), SAVE, timezone="Mars/Base", currency="JPY")
    assert page.status == 422
    assert page.said("#f-timezone-fault") == "There is no time zone “Mars/Base”."
    assert page.all('option[value="JPY"][selected]')
    assert region().currency != "JPY"


def test_a_form_that_was_opened_before_another_change_is_refused(
    somebody: Enter, session: Any
) -> None:
    owner = somebody("owner")
    opened = owner.get(PAGE("region"))
    owner.press(PAGE("region"), SAVE, currency="JPY")
    assert owner.press(opened, SAVE, currency="USD").status == 409
    assert region().currency == "JPY"


def test_the_new_name_is_on_the_portal_at_once(somebody: Enter, session: Any) -> None:
    owner = somebody("owner")
    owner.press(PAGE("shop"), SAVE, name="Bright Ink")
    assert "Bright Ink" in owner.get("/").words
