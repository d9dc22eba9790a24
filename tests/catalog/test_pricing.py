from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.catalog.facts import Facts
from app.catalog.inheritance import parse
from app.catalog.pricing import ItemisedPrice, PriceRow, price_line
from app.catalog.properties import Properties
from app.core.money import half_up
from app.core.web.formats import money
from app.inspection.file_facts import FileFacts

DAY = date(2027, 1, 15)
CUBE = Facts.of(
    FileFacts.model_validate({"volume_mm3": 8000, "bbox_mm": [20, 20, 20], "watertight": True})
)


def product(**price: Any) -> Properties:
    return parse(
        {
            "price": {"currency": "GBP", "tax_permille": 200} | price,
            "wording": {"piece": "card", "pieces": "cards"},
            "options": [
                {
                    "key": "paper",
                    "label": "Paper",
                    "choices": [
                        {"key": "smooth", "label": "Smooth"},
                        {
                            "key": "cotton",
                            "label": "Cotton",
                            "surcharge_minor": 18,
                            "setup_minor": 500,
                        },
                    ],
                },
                {
                    "key": "metal",
                    "label": "Metal",
                    "required": False,
                    "choices": [
                        {
                            "key": "silver",
                            "label": "Silver 925",
                            "density_g_per_cm3": "10.36",
                            "per_gram_minor": 140,
                        },
                        {"key": "lead", "label": "Lead", "per_gram_minor": 3},
                    ],
                },
            ],
        }
    )


def priced(rule: Properties, quantity: int, facts: Facts | None = None, **more: Any) -> Any:
    options = more.pop("options", {"paper": "smooth"})
    return price_line(rule, options, quantity, facts, on=DAY, **more)


def explained(price: ItemisedPrice) -> dict[str, tuple[str, int]]:
    return {row.key: (row.words, row.amount_minor) for row in price.rows}


CARDS = {
    "setup_minor": 2900,
    "unit_breaks": [
        {"from_quantity": 50, "unit_minor": 196},
        {"from_quantity": 250, "unit_minor": 142},
    ],
}


def test_the_break_that_the_quantity_reaches_sets_the_price_of_every_piece() -> None:
    assert explained(priced(product(**CARDS), 249))["pieces"] == ("£1.96 × 249", 48804)
    assert explained(priced(product(**CARDS), 250))["pieces"] == ("£1.42 × 250", 35500)


def test_set_up_is_charged_once_and_a_surcharge_for_each_piece() -> None:
    price = priced(product(**CARDS), 250, options={"paper": "cotton"})
    assert explained(price) == {
        "setup": ("once", 2900),
        "setup.paper": ("once", 500),
        "pieces": ("£1.42 × 250", 35500),
        "options.paper": ("£0.18 × 250", 4500),
    }
    assert (price.net_minor, price.tax_minor, price.total_minor) == (43400, 8680, 52080)
    assert not price.needs_person


def test_volume_is_priced_per_piece_and_then_multiplied() -> None:
    price = priced(product(per_cm3_minor="38.5"), 10, CUBE)
    assert explained(price) == {"volume": ("8.00 cm³ × £0.385 = £3.08, × 10", 3080)}


def test_metal_is_priced_by_the_weight_of_the_volume_in_the_chosen_metal() -> None:
    options = {"paper": "smooth", "metal": "silver"}
    price = priced(product(), 1, CUBE, options=options)
    assert explained(price) == {"weight": ("82.88 g × £1.40 = £116.03, × 1", 11603)}


def test_a_file_that_is_not_analysed_yet_goes_to_a_person() -> None:
    price = priced(product(per_cm3_minor=38, per_box_cm3_minor=1), 3, None)
    assert price.rows == ()
    assert price.needs_person
    assert price.reasons == (
        "The price depends on the file's volume, which is not known yet.",
        "The price depends on the part's outer size, which is not known yet.",
    )


def test_the_volume_of_an_open_model_is_never_used() -> None:
    leaky = Facts.of(
        FileFacts.model_validate({"volume_mm3": 8000, "bbox_mm": [20, 20, 20], "watertight": False})
    )
    price = priced(product(per_cm3_minor=38, setup_minor=600), 3, leaky)
    assert explained(price) == {"setup": ("once", 600)}
    assert price.reasons == ("The model is not closed, so its volume can't be measured.",)


def test_a_metal_without_a_density_goes_to_a_person() -> None:
    price = priced(product(), 1, CUBE, options={"paper": "smooth", "metal": "lead"})
    assert price.reasons == ("The weight of the chosen material is not known.",)


def test_a_part_larger_than_the_machine_goes_to_a_person_whichever_way_it_lies() -> None:
    rule = parse({"artwork": {"build_volume_mm": [100, 50, 20]}, "price": {"per_box_cm3_minor": 1}})
    upright = Facts.of(FileFacts.model_validate({"bbox_mm": [20, 100, 50]}))
    long = Facts.of(FileFacts.model_validate({"bbox_mm": [101, 10, 10.55]}))
    assert not price_line(rule, {}, 1, upright, on=DAY).needs_person
    assert price_line(rule, {}, 1, long, on=DAY).reasons == (
        "The part is 101 × 10 × 10.6 mm; the largest we make is 100 × 50 × 20 mm.",
    )


def test_a_price_that_a_person_sets_says_so_and_shows_what_is_known() -> None:
    rule = product(setup_minor=9500, by_person="A goldsmith sets the price.")
    price = priced(rule, 1, None, options={"paper": "smooth", "metal": "silver"})
    assert price.reasons == ("A goldsmith sets the price.",)
    assert price.net_minor == 9500


