"""The set-up guide: what is missing is read from the shop, steps can be skipped, presets are loaded by a click."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from app.backoffice.set_up.steps import STEPS, missing, steps_now
from app.catalog.models import Product
from app.catalog.services import effective_properties
from app.core.actor import system
from app.core.shop.verbs import save_section
from app.production.verbs import load_shop_preset
from tests.backoffice.conftest import Person

Enter = Callable[..., Person]
GUIDE = "/admin/set-up/"


def keys_missing() -> set[str]:
    return {step.key for step in missing()}


def save(key: str, **values: Any) -> None:
    save_section(key, values=values, actor=system("cli"))


def test_an_empty_shop_lacks_what_it_has_not(somebody: Enter, session: Any) -> None:
    somebody("owner")
    assert {
        "shop",
        "bank",
        "products",
        "work_centres",
        "stock",
        "staff",
        "region",
    } <= keys_missing()


def test_a_step_is_done_once_the_shop_has_what_it_asks_for(somebody: Enter, session: Any) -> None:
    owner = somebody("owner")
    save("shop", line_1="1 High St", city="Hull", country="GB", postcode="HU1 1AA")
    save("region", currency="EUR")
    somebody("sales")
    assert not {"shop", "region", "staff"} & keys_missing()
    assert "Done" in owner.get(GUIDE).said("#step-shop .badge")


def test_a_preset_is_loaded_by_a_click_and_what_is_new_is_told(
    somebody: Enter, session: Any
) -> None:
    owner = somebody("owner")
    save("region", currency="EUR")
    page = owner.get(GUIDE)
    form = next(
        form for form in page.document.forms if dict(form.form_values()).get("name") == "print"
    )
    fields = dict(form.form_values())
    assert owner.send(form.get("action"), fields).status == 303
    told = owner.get(GUIDE).said()
    assert "is loaded:" in told and "products" in told and "check them" in told
    assert not {"products", "work_centres", "stock"} & keys_missing()
    made = session.scalars(select(Product)).all()
    assert {effective_properties(one).properties.price.currency for one in made} == {"EUR"}
    assert owner.send(form.get("action"), fields).status == 303
    assert session.scalar(select(func.count()).select_from(Product)) == len(made)


def test_a_preset_that_is_there_already_changes_nothing(somebody: Enter, session: Any) -> None:
    load_shop_preset(None, "print", actor=system("cli"))
    again = load_shop_preset(None, "print", actor=system("cli"))
    assert "in the shop already" in again


def test_a_step_can_be_skipped_and_taken_up_again(somebody: Enter, session: Any) -> None:
    owner = somebody("owner")
    for is_skipped in (True, False):
        page = owner.get(GUIDE)
        (form,) = [
            form
            for form in page.document.forms
            if (form.get("action") or "").endswith("/skip/bank")
        ]
        owner.send(form.get("action"), dict(form.form_values()))
        assert ("bank" not in keys_missing()) == is_skipped


def test_the_dashboard_names_what_is_missing_until_nothing_is(
    somebody: Enter, session: Any
) -> None:
    owner = somebody("owner")
    assert "Bank details" in owner.get("/admin/").said("#to-set-up")
    save("guide", skipped=[step.key for step in STEPS])
    assert owner.get("/admin/").said("#to-set-up") == ""
    assert "Your shop can take orders." in owner.get(GUIDE).words


def test_whoever_may_not_change_settings_is_not_asked_to(somebody: Enter, session: Any) -> None:
    sales = somebody("sales")
    assert sales.get("/admin/").said("#to-set-up") == ""
    assert sales.get(GUIDE).status == 403


def test_saving_a_section_from_the_guide_leads_back_to_it(somebody: Enter, session: Any) -> None:
    owner = somebody("owner")
    answer = owner.press(
        "/admin/settings/bank?back=1", "save_section", iban="GB82WEST12345698765432"
    )
    assert answer.answer.headers["Location"] == GUIDE
    assert "bank" not in keys_missing()


def test_every_step_leads_to_a_page(somebody: Enter, session: Any, app: Any) -> None:
    owner = somebody("owner")
    with app.test_request_context():
        urls = [one.step.url for one in steps_now()]
    assert [url for url in urls if owner.get(url).status != 200] == []
