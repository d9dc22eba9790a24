from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalog.configuration import Configuration, validate_configuration
from app.catalog.inheritance import parse
from app.core.errors import BadInput

CARD = parse(
    {
        "quantity": {"minimum": 25, "maximum": 5000, "step": 5, "default": 250},
        "options": [
            {
                "key": "paper",
                "label": "Paper",
                "choices": [
                    {"key": "smooth", "label": "Smooth 300 g"},
                    {"key": "cotton", "label": "Cotton 350 g"},
                ],
            },
            {
                "key": "foil",
                "label": "Foil",
                "required": False,
                "choices": [{"key": "gold", "label": "Gold"}],
            },
        ],
        "personalisation": [
            {"key": "names", "label": "Names", "max_length": 12, "required": True},
            {"key": "date", "label": "Date", "kind": "date"},
            {"key": "ink", "label": "Ink", "kind": "colour"},
            {"key": "tone", "label": "Tone", "kind": "choice", "choices": ["warm", "cool"]},
            {
                "key": "code",
                "label": "Code",
                "pattern": "[A-Z]{3}",
                "pattern_says": "three capitals",
            },
            {
                "key": "foil_text",
                "label": "Text in foil",
                "required": True,
                "only_if": {"foil": ["gold"]},
            },
        ],
    }
)
GOOD: dict[str, Any] = {"names": "Robin & Sasha"[:12]}


def clean(
    options: dict[str, Any] | None = None,
    personalisation: dict[str, Any] | None = None,
    quantity: Any = 250,
) -> tuple[Configuration, int]:
    chosen = {"paper": "smooth"} if options is None else options
    return validate_configuration(CARD, chosen, GOOD | (personalisation or {}), quantity)


def test_what_fits_comes_back_clean() -> None:
    given_ = {"names": "  Robin \t &  S ", "date": "2027-06-19", "ink": "#1D6F8A", "tone": "warm"}
    found, quantity = clean({"paper": "cotton", "foil": ""}, given_, "1,000")
    assert found.options == {"paper": "cotton"}
    assert found.personalisation == {
        "names": "Robin & S",
        "date": "2027-06-19",
        "ink": "#1d6f8a",
        "tone": "warm",
    }
    assert quantity == 1000


@pytest.mark.parametrize(
    ("case", "field", "says"),
    [
        ({"options": {}}, "options.paper", "Choose the paper: Smooth 300 g, Cotton 350 g."),
        ({"options": {"paper": "vellum"}}, "options.paper", "not offered as paper: Smooth 300 g"),
        ({"options": {"paper": "smooth", "hue": "x"}}, "options.hue", "it has paper, foil"),
        ({"personalisation": {"names": " "}}, "personalisation.names", "“Names” is empty"),
        ({"personalisation": {"names": "x" * 13}}, "personalisation.names", "13 characters; 12"),
        ({"personalisation": {"names": "a\x00b"}}, "personalisation.names", "can't be printed"),
        ({"personalisation": {"names": "a\u202eb"}}, "personalisation.names", "can't be printed"),
        ({"personalisation": {"date": "19.06.2027"}}, "personalisation.date", "2027-06-19"),
        ({"personalisation": {"date": "2027-02-30"}}, "personalisation.date", "is not one"),
        ({"personalisation": {"ink": "red"}}, "personalisation.ink", "#1d6f8a"),
        ({"personalisation": {"tone": "hot"}}, "personalisation.tone", "warm, cool"),
        ({"personalisation": {"code": "ab"}}, "personalisation.code", "three capitals"),
        ({"personalisation": {"extra": "x"}}, "personalisation.extra", "has no “extra”"),
        ({"quantity": "many"}, "quantity", "25 to 5,000 in steps of 5"),
        ({"quantity": 24}, "quantity", "24 can't be ordered"),
        ({"quantity": 5005}, "quantity", "5,005 can't be ordered"),
        ({"quantity": 251}, "quantity", "in steps of 5"),
        ({"quantity": None}, "quantity", "whole number"),
        ({"quantity": True}, "quantity", "whole number"),
        ({"quantity": "٢٥٠"}, "quantity", "whole number"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_is_allowed(
    case: dict[str, Any], field: str, says: str
) -> None:
    with pytest.raises(BadInput) as caught:
        clean(**case)
    assert caught.value.field == field
    assert says in caught.value.sentence


def test_a_field_that_depends_on_an_option_is_asked_only_with_it() -> None:
    assert "foil_text" not in clean()[0].personalisation
    with pytest.raises(BadInput) as caught:
        clean({"paper": "smooth", "foil": "gold"})
    assert caught.value.field == "personalisation.foil_text"


def test_text_for_a_field_that_is_not_asked_is_left_out() -> None:
    assert clean(personalisation={"foil_text": "x"})[0].personalisation == GOOD


anything = st.one_of(st.none(), st.text(max_size=40), st.integers(), st.floats(), st.booleans())


@given(st.dictionaries(st.sampled_from(["paper", "foil", "x"]), anything), anything, anything)
def test_whatever_is_sent_is_either_clean_or_refused_with_a_sentence(
    options: dict[str, Any], names: Any, quantity: Any
) -> None:
    try:
        found, number = validate_configuration(CARD, options, {"names": names}, quantity)
    except BadInput as refusal:
        found, number, fault = None, 0, refusal
    if found is None:
        assert fault.sentence and fault.field
    else:
        again = validate_configuration(CARD, found.options, found.personalisation, number)
        assert again == (found, number)
