"""Words for numbers, money and times."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from flask import Flask, g

from app.core.clock import now
from app.core.web import formats

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minor", "currency", "said"),
    [
        (113628, "GBP", "£1,136.28"),
        (-5, "GBP", "−£0.05"),
        (1500, "JPY", "JP¥1,500"),
        (1234567, "KWD", "KWD1,234.567"),
        (None, "GBP", "–"),
    ],
)
def test_money_has_its_currency_s_own_places(minor: int | None, currency: str, said: str) -> None:
    assert formats.money(minor, currency) == said


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (1250, "", "1,250"),
        (Decimal("12.500"), "kg", "12.5 kg"),
        (Decimal("100.000"), "", "100"),
        (-3, "sheets", "−3 sheets"),
        (None, "kg", "–"),
    ],
)
def test_a_quantity_has_no_needless_zeros(value: Any, unit: str, said: str) -> None:
    assert formats.quantity(value, unit) == said


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=24), "24 min ago"),
        (timedelta(hours=2), "2 h ago"),
        (-timedelta(minutes=5), "in 5 min"),
        (timedelta(days=1), "yesterday 12:00"),
        (timedelta(hours=8), "8 h ago"),
        (timedelta(days=8), "16 Nov 12:00"),
        (timedelta(days=400), "20 Oct 2025"),
        (timedelta(days=65), "20 Sept 12:00"),
        (-timedelta(days=1), "tomorrow 12:00"),
    ],
)
def test_a_moment_is_said_as_people_say_it(before: timedelta, said: str) -> None:
    with time_machine.travel(NOON, tick=False):
        assert formats.ago(NOON - before) == said


def test_times_are_in_the_person_s_zone_and_exact_on_hover(app: Flask) -> None:
    moment = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    with app.test_request_context():
        g.zone = "Asia/Tokyo"
        assert formats.clock_time(moment) == "08:30"
        assert formats.day(moment, year=True) == "Thu 2 Jul 2026"
        assert 'title="Thu 2 Jul 2026, 08:30:00 JST"' in formats.when(moment)


def test_a_time_that_stays_near_is_kept_fresh_by_the_page() -> None:
    assert "data-ago" in formats.when(now() - timedelta(minutes=3))
    assert "data-ago" not in formats.when(now() - timedelta(days=3))


def test_a_due_date_is_red_once_past_and_amber_within_two_days() -> None:
    today = formats.local(now()).date()
    assert 'class="late"' in formats.due(today - timedelta(days=1))
    assert 'class="soon"' in formats.due(today)
    assert "class" not in formats.due(today + timedelta(days=3))
    assert "class" not in formats.due(today - timedelta(days=1), done=True)


def test_a_day_has_its_year_only_where_it_is_another() -> None:
    year = formats.local(now()).year
    assert formats.day(date(year, 3, 2)).endswith("2 Mar")
    assert formats.day(date(2019, 11, 27)) == "Wed 27 Nov 2019"


@pytest.mark.parametrize(
    ("size_bytes", "said"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (18_432_000, "18.4 MB"),
        (5 * 10**9, "5 GB"),
    ],
)
def test_a_size_is_said_in_thousands(size_bytes: int, said: str) -> None:
    assert formats.file_size(size_bytes) == said


def test_a_long_file_name_is_cut_in_the_middle_and_keeps_its_kind() -> None:
    name = "wedding-invitation-juno-and-tobias-final-final-2.pdf"
    cut = formats.file_name(name, 32)
    assert len(cut) == 32
    assert cut.startswith("wedding-invitati")
    assert cut.endswith("final-2.pdf")
    assert formats.file_name("short.pdf") == "short.pdf"


def test_a_file_name_on_hover_is_escaped() -> None:
    assert '"><script>' not in formats.file_label('"><script>.pdf')


def test_initials_are_at_most_two() -> None:
    said = [formats.initials(name) for name in ("Wren Applecote", "Cher", "A B C", "", None)]
    assert said == ["WA", "C", "AC", "?", "?"]
