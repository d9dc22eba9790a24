"""What holds for a product or a family, section by section, in words that people read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.catalog.inheritance import KEYED_LISTS
from app.catalog.properties import Material, Option, Personalisation, Price, Properties, Step
from app.core.web.formats import money, plural, quantity

SECTIONS = {
    "options": "Options",
    "personalisation": "Personalisation",
    "artwork": "Artwork",
    "price": "Price",
    "quantity": "Quantity",
    "materials": "Material",
    "route": "Route",
    "gates": "What must be there before work starts",
    "ship": "Sending",
    "wording": "Wording",
}
LABELS = {
    "accept": "File types",
    "min_dpi": "Lowest resolution",
    "bleed_mm": "Bleed",
    "safe_mm": "Safe distance",
    "pages_min": "Fewest pages",
    "pages_max": "Most pages",
    "build_volume_mm": "Largest box",
    "min_wall_mm": "Thinnest wall",
    "send_when_signed": "Send to the customer once signed internally",
    "approval": "What the customer signs",
    "setup_minor": "Set-up",
    "unit_breaks": "A piece",
    "per_cm3_minor": "Per cm³",
    "per_gram_minor": "Per gram",
    "per_box_cm3_minor": "Per cm³ of its box",
    "min_minor": "At least",
    "tax_permille": "Tax rate",
    "tax_label": "Tax is called",
    "rush_percent": "Rush adds",
    "setup_label": "Set-up is called",
    "by_person": "A person sets it",
    "weight_g_per_piece": "A piece weighs",
    "weight_g_packaging": "Packaging weighs",
    "approve_title": "Title of the proof",
    "approve_ask": "What to look at",
    "approve_statement": "What is signed",
    "piece": "One piece",
    "pieces": "Many pieces",
    "file": "The file",
}
APPROVALS = {"proof": "a proof that we make", "design": "the design file itself"}


@dataclass(frozen=True)
class Row:
    """One thing that somebody said: what, how, by whom ("product" or "family"), and its path."""

    label: str
    words: str
    who: str
    path: str


@dataclass(frozen=True)
class Section:
    """What was said about one side of the product."""

    title: str
    rows: tuple[Row, ...]


def sections(properties: Properties, origin: Mapping[str, str]) -> list[Section]:
    """Return what was said, in the order of an order's way; defaults that nobody said are left out."""
    found = []
    for name, title in SECTIONS.items():
        part = getattr(properties, name)
        if name in KEYED_LISTS:
            rows = [_keyed(name, one, origin, properties) for one in part]
        elif name == "gates":
            rows = [Row("All of", ", ".join(part) or "nothing", origin.get(name, ""), name)]
        else:
            fields = type(part).model_fields if part is not None else {}
            rows = [
                _field(name, field, getattr(part, field), origin, properties.price)
                for field in fields
            ]
        told = tuple(row for row in rows if row.who)
        if told:
            found.append(Section(title, told))
    return found


def _field(name: str, field: str, value: Any, origin: Mapping[str, str], price: Price) -> Row:
    path = f"{name}.{field}"
    who = origin.get(path) or origin.get(name, "")
    return Row(_label(field), _value(field, value, price), who, path)


def _label(field: str) -> str:
    if field in LABELS:
        return LABELS[field]
    for suffix in ("_minor", "_mm"):
        field = field.removesuffix(suffix)
    return field.replace("_", " ").capitalize()


def _value(field: str, value: Any, price: Price) -> str:
    if field == "unit_breaks":
        return "; ".join(
            f"from {quantity(one.from_quantity)}: {money(one.unit_minor, price.currency)}"
            for one in value
        )
    if field == "approval":
        return APPROVALS[value]
    if field == "tax_permille":
        return f"{quantity(Decimal(value) / 10)} %"
    if value is None or value == "" or value == []:
        return "–"
    if field.endswith("_minor"):
        return money(Decimal(value), price.currency)
    if field.endswith("_percent"):
        return f"{quantity(value)} %"
    if field == "min_dpi":
        return f"{quantity(value)} dpi"
    if field.startswith("weight_g"):
        return f"{quantity(value)} g"
    if isinstance(value, tuple):
        return " × ".join(quantity(one) for one in value) + (" mm" if field.endswith("_mm") else "")
    if field.endswith("_mm"):
        return f"{quantity(value)} mm"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, Decimal)):
        return quantity(value)
    return str(value)


def _keyed(name: str, part: Any, origin: Mapping[str, str], all_of: Properties) -> Row:
    path = f"{name}.{part.key}"
    if isinstance(part, Option):
        label, words = _option(part, all_of)
    elif isinstance(part, Personalisation):
        label, words = _personalisation(part, all_of)
    elif isinstance(part, Material):
        label, words = _material(part, all_of)
    else:
        label, words = _step(part, all_of)
    return Row(label, words, origin.get(path) or origin.get(name, ""), path)


def _option(option: Option, all_of: Properties) -> tuple[str, str]:
    currency = all_of.price.currency
    said = []
    for choice in option.choices:
        adds = [
            f"{money(Decimal(amount), currency)} {per}"
            for amount, per in (
                (choice.surcharge_minor, "each"),
                (choice.setup_minor, "once"),
                (choice.per_cm3_minor, "per cm³"),
                (choice.per_gram_minor, "per gram"),
            )
            if amount
        ]
        said.append(f"{choice.label} (+ {', '.join(adds)})" if adds else choice.label)
    return option.label, ", ".join(said) + ("" if option.required else "; may be left out")


def _personalisation(field: Personalisation, all_of: Properties) -> tuple[str, str]:
    said = [", ".join(field.choices) if field.kind == "choice" else field.kind]
    if field.kind == "text":
        said.append(f"at most {plural(field.max_length, 'sign')}")
    said.append("must be filled in" if field.required else "may stay empty")
    return field.label, ", ".join(said + _only_if(field.only_if, all_of))


def _material(material: Material, all_of: Properties) -> tuple[str, str]:
    option = all_of.option(material.from_option) if material.from_option else None
    said = [f"as chosen under “{option.label}”" if option else material.sku]
    for amount, per in (
        (material.per_piece, "a piece"),
        (material.per_cm3, "per cm³"),
        (material.per_gram, "per gram"),
    ):
        if amount:
            said.append(f"{quantity(amount)} {per}")
    if material.spoilage_percent:
        said.append(f"{quantity(material.spoilage_percent)} % more for spoilage")
    if material.whole:
        said.append("whole units")
    return material.key.replace("_", " ").capitalize(), ", ".join(said)


def _step(step: Step, all_of: Properties) -> tuple[str, str]:
    said = [f"at “{step.work_centre.replace('_', ' ')}”"]
    if step.setup_minutes:
        said.append(f"{quantity(step.setup_minutes)} min set-up")
    if step.minutes_per_unit:
        said.append(f"{quantity(step.minutes_per_unit)} min a piece")
    if step.quality_check:
        said.append("quality check")
    return step.name, ", ".join(said + _only_if(step.only_if, all_of))


def _only_if(conditions: Mapping[str, list[str]], all_of: Properties) -> list[str]:
    said = []
    for key, choices in conditions.items():
        option = all_of.option(key)
        if option is None:
            continue
        labels = [choice.label for choice in option.choices if choice.key in choices]
        said.append(f"only if {option.label} is {' or '.join(labels)}")
    return said
