"""The shop's own label, and the numbers we give ourselves."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from app.core.outbound.adapters import REPEATS_BY_KEY
from app.core.postal_address import PostalAddress
from app.fulfilment import carriers
from app.fulfilment.carriers import LabelRequest, generic
from app.fulfilment.carriers.generic import label_html
from tests.drawn_letters import read_by_eye

REQUEST = LabelRequest(
    key="label:1",
    sequence=10_000_001,
    service="standard",
    reference="S-5001",
    order_number="MR-10428",
    sender=PostalAddress(name="Example Street Press", line_1="1 Example Street"),
    recipient=PostalAddress(name="Ada <script>", line_1="4 Example Lane", city="Sampleton"),
    weight_g=640,
)


def is_valid(number: str) -> bool:
    """Whether the number has the shape of S10 and its check digit is right."""
    match = re.fullmatch(r"[A-Z]{2}(\d{8})(\d)[A-Z]{2}", number)
    return match is not None and generic.check_digit(match[1]) == int(match[2])


def test_the_generic_carrier_repeats_by_key(app):
    generic = carriers.carrier("generic")()
    assert REPEATS_BY_KEY in generic.abilities
    with app.app_context():
        first, second = generic.buy(REQUEST), generic.buy(REQUEST)
    assert first.tracking_number == second.tracking_number
    assert is_valid(first.tracking_number)
    assert first.pdf.startswith(b"%PDF")


def test_what_a_customer_typed_is_escaped_on_the_label(app):
    with app.app_context():
        page = label_html(REQUEST, "MR100000016XX")
    assert "Ada &lt;script&gt;" in page and "<script>" not in page
    assert "640 g" in page and "MR-10428" in page


def test_the_check_digit_is_that_of_the_standards_example():
    # The example of UPU S10: serial 47312482 has check digit 9.
    assert generic.check_digit("47312482") == 9
    assert is_valid("RR473124829GB") and not is_valid("RR473124828GB")


@given(st.integers(0, 99_999_998), st.integers(2, 9), st.integers(1, 9))
def test_one_wrong_figure_is_noticed(sequence, place, off):
    number = generic.own_number(sequence)
    assert is_valid(number)
    assume(number[10] != "5")  # S10 gives 5 to two remainders: its one blind spot
    figure = str((int(number[place]) + off) % 10)
    assert not is_valid(number[:place] + figure + number[place + 1 :])


def test_an_address_is_printed_without_gaps():
    typed = {"name": " Juno ", "line_1": "4 Example Lane", "country": "gb", "unknown": "x"}
    address = PostalAddress.of(typed)
    assert address.printed() == ["Juno", "4 Example Lane", "GB"]
    assert address == PostalAddress(name="Juno", line_1="4 Example Lane", country="GB")
    assert address.missing() == ["city"]
    assert not PostalAddress() and not PostalAddress.of({"city": " "})


def test_a_label_shows_the_letters_of_every_name(app):
    recipient = PostalAddress(name="Łukasz Čapek", line_1="Jiří 4", city="Łódź")
    with app.app_context():
        label = carriers.carrier("generic")().buy(replace(REQUEST, recipient=recipient))
    seen = read_by_eye(label.pdf, "Łukasz Čapek Jiří Łódź")
    assert all(name in seen for name in ("Łukasz Čapek", "Jiří", "Łódź"))