def test_a_quantity_below_the_first_break_goes_to_a_person() -> None:
    assert priced(product(**CARDS), 49).reasons == ("There is no price for fewer than 50.",)


def test_a_product_without_any_price_goes_to_a_person() -> None:
    assert priced(product(), 1).reasons == ("This product has no price yet.",)


def test_prices_that_ran_out_go_to_a_person() -> None:
    rule = product(valid_until="2027-01-14", **CARDS)
    assert priced(rule, 50).reasons == (
        "The prices of this product were valid until 14 January 2027.",
    )
    assert not priced(product(valid_until="2027-01-15", **CARDS), 50).needs_person


def test_a_small_order_is_lifted_to_the_smallest_and_rush_comes_on_top() -> None:
    rule = product(min_minor=2500, rush_percent=25, setup_minor=1800, by_person="x")
    assert explained(priced(rule, 1, rush="rush")) == {
        "setup": ("once", 1800),
        "minimum": ("£25.00 − £18.00", 700),
        "rush": ("25 % of £25.00", 625),
    }


def test_a_price_has_its_total_its_tax_and_the_reason_of_each_row() -> None:
    price = priced(product(**CARDS), 250)
    assert price.total_minor == 46080
    assert price.tax_label == "VAT 20 %"
    assert price.rows[1] == PriceRow(
        "pieces",
        "250 cards",
        "Price per piece from 250: £1.42 × 250 = £355.00",
        35500,
        "£1.42 × 250",
    )


def test_halves_are_rounded_up() -> None:
    assert [half_up(Decimal(v)) for v in ("2.5", "3.5", "2.49", "-2.5")] == [3, 4, 2, -3]


def test_amounts_are_said_in_the_currency() -> None:
    assert money(123456, "GBP") == "£1,234.56"
    assert money(-5, "GBP") == "−£0.05"
    assert money(1200, "JPY") == "JP¥1,200"
    assert money(Decimal("3.85"), "GBP") == "£0.0385"


breaks = st.lists(st.integers(1, 2000), min_size=1, max_size=6, unique=True).flatmap(
    lambda starts: st.tuples(
        st.just(sorted(starts)),
        st.lists(st.integers(0, 5000), min_size=len(starts), max_size=len(starts)),
    )
)
rules = st.builds(
    lambda b, **rest: (
        {"unit_breaks": [{"from_quantity": q, "unit_minor": u} for q, u in zip(*b, strict=True)]}
        | rest
    ),
    breaks,
    setup_minor=st.integers(0, 9000),
    min_minor=st.integers(0, 20000),
    per_cm3_minor=st.decimals(0, 500, places=2),
    per_box_cm3_minor=st.decimals(0, 20, places=3),
    rush_percent=st.decimals(0, 100, places=1),
    tax_permille=st.integers(0, 1000),
)
RUSH = st.sampled_from(["", "rush"])
volumes = st.decimals("0.01", 900000, places=2)
measures = st.one_of(
    st.none(),
    st.builds(
        lambda volume, side: Facts(volume, (side, side, side), True),
        volumes,
        st.decimals(1, 300, places=2),
    ),
)


@given(rules, st.integers(1, 3000), measures, st.sampled_from(["smooth", "cotton"]), RUSH)
def test_the_rows_always_add_up_and_each_says_how_it_came_about(
    rule: dict[str, Any], quantity: int, facts: Facts | None, paper: str, rush: str
) -> None:
    price = priced(product(**rule), quantity, facts, options={"paper": paper}, rush=rush)
    assert sum(row.amount_minor for row in price.rows) == price.net_minor
    assert price.net_minor + price.tax_minor == price.total_minor
    assert 0 <= price.tax_minor <= price.net_minor + 1
    assert all(row.label and row.how and row.words and row.amount_minor > 0 for row in price.rows)
    assert len({row.key for row in price.rows}) == len(price.rows)
    assert bool(price.reasons) == price.needs_person
    if not price.needs_person and price.net_minor:
        assert price.net_minor >= rule["min_minor"]


def _monotone(rule: dict[str, Any]) -> bool:
    """No break makes its own first quantity cheaper than one piece fewer."""
    steps = rule["unit_breaks"]
    return all(
        (b["from_quantity"] - 1) * a["unit_minor"] <= b["from_quantity"] * b["unit_minor"]
        for a, b in pairwise(steps)
    )


@given(rules.filter(_monotone), st.integers(1, 3000), st.integers(1, 200), measures, RUSH)
def test_more_pieces_never_cost_less_where_the_breaks_allow_it(
    rule: dict[str, Any], quantity: int, more: int, facts: Facts | None, rush: str
) -> None:
    first = priced(product(**rule), quantity, facts, rush=rush)
    second = priced(product(**rule), quantity + more, facts, rush=rush)
    assert second.total_minor >= first.total_minor


@given(volumes, st.integers(1, 500), st.decimals("0.01", 500, places=2))
def test_anybody_can_do_the_sum_of_a_measured_row_again(
    volume: Decimal, quantity: int, rate: Decimal
) -> None:
    facts = Facts(volume_mm3=volume, watertight=True)
    for row in priced(product(per_cm3_minor=rate), quantity, facts).rows:
        measure = Decimal(row.words.split(" cm³")[0].replace(",", ""))
        assert row.amount_minor == half_up(measure * rate) * quantity
