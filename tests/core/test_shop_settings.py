"""The shop's settings: defaults, saving whole or not at all, history, and what every process reads."""

from __future__ import annotations

import re
import threading
import time
from typing import Annotated, Any, ClassVar

import pytest
from flask import Flask
from pydantic import Field
from sqlalchemy import event, text

from app.core import settings
from app.core.actor import Actor, system
from app.core.clock import shop_day, today
from app.core.db import db
from app.core.errors import BadInput, NotAllowed
from app.core.events import Event
from app.core.shop import SECTIONS, Section, forget, shop
from app.core.shop.details import ShopDetails, shop_details
from app.core.shop.reading import FRESH_S
from app.core.shop.region import Region, region
from app.core.shop.verbs import save_section
from app.core.web import formats
from tests.conftest import Committed

ROOT = settings.ROOT
CLI = system("cli")


def save(section: type[Section], **values: Any) -> Any:
    return save_section(section.key, values=values, actor=CLI)


def test_until_a_section_is_saved_the_environment_holds(session: Any) -> None:
    assert region().timezone == settings.current().timezone
    assert shop_details().name == settings.current().shop_name


def test_what_is_saved_wins_over_the_environment_and_what_was_not_given_stays(session: Any) -> None:
    save(Region, timezone="Pacific/Auckland")
    assert region().timezone == "Pacific/Auckland"
    assert region().currency == settings.current().currency
    assert shop_day() == today("Pacific/Auckland")


def test_a_change_is_recorded_with_who_and_both_values(session: Any) -> None:
    save(Region, currency="EUR", locale="en_IE")
    save(Region, currency="JPY")
    found = (
        session.query(Event).filter_by(name="settings.changed").order_by(Event.at.desc()).first()
    )
    assert (found.before, found.after) == ({"currency": "EUR"}, {"currency": "JPY"})
    assert found.actor_label == CLI.label and found.data == {"section": "region"}


def test_saving_what_is_there_already_records_nothing(session: Any) -> None:
    save(Region, currency="USD")
    save(Region, currency="USD")
    assert session.query(Event).filter_by(name="settings.changed").count() == 1


@pytest.mark.parametrize(
    ("section", "values", "field", "sentence"),
    [
        (Region, {"timezone": "Mars/Base"}, "timezone", "There is no time zone “Mars/Base”."),
        (Region, {"currency": "XYZ"}, "currency", "There is no currency “XYZ”."),
        (ShopDetails, {"name": " "}, "name", "Enter the shop name."),
        (ShopDetails, {"email": "shop@"}, "email", "is not an e-mail address"),
        (ShopDetails, {"phone": "12"}, "phone", "is not a phone number"),
        (ShopDetails, {"website": "not a site"}, "website", "is not a web address"),
        (ShopDetails, {"country": "GB", "line_1": "1 High St", "city": "Hull", "postcode": "ABC"},
         "postcode", "“ABC” is not a postcode in United Kingdom."),
        (ShopDetails, {"country": "US", "line_1": "1 High St", "city": "Austin", "postcode": "78701"},
         "region", "Enter the state"),
        (ShopDetails, {"country": "DE", "line_1": "Weg 1", "city": "Bonn", "postcode": "53111",
                       "vat_number": "DE136695977"},
         "vat_number", "“DE136695977” is not a VAT number in Germany."),
    ],
)  # fmt: skip
def test_each_bad_value_has_its_sentence_and_nothing_is_saved(
    session: Any, section: type[Section], values: dict[str, str], field: str, sentence: str
) -> None:
    before = shop(section)
    with pytest.raises(BadInput) as caught:
        save(section, **values)
    assert sentence in caught.value.faults[field]
    session.rollback()
    assert shop(section) == before


def test_all_faults_of_a_form_are_told_together(session: Any) -> None:
    with pytest.raises(BadInput) as caught:
        save(Region, timezone="Mars/Base", currency="XYZ")
    assert set(caught.value.faults) == {"timezone", "currency"}


def test_a_vat_number_with_right_check_digits_is_taken(session: Any) -> None:
    save(
        ShopDetails,
        country="DE",
        line_1="Weg 1",
        city="Bonn",
        postcode="53111",
        vat_number="DE136695976",
    )
    assert shop_details().address == "Weg 1, 53111 Bonn, Germany"


