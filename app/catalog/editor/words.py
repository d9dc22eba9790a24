"""What the form says and how it is laid out, where a model's own names and titles don't: labels, help,
units, order, and which fields of a row are seen at once. A field that is missing here has a form as well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.core.translations import _l


@dataclass(frozen=True)
class Field:
    """What is said of one field; `kind` names its input where the type alone does not."""

    label: str = ""
    help: str = ""
    kind: str = ""
    unit: str = ""
    reference: str = ""
    choices: Mapping[str, str] | None = None


#: Suffix of a name → the unit beside its input. The first that fits counts.
UNITS = (
    ("_mm", "mm"), ("_percent", "%"), ("_permille", "%"), ("_dpi", "dpi"), ("_g_per_cm3", "g/cm³"), ("_g", "g"),
    ("_g_per_piece", "g"), ("_g_packaging", "g"), ("_minutes", "min"), ("minutes_per_unit", "min"), ("_days", "days"),
)  # fmt: skip
SUFFIXES = ("_minor", "_mm", "_permille", "_percent", "_sku", "_g_per_cm3", "_g")

FILE_TYPES = {
    "pdf": "PDF", "png": "PNG", "jpeg": "JPEG", "tiff": "TIFF", "psd": "PSD", "svg": "SVG", "webp": "WebP",
    "heic": "HEIC", "stl": "STL", "3mf": "3MF", "obj": "OBJ",
}  # fmt: skip

#: Fields that come first in the form of a model; the rest follows as declared.
ORDER: dict[str, tuple[str, ...]] = {
    "Option": ("label", "required", "help", "choices", "key"),
    "Choice": ("label", "surcharge_minor", "setup_minor", "colour", "material_sku", "note", "key"),
    "Constraint": ("when", "option", "rule", "choices", "message", "key"),
    "Personalisation": ("label", "kind", "required", "use", "help", "only_if", "key"),
    "Variant": ("choices", "sku", "price_difference_minor", "stock_sku", "offered", "barcode", "weight_g", "key"),
    "Material": ("sku", "from_option", "per_piece", "spoilage_percent", "whole", "key"),
    "Step": ("name", "work_centre", "setup_minutes", "minutes_per_unit", "quality_check", "only_if", "key"),
    "Surcharge": ("label", "kind", "amount", "only_if", "key"),
    "Formula": ("label", "expression", "per", "only_if", "key"),
    "RushLevel": ("label", "working_days", "percent", "fixed_minor", "key"),
}  # fmt: skip

#: Of these only the named fields are seen at once; the others are folded under "More" (of a section: those that
#: are empty).
MAIN: dict[str, tuple[str, ...]] = {
    "Choice": ("label", "surcharge_minor", "setup_minor", "colour"),
    "Step": ("name", "work_centre", "setup_minutes", "minutes_per_unit", "quality_check", "only_if"),
    "Material": ("sku", "from_option", "per_piece", "spoilage_percent", "whole"),
    "Personalisation": ("label", "kind", "required", "max_length", "choices", "use", "help", "only_if"),
    "Surcharge": ("label", "kind", "amount", "only_if"),
    "Variant": ("choices", "sku", "price_difference_minor", "stock_sku", "offered"),
    "Artwork": ("label", "help", "accept", "trim_width_mm", "trim_height_mm", "bleed_mm", "min_dpi", "approval"),
    "Price": ("setup_minor", "unit_breaks", "min_minor", "surcharges", "formulas", "rush_levels", "mode", "by_person"),
}  # fmt: skip

#: Rows that are one line of a table; others are a card each that folds.
LINES: dict[str, bool] = {
    "Choice": True,
    "Break": True,
    "RushLevel": True,
    "WorkPrice": True,
    "Variant": True,
}

#: What a new row of the list is called on its button.
NEW: dict[str, str] = {
    "Option": _l("Add option"), "Choice": _l("Add choice"), "Constraint": _l("Add rule"),
    "Personalisation": _l("Add field"), "Material": _l("Add material"), "Step": _l("Add operation"),
    "Break": _l("Add price break"), "Surcharge": _l("Add surcharge"), "Formula": _l("Add formula"),
    "RushLevel": _l("Add rush level"), "WorkPrice": _l("Add work centre"), "Sheet": _l("Add press sheet"),
    "Artwork": _l("Ask for artwork"),
}  # fmt: skip

#: Rows that are generated, never added one by one.
MADE: dict[str, bool] = {"Variant": True}

#: What an empty list says.
EMPTY: dict[str, str] = {
    "options": _l("No options yet. An option is something customers choose: paper, size, colour."),
    "constraints": _l("No rules. Add one when some choices can't be ordered together."),
    "personalisation": _l("No fields yet. Add a field for each text, date or colour customers enter."),
    "materials": _l("No materials yet. Stock is reserved for what is listed here."),
    "route": _l("No operations yet. Add each step in the order in which the work is done."),
}  # fmt: skip

#: Under each section's heading.
SECTIONS: dict[str, str] = {
    "options": _l("What customers choose, and what each choice adds to the price."),
    "constraints": _l("Choices that can't be ordered together, or only together."),
    "variants": _l("Combinations of options that are stocked and sold apart, ordered in one grid."),
    "personalisation": _l("What customers type in: names, dates, engraving."),
    "artwork": _l("The file customers send, and what it is checked for."),
    "price": _l("Amounts are without tax, in the currency of this product."),
    "quantity": _l("How many pieces can be ordered."),
    "materials": _l("What a piece uses from stock."),
    "route": _l("The operations that production runs, in order."),
    "gates": _l("What must be in place before production starts."),
    "ship": _l("Weight and service for the parcel."),
    "wording": _l("Terms that customers read for this kind of product."),
}

PIECE_OF_FORMULA = _l("In whole units of the currency, such as: setup + width * height * 0.02")

FIELDS: dict[tuple[str, str], Field] = {
    ("Properties", "options"): Field(_l("Options")),
    ("Properties", "route"): Field(_l("Production route")),
    ("Properties", "gates"): Field(
        _l("Approvals and gates"),
        choices={
            "artwork": _l("Artwork approved by the customer"),
            "material": _l("Material reserved"),
            "payment": _l("Payment terms met"),
        },
    ),
    ("Properties", "ship"): Field(_l("Shipping")),
    ("Properties", "tax_class"): Field(_l("Tax")),
    ("Option", "label"): Field(_l("Name")),
    ("Option", "required"): Field(_l("Customers must choose")),
    ("Option", "help"): Field(_l("Help for customers")),
    ("Choice", "label"): Field(_l("Choice")),
    ("Choice", "surcharge_minor"): Field(_l("Price per piece")),
    ("Choice", "setup_minor"): Field(_l("Set-up")),
    ("Choice", "colour"): Field(_l("Swatch"), kind="colour"),
    ("Choice", "material_sku"): Field(_l("Stock item")),
    ("Choice", "density_g_per_cm3"): Field(_l("Density")),
    ("Choice", "per_cm3_minor"): Field(_l("Per cm³")),
    ("Choice", "per_gram_minor"): Field(_l("Per gram")),
    ("Constraint", "option"): Field(kind="option"),
    ("Constraint", "choices"): Field(kind="choice_keys"),
    ("Constraint", "rule"): Field(
        choices={"one_of": _l("must be one of"), "none_of": _l("can't be any of")}
    ),
    ("Constraint", "message"): Field(help=_l("Leave empty for: “Gold foil is only offered on …”.")),
    ("Personalisation", "label"): Field(_l("Name")),
    ("Personalisation", "kind"): Field(_l("Type")),
    ("Personalisation", "max_length"): Field(_l("Maximum length"), unit=_l("characters")),
    ("Personalisation", "pattern"): Field(
        _l("Pattern"), help=_l("A regular expression. Optional.")
    ),
    ("Personalisation", "pattern_says"): Field(
        _l("Pattern in words"), help=_l("What customers read when the text doesn't fit.")
    ),
    ("Personalisation", "choices"): Field(help=_l("One per line, for a field of type “Choice”.")),
    ("Personalisation", "use"): Field(
        _l("Where the text goes"),
        choices={
            "file": _l("It is in the customer's file"),
            "added": _l("We add it to the piece"),
            "information": _l("For information only"),
        },
    ),
    ("Personalisation", "help"): Field(_l("Help for customers")),
    ("Personalisation", "only_if"): Field(_l("Ask only if")),
    ("Material", "sku"): Field(_l("Stock item")),
    ("Material", "from_option"): Field(
        _l("Or the stock item of the choice made for"), kind="option"
    ),
    ("Material", "per_cm3"): Field(_l("Per cm³")),
    ("Material", "unmeasured"): Field(_l("Per piece until the file is measured")),
    ("Material", "spoilage_percent"): Field(_l("Waste")),
    ("Material", "whole"): Field(_l("Round up to whole units")),
    ("Step", "name"): Field(_l("Operation")),
    ("Step", "setup_minutes"): Field(_l("Set-up")),
    ("Step", "minutes_per_unit"): Field(_l("Per piece")),
    ("Step", "quality_check"): Field(_l("Quality check")),
    ("Step", "only_if"): Field(_l("Only if")),
    ("Artwork", "accept"): Field(kind="checks", choices=FILE_TYPES),
    ("Artwork", "help"): Field(_l("Help for customers"), kind="textarea"),
    ("Artwork", "approval"): Field(
        choices={"proof": _l("a proof that we make"), "design": _l("the design file itself")}
    ),
    ("Artwork", "build_volume_mm"): Field(_l("Largest part (x, y, z)"), unit="mm"),
    ("Price", "by_person"): Field(
        help=_l("The reason customers read. Fill it in if your team sets every price.")
    ),
    ("Break", "from_quantity"): Field(_l("From quantity")),
    ("Break", "unit_minor"): Field(_l("Price per piece")),
    ("Surcharge", "amount"): Field(
        kind="rate", help=_l("A price, or percent where it is percent.")
    ),
    ("Surcharge", "field"): Field(_l("Personalisation field"), kind="field"),
    ("Surcharge", "only_if"): Field(_l("Only if")),
    ("Formula", "only_if"): Field(_l("Only if")),
    ("Formula", "expression"): Field(help=PIECE_OF_FORMULA),
    ("RushLevel", "percent"): Field(unit="%"),
    ("RushLevel", "fixed_minor"): Field(_l("Plus")),
    ("WorkPrice", "key"): Field(_l("Work centre"), kind="reference", reference="work_centre"),
    ("WorkPrice", "per_minute_minor"): Field(_l("Per minute")),
    ("Quantity", "suggestions"): Field(
        _l("Suggested quantities"), help=_l("Such as 50, 100, 250.")
    ),
    ("Variant", "choices"): Field(_l("Variant")),
    ("Variants", "options"): Field(kind="option_keys"),
    ("Variants", "sku_pattern"): Field(
        help=_l("What new variants get, such as TEE-{size}-{colour}.")
    ),
    ("Wording", "approve_ask"): Field(kind="textarea"),
    ("Page", "description"): Field(kind="textarea"),
}


def humanize(name: str) -> str:
    """Return a name as people read it: ``per_piece`` is “Per piece”."""
    text = name.replace("_", " ").strip()
    return text[:1].upper() + text[1:]


def bare(name: str) -> str:
    """Return a field's name without its unit."""
    return next((name.removesuffix(one) for one in SUFFIXES if name.endswith(one)), name)


def unit_of(name: str) -> str:
    """Return the unit that a field's name ends in; "" for none."""
    return next((unit for suffix, unit in UNITS if name.endswith(suffix)), "")
