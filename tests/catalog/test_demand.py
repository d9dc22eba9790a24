from __future__ import annotations

from decimal import Decimal

from app.catalog.demand import material_demand, parcel_weight_g
from app.catalog.facts import Facts
from app.catalog.inheritance import parse
from app.inspection.file_facts import FileFacts

PRODUCT = parse(
    {
        "options": [
            {
                "key": "paper",
                "label": "Paper",
                "choices": [
                    {"key": "smooth", "label": "Smooth", "material_sku": "P-1"},
                    {"key": "own", "label": "Your own"},
                ],
            },
            {
                "key": "metal",
                "label": "Metal",
                "required": False,
                "choices": [
                    {
                        "key": "silver",
                        "label": "Silver",
                        "material_sku": "AG",
                        "density_g_per_cm3": "10.36",
                    }
                ],
            },
        ],
        "materials": [
            {
                "key": "sheets",
                "from_option": "paper",
                "per_piece": "0.125",
                "spoilage_percent": 6,
                "whole": True,
            },
            {"key": "metal", "from_option": "metal", "per_gram": 1, "unmeasured": 8},
            {"key": "box", "sku": "BOX", "per_piece": "0.01"},
        ],
        "ship": {"weight_g_per_piece": "4.7", "weight_g_packaging": 180},
    }
)
RING = Facts.of(FileFacts.model_validate({"volume_mm3": "500.1", "watertight": True}))


def test_sheets_are_rounded_up_to_whole_ones_with_spoilage() -> None:
    demand = material_demand(PRODUCT, {"paper": "smooth"}, 250)
    assert demand == {"P-1": Decimal(34), "BOX": Decimal("2.5")}


def test_a_choice_without_a_material_uses_none() -> None:
    assert material_demand(PRODUCT, {"paper": "own"}, 100) == {"BOX": Decimal(1)}


def test_metal_is_claimed_by_weight_and_by_a_usual_amount_until_it_is_known() -> None:
    options = {"paper": "own", "metal": "silver"}
    assert material_demand(PRODUCT, options, 2, RING)["AG"] == Decimal("10.363")
    assert material_demand(PRODUCT, options, 2)["AG"] == Decimal(16)


def test_a_parcel_weighs_its_pieces_and_its_box() -> None:
    assert parcel_weight_g(PRODUCT, {"paper": "smooth"}, 250) == 1355
    assert parcel_weight_g(PRODUCT, {"paper": "own", "metal": "silver"}, 2, RING) == 190
    assert parcel_weight_g(parse({"ship": {"weight_g_packaging": 0}}), {}, 1) == 1