def test_a_field_that_a_room_locked_says_why_and_stays(session: Any, monkeypatch: Any) -> None:
    monkeypatch.setitem(Region.locks, "currency", lambda: "A quote was sent in GBP.")
    save(Region, timezone="Europe/Paris")
    with pytest.raises(BadInput, match=r"A quote was sent in GBP\.") as caught:
        save(Region, currency="JPY", timezone="Europe/Rome")
    assert caught.value.field == "currency"
    session.rollback()
    assert region().currency == settings.current().currency


def test_whoever_has_not_the_permission_changes_nothing(session: Any) -> None:
    sales = Actor("staff", None, "Sam", "backoffice", permissions=frozenset({"order.view"}))
    with pytest.raises(NotAllowed):
        save_section("region", values={"currency": "EUR"}, actor=sales)


def test_a_stored_value_that_no_longer_fits_has_its_default_and_the_others_stay(
    session: Any,
) -> None:
    save(Region, timezone="Europe/Paris", currency="EUR")
    session.execute(
        text(
            'UPDATE shop_settings SET values = values || \'{"timezone": "Abolished/Zone", "old": 1}\''
        )
    )
    session.commit()
    forget()
    assert (region().timezone, region().currency) == ("Europe/London", "EUR")


def test_a_section_is_declared_once() -> None:
    with pytest.raises(TypeError, match="declared twice"):

        class Again(Section):
            key: ClassVar[str] = "region"
            name: Annotated[str, Field(title="Name")] = ""

    assert SECTIONS["region"] is Region


def test_a_request_asks_once_and_sees_the_same_to_its_end(app: Flask, session: Any) -> None:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "shop_settings" in statement:
            asked.append(statement)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    with app.test_request_context():
        before = region()
        assert shop_details() and region() is before
    event.remove(connection, "before_cursor_execute", note)
    assert len(asked) == 1


def test_a_change_is_seen_by_a_process_that_runs_for_long_within_a_second(
    committed: Committed,
) -> None:
    seen: list[tuple[str, str]] = []
    is_ready, is_changed = threading.Event(), threading.Event()

    def long_running() -> None:
        with committed.app.app_context():
            seen.append((region().timezone, formats.quantity(1234.5)))
            is_ready.set()
            is_changed.wait(10)
            time.sleep(FRESH_S + 0.1)
            seen.append((region().timezone, formats.quantity(1234.5)))

    worker = threading.Thread(target=long_running)
    worker.start()
    is_ready.wait(10)
    with committed.engine.begin() as connection:  # as another process does
        connection.execute(
            text(
                "INSERT INTO shop_settings (id, section, values, version_id) VALUES (gen_random_uuid(), "
                '\'region\', \'{"timezone": "Asia/Tokyo", "locale": "de_DE"}\', 1)'
            )
        )
    is_changed.set()
    worker.join(10)
    assert seen == [("UTC", "1,234.5"), ("Asia/Tokyo", "1.234,5")]


def test_two_people_who_save_at_once_do_not_lose_each_others_change(committed: Committed) -> None:
    def in_thread(**values: str) -> threading.Thread:
        def run() -> None:
            with committed.app.app_context():
                save(Region, **values)
                db.session.commit()
                db.session.remove()

        made = threading.Thread(target=run)
        made.start()
        return made

    for one in [in_thread(timezone="Asia/Tokyo"), in_thread(currency="JPY")]:
        one.join(10)
    with committed.app.app_context():
        assert (region().timezone, region().currency) == ("Asia/Tokyo", "JPY")
        db.session.remove()


def test_nothing_reads_from_the_environment_what_the_shop_sets() -> None:
    """`current()` has the first values alone: they are stale once a page of the settings was saved."""
    fields = "shop_name|shop_address|timezone|currency|locale|quote_days"
    files = [file for file in (ROOT / "app").rglob("*.py") if "settings" not in file.name]
    files = [file for file in files if file.parent != ROOT / "app" / "core" / "shop"]
    found = [
        file.name for file in files if re.search(rf"current\(\)\.({fields})\b", file.read_text())
    ]
    assert len(files) > 200 and found == []
