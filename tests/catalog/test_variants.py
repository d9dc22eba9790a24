"""Variants: their grid, a line that orders several of them, its price, material and weight."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.catalog.breakdown import breakdown_rows, breakdown_words
from app.catalog.configuration import Configuration, validate_configuration
from app.catalog.demand import material_demand, parcel_weight_g
from app.catalog.facts import Facts
from app.catalog.inheritance import parse
from app.catalog.live_price import default_values
from app.catalog.pricing import ItemisedPrice, PriceInputs, price_line
from app.catalog.pricing.order import price_order
from app.catalog.properties import Variants
from app.catalog.variant_grid import generate
from app.core.errors import BadInput
from tests.catalog.tshirt import RAW, SIZES, tshirt

TEE = tshirt()
ON = date(2027, 3, 1)


def keys(variants: Variants) -> list[str]:
    return [row.key for row in variants.offered]


def order(quantities: dict[str, Any], product: Any = TEE, **options: str) -> Configuration:
    return validate_configuration(product, {"print": "front", **options}, {}, None, quantities)[0]


def faults(quantities: dict[str, Any], product: Any = TEE, quantity: Any = None) -> dict[str, str]:
    with pytest.raises(BadInput) as problem:
        validate_configuration(product, {"print": "front"}, {}, quantity, quantities)
    return problem.value.faults


def price(quantities: dict[str, int], product: Any = TEE, **options: str) -> ItemisedPrice:
    made = order(quantities, product, **options)
    total = sum(made.quantities.values())
    return price_line(product, made.options, total, on=ON, breakdown=made.quantities)


def amounts(found: ItemisedPrice) -> dict[str, int]:
    return {row.key: row.amount_minor for row in found.rows}


class TestGrid:
    def test_a_variant_is_generated_for_each_combination_with_a_sku_by_the_pattern(self) -> None:
        first, second = TEE.variants.rows[:2]
        assert len(TEE.variants.rows) == 8
        assert (first.key, first.sku, first.choices) == (
            "s-white",
            "TEE-S-WHITE",
            {"size": "s", "colour": "white"},
        )
        assert second.key == "s-navy"

    def test_generating_again_keeps_what_was_entered_and_adds_what_is_missing(self) -> None:
        had = tshirt({"s-white": {"sku": "OLD-1", "price_difference_minor": -50}})
        larger = {**SIZES, "choices": [*SIZES["choices"], {"key": "xxl", "label": "XXL"}]}
        wider = parse({**RAW, "options": [larger, *RAW["options"][1:]]})
        again = generate(wider, had.variants)
        assert again.row("s-white") == had.variants.row("s-white")
        assert keys(again)[-2:] == ["xxl-white", "xxl-navy"]

    def test_a_combination_that_is_no_more_stays_but_is_not_offered(self) -> None:
        fewer = {**SIZES, "choices": SIZES["choices"][:2]}
        narrow = parse({**RAW, "options": [fewer, *RAW["options"][1:]]})
        again = generate(narrow, TEE.variants)
        assert keys(again) == ["s-white", "s-navy", "m-white", "m-navy"]
        assert len(again.rows) == 8
        assert parse({**narrow.model_dump(mode="json"), "variants": again.model_dump(mode="json")})

    def test_what_the_rules_between_options_refuse_makes_no_variant(self) -> None:
        rule = {"key": "no_xl", "when": {"size": ["xl"]}, "option": "colour", "choices": ["navy"]}
        assert "xl-white" not in keys(tshirt(constraints=[rule]).variants)

    def test_a_sku_that_the_pattern_makes_twice_is_left_for_a_person(self) -> None:
        plain = parse(
            {**RAW, "variants": {"options": ["size", "colour"], "sku_pattern": "T-{size}"}}
        )
        skus = [row.sku for row in generate(plain, plain.variants).rows]
        assert skus == ["T-S", "", "T-M", "", "T-L", "", "T-XL", ""]

    @pytest.mark.parametrize(
        ("variants", "field", "says"),
        [
            ({"options": []}, "options", "at least one option"),
            ({"options": ["cut"]}, "options", "no option “cut”"),
            ({"options": ["size"], "sku_pattern": "T-{cut}"}, "sku_pattern", "may use {size}"),
        ],
    )
    def test_a_grid_that_cannot_be_made_says_why(
        self, variants: dict[str, Any], field: str, says: str
    ) -> None:
        with pytest.raises(BadInput, match=says) as problem:
            generate(TEE, Variants.model_validate(variants))
        assert problem.value.field == f"properties.variants.{field}"

    def test_more_variants_than_a_grid_can_hold_are_refused(self) -> None:
        many = [{"key": f"c{n}", "label": str(n)} for n in range(40)]
        wide = [{"key": key, "label": key, "choices": many} for key in ("a", "b")]
        with pytest.raises(BadInput, match=r"1600 variants; at most 500"):
            generate(parse({"options": wide}), Variants(options=["a", "b"]))

    @pytest.mark.parametrize(
        ("row", "says"),
        [
            ({"barcode": "4006381333932"}, "4006381333932 is no EAN or UPC"),
            ({"barcode": "12345"}, "12345 is no EAN or UPC"),
            ({"sku": "TEE S"}, "a SKU has no spaces"),
            ({"sku": "TEE-M-NAVY"}, "TEE-M-NAVY is the sku of two variants"),
            ({"choices": {"size": "xs", "colour": "white"}}, "option size has no choice xs"),
            ({"choices": {"size": "s"}}, "no choice for one of its options"),
            ({"key": "m-navy"}, "m-navy is the key of two variants"),
        ],
    )
    def test_a_variant_that_cannot_be_is_refused(self, row: dict[str, Any], says: str) -> None:
        with pytest.raises(BadInput, match=says):
            tshirt({"s-white": row})

    @pytest.mark.parametrize("barcode", ["4006381333931", "96385074", "036000291452"])
    def test_a_barcode_with_the_right_check_digit_is_kept(self, barcode: str) -> None:
        assert tshirt({"s-white": {"barcode": barcode}}).variants.rows[0].barcode == barcode

    def test_only_an_option_that_must_be_answered_makes_variants(self) -> None:
        optional = [{**SIZES, "required": False}, *RAW["options"][1:]]
        with pytest.raises(BadInput, match="size must be required"):
            parse({**RAW, "options": optional})


class TestOrdering:
    def test_a_line_takes_several_variants_and_their_sum_is_its_quantity(self) -> None:
        typed = {"m-navy": "10", "s-navy": " 4", "l-navy": 6, "xl-navy": ""}
        made, quantity = validate_configuration(TEE, {"print": "front"}, {}, "20", typed)
        assert made.quantities == {"s-navy": 4, "m-navy": 10, "l-navy": 6}
        assert list(made.quantities) == ["s-navy", "m-navy", "l-navy"]
        assert quantity == 20

    def test_a_choice_that_all_pieces_share_stands_among_the_options(self) -> None:
        made = order({"s-navy": 4, "m-navy": 10})
        assert made.options == {"colour": "navy", "print": "front"}
        assert breakdown_words(TEE, made.quantities) == "S 4, M 10"
        mixed = order({"s-navy": 4, "m-white": 10}).quantities
        assert breakdown_words(TEE, mixed) == "S / NAVY 4, M / WHITE 10"
        assert breakdown_rows(TEE, mixed)[0].sku == "TEE-S-NAVY"

    def test_one_variant_may_be_given_by_its_options(self) -> None:
        chosen = {"size": "m", "colour": "navy", "print": "both"}
        made, quantity = validate_configuration(TEE, chosen, {}, 12)
        assert (made.quantities, quantity, made.options) == ({"m-navy": 12}, 12, chosen)

    def test_what_was_made_clean_is_clean(self) -> None:
        made = order({"s-navy": 4, "m-navy": 10})
        again = validate_configuration(TEE, made.options, {}, 14, made.quantities)
        assert again == (made, 14)

    @pytest.mark.parametrize(
        ("quantities", "field", "says"),
        [
            ({"m-navy": "-3"}, "quantities.m-navy", "“-3” is not a number of pieces"),
            ({"m-navy": "ten"}, "quantities.m-navy", "“ten” is not a number of pieces"),
            ({"m-navy": 2.5}, "quantities.m-navy", "“2.5” is not a number of pieces"),
            ({"m-navy": True}, "quantities.m-navy", "“True” is not a number of pieces"),
            ({"m-navy": "4 / 5"}, "quantities.m-navy", "“4 / 5” is not a number of pieces"),
            ({"xs-navy": 10}, "quantities.xs-navy", "There is no variant “xs-navy”"),
            ({"m-navy": "0"}, "quantities", "Enter how many pieces of each variant you need"),
            ({}, "quantities", "Enter how many pieces of each variant you need"),
            ({"m-navy": 3}, "quantity", "Order 5 to 500"),
            ({"m-navy": 300, "s-navy": 201}, "quantity", "Order 5 to 500"),
        ],
    )
    def test_quantities_that_cannot_be_ordered_say_why_at_their_field(
        self, quantities: dict[str, Any], field: str, says: str
    ) -> None:
        found = faults(quantities)
        assert list(found) == [field]
        assert says in found[field]

    def test_a_variant_that_is_not_offered_is_refused(self) -> None:
        found = faults({"m-navy": 10, "s-navy": 5}, tshirt({"m-navy": {"offered": False}}))
        assert found == {"quantities.m-navy": "“M / NAVY” is not offered."}

    def test_variants_have_a_minimum_and_a_step_of_their_own(self) -> None:
        grid = TEE.variants.model_copy(update={"minimum_each": 2, "step_each": 2})
        packs = TEE.model_copy(update={"variants": grid})
        assert order({"m-navy": 4, "s-navy": 2}, packs).quantities
        found = faults({"m-navy": 5, "s-navy": 2}, packs)
        assert found["quantities.m-navy"] == "Order at least 2 in steps of 2 of “M / NAVY”."

    def test_a_total_beside_the_quantities_must_be_theirs(self) -> None:
        assert faults({"m-navy": 10}, quantity=12) == {
            "quantity": "The variants add up to 10 pieces, not 12."
        }

    def test_a_product_without_variants_takes_no_quantities_of_them(self) -> None:
        plain = parse({**RAW, "variants": {}})
        options = {"size": "s", "colour": "navy", "print": "front"}
        with pytest.raises(BadInput, match="no variants") as problem:
            validate_configuration(plain, options, {}, 10, {"m-navy": 10})
        assert problem.value.field == "quantities"
        assert "quantities" not in validate_configuration(plain, options, {}, 10)[0].model_dump(
            exclude_unset=True
        )

    def test_options_that_say_other_than_the_quantities_are_refused(self) -> None:
        with pytest.raises(BadInput) as problem:
            validate_configuration(TEE, {"print": "front", "size": "s"}, {}, None, {"m-navy": 10})
        assert "options.size" in problem.value.faults

    def test_a_rule_between_options_is_told_at_the_variant_that_breaks_it(self) -> None:
        rule = {"key": "r", "when": {"colour": ["navy"]}, "option": "print", "choices": ["both"]}
        found = faults({"s-white": 5, "m-navy": 5}, tshirt(constraints=[rule]))
        assert set(found) == {"quantities.m-navy", "options.print"}


class TestPrice:
    def test_the_break_is_reached_by_all_variants_together(self) -> None:
        assert amounts(price({"s-navy": 10, "m-white": 10})) == {"setup": 2500, "pieces": 18000}

    def test_each_variant_s_difference_is_a_row_of_its_own(self) -> None:
        product = tshirt(
            {"s-navy": {"price_difference_minor": -100}, "m-navy": {"price_difference_minor": 250}}
        )
        found = price({"s-navy": 4, "m-navy": 10, "l-navy": 6}, product)
        assert amounts(found) == {
            "setup": 2500,
            "pieces": 18000,
            "variant.s-navy": -400,
            "variant.m-navy": 2500,
        }
        row = next(row for row in found.rows if row.key == "variant.m-navy")
        assert (row.label, row.words) == ("M / NAVY", "£2.50 × 10")
        assert found.net_minor == sum(amounts(found).values())

    def test_no_piece_costs_less_than_nothing(self) -> None:
        product = tshirt({"s-navy": {"price_difference_minor": -99999}})
        found = price({"s-navy": 5, "m-navy": 15}, product)
        assert amounts(found) == {"setup": 2500, "pieces": 18000, "variant.s-navy": -4500}

    def test_a_surcharge_of_a_size_counts_the_pieces_of_that_size(self) -> None:
        found = amounts(price({"xl-navy": 3, "m-navy": 17}, print="both"))
        assert found["options.size.xl"] == 450
        assert found["options.print"] == 6000

    def test_a_surcharge_that_applies_to_some_variants_counts_their_pieces(self) -> None:
        rule = {**RAW["price"], "surcharges": [
            {"key": "each", "label": "Dark", "kind": "per_piece", "amount": 100, "only_if": {"colour": ["navy"]}},
            {"key": "share", "label": "Care", "kind": "percent", "amount": 10, "only_if": {"colour": ["navy"]}},
        ]}  # fmt: skip
        found = amounts(price({"s-navy": 5, "s-white": 15}, tshirt(price=rule)))
        assert found["surcharge.each"] == 500
        assert found["surcharge.share"] == (2500 + 18000 + 500) // 40

    def test_a_formula_of_an_option_that_differs_is_left_to_a_person(self) -> None:
        formula = {"key": "f", "label": "F", "expression": "2 if option.size == 'xl' else 1"}
        product = tshirt(price={**RAW["price"], "formulas": [formula]})
        assert not price({"xl-navy": 5}, product).needs_person
        assert price({"xl-navy": 5, "s-navy": 5}, product).needs_person

    def test_a_measure_that_differs_between_the_pieces_is_left_to_a_person(self) -> None:
        sizes = {
            **SIZES,
            "choices": [
                {"key": "s", "label": "S", "weight_g": 3},
                {"key": "m", "label": "M", "weight_g": 4},
            ],
        }
        product = tshirt(options=[sizes, *RAW["options"][1:]])
        assert not price({"s-navy": 5}, product).needs_person
        found = price({"s-navy": 5, "m-navy": 5}, product)
        assert found.reasons == (
            "The price depends on the size, which differs between the pieces.",
        )

    def test_what_is_stored_makes_the_same_price_again(self) -> None:
        product = tshirt({"m-navy": {"price_difference_minor": 250}})
        made = order({"s-navy": 4, "m-navy": 16}, product)
        stored = PriceInputs(on=ON, breakdown=made.quantities).model_dump(mode="json")
        again = PriceInputs.model_validate(stored).line(product, made, 20)
        assert price_order([again])[0] == price({"s-navy": 4, "m-navy": 16}, product)

    def test_a_fresh_form_orders_the_usual_quantity_of_the_first_variant(self) -> None:
        values = default_values(TEE)
        assert values == {"options.print": "front", "quantities.s-white": "10"}
        typed = {key.removeprefix("quantities."): n for key, n in values.items() if "." in key}
        assert order({"s-white": typed["s-white"]}).quantities == {"s-white": 10}


class TestMaking:
    def test_material_is_needed_by_variant(self) -> None:
        stock = {key: {"stock_sku": f"BLANK-{key[0].upper()}"} for key in ("s-navy", "m-navy")}
        need = material_demand(tshirt(stock), {}, 14, None, {"s-navy": 4, "m-navy": 10})
        assert need == {"BLANK-S": Decimal(4), "BLANK-M": Decimal(10)}

    def test_a_material_says_how_much_of_the_variant_s_item_a_piece_uses(self) -> None:
        rows = {key: {"stock_sku": "BLANK"} for key in ("s-navy", "m-navy")}
        materials = [
            {"key": "blank", "from_variant": True, "per_piece": 1, "spoilage_percent": 10, "whole": True},
            {"key": "ink", "from_option": "colour", "per_piece": "0.5"},
        ]  # fmt: skip
        product = tshirt(rows, materials=materials)
        need = material_demand(product, {}, 14, None, {"s-navy": 4, "m-navy": 10, "s-white": 3})
        assert need == {"BLANK": Decimal(16), "INK-WHITE": Decimal(7)}

    def test_a_parcel_weighs_what_its_variants_weigh(self) -> None:
        product = tshirt({"m-navy": {"weight_g": 200}})
        assert parcel_weight_g(product, {}, 14, Facts(), {"s-navy": 4, "m-navy": 10}) == 2700

    def test_a_step_that_one_variant_needs_is_on_the_route(self) -> None:
        white, both = {"s-white": 5}, {"s-white": 5, "m-navy": 1}
        assert [step.key for step in TEE.route_for({}, white)] == ["print"]
        assert [step.key for step in TEE.route_for({}, both)] == ["print", "white"]
